// SPDX-License-Identifier: MIT
import { numberOf, ownerOf, type AccountId } from "../../sdk/order.js";
import { amountText, grouped, moneyText, priceText } from "../text/amounts.js";
import { momentText, span } from "../text/span.js";
import type { Executor } from "../look/executors.js";
import { groupText, type Situation } from "../look/Situation.js";
import type { Role } from "../look/roles.js";
import type { Picture, Simulation, StandChange } from "../simulate/Simulation.js";
import type { Stand } from "../simulate/standings.js";
import type { Wish } from "../wish/Wish.js";
import type { Block, Page, Section } from "./Page.js";

/** Accounts that the page lists; report.json has all. */
const LISTED = 200;

export interface Proposal {
  readonly wish: Wish;
  readonly simulation: Simulation;
  readonly executors: readonly Executor[];
}

/** What somebody who votes has to know. */
export function proposalPage({ wish, simulation, executors }: Proposal): Page {
  const { situation } = simulation.with;
  const { deployment } = situation;
  const about: Block[] = [];
  if (wish.description !== undefined) about.push({ kind: "text", text: wish.description });
  about.push({
    kind: "text",
    text: `Of the clearinghouse ${deployment.clearinghouse} on chain ${deployment.chainId}, as of block ${simulation.block}.`,
  });
  about.push(...warningsOf(simulation, executors).map((text): Block => ({ kind: "warning", text })));
  return {
    title: wish.title,
    sections: [
      { title: "What it is", blocks: about },
      { title: "What changes", blocks: [changesTable(simulation)] },
      { title: "Who does what, and when", blocks: stepsOf(simulation, executors) },
      { title: "Whose standing changes", blocks: accountsOf(simulation) },
      { title: "Margin, locks and vault", blocks: figuresOf(simulation) },
      { title: "What each role can do afterwards", blocks: rolesOf(simulation) },
      { title: "How this was found out", blocks: methodOf(simulation) },
    ] satisfies Section[],
  };
}

function changesTable({ operations }: Simulation): Block {
  const rows = operations.flatMap(({ changes, title, name }) =>
    changes.length === 0
      ? [[title, name, "–", "–", "–"]]
      : changes.map((each) => [each.scope, each.name, each.before, each.after, each.bounds ?? "–"]),
  );
  return { kind: "table", head: ["of", "what", "old", "new", "allowed"], rows };
}

function stepsOf({ steps, start }: Simulation, executors: readonly Executor[]): Block[] {
  const rows = steps.map(({ step, gas }, index) => [
    String(index + 1),
    step.kind === "schedule" ? "schedules" : "executes",
    step.role,
    `${step.caller} (${kindText(executors.find(({ address }) => address === step.caller))})`,
    step.at === 0n ? "at once" : `${span(step.at)} after the first schedule`,
    windowText(step),
    step.calls.map(({ title }) => title).join("; "),
    gas.reduce((sum, each) => sum + each, 0n).toLocaleString("en-US"),
  ]);
  const head = ["step", "does", "role", "by", "from", "until", "calls", "gas"];
  return [
    { kind: "table", head, rows },
    { kind: "text", text: `Played with a first schedule at ${momentText(start)}.` },
  ];
}

function windowText({ kind, operations }: Simulation["steps"][number]["step"]): string {
  const ends = operations.flatMap(({ expiresAfter }) => expiresAfter ?? []);
  if (kind === "schedule" || ends.length === 0) return "–";
  return `${span(ends.reduce((a, b) => (a < b ? a : b)))} after its schedule`;
}

export function kindText(executor: Executor | undefined): string {
  switch (executor?.kind) {
    case "safe":
      return `a Safe, ${executor.threshold} of ${executor.owners.length}`;
    case "timelock":
      return executor.governor === undefined ? "a timelock" : `the timelock of ${executor.governor.name}`;
    case "contract":
      return "a contract";
    default:
      return "a key";
  }
}

function accountsOf({ accounts, changes, counts, with: after }: Simulation): Block[] {
  const table: Block = {
    kind: "table",
    head: ["standing", "accounts without the proposal", "with it"],
    rows: [...counts].map(([standing, each]) => [standingText(standing), String(each.without), String(each.with)]),
  };
  const none = `The standing of none of ${accounts} accounts changes.`;
  if (changes.length === 0) return [{ kind: "text", text: none }, table];
  const rows = changes.slice(0, LISTED).map((change) => accountRow(change, after.situation));
  const more = changes.length > LISTED ? ` The first ${LISTED} follow; report.json has all.` : "";
  const head = ["account", "holds", "was", "becomes", "equity", "maintenance margin", "lacks"];
  return [
    { kind: "text", text: `${changes.length} of ${accounts} accounts change.${more}` },
    table,
    { kind: "table", head, rows },
  ];
}

function accountRow({ account, before, after }: StandChange, situation: Situation): string[] {
  const held = after.held.map(({ market, size }) => `${situation.symbolOf(market)} ${grouped(size, 9)}`).join(", ");
  return [
    accountText(account, situation),
    held === "" ? "–" : held,
    standingText(before.standing),
    standingText(after.standing),
    moneyText(after.equity),
    moneyText(after.maintenance),
    lackText(after),
  ];
}

export function accountText(account: AccountId, { venue }: Pick<Situation, "venue">): string {
  const owner = ownerOf(account);
  const name = owner === venue.vault.toLowerCase() ? `the vault (${owner})` : owner;
  return `${name}, number ${numberOf(account)}`;
}

/** What an account has to pay in to stand better. */
function lackText({ standing, equity, initial, maintenance, callLevel }: Stand): string {
  switch (standing) {
    case "INSOLVENT":
      return `${moneyText(-equity)} to be worth nothing`;
    case "LIQUIDATABLE":
      return equity < maintenance
        ? `${moneyText(maintenance - equity)} to maintenance margin`
        : `${moneyText(callLevel - equity)} to the call level`;
    case "BELOW_CALL":
      return `${moneyText(callLevel - equity)} to the call level`;
    case "BELOW_INITIAL":
      return `${moneyText(initial - equity)} to initial margin`;
    default:
      return "–";
  }
}

export function standingText(standing: Stand["standing"]): string {
  const texts = {
    FLAT: "without positions",
    SOUND: "sound",
    BELOW_INITIAL: "below initial margin",
    BELOW_CALL: "callable",
    LIQUIDATABLE: "liquidatable",
    INSOLVENT: "insolvent",
  };
  return texts[standing];
}

/** Old and new of what parameters come to; figures that stay are left out. */
function figuresOf({ without, with: after }: Simulation): Block[] {
  const rows: string[][] = [];
  const add = (of: string, what: string, before: string, now: string) => {
    if (before !== now) rows.push([of, what, before, now]);
  };
  for (const view of after.situation.markets) {
    const symbol = after.situation.symbolOf(view.market);
    const before = without.situation.markets.find(({ market }) => market === view.market);
    const [old, now] = [before && marketFigures(before, without), marketFigures(view, after)];
    for (const [what, value] of Object.entries(now)) add(symbol, what, old?.[what] ?? "–", value);
  }
  for (const view of after.situation.groups) {
    const before = without.situation.groups.find(({ group }) => group === view.group);
    const name = groupText(after.situation, view.group);
    const left = (each: typeof view) => amountText(each.budgetLeft, "1e-9 quote");
    add(name, "budget left in this period", before === undefined ? "–" : left(before), left(view));
  }
  const [old, now] = [venueFigures(without), venueFigures(after)];
  for (const [what, value] of Object.entries(now)) add("the venue", what, old[what]!, value);
  if (rows.length === 0) return [{ kind: "text", text: "None of these figures changes." }];
  return [{ kind: "table", head: ["of", "what", "without", "with"], rows }];
}

function marketFigures(view: Situation["markets"][number], { sums }: Picture): Record<string, string> {
  const sum = sums.get(view.market);
  const gap = view.mark === 0n ? 0n : (view.gapThreshold * 1_000_000n) / view.mark;
  return {
    "jump that locks its group": `${grouped(gap, 4)}%`,
    "leverage at most": `${grouped(100_000_000n / view.params.initialMargin, 2)} times`,
    "initial margin of an increase now": `${grouped(view.increaseRate, 4)}%`,
    "initial margin of all accounts": moneyText(sum?.initial ?? 0n),
    "maintenance margin of all accounts": moneyText(sum?.maintenance ?? 0n),
    "open interest": amountText(view.openInterest, "1e-9 base"),
    "open interest that is left": amountText(
      view.params.hardCap > view.openInterest ? view.params.hardCap - view.openInterest : 0n,
      "1e-9 base",
    ),
    mark: priceText(view.mark),
    price: view.fresh ? "fresh" : "not fresh",
    status: view.status === 2n ? "settled" : "open",
  };
}

function venueFigures({ situation: { venue, groups } }: Picture): Record<string, string> {
  const { lockDelay, callGrace, callLapse } = venue.params;
  const budgets = groups.reduce((sum, { vaultBudget }) => sum + vaultBudget, 0n);
  return {
    "a lock lasts": span(lockDelay),
    "from margin call to liquidation": `${span(callGrace)}, until ${span(callLapse)}`,
    "equity of the vault": `${moneyText(venue.vaultEquity)}${venue.vaultCertain ? "" : ", uncertain"}`,
    "budgets of all groups": moneyText(budgets),
    vault: venue.vault,
    treasury: venue.treasury,
    "access gate": venue.accessGate,
    "may still leave in this window": moneyText(venue.outflowLeft),
  };
}

const ADMIN_POWERS = "grants and revokes roles, gives functions to roles, sets delays, closes targets";

function rolesOf({ without, with: after }: Simulation): Block[] {
  const rows = after.situation.authority.roles
    .filter((role) => role.members.length > 0 || role.functions.length > 0)
    .map((role) => {
      const before = without.situation.authority.roles.find(({ id }) => id === role.id);
      const [was, is] = [before && roleCells(before, without.situation), roleCells(role, after.situation)];
      const isSame = JSON.stringify(was) === JSON.stringify(is);
      return [role.label, ...is, isSame ? "as before" : was === undefined ? "new" : `was: ${was.join("; ")}`];
    });
  return [
    {
      kind: "table",
      head: ["role", "members, each with his delay", "may", "its calls are cancelled by", "before"],
      rows,
    },
  ];
}

function roleCells(role: Role, { authority, header }: Situation): string[] {
  const labelOf = (id: bigint) => authority.roles.find((each) => each.id === id)?.label ?? `role-${id}`;
  const members = role.members.map(({ address, delay, pendingDelay, effect, since }) => {
    const later = effect === 0n ? "" : `, ${span(pendingDelay)} from ${momentText(effect)} on`;
    const from = since > header.timestamp ? `, from ${momentText(since)} on` : "";
    return `${address} (${span(delay)}${later}${from})`;
  });
  const may = [...(role.label === "ADMIN" ? [ADMIN_POWERS] : []), ...role.functions];
  const cancels = role.label === "ADMIN" ? "ADMIN" : [...new Set(["ADMIN", labelOf(role.guardian)])].join(", ");
  return [members.join("; ") || "nobody", may.join(", ") || "nothing", `its caller, ${cancels}`];
}

/** What the contracts allow and people should not overlook. */
function warningsOf({ counts, with: after, without }: Simulation, executors: readonly Executor[]): string[] {
  const { authority, venue, groups, markets, symbolOf } = after.situation;
  const warnings: string[] = [];
  for (const standing of ["INSOLVENT", "LIQUIDATABLE", "BELOW_CALL"] as const) {
    const more = counts.get(standing)!.with - counts.get(standing)!.without;
    if (more > 0) warnings.push(`${more} more accounts are ${standingText(standing)} after it.`);
  }
  const budgets = groups.reduce((sum, { vaultBudget }) => sum + vaultBudget, 0n);
  if (budgets > venue.vaultEquity) {
    warnings.push(
      `The budgets of all groups are ${moneyText(budgets)} together, and the vault is worth ${moneyText(venue.vaultEquity)}: ` +
        "the first group that locks may take all of it.",
    );
  }
  if (authority.targets.clearinghouse.closed) {
    warnings.push("The clearinghouse is closed to all roles after it: not even the guardian can pause it.");
  }
  // A timelock is a delay of its own.
  const timelocks = executors.filter(({ kind }) => kind === "timelock").map(({ address }) => address);
  for (const { label, members } of authority.roles.filter(({ label: name }) => /^(ADMIN|GOVERNOR)$/.test(name))) {
    for (const { address, delay } of members.filter((each) => !timelocks.includes(each.address))) {
      if (delay === 0n)
        warnings.push(`${address} has the role ${label} without a delay: nobody sees a call before it runs.`);
    }
  }
  for (const view of markets) {
    const was = without.situation.markets.find(({ market }) => market === view.market);
    if (was?.fresh === true && !view.fresh && view.status !== 2n) {
      warnings.push(`${symbolOf(view.market)} has no fresh price after it.`);
    }
  }
  return warnings;
}

function methodOf({ accounts, block, end, took }: Simulation): Block[] {
  const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(1)} s`;
  return [
    {
      kind: "list",
      items: [
        `A copy of the chain at block ${block} played all steps as their callers, with the delays, until ${momentText(end)}.`,
        "Every feed went on with its answer of that block. Nobody else acted.",
        `All ${accounts} accounts were compared at ${momentText(end)} with the same moment without the proposal.`,
        "The lens of the copy was asked about everybody whose standing changes, and said the same to the last digit.",
        `Reading took ${seconds(took.read)}, playing ${seconds(took.play)}, judging ${seconds(took.judge)}.`,
      ],
    },
  ];
}
