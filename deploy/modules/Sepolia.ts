// SPDX-License-Identifier: MIT
import { buildModule } from "@nomicfoundation/ignition-core";
import { novation } from "./novation.js";

/**
 * Novation on Ethereum's testnet Sepolia, on Circle's test USDC and Chainlink's feeds. Who governs is for the deployer
 * to say: add `governor`, `risk`, `guardian` and `treasury` to deploy/parameters/sepolia.json; none of them may be the
 * deployer. Afterwards anybody opens the vault with `initialise`.
 */
export default buildModule("Sepolia", (m) => {
  const holders = {
    GOVERNOR: m.getParameter("governor"),
    RISK: m.getParameter("risk"),
    GUARDIAN: m.getParameter("guardian"),
  };
  return novation(m, m.getParameter("token"), m.getParameter("treasury"), holders, [
    { name: "btc", feed: m.getParameter("btcFeed") },
    { name: "eth", feed: m.getParameter("ethFeed") },
  ]).contracts;
});
