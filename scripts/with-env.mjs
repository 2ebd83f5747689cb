// SPDX-License-Identifier: MIT
// node scripts/with-env.mjs NAME=value command [arguments]: sets an environment variable on every shell alike.
import { spawnSync } from "node:child_process";

const [assignment, command, ...args] = process.argv.slice(2);
const [name, value] = assignment.split("=");
const run = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, [name]: value } });
if (run.error) console.error(`with-env: cannot run ${command}: ${run.error.message} (start it through npm run)`);
process.exit(run.status ?? 1);
