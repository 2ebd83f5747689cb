// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cureOf } from "../src/data/cure";
import { STANDING } from "../src/data/lens/names";
import { callTold } from "../src/pages/trade/callTold";

const UNIT = 10n ** 9n;
const NOW = 1_800_000_000n;

function account(standing: (typeof STANDING)[number], equity: bigint, calledFor: number | undefined) {
  const times = calledFor === undefined ? { callDue: 0, callLapses: 0 } : timesOf(calledFor);
  const health = {
    standing: STANDING.indexOf(standing),
    equity,
    callLevel: 2_064_375_000_001n,
    initial: 2_753n * UNIT,
  };
  return { ...times, health };
}

/** A call that was recorded so many seconds ago, of a grace of 900 and a lapse of 1800. */
function timesOf(ago: number) {
  const at = Number(NOW) - ago;
  return { callDue: at + 900, callLapses: at + 1_800 };
}

describe("a margin call", () => {
  it("is cured by what is missing to the call level, to the unit, and by nothing at or above it", () => {
    const missing = account("BELOW_CALL", 2_000n * UNIT, 0);
    const cure = cureOf(missing);
    assert.equal(cure, 64_375_000_001n);
    const after = (paid: bigint) => cureOf(account("BELOW_CALL", 2_000n * UNIT + paid, 0));
    assert.equal(after(cure), 0n);
    assert.equal(after(cure - 1n), 1n);
    assert.equal(after(cure + UNIT), 0n);
    assert.equal(cureOf(account("INSOLVENT", -5n * UNIT, 0)), 2_069_375_000_001n);
  });

  it("says an amount that suffices: rounded up to the cent", () => {
    const told = callTold(account("BELOW_CALL", 2_000n * UNIT, 60), NOW);
    assert.deepEqual(told, {
      kind: "bad",
      text: "Margin call: liquidation may begin in 14 min 00 s. Deposit 64.38 or reduce positions to end it.",
    });
  });

  it("says when its time is over, and nothing of it once it has lapsed", () => {
    assert.match(callTold(account("BELOW_CALL", 2_000n * UNIT, 900), NOW)!.text, /its time is over.* Deposit 64\.38 /);
    assert.match(callTold(account("BELOW_CALL", 2_000n * UNIT, 1_800), NOW)!.text, /anyone may record a margin call/);
  });

  it("says nothing of a call that is cured, though it was not cleared yet", () => {
    assert.match(callTold(account("BELOW_INITIAL", 2_100n * UNIT, 60), NOW)!.text, /below initial margin by 653\.00/);
    assert.equal(callTold(account("SOUND", 3_000n * UNIT, 60), NOW), undefined);
  });

  it("comes after what is worse", () => {
    assert.match(
      callTold(account("LIQUIDATABLE", 1_000n * UNIT, 60), NOW)!.text,
      /liquidated now\. Deposit 1,064\.38 /,
    );
    assert.match(callTold(account("INSOLVENT", -1n, 60), NOW)!.text, /below zero/);
  });
});
