// SPDX-License-Identifier: MIT
import { parseArgs } from "node:util";
import { BadUrl, NoDeployment, NoRpc, UnknownOption } from "./errors.js";

export const USAGE = `npm run keeper -- --rpc URL --deployment FILE [options]

  --rpc URL            a node over HTTP; several, separated by commas, take over from each other
  --deployment FILE    deployment.json, as npm run deploy and npm run venue write it
  --ws URL             the node's WebSocket: looks at every head at once instead of polling
  --relay URL          where transactions are sent, if not to the first node (a private relay)
  --keystore FILE      an encrypted JSON keystore; may be given several times, the first owns the keeper's accounts
  --password-file FILE the keystores' password; else NOVATION_KEEPER_PASSWORD
                       without a keystore: private keys in NOVATION_KEEPER_KEY, separated by commas
  --config FILE        JSON; every field is in docs/keeper.md
  --orders FILE|URL    signed maker orders to liquidate against: JSON, read again whenever it changes, or a relay
  --reports URL        signed reports, as Chainlink's Data Streams API serves them, for markets whose prices are pulled;
                       key and secret in NOVATION_STREAMS_KEY and NOVATION_STREAMS_SECRET
  --database FILE      what is remembered over a restart (default keeper.db); with DATABASE_URL PostgreSQL instead
  --port N             serves /health and /metrics there (default: 9464; 0: not at all)
  --host ADDRESS       of that port (default 127.0.0.1)
  --dry-run            decides and simulates, sends nothing; needs no key
  --help`;

export interface Options {
  readonly rpc: readonly string[];
  readonly deployment: string;
  readonly ws: string | undefined;
  readonly relay: string | undefined;
  readonly keystores: readonly string[];
  readonly passwordFile: string | undefined;
  readonly config: string | undefined;
  readonly orders: string | undefined;
  readonly reports: string | undefined;
  readonly database: string;
  readonly port: number;
  readonly host: string;
  readonly dryRun: boolean;
}

/** Undefined: only help is wanted. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const text = { type: "string" } as const;
  let values: ReturnType<typeof parse>;
  const parse = () =>
    parseArgs({
      args: [...args],
      options: {
        rpc: text,
        deployment: text,
        ws: text,
        relay: text,
        config: text,
        orders: text,
        reports: text,
        database: text,
        port: text,
        host: text,
        "password-file": text,
        keystore: { type: "string", multiple: true },
        "dry-run": { type: "boolean" },
        help: { type: "boolean" },
      },
    }).values;
  try {
    values = parse();
  } catch (failure) {
    throw new UnknownOption(/'([^']+)'/.exec((failure as Error).message)?.[1] ?? args.join(" "));
  }
  if (values.help) return undefined;
  const listed = (values.rpc ?? "").split(",").map((url) => url.trim());
  const rpc = listed.filter((url) => url !== "");
  if (rpc.length === 0) throw new NoRpc();
  if (values.deployment === undefined) throw new NoDeployment();
  for (const url of rpc) check("--rpc", url, ["http:", "https:"]);
  if (values.relay !== undefined) check("--relay", values.relay, ["http:", "https:"]);
  if (values.reports !== undefined) check("--reports", values.reports, ["http:", "https:"]);
  if (values.ws !== undefined) check("--ws", values.ws, ["ws:", "wss:"]);
  const port = Number(values.port ?? 9464);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UnknownOption(`--port ${values.port}`);
  return {
    rpc,
    deployment: values.deployment,
    ws: values.ws,
    relay: values.relay,
    config: values.config,
    keystores: (values.keystore as string[] | undefined) ?? [],
    passwordFile: values["password-file"],
    orders: values.orders,
    reports: values.reports,
    database: values.database ?? "keeper.db",
    port,
    host: values.host ?? "127.0.0.1",
    dryRun: values["dry-run"] ?? false,
  };
}

function check(option: string, url: string, schemes: readonly string[]): void {
  if (URL.canParse(url) && schemes.includes(new URL(url).protocol)) return;
  throw new BadUrl(option, url, schemes.map((scheme) => `${scheme}//`).join(" or "));
}
