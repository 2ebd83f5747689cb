// SPDX-License-Identifier: MIT

/**
 * A position on the side that a round closes against. Cash is all behind it, so that equity is cash and unrealised
 * gain.
 */
export interface Holder {
  id: string;
  /** Base, positive. */
  size: number;
  entry: number;
  /** Quote. */
  cash: number;
}

/** What a round asks of them. */
export interface Terms {
  /** +1 if the holders are long, -1 if they are short. */
  sign: 1 | -1;
  /** Size in default. */
  qty: number;
  /**
   * Where the defaulters' equity is zero: the price at which a position is closed by those who bill through the price.
   */
  price: number;
  /** The mark after the jump. */
  mark: number;
}

/**
 * What a policy does to a holder: how much of the position is closed, and what that or a charge costs him against the
 * mark.
 */
export interface Share {
  closed: number;
  haircut: number;
}

/** One share for each holder, in their order. */
export type Policy = (holders: readonly Holder[], terms: Terms) => Share[];

/** Unrealised gain at the mark. */
export function gainOf({ size, entry }: Holder, { sign, mark }: Terms): number {
  return sign * size * (mark - entry);
}

export function equityOf(holder: Holder, terms: Terms): number {
  return holder.cash + gainOf(holder, terms);
}

/** What winners have to give: the defaulters' debt at the mark. */
export function neededOf({ sign, qty, price, mark }: Terms): number {
  return Math.max(0, sign * qty * (mark - price));
}

/** The holders after a round: what is closed is paid out at the mark less the haircut. */
export function after(holders: readonly Holder[], terms: Terms, shares: readonly Share[]): Holder[] {
  return holders.flatMap((holder, index) => {
    const { closed, haircut } = shares[index]!;
    const size = holder.size - closed;
    const cash = holder.cash + terms.sign * closed * (terms.mark - holder.entry) - haircut;
    return size > 1e-12 ? [{ ...holder, size, cash }] : [];
  });
}
