// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { Run } from "./Run.js";

const DAY = 600; // seconds, also on a busy machine

test("who pledges ether, loses, is exchanged in time and in a crash, and leaves whole; and all is equal", async () => {
  const run = await Run.start("--collateral");
  assert.equal(await run.ended(DAY), 0, run.said);
  for (const said of [
    /somebody pledges 10 ether at 4000, which count for 32000\.00/,
    /the keeper puts his ether on offer/,
    /somebody buys 0\.0200 ether of it for \d/,
    /the vault's line takes 0\.\d+ ether for \d/,
    /he has not defaulted; who pledged nothing has, with \d[\d.]+; shortfall 0\.00/,
    /he closes at 101000 and takes 7\.\d+ ether/,
    /the day was played, and all is equal/,
  ]) {
    assert.match(run.said, said, run.said);
  }
  for (const what of [
    "contracts",
    "keeper",
    "receipts",
    "indexer",
    "book",
    "audit",
    "pledges",
    "line",
    "shortfall",
    "left",
  ])
    assert.match(run.said, new RegExp(`check ${what} +equal: `), run.said);
  assert.deepEqual(await run.left(20), []);
  run.remove();
});
