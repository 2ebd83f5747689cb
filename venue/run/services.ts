// SPDX-License-Identifier: MIT
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { nativeBinary } from "../../tools/binary.mjs";
import { KEYS, STREAMS_ENV } from "../people/keys.js";
import { indexerHealth, keeperHealth, nodeHealth, peopleHealth, relayHealth } from "./health.js";
import { chainArguments } from "./openChain.js";
import type { Ports } from "./options.js";
import type { ServiceSpec } from "./Service.js";

const ROOT = join(import.meta.dirname, "../..");
const LEASH = join(import.meta.dirname, "leash.mjs");
const ON_LEASH = [process.execPath, "--import", "tsx", "--import", LEASH];

/** All that services have to know of each other. */
export interface Place {
  readonly ports: Ports;
  /** Of databases, logs, configurations. */
  readonly folder: string;
  /** What services take for the node: itself, or what can cut them off from it. */
  readonly rpc: string;
  readonly ws: string;
  readonly deploymentFile: string;
  /** Seconds of the chain a block. */
  readonly step: number;
  /** Signed reports are served, and brought. */
  readonly streams: boolean;
  /** A clearinghouse of options: somebody posts its volatilities, and nobody trades by himself. */
  readonly options: boolean;
  /** Nobody trades or writes prices by himself. */
  readonly collateral: boolean;
  /** Of a PostgreSQL, by a database's name; undefined: files. */
  readonly database: ((name: string) => string) | undefined;
}

const at = (port: number) => `http://127.0.0.1:${port}`;

export function nodeSpec(ports: Ports, folder: string, start: number): ServiceSpec {
  return {
    name: "node",
    command: [process.execPath, LEASH, nativeBinary("anvil"), ...chainArguments(ports.node, start)],
    env: {},
    cwd: ROOT,
    url: at(ports.node),
    log: join(folder, "node.log"),
    vital: true, // its chain is in its memory
    health: () => nodeHealth(at(ports.node)),
  };
}

/** Keeper, relay and indexer, as their commands start them. */
export function serviceSpecs(place: Place): ServiceSpec[] {
  const { ports, folder, rpc, ws, deploymentFile, database, step, streams } = place;
  const common = ["--rpc", rpc, "--deployment", deploymentFile];
  const reports = streams ? ["--reports", at(ports.streams)] : [];
  const reportKeys = streams ? STREAMS_ENV : {};
  const files = (name: string, config: object) => {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(config));
    return ["--ws", ws, "--config", join(folder, `${name}.json`), "--database", join(folder, `${name}.db`)];
  };
  const spec = (name: "keeper" | "relay" | "indexer", args: string[], env: Record<string, string>) => ({
    name,
    command: [...ON_LEASH, join(ROOT, name, "main.ts"), ...common, "--port", String(ports[name]), ...args],
    env: { ...env, ...(database && { DATABASE_URL: database(name) }) },
    cwd: ROOT,
    url: at(ports[name]),
    log: join(folder, `${name}.log`),
  });
  const gasAnHour = "1000000000000000000000"; // the chain's hours are short
  const relayConfig = {
    expirySlack: Math.min(60, Math.max(5, 2 * step)),
    patience: Math.max(60, 10 * step),
    maxGasAnHour: gasAnHour,
    threads: 1,
  };
  const keeperConfig = { secondsAhead: step, maxInventory: "2000000000000000", maxGasAnHour: gasAnHour, retryAfter: 2 };
  return [
    {
      ...spec("relay", [...files("relay", relayConfig), ...reports], {
        ...reportKeys,
        NOVATION_RELAY_KEY: KEYS.journal,
        NOVATION_RELAY_SENDERS: KEYS.relay,
      }),
      health: () => relayHealth(at(ports.relay)),
    },
    {
      ...spec("keeper", [...files("keeper", keeperConfig), "--orders", at(ports.relay), ...reports], {
        ...reportKeys,
        NOVATION_KEEPER_KEY: KEYS.keeper,
      }),
      health: () => keeperHealth(at(ports.keeper)),
    },
    {
      ...spec("indexer", ["--data", join(folder, "indexer"), "--verbose"], { DOCTOR_INTERVAL: "2000" }),
      health: () => indexerHealth(at(ports.indexer)),
    },
  ];
}

export interface SceneArguments {
  readonly scene: string;
  readonly seed: number;
  readonly many: number;
  readonly begin: number;
  readonly lead: number;
  readonly marks: Readonly<Record<string, number>>;
}

/** Whoever writes prices, and whoever trades. */
export function peopleSpecs(
  { ports, folder, rpc, deploymentFile, step, streams, options, collateral }: Place,
  { marks, ...scene }: SceneArguments,
): ServiceSpec[] {
  const given = Object.entries({ ...scene, step, rpc, relay: at(ports.relay), marks: JSON.stringify(marks) });
  const args = ["--deployment", deploymentFile, ...given.flatMap(([name, value]) => [`--${name}`, String(value)])];
  const linear = [...(streams ? (["streams"] as const) : []), "oracle", "traders"] as const;
  const names = options ? (["poster"] as const) : collateral ? [] : linear;
  return names.map((name) => ({
    name,
    command: [...ON_LEASH, join(ROOT, "venue/people", `${name}.ts`), ...args, "--port", String(portOf(ports, name))],
    env: name === "streams" ? STREAMS_ENV : {},
    cwd: ROOT,
    url: at(portOf(ports, name)),
    log: join(folder, `${name}.log`),
    health: () => peopleHealth(at(portOf(ports, name))),
  }));
}

/** Who posts volatilities has the place of who writes prices. */
function portOf(ports: Ports, name: "poster" | "streams" | "oracle" | "traders"): number {
  return ports[name === "poster" ? "oracle" : name];
}
