// SPDX-License-Identifier: MIT
import type {
  ArgumentType,
  CallableContractFuture,
  ContractCallFuture,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import { MODES, chainlinkConfig } from "../deploy-novation.js";
import { optionSelectorsOf } from "../optionRoles.js";
import { handOver, type Holders } from "./handOver.js";
import { lensOf, vaultOf } from "./parts.js";

/** No access gate, unless a network's parameters name one. */
const NOBODY = "0x0000000000000000000000000000000000000000";

/**
 * An option group to create, by the feed of its underlying and a source of volatilities whose level is fresh. Its
 * parameters begin with `name`: nameHeartbeat, nameMarket, nameRisk, nameBudget.
 */
export interface OptionGroup {
  readonly name: string;
  readonly feed: ArgumentType;
  readonly volSource: ArgumentType;
  /** What has to be done before the group is created. */
  readonly after?: ContractCallFuture<string, string>[];
}

/** An option venue, with the steps and in the order of `novation`. */
export function options(
  m: IgnitionModuleBuilder,
  token: ArgumentType,
  treasury: ArgumentType,
  holders: Holders,
  groups: OptionGroup[],
) {
  const authority = m.contract("AccessManager", [m.getAccount(0)]);
  const margin = m.contract("OptionMargin");
  const liquidation = m.contract("OptionLiquidation", [m.contract("OptionSlices")]);
  const none = m.contract("NotOffered");
  const modules = {
    trading: m.contract("OptionTrading", [margin]),
    direct: m.contract("OptionDirectTrading", [margin]),
    byOrders: none,
    byAccount: liquidation,
    byVault: none,
    absorption: m.contract("OptionAbsorption"),
    deleveraging: m.contract("OptionDeleveraging"),
    governance: m.contract("OptionGovernance"),
    pledging: m.contract("NoPledging"),
  };
  const more = { margin, marks: m.contract("OptionMarks"), groups: m.contract("OptionGroups"), liquidation };
  const given = [token, authority, treasury, m.getParameter("venue"), modules, more];
  const clearinghouse = m.contract("OptionClearinghouse", given);
  const vault = vaultOf(m, clearinghouse, token, ["Novation Option Insurance Vault", "nvoUSDC"]);
  const lens = lensOf(m);
  const optionLens = m.contract("OptionLens", [m.contract("OptionRiskLens"), m.contract("OptionChainLens")]);

  let last: ContractCallFuture<string, string> = m.call(clearinghouse, "setVault", [vault]);
  last = m.call(clearinghouse, "setAccessGate", [m.getParameter("accessGate", NOBODY)], { after: [last] });
  const sources: Record<string, CallableContractFuture<string>> = {};
  for (const [index, { name, feed, volSource, after = [] }] of groups.entries()) {
    const config = chainlinkConfig(feed, m.getParameter(`${name}Heartbeat`));
    const source = m.contract("ChainlinkPriceSource", [config], { id: `${name}PriceSource` });
    const group = [source, volSource, MODES.QUEUE, m.getParameter(`${name}Market`), m.getParameter(`${name}Risk`)];
    last = m.call(clearinghouse, "createOptionGroup", group, { id: `${name}Group`, after: [last, ...after] });
    const budget = [index + 1, m.getParameter(`${name}Budget`)];
    last = m.call(clearinghouse, "setVaultBudget", budget, { id: `${name}Budget`, after: [last] });
    sources[`${name}PriceSource`] = source;
  }
  last = handOver(m, { authority, clearinghouse, holders, functionsOf: optionSelectorsOf, last });
  return { contracts: { authority, clearinghouse, vault, lens, optionLens, ...sources }, last };
}
