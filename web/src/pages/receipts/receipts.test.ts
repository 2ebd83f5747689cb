// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Receipt } from "../../../../sdk/receipt/Receipt.js";
import { MissedEvent } from "../../../../sdk/state/MissedEvent.js";
import type { VenueEvent } from "../../../../sdk/state/events.js";
import type { VenueLog } from "../../data/logs";
import { compare } from "./compare";
import { parseLockId } from "./lockId";
import { receiptSchema, type ReceiptRows } from "./rows";
import { linesOf } from "./useLocks";
import { replayOf } from "./verifyLock";
import { mineFirst, viewOfReceipt, viewOfRows } from "./view";

const ACCOUNT = (BigInt(`0x${"a".repeat(40)}`) << 32n) | 1n;
const OTHER = BigInt(`0x${"b".repeat(40)}`) << 32n;
const TX = `0x${"c".repeat(64)}`;

/** As the indexer sends it. */
function answer() {
  return {
    lock: {
      ...{ id: "1-2", group: "1", number: 2, state: "SETTLED", reserve: "50", absorbed: 1, deficit: "100" },
      ...{ vaultPaid: "50", charged: "50", shortfall: "0", lockedAt: 1, until: 2, settledAt: 3, unlockedAt: 4, tx: TX },
    },
    markets: [
      {
        ...{ market: "4", anchor: "1000", frozenMark: "900", jump: "-100", charge: "25", winners: "8" },
        ...{ netted: "1", vaultClosed: "2", vaultTook: "3", left: "4", tornUp: "4" },
      },
    ],
    defaults: [{ account: String(OTHER), deficit: "100", time: 2, tx: TX }],
    nodes: [{ market: "4", longs: false, node: "7", remainingBefore: "9", remaining: String(2n ** 94n), size: "4" }],
    reliefs: [
      { account: String(ACCOUNT), relief: "40", credit: "10", absorbed: false },
      { account: String(OTHER), relief: "7", credit: "0", absorbed: true },
    ],
    receipts: [{ account: String(ACCOUNT), market: "4", size: "-8", gain: "800", charge: "50", tornUp: "4" }],
  };
}

const rowsOf = (value: unknown): ReceiptRows => receiptSchema.parse(value);

function receipt(): Receipt {
  const market = {
    ...{
      market: 4n,
      anchor: 1_000n,
      frozenMark: 900n,
      jump: -100n,
      charge: 25n,
      netted: 1n,
      vaultClosed: 2n,
      vaultTook: 3n,
    },
    payers: [{ account: ACCOUNT, size: -8n, paid: 50n }],
    tornUp: [{ node: 7n, longs: false, size: 4n }],
  };
  const sums = { reserve: 50n, deficit: 100n, vaultPaid: 50n, charged: 50n, shortfall: 0n };
  const head = { group: 1n, lock: 2n, lockedAt: 1n, done: true, faults: [] };
  const registered = [{ account: ACCOUNT, relief: 40n, credit: 10n }];
  const absorbed = [{ account: OTHER, owed: 100n }];
  return { ...head, ...sums, absorbed, registered, markets: [market] } as unknown as Receipt;
}

describe("a receipt of the indexer", () => {
  it("agrees with the one recomputed from the chain, but for a unit of a position's rounding", () => {
    assert.deepEqual(compare(rowsOf(answer()), receipt()), []);
    const less = answer();
    less.receipts[0]!.charge = "49";
    assert.deepEqual(compare(rowsOf(less), receipt()), []);
  });

  it("that was tampered with is found out, whichever figure it is", () => {
    const tampered: ((rows: ReturnType<typeof answer>) => void)[] = [
      (rows) => (rows.lock.deficit = "101"),
      (rows) => (rows.lock.vaultPaid = "49"),
      (rows) => (rows.lock.charged = "51"),
      (rows) => (rows.lock.shortfall = "1"),
      (rows) => (rows.lock.reserve = "0"),
      (rows) => (rows.defaults = []),
      (rows) => (rows.defaults[0]!.deficit = "99"),
      (rows) => (rows.markets[0]!.charge = "24"),
      (rows) => (rows.markets[0]!.jump = "-99"),
      (rows) => (rows.markets[0]!.netted = "0"),
      (rows) => (rows.markets[0]!.tornUp = "5"),
      (rows) => (rows.reliefs = []),
      (rows) => (rows.reliefs[0]!.relief = "41"),
      (rows) => (rows.reliefs[0]!.credit = "9"),
      (rows) => (rows.reliefs[1]!.absorbed = false),
      (rows) => (rows.receipts[0]!.charge = "48"),
      (rows) => (rows.receipts = []),
    ];
    for (const [index, tamper] of tampered.entries()) {
      const rows = answer();
      tamper(rows);
      assert.ok(compare(rowsOf(rows), receipt()).length > 0, `tampering ${index}`);
    }
  });

  it("is not taken when it is absurd", () => {
    const scripted = answer();
    scripted.lock.id = "<script>";
    assert.equal(receiptSchema.safeParse(scripted).success, false);
    const huge = answer();
    huge.lock.deficit = String(2n ** 100n);
    assert.equal(receiptSchema.safeParse(huge).success, false);
  });
});

describe("what is shown of a lock", () => {
  it("is the same by the indexer and by the chain", () => {
    const [indexed, chain] = [viewOfRows(rowsOf(answer())), viewOfReceipt(receipt())];
    for (const figure of ["deficit", "vaultPaid", "charged", "shortfall"] as const) {
      assert.equal(indexed[figure], chain[figure]);
    }
    assert.equal(indexed.markets[0]!.vault, 5n);
    assert.equal(chain.markets[0]!.vault, 5n);
    assert.equal(indexed.markets[0]!.tornUp, chain.markets[0]!.tornUp);
    assert.equal(indexed.payers[0]!.paid, chain.payers[0]!.paid);
    assert.deepEqual(
      indexed.registered.map(({ account, relief, credit }) => ({ account, relief, credit })),
      chain.registered,
    );
    assert.equal(indexed.levels[0]!.left, 500_000n);
    assert.equal(chain.levels[0]!.left, undefined, "events do not tell it: unknown, not 0");
  });

  it("has the reader's own first, then who paid the most", () => {
    const rows = [
      { account: OTHER, paid: 9n },
      { account: OTHER + 1n, paid: 11n },
      { account: ACCOUNT, paid: 1n },
    ];
    const order = (owner?: string) => mineFirst(rows, owner, ({ paid }) => paid).map(({ paid }) => paid);
    assert.deepEqual(order(`0x${"A".repeat(40)}`), [1n, 11n, 9n]);
    assert.deepEqual(order(), [11n, 9n, 1n]);
  });
});

describe("a link to a receipt", () => {
  it("names a group and a number, and nothing else is taken", () => {
    assert.deepEqual(parseLockId("3-12"), { group: 3n, number: 12n });
    for (const bad of [undefined, "", "3", "0-1", "3-0", "3-1-1", "3-1/..", "<b>", "99999999999-1"]) {
      assert.equal(parseLockId(bad), undefined);
    }
  });
});

describe("locks from the chain's own events", () => {
  const log = (event: object, timestamp: bigint) =>
    ({ event: event as VenueEvent, at: { block: 1, logIndex: 0, timestamp }, tx: TX }) as VenueLog;

  it("have what their events tell; what they do not is unknown", () => {
    const lines = linesOf([
      log({ kind: "Locked", group: 1n, lock: 1n }, 10n),
      log({ kind: "Absorbed", group: 1n, lock: 1n }, 11n),
      log({ kind: "Locked", group: 2n, lock: 1n }, 12n),
      log({ kind: "Deleveraged", group: 1n, lock: 1n, deficit: 5n, vaultPaid: 1n, charged: 4n, shortfall: 0n }, 13n),
      log({ kind: "Unlocked", group: 1n, lock: 1n }, 14n),
      log({ kind: "Unlocked", group: 2n, lock: 1n }, 15n),
      log({ kind: "Locked", group: 1n, lock: 2n }, 16n),
    ]);
    assert.deepEqual(
      lines.map(({ id, state, absorbed, deficit }) => [id, state, absorbed, deficit]),
      [
        ["1-2", "LOCKED", 0n, undefined],
        ["2-1", "LIFTED", 0n, undefined],
        ["1-1", "SETTLED", 1n, 5n],
      ],
    );
  });
});

describe("a replay of the events", () => {
  const source = `0x${"1".repeat(40)}`;
  const marks = [1_000n];
  const story = [
    { kind: "GroupCreated", group: 1n },
    { kind: "MarketCreated", market: 4n, source, mode: 0n },
    { kind: "Locked", group: 1n, lock: 1n, until: 9n, gapLevel: 1n, reserve: 0n, anchors: marks, frozenMarks: marks },
    { kind: "Unlocked", group: 1n, lock: 1n },
  ].map((event, logIndex) => ({ event: event as unknown as VenueEvent, at: { block: 1, logIndex, timestamp: 5n } }));

  it("ends with the lock's receipt, and has the one so far before", () => {
    const replay = replayOf({ group: 1n, number: 1n }, 6);
    assert.equal(replay.current(), undefined);
    for (const log of story.slice(0, 3)) assert.equal(replay.see(log), undefined);
    assert.equal(replay.current()?.done, false);
    assert.equal(replay.see(story[3]!)?.done, true);
  });

  it("of events with one missing does not give a receipt", () => {
    const replay = replayOf({ group: 1n, number: 1n }, 6);
    replay.see(story[0]!);
    replay.see(story[1]!);
    assert.throws(() => replay.see(story[3]!), MissedEvent);
  });
});
