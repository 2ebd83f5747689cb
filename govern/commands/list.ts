// SPDX-License-Identifier: MIT
// npm run govern -- list: what waits, who scheduled it, when it can run and until when. See docs/govern.md.
import type { Address } from "../../sdk/range.js";
import { nestedIn } from "../list/nested.js";
import { readOutside } from "../list/outside.js";
import type { OpenProposal, OutsideCall } from "../list/proposals.js";
import { waitingOf, type State } from "../list/waiting.js";
import type { Described } from "../look/describe.js";
import { readSituation, type Situation } from "../look/Situation.js";
import { momentText, span } from "../text/span.js";
import { COMMON_USAGE, UsageError, addressOption, command } from "./Command.js";

const USAGE = `npm run govern -- list [options]
  --governor ADDRESS a Governor whose proposals are told, beside those of members of roles; may be given several times
  --timelock ADDRESS a TimelockController whose operations are told; likewise
  --json             one document for programs
${COMMON_USAGE}`;

const OPTIONS = {
  json: { type: "boolean" },
  governor: { type: "string", multiple: true },
  timelock: { type: "string", multiple: true },
} as const;

const SAYS: Record<State, string> = {
  waits: "waits",
  ready: "can run now",
  expired: "has expired",
  void: "void: its caller has not the role; admitted again, he could execute it",
  old: "from before its caller was admitted again: his delay of now does not bind it",
};

await command(USAGE, OPTIONS, async ({ values, files, open }) => {
  if (files.length > 0) throw new UsageError("list takes no file");
  const { json, governor, timelock } = values as { json?: boolean; governor?: string[]; timelock?: string[] };
  const named = { governors: addresses(governor, "--governor"), timelocks: addresses(timelock, "--timelock") };
  const { rpc, deployment } = await open();
  const situation = await readSituation(rpc, deployment);
  const waiting = waitingOf(situation);
  const { proposals, operations, headless } = await readOutside(rpc, situation, named);
  if (json === true) {
    const rows = waiting.map(({ pending, what, role, state, expiresAt, notice }) => ({
      ...{ ...pending, role: role?.label, state, expiresAt, notice, ...what },
    }));
    const whatOf = (calls: readonly OutsideCall[]) => calls.flatMap((each) => inside(each, situation));
    const document = {
      ...{ block: situation.header.number, operations: rows },
      proposals: proposals.map((each) => ({ ...each, what: whatOf(each.calls) })),
      timelocked: operations.map((each) => ({ ...each, what: whatOf(each.calls) })),
      headless,
    };
    const plain = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
    console.log(JSON.stringify(document, plain, 2));
    return;
  }
  if (waiting.length + proposals.length + operations.length === 0) console.log("Nothing is scheduled.");
  for (const { pending, what, role, state, expiresAt, notice } of waiting) {
    console.log(`${what.name ?? "an unknown call"}, by ${role?.label ?? "no role"} ${pending.caller}: ${SAYS[state]}`);
    tell(what);
    console.log(`  scheduled ${momentText(pending.scheduledAt)}, ${span(notice)} before it can run`);
    console.log(`  can run from ${momentText(pending.readyAt)} until ${momentText(expiresAt)}`);
    console.log(`  operation ${pending.id}, nonce ${pending.nonce}\n`);
  }
  for (const proposal of proposals) {
    const [title] = proposal.description.split("\n");
    console.log(`Proposal of ${proposal.governorName} ${proposal.governor}: ${proposal.state}`);
    console.log(`  ${title!.replace(/^#+\s*/, "").slice(0, 100)}, by ${proposal.proposer}`);
    for (const call of proposal.calls) tellCall(call, situation);
    console.log(`  vote from ${clockText(proposal, "voteStart")} until ${clockText(proposal, "voteEnd")}`);
    if (proposal.eta > 0n) console.log(`  can run from ${momentText(proposal.eta)}`);
    console.log(`  proposal ${proposal.id}\n`);
  }
  for (const { timelock: address, id, proposal, isReady, scheduledAt, readyAt, calls } of operations) {
    console.log(`Operation of the timelock ${address}: ${isReady ? "can run now" : "waits"}`);
    if (proposal !== undefined) console.log(`  queued by proposal ${proposal}`);
    else for (const call of calls) tellCall(call, situation);
    console.log(`  scheduled ${momentText(scheduledAt)}, can run from ${momentText(readyAt)}, and does not expire`);
    console.log(`  operation ${id}\n`);
  }
  for (const each of headless) {
    console.log(`The timelock ${each} has a role, and its Governor was not found: name it by --governor.`);
  }
});

function addresses(given: readonly string[] | undefined, option: string): Address[] {
  return (given ?? []).map((each) => addressOption(each, option)!);
}

function inside({ target, data }: OutsideCall, situation: Situation) {
  return nestedIn(target, data, situation);
}

function tell({ changes }: Described): void {
  for (const { scope, name, before, after, bounds } of changes) {
    console.log(`  ${scope}, ${name}: ${before} → ${after}${bounds === undefined ? "" : ` (${bounds})`}`);
  }
}

function tellCall(call: OutsideCall, situation: Situation): void {
  for (const each of inside(call, situation)) {
    console.log(`  ${each.by === undefined ? "" : `${each.by} of `}${each.name ?? "an unknown call"}`);
    tell(each);
  }
}

function clockText({ clock, ...proposal }: OpenProposal, name: "voteStart" | "voteEnd"): string {
  return clock === "timestamp" ? momentText(proposal[name]) : `block ${proposal[name]}`;
}
