// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { StartError } from "../../chain/errors.js";

interface Limit {
  readonly usual: number;
  readonly least: number;
  readonly most: number;
  readonly unit: "s" | "%" | "blocks" | "accounts" | "messages" | "alarms";
  readonly says: string;
}

const limit = (unit: Limit["unit"], usual: number, least: number, most: number, says: string): Limit => ({
  ...{ unit, usual, least, most, says },
});

/** Every number that decides when something is told. docs/watch.md shows this table, and a test compares them. */
export const LIMITS = {
  feedAge: limit("%", 100, 10, 100, "of its heartbeat, after which a feed's last answer is too old"),
  feedFor: limit("s", 0, 0, 3_600, "that a feed has to be too old, or not usable"),
  gapFor: limit("s", 0, 0, 3_600, "that a gap has to be open"),
  attendWithin: limit("s", 30, 1, 3_600, "in which somebody has to do what a lock or a gap asks for"),
  liquidateWithin: limit("s", 120, 1, 86_400, "in which accounts below maintenance margin have to be taken over"),
  smileFor: limit("s", 3_600, 60, 86_400, "that the anchors may leave a posted smile pending"),
  fixWithin: limit("s", 3_600, 60, 86_400, "after an expiry, in which its price has to be fixed"),
  arraysAge: limit("s", 7_200, 60, 604_800, "that risk arrays of an expiry with open interest may be old"),
  vaultFloor: limit("%", 10, 0, 100, "of the groups' budgets together, below which the vault's cash is too little"),
  vaultPrice: limit("%", 50, 0, 100, "of its first price, below which a share of the vault is worth too little"),
  outflowLeft: limit("%", 20, 1, 90, "of the cap, below which too little may still be withdrawn in this window"),
  nodeFor: limit("s", 15, 0, 3_600, "that a node may not answer, or be behind another"),
  nodeSilence: limit("s", 60, 1, 86_400, "without a new block"),
  nodeLag: limit("blocks", 5, 1, 10_000, "that a node may be behind the best one"),
  forkFor: limit("s", 15, 0, 3_600, "that two nodes may be on different chains"),
  lieFor: limit("s", 15, 0, 3_600, "that two nodes may answer differently about the same block"),
  serviceFor: limit("s", 30, 0, 3_600, "that a service may not be well"),
  indexerLag: limit("s", 120, 1, 86_400, "that the indexer's history may end before the head"),
  indexerFor: limit("s", 20, 0, 3_600, "that the indexer may be wrong or behind"),
  blindFor: limit("s", 60, 0, 3_600, "that a reader of the watch may fail"),
  clearAfter: limit("s", 5, 0, 600, "that a condition has to be over before the alarm is cleared"),
  lookEvery: limit("s", 2, 1, 60, "between looks at the venue and the nodes' heads"),
  compareEvery: limit("s", 10, 1, 600, "between comparisons of the nodes' answers"),
  servicesEvery: limit("s", 5, 1, 600, "between questions to the services"),
  indexerEvery: limit("s", 10, 1, 600, "between comparisons of the indexer with the chain"),
  indexerSample: limit("accounts", 16, 1, 500, "in each of them, all in turn"),
  governEvery: limit("s", 300, 5, 86_400, "between looks at roles and scheduled calls"),
  auditEvery: limit("s", 600, 5, 86_400, "between audits of the relay's journal"),
  commandTimeout: limit("s", 300, 5, 3_600, "for such a look or audit"),
  webhookQueue: limit("messages", 1_000, 10, 100_000, "that wait for the webhook, before old ones are put together"),
  subjects: limit("alarms", 50, 1, 1_000, "of one name at once; the others are counted in one more"),
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;
export type Limits = { readonly [Name in LimitName]: number };

/** A limit that is not one, or out of its bounds. */
export class LimitBad extends StartError {}

/** The defaults, but for those that are given. */
export function limitsOf(given: Readonly<Record<string, unknown>>, from: string): Limits {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(LIMITS, name)) {
      throw new LimitBad(`${from}: there is no limit "${name}". All of them: ${Object.keys(LIMITS).join(", ")}.`);
    }
    const { least, most, unit } = LIMITS[name as LimitName];
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) continue;
    throw new LimitBad(
      `${from}: ${name} has to be a whole number from ${least} to ${most} ${unit}, not ${String(value)}.`,
    );
  }
  const usual = Object.entries(LIMITS).map(([name, { usual: value }]) => [name, value]);
  return { ...(Object.fromEntries(usual) as Limits), ...given };
}

/** Those of a JSON file, and those that were given one by one, `name=value`. */
export function readLimits(file: string | undefined, settings: readonly string[]): Limits {
  const own = file === undefined ? {} : objectIn(file);
  limitsOf(own, file ?? "");
  const given = settings.map((setting) => {
    const [, name, value] = /^(\w+)=(\d+)$/.exec(setting) ?? [];
    if (name === undefined) throw new LimitBad(`--limit ${setting}: give NAME=NUMBER, as in --limit gapFor=10.`);
    return [name, Number(value)];
  });
  return limitsOf({ ...own, ...(Object.fromEntries(given) as Record<string, number>) }, "--limit");
}

function objectIn(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (failure) {
    throw new LimitBad(`${file} cannot be read as JSON: ${(failure as Error).message}.`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new LimitBad(`${file} holds no object: write limits by name, as in {"gapFor": 10}.`);
}
