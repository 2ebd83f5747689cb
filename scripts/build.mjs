// SPDX-License-Identifier: MIT
// Builds the contracts: those that `npm start` runs, all with types, or these and what ships at the same time, as each
// compiler run takes one core. One build at a time in a folder, as builds share a cache. Writes to stderr only, and
// says what a build takes where there is none yet.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAbis } from "./abis.mjs";
import { writeFactories } from "./factories.mjs";
import { takeLock } from "./lock.mjs";

/** Milliseconds after which a build that compiles again says so. */
const LONG = 8_000;
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const FLAGS = ["build", "--no-tests", "--quiet"];
const BUILDS = {
  // Without types: see factories.mjs.
  run: ["--config", "hardhat.run.config.ts", ...FLAGS],
  types: FLAGS,
  shipped: ["--config", "hardhat.production.config.ts", ...FLAGS, "--no-typechain"],
};

/** True when all is built. */
export async function build(wanted) {
  const giveBack = takeLock(join(root, ".build.lock"), "build: another build");
  let said = false;
  const say = (what) => {
    console.error(`build: compiling ${what} ...`);
    said = true;
  };
  const timer = setTimeout(() => {
    if (!said) say("if anything has changed since the last build: that can take minutes");
  }, LONG);
  try {
    const fresh = !existsSync(join(root, "artifacts/contracts"));
    // Hardhat removes what it is not asked for, so mocks are left out only where none is.
    const few = wanted === "run" && !existsSync(join(root, "artifacts/contracts/mocks/StorageLens.sol"));
    if (fresh && wanted !== "shipped") {
      say("the contracts with the everyday settings (not those that ship), half a minute");
    }
    if ((wanted === "all" || wanted === "shipped") && !existsSync(join(root, "build/artifacts/contracts"))) {
      say("the contracts as they ship, one to three minutes");
    }
    const builds = wanted === "all" ? [BUILDS.types, BUILDS.shipped] : [BUILDS[wanted]];
    const codes = await Promise.all(builds.map((args) => hardhat(args, few ? { NOVATION_BUILD: "run" } : {})));
    if (!codes.every((code) => code === 0)) return false;
    if (wanted === "types" || wanted === "all") writeAbis(); // into the SDK, when an ABI has changed
    if (wanted === "run") writeFactories(join(root, "artifacts"), join(root, "types/ethers-contracts"));
    return true;
  } finally {
    clearTimeout(timer);
    giveBack();
  }
}

function hardhat(args, env) {
  const shell = process.platform === "win32";
  const child = spawn("hardhat", args, { stdio: ["ignore", 2, 2], shell, env: { ...process.env, ...env } });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve(code ?? 1));
    child.on("error", (error) => {
      console.error(`build: cannot run hardhat: ${error.message} (start it through npm run)`);
      resolve(1);
    });
  });
}
