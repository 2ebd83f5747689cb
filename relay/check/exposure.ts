// SPDX-License-Identifier: MIT
import { notionalUp, positive, shareUp, valueDown } from "../../sdk/arithmetic.js";
import type { Money, Price, Size } from "../../sdk/units.js";

/** An order of an account as far as margin goes: sizes are magnitudes. */
export interface Wish {
  readonly buys: boolean;
  readonly size: bigint;
  readonly limit: bigint;
}

/** A market as margin needs it. */
export interface Terms {
  readonly mark: bigint;
  /** ppm: of what is held, and of what is added at the present open interest. */
  readonly initialMargin: bigint;
  readonly increaseRate: bigint;
  /** ppm: the larger of maker's and taker's. */
  readonly fee: bigint;
}

/**
 * What an account that holds `held` needs beyond the initial margin of what it holds, if its orders of one market are
 * filled: the worse of all buys and all sells, since those of the other side only reduce then. Fees, and what a limit
 * worse than the mark loses, count as needed. Rounded up.
 */
export function needed(held: bigint, wishes: readonly Wish[], terms: Terms): bigint {
  const [buys, sells] = [true, false].map((side) =>
    sideOf(
      held,
      wishes.filter(({ buys }) => buys === side),
      side,
      terms,
    ),
  );
  return buys! > sells! ? buys! : sells!;
}

function sideOf(held: bigint, wishes: readonly Wish[], buys: boolean, terms: Terms): bigint {
  const { mark, initialMargin, increaseRate, fee } = terms;
  const total = wishes.reduce((sum, { size }) => sum + size, 0n);
  if (total === 0n) return 0n;
  const after = buys ? held + total : held - total;
  const [before, later] = [magnitude(held), magnitude(after)];
  const rate = increaseRate > initialMargin ? increaseRate : initialMargin;
  const margin = (size: bigint, at: bigint) => shareUp(notionalUp(size as Size, mark as Price), at);
  const more =
    later > before ? margin(later - before, rate) : margin(later, initialMargin) - margin(before, initialMargin);
  const costs = wishes.reduce((sum, { size, limit }) => {
    const worse = positive((buys ? limit - mark : mark - limit) as Money);
    const loss = -valueDown(-size as Size, worse as unknown as Price);
    return sum + loss + shareUp(notionalUp(size as Size, limit as Price), fee);
  }, 0n);
  return more + costs;
}

function magnitude(size: bigint): bigint {
  return size < 0n ? -size : size;
}
