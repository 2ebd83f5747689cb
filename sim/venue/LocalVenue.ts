// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";
import type { Deployed } from "../../deploy/deploy-novation.js";
import { decodeVenueLog } from "../../sdk/client/decoding.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { AccountId, Address, GroupId, MarketId } from "../../sdk/order.js";
import { packBatch } from "../../sdk/packing/batch.js";
import type { VenueEvent } from "../../sdk/state/events.js";
import { batches } from "./batches.js";
import type { Chain, Receipt, Request } from "./Chain.js";
import type { DeployedVenue } from "./deployVenue.js";
import { signOrder, type Member, type SignedOrder, type Wish } from "./orders.js";
import { fromAnswer, toAnswer, toPrice, toUnits } from "./units.js";

/** A market as a play moves it. */
export interface Market {
  symbol: string;
  id: MarketId;
  group: GroupId;
  feed: unknown;
  /** As its feed last told it. */
  mark: number;
}

/** An order to be taken in full, `size` positive to buy. */
export interface Entry {
  member: Member;
  size: bigint;
  limit: bigint;
  lane?: number;
}

/** How makers quote. */
export interface Quoting {
  /** Notional over capital that a maker goes to. */
  leverage: number;
  /** Below and above the mark, a maker each in turn. */
  spreads: readonly number[];
  /** What a maker is worth, quote. */
  equity: (account: AccountId) => number;
  /** What a maker holds of the market, base. */
  held: (account: AccountId) => number;
  /** An order's size, 1e-9, from a base amount with its sign; 0: no order. */
  sizeOf: (base: number) => bigint;
}

/** Seconds: a little more than the lock delay of local.json, after which anchors move. */
export const ROLL = 130;

const PLENTY = 2n ** 90n;
const DEPOSITS = 500; // a block

/** Novation on a chain of its own: members, marks and blocks. Whatever plays on the contracts plays on this. */
export class LocalVenue implements DeployedVenue {
  readonly chain: Chain;
  readonly chainId: bigint;
  readonly deployment: Deployment;
  readonly deployed: Deployed;
  readonly at: DeployedVenue["at"];
  readonly operator: Address;
  readonly keeper: Address;
  readonly treasury: Address;
  readonly sequencer: unknown;
  readonly streams: DeployedVenue["streams"];
  readonly collateral: DeployedVenue["collateral"];
  private sequence = 0;

  constructor(venue: DeployedVenue) {
    const { chain, chainId, deployment, deployed, at, operator, keeper, treasury, sequencer, streams, collateral } =
      venue;
    this.chain = chain;
    this.chainId = chainId;
    this.deployment = deployment;
    this.deployed = deployed;
    this.at = at;
    this.operator = operator;
    this.keeper = keeper;
    this.treasury = treasury;
    this.sequencer = sequencer;
    this.streams = streams;
    this.collateral = collateral;
  }

  get now(): number {
    return this.chain.now;
  }

  stop(): void {
    this.chain.stop();
  }

  // ---------------------------------------------------------------- blocks

  call(contract: unknown, name: string, args: unknown[], from: string = this.operator): Request {
    const { target, interface: abi } = contract as Callable;
    return { from, to: String(target), data: abi.encodeFunctionData(name, args) };
  }

  /** What a contract answers now: its values, without what ethers asks and copies for a call. */
  async ask(contract: unknown, name: string, args: unknown[]): Promise<readonly unknown[]> {
    const { target, interface: abi } = contract as Callable;
    const call = { to: String(target), data: abi.encodeFunctionData(name, args) };
    return abi.decodeFunctionResult(name, await this.chain.provider.send("eth_call", [call, "latest"]));
  }

  /** One block with these transactions, at `time` or as soon as blocks allow. */
  async mine(requests: Request[], time = 0): Promise<Receipt[]> {
    const receipts = await this.chain.mine(requests, time);
    await this.follow(receipts);
    return receipts;
  }

  /** As `mine`, for what must not fail. */
  async must(requests: Request[], time = 0): Promise<Receipt[]> {
    const receipts = await this.mine(requests, time);
    for (const receipt of receipts) {
      if (!receipt.ok) throw new Error(`a transaction reverted: ${await this.reasonOf(receipt)}`);
    }
    return receipts;
  }

  /** Why a transaction failed: its error with arguments. */
  reasonOf(receipt: Receipt): Promise<string> {
    return this.chain.reasonOf(receipt, this.deployed.clearinghouse.interface);
  }

  /** The clearinghouse's events in some receipts. */
  eventsOf(receipts: readonly Receipt[]): VenueEvent[] {
    const own = this.at.clearinghouse.toLowerCase();
    const logs = receipts.flatMap((receipt) => receipt.logs).filter(({ address }) => address.toLowerCase() === own);
    return logs.flatMap((log) => decodeVenueLog(log) ?? []);
  }

  /** Hears of every block. */
  protected async follow(_receipts: Receipt[]): Promise<void> {}

  // ---------------------------------------------------------------- money

  /** Gives the operator all the tokens that anybody needs, and `vault` units of them to the vault. */
  async fund(vault: bigint): Promise<void> {
    const { token, vault: shares } = this.deployed;
    await this.must([
      this.call(token, "mint", [this.operator, PLENTY]),
      this.call(token, "approve", [this.at.clearinghouse, PLENTY]),
      this.call(token, "approve", [this.at.vault, PLENTY]),
    ]);
    if (vault > 0n) await this.must([this.call(shares, "deposit", [vault, this.operator])]);
  }

  /** The operator's deposits into accounts, quote. */
  async deposit(list: readonly (readonly [account: AccountId, cash: number])[]): Promise<void> {
    const requests = list.map(([account, cash]) =>
      this.call(this.deployed.clearinghouse, "deposit", [account, toUnits(cash)]),
    );
    for (const block of batches(requests, DEPOSITS)) await this.must(block);
  }

  // ---------------------------------------------------------------- marks

  /** A market of the deployment, at `mark`. */
  listed(symbol: string, mark: number): Market {
    const found = this.deployed.markets.find((each) => each.symbol === symbol);
    if (!found) throw new RangeError(`no market ${symbol} at this venue`);
    const { id, group, feed } = found;
    return { symbol, id: id as MarketId, group: group as GroupId, feed, mark };
  }

  /** A block in which the feeds tell these marks. */
  setMarks(marks: Iterable<readonly [market: Market, mark: number]>, time = 0): Promise<Receipt[]> {
    const requests = [...marks].map(([market, mark]) => {
      const answer = toAnswer(mark);
      market.mark = fromAnswer(answer);
      return this.call(market.feed, "setAnswer", [answer]);
    });
    return this.must(requests, time);
  }

  setMark(market: Market, mark: number, time = 0): Promise<Receipt[]> {
    return this.setMarks([[market, mark]], time);
  }

  poke(group: bigint): Request {
    return this.call(this.deployed.clearinghouse, "poke", [group]);
  }

  /** Lets the anchor and the recorded mark of these groups become the live mark. */
  async settleAnchors(groups: readonly bigint[]): Promise<void> {
    const pokes = groups.map((group) => this.poke(group));
    // The first makes the mark before the recorded mark, the second the anchor.
    for (let roll = 0; roll < 2; ++roll) await this.must(pokes, this.now + ROLL);
  }

  // ---------------------------------------------------------------- orders

  sign(who: Member, wish: Wish): SignedOrder {
    return signOrder(who, { chainId: this.chainId, clearinghouse: this.at.clearinghouse }, wish);
  }

  /** One match: `taker` takes all of these in full, each at its own limit. */
  match({ id }: Market, entries: readonly Entry[], { taker, lane = 0 }: { taker: Member; lane?: number }): Request {
    const sequence = ++this.sequence;
    const makers = entries.map(({ member, ...wish }) =>
      this.sign(member, { ...wish, market: id, sequence, taker: false }),
    );
    const size = -entries.reduce((sum, entry) => sum + entry.size, 0n);
    const limit = entries
      .map((entry) => entry.limit)
      .reduce((worst, each) => (size > 0n === each > worst ? each : worst));
    const signed = this.sign(taker, { market: id, size, limit, sequence, lane, taker: true });
    const matches = [{ taker: signed, fills: makers.map((maker) => ({ maker })) }];
    return this.call(this.deployed.clearinghouse, "settle", [packBatch({ strict: true, matches })]);
  }

  /** Matches of one counterparty with everybody, who buys first, at most `fills` in a match. */
  matches(market: Market, entries: readonly Entry[], taker: Member, fills: number): Request[] {
    const sides = [entries.filter(({ size }) => size > 0n), entries.filter(({ size }) => size < 0n)];
    return sides.flatMap((side) => batches(side, fills).map((batch) => this.match(market, batch, { taker })));
  }

  /**
   * New orders of a market's makers in place of their old ones: on both sides, each for half of what the capital left
   * carries.
   */
  quotes(market: Market, makers: readonly Member[], quoting: Quoting): SignedOrder[] {
    const { leverage, spreads, equity, held, sizeOf } = quoting;
    const sequence = ++this.sequence;
    return makers.flatMap((maker, index) =>
      [1, -1].flatMap((side) => {
        const own = Math.max(held(maker.account) * side, 0);
        const size = sizeOf((side * Math.max(0, (equity(maker.account) * leverage) / market.mark - own)) / 2);
        if (size === 0n) return [];
        const limit = toPrice(market.mark * (1 - side * spreads[index % spreads.length]!));
        const lane = Number(market.id & 3n) * 2 + (side > 0 ? 0 : 1);
        return [this.sign(maker, { market: market.id, size, limit, taker: false, sequence, lane })];
      }),
    );
  }
}

interface Callable {
  target: unknown;
  interface: Pick<Interface, "encodeFunctionData" | "decodeFunctionResult">;
}
