// SPDX-License-Identifier: MIT
import type { NamedError } from "../../sdk/errors.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Match } from "../book/Engine.js";
import type { SignedOrder } from "../order/Order.js";
import type { Reason } from "../journal/statement.js";
import { isBlameless, reasonOf } from "./flaws.js";

/**
 * Would these matches go through now, all of them? Undefined: yes. `unknown`: no, for a reason without a name, as when
 * they need more gas than there is. `trouble`: no node could tell.
 */
export type Ask = (matches: readonly Match[]) => Promise<NamedError | "unknown" | "trouble" | undefined>;

/**
 * What a simulation says of a match: it goes through, it waits for its market or another hint, or orders of it are
 * refused.
 */
export type Finding = "passes" | "waits" | ReadonlyMap<Hex, Reason>;

/** Who an order belongs to, to tell whose an error is. */
export type AccountOf = (order: Hex) => bigint | undefined;

/**
 * Finds which orders of a match the chain refuses. A match alone fails at its first flaw; each maker alone with the
 * taker tells whose it is.
 */
export async function tryMatch(match: Match, ask: Ask, accountOf: AccountOf): Promise<Finding> {
  const failure = await ask([match]);
  if (failure === undefined) return "passes";
  if (typeof failure === "string" || isBlameless(failure)) return "waits";
  const alone = await Promise.all(match.fills.map((fill) => ask([{ ...match, fills: [fill] }])));
  if (alone.some((each) => typeof each === "string" || (each !== undefined && isBlameless(each)))) return "waits";
  const errors = alone as (NamedError | undefined)[];
  const bad = errors.flatMap((error, index) =>
    error === undefined ? [] : [{ error, order: match.fills[index]!.order }],
  );
  const taker = accountOf(match.taker);
  const blamesTaker = ({ args }: NamedError) => taker !== undefined && args["account"] === taker;
  // With makers together too much, or refused with each of them: it is the taker's.
  if (bad.length === 0) return new Map([[match.taker, reasonOf(failure)]]);
  const takers = bad.filter(({ error }) => blamesTaker(error));
  if (takers.length > 0) return new Map([[match.taker, reasonOf(takers[0]!.error)]]);
  const ofMaker = bad.filter(({ error, order }) => error.args["account"] === accountOf(order));
  if (ofMaker.length === 0 && bad.length === match.fills.length && match.fills.length > 1) {
    return new Map([[match.taker, reasonOf(failure)]]);
  }
  return new Map(bad.map(({ error, order }) => [order, reasonOf(error)]));
}

/**
 * The same of a run, which goes through as a whole or not at all: the legs are refused in any case. Each maker alone
 * with his taker tells whether he is to blame too. A taker who lacks margin for one leg alone tells nothing.
 */
export async function tryRun(run: readonly Match[], failure: NamedError, ask: Ask, bodyOf: BodyOf) {
  const flawed = new Map<Hex, Reason>();
  const pairs = run.flatMap((match) => match.fills.map((fill) => ({ ...match, fills: [fill] })));
  const errors = await Promise.all(pairs.map((pair) => ask([pair])));
  pairs.forEach(({ fills: [fill] }, index) => {
    const error = errors[index];
    if (error === undefined || typeof error === "string" || isBlameless(error)) return;
    if (isAbout(error, bodyOf(fill!.order))) flawed.set(fill!.order, reasonOf(error));
  });
  for (const { taker } of run) flawed.set(taker, reasonOf(failure));
  return flawed;
}

/** The signed order of a hash. */
export type BodyOf = (order: Hex) => SignedOrder | undefined;

/** Does an error name the account of an order or its signer, or find its limit too far from the mark? */
function isAbout({ name, args }: NamedError, body: SignedOrder | undefined): boolean {
  if (body === undefined) return false;
  const { account, limit } = body.order;
  const signer = String(args["signer"] ?? "").toLowerCase();
  return (
    args["account"] === account ||
    (name === "OutsidePriceBand" && args["price"] === limit) ||
    signer === body.signer.toLowerCase()
  );
}
