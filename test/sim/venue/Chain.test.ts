// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Chain } from "../../../sim/venue/Chain.js";
import { evmChain } from "../../../sim/venue/evm.js";

describe("a chain of our own", function () {
  this.timeout(60_000);

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
