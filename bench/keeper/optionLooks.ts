// SPDX-License-Identifier: MIT
// How long looks of the keeper of options take, on a node of its own: in quiet blocks, at moves, and in a crash.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Wallet } from "ethers";
import { pino, type Logger } from "pino";
import { SqliteStore } from "../../chain/store/SqliteStore.js";
import { parseConfig } from "../../keeper/config/Config.js";
import { OPTION_LENS } from "../../keeper/options/look/lens.js";
import { createOptionKeeper } from "../../keeper/options/run/createOptionKeeper.js";
import type { OptionKeeper } from "../../keeper/options/run/OptionKeeper.js";
import { headerAt } from "../../sdk/client/chain/blocks.js";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import { accountOf, type Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { keyOf } from "../../sim/venue/anvil.js";
import { seeded } from "../../tools/random.js";
import { CountingRpc, type Asked } from "./CountingRpc.js";
import { OptionCrowd } from "./OptionCrowd.js";

/** Looks, one after another, until nothing is left to do. Times are of looks alone: blocks are mined between them. */
export interface Stretch {
  readonly looks: number;
  readonly blocks: number;
  readonly ms: number;
  /** Of the first look. */
  readonly firstMs: number;
  /** Until the first and the last transaction were sent, if any was. */
  readonly firstSentMs: number | undefined;
  readonly lastSentMs: number | undefined;
  /** Of all: following the chain, asking for accounts, simulating and sending. */
  readonly syncMs: number;
  readonly lookMs: number;
  readonly actMs: number;
  /** Of these the keeper waited for the node so long, and used its processor so long. */
  readonly waitedMs: number;
  readonly processorMs: number;
  /** Accounts that were asked for, transactions sent, and what the node was asked. */
  readonly accounts: number;
  readonly sent: number;
  readonly asked: Readonly<Record<string, Asked>>;
  /** Events of the clearinghouse. */
  readonly events: Readonly<Record<string, number>>;
}

export interface LookFigures {
  readonly accounts: number;
  readonly setUpMs: number;
  /** Gas that the lens takes for an account of eight legs, in a page, without fresh arrays and with them. */
  readonly gasAnAccount: number;
  readonly gasFresh: number;
  /** From nothing: events read, everybody asked for. */
  readonly rebuild: Stretch;
  /** Of the process above what it had before there was a keeper, bytes: objects and arrays, and in all. */
  readonly heap: number;
  readonly rss: number;
  /** After a move of 1.1%: the median of four. */
  readonly everyone: Stretch;
  /** Blocks in which nothing moves, then such in which the price moves by 0.03%: medians, and the longest look. */
  readonly quietMs: number;
  readonly quietLooked: number;
  readonly quietAsked: number;
  readonly movingMs: number;
  readonly movingWorstMs: number;
  readonly movingLooked: number;
  /** After a slide without gaps that nobody looked at, to that part of the price: a twentieth is to be sliced. */
  readonly slide: Stretch;
  readonly slidTo: number;
  /** A fall in one block, by that part, that takes a hundredth below zero: until the lock is sent, then until all are
   * gathered and registered. */
  readonly gap: Stretch;
  readonly fellBy: number;
  readonly lock: Stretch;
  /** When the lock is over: until the group is open. */
  readonly settlement: Stretch;
}

export interface LookOptions {
  readonly accounts: number;
  /** Of the keeper, beside those of the bench. */
  readonly config: Record<string, unknown>;
}

const BLOCKS = 60;
const SPOT = 400_000; // cents
const PAGE = 50;
/** Parts of the accounts that are to be sliced, and that default; judged by so many of them. */
const [SLICED, DEFAULTED, SAMPLE] = [0.05, 0.01, 1_000];
const KEEPER = new Wallet(keyOf(9));
/** More than blocks and hours have here: what is measured is the keeper's own speed. */
const AMPLE = { blockGas: 1_000_000_000, maxPending: 1_000, maxGasAnHour: String(10n ** 21n) };
const TAKES = { maxInventory: String(10n ** 20n), everyoneBlocks: 1_000_000 };

/** Measures with so many accounts; `told` hears how far it is. */
export async function optionLooks(options: LookOptions, told: (what: string) => void): Promise<LookFigures> {
  const { accounts, config } = options;
  told(`${accounts} accounts are set up`);
  const began = performance.now();
  const crowd = await OptionCrowd.open(accounts);
  const setUpMs = performance.now() - began;
  try {
    await crowd.endow(KEEPER, accountOf(KEEPER.address as Address, Number(crowd.venue.group)), 10n ** 10n);
    const gasAnAccount = await gasOf(crowd, accounts);
    await crowd.mines("when told");
    told("looks are timed");
    const before = memory();
    const watched = new Watched(crowd, await keeperOf(crowd, config));
    const rebuild = await watched.until();
    told(brief(rebuild));
    const after = memory();
    const everyone = await watched.everyone(accounts);
    told(brief(everyone));
    told("quiet blocks");
    const quiet = await watched.each(async () => {});
    const random = seeded(8);
    let spot = SPOT;
    const moving = await watched.each(async () => {
      spot *= 1 + (random() < 0.5 ? -1 : 1) * 0.0003;
      await crowd.spot(spot);
    });
    told("a slide by steps of 1.9%");
    await crowd.mines("at once");
    await crowd.moveOn();
    const sample = Math.min(SAMPLE, accounts);
    for (let below = 0; below < SLICED;) {
      await crowd.spot((spot *= 0.981));
      await crowd.moveOn();
      ({ below } = await crowd.shares(sample));
    }
    await crowd.mines("when told");
    const slide = await watched.until();
    told(brief(slide));
    told("a fall that takes some below zero");
    const low = await crowd.priceOfDefaults(sample, spot, DEFAULTED);
    const gap = await watched.after(() => crowd.spot(low), 1);
    const lock = await watched.until();
    told(brief(lock));
    told("the lock is over");
    const settlement = await watched.after(() => crowd.pass(130));
    told(brief(settlement));
    await crowd.mines("at once");
    await crowd.refresh();
    const gasFresh = await gasOf(crowd, accounts);
    return {
      ...{ setUpMs, slidTo: spot / SPOT, fellBy: 1 - low / spot },
      ...{ accounts, gasAnAccount, gasFresh, rebuild, everyone, slide, gap, lock, settlement },
      ...{ heap: after.heap - before.heap, rss: after.rss - before.rss },
      ...{ quietMs: median(quiet.ms), quietLooked: median(quiet.looked), quietAsked: median(quiet.asked) },
      ...{ movingMs: median(moving.ms), movingWorstMs: Math.max(...moving.ms), movingLooked: median(moving.looked) },
    };
  } finally {
    crowd.close();
  }
}

interface Timed {
  readonly keeper: OptionKeeper;
  readonly rpc: CountingRpc;
  /** Of the last look, as the keeper logs them. */
  readonly times: { sync: number; look: number; act: number };
}

async function keeperOf({ url, venue, provider }: OptionCrowd, config: Record<string, unknown>): Promise<Timed> {
  const rpc = new CountingRpc(new HttpRpc([url], { requestTimeout: 120_000, requestRetries: 0 }));
  const at = async (contract: { getAddress(): Promise<string> }) => (await contract.getAddress()) as Address;
  const deployment = {
    chainId: (await provider.getNetwork()).chainId,
    genesisHash: (await headerAt(rpc, 0))!.hash as Hex,
    firstBlock: venue.firstBlock,
    tokenDecimals: 6,
    clearinghouse: await at(venue.clearinghouse),
    lens: await at(venue.optionLens),
    vault: await at(venue.vault),
  };
  const times = { sync: 0, look: 0, act: 0 };
  const keeper = await createOptionKeeper({
    ...{ rpc, deployment },
    wallets: [KEEPER],
    store: new SqliteStore(":memory:", "bench"),
    log: logInto(times),
    config: parseConfig({ ...AMPLE, ...TAKES, ...config }, "bench"),
  });
  return { keeper, rpc, times };
}

/** Its level is debug: looks tell what took their time. What is worse than that is told. */
function logInto(times: Timed["times"]): Logger {
  const write = (line: string) => {
    const { msg, level, sync = 0, look = 0, act = 0 } = JSON.parse(line) as Record<string, number>;
    if (String(msg) === "looked") Object.assign(times, { sync, look, act });
    if (level! >= 40 || process.env["NOVATION_KEEPER_LOG"]) process.stderr.write(line);
  };
  return pino({ level: "debug" }, { write });
}

class Watched {
  constructor(
    private readonly crowd: OptionCrowd,
    private readonly timed: Timed,
  ) {}

  /** A change, a block, and looks until nothing is left; at most so many. */
  async after(change: () => Promise<unknown>, looks = Infinity): Promise<Stretch> {
    await change();
    return this.until(looks);
  }

  async until(most = Infinity): Promise<Stretch> {
    const { crowd } = this;
    const { keeper, rpc, times } = this.timed;
    const [from, cpu] = [await crowd.provider.getBlockNumber(), process.cpuUsage()];
    rpc.taken();
    const spent = { sync: 0, look: 0, act: 0, waited: 0 };
    const sent: number[] = [];
    const asked: Record<string, Asked> = {};
    let [ms, looks, accounts, blocks] = [0, 0, 0, 0];
    let firstMs: number | undefined;
    for (let goesOn = true; goesOn;) {
      const began = performance.now();
      await keeper.look();
      const took = performance.now() - began;
      const taken = rpc.taken();
      sent.push(...taken.sent.map((at) => ms + at - began));
      for (const name of ["sync", "look", "act"] as const) spent[name] += times[name];
      spent.waited += taken.waited;
      for (const [name, { count, ms: each }] of Object.entries(taken.asked)) {
        const sum = (asked[name] ??= { count: 0, ms: 0 });
        [sum.count, sum.ms] = [sum.count + count, sum.ms + each];
      }
      firstMs ??= took;
      [ms, looks, accounts] = [ms + took, looks + 1, accounts + keeper.asked[0]!.count];
      goesOn = looks < most && (keeper.hasMore || taken.sent.length > 0);
      if (taken.sent.length === 0) continue;
      await crowd.mine();
      ++blocks;
    }
    const { user, system } = process.cpuUsage(cpu);
    return {
      ...{ looks, blocks, ms, firstMs: firstMs!, firstSentMs: sent[0], lastSentMs: sent.at(-1) },
      ...{ syncMs: spent.sync, lookMs: spent.look, actMs: spent.act, waitedMs: spent.waited },
      ...{ processorMs: (user + system) / 1_000, accounts, sent: sent.length, asked },
      events: await crowd.eventsSince(from),
    };
  }

  /** After moves of 1.1%, within the gap's threshold; then the price comes back. */
  async everyone(accounts: number): Promise<Stretch> {
    const found: Stretch[] = [];
    for (const spot of [SPOT * 1.011, SPOT, SPOT * 1.011, SPOT]) {
      const all = await this.after(() => this.crowd.spot(spot));
      if (all.accounts < accounts) throw new Error(`${all.accounts} of ${accounts} were looked at`);
      found.push(all);
    }
    return found.sort((a, b) => a.ms - b.ms)[found.length >> 1]!;
  }

  /** A look at each of some blocks. */
  async each(before: () => Promise<void>) {
    const [ms, looked, asked]: [number[], number[], number[]] = [[], [], []];
    const { keeper, rpc } = this.timed;
    for (let block = 0; block < BLOCKS; ++block) {
      await before();
      await this.crowd.mine();
      rpc.taken();
      const began = performance.now();
      await keeper.look();
      ms.push(performance.now() - began);
      looked.push(keeper.asked[0]!.count);
      asked.push(Object.values(rpc.taken().asked).reduce((sum, { count }) => sum + count, 0));
    }
    return { ms, looked, asked };
  }
}

/** An account's part of a page. */
async function gasOf({ provider, venue }: OptionCrowd, accounts: number): Promise<number> {
  const count = Math.min(PAGE, accounts);
  const owner = new Wallet(keyOf(1)).address as Address;
  const ids = Array.from({ length: count }, (_, i) => accountOf(owner, i + 1));
  const given = [await venue.clearinghouse.getAddress(), venue.group];
  const [to, from] = [await venue.optionLens.getAddress(), owner];
  const gas = async (list: readonly bigint[]) =>
    Number(
      await provider.estimateGas({
        from,
        to,
        data: OPTION_LENS.encodeFunctionData("healths", [...given, list] as never),
      }),
    );
  return Math.round(((await gas(ids)) - (await gas([]))) / count);
}

function memory(): { heap: number; rss: number } {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let i = 0; i < 4; ++i) collect();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { rss, heap: heapUsed + arrayBuffers };
}

function brief({ looks, ms, firstSentMs, lastSentMs, accounts, sent }: Stretch): string {
  const times = [ms, firstSentMs ?? 0, lastSentMs ?? 0].map(Math.round);
  return `  ${looks} looks, ${times.join(", ")} ms in all, to the first and last sent; ${accounts} asked for, ${sent} sent`;
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1]!;
}
