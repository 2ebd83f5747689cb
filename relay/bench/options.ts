// SPDX-License-Identifier: MIT
// npm run bench -- relay --options: a relay as its command starts it, with its SQLite file, over a clearinghouse of
// options on a real node: 124 series, makers who quote both sides of 120 of them.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { SeriesId } from "../../sdk/options/series.js";
import { QUOTE_LANES, quoteLane } from "../../sdk/options/quoteLane.js";
import { USE, type SignedOrder } from "../order/Order.js";
import { EXPIRIES, OptionVenue, START } from "../test/OptionVenue.js";
import { Process, freePort, prepareFor } from "../test/Process.js";
import { NANO, UNIT } from "../test/people.js";
import { Poster, ms, quantiles, wires } from "./Poster.js";

const MAKERS = 20;
const TAKERS = 4;
const SOCKETS = 4;
const IN_FLIGHT = 64;
const FILLS = 60;
/** Of rates: nothing is limited here. */
const FREE = 1_000_000_000;

export async function benchOptions(): Promise<void> {
  console.log(`${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(1)}`);
  const venue = await OptionVenue.open(MAKERS + TAKERS, [...EXPIRIES, START + 43 * 86_400], 10_000_000n);
  await venue.running.close();
  const folder = mkdtempSync(join(tmpdir(), "relay-bench-"));
  let relay: Process | undefined;
  try {
    const free = { addressRate: FREE, addressBurst: FREE, signerRate: FREE, signerBurst: FREE };
    prepareFor(folder, venue.deployment, { ...free, maxGasAnHour: "1000000000000000000000" });
    relay = await Process.start(folder, venue.url, await freePort());
    await run(venue, relay);
  } finally {
    await relay?.kill("SIGKILL");
    venue.chain.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(venue: OptionVenue, relay: Process): Promise<void> {
  const series = [...venue.ladders.keys()].flatMap((ladder) =>
    Array.from({ length: 30 }, (_, place) => ((1n << 8n) | BigInt(ladder * 32 + place)) as SeriesId),
  );
  const marks = await marksOf(venue);
  const now = await venue.now;
  const quotes = (sequence: bigint) =>
    Array.from({ length: MAKERS }, (_, maker) =>
      series.flatMap((id) => pairOf(venue, maker, id, marks, sequence, now)),
    );
  const [first, second] = [quotes(1n).flat(), quotes(2n).flat()];
  console.log(`${series.length} series, ${MAKERS} makers: ${first.length} orders`);
  await flood(relay, "new quotes", first);
  await flood(relay, "quotes in place of others", second);
  console.log(`a look at a head: ${await lookOf(venue, relay)}`);
  await fills(venue, relay, series, marks, now);
}

/** Of each series, in whole cents. */
async function marksOf(venue: OptionVenue): Promise<Map<bigint, bigint>> {
  const { optionLens, clearinghouse } = venue.deployed;
  const { ladders } = await optionLens.chain(clearinghouse, 1);
  const cents = (mark: bigint) => mark - (mark % (UNIT / 100n));
  return new Map(
    ladders.flatMap(({ place, strikes }) =>
      strikes.flatMap(({ call, put }, strike) => {
        const index = (1n << 8n) | (place << 5n) | BigInt(strike << 1);
        return [[index, cents(call.mark)] as const, [index | 1n, cents(put.mark)] as const];
      }),
    ),
  );
}

/** Bid and offer around the mark, as `OptionDesk.quotes` makes them. */
function pairOf(
  venue: OptionVenue,
  maker: number,
  market: SeriesId,
  marks: ReadonlyMap<bigint, bigint>,
  sequence: bigint,
  now: bigint,
): SignedOrder[] {
  const half = UNIT * BigInt(1 + (maker % 5));
  const mark = marks.get(market)!;
  return [true, false].flatMap((buys) => {
    const limit = buys ? mark - half : mark + half;
    if (limit <= 0n) return [];
    const order = {
      ...{ account: venue.accountOf(maker), market, size: buys ? NANO : -NANO, limit },
      ...{ salt: (sequence << 16n) | quoteLane(market, buys), expiry: now + 86_400n, use: USE.MAKER },
      ...{ reduceOnly: false, maxFee: 100_000n, matcher: NOBODY, trigger: 0n, triggerAbove: false },
    };
    return [venue.sign(venue.traders[maker]!, order)];
  });
}

const NOBODY = "0x0000000000000000000000000000000000000000" as const;

async function flood(relay: Process, what: string, orders: readonly SignedOrder[]): Promise<void> {
  const posters = await Promise.all(Array.from({ length: SOCKETS }, () => Poster.open(relay.url)));
  const texts = wires(orders);
  const began = performance.now();
  let next = 0;
  const worker = async (poster: Poster) => {
    while (next < texts.length) await poster.post(texts[next++]!);
  };
  await Promise.all(posters.flatMap((poster) => Array.from({ length: IN_FLIGHT / SOCKETS }, () => worker(poster))));
  const took = (performance.now() - began) / 1_000;
  const sum = (of: (poster: Poster) => number) => posters.reduce((all, poster) => all + of(poster), 0);
  const latencies = posters.flatMap((poster) => poster.latencies);
  console.log(
    `${what}, ${IN_FLIGHT} at a time: ${Math.round(sum(({ accepted }) => accepted) / took)} accepted/s ` +
      `(${sum(({ refused }) => refused)} refused), ${quantiles(latencies)}`,
  );
  for (const poster of posters) poster.close();
}

/** What the relay says of its looks, over some blocks. */
async function lookOf(venue: OptionVenue, relay: Process): Promise<string> {
  const read = async () => {
    const text = await (await fetch(`${relay.url}/metrics`)).text();
    const of = (name: string) => Number(new RegExp(`^novation_relay_look_seconds_${name} (\\S+)`, "m").exec(text)![1]);
    return { sum: of("sum"), count: of("count") };
  };
  const before = await read();
  for (let block = 0; block < 20; ++block) {
    await venue.chain.mineWaiting();
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  const after = await read();
  return `${ms((1_000 * (after.sum - before.sum)) / (after.count - before.count))} each, of ${after.count - before.count}`;
}

/** Takers who buy one contract each in one series after the other, until all are mined. */
async function fills(
  venue: OptionVenue,
  relay: Process,
  series: readonly SeriesId[],
  marks: ReadonlyMap<bigint, bigint>,
  now: bigint,
): Promise<void> {
  const poster = await Poster.open(relay.url);
  const chosen = series.filter((id) => marks.get(id)! > 10n * UNIT).slice(0, FILLS / TAKERS);
  const orders = chosen.flatMap((market, index) =>
    Array.from({ length: TAKERS }, (_, taker) =>
      venue.sign(venue.traders[MAKERS + taker]!, {
        ...{ account: venue.accountOf(MAKERS + taker), market, size: NANO, limit: marks.get(market)! + 20n * UNIT },
        ...{ salt: (1n << 16n) | BigInt(index), expiry: now + 86_400n, use: USE.TAKER },
        ...{ reduceOnly: false, maxFee: 100_000n, matcher: NOBODY, trigger: 0n, triggerAbove: false },
      }),
    ),
  );
  if (BigInt(chosen.length) >= QUOTE_LANES) throw new Error("lanes of takers reach into those of quotes");
  const began = performance.now();
  await Promise.all(wires(orders).map((order) => poster.post(order)));
  const [from, matched] = [await venue.chain.provider.getBlockNumber(), performance.now() - began];
  let [gas, blocks, transactions, done] = [0n, 0, 0, 0];
  while (done < poster.accepted && blocks < 60) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const receipts = await venue.chain.mineWaiting();
    ++blocks;
    transactions += receipts.length;
    gas += receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
    const logs = await venue.deployed.clearinghouse.queryFilter(
      venue.deployed.clearinghouse.filters.Traded(),
      from + 1,
    );
    done = logs.length;
  }
  console.log(
    `${poster.accepted} takers (${poster.refused} refused) matched in ${ms(matched)}; ${done} fills mined in ` +
      `${transactions} transactions, ${Math.round(Number(gas) / done)} gas a fill, everyday build`,
  );
  poster.close();
}
