// SPDX-License-Identifier: MIT
// npm run govern -- check FILE...: is the chain as the files say? See docs/govern.md.
import { textTable } from "../../tools/table.js";
import { driftOf } from "../check/drift.js";
import { waitingOf } from "../list/waiting.js";
import { readSituation } from "../look/Situation.js";
import { followVenue, pausesOf } from "../simulate/simulate.js";
import { readWish } from "../wish/WishFile.js";
import { COMMON_USAGE, UsageError, command } from "./Command.js";

const USAGE = `npm run govern -- check FILE... [options]
  FILE               how the venue should be, as \`state\` writes it or as it was proposed
  --json             one document for programs
${COMMON_USAGE}

Ends with 0 when the chain is as the files say, with 1 when it is not.`;

await command(USAGE, { json: { type: "boolean" } }, async ({ values, files, open }) => {
  if (files.length === 0) throw new UsageError("name a file that says how the venue should be");
  const wishes = files.map(readWish);
  const { rpc, deployment } = await open();
  const situation = await readSituation(rpc, deployment);
  const pauses = pausesOf((await followVenue(rpc, situation)).venue);
  const drift = [];
  for (const file of wishes) {
    for (const each of await driftOf(rpc, file, situation, pauses)) drift.push({ file: file.name, ...each });
  }
  const { number, timestamp } = situation.header;
  const waiting = waitingOf(situation).filter(({ state }) => state !== "expired").length;
  if ((values as { json?: boolean }).json === true) {
    const report = { ok: drift.length === 0, block: number, time: String(timestamp), waiting, drift };
    console.log(JSON.stringify(report, null, 2));
  } else if (drift.length === 0) {
    console.log(`The chain is as ${files.join(" and ")} says, at block ${number}. ${waiting} calls wait.`);
  } else {
    const rows = drift.map(({ file, kind, scope, name, wished, found }) => [file, kind, scope, name, wished, found]);
    console.log(textTable([["file", "kind", "of", "what", "wished", "found"], ...rows]));
    console.log(`\n${drift.length} differences at block ${number}. ${waiting} calls wait.`);
  }
  return drift.length === 0 ? 0 : 1;
});
