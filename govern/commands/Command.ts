// SPDX-License-Identifier: MIT
import { parseArgs, type ParseArgsConfig } from "node:util";
import { readDeployment } from "../../chain/readDeployment.js";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import { isTrouble, type Rpc } from "../../sdk/client/chain/Rpc.js";
import { proveDeployment } from "../../sdk/client/proveDeployment.js";
import type { Deployment } from "../../sdk/deployment.js";
import { DeploymentError } from "../../sdk/deploymentErrors.js";
import { addressOf, type Address } from "../../sdk/range.js";
import { GovernError } from "../errors.js";

/** The command is called wrongly. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What each command takes beside its own. */
const COMMON = {
  rpc: { type: "string" },
  deployment: { type: "string" },
  help: { type: "boolean" },
} as const;

export const COMMON_USAGE = `  --rpc URL          a node of the venue's chain; or NOVATION_RPC
  --deployment FILE  the venue's deployment file; or NOVATION_DEPLOYMENT
  --help`;

/** Refused by what was asked, called wrongly, failed otherwise. */
const [REFUSED, WRONG, FAILED] = [1, 2, 3];

export interface Opened {
  readonly rpc: Rpc;
  readonly url: string;
  readonly deployment: Deployment;
}

/** Runs a command: prints its usage for --help; errors of ours as a sentence each, with their names. */
export async function command<O extends NonNullable<ParseArgsConfig["options"]>>(
  usage: string,
  options: O,
  run: (args: {
    values: ReturnType<typeof parsed<O>>["values"];
    files: string[];
    open: () => Promise<Opened>;
  }) => Promise<number | void>,
): Promise<void> {
  // A reader such as `head` may have seen enough.
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? 0 : FAILED));
  try {
    const { values, positionals: files } = parsed(options);
    if ((values as { help?: boolean }).help === true) return console.log(usage);
    process.exitCode = (await run({ values, files, open: () => opened(values) })) ?? 0;
  } catch (failure) {
    const error = failure as Error;
    if (error instanceof UsageError) {
      console.error(`govern: ${error.message}\n\n${usage}`);
      process.exitCode = WRONG;
    } else if (error instanceof GovernError || error instanceof DeploymentError) {
      console.error(`govern: ${error.name}: ${error.message}`);
      process.exitCode = REFUSED;
    } else if (isTrouble(error)) {
      console.error(`govern: the node does not answer: ${error.message}`);
      process.exitCode = FAILED;
    } else {
      console.error(error);
      process.exitCode = FAILED;
    }
  }
}

function parsed<O extends NonNullable<ParseArgsConfig["options"]>>(options: O) {
  try {
    return parseArgs({ options: { ...COMMON, ...options }, allowPositionals: true, strict: true });
  } catch (failure) {
    throw new UsageError((failure as Error).message.split("\n")[0]!);
  }
}

async function opened(values: { rpc?: unknown; deployment?: unknown }): Promise<Opened> {
  const url = (values.rpc as string | undefined) ?? process.env.NOVATION_RPC;
  const file = (values.deployment as string | undefined) ?? process.env.NOVATION_DEPLOYMENT;
  if (url === undefined) throw new UsageError("name the node: --rpc URL, or NOVATION_RPC");
  if (file === undefined) throw new UsageError("name the venue: --deployment FILE, or NOVATION_DEPLOYMENT");
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new UsageError("--rpc is no http(s) URL");
  const deployment = readDeployment(file);
  const rpc = new HttpRpc([url], { requestTimeout: 60_000, requestRetries: 2 });
  await proveDeployment(rpc, deployment, file);
  return { rpc, url, deployment };
}

/** The one file that a command is given. */
export function onlyFile(files: readonly string[], what: string): string {
  if (files.length === 1) return files[0]!;
  throw new UsageError(files.length === 0 ? `name ${what}` : `name one file, not ${files.length}`);
}

/** An address that an option gives. */
export function addressOption(value: string | undefined, name: string): Address | undefined {
  if (value === undefined) return undefined;
  try {
    return addressOf(value, name);
  } catch (failure) {
    throw new UsageError((failure as Error).message);
  }
}
