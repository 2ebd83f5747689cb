// SPDX-License-Identifier: MIT
// npm run govern: what there is to choose from.

const USAGE = `npm run govern -- propose FILE   what a file wishes, simulated: a report, and the calls to make
npm run govern -- COMMAND --help   what a command takes; all of them: docs/govern.md`;

console.log(USAGE);
process.exitCode = process.argv.includes("--help") ? 0 : 2;
