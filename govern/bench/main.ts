// SPDX-License-Identifier: MIT
// npm run bench -- govern: from a file to the report of a proposal, with everybody in it. See docs/govern.md.
import { join } from "node:path";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import { TrialNode } from "../../sim/trial/node.js";
import { prepare } from "../../sim/trial/venue.js";
import { main, wholeWithin } from "../../tools/options.js";
import { readSituation } from "../look/Situation.js";
import { simulate } from "../simulate/simulate.js";
import { parseWish } from "../wish/WishFile.js";
import { filesOf } from "../write/writeProposal.js";

const USAGE = `npm run bench -- govern [options]
  --accounts n   how many accounts (default: 10000)
  --most s       ends with 1 when a proposal takes longer, seconds (default: 60)
  --json
  --help`;

const OPTIONS = {
  accounts: { type: "string", default: "10000" },
  most: { type: "string", default: "60" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** Margins that put many accounts below each line. */
const WISH = `title: Margins of all markets
markets:
  BTC: { initialMargin: 8%, maintenanceMargin: 6% }
  SOL: { initialMargin: 8%, maintenanceMargin: 6% }
  ETH: { initialMargin: 8%, maintenanceMargin: 6% }
venue: { lockDelay: 3 min }
`;

await main(USAGE, OPTIONS, async ({ accounts, most, json = false }) => {
  const count = wholeWithin("accounts", accounts, 10, 100_000);
  const limit = wholeWithin("most", most, 1, 10_000);
  const cache = join(import.meta.dirname, "../../cache/trial");
  const say = (text: string) => console.error(`bench: ${text}`);
  const { venue, stateFile } = await prepare({ accounts: count, seed: 1, shared: false }, cache, say);
  const node = await TrialNode.start({ blockSeconds: 0, chainSeconds: 1, gasLimit: 60_000_000n, stateFile });
  try {
    const rpc = new HttpRpc([node.url], { requestTimeout: 60_000, requestRetries: 0 });
    const began = performance.now();
    const file = parseWish(WISH, "bench");
    const situation = await readSituation(rpc, venue.deployment);
    const simulation = await simulate({ file, situation, rpc, url: node.url, say });
    const files = filesOf({ wish: file.wish, simulation, executors: [] }, 0);
    const seconds = Math.round(performance.now() - began) / 1_000;
    const figures = {
      ...{ bench: "govern", accounts: simulation.accounts, changed: simulation.changes.length, seconds },
      ...{ took: simulation.took, counts: Object.fromEntries(simulation.counts) },
      reportBytes: files.get("report.json")!.length,
    };
    console.log(json ? JSON.stringify(figures) : figures);
    if (seconds > limit) process.exitCode = 1;
  } finally {
    await node.stop();
  }
});
