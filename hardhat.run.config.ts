// SPDX-License-Identifier: MIT
import { defineConfig } from "hardhat/config";
import { readdirSync } from "node:fs";
import { HARDLY } from "./scripts/compile/leanInput.js";
import { lean } from "./scripts/compile/plugin.js";
import { NPM_SOLC, nativeSolc } from "./scripts/compile/solc.mjs";

// solc comes from npm, so a build needs no download beyond `npm ci` and its version is pinned by the lockfile. A native
// one that does the same may serve the everyday build.
const npm = { version: "0.8.37", path: NPM_SOLC };
const solc = { ...npm, path: nativeSolc() ?? NPM_SOLC };
const settings = { evmVersion: "osaka", optimizer: { enabled: true, runs: 100 } };

const shipped = { ...npm, settings: { ...settings, viaIR: true, optimizer: { enabled: true, runs: 600 } } };

/**
 * What ships and what is measured; see hardhat.production.config.ts. One compiler run for all files, not one a file.
 */
export const production = { isolated: false, compilers: [shipped] };

/** Tests run once, so their own code is hardly optimised: that takes longer than what it saves. */
const once = { ...solc, settings: { ...settings, optimizer: HARDLY } };
const tests = readdirSync(`${import.meta.dirname}/test`, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".sol") && !path.endsWith("WalletGas.t.sol")) // which measures its own code
  .map((path) => `test/${path.replaceAll("\\", "/")}`);

/** Contracts of others that are deployed as they are. */
export const npmFilesToBuild = ["@openzeppelin/contracts/access/manager/AccessManager.sol"];

/**
 * How contracts are compiled, with no plugin but ours: this is all that `npm start` needs of Hardhat, and loads with
 * the dependencies that are not only for development. hardhat.config.ts adds the toolbox.
 */
export default defineConfig({
  plugins: [lean],
  solidity: {
    npmFilesToBuild,
    profiles: {
      // Compiles in a quarter of the time: everyday builds, tests, `npm start`.
      default: {
        isolated: false,
        compilers: [{ ...solc, settings }],
        overrides: Object.fromEntries(tests.map((file) => [file, once])),
      },
      production,
    },
  },
  paths: {
    tests: { solidity: "test", mocha: "test" },
    ignition: "deploy",
  },
});
