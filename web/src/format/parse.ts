// SPDX-License-Identifier: MIT
import { NotDecimal, parseDecimal } from "../../../sdk/decimal.js";
import { OutOfRange } from "../../../sdk/range.js";

export type Parsed = { readonly value: bigint } | { readonly problem: string } | undefined;

/**
 * What somebody typed, as units of 10^-decimals: separators of thousands and spaces are passed over, a comma in place
 * of the point is not guessed at. Undefined: nothing is there yet.
 */
export function parseAmount(typed: string, decimals: number, { positive = true }: { positive?: boolean } = {}): Parsed {
  const text = typed.trim().replace(/[\s\u00a0\u202f_]/g, "");
  if (text === "") return undefined;
  const plain = /^-?\d{1,3}(,\d{3})+(\.\d*)?$/.test(text) ? text.replaceAll(",", "") : text;
  if (plain.includes(",")) return { problem: 'Write the point as ".": 1234.56' };
  const full = plain.replace(/^(-?)\./, "$10.").replace(/\.$/, "");
  try {
    const value = parseDecimal(full, decimals);
    if (positive && value <= 0n) return { problem: "Give an amount above zero." };
    return { value };
  } catch (failure) {
    if (failure instanceof NotDecimal || failure instanceof OutOfRange) return { problem: reasonOf(failure, decimals) };
    throw failure;
  }
}

function reasonOf(failure: NotDecimal | OutOfRange, decimals: number): string {
  if (failure instanceof OutOfRange) return `Give ${failure.allowed}.`;
  if (failure.reason.includes("after the point")) return `At most ${decimals} digits after the point count.`;
  if (failure.reason.includes("too")) return "That is too large.";
  return "Write digits and a point: 1234.56";
}
