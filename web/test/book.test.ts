// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { crc32 as zlibCrc32 } from "node:zlib";
import { describe, it } from "node:test";
import { checksumOf, fromSnapshot, isResync, middle, withDelta, type Book } from "../src/data/relay/book";
import { crc32 } from "../src/data/relay/crc32";
import { messageSchema, type BookMessage } from "../src/data/relay/schemas";

type Pair = readonly [bigint, bigint];
const levels = (...pairs: Pair[]) => pairs.map(([price, size]) => ({ price: price * 10n ** 18n, size }));

function message(sequence: number, bids: Pair[], asks: Pair[], whole: { bids: Pair[]; asks: Pair[] }): BookMessage {
  const checksum = checksumOf({ bids: levels(...whole.bids), asks: levels(...whole.asks) });
  const wire = (pairs: Pair[]) => pairs.map(([price, size]): [bigint, bigint] => [price * 10n ** 18n, size]);
  return { market: 4, sequence, bids: wire(bids), asks: wire(asks), checksum };
}

const start = {
  bids: [
    [99n, 5n],
    [98n, 7n],
  ] as Pair[],
  asks: [
    [101n, 4n],
    [103n, 9n],
  ] as Pair[],
};
const book = fromSnapshot(message(10, start.bids, start.asks, start)) as Book;

describe("the checksum", () => {
  it("is CRC-32 of best levels as text", () => {
    for (const text of ["", "a", "123456789", "5:1,4:2,6:3"]) assert.equal(crc32(text), zlibCrc32(text));
    assert.equal(
      checksumOf({ bids: [{ price: 5n, size: 1n }], asks: [{ price: 6n, size: 3n }] }),
      zlibCrc32("5:1,6:3"),
    );
  });

  it("covers 25 levels of each side", () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ price: BigInt(100 - i), size: 1n }));
    const fewer = many.slice(0, 25);
    assert.equal(checksumOf({ bids: many, asks: [] }), checksumOf({ bids: fewer, asks: [] }));
    assert.notEqual(checksumOf({ bids: many.slice(0, 24), asks: [] }), checksumOf({ bids: fewer, asks: [] }));
  });
});

describe("a book", () => {
  it("takes changed, new and removed levels", () => {
    const after = {
      bids: [
        [100n, 2n],
        [99n, 6n],
      ] as Pair[],
      asks: [
        [101n, 4n],
        [102n, 1n],
        [103n, 9n],
      ] as Pair[],
    };
    const changed = withDelta(
      book,
      message(
        11,
        [
          [100n, 2n],
          [99n, 6n],
          [98n, 0n],
        ],
        [[102n, 1n]],
        after,
      ),
    );
    assert.deepEqual(changed, { sequence: 11, bids: levels(...after.bids), asks: levels(...after.asks) });
    assert.equal(middle(changed as Book), (100n * 10n ** 18n + 101n * 10n ** 18n) / 2n);
  });

  it("passes over what it has already, and asks again when something is missing", () => {
    assert.equal(withDelta(book, message(10, [[50n, 1n]], [], start)), book);
    assert.equal(withDelta(book, message(9, [], [], start)), book);
    assert.deepEqual(withDelta(book, message(12, [], [], start)), { resync: "gap" });
  });

  it("asks again when the checksum does not agree, though the numbers do", () => {
    const wrong = { ...message(11, [[97n, 1n]], [], start) };
    assert.deepEqual(withDelta(book, wrong), { resync: "checksum" });
    assert.deepEqual(fromSnapshot({ ...message(1, start.bids, start.asks, start), checksum: 1 }), {
      resync: "checksum",
    });
  });

  it("refuses levels out of order, twice, or of no size, whatever the checksum", () => {
    const turned = {
      bids: [
        [98n, 7n],
        [99n, 5n],
      ] as Pair[],
      asks: [] as Pair[],
    };
    assert.deepEqual(fromSnapshot(message(1, turned.bids, [], turned)), { resync: "unsorted" });
    const twice = {
      bids: [
        [98n, 7n],
        [98n, 5n],
      ] as Pair[],
      asks: [] as Pair[],
    };
    assert.deepEqual(fromSnapshot(message(1, twice.bids, [], twice)), { resync: "unsorted" });
    const empty = { bids: [[98n, 0n]] as Pair[], asks: [] as Pair[] };
    assert.ok(isResync(fromSnapshot(message(1, empty.bids, [], empty))));
  });

  it("equals one rebuilt from all changes of a long random walk", () => {
    let state = fromSnapshot(message(0, [], [], { bids: [], asks: [] })) as Book;
    const bids = new Map<bigint, bigint>();
    const asks = new Map<bigint, bigint>();
    let seed = 7;
    const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    for (let sequence = 1; sequence <= 2_000; ++sequence) {
      const buys = random(2) === 0;
      const price = BigInt(buys ? 900 + random(100) : 1_000 + random(100));
      const size = random(3) === 0 ? 0n : BigInt(1 + random(50));
      const side = buys ? bids : asks;
      if (size === 0n) side.delete(price);
      else side.set(price, size);
      const whole = {
        bids: [...bids].sort(([a], [b]) => (a > b ? -1 : 1)),
        asks: [...asks].sort(([a], [b]) => (a < b ? -1 : 1)),
      };
      const change: Pair[] = [[price, size]];
      state = withDelta(state, message(sequence, buys ? change : [], buys ? [] : change, whole)) as Book;
      assert.ok(!isResync(state), `sequence ${sequence}`);
    }
    assert.equal(state.bids.length, bids.size);
    assert.equal(state.asks.length, asks.size);
  });
});

describe("a relay's message", () => {
  const good = {
    type: "book",
    channel: "book:4",
    data: { market: 4, sequence: 1, bids: [["1000000000000000000", "5"]], asks: [], checksum: 1 },
  };

  it("is read when it has its form", () => assert.equal(messageSchema.safeParse(good).success, true));

  it("is refused when a number cannot be: floats, signs, scripts, prices that no mark can reach", () => {
    const absurd = [
      "1.5",
      "-1",
      "1e30",
      "0x1",
      "",
      "<script>alert(1)</script>",
      "5",
      "9".repeat(30),
      "9".repeat(5_000),
    ];
    for (const price of absurd) {
      const data = { ...good.data, bids: [[price, "5"]] };
      assert.equal(messageSchema.safeParse({ ...good, data }).success, false, price.slice(0, 30));
    }
    for (const sequence of [-1, 1.5, "1", null, 2 ** 60]) {
      assert.equal(
        messageSchema.safeParse({ ...good, data: { ...good.data, sequence } }).success,
        false,
        String(sequence),
      );
    }
    for (const whole of [null, 1, "x", [], {}, { type: "evil" }]) {
      assert.equal(messageSchema.safeParse(whole).success, false);
    }
  });
});
