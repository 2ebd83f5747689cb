// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { network } from "hardhat";
import { MissedEvent } from "../../sdk/state/MissedEvent.js";
import { apply } from "../../sdk/state/apply.js";
import { createVenue } from "../../sdk/state/Venue.js";
import { ReceiptVerifier } from "../../sdk/receipt/ReceiptVerifier.js";
import { verifyReceipt } from "../../sdk/receipt/verifyReceipt.js";
import type { Receipt } from "../../sdk/receipt/Receipt.js";
import { Duel, type Options } from "../differential/Duel.js";
import { historyOf, type Told } from "../differential/history.js";
import { play, type Habits } from "../differential/play.js";
import { Random } from "../differential/random.js";
import { BASE, PRICE, openVenue, type Person } from "../stories/venue.js";

const QUOTE = 10n ** 9n;
const OPERATIONS = Number(process.env.NOVATION_PARITY_OPERATIONS ?? "160");
const RUNS: [string, number, Options, Omit<Habits, "operations">][] = [
  [
    "three markets and a rich vault",
    7,
    { groups: [["QUEUE", "PRORATA", "QUEUE"]], traders: 8, vaultBudget: 20_000n * QUOTE, pot: 100_000n * QUOTE },
    { sleepiness: 0.1, jump: 0.15, lateDefault: false },
  ],
  [
    "two markets, next to nothing from the vault",
    21,
    { groups: [["QUEUE", "PRORATA"]], traders: 8, vaultBudget: 1n, pot: 1_000n * QUOTE },
    { sleepiness: 0.1, jump: 0.2, lateDefault: false },
  ],
  [
    "one market torn up pro rata, late defaults",
    8,
    { groups: [["PRORATA"]], traders: 8, vaultBudget: 200n * QUOTE, pot: 1_000n * QUOTE },
    { sleepiness: 0.5, jump: 0.15, lateDefault: true },
  ],
  [
    "one queue, next to nothing from the vault",
    9,
    { groups: [["QUEUE"]], traders: 8, vaultBudget: 1n, pot: 1_000n * QUOTE },
    { sleepiness: 0.4, jump: 0.2, lateDefault: true },
  ],
];
const OF_A_LOCK = [
  "Locked",
  "Absorbed",
  "NetRegistered",
  "NetSettled",
  "Charged",
  "Netted",
  "NodeTornUp",
  "Deleveraged",
];

describe("a lock's receipt is recomputed from events alone", function () {
  this.timeout(0);
  const counts = { locks: 0, absorbed: 0, registered: 0, credited: 0, payers: 0, tornUp: 0, shortfalls: 0, changed: 0 };

  for (const [name, seed, options, habits] of RUNS) {
    it(name, async () => {
      const history = await historyFrom(seed, options, habits);
      for (const { event } of history) {
        if (event.kind !== "Unlocked") continue;
        const receipt = verifyReceipt(history, { group: event.group, lock: event.lock, tokenDecimals: 9 });
        expect(receipt.faults).to.deep.equal([]);
        expect(receipt.done).to.equal(true);
        holds(receipt);
      }
      for (const i of history.keys()) if (OF_A_LOCK.includes(history[i]!.event.kind)) everyChangeShows(history, i);
    });
  }

  after(() => {
    if (process.env.NOVATION_DIFFERENTIAL_VERBOSE) console.log(counts);
    expect(counts.locks).to.be.greaterThan(3);
    expect(counts.absorbed).to.be.greaterThan(3);
    expect(counts.registered).to.be.greaterThan(3);
    expect(counts.credited).to.be.greaterThan(0);
    expect(counts.payers).to.be.greaterThan(3);
    expect(counts.tornUp).to.be.greaterThan(3);
    expect(counts.shortfalls).to.be.greaterThan(0);
    expect(counts.changed).to.be.greaterThan(100);
  });

  it("of a settlement in steps: a transaction and a block each", async () => {
    const venue = await openVenue({ vaultBudget: 100n * QUOTE });
    const [loser, ...winners] = venue.crowd.slice(0, 6) as [Person, ...Person[]];
    await venue.fund(loser, 30_000n);
    for (const winner of winners) await venue.fund(winner, 100_000n);
    for (const [i, winner] of winners.entries()) {
      await venue.trade(loser, winner, BASE, (100_400n - BigInt(i) * 200n) * PRICE); // a level each
    }
    await venue.crash(85_000n * PRICE, [loser.id]);
    const blocks = new Set<number>();
    for (let done = false; !done;) {
      const sent = await venue.clearinghouse.connect(venue.keeper.signer).deleverage(1n, 1n);
      blocks.add((await sent.wait())!.blockNumber);
      done = (await venue.events(sent, "Unlocked")).length > 0;
    }
    expect(blocks.size, "transactions, each in a block of its own").to.be.greaterThan(4);
    const ask = (method: string, params: unknown[]) => venue.ethers.provider.send(method, params);
    const history = await historyOf(ask, venue.target);
    const told = { group: 1n as never, lock: 1n, tokenDecimals: 6 };
    const receipt = verifyReceipt(history, told);
    expect([receipt.faults, receipt.done, receipt.absorbed.length]).to.deep.equal([[], true, 1]);
    expect(receipt.markets[0]!.tornUp.map(({ size }) => size)).to.deep.equal(winners.map(() => BASE));
    holds(receipt);
    // Of the events up to a block between two steps: the receipt so far.
    const middle = [...blocks][2]!;
    const half = verifyReceipt(
      history.filter(({ at }) => at.block <= middle),
      told,
    );
    expect([half.faults, half.done]).to.deep.equal([[], false]);
    expect(half.markets[0]!.tornUp.length).to.be.within(1, winners.length - 1);
  });

  it("a lock that nobody was absorbed in may leave what dust of trades there was", () => {
    const group = 1n as never;
    const market = 4n as never;
    const venue = createVenue({ tokenDecimals: 9, reorgDepth: 0 });
    const verifier = new ReceiptVerifier(venue);
    const source = `0x${"1".repeat(40)}` as const;
    const marks = [1n as never];
    const events = [
      { kind: "GroupCreated", group },
      { kind: "MarketCreated", market, source, mode: 0n },
      {
        kind: "Locked",
        group,
        lock: 1n,
        until: 9n,
        gapLevel: 1n,
        reserve: 0n as never,
        anchors: marks,
        frozenMarks: marks,
      },
      { kind: "Unlocked", group, lock: 1n },
    ] as const satisfies Told["event"][];
    let receipt: Receipt | undefined;
    events.forEach((event, logIndex) => {
      if (event.kind === "Locked") venue.groups.get(group)!.markets[0]!.estateLong = 4n as never;
      const at = { block: 1, logIndex, timestamp: 5n };
      receipt = verifier.see(event, at);
      apply(venue, event, at);
    });
    expect(receipt?.faults).to.deep.equal([]);
    expect(receipt?.done).to.equal(true);
  });

  function holds({ absorbed, registered, deficit, vaultPaid, charged, shortfall, markets }: Receipt): void {
    ++counts.locks;
    counts.absorbed += absorbed.length;
    if (shortfall > 0n) ++counts.shortfalls;
    expect(deficit).to.equal(vaultPaid + charged + shortfall);
    let paid = 0n;
    for (const market of markets) {
      counts.tornUp += market.tornUp.length;
      for (const payer of market.payers) {
        ++counts.payers;
        paid += payer.paid;
        expect(payer.size > 0n, "only the side that the jump favoured pays").to.equal(market.jump > 0n);
      }
    }
    for (const { credit } of registered) {
      ++counts.registered;
      if (credit > 0n) ++counts.credited;
      paid -= credit;
    }
    // Each payer's part is rounded up, and what comes back down; a unit more a market is taken than is due; dust of
    // torn-up levels belongs to nobody and is charged too.
    const roundings = registered.length + markets.length;
    const payers = markets.reduce((sum, market) => sum + market.payers.length, roundings);
    expect(Number(charged - paid)).to.be.within(-payers, markets.length * 1_000);
  }

  /** A verifier that believes any figure would be none. */
  function everyChangeShows(history: readonly Told[], i: number): void {
    const { event, at } = history[i]!;
    const free = ["until", "gapLevel", "group", "market", "account", "reserve"]; // no rule of the receipt gives these
    for (const [field, value] of Object.entries(event)) {
      if (typeof value !== "bigint" || free.includes(field)) continue;
      const changed = { ...event, [field]: value + 1n } as Told["event"];
      const told = [...history.slice(0, i), { event: changed, at }, ...history.slice(i + 1)];
      const of = history.slice(i).find(({ event: later }) => later.kind === "Unlocked")?.event;
      if (of?.kind !== "Unlocked") return;
      expect(isNoticed(told, of), `${event.kind}.${field}`).to.equal(true);
      ++counts.changed;
    }
  }
});

function isNoticed(history: readonly Told[], { group, lock }: { group: Receipt["group"]; lock: bigint }): boolean {
  try {
    return verifyReceipt(history, { group, lock, tokenDecimals: 9 }).faults.length > 0;
  } catch (error) {
    if (error instanceof MissedEvent) return true;
    throw error;
  }
}

async function historyFrom(seed: number, options: Options, habits: Omit<Habits, "operations">): Promise<Told[]> {
  const connection = await network.create();
  const ask = (method: string, params: unknown[]) => connection.provider.request({ method, params });
  const duel = await Duel.create(connection, options);
  await play(duel, new Random(seed), { operations: OPERATIONS, ...habits });
  return historyOf(ask, await duel.deployed.clearinghouse.getAddress());
}
