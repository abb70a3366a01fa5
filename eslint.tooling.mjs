// What is never published (sandbox, tests, scripts) may use Node.js freely; the strict n8n rules in
// eslint.config.mjs hold for what is.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const nodeGlobals = Object.fromEntries(
  ['process', 'console', 'Buffer', 'URL', 'fetch', 'setTimeout', 'clearTimeout', 'module', 'require', 'exports', '__dirname'].map((name) => [name, 'readonly']),
);

export default tseslint.config(
  { ignores: ['dist', 'sandbox/schemas'] },
  js.configs.recommended,
  tseslint.configs.recommended,
  { files: ['**/*.js', '**/*.mjs'], languageOptions: { globals: nodeGlobals }, rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
