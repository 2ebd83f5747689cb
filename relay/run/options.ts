// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Wallet } from "ethers";
import { StartError } from "../../chain/errors.js";
import type { Hex } from "../../sdk/orderHash.js";
import { addressOf, type Address } from "../../sdk/range.js";

export const USAGE = `npm run relay -- --rpc URL --deployment FILE [options]

Takes signed orders, matches them by price and time, and settles them. docs/relay.md explains it.

  --rpc URL[,URL]         nodes of the venue's chain, HTTP
  --ws URL                a node's WebSocket, for new heads without polling
  --deployment FILE       what npm run deploy wrote
  --config FILE           numbers other than the defaults, JSON
  --database FILE         SQLite; default relay.db. DATABASE_URL: PostgreSQL instead, shared by relays that take turns
  --host ADDRESS          default 127.0.0.1
  --port N                default 8549
  --address-header NAME   header in which a proxy tells the reader's address
  --bond ADDRESS          of the relay's RelayBond, told to clients
  --reports URL           signed reports for markets whose prices are pulled, as Chainlink's Data Streams API serves
                          them; key and secret in NOVATION_STREAMS_KEY and NOVATION_STREAMS_SECRET

Keys, in the environment:
  NOVATION_RELAY_KEY      signs the journal
  NOVATION_RELAY_SENDERS  send settlements, separated by commas; default: the same key
  Either may name a file: @PATH.`;

export interface Options {
  readonly rpc: readonly string[];
  readonly ws: string | undefined;
  readonly deployment: string;
  readonly config: string | undefined;
  readonly database: string;
  readonly host: string;
  readonly port: number;
  readonly addressHeader: string | undefined;
  readonly bond: Address | undefined;
  readonly reports: string | undefined;
}

export class BadOption extends StartError {
  constructor(what: string) {
    super(`${what} npm run relay -- --help lists the options.`);
  }
}

/** Undefined: help is wanted. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const text = { type: "string" } as const;
  const options = {
    ...{ rpc: text, ws: text, deployment: text, config: text, database: text, host: text, port: text },
    ...{ "address-header": text, bond: text, reports: text, help: { type: "boolean" } as const },
  };
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (failure) {
    throw new BadOption(`${(failure as Error).message}.`);
  }
  if (values.help) return undefined;
  if (values.rpc === undefined) throw new BadOption("No node is named: give --rpc URL.");
  if (values.deployment === undefined) throw new BadOption("No venue is named: give --deployment FILE.");
  if (values.reports !== undefined && !/^https?:\/\/./.test(values.reports)) {
    throw new BadOption("--reports is no address: give one that begins with http:// or https://.");
  }
  const port = Number(values.port ?? 8549);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new BadOption(`${values.port} is no port.`);
  return {
    rpc: values.rpc.split(","),
    ws: values.ws,
    deployment: values.deployment,
    config: values.config,
    database: values.database ?? "relay.db",
    host: values.host ?? "127.0.0.1",
    port,
    addressHeader: values["address-header"]?.toLowerCase(),
    bond: values.bond === undefined ? undefined : addressOf(values.bond as Address, "--bond"),
    reports: values.reports,
  };
}

/** Keys of a variable. They are never told, also not when they are wrong. */
export function keysOf(env: NodeJS.ProcessEnv, name: string): Hex[] {
  const given = env[name] ?? "";
  const text = given.startsWith("@") ? readFileSync(given.slice(1), "utf8") : given;
  const keys = text.split(",").flatMap((each) => (each.trim() === "" ? [] : [each.trim() as Hex]));
  for (const key of keys) {
    if (!/^0x[0-9a-fA-F]{64}$/.test(key)) throw new BadOption(`${name} holds something that is no private key.`);
  }
  return keys;
}

export function walletsOf(env: NodeJS.ProcessEnv): { key: Hex; wallets: Wallet[] } {
  const [key] = keysOf(env, "NOVATION_RELAY_KEY");
  if (key === undefined) throw new BadOption("No key signs the journal: set NOVATION_RELAY_KEY.");
  const senders = keysOf(env, "NOVATION_RELAY_SENDERS");
  return { key, wallets: (senders.length > 0 ? senders : [key]).map((each) => new Wallet(each)) };
}
