// SPDX-License-Identifier: MIT
import { buildModule } from "@nomicfoundation/ignition-core";
import { options } from "./options.js";

/**
 * An option venue on a local chain: a token that anybody mints, a feed and volatilities that anybody sets, and an
 * opened vault.
 */
export default buildModule("LocalOptions", (m) => {
  const holders = { GOVERNOR: m.getAccount(1), RISK: m.getAccount(2), GUARDIAN: m.getAccount(3) };
  const token = m.contract("MockToken", ["USD Coin (mock)", "USDC", 6]);
  const ethFeed = m.contract("MockAggregator", [8, m.getParameter("ethAnswer")], { id: "ethFeed" });
  const proxy = m.contract("MockAggregatorProxy", [ethFeed], { id: "ethProxy" });
  const volSource = m.contract("MockVolSource", [m.getParameter("ethVolHeartbeat")], { id: "ethVolSource" });
  const smile = m.call(volSource, "setFlat", [m.getParameter("ethVol")]);
  const level = m.call(volSource, "setLevelNow", [m.getParameter("ethVolLevel")], { after: [smile] });
  const { contracts, last } = options(m, token, m.getAccount(4), holders, [
    { name: "eth", feed: proxy, volSource, after: [level] },
  ]);

  const seed = m.getParameter("vaultSeed");
  const minted = m.call(token, "mint", [m.getAccount(0), seed]);
  const approved = m.call(token, "approve", [contracts.vault, seed], { after: [minted] });
  m.call(contracts.vault, "initialise", [seed], { after: [approved, last] });
  return { token, ethFeed, proxy, volSource, ...contracts };
});
