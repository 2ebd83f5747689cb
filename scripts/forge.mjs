// node scripts/forge.mjs <profile> [forge arguments]
// Runs forge's native binary in a profile of foundry.toml. The launcher of the npm package exits with 0 even when tests
// fail, so nothing that checks may go through it (`npx forge` is fine for looking).
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const [profile, ...args] = process.argv.slice(2);
const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
const name = process.platform === "win32" ? "forge.exe" : "forge";
const binary = createRequire(import.meta.url).resolve(`@foundry-rs/forge-${platform}/bin/${name}`);

const run = spawnSync(binary, args, { stdio: "inherit", env: { ...process.env, FOUNDRY_PROFILE: profile } });
if (run.error) console.error(`forge: ${run.error.message}`);
process.exit(run.status ?? 1);
