// SPDX-License-Identifier: MIT
// npm run relay: see USAGE and docs/relay.md.
import { pino } from "pino";
import { Heads } from "../chain/Heads.js";
import { StartError } from "../chain/errors.js";
import { reportsFrom } from "../chain/reports/reportsFrom.js";
import { readDeployment } from "../chain/readDeployment.js";
import { PostgresStore as PostgresJobs } from "../chain/store/PostgresStore.js";
import { SqliteStore as SqliteJobs } from "../chain/store/SqliteStore.js";
import { HttpRpc } from "../sdk/client/chain/HttpRpc.js";
import { proveDeployment } from "../sdk/client/proveDeployment.js";
import { DeploymentError } from "../sdk/deploymentErrors.js";
import { keyOf } from "./order/signing.js";
import { createRelay } from "./run/createRelay.js";
import { readConfig } from "./run/Config.js";
import { USAGE, parseOptions, walletsOf, type Options } from "./run/options.js";
import { PostgresStore } from "./store/PostgresStore.js";
import { SqliteThread } from "./store/SqliteThread.js";

async function run(options: Options): Promise<void> {
  const log = pino({ level: process.env["NOVATION_RELAY_LOG"] ?? "info" });
  const config = readConfig(options.config);
  const deployment = readDeployment(options.deployment);
  const { key, wallets } = walletsOf(process.env);
  const rpc = new HttpRpc(options.rpc, config);
  await proveDeployment(rpc, deployment, options.deployment);
  const venue = `${deployment.chainId}:${deployment.genesisHash.slice(0, 18)}:${deployment.clearinghouse.toLowerCase()}`;
  const url = process.env["DATABASE_URL"];
  const store =
    url === undefined ? await SqliteThread.open(options.database, venue) : await PostgresStore.open(url, venue);
  const jobs =
    url === undefined
      ? new SqliteJobs(`${options.database}.jobs`, venue)
      : await PostgresJobs.open(url, `relay ${venue}`);
  log.info({ relay: keyOf(key).address, clearinghouse: deployment.clearinghouse }, "waiting for its turn");
  // Another relay may have the database by now: what is in memory counts for nothing.
  const onEnd = (why: Error) => {
    log.fatal({ reason: why.message }, "the database is lost: the relay ends, start it again");
    process.exit(1);
  };
  const { rpc: _, database: __, deployment: ___, config: ____, reports: _____, ws, ...rest } = options;
  const reportSource = reportsFrom(options.reports, process.env, config.reportTimeout);
  const base = { rpc, deployment, config, key: keyOf(key), wallets, store, jobs, log, onEnd, reportSource };
  const parts = { ...base, ...rest };
  const running = await createRelay(parts);
  const heads = new Heads({ ws, ...config }, () => void running.relay.wake());
  heads.start();
  log.info({ port: running.port, page: running.exchange.journal.head.page }, "relay");

  const stop = async () => {
    heads.stop();
    await running.close();
    await jobs.leave();
    await Promise.all([store.close(), jobs.close()]);
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else await run(options);
} catch (failure) {
  const { name, message } = failure as Error;
  if (!(failure instanceof StartError || failure instanceof DeploymentError)) throw failure;
  console.error(`${name}: ${message}`);
  process.exitCode = 2;
}
