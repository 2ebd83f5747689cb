// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AccountView, GroupView, VenueView } from "../../data/lens";
import { portfolioText } from "../../text/portfolio";
import { addressProblem } from "./addressProblem";
import { csvOf, filtered, linesOf, type History } from "./history";
import { signersOf, stateOf } from "./signers";
import { toMoney, toTokens } from "./units";
import { blocksBetween } from "./useEquityHistory";
import { wayOf } from "./wayOf";
import { withdrawLimit } from "./withdrawLimit";

const QUOTE = 10n ** 9n;
const PAR = 10n ** 18n;
const text = portfolioText.limit;

interface Facts {
  cash?: bigint;
  equity?: bigint;
  initial?: bigint;
  withdrawable?: bigint;
  fresh?: boolean;
  open?: boolean;
}

function account({ cash = 100n, equity = cash, initial = 0n, withdrawable = 0n, fresh = true, open = false }: Facts) {
  const health = {
    cash: cash * QUOTE,
    equity: equity * QUOTE,
    initial: initial * QUOTE,
    withdrawable: withdrawable * QUOTE,
    fresh,
  };
  return { health, positions: open ? [{}] : [] } as unknown as AccountView;
}

function venue(given: Partial<VenueView> = {}): VenueView {
  const calm = { uncoveredGroups: 0, pauseLevel: 0, recoveryRate: PAR, outflowLeft: 10n ** 18n, outflowWindowEnds: 0n };
  return { ...calm, ...given } as VenueView;
}

const group = (given: Partial<GroupView> = {}) => ({ phase: 0, gapped: false, until: 0, ...given }) as GroupView;
const now = 1_000n;

describe("what can be withdrawn, and why it is not more", () => {
  it("is all of a flat account's cash", () => {
    const limit = withdrawLimit({ account: account({ withdrawable: 100n }), venue: venue(), group: undefined, now });
    assert.deepEqual(limit, { max: 100n * QUOTE, movable: 100n * QUOTE, reasons: [text.all] });
  });

  it("names margin and unbooked gains when they hold it", () => {
    const held = account({ cash: 100n, equity: 120n, initial: 30n, withdrawable: 70n, open: true });
    const { max, reasons } = withdrawLimit({ account: held, venue: venue(), group: group(), now });
    assert.equal(max, 70n * QUOTE);
    assert.deepEqual(reasons, [text.margin("30.00"), text.gains]);
  });

  it("names the anchors when less leaves than margin leaves", () => {
    const held = account({ cash: 100n, equity: 100n, initial: 30n, withdrawable: 50n, open: true });
    const { reasons } = withdrawLimit({ account: held, venue: venue(), group: group(), now });
    assert.deepEqual(reasons, [text.margin("30.00"), text.anchor]);
  });

  it("names what stops everything first: an uncovered default, a pause", () => {
    const facts = { account: account({}), group: undefined, now };
    assert.deepEqual(withdrawLimit({ ...facts, venue: venue({ uncoveredGroups: 2 }) }).reasons, [text.uncovered("2")]);
    assert.deepEqual(withdrawLimit({ ...facts, venue: venue({ pauseLevel: 3 }) }).reasons, [text.paused]);
  });

  it("tells a lock with its time, a settlement, a gap and a stale price apart", () => {
    const open = account({ open: true });
    const of = (given: Partial<GroupView>, held = open) =>
      withdrawLimit({ account: held, venue: venue(), group: group(given), now }).reasons;
    assert.deepEqual(of({ phase: 1, until: 1_090 }), [text.locked("1 min 30 s")]);
    assert.deepEqual(of({ phase: 2 }), [text.settling]);
    assert.deepEqual(of({ gapped: true }), [text.gapped]);
    assert.deepEqual(of({}, account({ open: true, fresh: false })), [text.stale]);
  });

  it("lets a flat account of a locked group leave, as the contracts do", () => {
    const flat = account({ withdrawable: 100n });
    const { max, reasons } = withdrawLimit({
      account: flat,
      venue: venue(),
      group: group({ phase: 1, until: 2_000 }),
      now,
    });
    assert.equal(max, 100n * QUOTE);
    assert.deepEqual(reasons, [text.all]);
  });

  it("is cut by the outflow cap for withdrawals, not for transfers between own accounts", () => {
    const capped = venue({ outflowLeft: 40n * QUOTE, outflowWindowEnds: 1_060n });
    const limit = withdrawLimit({ account: account({ withdrawable: 100n }), venue: capped, group: undefined, now });
    assert.equal(limit.max, 40n * QUOTE);
    assert.equal(limit.movable, 100n * QUOTE);
    assert.deepEqual(limit.reasons, [text.outflow("40.00", "1 min 00 s")]);
  });

  it("counts the cap by what is paid when the recovery rate is below par", () => {
    const hurt = venue({ outflowLeft: 40n * QUOTE, outflowWindowEnds: 1_060n, recoveryRate: PAR / 2n });
    const { max, reasons } = withdrawLimit({
      account: account({ withdrawable: 100n }),
      venue: hurt,
      group: undefined,
      now,
    });
    assert.equal(max, 80n * QUOTE);
    assert.deepEqual(reasons, [text.outflow("40.00", "1 min 00 s"), text.recovery("50.00%")]);
  });
});

describe("a deposit", () => {
  it("takes the way with the fewest signatures that the token allows", () => {
    assert.equal(wayOf({ allowance: 10n, permits: true }, 10n, false), "deposit");
    assert.equal(wayOf({ allowance: 9n, permits: true }, 10n, false), "permit");
    assert.equal(wayOf({ allowance: 9n, permits: false }, 10n, false), "approve");
    assert.equal(wayOf({ allowance: 9n, permits: true }, 10n, true), "approve");
  });

  it("is credited as the contracts credit: floor, in tokens with more digits than claims", () => {
    assert.equal(toMoney(1_500_000n, 6), 1_500_000_000n);
    assert.equal(toMoney(1_999_999_999n, 18), 1n);
    assert.equal(toTokens(1_999n, 6), 1n);
    assert.equal(toTokens(2n, 18), 2_000_000_000n);
  });
});

describe("an address", () => {
  it("with a wrong digit is found by its capitals", () => {
    assert.equal(addressProblem("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"), undefined);
    assert.equal(addressProblem("0x70997970C51812dc3A010C7d01b50e0d17dc79C9"), portfolioText.closed.checksum);
    assert.equal(addressProblem("0x70997970c51812dc3a010c7d01b50e0d17dc79c8"), undefined);
    assert.equal(addressProblem("0x7099"), portfolioText.closed.address);
  });
});

describe("agent keys", () => {
  const owner = `0x${"a".repeat(40)}` as const;
  const [one, two] = [`0x${"1".repeat(40)}`, `0x${"2".repeat(40)}`] as const;
  const set = (signer: `0x${string}`, expiry: bigint, of: `0x${string}` = owner) =>
    ({ kind: "SignerSet", owner: of, signer, expiry }) as const;

  it("are as their latest event says, and other owners' are none of mine", () => {
    const events = [set(one, 500n), set(two, 2_000n), set(one, 1n), set(two, 9n, `0x${"b".repeat(40)}`)];
    const signers = signersOf(events, owner.toUpperCase().replace("0X", "0x"));
    assert.deepEqual(signers, [
      { key: one, until: 1n },
      { key: two, until: 2_000n },
    ]);
    assert.equal(stateOf(signers[0]!, now), "revoked");
    assert.equal(stateOf(signers[1]!, now), "active");
  });

  it("sign up to and with their last second", () => {
    assert.equal(stateOf({ key: one, until: now }, now), "active");
    assert.equal(stateOf({ key: one, until: now - 1n }, now), "ended");
  });
});

describe("history", () => {
  const tx = `0x${"c".repeat(64)}`;
  const entry = { change: 5n, cash: 5n, market: null, sizeBefore: null, size: null, funding: null, charge: null, tx };
  const history = {
    entries: [
      { ...entry, seq: 1, kind: "DEPOSIT", other: "=cmd()", time: 86_399 },
      { ...entry, seq: 3, kind: "POSITION", market: 4n, sizeBefore: 10n, size: 4n, other: null, time: 86_400 },
    ],
    fills: [
      {
        id: "x",
        seq: 2,
        market: 4n,
        taker: 8n,
        maker: 7n,
        size: 6n,
        price: PAR,
        takerFee: 2n,
        makerFee: 1n,
        tx,
        time: 86_400,
      },
    ],
    receipts: [{ lock: "1-1", market: 4n, size: 10n, charge: 3n, tornUp: 2n, time: 90_000 }],
  } as unknown as History;

  it("is told from the account's own side", () => {
    const lines = linesOf(7n, history);
    const by = (kind: string) => lines.find((line) => line.kind === kind)!;
    assert.equal(by("FILL_MAKER").size, -6n);
    assert.equal(by("FILL_MAKER").fee, 1n);
    assert.equal(by("POSITION").size, -6n, "the change, not what is left");
    assert.equal(by("LOCK").size, -2n, "a long that was torn up is smaller");
    assert.equal(by("LOCK").change, null, "a charge reaches cash later");
    assert.equal(linesOf(8n, history).find(({ kind }) => kind === "FILL_TAKER")!.size, 6n);
  });

  it("is filtered by kind, market and days, both ends included", () => {
    const lines = linesOf(7n, history);
    assert.deepEqual(
      filtered(lines, { family: "money" }).map(({ kind }) => kind),
      ["DEPOSIT"],
    );
    assert.equal(filtered(lines, { market: 4n }).length, 3);
    assert.equal(filtered(lines, { from: "1970-01-02" }).length, 3);
    assert.equal(filtered(lines, { to: "1970-01-01" }).length, 1);
    assert.equal(filtered(lines, { from: "1970-01-02", to: "1970-01-02" }).length, 3);
  });

  it("names a series as it was then, since its number is used again", () => {
    const [first] = history.fills;
    const old = { ...first!, id: "y", seq: 1, series: "ETH-4DEC26-4000-C" };
    const lines = linesOf(7n, { ...history, fills: [old, { ...first!, series: "ETH-11DEC26-4100-C" }] } as History);
    assert.deepEqual(
      filtered(lines, { series: "ETH-4DEC26-4000-C" }).map(({ key }) => key),
      ["fy"],
    );
    assert.match(csvOf(lines), /FILL_MAKER,ETH-11DEC26-4100-C,/);
  });

  it("as a file is exact, and no cell is a formula", () => {
    const csv = csvOf(linesOf(7n, history));
    const rows = csv.trimEnd().split("\r\n");
    assert.equal(rows.length, 5);
    assert.match(rows[1]!, /^1970-01-01T23:59:59Z,DEPOSIT,,,,,,,0\.000000005,0\.000000005,'=cmd\(\),0xc+$/);
    assert.match(rows[2]!, /,-0\.000000006,/, "a negative number stays one");
  });
});

describe("blocks that equity is read at", () => {
  it("are few, ascending, end with the head, and mostly the same at the next head", () => {
    const before = blocksBetween(100n, 5_000n);
    const after = blocksBetween(101n, 5_001n);
    assert.ok(before.length <= 50 && before.at(-1) === 5_000n);
    assert.ok(before.every((block, i) => i === 0 || block > before[i - 1]!));
    assert.ok(after.filter((block) => before.includes(block)).length > 40);
    assert.deepEqual(blocksBetween(7n, 7n), [7n]);
  });
});
