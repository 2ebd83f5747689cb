// SPDX-License-Identifier: MIT
import { z } from "zod/v4";
import { Refusal } from "../book/refusals.js";

/** Markets as people call them: series of options have names, other markets their numbers. */
export interface Names {
  nameOf(market: bigint): string | undefined;
  /** Throws a Refusal when nothing is called so. */
  marketNamed(name: string): bigint;
}

export const NO_NAMES: Names = {
  nameOf: () => undefined,
  marketNamed: (name) => {
    throw new Refusal("MarketUnknown", `${name} is no market here. /v1/markets lists them by their numbers.`, 404);
  },
};

/** A market's number, or its name: 511, ETH-PERPETUAL, ETH-25DEC26-4000-C. */
export const marketSchema = z.string().regex(/^(\d{1,10}|[A-Z0-9.]+(-[A-Z0-9.]+){1,3})$/);

export function marketOf(text: string, names: Names): bigint {
  return /^\d+$/.test(text) ? BigInt(text) : names.marketNamed(text);
}
