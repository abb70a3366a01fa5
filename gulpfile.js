const { rm } = require('node:fs/promises');
const { dest, src } = require('gulp');

/** Removes the last build, so that a deleted file cannot be published. */
exports.clean = () => rm('dist', { recursive: true, force: true });

/** Copies what tsc leaves behind: icons, codex files and the schemas of output items. */
exports.assets = () => src(['icons/*.svg', 'nodes/**/*.node.json', 'nodes/*/__schema__/**/*.json'], { base: '.', encoding: false }).pipe(dest('dist'));
