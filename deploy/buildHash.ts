// SPDX-License-Identifier: MIT
import { keccak256 } from "../sdk/keccak.js";
import type { Hex } from "../sdk/orderHash.js";

/** What a venue is made of, whatever its network; token and feeds are not of the build. */
const CONTRACTS = [
  ...["AccessManager", "Trading", "DirectTrading", "LiquidationByOrders", "LiquidationByAccount", "LiquidationByVault"],
  ...["Absorption", "Deleveraging", "Governance", "Exchange", "Pledging", "Clearinghouse", "InsuranceVault"],
  ...["AccountLens", "GroupLens", "SettlementLens", "Lens", "ChainlinkPriceSource"],
];

/** keccak-256 over the hashes of all creation code, in this order: parameters do not enter it. */
export async function buildHash(artifact: (name: string) => Promise<{ bytecode: string }>): Promise<Hex> {
  const codes = await Promise.all(CONTRACTS.map(async (name) => (await artifact(name)).bytecode));
  return keccak256(`0x${codes.map((code) => keccak256(code as Hex).slice(2)).join("")}`);
}
