// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chain, Tally } from "../doctor/Chain";
import { Doctor } from "../doctor/Doctor";
import type { Indexed } from "../doctor/Findings";
import { NO_DIGEST, digestAfter } from "../src/history/own";
import type { Hex } from "../src/scene";

const hashOf = (block: number): Hex => `0x${String(block).padStart(64, "0")}`;
const PER_BLOCK = 3;
const HEAD = 9;
/** The logs of the first blocks: three in each. */
const LOGS = Array.from({ length: HEAD * PER_BLOCK }, (_, index) => ({
  block: 1 + Math.floor(index / PER_BLOCK),
  logIndex: index % PER_BLOCK,
}));

/** What rows say after so many logs. */
function digestOf(events: number): Hex {
  return LOGS.slice(0, events).reduce<Hex>(
    (digest, { block, logIndex }) => digestAfter(digest, { block, blockHash: hashOf(block), logIndex }),
    NO_DIGEST,
  );
}

const chain = {
  block: async (which: number | "latest") => {
    const number = which === "latest" ? HEAD : which;
    return { number, hash: hashOf(number), time: number };
  },
  count: async (_: Tally, to: { number: number; hash: Hex }, most = Infinity): Promise<Tally> => {
    const events = Math.min(most, to.number * PER_BLOCK);
    return { block: to.number, hash: to.hash, events, digest: digestOf(events), counts: new Map([["C:E", events]]) };
  },
} as unknown as Chain;

/** A look at rows of so many logs under the checkpoint of a block; every account has the cash of its block. */
function examine(block: number, events: number, cash: bigint, digest = digestOf(events), patience = 0) {
  const counts = new Map([["C:E", events]]);
  const read = async (): Promise<Indexed> => {
    return { block, events, digest, counts, sample: [{ id: 7n, cash, sizes: new Map() }] };
  };
  const readAccounts = async (ids: readonly bigint[], at: number) =>
    ids.map((id) => ({ id, cash: BigInt(at), sizes: new Map<bigint, bigint>() }));
  const options = { firstBlock: 1, genesisHash: hashOf(0), maxLag: 100, read, chain, readAccounts };
  return new Doctor(options, patience).examine();
}

test("rows as of a block are compared in full", async () => {
  assert.deepEqual((await examine(4, 12, 4n)).faults, []);
  const [fault] = (await examine(4, 12, 5n)).faults;
  assert.equal(fault?.kind, "BALANCE");
});

test("rows that are a part of a block ahead of their checkpoint are sound: Ponder writes that last", async () => {
  const found = await examine(4, 14, 999n);
  assert.deepEqual(found.faults, []);
  assert.equal(found.compared, 0, "between two blocks there are no balances to compare with");
});

test("rows that are ahead by other logs than the chain's are wrong, and so are rows that lack some", async () => {
  assert.equal((await examine(4, 14, 4n, hashOf(99))).faults[0]?.kind, "LOGS");
  assert.equal((await examine(4, 11, 4n)).faults[0]?.kind, "LOGS");
});

test("a balance that differs while rows move on is no fault: it is looked at again", async () => {
  let reads = 0;
  const read = async (): Promise<Indexed> => {
    const events = reads++ === 0 ? 12 : 13; // in the second look the event's last row is there
    const sample = [{ id: 7n, cash: 5n, sizes: new Map<bigint, bigint>() }];
    return { block: 4, events, digest: digestOf(events), counts: new Map(), sample };
  };
  const readAccounts = async (ids: readonly bigint[], at: number) =>
    ids.map((id) => ({ id, cash: BigInt(at), sizes: new Map<bigint, bigint>() }));
  const options = { firstBlock: 1, genesisHash: hashOf(0), maxLag: 100, read, chain, readAccounts };
  assert.deepEqual((await new Doctor(options, 0).examine()).faults, []);
});
