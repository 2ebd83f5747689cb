// SPDX-License-Identifier: MIT
import { Wallet, id, type TypedDataDomain } from "ethers";
import type { Deployed } from "../../deploy/deploy-novation.js";
import type { ChainFollower } from "../../keeper/follow/ChainFollower.js";
import { look, type Addresses, type Look } from "../../keeper/look/prices.js";
import { Watch } from "../../keeper/look/Watch.js";
import { abs } from "../../sdk/arithmetic.js";
import type { AccountId, Address } from "../../sdk/order.js";
import type { VenueEvent } from "../../sdk/state/events.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { Chain, type Receipt, type Request } from "../venue/Chain.js";
import { accountOf, signOrder } from "../venue/orders.js";
import { rpcOf } from "../../sdk/client/chain/rpcOf.js";
import type { Parameters } from "./parameters.js";
import type { Person } from "./population.js";

/** What is opened before anything happens. */
export interface Setting {
  groups: readonly (readonly string[])[];
  people: readonly Person[];
  parameters: Parameters;
  /** What the makers of a market could take over together, and the keeper's account of each group: parts of open interest. */
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

export interface Member {
  wallet: Wallet;
  account: AccountId;
  deposited: number;
}

export interface StageMarket {
  symbol: string;
  id: bigint;
  group: bigint;
  feed: unknown;
  first: number;
  price: number;
  /** Of one side, quote at the first mark. */
  interest: number;
  makers: Member[];
}

/** The mark of each market before the run, quote. */
export const FIRST: Record<string, number> = { BTC: 112_000, ETH: 4_000, SOL: 185, AVAX: 30 };

const MAKER_LEVERAGE = 5;
const SPREADS = [0.001, 0.004, 0.009];

export interface StageParts {
  chain: Chain;
  deployed: Deployed;
  setting: Setting;
  at: Addresses;
  follower: ChainFollower;
  domain: TypedDataDomain;
  operator: string;
  keeper: Address;
  treasury: Address;
  /** The uptime feed of the rollup's sequencer, if there is one. */
  sequencer: unknown;
}

/** Novation on a chain within this process, with everybody's positions open, and its state followed by the keeper's own code. */
export class Stage {
  readonly watch = new Watch();
  readonly members: Member[] = [];
  readonly markets: StageMarket[] = [];
  private last: Look | undefined;
  private sequence = 1;

  private chain: Chain;

  constructor(private readonly parts: StageParts) {
    this.chain = parts.chain;
  }

  stop(): void {
    this.chain.stop();
  }

  get deployed(): Deployed {
    return this.parts.deployed;
  }

  get setting(): Setting {
    return this.parts.setting;
  }

  get at(): Addresses {
    return this.parts.at;
  }

  /** Sends everything but what the keeper does; and the keeper. */
  get operator(): string {
    return this.parts.operator;
  }

  get keeper(): Address {
    return this.parts.keeper;
  }

  get treasury(): Address {
    return this.parts.treasury;
  }

  get now(): number {
    return this.chain.now;
  }

  get venue(): Venue {
    return this.parts.follower.venue;
  }

  /** Of one side, all markets, quote at their first marks. */
  get interest(): number {
    return this.markets.reduce((sum, { interest }) => sum + interest, 0);
  }

  call(contract: unknown, name: string, args: unknown[], from: string = this.operator): Request {
    const { target, interface: abi } = contract as Callable;
    return { from, to: String(target), data: abi.encodeFunctionData(name, args) };
  }

  /** A block, and what happened in it. */
  async mine(time: number, requests: Request[]): Promise<{ receipts: Receipt[]; events: readonly VenueEvent[] }> {
    const receipts = await this.chain.mine(time, requests);
    return { receipts, events: await this.follow() };
  }

  /** As `mine`, for what must not fail. */
  async must(requests: Request[], time = 0): Promise<readonly VenueEvent[]> {
    await this.chain.mustMine(time, requests, this.deployed.clearinghouse.interface);
    return this.follow();
  }

  reasonOf(receipt: Receipt): Promise<string> {
    return this.chain.reasonOf(receipt, this.deployed.clearinghouse.interface);
  }

  /** Prices, recorded marks and phases as of the last block. */
  async look(): Promise<Look> {
    if (this.last) return this.last;
    const rpc = rpcOf(this.chain.provider);
    const { head } = await this.parts.follower.sync();
    this.last = await look(rpc, this.venue, this.at, head, false);
    return this.last;
  }

  /** A block in which the feeds tell these marks. */
  setPrices(prices: ReadonlyMap<string, number>, time = 0): Promise<readonly VenueEvent[]> {
    const requests = [...prices].map(([symbol, price]) => {
      const market = this.market(symbol);
      market.price = Number(answerOf(price)) / 1e8;
      return this.call(market.feed, "setAnswer", [answerOf(price)]);
    });
    return this.must(requests, time);
  }

  /** The rollup's sequencer reports that it is back. */
  sequencerIsBack(time: number): Promise<readonly VenueEvent[]> {
    return this.must([this.call(this.parts.sequencer, "setAnswer", [0n])], time);
  }

  market(symbol: string): StageMarket {
    const market = this.markets.find((each) => each.symbol === symbol);
    if (!market) throw new RangeError(`no market ${symbol} on this stage`);
    return market;
  }

  /** `taker` trades `size` (positive: buys) with the makers at `price`. */
  match(market: StageMarket, taker: Member, makers: { member: Member; size: bigint }[], price: number): Request {
    const limit = toPrice(price);
    const fills = makers.map(({ member, size }) => ({
      maker: this.sign(member.wallet, { account: member.account, market, size, limit, taker: false }),
      size: abs(size),
      hint: 0n,
    }));
    const total = fills.reduce((sum, { maker }) => sum + maker.order.size, 0n);
    const signed = this.sign(taker.wallet, { account: taker.account, market, size: -total, limit, taker: true });
    const matches = [{ taker: signed, hint: 0n, fills }];
    return this.call(this.deployed.clearinghouse, "settle", [market.group, matches, true]);
  }

  /** The makers' orders at the present marks, on both sides, each for half of what `capital` carries. */
  quotes(equity: (account: AccountId) => number, sizeOf: (account: AccountId, market: bigint) => number) {
    const leverage = this.setting.makerLeverage ?? MAKER_LEVERAGE;
    this.sequence += 1;
    return this.markets.flatMap((market) =>
      market.makers.flatMap(({ wallet, account }, index) =>
        [1, -1].flatMap((side) => {
          const held = sizeOf(account, market.id) * side;
          const free = (equity(account) * leverage) / market.price - Math.max(held, 0);
          const size = BigInt(Math.floor((side * free * 1e9) / 2));
          if (free * market.price < 50) return [];
          const limit = toPrice(market.price * (1 - side * SPREADS[index % SPREADS.length]!));
          const lane = Number(market.id & 3n) * 2 + (side > 0 ? 0 : 1);
          return [this.sign(wallet, { account, market, size, limit, taker: false }, lane)];
        }),
      ),
    );
  }

  async snapshot(): Promise<string> {
    return String(await this.send("evm_snapshot", []));
  }

  /** Back to a snapshot; returns a new one of the same state, since the old one is used up. */
  async restore(snapshot: string): Promise<string> {
    if ((await this.send("evm_revert", [snapshot])) !== true) throw new Error(`there is no snapshot ${snapshot}`);
    // What the old one counted on, nonces and time, is not so any more.
    const old = this.chain;
    this.chain = new Chain(old.provider, () => old.stop());
    await this.chain.mineOnDemand();
    for (const market of this.markets) market.price = market.first;
    await this.follow();
    return this.snapshot();
  }

  /** Gives an account of `wallet` cash, from outside. */
  async join(name: string, cash: number, number = 0): Promise<Member> {
    const [member] = await this.joinAll([{ name, cash, number }]);
    return member!;
  }

  async joinAll(list: readonly { name: string; cash: number; number?: number }[]): Promise<Member[]> {
    const { clearinghouse } = this.deployed;
    const members = list.map(({ name, cash, number = 0 }): Member => {
      const wallet = new Wallet(id(`novation stress ${this.setting.seed} ${name}`));
      return { wallet, account: accountOf(wallet.address, number), deposited: cash };
    });
    const requests = members.map(({ account, deposited }) =>
      this.call(clearinghouse, "deposit", [account, units(deposited)]),
    );
    for (let from = 0; from < requests.length; from += 200) await this.must(requests.slice(from, from + 200));
    this.members.push(...members);
    return members;
  }

  private async follow(): Promise<readonly VenueEvent[]> {
    this.last = undefined;
    const { events } = await this.parts.follower.sync();
    this.watch.update(this.venue, events);
    return events ?? [];
  }

  private send(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.chain.provider.send(method, [...params]);
  }

  private sign(
    wallet: Wallet,
    wish: { account: bigint; market: StageMarket; size: bigint; limit: bigint; taker: boolean },
    lane = Number(wish.market.id & 3n),
  ) {
    const sequence = wish.taker ? ++this.sequence : this.sequence;
    return signOrder(wallet, this.parts.domain, { ...wish, market: wish.market.id, sequence, lane });
  }
}

interface Callable {
  target: unknown;
  interface: { encodeFunctionData(name: string, args: unknown[]): string };
}

export function answerOf(price: number): bigint {
  return BigInt(Math.round(price * 1e8));
}

function toPrice(price: number): bigint {
  return answerOf(price) * 10n ** 10n;
}

/** Units of the settlement token, which has 6 decimals. */
export function units(quote: number): bigint {
  return BigInt(Math.ceil(quote * 1e6));
}
