// SPDX-License-Identifier: MIT
import { keccak256 } from "../sdk/keccak.js";
import type { Hex } from "../sdk/orderHash.js";

/** What a venue is made of, whatever its network; token and feeds are not of the build. */
export const VENUE_BUILD = [
  ...["AccessManager", "Trading", "DirectTrading", "LiquidationByOrders", "LiquidationByAccount", "LiquidationByVault"],
  ...["Absorption", "Deleveraging", "Governance", "Exchange", "Pledging", "Clearinghouse", "InsuranceVault"],
  ...["AccountLens", "GroupLens", "SettlementLens", "Lens", "CollateralLens", "ChainlinkPriceSource"],
] as const;

/** The same of an option venue; its sources of volatilities are not of the build, as feeds are not. */
export const OPTION_BUILD = [
  ...["AccessManager", "OptionMargin", "OptionSlices", "OptionLiquidation", "NotOffered", "OptionTrading"],
  ...["OptionDirectTrading", "OptionAbsorption", "OptionDeleveraging", "OptionGovernance", "NoPledging", "OptionMarks"],
  ...["OptionGroups", "OptionClearinghouse", "InsuranceVault", "AccountLens", "GroupLens", "SettlementLens", "Lens"],
  ...["OptionRiskLens", "OptionChainLens", "OptionLens", "ChainlinkPriceSource"],
] as const;

/** keccak-256 over the hashes of all creation code, in this order: parameters do not enter it. */
export async function buildHash(
  artifact: (name: string) => Promise<{ bytecode: string }>,
  contracts: readonly string[] = VENUE_BUILD,
): Promise<Hex> {
  const codes = await Promise.all(contracts.map(async (name) => (await artifact(name)).bytecode));
  return keccak256(`0x${codes.map((code) => keccak256(code as Hex).slice(2)).join("")}`);
}
