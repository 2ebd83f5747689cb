// SPDX-License-Identifier: MIT
import { defineConfig } from "hardhat/config";
import base from "./hardhat.config.js";
import { npmFilesToBuild, production } from "./hardhat.run.config.js";

// The build that ships, in folders of its own: Hardhat keeps one set of artifacts, so that changing profiles in place
// would compile everything again each time. Types come from the default build; the interfaces are the same.
export default defineConfig({
  ...base,
  // A chain of one machine takes no block back, so that the first one confirms; elsewhere Ignition waits for five.
  ignition: process.env["NOVATION_LOCAL_CHAIN"] === "1" ? { requiredConfirmations: 1, blockPollingInterval: 200 } : {},
  solidity: { npmFilesToBuild, profiles: { default: production, production } },
  paths: { ...base.paths, artifacts: "build/artifacts", cache: "build/cache" },
  typechain: { outDir: "build/types" },
});
