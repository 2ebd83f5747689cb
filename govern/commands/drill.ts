// SPDX-License-Identifier: MIT
// npm run govern -- drill: emergencies, played on a copy of the chain. See docs/govern.md.
import { join } from "node:path";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { DRILLS, playDrills } from "../drill/drills.js";
import { readSituation } from "../look/Situation.js";
import { followVenue } from "../simulate/simulate.js";
import { span } from "../text/span.js";
import { COMMON_USAGE, UsageError, command } from "./Command.js";

const USAGE = `npm run govern -- drill [NAME...] [options]
${Object.entries(DRILLS)
  .map(([name, { says }]) => `  ${name.padEnd(18)} ${says}`)
  .join("\n")}
  --json             one document for programs
${COMMON_USAGE}

Without a name all of them. Ends with 1 when a step goes otherwise than it has to.`;

await command(USAGE, { json: { type: "boolean" } }, async ({ values, files: named, open }) => {
  const unknown = named.filter((name) => !(name in DRILLS));
  if (unknown.length > 0) throw new UsageError(`there is no drill ${unknown.join(", ")}`);
  const { rpc, url, deployment } = await open();
  const situation = await readSituation(rpc, deployment);
  const { venue } = await followVenue(rpc, situation);
  const artifact = builtArtifacts(join(import.meta.dirname, "../../artifacts"), "npm run govern -- drill");
  const names = named.length > 0 ? named : Object.keys(DRILLS);
  const played = await playDrills(names, { url, situation, accounts: [...venue.accounts.keys()], artifact });
  if ((values as { json?: boolean }).json === true) {
    const plain = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
    console.log(JSON.stringify({ block: situation.header.number, drills: played }, plain, 2));
  } else {
    for (const { name, says, steps, took, failure } of played) {
      console.log(`${name}: ${says} (${(took / 1_000).toFixed(1)} s)`);
      for (const { title, at, found, took: milliseconds } of steps) {
        console.log(`  after ${span(at)}: ${title}\n    ${found} (${milliseconds} ms)`);
      }
      if (failure?.kind === "failed") console.log(`  FAILED: ${failure.message}`);
      if (failure?.kind === "impossible") console.log(`  not played here: ${failure.message}`);
      console.log();
    }
  }
  return played.some(({ failure }) => failure?.kind === "failed") ? 1 : 0;
});
