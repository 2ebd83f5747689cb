// SPDX-License-Identifier: MIT
// node scripts/forge.mjs <profile> [forge arguments]: forge in a profile of foundry.toml.
import { spawnSync } from "node:child_process";
import { forgeBinary } from "../tools/binary.mjs";

const [profile, ...args] = process.argv.slice(2);
const run = spawnSync(forgeBinary(), args, { stdio: "inherit", env: { ...process.env, FOUNDRY_PROFILE: profile } });
if (run.error) console.error(`forge: ${run.error.message}`);
process.exit(run.status ?? 1);
