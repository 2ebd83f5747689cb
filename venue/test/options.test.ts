// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { OptionError, parse } from "../../tools/options.js";
import { OPTIONS, venueOptions } from "../run/options.js";

const read = (...args: string[]) => venueOptions(parse(OPTIONS, args));

test("durations, speeds and ports are read; with --for the chain's clock is twelve times as fast", () => {
  assert.equal(read().step, 1);
  const { duration, step, block } = read("--for", "1h");
  assert.deepEqual([duration, step, block], [3_600, 12, 1]);
  assert.equal(read("--for", "90s", "--speed", "6", "--block", "2").step, 12);
  assert.deepEqual(read("--ports", "9000").ports, {
    ...{ node: 9_000, relay: 9_001, indexer: 9_002, keeper: 9_003, page: 9_004, oracle: 9_005, traders: 9_006 },
    streams: 9_007,
  });
  assert.equal(read("--streams").streams, true);
  assert.deepEqual([read("--options").options, read("--options").step], [true, 20]);
  assert.equal(read("--faults").postgres, true);
});

test("what cannot be used is named", () => {
  for (const [args, said] of [
    [["--scene", "storm"], "calm or crash"],
    [["--for", "soon"], "a duration"],
    [["--for", "5s"], "from 30s"],
    [["--speed", "0"], "--speed"],
    [["--fund", "me"], "--fund must be an address"],
    [["--rpc", "ws://x"], "--rpc must be a URL"],
    [["--rpc", "http://x", "--speed", "2"], "--speed needs a chain of its own"],
    [["--rpc", "http://x", "--streams"], "--streams needs a chain of its own"],
    [["--deployment", "x.json"], "--deployment needs --rpc"],
    [["--options", "--faults"], "--options plays a day of its own: leave out --faults"],
    [["--options", "--for", "1h"], "leave out --for"],
    [["--options", "--rpc", "http://x"], "leave out --rpc"],
    [["--traders", "1"], "--traders"],
    [["--gas"], "--gas"],
  ] as const) {
    assert.throws(
      () => read(...args),
      (failure: Error) => failure instanceof OptionError && failure.message.includes(said),
      args.join(" "),
    );
  }
});
