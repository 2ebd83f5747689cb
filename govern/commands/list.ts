// SPDX-License-Identifier: MIT
// npm run govern -- list: what waits, who scheduled it, when it can run and until when. See docs/govern.md.
import { waitingOf, type State } from "../list/waiting.js";
import { readSituation } from "../look/Situation.js";
import { momentText, span } from "../text/span.js";
import { COMMON_USAGE, UsageError, command } from "./Command.js";

const USAGE = `npm run govern -- list [options]
  --json             one document for programs
${COMMON_USAGE}`;

const SAYS: Record<State, string> = {
  waits: "waits",
  ready: "can run now",
  expired: "has expired",
  void: "void: its caller has not the role; admitted again, he could execute it",
  old: "from before its caller was admitted again: his delay of now does not bind it",
};

await command(USAGE, { json: { type: "boolean" } }, async ({ values, files, open }) => {
  if (files.length > 0) throw new UsageError("list takes no file");
  const { rpc, deployment } = await open();
  const situation = await readSituation(rpc, deployment);
  const waiting = waitingOf(situation);
  if ((values as { json?: boolean }).json === true) {
    const rows = waiting.map(({ pending, what, role, state, expiresAt, notice }) => ({
      ...{ ...pending, role: role?.label, state, expiresAt, notice, ...what },
    }));
    const plain = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
    console.log(JSON.stringify({ block: situation.header.number, operations: rows }, plain, 2));
    return;
  }
  if (waiting.length === 0) console.log("Nothing is scheduled.");
  for (const { pending, what, role, state, expiresAt, notice } of waiting) {
    console.log(`${what.name ?? "an unknown call"}, by ${role?.label ?? "no role"} ${pending.caller}: ${SAYS[state]}`);
    for (const { scope, name, before, after, bounds } of what.changes) {
      console.log(`  ${scope}, ${name}: ${before} → ${after}${bounds === undefined ? "" : ` (${bounds})`}`);
    }
    console.log(`  scheduled ${momentText(pending.scheduledAt)}, ${span(notice)} before it can run`);
    console.log(`  can run from ${momentText(pending.readyAt)} until ${momentText(expiresAt)}`);
    console.log(`  operation ${pending.id}, nonce ${pending.nonce}\n`);
  }
});
