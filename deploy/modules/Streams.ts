// SPDX-License-Identifier: MIT
import { buildModule } from "@nomicfoundation/ignition-core";
import { novation } from "./novation.js";

/**
 * Novation on a network where Chainlink's verifier is, with one market whose prices are pulled: ether, by its stream.
 * What differs from network to network is for the deployer to say: add `token`, `verifier`, `governor`, `risk`,
 * `guardian` and `treasury` to deploy/parameters/streams.json.
 */
export default buildModule("Streams", (m) => {
  const holders = {
    GOVERNOR: m.getParameter("governor"),
    RISK: m.getParameter("risk"),
    GUARDIAN: m.getParameter("guardian"),
  };
  const { contracts } = novation(m, m.getParameter("token"), m.getParameter("treasury"), holders, [
    { name: "eth", verifier: m.getParameter("verifier") },
  ]);
  return { ...contracts, bundle: m.contract("Bundle") };
});
