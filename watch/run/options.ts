// SPDX-License-Identifier: MIT
import { parseArgs } from "node:util";
import { StartError } from "../../chain/errors.js";

export const USAGE = `npm run watch -- --rpc URL --deployment FILE [options]

Follows a venue and its services, and raises alarms: docs/watch.md.

  --rpc URL[,URL]      nodes of the venue's chain: several take over from each other, and are compared; or NOVATION_RPC
  --deployment FILE    the venue's deployment file; or NOVATION_DEPLOYMENT
  --relay URL          the relay: its health, and its journal audited
  --keeper URL         the keeper: its health
  --indexer URL        the indexer: its health, and its figures held against the chain
  --state FILE         how the venue should be, as \`npm run govern -- state\` writes it; may be given several times
  --governor ADDRESS   an OpenZeppelin Governor whose proposals are told, beside those of timelocks that have a role
  --timelock ADDRESS   a TimelockController whose operations are told; both may be given several times
  --submitters A[,A]   keys that send for the relay, beside those that it tells of
  --webhook URL        where alarms are told by POST, as JSON, again until they are taken; or NOVATION_WATCH_WEBHOOK
  --metrics PORT       serves /metrics and /health there (default: not at all)
  --host ADDRESS       of that port (default 127.0.0.1)
  --json               JSON lines instead of plain ones
  --limits FILE        JSON: limits by name, all in docs/watch.md
  --limit NAME=N       one of them; may be given several times
  --once               one look at everything, what is wrong now, and the end: 1 when something is. Nothing has to hold
  --help`;

export interface Options {
  readonly rpc: readonly string[];
  readonly deployment: string;
  readonly relay: string | undefined;
  readonly keeper: string | undefined;
  readonly indexer: string | undefined;
  readonly states: readonly string[];
  readonly submitters: readonly string[];
  readonly governors: readonly string[];
  readonly timelocks: readonly string[];
  readonly webhook: string | undefined;
  readonly metrics: number | undefined;
  readonly host: string;
  readonly json: boolean;
  readonly limits: string | undefined;
  readonly settings: readonly string[];
  readonly once: boolean;
}

/** The command is called wrongly. */
export class OptionBad extends StartError {}

const text = { type: "string" } as const;
const texts = { type: "string", multiple: true } as const;
const flag = { type: "boolean" } as const;
const OPTIONS = {
  ...{ rpc: text, deployment: text, relay: text, keeper: text, indexer: text, state: texts, submitters: text },
  ...{ governor: texts, timelock: texts },
  ...{ webhook: text, metrics: text, host: text, json: flag, limits: text, limit: texts, once: flag, help: flag },
};

/** Undefined: only help is wanted. */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Options | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  const rpc = listOf(values.rpc ?? env["NOVATION_RPC"]);
  if (rpc.length === 0) throw new OptionBad("Name a node: --rpc URL, or NOVATION_RPC.");
  const deployment = values.deployment ?? (env["NOVATION_DEPLOYMENT"] || undefined);
  if (deployment === undefined) throw new OptionBad("Name the venue: --deployment FILE, or NOVATION_DEPLOYMENT.");
  rpc.forEach((url) => httpUrl("--rpc", url));
  const twice = rpc.find((url, i) => rpc.indexOf(url) !== i);
  if (twice !== undefined)
    throw new OptionBad("--rpc names a node twice: nothing is learnt by comparing it to itself.");
  const webhook = values.webhook ?? (env["NOVATION_WATCH_WEBHOOK"] || undefined);
  const submitters = addresses("--submitters", listOf(values.submitters));
  const governors = addresses("--governor", values.governor ?? []);
  const timelocks = addresses("--timelock", values.timelock ?? []);
  return {
    ...{ rpc, deployment, submitters, governors, timelocks },
    ...{ relay: serviceUrl("--relay", values.relay), keeper: serviceUrl("--keeper", values.keeper) },
    indexer: serviceUrl("--indexer", values.indexer),
    states: values.state ?? [],
    webhook: webhook === undefined ? undefined : httpUrl("--webhook", webhook),
    metrics: values.metrics === undefined ? undefined : portOf(values.metrics),
    host: values.host ?? "127.0.0.1",
    ...{ json: values.json ?? false, limits: values.limits, settings: values.limit ?? [], once: values.once ?? false },
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (failure) {
    throw new OptionBad(`${(failure as Error).message.split("\n")[0]}. npm run watch -- --help lists all.`);
  }
}

function addresses(option: string, given: readonly string[]): readonly string[] {
  const bad = given.find((each) => !/^0x[0-9a-fA-F]{40}$/.test(each));
  if (bad !== undefined) throw new OptionBad(`${option} ${bad} is no address.`);
  return given;
}

function listOf(given: string | undefined): string[] {
  return (given ?? "").split(",").flatMap((each) => (each.trim() === "" ? [] : [each.trim()]));
}

/** Of a URL that is refused only the host is told: the rest may hold a key. */
function httpUrl(option: string, url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  const [, host] = /^(?:[a-z]+:\/\/)?(?:[^/?#]*@)?([^/?#]*)/i.exec(url)!;
  throw new OptionBad(`${option} ${host} is no address: give one that begins with http:// or https://.`);
}

function serviceUrl(option: string, url: string | undefined): string | undefined {
  return url === undefined ? undefined : httpUrl(option, url).replace(/\/+$/, "");
}

function portOf(given: string): number {
  const port = Number(given);
  if (/^\d+$/.test(given) && port >= 1 && port <= 65_535) return port;
  throw new OptionBad(`--metrics ${given} is no port: give a number from 1 to 65535.`);
}
