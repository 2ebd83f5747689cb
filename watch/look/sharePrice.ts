// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import type { Header } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/order.js";
import { Reader } from "../../keeper/look/prices.js";

const VAULT = new Interface([
  "function convertToAssets(uint256 shares) view returns (uint256)",
  "function totalSupply() view returns (uint256)",
]);
/** Shares that cost a million token units at first. */
const SHARES = 10n ** 12n;

/** What a share of the vault is worth of its first price, ppm. A vault that nobody has opened has none. */
export async function sharePrice(rpc: Rpc, vault: Address, head: Header): Promise<bigint | undefined> {
  const reader = new Reader(rpc, vault, VAULT, head.number);
  const [supply] = await reader.ask("totalSupply", []);
  if (supply === 0n) return undefined;
  const [assets] = await reader.ask("convertToAssets", [SHARES]);
  return assets as bigint;
}
