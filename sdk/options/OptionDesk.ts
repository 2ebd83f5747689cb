// SPDX-License-Identifier: MIT
import type { DeployedOptionGroup } from "../deployment.js";
import { groupOf, NOBODY, USE, type AccountId, type Address, type GroupId, type Order, type Use } from "../order.js";
import { secondsOf } from "../range.js";
import { saltOf, sequenceOf } from "../salt.js";
import type { SignedOrder } from "../signOrder.js";
import type { Price, Size } from "../units.js";
import type { ChainView, OptionPositionView, PortfolioView, TradeView } from "../views.js";
import { laddersOf } from "./listed.js";
import { quoteLane } from "./quoteLane.js";
import { seriesKind, type SeriesId } from "./series.js";
import { SeriesNameUnknown, seriesName, seriesNamed, type Ladders } from "./seriesName.js";

/** A leg of a trade that is thought of: bought when `size` is positive. */
export interface TradeLeg {
  readonly series: SeriesId;
  readonly size: Size;
  readonly price: Price;
}

/** Asks the lens of options. */
export interface OptionReader {
  chain(group: GroupId): Promise<ChainView>;
  portfolio(account: AccountId): Promise<PortfolioView>;
  trade(account: AccountId, group: GroupId, legs: readonly TradeLeg[]): Promise<TradeView>;
  /** The clock of the latest block, Unix seconds. */
  now(): Promise<bigint>;
}

/** Signs orders of one account: a client of this package is one. */
export interface OrderSigner {
  readonly account: AccountId;
  nextSalt(lane?: bigint): Promise<bigint>;
  sign(order: Omit<Order, "account">): Promise<SignedOrder>;
}

/** An order in a series by its name. What is left open: it only rests, at any fee, for ten minutes. */
export interface SeriesWish {
  readonly series: string;
  readonly size: Size;
  readonly limit: Price;
  readonly use?: Use;
  readonly maxFee?: bigint;
  /** Unix time; never after the expiry of the series. */
  readonly expiry?: bigint;
  readonly reduceOnly?: boolean;
  /** Who alone may submit it. */
  readonly matcher?: Address;
  readonly salt?: bigint;
}

/** A price and a size, a magnitude. */
export interface QuoteSide {
  readonly price: Price;
  readonly size: Size;
}

/** What a maker quotes in a series; a side that is left out is not quoted. */
export interface Quote {
  readonly series: string;
  readonly bid?: QuoteSide;
  readonly ask?: QuoteSide;
}

/** A position with the name of its series. */
export interface NamedPosition extends OptionPositionView {
  readonly name: string;
}

/** An account with its margin and its Greeks. */
export type NamedPortfolio = Omit<PortfolioView, "positions"> & { readonly positions: readonly NamedPosition[] };

/** An order would live longer than its series, whose number another series may have after that. */
export class OutlivesSeries extends RangeError {
  override readonly name = "OutlivesSeries";

  constructor(
    readonly series: string,
    readonly expiry: bigint,
    readonly seriesExpiry: bigint,
  ) {
    super(`${series} expires at ${seriesExpiry}, and the order at ${expiry}: its number may be another series' then`);
  }
}

/** Seconds for which an order lives when nothing else is said. */
const LIFE = 600n;
const ANY_FEE = 0xffffffn;

/**
 * Series of options by their names, for one account: orders, quotes of many series at once, positions with Greeks, what
 * a trade would change. Names are those of the expiries that were listed at the last `refresh`.
 */
export class OptionDesk {
  private readonly ladders = new Map<GroupId, Ladders>();

  private constructor(
    private readonly reader: OptionReader,
    private readonly groups: readonly Pick<DeployedOptionGroup, "symbol" | "group">[],
    private readonly signer: OrderSigner,
  ) {}

  /** @param groups Of the deployment file: `deployment.options.groups`. */
  static async open(
    reader: OptionReader,
    groups: readonly Pick<DeployedOptionGroup, "symbol" | "group">[],
    signer: OrderSigner,
  ): Promise<OptionDesk> {
    const desk = new OptionDesk(reader, groups, signer);
    await desk.refresh();
    return desk;
  }

  get account(): AccountId {
    return this.signer.account;
  }

  /** Learns which expiries are listed now. */
  async refresh(): Promise<void> {
    for (const { group } of this.groups) this.ladders.set(group, laddersOf(await this.reader.chain(group)));
  }

  /** The series of a name: ETH-25DEC26-4000-C, ETH-25DEC26, ETH-PERPETUAL. Throws SeriesNameUnknown. */
  series(name: string): SeriesId {
    const [symbol] = name.split("-");
    const found = this.groups.find((each) => each.symbol === symbol);
    if (found === undefined) throw new SeriesNameUnknown(name, `no group is on ${symbol}`);
    return seriesNamed(name, found.symbol, found.group, this.ladders.get(found.group)!);
  }

  nameOf(series: SeriesId): string {
    const group = groupOf(series, "options");
    const found = this.groups.find((each) => each.group === group);
    if (found === undefined) throw new SeriesNameUnknown(String(series), `group ${group} is not in the deployment`);
    return seriesName(found.symbol, series, this.ladders.get(group)!);
  }

  /** Unix time; undefined: it has none. */
  expiryOf(series: SeriesId): bigint | undefined {
    const kind = seriesKind(series);
    if (kind.type === "perpetual") return undefined;
    return this.ladders.get(groupOf(series, "options"))?.get(kind.ladder)?.expiry;
  }

  /** Signs an order in a series; sends nothing. */
  async sign(wish: SeriesWish): Promise<SignedOrder> {
    return this.signed(wish, wish.salt ?? (await this.signer.nextSalt()), await this.reader.now());
  }

  /**
   * Signs quotes of many series, both sides: orders that only rest, each in the lane of its series and side, all of one
   * sequence. Posted to a relay, they take the place of the quotes before them.
   */
  async quotes(quotes: readonly Quote[], more: Pick<SeriesWish, "maxFee" | "expiry" | "matcher"> = {}) {
    const now = await this.reader.now();
    const sequence = await this.nextSequence();
    const sides = quotes.flatMap(({ series, bid, ask }) => [
      ...(bid === undefined ? [] : [{ series, buys: true, ...bid }]),
      ...(ask === undefined ? [] : [{ series, buys: false, ...ask }]),
    ]);
    const signed: SignedOrder[] = [];
    for (const { series, buys, price: limit, size } of sides) {
      const salt = saltOf(sequence, quoteLane(this.series(series), buys));
      const wish = { ...more, series, size: (buys ? size : -size) as Size, limit, use: USE.MAKER };
      signed.push(await this.signed(wish, salt, now));
    }
    return signed;
  }

  /** Above the sequences of all quotes so far: `cancelBelow` of it, on the chain or at a relay, voids them all. */
  async nextSequence(): Promise<bigint> {
    return sequenceOf(await this.signer.nextSalt(quoteLane(0n as SeriesId, true)));
  }

  /**
   * Signs the legs of a package for a relay: orders that only take, each in a lane of its own, that `matcher` alone may
   * submit. It is the first of the relay's submitters (/v1/info).
   */
  async legs(wishes: readonly Omit<SeriesWish, "use" | "salt">[], matcher: Address): Promise<SignedOrder[]> {
    const now = await this.reader.now();
    const signed: SignedOrder[] = [];
    for (const [lane, wish] of wishes.entries()) {
      const salt = await this.signer.nextSalt(BigInt(lane + 1));
      signed.push(await this.signed({ ...wish, use: USE.TAKER, matcher }, salt, now));
    }
    return signed;
  }

  /** The account with its margin, its Greeks and which scenario binds. */
  async portfolio(): Promise<NamedPortfolio> {
    const view = await this.reader.portfolio(this.account);
    return { ...view, positions: view.positions.map((each) => ({ ...each, name: this.nameIn(each) })) };
  }

  /** What trading these would change: margin, equity, Greeks, and the fees of a taker. */
  async preview(legs: readonly Pick<SeriesWish, "series" | "size" | "limit">[]): Promise<TradeView> {
    const list = legs.map(({ series, size, limit }) => ({ series: this.series(series), size, price: limit }));
    list.sort((a, b) => (a.series < b.series ? -1 : 1));
    return this.reader.trade(this.account, groupOf(list[0]!.series, "options"), list);
  }

  // ------------------------------------------------------------------ inside

  /** Also of a ladder that was listed since the last refresh. */
  private nameIn({ series }: OptionPositionView): string {
    try {
      return this.nameOf(series as unknown as SeriesId);
    } catch (failure) {
      if (!(failure instanceof SeriesNameUnknown)) throw failure;
      return String(series);
    }
  }

  private async signed(wish: Omit<SeriesWish, "salt">, salt: bigint, now: bigint): Promise<SignedOrder> {
    const { series: name, size, limit, use = USE.MAKER, maxFee = ANY_FEE, reduceOnly = false } = wish;
    const series = this.series(name);
    const ends = this.expiryOf(series);
    const expiry = wish.expiry === undefined ? earlier(now + LIFE, ends) : secondsOf(wish.expiry, "order.expiry");
    if (ends !== undefined && expiry > ends) throw new OutlivesSeries(name, expiry, ends);
    return this.signer.sign({
      ...{ market: series, size, limit, salt, expiry, use, maxFee, reduceOnly },
      matcher: wish.matcher ?? NOBODY,
      trigger: 0n as Price,
      triggerAbove: false,
    });
  }
}

function earlier(a: bigint, b: bigint | undefined): bigint {
  return b === undefined || a < b ? a : b;
}
