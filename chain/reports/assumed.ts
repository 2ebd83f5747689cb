// SPDX-License-Identifier: MIT
import { toBeHex, zeroPadValue } from "ethers";
import type { Newest } from "./PulledSource.js";
import type { Brought } from "./Reports.js";
import { markOf } from "./judge.js";

/** As `eth_call` and `eth_estimateGas` take it: storage that is otherwise, by contract and slot. */
export type Overrides = Readonly<Record<string, { readonly stateDiff: Readonly<Record<string, string>> }>>;

/** Where a DataStreamsPriceSource keeps its newest report: its first slot. */
export const SLOT = zeroPadValue("0x", 32);

/** What a source holds, as the word of its slot: 10 + 5 + 5 + 1 bytes, from the right. */
export function packed({ mark, observedAt, pricedAt, isOpen }: Newest): string {
  const word = mark | (BigInt(observedAt) << 80n) | (BigInt(pricedAt) << 120n) | ((isOpen ? 1n : 0n) << 160n);
  return zeroPadValue(toBeHex(word), 32);
}

/** The sources as they are once these reports are brought: for simulations of what comes after them. */
export function assumed(brought: readonly Brought[]): Overrides {
  return Object.fromEntries(
    brought.map(({ source, report: { says } }) => {
      const { observedAt, pricedAt, isOpen } = says;
      const word = packed({ mark: markOf(says.price, source), observedAt, pricedAt, isOpen });
      return [source.source, { stateDiff: { [SLOT]: word } }];
    }),
  );
}
