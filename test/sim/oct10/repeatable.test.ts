// SPDX-License-Identifier: MIT
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { Chain } from "../../../sim/venue/Chain.js";
import { evmChain } from "../../../sim/venue/evm.js";

const run = promisify(execFile);

/** What `npm start` prints, on a machine with another clock and another pace. */
async function printed(args: string[], clock: { SHIFT: string; SLOW: string }): Promise<string> {
  const preload = new URL("./clock.mjs", import.meta.url).href;
  const command = ["--import", "tsx", "--import", preload, "sim/oct10/main.ts", "--accounts", "20", ...args];
  const env = { ...process.env, NODE_OPTIONS: "", ...clock };
  const { stdout } = await run(process.execPath, command, { env, maxBuffer: 1 << 24 });
  return stdout;
}

const NOW = { SHIFT: "0", SLOW: "0" };
const LATER = { SHIFT: "3600000", SLOW: "120" };

describe("two runs of the start script", function () {
  this.timeout(600_000); // six runs, three of them made slow

  // The second had another line of refusals on a slower machine, the third another number of locks.
  const runs = [
    ["--seed", "1", "--json"],
    ["--seed", "2", "--mode", "prorata"],
    ["--seed", "1", "--sleep", "340"],
  ];
  for (const args of runs) {
    it(`print the same to the byte, an hour later and on a slower machine: ${args.join(" ")}`, async () => {
      const first = await printed(args, NOW);
      expect(first).to.match(/deleverages|"deleverages"/);
      expect(await printed(args, LATER)).to.equal(first);
    });
  }

  for (const [name, start] of [
    ["the node's", (time: number) => Chain.start(time)],
    ["the lab's, in this process,", evmChain],
  ] as const) {
    it(`${name} blocks are dated by their number, not by the clock`, async () => {
      const dates: number[][] = [];
      for (const pause of [0, 2_300]) {
        const chain = await start(1_760_000_000);
        try {
          const [from, to] = await chain.provider.listAccounts();
          for (let i = 0; i < 2; ++i) {
            const sent = await from!.sendTransaction({ to: to!.address, value: 1n });
            await sent.wait();
            await new Promise((resolve) => setTimeout(resolve, pause));
          }
          await chain.mineOnDemand();
          await chain.mine([]);
          const blocks = await Promise.all([0, 1, 2, 3].map((number) => chain.provider.getBlock(number)));
          dates.push(blocks.map((block) => block!.timestamp));
        } finally {
          chain.stop();
        }
      }
      const expected = [0, 1, 2, 3].map((seconds) => 1_760_000_000 + seconds);
      expect(dates).to.deep.equal([expected, expected]);
    });
  }

  it("what the node takes for the next block is a second later, however long one waits", async () => {
    const chain = await Chain.start(1_760_000_000);
    try {
      await chain.mineOnDemand();
      await chain.mine([], 1_760_000_100);
      await new Promise((resolve) => setTimeout(resolve, 2_300));
      const pending: { timestamp: string } = await chain.provider.send("eth_getBlockByNumber", ["pending", false]);
      expect(Number(pending.timestamp)).to.equal(1_760_000_101);
    } finally {
      chain.stop();
    }
  });
});
