// SPDX-License-Identifier: MIT
// How long a look of the keeper of options takes, on a node of its own: in quiet blocks, and in a crash.
import { Wallet } from "ethers";
import { pino } from "pino";
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
import { OptionCrowd } from "./OptionCrowd.js";

export interface LookFigures {
  readonly accounts: number;
  /**
   * Gas that the lens takes for an account of eight legs, without fresh arrays and with them, and milliseconds until
   * everybody has been asked for, without: in so many looks, the first of which takes so long.
   */
  readonly gasAnAccount: number;
  readonly gasFresh: number;
  readonly everyoneMs: number;
  readonly everyoneLooks: number;
  readonly everyoneFirstMs: number;
  /** Blocks in which nothing moves, then such in which the price moves by 0.03%. */
  readonly quietMs: number;
  readonly quietLooked: number;
  readonly movingMs: number;
  readonly movingWorstMs: number;
  readonly movingLooked: number;
  /**
   * A fall by 30%: the look that locks, the looks from when the lock is seen until everybody has been asked for, the
   * first of them, and accounts absorbed and registered by then.
   */
  readonly gapMs: number;
  readonly lockMs: number;
  readonly lockLooks: number;
  readonly lockFirstMs: number;
  readonly absorbed: number;
  readonly registered: number;
}

const BLOCKS = 60;
const SPOT = 400_000; // cents
const PAGE = 50;

/** Measures with so many accounts; `told` hears how far it is. */
export async function optionLooks(accounts: number, told: (what: string) => void): Promise<LookFigures> {
  const crowd = await OptionCrowd.open();
  try {
    const random = seeded(7);
    told(`${accounts} accounts are set up`);
    await crowd.fill(accounts, random);
    told("looks are timed");
    const keeper = await keeperOf(crowd);
    await whole(keeper);
    const gasAnAccount = await gasOf(crowd, accounts);
    const all = await everyone(crowd, keeper, accounts);
    await crowd.refresh();
    const gasFresh = await gasOf(crowd, accounts);
    const quiet = await looks(crowd, keeper, async () => {});
    let spot = SPOT;
    const moving = await looks(crowd, keeper, async () => {
      spot *= 1 + (random() < 0.5 ? -1 : 1) * 0.0003;
      await crowd.spot(spot);
    });
    await crowd.spot(spot * 0.7);
    const gapMs = await timed(keeper);
    const from = await crowd.provider.getBlockNumber();
    const lock = await whole(keeper);
    const [absorbed, registered] = await gathered(crowd, from);
    return {
      ...{ accounts, gasAnAccount, gasFresh },
      ...{ everyoneMs: all.ms, everyoneLooks: all.looks, everyoneFirstMs: all.firstMs },
      ...{ quietMs: median(quiet.ms), quietLooked: median(quiet.looked) },
      ...{ movingMs: median(moving.ms), movingWorstMs: Math.max(...moving.ms), movingLooked: median(moving.looked) },
      ...{ gapMs, lockMs: lock.ms, lockLooks: lock.looks, lockFirstMs: lock.firstMs, absorbed, registered },
    };
  } finally {
    crowd.close();
  }
}

async function keeperOf({ url, venue, provider }: OptionCrowd): Promise<OptionKeeper> {
  const rpc = new HttpRpc([url], { requestTimeout: 120_000, requestRetries: 0 });
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
  return createOptionKeeper({
    ...{ rpc, deployment },
    wallets: [new Wallet(keyOf(9))],
    store: new SqliteStore(":memory:", "bench"),
    log: pino({ level: process.env["NOVATION_KEEPER_LOG"] ?? "silent" }),
    config: parseConfig({ everyoneBlocks: 1_000_000, blockGas: 1_000_000_000 }, "bench"),
  });
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

/** After a move of 1.1%, within the gap's threshold; then the price comes back. */
async function everyone(crowd: OptionCrowd, keeper: OptionKeeper, accounts: number): Promise<Whole> {
  const times: Whole[] = [];
  for (const spot of [SPOT * 1.011, SPOT, SPOT * 1.011, SPOT]) {
    await crowd.spot(spot);
    const all = await whole(keeper);
    if (all.asked < accounts) throw new Error(`${all.asked} of ${accounts} were looked at`);
    times.push(all);
  }
  return times.sort((a, b) => a.ms - b.ms)[times.length >> 1]!;
}

interface Whole {
  readonly ms: number;
  readonly firstMs: number;
  readonly looks: number;
  readonly asked: number;
}

/** Looks until none is left to the next. */
async function whole(keeper: OptionKeeper): Promise<Whole> {
  let [ms, looks, asked] = [0, 0, 0];
  let firstMs: number | undefined;
  do {
    const took = await timed(keeper);
    firstMs ??= took;
    [ms, looks, asked] = [ms + took, looks + 1, asked + keeper.asked[0]!.count];
  } while (keeper.hasMore);
  return { ms, firstMs, looks, asked };
}

async function looks({ provider }: OptionCrowd, keeper: OptionKeeper, before: () => Promise<void>) {
  const [ms, looked]: [number[], number[]] = [[], []];
  for (let block = 0; block < BLOCKS; ++block) {
    await before();
    await provider.send("evm_mine", []);
    ms.push(await timed(keeper));
    looked.push(keeper.asked[0]!.count);
  }
  return { ms, looked };
}

async function timed(keeper: OptionKeeper): Promise<number> {
  const began = performance.now();
  await keeper.look();
  return performance.now() - began;
}

/** How many were absorbed and registered since a block. */
async function gathered({ provider, venue }: OptionCrowd, block: number): Promise<[number, number]> {
  if ((await provider.getBlockNumber()) <= block) return [0, 0];
  const logs = await provider.getLogs({ address: await venue.clearinghouse.getAddress(), fromBlock: block + 1 });
  const names = logs.map((log) => venue.clearinghouse.interface.parseLog(log)?.name);
  return [names.filter((name) => name === "Absorbed").length, names.filter((name) => name === "NetRegistered").length];
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1]!;
}
