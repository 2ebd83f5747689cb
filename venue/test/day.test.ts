// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { Run } from "./Run.js";

const DAY = 600; // seconds, also on a busy machine

test("a market maker's day on an option venue: listed, quoted, traded, sliced, expired, withdrawn, and all is equal", async () => {
  const run = await Run.start("--options");
  assert.equal(await run.ended(DAY), 0, run.said);
  for (const said of [
    /the maker quotes 10 series from both sides/,
    /the taker buys 5 ETH-\w+-\d+-C and sells ETH-\w+-\d+-C, as one package/,
    /the keeper takes a slice/,
    /the price is fixed, and every position was paid/,
    /check expiry +equal: its price [\d.]+ is the average of the feed's rounds/,
    /check withdrawn +equal: everybody took all out/,
    /the day was played, and all is equal/,
  ]) {
    assert.match(run.said, said, run.said);
  }
  // While positions are open, and at the end.
  for (const what of ["contracts", "keeper", "indexer", "book"]) {
    assert.equal([...run.said.matchAll(new RegExp(`check ${what} +equal: `, "g"))].length, 2, run.said);
  }
  for (const what of ["sums", "audit", "spread", "slices"]) {
    assert.match(run.said, new RegExp(`check ${what} +equal: `), run.said);
  }
  assert.deepEqual(await run.left(20), []);
  run.remove();
});
