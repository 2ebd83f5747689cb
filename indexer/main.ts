// SPDX-License-Identifier: MIT
// npm run indexer: see USAGE and docs/indexer.md.
import { join, resolve } from "node:path";
import { readDeployment } from "../chain/readDeployment.js";
import { HttpRpc } from "../sdk/client/chain/HttpRpc.js";
import { isTrouble } from "../sdk/client/chain/Rpc.js";
import { proveDeployment } from "../sdk/client/proveDeployment.js";
import type { Deployment } from "../sdk/deployment.js";
import { DeploymentError } from "../sdk/deploymentErrors.js";
import { OptionError, main, wholeWithin } from "../tools/options.js";
import { Folder, Postgres, type Kept } from "./run/Kept";
import { Supervisor } from "./run/Supervisor";

const USAGE = `npm run indexer -- --rpc URL --deployment FILE [options]: indexes a venue and serves its history

  --rpc URL           a node of the venue's chain
  --deployment FILE   where the venue is, as \`npm run deploy\` writes it
  --port N            of the API, GraphQL and SQL; default 42069
  --data FOLDER       of the database when DATABASE_URL is not set (PGlite); default .ponder in indexer/
  --schema NAME       of the rows in PostgreSQL; default: one for each venue and run of a chain
  --serve             serves what another process indexes into the same PostgreSQL
  --max-lag BLOCKS    behind the chain before the API answers 503; default 30
  --verbose           shows Ponder's log

DATABASE_URL: a PostgreSQL. Everything can be deleted: it is made again from the chain.`;

const OPTIONS = {
  rpc: { type: "string" },
  deployment: { type: "string" },
  port: { type: "string", default: "42069" },
  data: { type: "string" },
  schema: { type: "string" },
  serve: { type: "boolean", default: false },
  "max-lag": { type: "string", default: "30" },
  verbose: { type: "boolean", default: false },
  help: { type: "boolean" },
} as const;

await main(USAGE, OPTIONS, async (values) => {
  const { rpc, deployment: path, data, schema, serve, verbose } = values;
  if (rpc === undefined) throw new OptionError("--rpc is missing: the URL of a node");
  if (path === undefined) throw new OptionError("--deployment is missing: the file that npm run deploy writes");
  const file = resolve(path);
  const deployment = await deploymentIn(file, rpc);
  const port = wholeWithin("port", values.port, 1, 65_535);
  const maxLag = wholeWithin("max-lag", values["max-lag"], 1, 1_000_000);
  const url = process.env["DATABASE_URL"];
  if (serve && !url) throw new OptionError("--serve needs DATABASE_URL: a folder has one process");
  const folder = resolve(data ?? join(import.meta.dirname, ".ponder"));
  const kept: Kept = url ? new Postgres(url, deployment, schema) : new Folder(folder, deployment);

  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const environment = { RPC_URL: rpc, DEPLOYMENT: file, MAX_LAG: String(maxLag) };
  const mode = serve ? "serve" : "start";
  const supervisor = new Supervisor({ kept, mode, port, environment, say, verbose });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void supervisor.stop());
  say(`indexer: http://127.0.0.1:${port}/v1/openapi.json, rows in ${kept.says}`);
  await supervisor.run();
});

/** The file's deployment, unless the node is of another chain. A node that does not answer yet is waited for later. */
async function deploymentIn(file: string, rpc: string): Promise<Deployment> {
  try {
    const deployment = readDeployment(file);
    const node = new HttpRpc([rpc], { requestTimeout: 10_000, requestRetries: 0 });
    await proveDeployment(node, deployment, file).catch((failure: unknown) => {
      if (!isTrouble(failure)) throw failure;
    });
    return deployment;
  } catch (failure) {
    if (!(failure instanceof DeploymentError)) throw failure;
    throw new OptionError(`${failure.name}: ${failure.message}`);
  }
}
