// SPDX-License-Identifier: MIT
import type { ArgumentType, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";

/** The insurance vault of a clearinghouse; its shares are a token with this name and symbol. */
export function vaultOf(
  m: IgnitionModuleBuilder,
  clearinghouse: ArgumentType,
  token: ArgumentType,
  shares: readonly [name: string, symbol: string],
) {
  const times = [m.getParameter("vaultWindow"), m.getParameter("vaultCooldown")];
  return m.contract("InsuranceVault", [clearinghouse, token, ...shares, ...times]);
}

/** The lens of a clearinghouse, with its parts. */
export function lensOf(m: IgnitionModuleBuilder) {
  const parts = ["AccountLens", "GroupLens", "SettlementLens"].map((part) => m.contract(part));
  return m.contract("Lens", parts);
}
