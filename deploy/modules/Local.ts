// SPDX-License-Identifier: MIT
import { buildModule } from "@nomicfoundation/ignition-core";
import { novation } from "./novation.js";

/** Novation on a local chain: a token that anybody mints, feeds that anybody sets, and an opened vault. */
export default buildModule("Local", (m) => {
  const holders = { GOVERNOR: m.getAccount(1), RISK: m.getAccount(2), GUARDIAN: m.getAccount(3) };
  const token = m.contract("MockToken", ["USD Coin (mock)", "USDC", 6]);
  const btcFeed = m.contract("MockAggregator", [8, m.getParameter("btcAnswer")], { id: "btcFeed" });
  const solFeed = m.contract("MockAggregator", [8, m.getParameter("solAnswer")], { id: "solFeed" });
  const { contracts, last } = novation(m, token, m.getAccount(4), holders, [
    { name: "btc", feed: btcFeed },
    { name: "sol", feed: solFeed },
  ]);

  const seed = m.getParameter("vaultSeed");
  const minted = m.call(token, "mint", [m.getAccount(0), seed]);
  const approved = m.call(token, "approve", [contracts.vault, seed], { after: [minted] });
  m.call(contracts.vault, "initialise", [seed], { after: [approved, last] });
  return { token, btcFeed, solFeed, ...contracts };
});
