// SPDX-License-Identifier: MIT
// node scripts/build.mjs [types | run]: the default build, which has the types, and unless these suffice the production build, which is what ships and
// is measured, at the same time: each compiler run takes one core. One at a time in a folder, as builds share a cache. Writes to stderr only,
// and says what a build takes where there is none yet. `run` leaves out the mocks that only tests use.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { takeLock } from "./lock.mjs";

const types = ["build", "--no-tests", "--quiet"];
const production = ["--config", "hardhat.production.config.ts", "build", "--no-tests", "--no-typechain", "--quiet"];
const [wanted] = process.argv.slice(2);
const builds = wanted === undefined ? [types, production] : [types];

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const giveBack = takeLock(join(root, ".build.lock"), "build: another build");
const fresh = !existsSync(join(root, "artifacts/contracts"));
// Hardhat removes what it is not asked for, so only where nothing is.
if (wanted === "run" && (fresh || !existsSync(join(root, "artifacts/contracts/mocks/StorageLens.sol")))) {
  process.env.NOVATION_BUILD = "run";
}
if (fresh) {
  console.error("build: compiling the contracts with the everyday settings (not those that ship), half a minute ...");
}
if (builds.length > 1 && !existsSync(join(root, "build/artifacts/contracts"))) {
  console.error("build: compiling the contracts as they ship, one to three minutes ...");
}
const codes = await Promise.all(builds.map(run));
giveBack();
process.exit(codes.find((code) => code !== 0) ?? 0);

function run(args) {
  const child = spawn("hardhat", args, { stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve(code ?? 1));
    child.on("error", (error) => {
      console.error(`build: cannot run hardhat: ${error.message} (start it through npm run)`);
      resolve(1);
    });
  });
}
