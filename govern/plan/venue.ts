// SPDX-License-Identifier: MIT
import { VAULT_BUDGET } from "../../sdk/parameters/bounds.js";
import { VENUE_BOUNDS, VENUE_UNITS } from "../../sdk/parameters/venue.js";
import { groupText, type Situation } from "../look/Situation.js";
import { amountText } from "../text/amounts.js";
import { momentText } from "../text/span.js";
import type { Wish } from "../wish/Wish.js";
import type { Problems } from "./drafts.js";
import { clearinghouseDraft } from "./markets.js";
import type { Change, Draft } from "./Operation.js";
import { boundsText, parametersAfter } from "./parameters.js";
import { groupNamed, sameAddress } from "./resolve.js";

/** Parameters of the venue, budgets, vault, treasury, access gate, and the end of a pause of everything. */
export function venueDrafts(wish: Wish, situation: Situation, problems: Problems): Draft[] {
  const { venue } = situation;
  const drafts = Object.entries(wish.groups ?? {}).flatMap(([name, { budget }]) =>
    budget === undefined || situation.deployment.options !== undefined
      ? []
      : budgetOf(name, budget, wish, situation, problems),
  );
  const make = (title: string, name: string, args: unknown[], changes: Change[]) =>
    drafts.push(clearinghouseDraft(situation, { title, name, args, changes }));
  if (wish.venue !== undefined) {
    const { paused, ...wished } = wish.venue;
    const after = parametersAfter(
      {
        scope: "the venue",
        path: ["venue"],
        units: VENUE_UNITS,
        bounds: VENUE_BOUNDS as never,
        present: venue.params as never,
        wished,
      },
      problems,
    );
    if (after !== undefined) make("the venue: parameters", "setVenueParams", [after.values], after.changes);
    if (paused === "no" && venue.pausedUntil > situation.header.timestamp) {
      const before = `until ${momentText(venue.pausedUntil)}`;
      const change = { scope: "the venue", name: "pause", before, after: "none", bounds: undefined };
      make("the venue: end of the pause", "unpause", [0], [change]);
    }
  }
  for (const [name, call] of [
    ["treasury", "setTreasury"],
    ["vault", "setVault"],
    ["accessGate", "setAccessGate"],
  ] as const) {
    const wished = wish[name];
    if (wished === undefined || sameAddress(wished, venue[name])) continue;
    const change = { scope: "the venue", name, before: venue[name], after: wished, bounds: undefined };
    make(`the venue: ${name}`, call, [wished], [change]);
  }
  return drafts;
}

function budgetOf(name: string, budget: bigint, wish: Wish, situation: Situation, problems: Problems): Draft[] {
  const path = ["groups", name, "budget"];
  const [low, high] = VAULT_BUDGET;
  const bounds = boundsText(VAULT_BUDGET, "1e-9 quote");
  if (budget < low || budget > high) problems.add("beyond", path, `it must be ${bounds}`);
  const group = groupNamed(name, situation, wish);
  const listed = wish.markets?.[name]?.list;
  if (group === undefined && listed === undefined) {
    problems.add(
      "unknown",
      ["groups", name],
      "there is no such group: give its number, or the symbol of a market of it",
    );
    return [];
  }
  const id = group ?? situation.venue.groups + 1n;
  const present = situation.groups.find((each) => each.group === id)?.vaultBudget;
  if (present === budget) return [];
  const scope = group === undefined ? `group ${id} (${name})` : groupText(situation, id);
  const change: Change = {
    scope,
    name: "budget",
    before: present === undefined ? "–" : amountText(present, "1e-9 quote"),
    after: amountText(budget, "1e-9 quote"),
    bounds,
  };
  const part = { title: `${scope}: budget`, name: "setVaultBudget", args: [id, budget], changes: [change] };
  return [clearinghouseDraft(situation, { ...part, after: group === undefined ? [`${name}: listing`] : [] })];
}
