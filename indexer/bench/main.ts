// SPDX-License-Identifier: MIT
// npm run bench -- indexer: see USAGE.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { JsonRpcProvider } from "ethers";
import pg from "pg";
import { parseDeployment } from "../../sdk/deployment.js";
import { Postgres as Cluster } from "../../sim/trial/Postgres.js";
import { OptionError, main, wholeWithin } from "../../tools/options.js";
import { seeded } from "../../tools/random.js";
import { Postgres } from "../run/Kept";
import { Supervisor, healthOf } from "../run/Supervisor";
import { Running, type Indexable } from "../test/Running";
import { load, type Load } from "./load";
import { busyVenue } from "./market";
import { questionsOf, type Questions } from "./questions";
import { diskOf, sizeOf, tablesOf, watchProcess } from "./usage";

const USAGE = `npm run bench -- indexer [options]: events of a real chain indexed, then asked for by many clients

  --events N     about so many logs; default 100000
  --accounts N   that trade; default 5000
  --rpc URL      indexes this chain instead of making one
  --deployment FILE  of the venue there
  --clients N    default 200
  --pause MS     that a client waits after each answer; default 1000. It is also measured without
  --seconds N    that they ask; default 20
  --apis N       processes that serve, on one PostgreSQL; default 1
  --json         figures as JSON`;

const OPTIONS = {
  events: { type: "string", default: "100000" },
  accounts: { type: "string", default: "5000" },
  rpc: { type: "string" },
  deployment: { type: "string" },
  clients: { type: "string", default: "200" },
  pause: { type: "string", default: "1000" },
  seconds: { type: "string", default: "20" },
  apis: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
  help: { type: "boolean" },
} as const;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

await main(USAGE, OPTIONS, async (values) => {
  const events = wholeWithin("events", values.events, 1_000, 5_000_000);
  const accounts = wholeWithin("accounts", values.accounts, 60, 1_000_000);
  const clients = wholeWithin("clients", values.clients, 1, 10_000);
  const pause = wholeWithin("pause", values.pause, 0, 60_000);
  const seconds = wholeWithin("seconds", values.seconds, 1, 3_600);
  const apis = wholeWithin("apis", values.apis, 1, 8);
  const { rpc, deployment } = values;
  if ((rpc === undefined) !== (deployment === undefined)) throw new OptionError("--rpc and --deployment go together");
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const made = rpc === undefined ? await makeVenue(events, accounts, say) : existing(rpc, deployment!);

  const cluster = await Cluster.start();
  const began = Date.now();
  const running = await Running.start(made, cluster.url);
  const usage = watchProcess(() => running.supervisor.pid);
  const head = await made.node.getBlockNumber();
  await running.until("history is indexed", 36_000, ({ status, indexed }) => status === "ok" && indexed === head);
  const indexing = (Date.now() - began) / 1_000;
  const { memory, cpu } = usage();
  const client = new pg.Client({ connectionString: cluster.url });
  await client.connect();
  const schema = running.kept.environment["DATABASE_SCHEMA"]!;
  const indexed = ((await healthOf(running.port)) as unknown as { events: number }).events;
  say(`${indexed} events indexed in ${indexing.toFixed(1)} s, ${cpu.toFixed(0)} s of one core`);
  const disk = {
    all: await diskOf(client),
    logs: await sizeOf(client, "ponder_sync"),
    rows: await sizeOf(client, schema),
  };

  const others = await serveMore(running, cluster, apis - 1);
  const ports = [running.port, ...others.map(({ port }) => port)];
  const questions = await questionsOf(client, schema, seeded(2));
  const path = inTurn(questions);
  await load({ ports, path, clients: 20, seconds: 3, pause: 0 }); // all is loaded, and the database has read its tables
  const polled = await load({ ports, path, clients, seconds, pause });
  const saturated = await load({ ports, path, clients, seconds, pause: 0 });
  const alone: Record<string, Load> = {};
  for (const [name, ask] of Object.entries(questions)) {
    alone[name] = await load({ ports: [running.port], path: ask, clients: 1, seconds: 2, pause: 0 });
  }
  const figures = {
    events: indexed,
    rows: await tablesOf(client, schema),
    indexingSeconds: indexing,
    eventsASecond: indexed / indexing,
    cpuSeconds: cpu,
    memoryMB: memory / 1e6,
    diskMB: disk.all / 1e6,
    logsMB: disk.logs / 1e6,
    rowsMB: disk.rows / 1e6,
    apis: ports.length,
    clients,
    pause,
    polled,
    saturated,
    alone,
  };
  console.log(JSON.stringify(figures, undefined, values.json ? 0 : 2));
  await client.end();
  for (const { supervisor } of others) await supervisor.stop();
  await running.stop();
  cluster.stop();
  made.stop();
});
process.exit();

type Made = Indexable & { stop(): void };

async function makeVenue(events: number, accounts: number, say: (text: string) => void): Promise<Made> {
  const began = Date.now();
  const { venue, url, fills, events: about } = await busyVenue(events, accounts, say);
  const took = (Date.now() - began) / 1_000;
  say(`about ${about} events, ${fills} fills, made in ${took.toFixed(0)} s`);
  const { provider: node } = venue.chain;
  return { node, url, deployment: async () => venue.deployment, stop: () => venue.stop() };
}

function existing(url: string, file: string): Made {
  const node = new JsonRpcProvider(url, undefined, { staticNetwork: true });
  const deployment = parseDeployment(readFileSync(file, "utf8"), file);
  return { node, url, deployment: async () => deployment, stop: () => node.destroy() };
}

/** One kind after the other. */
function inTurn(questions: Questions): () => string {
  const kinds = Object.values(questions);
  let turn = 0;
  return () => kinds[turn++ % kinds.length]!();
}

async function serveMore(running: Running, cluster: Cluster, many: number) {
  const more: { port: number; supervisor: Supervisor }[] = [];
  for (let index = 0; index < many; ++index) {
    const port = running.port + 1 + index;
    const kept = new Postgres(cluster.url, running.deployment, running.kept.environment["DATABASE_SCHEMA"]);
    const { environment } = running;
    const supervisor = new Supervisor({ kept, mode: "serve", port, environment, say: () => {} });
    void supervisor.run();
    while ((await healthOf(port))?.status !== "ok") await sleep(200);
    more.push({ port, supervisor });
  }
  return more;
}
