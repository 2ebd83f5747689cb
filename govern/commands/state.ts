// SPDX-License-Identifier: MIT
// npm run govern -- state: the venue as it is, as a file that check compares and a proposal can begin with.
import { writeFileSync } from "node:fs";
import { codesOf, contractsOf } from "../check/codes.js";
import { stateText } from "../check/stateText.js";
import { readSituation } from "../look/Situation.js";
import { COMMON_USAGE, UsageError, command } from "./Command.js";

const USAGE = `npm run govern -- state [options]
  --out FILE         where to (default: the standard output)
${COMMON_USAGE}`;

await command(USAGE, { out: { type: "string" } }, async ({ values, files, open }) => {
  if (files.length > 0) throw new UsageError("state takes no file: name where to write with --out");
  const { rpc, deployment } = await open();
  const situation = await readSituation(rpc, deployment);
  const text = stateText(situation, await codesOf(rpc, contractsOf(situation)));
  const out = (values as { out?: string }).out;
  if (out === undefined) console.log(text);
  else writeFileSync(out, text);
});
