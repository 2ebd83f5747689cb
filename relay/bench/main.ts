// SPDX-License-Identifier: MIT
// npm run relay -- bench: how many orders a second the whole process accepts, beside a plain book in memory.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir, availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Engine } from "../book/Engine.js";
import { orderHash } from "../order/hash.js";
import { FakeView, orderOf } from "../test/people.js";
import { signedBy, traderOf } from "../test/Place.js";
import { Poster, ms, quantiles, wires } from "./Poster.js";

const text = { type: "string" } as const;
const { values } = parsed();
const ORDERS = Number(values.orders ?? 20_000);
const SOCKETS = Number(values.sockets ?? 8);
const THREADS = Number(values.threads ?? Math.max(1, availableParallelism() - 1));
const KEYS = 50;
const CROSSING = 1_000;
/** The target at half of which latency is measured. */
const TARGET = 3_000;

interface Usage {
  readonly cpu: number;
  readonly orders: number;
  readonly levels: number;
  readonly memory: number;
  /** Milliseconds that each page took to be on the disk, since the last question. */
  readonly writes: readonly number[];
}

function parsed() {
  try {
    return parseArgs({ options: { orders: text, threads: text, sockets: text, options: { type: "boolean" } } });
  } catch (failure) {
    console.error((failure as Error).message);
    process.exit(2);
  }
}

const each = (seconds: number, count: number) => `${((seconds / count) * 1e6).toFixed(0)} µs`;
const keys = Array.from({ length: KEYS }, (_, index) => traderOf(index));

/** Bids and asks around 100 that never meet: a book that only grows. */
function resting(index: number): [size: number, limit: number] {
  return index % 2 === 0 ? [1 + (index % 7), 99 - (index % 40)] : [-1 - (index % 7), 101 + (index % 40)];
}

function plainBook(): void {
  const orders = Array.from({ length: ORDERS }, (_, index) => orderOf(index % KEYS, ...resting(index)));
  const hashes = orders.map(({ order }) => orderHash(order));
  const engine = new Engine(new FakeView());
  const began = performance.now();
  orders.forEach((order, index) => engine.place(hashes[index]!, order));
  const took = (performance.now() - began) / 1_000;
  console.log(`plain book in memory: ${Math.round(ORDERS / took)} orders/s, ${each(took, ORDERS)} each`);
}

function crossing(): void {
  const engine = new Engine(new FakeView());
  for (let i = 0; i < CROSSING; ++i) {
    const maker = orderOf(i % KEYS, -1, 100 + (i % 20));
    engine.place(orderHash(maker.order), maker);
  }
  engine.take();
  const taker = orderOf(KEYS + 1, CROSSING, 130);
  const hash = orderHash(taker.order);
  const began = performance.now();
  engine.place(hash, taker);
  const took = performance.now() - began;
  const fills = engine.take().matches.reduce((sum, match) => sum + match.fills.length, 0);
  console.log(`match of ${fills} crossing orders, in the engine: ${ms(took)}`);
}

class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(folder: string): Promise<Server> {
    const file = new URL("./server.ts", import.meta.url).pathname;
    const child = fork(file, [join(folder, "relay.db"), String(THREADS)], { execArgv: ["--import", "tsx"] });
    const [{ url }] = (await once(child, "message")) as [{ url: string }];
    return new Server(child, url);
  }

  async usage(): Promise<Usage> {
    this.child.send("usage");
    const [usage] = (await once(this.child, "message")) as [Usage];
    return usage;
  }

  stop(): void {
    this.child.send("stop");
  }
}

/** As many as it takes, a bounded number at a time on each socket. */
async function flood(server: Server, orders: readonly string[], inFlight: number): Promise<void> {
  const posters = await Promise.all(Array.from({ length: SOCKETS }, () => Poster.open(server.url)));
  const before = await server.usage();
  const began = performance.now();
  let next = 0;
  const worker = async (poster: Poster) => {
    while (next < orders.length) await poster.post(orders[next++]!);
  };
  await Promise.all(posters.flatMap((poster) => Array.from({ length: inFlight / SOCKETS }, () => worker(poster))));
  const took = (performance.now() - began) / 1_000;
  const after = await server.usage();
  const accepted = posters.reduce((sum, poster) => sum + poster.accepted, 0);
  const refused = posters.reduce((sum, poster) => sum + poster.refused, 0);
  const cpu = after.cpu - before.cpu;
  console.log(
    `whole process, ${inFlight} at a time: ${Math.round(accepted / took)} accepted/s (${refused} refused), ` +
      `${each(cpu, accepted)} of processor each, so ${Math.round((2 * accepted) / cpu)}/s of two free cores; ` +
      `${Math.round(after.memory / 2 ** 20)} MB`,
  );
  for (const poster of posters) poster.close();
}

/** At a fixed rate, however long answers take. */
async function paced(server: Server, orders: readonly string[], rate: number): Promise<void> {
  await server.usage();
  const posters = await Promise.all(Array.from({ length: SOCKETS }, () => Poster.open(server.url)));
  const began = performance.now();
  const asked: Promise<void>[] = [];
  while (asked.length < orders.length) {
    const due = Math.min(orders.length, Math.floor(((performance.now() - began) / 1_000) * rate));
    while (asked.length < due) asked.push(posters[asked.length % SOCKETS]!.post(orders[asked.length]!));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(asked);
  const accepted = posters.reduce((sum, poster) => sum + poster.accepted, 0);
  const { writes } = await server.usage();
  console.log(`at ${rate}/s: ${accepted} accepted, ${quantiles(posters.flatMap(({ latencies }) => latencies))}`);
  console.log(
    `  of it, until a page of about ${Math.round(accepted / writes.length)} is on the disk: ${quantiles(writes)}`,
  );
  for (const poster of posters) poster.close();
}

async function crossWhole(server: Server): Promise<void> {
  const poster = await Poster.open(server.url);
  const makers = Array.from({ length: CROSSING }, (_, i) =>
    signedBy(keys[i % (KEYS - 1)]!, -1, 60 + (i % 20), { market: 8n }),
  );
  await Promise.all(wires(makers).map((order) => poster.post(order)));
  poster.latencies.length = 0;
  await poster.post(wires([signedBy(keys[KEYS - 1]!, CROSSING, 90, { market: 8n })])[0]!);
  console.log(`match of ${CROSSING} crossing orders, from the order to its receipt: ${ms(poster.latencies[0]!)}`);
  poster.close();
}

if (values.options === true) {
  const { benchOptions } = await import("./options.js");
  await benchOptions();
  process.exit(0);
}
console.log(`${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(1)}, ${THREADS} thread(s) for signatures`);
plainBook();
crossing();
const folder = mkdtempSync(join(tmpdir(), "relay-bench-"));
try {
  const server = await Server.start(folder);
  const orders = wires(
    Array.from({ length: 2 * ORDERS }, (_, index) => signedBy(keys[index % KEYS]!, ...resting(index))),
  );
  await flood(server, orders.slice(0, ORDERS / 10), 64); // warm
  await flood(server, orders.slice(ORDERS / 10, ORDERS), 256);
  await paced(server, orders.slice(ORDERS, ORDERS + Math.min(ORDERS, 10 * (TARGET / 2))), TARGET / 2);
  await crossWhole(server);
  server.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
