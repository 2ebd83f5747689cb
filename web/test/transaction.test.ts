// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { IDLE, isRunning, next, type Happening, type Transaction } from "../src/chain/transaction";

const hash = `0x${"11".repeat(32)}` as const;
const other = `0x${"22".repeat(32)}` as const;
const after = (...happenings: Happening[]): Transaction => happenings.reduce(next, IDLE);
const asked: Happening = { kind: "asked" };
const sent: Happening = { kind: "sent", hash, at: 5 };
const told = (kind: "rejected" | "unknown") => ({ kind, sentence: "x" }) as const;

describe("a transaction", () => {
  it("goes from the wallet to the block", () => {
    assert.deepEqual(after(asked), { stage: "signing" });
    assert.deepEqual(after(asked, sent), { stage: "submitted", hash, since: 5 });
    assert.deepEqual(after(asked, sent, { kind: "mined", block: 7n }), { stage: "mined", hash, block: 7n });
  });

  it("ends when it is declined, refused, reverted or dropped", () => {
    assert.equal(after(asked, { kind: "refused", told: told("rejected") }).stage, "rejected");
    assert.equal(after(asked, { kind: "refused", told: told("unknown") }).stage, "failed");
    assert.equal(after(asked, sent, { kind: "reverted", told: told("unknown") }).stage, "reverted");
    assert.equal(after(asked, sent, { kind: "dropped" }).stage, "dropped");
  });

  it("is mined under another hash when it was sped up, and cancelled when another call took its place", () => {
    const spedUp = after(asked, sent, { kind: "replaced", hash: other, same: true, block: 9n });
    assert.deepEqual(spedUp, { stage: "mined", hash, block: 9n, replacedBy: other });
    const cancelled = after(asked, sent, { kind: "replaced", hash: other, same: false, block: 9n });
    assert.deepEqual(cancelled, { stage: "cancelled", hash, replacedBy: other });
  });

  it("is not begun a second time while it runs", () => {
    assert.equal(isRunning(after(asked)), true);
    const running = after(asked, sent);
    assert.equal(next(running, asked), running);
    assert.equal(next(running, { kind: "forgotten" }), running);
  });

  it("does not change after its end, but for a new beginning", () => {
    const mined = after(asked, sent, { kind: "mined", block: 7n });
    for (const late of [sent, { kind: "dropped" }, { kind: "reverted", told: told("unknown") }] as Happening[]) {
      assert.equal(next(mined, late), mined);
    }
    assert.deepEqual(next(mined, asked), { stage: "signing" });
    assert.equal(next(mined, { kind: "forgotten" }), IDLE);
  });

  it("knows no hash before it was sent", () => {
    assert.equal(next(IDLE, sent), IDLE);
    assert.equal(next(IDLE, { kind: "mined", block: 1n }), IDLE);
  });
});
