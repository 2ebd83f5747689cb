// SPDX-License-Identifier: MIT
// npm run keeper: see USAGE and docs/keeper.md.
import { Wallet } from "ethers";
import { pino } from "pino";
import { HttpRpc } from "../sdk/client/chain/HttpRpc.js";
import type { Deployment } from "../sdk/deployment.js";
import { DeploymentError } from "../sdk/deploymentErrors.js";
import { readConfig } from "./config/Config.js";
import { DatabaseUnusable, NoKey, StartError } from "./config/errors.js";
import { readKeys } from "./config/keys.js";
import { USAGE, parseOptions, type Options } from "./config/options.js";
import { createOptionKeeper } from "./options/run/createOptionKeeper.js";
import { Heads } from "../chain/Heads.js";
import { reportsFrom } from "../chain/reports/reportsFrom.js";
import { readDeployment } from "../chain/readDeployment.js";
import { createKeeper, type KeeperOptions } from "./run/createKeeper.js";
import { createMetrics } from "./run/metrics.js";
import { isUrl, ordersFrom } from "./run/orders.js";
import { sameChain } from "./run/sameChain.js";
import { serve } from "./run/server.js";
import { PostgresStore } from "../chain/store/PostgresStore.js";
import { SqliteStore } from "../chain/store/SqliteStore.js";
import type { Store } from "../chain/store/Store.js";

async function run(options: Options): Promise<void> {
  const log = pino({ level: process.env["NOVATION_KEEPER_LOG"] ?? "info" });
  const config = readConfig(options.config);
  const deployment = readDeployment(options.deployment);
  const wallets = await keysFor(options);
  const rpc = new HttpRpc(options.rpc, config);
  const relay = options.relay === undefined ? undefined : new HttpRpc([options.relay], config);
  const store = await openStore(options, deployment);
  try {
    await start(options, { config, deployment, wallets, rpc, relay, store, log });
  } catch (failure) {
    await store.close();
    throw named(failure, options);
  }
}

type Base = Pick<KeeperOptions, "config" | "wallets" | "rpc" | "relay" | "store" | "log"> & {
  readonly deployment: Deployment;
};

async function start(options: Options, parts: Base): Promise<void> {
  const { config, deployment, wallets, store, log } = parts;
  const metrics = createMetrics();
  if (deployment.options !== undefined) tellIdle(options, log);
  const orders = ordersFrom(deployment.options === undefined ? options.orders : undefined);
  if (!isUrl(options.orders)) await orders(); // a bad file is told before the start; a relay may come later
  await sameChain(
    options.relay === undefined ? options.rpc : [...options.rpc, options.relay],
    config,
    deployment.chainId,
  );
  const shared = { ...parts, metrics, dryRun: options.dryRun };
  const keeper =
    deployment.options === undefined
      ? await createKeeper({
          ...shared,
          orders,
          reports: reportsFrom(options.reports, process.env, config.reportTimeout),
        })
      : await createOptionKeeper({ ...shared, deployment: { ...deployment, lens: deployment.options.lens } });
  const server = options.port === 0 ? undefined : await serve(options.port, options.host, metrics, keeper.report);
  const heads = new Heads({ ...options, ...config }, () => void keeper.wake());
  log.info(
    { keys: wallets.map(({ address }) => address), clearinghouse: deployment.clearinghouse, port: options.port },
    options.dryRun ? "keeper, dry run" : "keeper",
  );
  heads.start();

  const stop = async () => {
    heads.stop();
    server?.close();
    await keeper.rest();
    await store.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
}

/** What a keeper of an option clearinghouse has no use for. */
function tellIdle({ orders, reports }: Options, log: Base["log"]): void {
  if (orders !== undefined) log.warn("--orders is not used: in an option clearinghouse nobody is liquidated to orders");
  if (reports !== undefined) log.warn("--reports is not used: prices of an option clearinghouse are not pulled");
}

/** A dry run without a key acts for no address. */
async function keysFor({ keystores, passwordFile, dryRun }: Options): Promise<Wallet[]> {
  try {
    return await readKeys({ keystores, passwordFile, env: process.env });
  } catch (failure) {
    if (!dryRun || !(failure instanceof NoKey)) throw failure;
    return [new Wallet(Wallet.createRandom().privateKey)];
  }
}

/** A database fails in its own words. */
function named(failure: unknown, { database }: Options): unknown {
  const { code, severity, message } = failure as { code?: unknown; severity?: unknown; message?: string };
  const isOfDatabase = code === "ERR_SQLITE_ERROR" || severity !== undefined || code === "ECONNREFUSED";
  if (failure instanceof StartError || !isOfDatabase) return failure;
  return new DatabaseUnusable(
    process.env["DATABASE_URL"] === undefined ? database : "of DATABASE_URL",
    String(message),
  );
}

function openStore(options: Options, { chainId, clearinghouse }: Deployment): Store | Promise<Store> {
  const venue = `${chainId}:${clearinghouse.toLowerCase()}`;
  const url = process.env["DATABASE_URL"];
  return url === undefined ? new SqliteStore(options.database, venue) : PostgresStore.open(url, venue);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else await run(options);
} catch (failure) {
  if (!(failure instanceof StartError || failure instanceof DeploymentError)) throw failure;
  console.error(`${failure.name}: ${failure.message}`);
  process.exitCode = 2;
}
