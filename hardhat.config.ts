// SPDX-License-Identifier: MIT
import { defineConfig } from "hardhat/config";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import run from "./hardhat.run.config.js";

// Suites that start our commands as processes take minutes: `npm test -- programs`, or their files by name.
const isNamed = process.argv.some((arg) => arg.endsWith(".test.ts"));

export default defineConfig({
  ...run,
  plugins: [toolbox, ...run.plugins!],
  networks: {
    // In process, for tests.
    default: { type: "edr-simulated", chainType: "l1", hardfork: "osaka" },
    local: { type: "http", chainType: "l1", url: process.env["NOVATION_NODE"] ?? "http://127.0.0.1:8545" },
  },
  typechain: { outDir: "types/ethers-contracts" },
  test: {
    mocha: { timeout: 120_000, grep: isNamed ? "" : "^(?!programs: )" },
    solidity: {
      fuzz: { runs: 64, seed: "0x6e6f766174696f6e" },
      // Long enough to notice a broken handler; `npm run test:invariants` plays 32 times as many calls.
      invariant: { runs: 4, depth: 64, failOnRevert: true },
    },
  },
});
