// SPDX-License-Identifier: MIT
import type {
  ArgumentType,
  CallableContractFuture,
  ContractCallFuture,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import { MODES, chainlinkConfig } from "../deploy-novation.js";
import { selectorsOf } from "../roles.js";
import { handOver, type Holders } from "./handOver.js";
import { vaultOf, lensOf } from "./parts.js";

/** No access gate, unless a network's parameters name one. */
const NOBODY = "0x0000000000000000000000000000000000000000";

/**
 * A market to list, in a group of its own, by a feed or by a stream. Its parameters begin with `name`: nameHeartbeat,
 * nameMarket, nameBudget, and of a stream nameStream, nameDecimals and nameMaxDelay.
 */
export type Market =
  { name: string; feed: ArgumentType; verifier?: never } | { name: string; verifier: ArgumentType; feed?: never };

/**
 * The steps that every network has in common, in an order that leaves no moment in which a stranger could act: the
 * deployer is admin while he lists, then each function gets its role and each role its guardian, and the last two calls
 * make the governor admin and the deployer nobody.
 */
export function novation(
  m: IgnitionModuleBuilder,
  token: ArgumentType,
  treasury: ArgumentType,
  holders: Holders,
  markets: Market[],
) {
  const deployer = m.getAccount(0);
  const authority = m.contract("AccessManager", [deployer]);
  const modules = {
    trading: m.contract("Trading"),
    direct: m.contract("DirectTrading"),
    byOrders: m.contract("LiquidationByOrders"),
    byAccount: m.contract("LiquidationByAccount"),
    byVault: m.contract("LiquidationByVault"),
    absorption: m.contract("Absorption"),
    deleveraging: m.contract("Deleveraging"),
    governance: m.contract("Governance"),
    pledging: m.contract("Pledging", [m.contract("Exchange")]),
  };
  const venue = m.getParameter("venue");
  const clearinghouse = m.contract("Clearinghouse", [token, authority, treasury, venue, modules]);
  const vault = vaultOf(m, clearinghouse, token, ["Novation Insurance Vault", "nvUSDC"]);
  const lens = lensOf(m);
  const collateralLens = m.contract("CollateralLens");

  let last: ContractCallFuture<string, string> = m.call(clearinghouse, "setVault", [vault]);
  last = m.call(clearinghouse, "setAccessGate", [m.getParameter("accessGate", NOBODY)], { after: [last] });
  const sources: Record<string, CallableContractFuture<string>> = {};
  for (const [index, market] of markets.entries()) {
    const { name } = market;
    const group = index + 1;
    const source = sourceOf(m, market);
    const listing = [group, source, MODES.QUEUE, m.getParameter(`${name}Market`)];
    last = m.call(clearinghouse, "createGroup", [], { id: `${name}Group`, after: [last] });
    last = m.call(clearinghouse, "createMarket", listing, { id: `${name}Market`, after: [last] });
    const budget = [group, m.getParameter(`${name}Budget`)];
    last = m.call(clearinghouse, "setVaultBudget", budget, { id: `${name}Budget`, after: [last] });
    sources[`${name}PriceSource`] = source;
  }

  last = handOver(m, { authority, clearinghouse, holders, functionsOf: selectorsOf, last });
  return { contracts: { authority, clearinghouse, vault, lens, collateralLens, ...sources }, last };
}

function sourceOf(m: IgnitionModuleBuilder, { name, feed, verifier }: Market): CallableContractFuture<string> {
  const id = `${name}PriceSource`;
  const heartbeat = m.getParameter(`${name}Heartbeat`);
  if (verifier === undefined) return m.contract("ChainlinkPriceSource", [chainlinkConfig(feed, heartbeat)], { id });
  const [feedId, decimals, maxDelay] = ["Stream", "Decimals", "MaxDelay"].map((each) => m.getParameter(name + each));
  const config = { verifier, feedId: feedId!, decimals: decimals!, heartbeat, maxDelay: maxDelay!, lotExponent: 0 };
  return m.contract("DataStreamsPriceSource", [config], { id });
}
