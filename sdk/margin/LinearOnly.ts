// SPDX-License-Identifier: MIT
import type { Venue } from "../state/Venue.js";

/** Asked about a clearinghouse of options, whose marks and margin are a model's: they are not computed here. */
export class LinearOnly extends Error {
  override readonly name = "LinearOnly";

  constructor(readonly what: string) {
    super(`${what} is of linear markets: the margin of option groups is the OptionLens's to tell`);
  }
}

/** Throws LinearOnly of a clearinghouse of options. */
export function requireLinear({ kind }: Venue, what: string): void {
  if (kind !== "linear") throw new LinearOnly(what);
}
