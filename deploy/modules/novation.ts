// SPDX-License-Identifier: MIT
import type {
  ArgumentType,
  CallableContractFuture,
  ContractCallFuture,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import { MODES, chainlinkConfig } from "../deploy-novation.js";
import { ADMIN, ROLES, ROLE_NAMES, selectorsOf } from "../roles.js";

/** Who gets each role. */
export interface Holders {
  GOVERNOR: ArgumentType;
  RISK: ArgumentType;
  GUARDIAN: ArgumentType;
}

/** A market to list, in a group of its own. Its parameters begin with `name`: nameHeartbeat, nameMarket, nameBudget. */
export interface Market {
  name: string;
  feed: ArgumentType;
}

/**
 * The steps that every network has in common, in an order that leaves no moment in which a stranger could act: the
 * deployer is admin while he lists, then each function gets its role, and the last two calls make the governor admin
 * and the deployer nobody.
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
  const vault = m.contract("InsuranceVault", [
    clearinghouse,
    token,
    "Novation Insurance Vault",
    "nvUSDC",
    m.getParameter("vaultWindow"),
    m.getParameter("vaultCooldown"),
  ]);

  const parts = ["AccountLens", "GroupLens", "SettlementLens"].map((part) => m.contract(part));
  const lens = m.contract("Lens", parts);

  let last: ContractCallFuture<string, string> = m.call(clearinghouse, "setVault", [vault]);
  const sources: Record<string, CallableContractFuture<string>> = {};
  for (const [index, { name, feed }] of markets.entries()) {
    const group = index + 1;
    const config = chainlinkConfig(feed, m.getParameter(`${name}Heartbeat`));
    const source = m.contract("ChainlinkPriceSource", [config], { id: `${name}PriceSource` });
    const listing = [group, source, MODES.QUEUE, m.getParameter(`${name}Market`)];
    last = m.call(clearinghouse, "createGroup", [], { id: `${name}Group`, after: [last] });
    last = m.call(clearinghouse, "createMarket", listing, { id: `${name}Market`, after: [last] });
    const budget = [group, m.getParameter(`${name}Budget`)];
    last = m.call(clearinghouse, "setVaultBudget", budget, { id: `${name}Budget`, after: [last] });
    sources[`${name}PriceSource`] = source;
  }

  const delays = { GOVERNOR: m.getParameter("governorDelay"), RISK: m.getParameter("riskDelay"), GUARDIAN: 0 };
  const send = (name: string, args: ArgumentType[], id: string) => {
    last = m.call(authority, name, args, { id, after: [last] });
  };
  for (const role of ROLE_NAMES) {
    send("labelRole", [ROLES[role].id, role], `Label${role}`);
    send("setTargetFunctionRole", [clearinghouse, selectorsOf(role), ROLES[role].id], `Functions${role}`);
    send("grantRole", [ROLES[role].id, holders[role], delays[role]], `Grant${role}`);
  }
  send("grantRole", [ADMIN, holders.GOVERNOR, delays.GOVERNOR], "GrantADMIN");
  send("renounceRole", [ADMIN, deployer], "RenounceADMIN");
  return { contracts: { authority, clearinghouse, vault, lens, ...sources }, last };
}
