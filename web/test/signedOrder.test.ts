// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { USE } from "../../sdk/order.js";
import { packOrder, unpackOrder } from "../../sdk/packing/order.js";
import { signedOrderIn } from "../src/pages/trade/signedOrder";

const WIRE = {
  order: {
    account: String((0x1234567890123456789012345678901234567890n << 32n) | 1n),
    market: 5,
    size: "-1500000000",
    limit: "112000000000000000000000",
    salt: "65536",
    expiry: 1_900_000_000,
    use: "MAKER",
    reduceOnly: false,
    maxFee: 100,
    matcher: "0x0000000000000000000000000000000000000000",
    trigger: "0",
    triggerAbove: false,
  },
  signer: "0x1234567890123456789012345678901234567890",
  signature: `0x${"11".repeat(64)}1b`,
};

describe("a signed order that is pasted", () => {
  it("is the order that its maker signed, to the last digit", () => {
    const read = signedOrderIn(JSON.stringify(WIRE))!;
    assert.equal(read.order.size, -1_500_000_000n);
    assert.equal(read.order.use, USE.MAKER);
    assert.equal(read.order.limit, 112_000n * 10n ** 18n);
    assert.equal(read.order.account, BigInt(WIRE.order.account));
    const { order } = unpackOrder(packOrder(read), read.order.market);
    assert.deepEqual(order, read.order);
  });

  it("is none when a member is missing, wrong or absurd", () => {
    for (const text of [
      "",
      "{}",
      "[1]",
      "<img src=x>",
      JSON.stringify({ ...WIRE, signature: undefined }),
      JSON.stringify({ ...WIRE, signer: "me" }),
      JSON.stringify({ ...WIRE, order: { ...WIRE.order, size: "1e9" } }),
      JSON.stringify({ ...WIRE, order: { ...WIRE.order, size: 1_500_000_000 } }),
      JSON.stringify({ ...WIRE, order: { ...WIRE.order, use: "BOTH" } }),
      JSON.stringify({ ...WIRE, order: { ...WIRE.order, matcher: "0x1" } }),
    ]) {
      assert.equal(signedOrderIn(text), undefined, text);
    }
  });
});
