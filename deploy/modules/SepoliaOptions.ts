// SPDX-License-Identifier: MIT
import { buildModule } from "@nomicfoundation/ignition-core";
import { options } from "./options.js";

/**
 * An option venue on Ethereum's testnet Sepolia, with one group: ether, by Chainlink's feed and a source of
 * volatilities that is there (module Volatilities) and has a fresh level. The deployer adds `ethVolSource`, and who
 * governs, as for Sepolia.
 */
export default buildModule("SepoliaOptions", (m) => {
  const holders = {
    GOVERNOR: m.getParameter("governor"),
    RISK: m.getParameter("risk"),
    GUARDIAN: m.getParameter("guardian"),
  };
  return options(m, m.getParameter("token"), m.getParameter("treasury"), holders, [
    { name: "eth", feed: m.getParameter("ethFeed"), volSource: m.getParameter("ethVolSource") },
  ]).contracts;
});
