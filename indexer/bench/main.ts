// SPDX-License-Identifier: MIT
// npm run bench -- indexer: see USAGE.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { Postgres as Cluster } from "../../sim/trial/Postgres.js";
import { main, wholeWithin } from "../../tools/options.js";
import { Postgres } from "../run/Kept";
import { Supervisor, healthOf } from "../run/Supervisor";
import { Running } from "../test/Running";
import { load } from "./load";
import { busyVenue, maker, type Busy } from "./market";

const USAGE = `npm run bench -- indexer [options]: events of a real chain indexed, then asked for by many clients

  --events N     about so many logs; default 100000
  --accounts N   that trade; default 5000
  --clients N    default 200
  --seconds N    that they ask; default 20
  --apis N       processes that serve, on one PostgreSQL; default 1
  --pglite       the database that comes with it, instead of a PostgreSQL of its own
  --json         figures as JSON`;

const OPTIONS = {
  events: { type: "string", default: "100000" },
  accounts: { type: "string", default: "5000" },
  clients: { type: "string", default: "200" },
  seconds: { type: "string", default: "20" },
  apis: { type: "string", default: "1" },
  pglite: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean" },
} as const;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

await main(USAGE, OPTIONS, async (values) => {
  const events = wholeWithin("events", values.events, 1_000, 5_000_000);
  const accounts = wholeWithin("accounts", values.accounts, 60, 1_000_000);
  const clients = wholeWithin("clients", values.clients, 1, 10_000);
  const seconds = wholeWithin("seconds", values.seconds, 1, 3_600);
  const apis = wholeWithin("apis", values.apis, 1, 8);
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  let began = Date.now();
  const busy = await busyVenue(events, accounts, say);
  const making = (Date.now() - began) / 1_000;
  say(`${busy.events} events, ${busy.fills} fills of ${busy.accounts} accounts, made in ${making.toFixed(0)} s`);

  const cluster = values.pglite ? undefined : await Cluster.start();
  began = Date.now();
  const indexable = { venue: busy.venue, url: busy.url, deployment: async () => busy.venue.deployment };
  const running = await Running.start(indexable, cluster?.url);
  const peak = watchMemory(() => running.supervisor.pid);
  const head = await busy.venue.chain.provider.getBlockNumber();
  await running.until("history is indexed", 7_200, ({ status, indexed }) => status === "ok" && indexed === head);
  const indexing = (Date.now() - began) / 1_000;
  const memory = peak();
  const disk = cluster ? await diskOf(cluster.url) : sizeOf(running.kept.environment["PGLITE_FOLDER"]!);
  say(`indexed in ${indexing.toFixed(1)} s, ${(busy.events / indexing).toFixed(0)} events a second`);

  const others = cluster ? await serveMore(running, cluster, busy.url, apis - 1) : [];
  const ports = [running.port, ...others.map(({ port }) => port)];
  const paths = pathsOf(busy);
  const { requests, failed, perSecond, p50, p99, worst } = await load(ports, paths, clients, seconds);
  const byPath: Record<string, number> = {};
  for (const path of paths.slice(0, ROUTES)) byPath[path] = (await load(ports, [path], 1, 2)).p99;
  const figures = {
    events: busy.events,
    fills: busy.fills,
    accounts: busy.accounts,
    database: cluster ? "PostgreSQL" : "PGlite",
    indexing,
    eventsASecond: busy.events / indexing,
    memoryMB: memory / 1e6,
    diskMB: disk / 1e6,
    apis: ports.length,
    clients,
    requests,
    failed,
    perSecond,
    p50,
    p99,
    worst,
    alone: byPath,
  };
  console.log(values.json ? JSON.stringify(figures) : table(figures));
  for (const { supervisor } of others) await supervisor.stop();
  await running.stop();
  cluster?.stop();
  busy.venue.stop();
});
process.exit();

/** Kinds of question in a round. */
const ROUTES = 6;

function pathsOf({ venue }: Busy): string[] {
  const [market] = venue.deployed.markets;
  const { account } = maker(0);
  return [
    `/v1/accounts/${account}`,
    `/v1/accounts/${account}/history?limit=100`,
    `/v1/accounts/${account}/positions`,
    `/v1/markets/${market!.id}/candles?seconds=60&limit=200`,
    `/v1/markets/${market!.id}/trades?limit=50`,
    `/v1/at-risk?limit=50`,
  ];
}

async function serveMore(running: Running, cluster: Cluster, rpc: string, many: number) {
  const more: { port: number; supervisor: Supervisor }[] = [];
  for (let index = 0; index < many; ++index) {
    const port = running.port + 1 + index;
    const environment = { ...running.environment, RPC_URL: rpc };
    const kept = new Postgres(cluster.url, running.deployment, running.kept.environment["DATABASE_SCHEMA"]);
    const supervisor = new Supervisor({ kept, mode: "serve", port, environment, say: () => {} });
    void supervisor.run();
    while ((await healthOf(port))?.status !== "ok") await sleep(200);
    more.push({ port, supervisor });
  }
  return more;
}

/** The most resident memory of a process, looked at ten times a second; the answer ends it. */
function watchMemory(pid: () => number | undefined): () => number {
  let most = 0;
  const timer = setInterval(() => {
    const id = pid();
    if (id === undefined) return;
    try {
      const [, resident] = readFileSync(`/proc/${id}/statm`, "utf8").split(" ").map(Number);
      most = Math.max(most, resident! * 4_096);
    } catch {
      // it ended, or this is no Linux
    }
  }, 100);
  return () => {
    clearInterval(timer);
    return most;
  };
}

async function diskOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("select pg_database_size(current_database()) as size");
  await client.end();
  return Number((rows as { size: string }[])[0]!.size);
}

function sizeOf(path: string): number {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function table(figures: Record<string, unknown>): string {
  const lines = Object.entries(figures).map(([name, value]) => {
    const text = typeof value === "number" ? String(Math.round(value * 10) / 10) : JSON.stringify(value, undefined, 2);
    return `${name.padEnd(16)}${text}`;
  });
  return lines.join("\n");
}
