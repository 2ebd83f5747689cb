// SPDX-License-Identifier: MIT
// npm run govern: what there is to choose from.

const USAGE = `npm run govern -- propose FILE   what a file wishes, simulated: a report, and the calls to make
npm run govern -- list           what waits, who scheduled it, when it can run and until when
npm run govern -- check FILE     is the chain as the file says? Ends with 1 when it is not
npm run govern -- state          the venue as it is, as such a file
npm run govern -- drill          emergencies, played on a copy of the chain, each step checked and timed
npm run govern -- COMMAND --help   what a command takes; all of them: docs/govern.md`;

console.log(USAGE);
process.exitCode = process.argv.includes("--help") ? 0 : 2;
