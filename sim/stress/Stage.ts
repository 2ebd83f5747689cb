// SPDX-License-Identifier: MIT
import type { ChainFollower } from "../../keeper/follow/ChainFollower.js";
import { look, type Look } from "../../keeper/look/prices.js";
import { Watch } from "../../keeper/look/Watch.js";
import { rpcOf } from "../../sdk/client/chain/rpcOf.js";
import type { AccountId } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";
import type { Receipt } from "../venue/Chain.js";
import type { DeployedVenue } from "../venue/deployVenue.js";
import { LocalVenue, type Market } from "../venue/LocalVenue.js";
import { member, type Member, type SignedOrder } from "../venue/orders.js";
import type { Parameters } from "./parameters.js";
import type { Person } from "./population.js";

/** What is opened before anything happens. */
export interface Setting {
  groups: readonly (readonly string[])[];
  people: readonly Person[];
  parameters: Parameters;
  /**
   * What the makers of a market could take over together, and the keeper's account of each group: parts of open
   * interest.
   */
  makers: number;
  keeper: number;
  /** Notional over capital that makers and keeper go to. Default: 5. */
  makerLeverage?: number;
  /** Seconds after which a mark is stale. Default: a day. */
  heartbeat?: number;
  /** Prices come from a rollup: seconds that they are not used for after its sequencer is back. */
  sequencerGrace?: number;
  seed: number;
}

export interface Guest extends Member {
  deposited: number;
}

export interface StageMarket extends Market {
  first: number;
  /** Of one side, quote at the first mark. */
  interest: number;
  makers: Member[];
}

/** The mark of each market before the run, quote. */
export const FIRST: Record<string, number> = { BTC: 112_000, ETH: 4_000, SOL: 185, AVAX: 30 };

export const MAKER_LEVERAGE = 5;

const SPREADS = [0.001, 0.004, 0.009];
const MIN_CAPACITY = 50; // quote that a maker quotes for

/** A venue within this process, with everybody's positions open, and its state followed by the keeper's own code. */
export class Stage extends LocalVenue {
  readonly watch = new Watch();
  readonly members: Guest[] = [];
  readonly markets: StageMarket[] = [];
  private last: Look | undefined;

  constructor(
    venue: DeployedVenue,
    readonly setting: Setting,
    private readonly follower: ChainFollower,
  ) {
    super(venue);
  }

  /** Its state, as its events make it. */
  get venue(): Venue {
    return this.follower.venue;
  }

  /** Of one side, all markets, quote at their first marks. */
  get interest(): number {
    return this.markets.reduce((sum, { interest }) => sum + interest, 0);
  }

  market(symbol: string): StageMarket {
    const market = this.markets.find((each) => each.symbol === symbol);
    if (!market) throw new RangeError(`no market ${symbol} on this stage`);
    return market;
  }

  /** Prices, recorded marks and phases as of the last block. */
  async look(): Promise<Look> {
    if (this.last) return this.last;
    const { head } = await this.follower.sync();
    this.last = await look(rpcOf(this.chain.provider), this.venue, this.at, head, false);
    return this.last;
  }

  /** The rollup's sequencer reports that it is back. */
  sequencerIsBack(time: number): Promise<Receipt[]> {
    return this.must([this.call(this.sequencer, "setAnswer", [0n])], time);
  }

  /** The makers' orders at the present marks. */
  orders(
    equity: (account: AccountId) => number,
    sizeOf: (account: AccountId, market: bigint) => number,
  ): SignedOrder[] {
    return this.markets.flatMap((market) =>
      this.quotes(market, market.makers, {
        leverage: this.setting.makerLeverage ?? MAKER_LEVERAGE,
        spreads: SPREADS,
        equity,
        held: (account) => sizeOf(account, market.id),
        sizeOf: (base) => (2 * Math.abs(base) * market.mark < MIN_CAPACITY ? 0n : BigInt(Math.floor(base * 1e9))),
      }),
    );
  }

  snapshot(): Promise<string> {
    return this.chain.snapshot();
  }

  /** Back to a snapshot; returns a new one of the same state, since the old one is used up. */
  async restore(snapshot: string): Promise<string> {
    await this.chain.restore(snapshot);
    for (const market of this.markets) market.mark = market.first;
    await this.follow();
    return this.snapshot();
  }

  /** Gives an account of its own cash, from outside. */
  async join(name: string, cash: number): Promise<Guest> {
    const [guest] = await this.joinAll([{ name, cash }]);
    return guest!;
  }

  async joinAll(list: readonly { name: string; cash: number }[]): Promise<Guest[]> {
    const guests = list.map(({ name, cash }) => {
      return { ...member(`novation stress ${this.setting.seed} ${name}`), deposited: cash };
    });
    await this.deposit(guests.map(({ account, deposited }) => [account, deposited]));
    this.members.push(...guests);
    return guests;
  }

  protected override async follow(): Promise<void> {
    this.last = undefined;
    const { events } = await this.follower.sync();
    this.watch.update(this.venue, events);
  }
}
