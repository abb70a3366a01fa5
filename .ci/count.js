// Prints "<passed> <failed>" of one of jest's JSON reports: node .ci/count.js <report> <exit code of jest>
const { readFileSync } = require('node:fs');

const [report, code] = process.argv.slice(2);
const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
const failed = numFailedTests + numRuntimeErrorTestSuites;
// Whatever else made jest fail must not look like success.
console.log(numPassedTests, failed === 0 && code !== '0' ? 1 : failed);
