// SPDX-License-Identifier: MIT
import { notionalUp, priceShareDown, shareUp } from "../../sdk/arithmetic.js";
import { NO_NODE } from "../../sdk/level.js";
import { quoteOf, seenAt } from "../../sdk/margin/quote.js";
import { seriesGroup, seriesIndex, seriesKind, seriesOf, type SeriesKind } from "../../sdk/options/series.js";
import { SeriesNameUnknown, expiryName, seriesName, seriesNamed, strikeOf } from "../../sdk/options/seriesName.js";
import { indexOf, type GroupId, type MarketId } from "../../sdk/order.js";
import { queueHint } from "../../sdk/queue/hint.js";
import { OutOfRange } from "../../sdk/range.js";
import { sizeOf } from "../../sdk/state/position.js";
import { seriesListed } from "../../sdk/state/options.js";
import type { Group, Market, Venue } from "../../sdk/state/Venue.js";
import type { Price, Size } from "../../sdk/units.js";
import type { Live } from "../book/Live.js";
import { Refusal } from "../book/refusals.js";
import { asContracts } from "../check/asContracts.js";
import { OrderView, type MarketInfo, type MarketWish, type ViewOptions } from "../check/OrderView.js";
import { STAND } from "../journal/statement.js";
import { laneOf, magnitude, USE, type Order, type SignedOrder } from "../order/Order.js";
import { NOTHING, isOption, type LensReader, type Seen } from "./LensReader.js";
import type { OptionSight } from "./OptionSight.js";
import { balanceAfter, isSound, type Addition, type Balance, type Standing, type UnitRisk } from "./Standing.js";

const KIND = "options";
const PPM = 1_000_000n;
const NO_NEW_RISK = 1n;
/** An option's fee is at most this share of its premium, ppm. */
const PREMIUM_SHARE = 125_000n;
/** How far spot or level may move, ppm, and for how long, until what a contract adds to margin is asked anew. */
const UNIT_MOVE = 2_500n;
const UNIT_AGE = 60n;
/** The same of how accounts stand. */
const SEEN_MOVE = 1_000n;
const SEEN_AGE = 30n;
/**
 * Upper bounds by bench/results (option-fill: 393,000 with eight series on each side): of a side of a fill, of a series
 * that it holds, and of a risk array that is not fresh.
 */
const SIDE_GAS = 100_000;
const LEG_GAS = 12_000;
const ARRAY_GAS = 28_000;
/** Of an array that is stored, and of the transaction that does. */
const STORED_GAS = 50_000;
const REFRESH_GAS = 80_000;
/** Blocks for which a refresh is taken to be on its way. */
const PAUSE = 5;
/** What an account may hold that was not asked about yet. */
const UNKNOWN = Array.from({ length: 8 }, () => 0n);
/** Questions that are asked at once. */
const AT_ONCE = 16;

export interface OptionViewOptions extends ViewOptions {
  readonly reader: LensReader;
  /** By group: of the underlying, as people call it. */
  readonly symbols: ReadonlyMap<bigint, string>;
  /** Of limits of options that may rest, 1e-18 quote; 0n: none. */
  readonly tick: bigint;
}

/** One side of a fill. */
export interface Side {
  readonly account: bigint;
  readonly market: bigint;
}

/** What was learned at a head, with what it depends on. */
interface Learned<T> {
  readonly value: T;
  readonly time: bigint;
  readonly spot: bigint;
  readonly level: bigint;
  readonly versions: bigint;
}

interface Risks {
  readonly bought: UnitRisk;
  readonly sold: UnitRisk;
}

/**
 * A clearinghouse of options as the book sees it. Marks are the OptionLens's, of each head. Margin is of the account as
 * a whole: what it has and what is on its way are never counted as less than they need, from figures of the lens that
 * add up; where these do not reach, the lens is asked for the very trade. Orders that rest beside each other are
 * judged one by one, and again when they are met.
 */
export class OptionView extends OrderView {
  private sight: OptionSight | undefined;
  /** Of accounts that the venue knows: that costs a deposit, and so nobody fills the memory. */
  private readonly seen = new Map<bigint, Learned<Seen>>();
  private readonly risks = new Map<bigint, Learned<Risks>>();
  /** What the lens allowed of orders at the present head, by account: their key, and what was on its way then. */
  private allowed = new Map<string, string>();
  private refused = new Map<string, Balance>();
  /** Questions that have no answer yet. */
  private readonly asking = new Map<string, Promise<void>>();

  constructor(
    venue: Venue,
    protected override readonly options: OptionViewOptions,
  ) {
    super(venue, options);
  }

  /** The venue was synced to a head, of which this was seen. */
  update(sight: OptionSight): void {
    this.sight = sight;
    [this.allowed, this.refused] = [new Map(), new Map()];
  }

  get time(): number {
    return Number(this.sight?.header.timestamp ?? 0n);
  }

  mark(id: bigint): bigint | undefined {
    const group = this.sight?.groups.get(this.groupOf(id));
    return group?.isOpen === true && this.closedWhy(id) === undefined ? group.marks.get(id)?.mark : undefined;
  }

  band(id: bigint): bigint {
    const forward = this.sight?.groups.get(this.groupOf(id))?.marks.get(id)?.forward ?? 0n;
    return priceShareDown(forward as Price, this.marketOf(id)?.parameters.priceBand ?? 0n);
  }

  tooSmall({ signed: { order }, buys }: Live, size: bigint, price: bigint): boolean {
    const minimum = this.marketOf(order.market)?.parameters.minNotional ?? 0n;
    const at = isOption(order.market) ? (this.spotOf(order.market) ?? 0n) : price;
    return notionalUp(size as Size, at as Price) < minimum && !this.closes(order, buys, size);
  }

  markets(): MarketInfo[] {
    return [...this.venue.groups.values()].flatMap((group) =>
      seriesListed(group)
        .filter((id) => this.closedWhy(id) === undefined)
        .map((id) => this.infoOf(group, id)),
    );
  }

  hintOf({ signed: { order }, buys }: Live, size: bigint, at: bigint): bigint {
    const [market, spot] = [this.marketOf(order.market), this.spotOf(order.market)];
    const mark = this.sight?.groups.get(this.groupOf(order.market))?.marks.get(order.market)?.mark;
    if (market === undefined || spot === undefined || mark === undefined) return NO_NODE;
    const account = this.accountOf(order.account);
    const position = account?.group === this.groupOf(order.market) ? account.legs[indexOf(market.id, KIND)] : undefined;
    const quote = quoteOf(market, seenAt(mark), BigInt(this.time));
    // Levels of the queue are as wide as those of the underlying.
    const moved = (price: bigint) => (price + spot - mark) as Price;
    const place = { ...quote, mark: spot as Price, long: moved(quote.long), short: moved(quote.short) };
    return queueHint(market, position, (buys ? size : -size) as Size, at as Price, place);
  }

  drivers(): ReadonlyMap<bigint, bigint> {
    const pairs = [...(this.sight?.groups ?? [])].flatMap(([group, { spot, level }]) => [
      [group << 1n, spot] as const,
      [(group << 1n) | 1n, level] as const,
    ]);
    return new Map(pairs);
  }

  excess(account: bigint): Live | undefined {
    return this.newest(account).find((live) => !this.carries(live));
  }

  override nameOf(id: bigint): string | undefined {
    const group = this.venue.groups.get(this.groupOf(id) as GroupId);
    const ladders = group?.options?.ladders;
    if (ladders === undefined || kindOf(id) === undefined) return undefined;
    try {
      return seriesName(this.symbolOf(group!), id as MarketId, ladders);
    } catch (failure) {
      if (failure instanceof SeriesNameUnknown) return undefined;
      throw failure;
    }
  }

  override marketNamed(name: string): bigint {
    const [symbol] = name.split("-");
    for (const group of this.venue.groups.values()) {
      if (this.symbolOf(group) !== symbol) continue;
      try {
        return seriesNamed(name, symbol, group.id, group.options!.ladders);
      } catch (failure) {
        if (!(failure instanceof SeriesNameUnknown)) throw failure;
        throw new Refusal("SeriesNotListed", `${failure.message}. ${this.listedIn(group)}`, 404);
      }
    }
    throw new Refusal("SeriesNotListed", `${name}: no group is on ${symbol}. /v1/markets tells what is listed.`, 404);
  }

  /** Gas of one side of a fill, by what the account holds. */
  sideGas(account: bigint): number {
    const { series, arraysFresh } = this.seen.get(account)?.value ?? { series: UNKNOWN, arraysFresh: false };
    return SIDE_GAS + (series.length + 1) * (arraysFresh ? LEG_GAS : LEG_GAS + ARRAY_GAS);
  }

  /**
   * Series whose risk arrays had better be stored before these sides are filled, one after the other; none when that
   * would cost more than it saves. `since`: at which block each was last, it is not asked for again soon.
   */
  refreshFor(sides: readonly Side[], since: Map<bigint, number>): bigint[] {
    const { sight } = this;
    const stale = sight?.groups.get(this.groupOf(sides[0]!.market))?.stale;
    if (stale === undefined) return [];
    const block = sight!.header.number;
    const isDue = (call: bigint) => stale.has(call) && block - (since.get(call) ?? -PAUSE) >= PAUSE;
    const held = new Map<bigint, Set<bigint>>();
    const wanted = new Map<bigint, number>();
    for (const { account, market } of sides) {
      const calls =
        held.get(account) ?? new Set((this.seen.get(account)?.value.series ?? []).filter(isOption).map(callOf));
      if (isOption(market)) calls.add(callOf(market));
      held.set(account, calls);
      for (const call of calls) if (isDue(call)) wanted.set(call, (wanted.get(call) ?? 0) + 1);
    }
    const uses = [...wanted.values()].reduce((sum, count) => sum + count, 0);
    if (uses * ARRAY_GAS <= wanted.size * STORED_GAS + REFRESH_GAS) return [];
    for (const call of wanted.keys()) since.set(call, block);
    return [...wanted.keys()].sort((a, b) => (a < b ? -1 : 1));
  }

  /** Asks the lens how accounts stand, what a contract of their series adds, and about what these do not allow. */
  override async revise(accounts: Iterable<bigint>): Promise<void> {
    const lives = [...accounts].map((id) => [id, [...this.options.ordersOf(id)].filter(isAlive)] as const);
    const alive = lives.filter(([, orders]) => orders.length > 0);
    const markets = new Set(alive.flatMap(([, orders]) => orders.map(({ signed }) => signed.order.market)));
    await this.learn(
      alive.map(([id]) => id),
      [...markets],
      true,
    );
    const tight = alive.flatMap(([id]) => this.newest(id).filter((live) => !this.carries(live)));
    await inTurns(tight, ({ signed: { order }, left }) => this.askAbout([wishOf(order, left)], order));
  }

  override async prepare(orders: readonly Order[]): Promise<void> {
    const [first] = orders;
    const isKnown = orders.every(({ market }) => this.marketOf(market) !== undefined && kindOf(market) !== undefined);
    if (this.sight === undefined || first === undefined || !isKnown) return; // refused by its terms
    const { account } = first;
    const flying = this.flightsOf(account).map(({ market }) => market);
    await this.learn([account], [...orders.map(({ market }) => market), ...flying], false);
    const wishes = orders.map((order) => wishOf(order, magnitude(order.size)));
    const growing = orders.some((order) => this.grows(order));
    if (!growing || this.affordsAll(account, this.flightsOf(account), wishes)) return;
    // Who has nothing is refused without a question.
    if ((this.standingOf(account)?.equity ?? 0n) <= 0n) return;
    await this.askAbout(wishes, first);
  }

  override runTerms(legs: readonly SignedOrder[]): void {
    const flaw = this.runFlaw(legs.map(({ order }) => order));
    if (flaw !== undefined) throw new Refusal("PackageMalformed", flaw, 400);
    for (const leg of legs) this.requireTerms(leg);
    this.requireMargin(legs.map(({ order }) => order));
  }

  // ------------------------------------------------------------------ inside

  protected flawOf(order: Order): Refusal | undefined {
    const { market: id, use, maxFee, reduceOnly, limit } = order;
    const market = this.marketOf(id);
    if (market === undefined || kindOf(id) === undefined) return asContracts("MarketUnknown", { market: id });
    const closed = this.closedWhy(id);
    if (closed !== undefined) return closed;
    const expiry = this.expiryOf(id);
    if (expiry !== undefined && order.expiry > expiry) {
      return new Refusal(
        "OrderOutlivesSeries",
        `The order lives until ${order.expiry}, and ${this.nameOf(id)} expires at ${expiry}: its number may be another ` +
          `series' after that. Sign an expiry of at most ${expiry}.`,
      );
    }
    const { tick } = this.options;
    if (use !== USE.TAKER && isOption(id) && tick > 0n && limit % tick !== 0n) {
      return new Refusal("OffTick", `The limit is no multiple of the relay's tick, ${tick} (1e-18 quote).`);
    }
    if (this.pauseOf(id) >= NO_NEW_RISK && !reduceOnly) return asContracts("PausedAt", { level: this.pauseOf(id) });
    const { makerFee, takerFee } = market.parameters;
    const larger = makerFee > takerFee ? makerFee : takerFee;
    const fee = use === USE.MAKER ? makerFee : use === USE.TAKER ? takerFee : larger;
    return fee > maxFee ? asContracts("FeeAboveCap", { cap: maxFee, fee }) : undefined;
  }

  /** Why a series does not trade, whatever the time of day: it is not listed, or has expired. */
  private closedWhy(id: bigint): Refusal | undefined {
    const kind = kindOf(id);
    const group = this.venue.groups.get(this.groupOf(id) as GroupId);
    if (kind === undefined || group?.options === undefined) return asContracts("MarketUnknown", { market: id });
    if (kind.type === "perpetual") return undefined;
    const ladder = group.options.ladders.get(kind.ladder);
    if (ladder === undefined) {
      const symbol = this.symbolOf(group);
      const why = `Series ${id} belongs to ladder ${kind.ladder} of ${symbol}, which is not listed.`;
      return new Refusal("SeriesNotListed", `${why} ${this.listedIn(group)}`);
    }
    if (ladder.expiry > BigInt(this.time)) return undefined;
    return new Refusal("SeriesExpired", `${this.nameOf(id)} has expired. ${this.listedIn(group)}`);
  }

  /** What of a group trades, in a sentence. */
  private listedIn(group: Group): string {
    const ladders = [...group.options!.ladders.values()].filter(({ expiry }) => expiry > BigInt(this.time));
    const names = ladders.map(({ expiry }) => `${this.symbolOf(group)}-${expiryName(expiry)}`);
    return names.length === 0 ? "No expiry is listed now." : `Listed are ${names.sort().join(", ")}.`;
  }

  /** What is wrong with a package as such. */
  private runFlaw(orders: readonly Order[]): string | undefined {
    const [first] = orders;
    const [submitter] = this.options.submitters;
    const differ = <T>(of: (order: Order) => T) => new Set(orders.map(of)).size === orders.length;
    if (orders.some(({ account }) => account !== first!.account)) return "The legs of a package are of one account.";
    if (orders.some(({ market }) => this.groupOf(market) !== this.groupOf(first!.market))) {
      return "The legs of a package are series of one group.";
    }
    if (!differ(({ market }) => market)) return "A package has one leg of a series.";
    if (!differ(({ salt }) => laneOf(salt))) return "Each leg of a package has a lane of its own.";
    if (orders.some(({ use, trigger, reduceOnly }) => use !== USE.TAKER || trigger !== 0n || reduceOnly)) {
      return "Legs of a package are TAKER orders, without a trigger and not reduceOnly.";
    }
    if (orders.some(({ matcher }) => matcher !== submitter?.toLowerCase())) {
      return `Each leg of a package names ${submitter} as its matcher: else anybody could fill one of them alone.`;
    }
    return undefined;
  }

  protected requireMargin(orders: readonly Order[]): void {
    const [first] = orders;
    const { account } = first!;
    for (const { reduceOnly, trigger, ...order } of orders) {
      if (!reduceOnly) continue;
      const reducible = this.reducible({ ...order, reduceOnly, trigger }, order.size > 0n);
      if (reducible === 0n && trigger === 0n) throw asContracts("NothingToReduce", { account });
    }
    const growing = orders.filter((order) => this.grows(order));
    if (growing.length === 0) return; // the contracts decide by the account's ratio
    const wishes = orders.map((order) => wishOf(order, magnitude(order.size)));
    const flights = this.flightsOf(account);
    if (this.standingOf(account) === undefined || growing.some(({ market }) => !this.risks.has(market))) {
      throw new Refusal("NotReady", "The relay has not asked the chain about the account yet. Try again.", 503);
    }
    if (this.affordsAll(account, flights, wishes)) return;
    const balance = this.refused.get(keyOf(account, wishes)) ?? this.balance(account, [...flights, ...wishes])!;
    const { equity, required, atAnchor, atRecorded } = balance;
    if (equity < required) throw asContracts("InsufficientMargin", { account, equity, required });
    throw asContracts("UnsoundAtAnchor", { account, atAnchor, atRecorded });
  }

  /** Has the account the margin for what is on its way and this order alone? */
  private carries({ signed: { order }, buys, left, stand }: Live): boolean {
    if (stand === STAND.PARKED || left <= this.reducible(order, buys)) return true;
    return this.affords(order.account, this.flightsOf(order.account), wishOf(order, left));
  }

  protected affords(account: bigint, flights: readonly MarketWish[], wish: MarketWish): boolean {
    return this.affordsAll(account, flights, [wish]);
  }

  /** By figures that add up, or as the lens has said of these very trades. What is not known yet, the chain decides. */
  private affordsAll(account: bigint, flights: readonly MarketWish[], wishes: readonly MarketWish[]): boolean {
    const balance = this.balance(account, [...flights, ...wishes]);
    if (balance === undefined || isSound(balance)) return true;
    return this.allowed.get(keyOf(account, wishes)) === textOf(flights);
  }

  private balance(account: bigint, wishes: readonly MarketWish[]): Balance | undefined {
    const standing = this.standingOf(account);
    const additions = wishes.map((wish) => this.additionOf(wish));
    if (standing === undefined || additions.includes(undefined)) return undefined;
    return balanceAfter(standing, additions as Addition[]);
  }

  private standingOf(account: bigint): Standing | undefined {
    return this.accountOf(account) === undefined ? NOTHING : this.seen.get(account)?.value.standing;
  }

  private additionOf(wish: MarketWish): Addition | undefined {
    const { market: id, buys, size, limit } = wish;
    const [risks, group, market] = [
      this.risks.get(id)?.value,
      this.sight?.groups.get(this.groupOf(id)),
      this.marketOf(id),
    ];
    const mark = group?.marks.get(id)?.mark;
    if (risks === undefined || group === undefined || mark === undefined || market === undefined) return undefined;
    const { makerFee, takerFee } = market.parameters;
    const rate = makerFee > takerFee ? makerFee : takerFee;
    const option = isOption(id);
    const premium = limit > mark ? limit : mark;
    const whole = shareUp(notionalUp(size as Size, (option ? group.spot : limit) as Price), rate);
    const most = shareUp(notionalUp(size as Size, premium as Price), PREMIUM_SHARE);
    const fee: bigint = option && most < whole ? most : whole;
    return { buys, size, limit, mark, fee, isOption: option, risk: buys ? risks.bought : risks.sold };
  }

  /** Asks the lens for the very trades, with what is on its way. */
  private async askAbout(wishes: readonly MarketWish[], { account, market }: Order): Promise<void> {
    const { sight } = this;
    const flights = this.flightsOf(account);
    const legs = [...flights, ...wishes].map(({ market: series, buys, size, limit }) => ({
      ...{ series, size: buys ? size : -size, price: limit },
    }));
    const balance = await this.options.reader.trade(account, this.groupOf(market), legs, sight!.header.number);
    if (this.sight !== sight) return; // of another head by now
    const key = keyOf(account, wishes);
    if (isSound(balance)) this.allowed.set(key, textOf(flights));
    else this.refused.set(key, balance);
  }

  /** @param anew Accounts have changed. */
  private async learn(accounts: readonly bigint[], markets: readonly bigint[], anew: boolean): Promise<void> {
    const sight = this.sight!;
    const { reader } = this.options;
    const { number } = sight.header;
    const people = [...new Set(accounts)].filter((id) => {
      const [account, known] = [this.accountOf(id), this.seen.get(id)];
      if (account === undefined) return false;
      return anew || known === undefined || !this.holds(known, account.group, SEEN_MOVE, SEEN_AGE);
    });
    await inTurns(people, (id) =>
      this.once(`account ${id} ${number}`, async () => {
        const value = await reader.portfolio(id, number);
        this.seen.set(id, this.learned(value, this.accountOf(id)?.group ?? 0n, sight));
      }),
    );
    const series = [...new Set(markets)].filter((id) => {
      const known = this.risks.get(id);
      return known === undefined || !this.holds(known, this.groupOf(id), UNIT_MOVE, UNIT_AGE);
    });
    await inTurns(series, (id) => this.once(`series ${id} ${number}`, () => this.learnSeries(id, sight)));
  }

  private async learnSeries(id: bigint, sight: OptionSight): Promise<void> {
    const [{ reader }, group, { number }] = [this.options, this.groupOf(id), sight.header];
    const mark = sight.groups.get(group)?.marks.get(id)?.mark;
    if (mark === undefined) return;
    const [bought, sold] = await Promise.all([
      reader.unitRisk(id, group, true, mark, number),
      reader.unitRisk(id, group, false, mark, number),
    ]);
    this.risks.set(id, this.learned({ bought, sold }, group, sight));
  }

  /** Orders that come at the same time ask once. */
  private once(question: string, ask: () => Promise<void>): Promise<void> {
    let asked = this.asking.get(question);
    if (asked === undefined) {
      asked = ask().finally(() => this.asking.delete(question));
      this.asking.set(question, asked);
    }
    return asked;
  }

  private learned<T>(value: T, group: bigint, { header, groups }: OptionSight): Learned<T> {
    const { spot = 0n, level = 0n, versions = 0n } = groups.get(group) ?? {};
    return { value, time: header.timestamp, spot, level, versions };
  }

  /** Is what was learned as good as new? */
  private holds({ time, spot, level, versions }: Learned<unknown>, id: bigint | undefined, most: bigint, age: bigint) {
    const now = BigInt(this.time);
    const group = this.sight!.groups.get(id ?? 0n);
    const isNear = (a: bigint, b: bigint) => (a > b ? a - b : b - a) * PPM <= a * most;
    if (now < time || now > time + age) return false;
    if (group === undefined) return true; // cash alone
    return group.versions === versions && isNear(group.spot, spot) && isNear(group.level, level);
  }

  private infoOf(group: Group, id: bigint): MarketInfo {
    const { makerFee, takerFee, priceBand, minNotional } = this.marketOf(id)!.parameters;
    const [kind, expiry] = [kindOf(id)!, this.expiryOf(id)];
    const ladder = kind.type === "perpetual" ? undefined : group.options!.ladders.get(kind.ladder);
    const strike = ladder !== undefined && "strike" in kind ? strikeOf(ladder, kind.strike) : undefined;
    const marks = this.sight?.groups.get(group.id)?.marks.get(id);
    return {
      ...{ market: id, group: group.id, mark: this.mark(id), trades: this.mark(id) !== undefined },
      ...{ makerFee, takerFee, initialMargin: undefined, priceBand, minNotional },
      series: { name: this.nameOf(id)!, type: kind.type, expiry, strike, forward: marks?.forward },
    };
  }

  protected held(id: bigint, market: bigint): bigint {
    const account = this.accountOf(id);
    const [book, index] = [this.marketOf(market), indexOf(market as MarketId, KIND)];
    if (book === undefined || account?.group !== this.groupOf(market)) return 0n;
    const position = account.legs[index];
    return position === undefined ? 0n : sizeOf(book, position);
  }

  protected groupOf(market: bigint): bigint {
    return seriesGroup(market as MarketId);
  }

  private expiryOf(id: bigint): bigint | undefined {
    const kind = kindOf(id);
    if (kind === undefined || kind.type === "perpetual") return undefined;
    return this.venue.groups.get(this.groupOf(id) as GroupId)?.options?.ladders.get(kind.ladder)?.expiry;
  }

  private spotOf(id: bigint): bigint | undefined {
    return this.sight?.groups.get(this.groupOf(id))?.spot;
  }

  private symbolOf({ id }: Group): string {
    return this.options.symbols.get(id) ?? `GROUP${id}`;
  }

  /** Of everything, or of the group: that is its perpetual's. */
  private pauseOf(id: bigint): bigint {
    const perpetual = seriesOf(this.groupOf(id), { type: "perpetual" });
    const levels = [0n as MarketId, perpetual].map((each) => {
      const pause = this.venue.pauses.get(each);
      return pause !== undefined && BigInt(this.time) < pause.until ? pause.level : 0n;
    });
    return levels[0]! > levels[1]! ? levels[0]! : levels[1]!;
  }

  private marketOf(id: bigint): Market | undefined {
    return this.venue.groups.get(this.groupOf(id) as GroupId)?.markets[Number(seriesIndex(id as MarketId))];
  }
}

function kindOf(id: bigint): SeriesKind | undefined {
  try {
    return seriesKind(id as MarketId);
  } catch (failure) {
    if (failure instanceof OutOfRange) return undefined;
    throw failure;
  }
}

/** The call of a strike: a put's risk array is its call's. */
const callOf = (series: bigint): bigint => series & ~1n;

const isAlive = ({ left, inflight }: Live): boolean => left > 0n || inflight > 0n;

function wishOf({ market, size, limit }: Order, left: bigint): MarketWish {
  return { market, buys: size > 0n, size: left, limit };
}

function textOf(wishes: readonly MarketWish[]): string {
  return wishes.map(({ market, buys, size, limit }) => `${market}${buys ? "+" : "-"}${size}@${limit}`).join();
}

function keyOf(account: bigint, wishes: readonly MarketWish[]): string {
  return `${account}:${textOf(wishes)}`;
}

async function inTurns<T>(list: readonly T[], run: (each: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < list.length; from += AT_ONCE) await Promise.all(list.slice(from, from + AT_ONCE).map(run));
}
