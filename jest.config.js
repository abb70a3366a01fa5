const swc = ['@swc/jest', { jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' }, module: { type: 'commonjs' } }];

const layer = (name, more = {}) => ({
  displayName: name,
  rootDir: __dirname,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform: { '^.+\\.tsx?$': swc },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  ...more,
});

module.exports = {
  testTimeout: 30_000,
  projects: [layer('unit'), layer('engine'), layer('contract'), layer('e2e'), layer('compat'), layer('faults', {
      // The tally over all files is printed at the end of a run.
      globalSetup: '<rootDir>/test/faults/support/openTally.ts',
      globalTeardown: '<rootDir>/test/faults/support/printTally.ts',
    }), layer('browser'), layer('queue')],
};
