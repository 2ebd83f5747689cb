// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { offersBatches, sendBatch } from "../src/chain/batch";
import { tell } from "../src/chain/refusal";
import type { Wallet } from "../src/chain/useWallet";

const address = "0x1234567890123456789012345678901234567890";
const HASH = `0x${"ab".repeat(32)}`;
const CALLS = [
  { to: address, data: "0x01" },
  { to: address, data: "0x02", value: 5n },
] as const;

/** A wallet that gives these answers, the last again and again. */
function wallet(answers: Record<string, unknown[]>) {
  const asked: { method: string; params: unknown[] }[] = [];
  const request: Wallet["request"] = async (ask) => {
    asked.push(ask);
    const list = answers[ask.method];
    if (list === undefined) throw Object.assign(new Error("unknown method"), { code: 4200 });
    return list.length > 1 ? list.shift() : list[0];
  };
  return { address, request, asked } as const;
}

describe("batches of a wallet (EIP-5792)", () => {
  it("are used only where the wallet says that they are atomic on this chain", async () => {
    const offers = (told: unknown) => offersBatches(wallet({ wallet_getCapabilities: [told] }), 31_337n);
    assert.equal(await offers({ "0x7a69": { atomic: { status: "supported" } } }), true);
    assert.equal(await offers({ "0x7a69": { atomic: { status: "ready" } } }), true);
    assert.equal(await offers({ "0x0": { atomic: { status: "supported" } } }), true);
    assert.equal(await offers({ "0x7a69": { atomic: { status: "unsupported" } } }), false);
    assert.equal(await offers({ "0x1": { atomic: { status: "supported" } } }), false);
    for (const odd of [null, undefined, [], "yes", { "0x7a69": {} }]) assert.equal(await offers(odd), false);
    assert.equal(await offersBatches(wallet({}), 31_337n), false);
  });

  it("are asked for as one, and end with the hash of their transaction", async () => {
    const statuses = [{ status: 100 }, undefined, { status: 200, receipts: [{ transactionHash: HASH }] }];
    const asked = wallet({ wallet_sendCalls: [{ id: "7" }], wallet_getCallsStatus: statuses });
    assert.equal(await sendBatch(asked, 31_337n, CALLS, 1), HASH);
    assert.deepEqual(asked.asked[0]!.params, [
      {
        version: "2.0.0",
        chainId: "0x7a69",
        from: address,
        atomicRequired: true,
        calls: [
          { to: address, data: "0x01" },
          { to: address, data: "0x02", value: "0x5" },
        ],
      },
    ]);
  });

  it("that fail say so, and do not wait for ever", async () => {
    for (const status of [400, 500, 600]) {
      const failing = wallet({ wallet_sendCalls: [{ id: "7" }], wallet_getCallsStatus: [{ status }] });
      await assert.rejects(sendBatch(failing, 31_337n, CALLS, 1), /nothing of it holds/);
    }
    await assert.rejects(sendBatch(wallet({ wallet_sendCalls: [HASH] }), 31_337n, CALLS, 1), /no id/);
    assert.equal(tell(Object.assign(new Error("no upgrade"), { code: 5750 })).kind, "rejected");
  });
});
