// SPDX-License-Identifier: MIT
// npm run govern -- propose FILE: what a file wishes as a proposal, simulated. See docs/govern.md.
import { basename, extname } from "node:path";
import { readSituation } from "../look/Situation.js";
import { readExecutor } from "../look/executors.js";
import { simulate } from "../simulate/simulate.js";
import { writeProposal } from "../write/writeProposal.js";
import { summary } from "../report/summary.js";
import { readWish } from "../wish/WishFile.js";
import { COMMON_USAGE, addressOption, command, onlyFile } from "./Command.js";

const USAGE = `npm run govern -- propose FILE [options]
  FILE               how the venue should be, in YAML or JSON: docs/govern.md
  --out FOLDER       where the report and the calls go (default: proposal-FILE)
  --governor ADDRESS the Governor of a timelock that has a role, when its events do not tell
${COMMON_USAGE}

Ends with 0 when the proposal is written, with 1 when it is refused, with 2 when the call is wrong.`;

const OPTIONS = { out: { type: "string" }, governor: { type: "string" } } as const;

await command(USAGE, OPTIONS, async ({ values, files, open }) => {
  const name = onlyFile(files, "the file that says how the venue should be");
  const governor = addressOption(values.governor as string | undefined, "--governor");
  const file = readWish(name);
  const { rpc, url, deployment } = await open();
  const situation = await readSituation(rpc, deployment);
  const simulation = await simulate({ file, situation, rpc, url, say: (text) => console.error(`govern: ${text}`) });
  const callers = [...new Set(simulation.operations.map(({ caller }) => caller))];
  const executors = await Promise.all(callers.map((each) => readExecutor(rpc, each, deployment.firstBlock, governor)));
  const proposal = { wish: file.wish, simulation, executors };
  const folder = (values.out as string | undefined) ?? `proposal-${basename(name, extname(name))}`;
  const written = writeProposal(proposal, folder, Date.now());
  console.log(summary(proposal));
  console.log(`\nWritten: ${written.join(", ")}`);
});
