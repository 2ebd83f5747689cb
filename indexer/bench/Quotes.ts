// SPDX-License-Identifier: MIT
import type { FillWish } from "../../sdk/packing/batch.js";
import { size as units } from "../../sdk/units.js";
import type { LocalVenue } from "../../sim/venue/LocalVenue.js";
import type { Member, SignedOrder } from "../../sim/venue/orders.js";
import { toPrice } from "../../sim/venue/units.js";

/** A signed order's size: a hundred fills or so, as a signature takes longer than a fill. */
const WHOLE = 20_000_000_000n;
/** How far from the mark an order may stand before it is replaced. */
const NEAR = 0.0025;

interface Quote {
  signed: SignedOrder;
  price: number;
  left: bigint;
}

/** Standing orders of many makers, one a side, that are filled in parts and renewed when the mark has gone. */
export class Quotes {
  private readonly quotes = new Map<string, Quote>();
  private sequence = 0;
  signed = 0;

  constructor(
    private readonly venue: LocalVenue,
    private readonly market: bigint,
    private readonly random: () => number,
  ) {}

  /** A maker's part of a match. `size`: positive when he buys. */
  fill(maker: Member, size: bigint, mark: number): FillWish {
    const magnitude = size < 0n ? -size : size;
    const quote = this.standing(maker, size > 0n, magnitude, mark);
    quote.left -= magnitude;
    return { maker: quote.signed, size: units(magnitude) };
  }

  /** An order that takes whatever is there. */
  taker(taker: Member, size: bigint, mark: number): SignedOrder {
    const limit = toPrice(mark * (size > 0n ? 1 + 4 * NEAR : 1 - 4 * NEAR));
    return this.sign(taker, size, limit, 2, true);
  }

  private standing(maker: Member, buys: boolean, magnitude: bigint, mark: number): Quote {
    const key = `${maker.account} ${buys}`;
    const quote = this.quotes.get(key);
    if (quote !== undefined && quote.left >= magnitude && Math.abs(quote.price / mark - 1) < NEAR) return quote;
    const price = mark * (1 + (this.random() - 0.5) * 0.002);
    const signed = this.sign(maker, buys ? WHOLE : -WHOLE, toPrice(price), buys ? 0 : 1, false);
    const fresh = { signed, price, left: WHOLE };
    this.quotes.set(key, fresh);
    return fresh;
  }

  private sign(who: Member, size: bigint, limit: bigint, lane: number, taker: boolean): SignedOrder {
    this.signed += 1;
    return this.venue.sign(who, { market: this.market, size, limit, taker, sequence: ++this.sequence, lane });
  }
}
