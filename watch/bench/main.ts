// SPDX-License-Identifier: MIT
// npm run watch -- bench: what a look costs, with everybody in it. See docs/watch.md.
import { join } from "node:path";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import { Oracle } from "../../sim/trial/Oracle.js";
import { TrialNode } from "../../sim/trial/node.js";
import { prepare } from "../../sim/trial/venue.js";
import { main, wholeWithin } from "../../tools/options.js";
import { quantile } from "../../tools/statistics.js";
import { alarmsOf } from "../alarms/index.js";
import { VenueReader } from "../look/VenueReader.js";
import { limitsOf } from "../run/limits.js";
import { Register } from "../tell/Register.js";

const USAGE = `npm run watch -- bench [options]
  --accounts n   how many accounts (default: 10000)
  --blocks n     looks of each kind (default: 30)
  --json
  --help`;

const OPTIONS = {
  accounts: { type: "string", default: "10000" },
  blocks: { type: "string", default: "30" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

await main(USAGE, OPTIONS, async ({ accounts, blocks, json = false }) => {
  const count = wholeWithin("accounts", accounts, 10, 100_000);
  const many = wholeWithin("blocks", blocks, 3, 1_000);
  const cache = join(import.meta.dirname, "../../cache/trial");
  const say = (text: string) => console.error(`bench: ${text}`);
  const { venue, stateFile } = await prepare({ accounts: count, seed: 1, shared: false }, cache, say);
  const node = await TrialNode.start({ blockSeconds: 0, chainSeconds: 1, gasLimit: 60_000_000n, stateFile });
  try {
    const rpc = new HttpRpc([node.url], { requestTimeout: 60_000, requestRetries: 0 });
    const reader = new VenueReader(rpc, venue.deployment);
    const register = new Register(limitsOf({}, "the bench"));
    let told = 0;
    const look = async () => {
      const [began, cpu] = [performance.now(), process.cpuUsage()];
      const seen = await reader.look();
      const read = performance.now();
      for (const alarm of alarmsOf("venue")) told += register.see(alarm, seen, Date.now()).length;
      const { user, system } = process.cpuUsage(cpu);
      const ended = performance.now();
      return { wall: ended - began, processor: (user + system) / 1_000, rules: ended - read, seen };
    };
    const first = await look();
    const oracle = new Oracle(node.provider, venue);
    const series = async (factor: (i: number) => number | undefined) => {
      const looks: Awaited<ReturnType<typeof look>>[] = [];
      for (let i = 0; i < many; ++i) {
        const mark = factor(i);
        if (mark !== undefined) await oracle.set(mark);
        await node.provider.send("evm_mine", []);
        looks.push(await look());
      }
      return looks;
    };
    const figuresOf = (looks: Awaited<ReturnType<typeof series>>) => ({
      wall: spread(looks.map(({ wall }) => wall)),
      processor: spread(looks.map(({ processor }) => processor)),
      rules: spread(looks.map(({ rules }) => rules)),
      liquidatable: Math.max(...looks.map(({ seen }) => seen.groups.reduce((sum, each) => sum + each.liquidatable, 0))),
    });
    const quiet = figuresOf(await series(() => undefined));
    const prices = figuresOf(await series((i) => 1 + 0.001 * (i % 5)));
    const crash = figuresOf(await series((i) => 0.95 - 0.1 * (i / many)));
    const again: number[] = [];
    for (let i = 0; i < many; ++i) again.push((await look()).wall);
    const figures = {
      ...{ bench: "watch", accounts: first.seen.accounts, milliseconds: { first: Math.round(first.wall) } },
      ...{ quiet, prices, crash, sameHead: spread(again), told },
      megabytes: Math.round(process.memoryUsage().rss / 2 ** 20),
    };
    console.log(json ? JSON.stringify(figures) : figures);
  } finally {
    await node.stop();
  }
});

/** Milliseconds. */
function spread(values: readonly number[]): { median: number; worst: number } {
  const tenth = (value: number) => Math.round(value * 10) / 10;
  return { median: tenth(quantile(values, 0.5)), worst: tenth(Math.max(...values)) };
}
