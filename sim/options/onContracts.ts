// SPDX-License-Identifier: MIT
import type { JsonRpcSigner } from "ethers";
import { deployOptions, type DeployedOptions } from "../../deploy/deploy-options.js";
import { NO_NODE } from "../../sdk/level.js";
import { listable } from "../../sdk/options/grid.js";
import { seriesOf, type SeriesId } from "../../sdk/options/series.js";
import type { AccountId } from "../../sdk/order.js";
import { packBatch, type MatchWish } from "../../sdk/packing/batch.js";
import type { Size } from "../../sdk/units.js";
import { seeded } from "../../tools/random.js";
import type { Chain, Receipt } from "../venue/Chain.js";
import type { ReadArtifact } from "../venue/deployVenue.js";
import { evmChain } from "../venue/evm.js";
import { member, signOrder, type Member } from "../venue/orders.js";
import { fromNano, fromPrice, toAnswer, toNano } from "../venue/units.js";
import { RULES, initialOf, scenariosOf, type Leg } from "./margin.js";
import { equityOf, nothingYet, settle } from "./play.js";
import { draw, type Account } from "./population.js";
import type { Factors, Series } from "./series.js";

/** Thursday, 9 October 2025, 08:53 UTC. */
const GENESIS = 1_760_000_000;
/** As `deployOptions` has it. */
const SPOT = 4_000;
/** Of the expiries that may be listed then: 8 days and 29 days ahead. */
const LISTED = [0, 3];
const ROLL = 121;
/** Matches of a transaction, accounts of a question. */
const [AT_ONCE, PAGE] = [8, 20];
/** Quote that everybody has while positions are opened, and less than which is not traded. */
const [LENT, LEAST] = [2_000_000, 20];

/** What jumps in one block. */
export interface Jump {
  readonly name: string;
  readonly spot: number;
  readonly level: number;
}

/** One lock, as the contracts or the model say. Quote. */
export interface OptionLock {
  /** Whoever was absorbed, by name. */
  readonly defaults: readonly string[];
  readonly deficit: number;
  readonly charged: number;
  readonly shortfall: number;
  /** The part of what was gained that is charged. */
  readonly theta: number;
  /** What each account had paid for the charge, and is worth at the frozen factors afterwards. */
  readonly paid: readonly number[];
  readonly ends: readonly number[];
}

export interface ComparedJump {
  readonly jump: Jump;
  readonly names: readonly string[];
  readonly series: number;
  readonly contracts: OptionLock;
  readonly model: OptionLock;
  /** Initial margin before the jump: of accounts that have only bought options, and of all others. */
  readonly bought: ComparedMargin;
  readonly others: ComparedMargin;
}

export interface ComparedMargin {
  readonly accounts: number;
  readonly contracts: number;
  readonly model: number;
  /** Of an account's margin by the model, the most by which the contracts ask for less, and for more. */
  readonly less: number;
  readonly more: number;
}

interface Person {
  readonly name: string;
  readonly member: Member;
  readonly account: Account;
}

/**
 * Locks of a small population on the contracts, and on the model from the state that the contracts tell before: all
 * factors jump in one block, everybody registers for relief, and the vault has no budget.
 */
export async function onContracts(
  jumps: readonly Jump[],
  each: number,
  seed: number,
  artifact: ReadArtifact,
): Promise<ComparedJump[]> {
  const chain = await evmChain(GENESIS);
  try {
    const stage = await Stage.open(chain, artifact);
    await stage.fill(each, seed);
    const compared: ComparedJump[] = [];
    for (const jump of jumps) {
      const here = await chain.snapshot();
      compared.push(await stage.play(jump));
      await chain.restore(here);
    }
    return compared;
  } finally {
    chain.stop();
  }
}

/** A venue of options on a chain in this process, and who trades there. */
class Stage {
  private sequence = 0;
  private people: readonly Person[] = [];

  private constructor(
    private readonly chain: Chain,
    private readonly venue: DeployedOptions,
    private readonly operator: string,
    private readonly at: { readonly chainId: bigint; readonly clearinghouse: `0x${string}` },
    /** As the model has them, with their number on the contracts. */
    private readonly all: readonly Series[],
    private readonly ids: readonly SeriesId[],
  ) {}

  static async open(chain: Chain, artifact: ReadArtifact): Promise<Stage> {
    const [deployer] = (await chain.provider.listAccounts()) as [JsonRpcSigner];
    const venue = await deployOptions({ deployer, artifact, handOver: false, vaultSeed: 10n ** 10n, vaultBudget: 0n });
    const { clearinghouse, optionLens, vols, group } = venue;
    const now = (await chain.provider.getBlock("latest"))!.timestamp;
    const expiries = LISTED.map((index) => listable(BigInt(now))[index]!);
    for (const expiry of expiries) {
      const days = (Number(expiry) - now) / 86_400;
      await (await vols.setSmileOf(expiry, smileOf(days))).wait();
      await (await clearinghouse.list(group, expiry, { gasLimit: 8_000_000n })).wait();
    }
    const all: Series[] = [{ kind: "perpetual", expiry: Infinity, strike: 0, vol: 0, basis: 0 }];
    const ids: SeriesId[] = [seriesOf(group, { type: "perpetual" })];
    for (const { place, expiry, strikes } of (await optionLens.chain(clearinghouse, group)).ladders) {
      const [ladder, at] = [Number(place), Number(expiry)];
      all.push({ kind: "future", expiry: at, strike: 0, vol: 0, basis: 0 });
      ids.push(seriesOf(group, { type: "future", ladder }));
      for (const [strike, view] of strikes.entries()) {
        // At the level of one.
        const terms = { expiry: at, strike: fromPrice(view.strike), vol: Number(view.vol) / 1e4, basis: 0 };
        for (const type of ["call", "put"] as const) {
          all.push({ kind: type, ...terms });
          ids.push(seriesOf(group, { type, ladder, strike }));
        }
      }
    }
    await chain.mineOnDemand();
    const { chainId } = await chain.provider.getNetwork();
    const at = { chainId, clearinghouse: (await clearinghouse.getAddress()) as `0x${string}` };
    return new Stage(chain, venue, deployer.address, at, all, ids);
  }

  /** Everybody pays in, trades, and takes out what he has too much. */
  async fill(each: number, seed: number): Promise<void> {
    const now = { spot: SPOT, level: 1, time: this.chain.now };
    const accounts = draw(seeded(seed), this.all, now, each, (legs) => this.initialBy(legs, now));
    this.people = accounts.map((account, i) => {
      const name = `${account.sort} ${i}`;
      return { name, account, member: member(name) };
    });
    const { token, clearinghouse } = this.venue;
    const sum = BigInt(LENT * this.people.length) * 10n ** 6n;
    await this.must([
      await token.mint.populateTransaction(this.operator, sum),
      await token.approve.populateTransaction(this.at.clearinghouse, sum),
    ]);
    for (const { member } of this.people) {
      await this.must([await clearinghouse.deposit.populateTransaction(member.account, BigInt(LENT) * 10n ** 6n)]);
    }
    const matches = await this.matches();
    for (let from = 0; from < matches.length; from += AT_ONCE) {
      const batch = packBatch({ strict: true, matches: matches.slice(from, from + AT_ONCE) });
      await this.must([await clearinghouse.settle.populateTransaction(batch)]);
    }
    await this.settleAnchors();
    const healths = await this.healths();
    for (const [i, { account, member }] of this.people.entries()) {
      const { equity, initial } = healths[i]!;
      const wanted = toNano(equityOf(account, this.all, now));
      const least = (initial * 1_001n) / 1_000n;
      const amount = (equity - (wanted > least ? wanted : least)) / 1_000n;
      if (amount <= 0n) continue;
      const { address } = member.wallet;
      await this.chain.provider.send("hardhat_impersonateAccount", [address]);
      await this.chain.provider.send("hardhat_setBalance", [address, "0x1000000000000000"]);
      await this.must([await clearinghouse.withdraw.populateTransaction(0, amount, this.operator)], address);
    }
    await this.settleAnchors();
  }

  async play(jump: Jump): Promise<ComparedJump> {
    const { clearinghouse, optionLens, feed, vols, group } = this.venue;
    const before = await this.healths();
    const live = factorsOf((await optionLens.group(clearinghouse, group)).live);
    const accounts = await this.accounts(before, live);
    const margins = accounts.map(({ legs }, i) => ({
      hasOnlyBought: legs.every(({ series, size }) => size > 0 && this.all[series]!.strike > 0),
      contracts: fromNano(before[i]!.initial),
      model: this.initialBy(legs, live),
    }));

    await this.must([
      await vols.setLevelNow.populateTransaction(BigInt(Math.round(jump.level * 1e9))),
      await clearinghouse.postLevel.populateTransaction(group),
      await feed.setAnswer.populateTransaction(toAnswer(SPOT * jump.spot)),
    ]);
    await this.must([await clearinghouse.poke.populateTransaction(group)]);
    const view = await optionLens.group(clearinghouse, group);
    if (view.phase !== 1n) throw new Error(`${jump.name} does not lock the group`);
    const [anchor, frozen] = [factorsOf(view.anchor), factorsOf(view.recorded)];
    const model = this.onModel(accounts, anchor, frozen);

    const inLock = await this.healths();
    const below = inLock.filter(({ atRecorded }) => atRecorded < 0n).map(({ account }) => account as AccountId);
    const registered: AccountId[] = [];
    for (const { account, atRecorded, legs } of inLock) {
      if (atRecorded < 0n || legs < 2n) continue;
      // Refused where there is nothing to relieve.
      const wanted = await clearinghouse.net.staticCall(group, [account]).then(
        () => true,
        () => false,
      );
      if (!wanted) continue;
      await this.must([await clearinghouse.net.populateTransaction(group, [account])]);
      registered.push(account as AccountId);
    }
    const receipts: Receipt[] = [];
    for (const id of below)
      receipts.push(...(await this.must([await clearinghouse.absorb.populateTransaction(group, [id])])));
    await this.chain.mine([], this.chain.now + ROLL);
    for (let step = 0; (await optionLens.group(clearinghouse, group)).phase !== 0n; ++step) {
      if (step > 20) throw new Error(`${jump.name}: the lock does not end`);
      const next =
        below.length > 0
          ? clearinghouse.deleverage.populateTransaction(group, 400n)
          : clearinghouse.poke.populateTransaction(group);
      receipts.push(...(await this.must([await next])));
    }
    for (const account of below.length > 0 ? registered : []) {
      await this.must([await clearinghouse.creditRelief.populateTransaction(account)]);
    }
    const after = await this.healths();
    const then = await optionLens.group(clearinghouse, group);
    const same = [then.anchor, then.recorded].findIndex(
      ({ spot, level, time }) =>
        spot === view.recorded.spot && level === view.recorded.level && time === view.recorded.time,
    );
    if (same < 0) throw new Error("the frozen factors are not kept after the lock");
    const ends = after.map(({ atAnchor, atRecorded }) => fromNano(same === 0 ? atAnchor : atRecorded));
    const told = this.told(receipts);
    const { shortfall } = await this.venue.lens.venue(clearinghouse);
    return {
      jump,
      names: this.people.map(({ name }) => name),
      series: new Set(accounts.flatMap(({ legs }) => legs.map(({ series }) => series))).size,
      contracts: {
        ...told,
        defaults: this.people.filter(({ member }) => below.includes(member.account)).map(({ name }) => name),
        shortfall: fromNano(shortfall),
        paid: inLock.map(({ atRecorded }, i) => (atRecorded < 0n ? 0 : fromNano(atRecorded) - ends[i]!)),
        ends,
      },
      model,
      bought: compared(margins.filter(({ hasOnlyBought }) => hasOnlyBought)),
      others: compared(margins.filter(({ hasOnlyBought }) => !hasOnlyBought)),
    };
  }

  // ------------------------------------------------------------------ inside

  private initialBy(legs: readonly Leg[], now: Factors): number {
    const arrays = this.all.map((series) => scenariosOf(series, now, RULES));
    return initialOf(legs, this.all, arrays, now, RULES);
  }

  /** By series, longs against shorts in the order of accounts, all at the same marks. */
  private async matches(): Promise<MatchWish[]> {
    const { clearinghouse, optionLens, group } = this.venue;
    const { perpetual, ladders } = await optionLens.chain(clearinghouse, group);
    const marks = [
      perpetual.mark,
      ...ladders.flatMap(({ future, strikes }) => [
        future.mark,
        ...strikes.flatMap(({ call, put }) => [call.mark, put.mark]),
      ]),
    ];
    const list: MatchWish[] = [];
    for (const [k, market] of this.ids.entries()) {
      const sized = this.people.map(({ member, account }) => ({
        member,
        left: toNano(account.legs.find(({ series }) => series === k)?.size ?? 0),
      }));
      const makers = sized.filter(({ left }) => left < 0n);
      const least = toNano(LEAST / SPOT);
      for (const taker of sized.filter(({ left }) => left > 0n)) {
        for (const maker of makers) {
          const size = taker.left < -maker.left ? taker.left : -maker.left;
          if (size < least) continue;
          [taker.left, maker.left] = [taker.left - size, maker.left + size];
          const wish = { market, limit: marks[k]! };
          const sign = (of: Member, signed: bigint, isTaker: boolean) =>
            signOrder(of, this.at, { ...wish, size: signed, taker: isTaker, sequence: ++this.sequence });
          list.push({
            taker: sign(taker.member, size, true),
            hint: NO_NODE,
            fills: [{ maker: sign(maker.member, -size, false), size: size as Size, hint: NO_NODE }],
          });
        }
      }
    }
    return list;
  }

  private async healths() {
    const { clearinghouse, optionLens, group } = this.venue;
    const ids = this.people.map(({ member }) => member.account);
    const list = [];
    for (let from = 0; from < ids.length; from += PAGE) {
      list.push(...(await optionLens.healths(clearinghouse, group, ids.slice(from, from + PAGE))));
    }
    return list;
  }

  /** What everybody holds on the contracts, with cash so that he is worth as much on the model. */
  private async accounts(healths: readonly { equity: bigint }[], now: Factors): Promise<Account[]> {
    const { clearinghouse, optionLens } = this.venue;
    const list: Account[] = [];
    for (const [i, { account, member }] of this.people.entries()) {
      const { positions } = await optionLens.portfolio(clearinghouse, member.account);
      const legs = positions.map(({ series, size }) => ({
        series: this.ids.indexOf(series as SeriesId),
        size: fromNano(size),
      }));
      const bare = { sort: account.sort, cash: 0, legs };
      list.push({ ...bare, cash: fromNano(healths[i]!.equity) - equityOf(bare, this.all, now) });
    }
    return list;
  }

  private onModel(accounts: Account[], anchor: Factors, frozen: Factors): OptionLock {
    const worth = () => accounts.map((account) => equityOf(account, this.all, frozen));
    const [before, played] = [worth(), nothingYet()];
    settle(this.all, accounts, anchor, frozen, { charge: "net", vault: 0 }, played);
    const ends = worth();
    return {
      defaults: this.people.filter((_, i) => before[i]! < 0).map(({ name }) => name),
      deficit: played.deficit,
      charged: played.charged,
      shortfall: played.shortfall,
      theta: played.largestTheta,
      paid: before.map((each, i) => (each < 0 ? 0 : each - ends[i]!)),
      ends,
    };
  }

  /** What the settlement's events say. */
  private told(receipts: readonly Receipt[]): Pick<OptionLock, "deficit" | "charged" | "theta"> {
    const { interface: events } = this.venue.clearinghouse;
    let [deficit, charged, theta] = [0, 0, 0];
    for (const log of receipts.flatMap(({ logs }) => logs)) {
      const event = events.parseLog(log);
      if (event?.name === "Deleveraged") {
        [deficit, charged] = [fromNano(event.args["deficit"]), fromNano(event.args["charged"])];
      }
      if (event?.name !== "Charged") continue;
      const [jump, charge] = [fromPrice(event.args["jump"]), fromPrice(event.args["charge"])];
      if (jump !== 0) theta = Math.max(theta, Math.abs(charge / jump));
    }
    return { deficit, charged, theta };
  }

  /** Anchor and recorded factors are of now. */
  private async settleAnchors(): Promise<void> {
    const { clearinghouse, vols, feed, group } = this.venue;
    for (let i = 0; i < 2; ++i) {
      await this.chain.mine([], this.chain.now + ROLL);
      await this.must([
        await feed.setAnswer.populateTransaction(toAnswer(SPOT)),
        await vols.setLevelNow.populateTransaction(10n ** 9n),
        await clearinghouse.postLevel.populateTransaction(group),
        await clearinghouse.poke.populateTransaction(group),
      ]);
    }
  }

  /** One block with these, none of which may fail. */
  private async must(calls: readonly { to?: string; data?: string }[], from = this.operator): Promise<Receipt[]> {
    const receipts = await this.chain.mine(calls.map(({ to, data }) => ({ from, to: to!, data: data! })));
    for (const receipt of receipts) {
      if (receipt.ok) continue;
      throw new Error(await this.chain.reasonOf(receipt, this.venue.clearinghouse.interface));
    }
    return receipts;
  }
}

function compared(margins: readonly { readonly contracts: number; readonly model: number }[]): ComparedMargin {
  const sum = (key: "contracts" | "model") => margins.reduce((all, each) => all + each[key], 0);
  const parts = margins.filter(({ model }) => model > 0).map(({ contracts, model }) => contracts / model - 1);
  return {
    accounts: margins.length,
    contracts: sum("contracts"),
    model: sum("model"),
    less: -Math.min(0, ...parts),
    more: Math.max(0, ...parts),
  };
}

/** The model's smile, by strike: 15 of 16 bits. */
function smileOf(days: number): bigint {
  let word = 0n;
  for (let strike = 0; strike < 15; ++strike) {
    const x = ((strike - 7) * 0.04) / (0.5 * Math.sqrt(days / 365));
    word |= BigInt(Math.round(5_000 * (1 - 0.06 * x + 0.02 * x * x))) << BigInt(16 * strike);
  }
  return word;
}

function factorsOf({ spot, level, time }: { spot: bigint; level: bigint; time: bigint }): Factors {
  return { spot: fromPrice(spot), level: Number(level) / 1e9, time: Number(time) };
}
