// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Chain, Head, Tally } from "../doctor/Chain";
import { Doctor } from "../doctor/Doctor";
import type { Indexed } from "../doctor/Findings";
import { NO_DIGEST } from "../src/history/own";
import type { Hex } from "../src/scene";

const hashOf = (block: number): Hex => `0x${block.toString(16).padStart(64, "0")}`;
const digestOf = (events: number): Hex => `0x${events.toString(16).padStart(64, "d")}`;

/** A chain with one log a block, and rows that say how far they are. */
function examined(patience: number) {
  const rows = { block: 10, events: 10, lastLog: 10 };
  const block = async (which: number | "latest"): Promise<Head> => {
    const number = which === "latest" ? 20 : which;
    return { number, hash: hashOf(number), time: number };
  };
  const countOn = async (_: Tally, { number }: Head): Promise<Tally> => {
    const counts = new Map([["Clearinghouse:Traded", number]]);
    return { block: number, hash: hashOf(number), events: number, digest: digestOf(number), counts };
  };
  const read = async (): Promise<Indexed> => {
    const { block: at, events, lastLog } = rows;
    const counts = new Map([["Clearinghouse:Traded", events]]);
    return { block: at, lastLog, events, digest: events === 0 ? NO_DIGEST : digestOf(events), counts, sample: [] };
  };
  const chain = { block, countOn } as unknown as Chain;
  const options = { firstBlock: 1, genesisHash: hashOf(0), maxLag: 30, read, chain, readAccounts: async () => [] };
  return { rows, doctor: new Doctor(options, patience) };
}

describe("the doctor", () => {
  it("finds nothing where there is nothing", async () => {
    const { doctor } = examined(50);
    assert.deepEqual((await doctor.examine()).faults, []);
  });

  it("says after its patience that a difference lasts", async () => {
    const { rows, doctor } = examined(50);
    rows.events = 9;
    const [fault] = (await doctor.examine()).faults;
    assert.deepEqual([fault!.kind, fault!.lasting], ["LOGS", false]);
    await sleep(60);
    assert.equal((await doctor.examine()).faults[0]!.lasting, true);
  });

  it("judges no rows that are being written, however long that goes on block after block", async () => {
    const { rows, doctor } = examined(50);
    for (let block = 10; block < 16; ++block) {
      Object.assign(rows, { block, lastLog: block + 1, events: block + 1 }); // of the next block, and not yet told
      assert.deepEqual((await doctor.examine()).faults, []);
      await sleep(20);
    }
  });

  it("but does when they stand still like that", async () => {
    const { rows, doctor } = examined(50);
    Object.assign(rows, { block: 10, lastLog: 12, events: 12 });
    assert.deepEqual((await doctor.examine()).faults, []);
    await sleep(60);
    assert.equal((await doctor.examine()).faults[0]!.kind, "LOGS");
    await sleep(60);
    assert.equal((await doctor.examine()).faults[0]!.lasting, true);
  });
});
