// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BEGUN, isPending, nextPost, progressOf, type Post, type PostEvent } from "../src/pages/trade/post";

const hash = `0x${"ab".repeat(32)}`;
const open = { status: "open", filled: 0n, inFlight: 0n, left: 10n, dropped: 0n } as const;
const accepted: PostEvent = { kind: "accepted", hash, number: 4, page: 2, state: open };
const after = (...events: PostEvent[]): Post => events.reduce(nextPost, BEGUN);

describe("an order that is signed here", () => {
  it("is signed, posted, accepted with its receipt, and goes on as the relay tells", () => {
    assert.equal(after({ kind: "signed" }).stage, "posting");
    const taken = after({ kind: "signed" }, accepted);
    assert.deepEqual(taken, { stage: "accepted", hash, number: 4, page: 2, state: open });
    const matched = { ...open, status: "matched", inFlight: 10n, left: 0n } as const;
    assert.deepEqual(nextPost(taken, { kind: "heard", hash, state: matched }), { ...taken, state: matched });
  });

  it("does not hear of another order", () => {
    const taken = after({ kind: "signed" }, accepted);
    assert.equal(nextPost(taken, { kind: "heard", hash: `0x${"cd".repeat(32)}`, state: open }), taken);
  });

  it("ends when it is declined or refused, and nothing comes after", () => {
    const declined = after({ kind: "failed", told: { kind: "rejected", sentence: "no" } });
    assert.equal(declined.stage, "declined");
    assert.equal(
      after({ kind: "signed" }, { kind: "failed", told: { kind: "refused", sentence: "no" } }).stage,
      "refused",
    );
    assert.equal(nextPost(declined, accepted), declined);
    assert.equal(isPending(declined), false);
    assert.equal(isPending(BEGUN), true);
  });

  it("is filled only by what the chain has", () => {
    const left = (status: "open" | "matched" | "done" | "dropped", rest: bigint, inFlight: bigint, dropped = 0n) =>
      progressOf({ status, left: rest, inFlight, dropped }, 10n);
    assert.deepEqual(left("matched", 0n, 10n), { status: "matched", filled: 0n, inFlight: 10n, left: 0n, dropped: 0n });
    assert.equal(left("open", 4n, 0n).filled, 6n);
    assert.equal(left("done", 0n, 0n).status, "filled");
    assert.equal(left("dropped", 0n, 0n, 7n).filled, 3n);
    assert.equal(left("open", 20n, 0n).filled, 0n);
  });
});
