// SPDX-License-Identifier: MIT
import { abs } from "../arithmetic.js";
import { size, type Price, type Size } from "../units.js";
import { refusalOfTrade, type TradeWish } from "./previewTrade.js";

const MAX_SIZE = 2n ** 72n - 1n;

/**
 * The largest trade at one price that the account can stand, signed; 0: none. What it would leave may be a position
 * below the market's minimum, which a preview tells.
 */
export function largestTrade(wish: Omit<TradeWish, "fills" | "queue">, buys: boolean, price: Price): Size {
  const signed = (magnitude: bigint): Size => size(buys ? magnitude : -magnitude);
  const stands = (magnitude: bigint): boolean => {
    const refusal = refusalOfTrade({ ...wish, fills: [{ size: signed(magnitude), price }] });
    return refusal === undefined || refusal.name === "PositionTooSmall";
  };
  const held = wish.account.positions.find(({ market }) => market === wish.market)?.size ?? 0n;
  // What closes may stand where nothing larger does, and something that is too large is never larger again.
  const closes = held !== 0n && held > 0n !== buys ? abs(held) : 0n;
  let [standing, failing] = [0n, MAX_SIZE + 1n];
  if (closes > 0n) {
    if (stands(closes)) standing = closes;
    else failing = closes;
  }
  while (failing - standing > 1n) {
    const middle = (standing + failing) / 2n;
    if (stands(middle)) standing = middle;
    else failing = middle;
  }
  return signed(standing);
}
