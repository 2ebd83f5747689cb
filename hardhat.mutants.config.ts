// SPDX-License-Identifier: MIT
import { defineConfig } from "hardhat/config";
import base from "./hardhat.config.js";

const coinbase = process.env["NOVATION_COINBASE"];

// For `npm run assure -- mutate`: contracts with mutants in them are larger, and the coinbase says which one is on.
export default defineConfig({
  ...base,
  networks: {
    default: {
      type: "edr-simulated",
      chainType: "l1",
      hardfork: "osaka",
      allowUnlimitedContractSize: true,
      ...(coinbase ? { coinbase } : {}),
    },
  },
});
