// SPDX-License-Identifier: MIT
import { COLLATERAL_BOUNDS, COLLATERAL_UNITS } from "../../sdk/parameters/collateral.js";
import type { CollateralSeen } from "../look/collaterals.js";
import type { Situation } from "../look/Situation.js";
import { amountText } from "../text/amounts.js";
import type { Wish, WishedCollateral } from "../wish/Wish.js";
import type { Problems } from "./drafts.js";
import { clearinghouseDraft } from "./markets.js";
import type { Change, Draft } from "./Operation.js";
import { parametersAfter } from "./parameters.js";
import { collateralNamed, sameAddress } from "./resolve.js";

/** The contract: CollateralLib.MAX_COLLATERALS. */
const MAX_COLLATERALS = 8;
const LINE_BOUNDS = "from what is committed to the line and the pot";

/** Listings, sources, parameters and lines of collaterals. */
export function collateralDrafts(wish: Wish, situation: Situation, problems: Problems): Draft[] {
  const { collaterals, deployment } = situation;
  const drafts: Draft[] = [];
  let next = BigInt(collaterals.length);
  for (const [name, wished] of Object.entries(wish.collaterals ?? {})) {
    const path = ["collaterals", name];
    if (deployment.options !== undefined) {
      problems.add("bad", path, "an option venue takes no collateral");
      continue;
    }
    const seen = collateralNamed(name, situation, wish);
    if (seen !== undefined) {
      drafts.push(...changesOf(name, wished, seen, situation, problems));
    } else if (wished.token === undefined) {
      const known = collaterals.map(({ symbol }) => symbol).join(", ") || "there is none";
      problems.add("unknown", path, `there is no such collateral: ${known}. To list one, say its token`);
    } else if (++next > MAX_COLLATERALS) {
      problems.add("beyond", path, `a venue has at most ${MAX_COLLATERALS} collaterals, and none is ever removed`);
    } else {
      drafts.push(...listingOf(name, wished, next, situation, problems));
    }
  }
  return drafts;
}

function changesOf(
  name: string,
  wished: WishedCollateral,
  seen: CollateralSeen,
  situation: Situation,
  problems: Problems,
): Draft[] {
  const { id, symbol } = seen;
  const path = ["collaterals", name];
  const { token, source, line, ...values } = wished;
  if (token !== undefined && !sameAddress(token, seen.token)) {
    problems.add("bad", [...path, "token"], `its token is ${seen.token} for ever: list the other by another name`);
    return [];
  }
  const drafts: Draft[] = [];
  const make = (what: string, call: string, args: unknown[], changes: Change[]) =>
    drafts.push(clearinghouseDraft(situation, { title: `${symbol}: ${what}`, name: call, args, changes }));
  if (source !== undefined && !sameAddress(source, seen.source)) {
    const change = { scope: symbol, name: "source", before: seen.source, after: source, bounds: undefined };
    make("price source", "setCollateralSource", [id, source], [change]);
  }
  const after = parametersAfter(
    { scope: symbol, path, units: COLLATERAL_UNITS, bounds: COLLATERAL_BOUNDS, present: seen.params, wished: values },
    problems,
  );
  if (after !== undefined) {
    const what = values.cap === 0n ? "parameters; it closes: after 7 days all that is pledged is sold" : "parameters";
    make(what, "setCollateralParams", [id, after.values], after.changes);
  }
  if (line !== undefined && line !== seen.line) {
    make("line", "setCollateralLine", [id, line], [lineChange(symbol, seen.line, line)]);
  }
  return drafts;
}

function listingOf(
  name: string,
  wished: WishedCollateral,
  id: bigint,
  situation: Situation,
  problems: Problems,
): Draft[] {
  const path = ["collaterals", name];
  const { token, source, line, ...values } = wished;
  if (source === undefined) {
    problems.add("bad", [...path, "source"], "it is missing: a new collateral needs a price source");
  }
  const units = COLLATERAL_UNITS;
  const after = parametersAfter(
    { scope: name, path, units, bounds: COLLATERAL_BOUNDS, present: undefined, wished: values, what: "collateral" },
    problems,
  );
  if (source === undefined || after === undefined) return [];
  const title = `${name}: listing`;
  const changes: Change[] = [
    { scope: name, name: "number", before: "–", after: `${id}`, bounds: `at most ${MAX_COLLATERALS}` },
    { scope: name, name: "token", before: "–", after: token!, bounds: "fixed for ever" },
    { scope: name, name: "source", before: "–", after: source, bounds: undefined },
    ...after.changes,
  ];
  const listing = { title, name: "createCollateral", args: [token, source, after.values], changes };
  const drafts = [clearinghouseDraft(situation, listing)];
  if (line === undefined || line === 0n) return drafts;
  const own = { title: `${name}: line`, name: "setCollateralLine", args: [id, line], after: [title] };
  return [...drafts, clearinghouseDraft(situation, { ...own, changes: [lineChange(name, 0n, line)] })];
}

function lineChange(scope: string, before: bigint, after: bigint): Change {
  const text = (value: bigint) => amountText(value, "1e-9 quote");
  return { scope, name: "line", before: text(before), after: text(after), bounds: LINE_BOUNDS };
}
