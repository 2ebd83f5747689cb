// SPDX-License-Identifier: MIT
import { OptionError, wholeWithin } from "../../tools/options.js";
import { SCENES, type SceneName } from "../people/scene.js";

export const USAGE = `npm run venue -- [options]: a whole venue on this machine, until Ctrl-C

  --scene NAME       calm: prices walk; crash: the walk, and 10 October 2025 in it (default calm)
  --seed S           draws other people and another walk (default 1)
  --traders N        takers, 2 to 200, beside three makers a market (default 24)
  --for DURATION     of the chain's clock, e.g. 90s, 20m, 1h; then the check, and the end
  --speed X          seconds of the chain's clock in one of the wall's, 1 to 60 (default 1; with --for 12)
  --block S          seconds of the wall between blocks, 1 to 12 (default 1)
  --check            also checks when it is ended by Ctrl-C: every service against the chain
  --faults           plays faults: each service killed, the node cut off, the database gone; then the check
  --streams          bitcoin's prices are pulled: signed reports, Chainlink's verifier, a committee of local keys
  --options          an option venue: volatilities of signers, a market maker's day from listing to expiry; then the check
  --collateral       ether counts as margin: who pledges it, loses, is exchanged and leaves whole; then the check
  --postgres         services share a PostgreSQL that is started for them, instead of files
  --rpc URL          joins the chain of a node instead of starting one (npm start -- --keep)
  --deployment FILE  of that chain (default ${"deploy/deployments/start/deployment.json"})
  --fund ADDRESS     asks the venue that runs for ether and test tokens, and ends
  --ports N          N the node, then the relay, indexer, keeper, page, two of the people's, and the reports
                     (default 8545, 8549, 42069, 9464, 8550, 8551, 8552, 8553)
  --data FOLDER      of databases and logs, kept afterwards (default: a temporary one, removed unless something failed)
  --help`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
export const OPTIONS = {
  scene: { type: "string", default: "calm" },
  seed: { type: "string", default: "1" },
  traders: { type: "string", default: "24" },
  for: text,
  speed: text,
  block: { type: "string", default: "1" },
  check: flag,
  faults: flag,
  streams: flag,
  options: flag,
  collateral: flag,
  postgres: flag,
  rpc: text,
  deployment: text,
  fund: text,
  ports: text,
  data: text,
  help: { type: "boolean" },
} as const;

export interface Ports {
  readonly node: number;
  readonly relay: number;
  readonly indexer: number;
  readonly keeper: number;
  readonly page: number;
  readonly oracle: number;
  readonly traders: number;
  readonly streams: number;
}

export interface Options {
  readonly scene: SceneName;
  readonly seed: number;
  readonly traders: number;
  /** Seconds of the chain's clock; undefined: until it is ended. */
  readonly duration: number | undefined;
  /** Seconds of the wall between blocks, and of the chain's clock. */
  readonly block: number;
  readonly step: number;
  readonly check: boolean;
  readonly faults: boolean;
  readonly streams: boolean;
  /** A clearinghouse of options, and its day. */
  readonly options: boolean;
  /** Ether as a collateral, and the day of who pledges it. */
  readonly collateral: boolean;
  readonly postgres: boolean;
  readonly rpc: string | undefined;
  readonly deployment: string;
  readonly fund: string | undefined;
  readonly ports: Ports;
  readonly data: string | undefined;
}

/** Where `npm start -- --keep` writes. */
export const KEPT = "deploy/deployments/start/deployment.json";

type Values = { readonly [K in keyof typeof OPTIONS]?: string | boolean | undefined };

/** What the texts of the options ask for; an OptionError says which of them does not. */
export function venueOptions(values: Values): Options {
  const given = (name: keyof Values) => values[name] as string | undefined;
  const scene = given("scene") as SceneName;
  if (!SCENES.includes(scene)) throw new OptionError(`--scene must be ${SCENES.join(" or ")}, not "${scene}"`);
  const rpc = given("rpc");
  const isUrl = rpc === undefined || (URL.canParse(rpc) && new URL(rpc).protocol === "http:");
  if (!isUrl) throw new OptionError(`--rpc must be a URL of http, not "${rpc}"`);
  if (rpc === undefined && values.deployment !== undefined) throw new OptionError("--deployment needs --rpc");
  if (rpc !== undefined && values.speed !== undefined) {
    throw new OptionError("--speed needs a chain of its own: whoever started the node of --rpc decides on its blocks");
  }
  if (rpc !== undefined && values.streams === true) {
    throw new OptionError("--streams needs a chain of its own: the venue of --rpc is deployed already");
  }
  const days = (["options", "collateral"] as const).filter((name) => values[name] === true);
  const other = ["scene", "rpc", "for", "speed", "faults", "streams"].filter((name) => isSaid(values, name));
  const out = [...days.slice(1), ...other];
  if (days.length > 0 && out.length > 0) {
    throw new OptionError(`--${days[0]} plays a day of its own: leave out --${out[0]}`);
  }
  const fund = given("fund");
  if (fund !== undefined && !/^0x[0-9a-fA-F]{40}$/.test(fund)) {
    throw new OptionError(`--fund must be an address, 0x and 40 hex digits, not "${fund}"`);
  }
  const duration = given("for") === undefined ? undefined : secondsOf(given("for")!);
  const usual = days.length > 0 ? "20" : duration === undefined || rpc !== undefined ? "1" : "12";
  const block = wholeWithin("block", given("block")!, 1, 12);
  return {
    scene,
    seed: wholeWithin("seed", given("seed")!, 0, 2 ** 31 - 1),
    traders: wholeWithin("traders", given("traders")!, 2, 200),
    duration,
    block,
    step: block * wholeWithin("speed", given("speed") ?? usual, 1, 60),
    check: values.check === true,
    faults: values.faults === true,
    streams: values.streams === true,
    options: values.options === true,
    collateral: values.collateral === true,
    postgres: values.postgres === true || values.faults === true,
    rpc,
    deployment: given("deployment") ?? KEPT,
    fund,
    ports: portsFrom(given("ports")),
    data: given("data"),
  };
}

/** Was it given, and not what it is anyway? */
function isSaid(values: Values, name: string): boolean {
  const value = values[name as keyof Values];
  return value !== undefined && value !== false && value !== (OPTIONS[name as "scene"] as { default?: string }).default;
}

function portsFrom(first: string | undefined): Ports {
  const usual = {
    node: 8545,
    relay: 8549,
    indexer: 42_069,
    keeper: 9464,
    page: 8550,
    oracle: 8551,
    traders: 8552,
    streams: 8553,
  };
  if (first === undefined) return usual;
  const from = wholeWithin("ports", first, 1_024, 65_500);
  return Object.fromEntries(Object.keys(usual).map((name, index) => [name, from + index])) as unknown as Ports;
}

/** "90s", "20m" or "1h" in seconds. */
function secondsOf(given: string): number {
  const match = /^(\d{1,5})(s|m|h)$/.exec(given);
  const seconds = match === null ? 0 : Number(match[1]) * { s: 1, m: 60, h: 3_600 }[match[2] as "s"];
  if (seconds >= 30 && seconds <= 86_400) return seconds;
  throw new OptionError(`--for must be a duration from 30s to 24h, such as 20m, not "${given}"`);
}
