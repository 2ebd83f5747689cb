// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Chain, type Head } from "../doctor/Chain";
import { readTables } from "../src/abis";
import { NO_DIGEST, digestAfter } from "../src/history/own";
import type { Hex } from "../src/scene";

const AT = `0x${"a".repeat(40)}` as const;
const TABLES = readTables();
const BLOCKS = 3_000;
const A_BLOCK = 3;

const hashOf = (block: number): Hex => `0x${block.toString(16).padStart(64, "0")}`;

/** A node that tells at most so many logs at once, as most do. */
class Node {
  queries = 0;
  refused = 0;
  constructor(
    private readonly most: number,
    private readonly topic: string,
  ) {}

  async ask(method: string, params: unknown[]): Promise<unknown> {
    if (method === "eth_getBlockByNumber") {
      const number = Number(params[0]);
      return { number: params[0], hash: hashOf(number), timestamp: "0x1" };
    }
    const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
    this.queries += 1;
    const logs = [];
    for (let block = Number(fromBlock); block <= Number(toBlock); ++block) {
      for (let index = 0; index < A_BLOCK; ++index) logs.push(this.log(block, index));
    }
    if (logs.length <= this.most) return logs;
    this.refused += 1;
    throw new Error("query returned more than 10000 results");
  }

  private log(block: number, index: number) {
    const place = {
      blockNumber: `0x${block.toString(16)}`,
      blockHash: hashOf(block),
      logIndex: `0x${index.toString(16)}`,
    };
    return { address: AT, topics: [this.topic, `0x${"0".repeat(63)}1`], data: "0x", ...place };
  }
}

describe("the doctor's count of the chain's logs", () => {
  const [topic] = [...TABLES.Clearinghouse].find(([, { kind }]) => kind === "GroupCreated")!;
  const watched = { contracts: new Map([[AT, "Clearinghouse" as const]]), tables: TABLES };
  const head: Head = { number: BLOCKS, hash: hashOf(BLOCKS), time: 1 };
  const none = { block: 0, hash: "0x" as Hex, events: 0, digest: NO_DIGEST, counts: new Map<string, number>() };

  for (const most of [20, 500, 1_000_000]) {
    it(`is complete and in order from a node that tells ${most} logs at once`, async () => {
      const node = new Node(most, topic);
      const chain = new Chain((method, params) => node.ask(method, params), watched);
      const tally = await chain.count(none, head);
      let digest: Hex = NO_DIGEST;
      for (let block = 1; block <= BLOCKS; ++block) {
        for (let logIndex = 0; logIndex < A_BLOCK; ++logIndex) {
          digest = digestAfter(digest, { block, logIndex, blockHash: hashOf(block) });
        }
      }
      assert.deepEqual([tally.events, tally.digest, tally.hash], [BLOCKS * A_BLOCK, digest, head.hash]);
      assert.equal(tally.counts.get("Clearinghouse:GroupCreated"), BLOCKS * A_BLOCK);
      assert.ok(node.queries < (4 * BLOCKS * A_BLOCK) / Math.min(most, 2_000) + 20, `${node.queries} queries`);
    });
  }

  it("fails when not even one block is told", async () => {
    const node = new Node(2, topic);
    const chain = new Chain((method, params) => node.ask(method, params), watched);
    await assert.rejects(chain.count(none, head), /more than 10000 results/);
  });
});
