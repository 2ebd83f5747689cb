// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { healthOf } from "../../sdk/margin/health.js";
import { LinearOnly } from "../../sdk/margin/LinearOnly.js";
import { ProfitBook } from "../../sdk/profit/ProfitBook.js";
import { ReceiptVerifier } from "../../sdk/receipt/ReceiptVerifier.js";
import type { GroupId } from "../../sdk/order.js";
import type { OptionReceipt } from "../../sdk/receipt/OptionReceipt.js";
import { OptionReceiptVerifier } from "../../sdk/receipt/OptionReceiptVerifier.js";
import { apply } from "../../sdk/state/apply.js";
import type { VenueEvent } from "../../sdk/state/events.js";
import { MissedEvent } from "../../sdk/state/MissedEvent.js";
import { createVenue } from "../../sdk/state/Venue.js";
import { optionGroupIn, seriesListed } from "../../sdk/state/options.js";
import { AGAIN, OptionStory } from "./OptionStory.js";
import { Rebuilt } from "./Rebuilt.js";

const PORT = 0; // any that is free

/** After each chapter, and between its steps, everything is held against the chain (INV-12). */
describe("a clearinghouse of options is rebuilt from its events", function () {
  this.timeout(0); // by itself a minute
  let story: OptionStory;
  let rebuilt: Rebuilt;
  const group = () => rebuilt.venue.groups.get(1n as GroupId)!;
  const options = () => optionGroupIn(rebuilt.venue, 1n as GroupId);

  before(async () => {
    story = await OptionStory.open(PORT);
    rebuilt = await Rebuilt.of(story.day);
    story.step = () => rebuilt.compare();
  });

  after(() => story.close());

  afterEach(() => rebuilt.compare());

  it("two expiries, people, trades and risk arrays", async () => {
    await story.opens();
  });

  it("parameters, pauses, another source of volatilities", async () => {
    let untold = false;
    story.step = async () => {
      await rebuilt.compare();
      untold ||= options().level === undefined;
    };
    await story.governs();
    expect(untold).to.equal(true); // nobody was told the new source's level
    expect(options().risk.maxLegs).to.equal(20n);
    story.step = () => rebuilt.compare();
  });

  it("a slice whose taker closes by it a position of his own", async () => {
    await story.slices();
  });

  it("a lock whose deficit winners pay, by charges, with reliefs and tear-ups, in steps", async () => {
    await story.locks();
    for (const kind of ["Charged", "NetSettled", "NetCredited", "NodeTornUp", "FactorsFrozen"]) {
      expect([...rebuilt.seen]).to.include(kind);
    }
    expect(seriesListed(group())).to.have.length(63);
  });

  it("an expiry fixed in two calls, whose positions are collected one after another", async () => {
    let begun = false;
    story.step = async () => {
      await rebuilt.compare();
      begun ||= options().ladders.get(0)!.fixing !== undefined;
    };
    await story.expires();
    expect(begun).to.equal(true);
    story.step = () => rebuilt.compare();
  });

  it("its place listed anew, with other strikes, and what its books were charged", async () => {
    expect(group().markets.filter((each) => each.chargeShort > 0n)).to.have.length.greaterThan(0);
    const before = options().ladders.get(0)!;
    await story.listsAnew();
    await rebuilt.compare();
    const again = options().ladders.get(0)!;
    expect([again.expiry, again.settlement]).to.deep.equal([BigInt(AGAIN), undefined]);
    expect(again.base).to.not.equal(before.base);
  });

  it("and what is computed for linear markets alone refuses by name", () => {
    const { venue } = rebuilt;
    expect(() => healthOf(venue, venue.accounts.get(story.maker.id)!, [])).to.throw(LinearOnly, "healthOf");
    expect(() => new ReceiptVerifier(venue)).to.throw(LinearOnly, "ReceiptVerifier");
    expect(() => new ProfitBook(venue)).to.throw(LinearOnly, "ProfitBook");
  });

  it("and its locks' receipts are recomputed: a figure that is not as it must be shows", () => {
    const faultsOf = (change: (event: VenueEvent) => VenueEvent): OptionReceipt[] => {
      const venue = createVenue({ tokenDecimals: 6, kind: "options", reorgDepth: 0 });
      const verifier = new OptionReceiptVerifier(venue);
      return rebuilt.history.flatMap(({ event, at }) => {
        const told = change(event);
        const done = verifier.see(told, at);
        apply(venue, told, at);
        return done ?? [];
      });
    };
    const [receipt, ...more] = faultsOf((event) => event);
    expect(more).to.deep.equal([]);
    expect(receipt!.faults).to.deep.equal([]);
    const { deficit, vaultPaid, charged, shortfall, series, registered } = receipt!;
    expect(deficit).to.equal(vaultPaid + charged + shortfall);
    expect(registered.some(({ credit }) => credit > 0n)).to.equal(true);
    const paid = series.reduce((sum, { payers }) => payers.reduce((all, each) => all + each.paid, sum), 0n);
    const back = registered.reduce((sum, { credit }) => sum + credit, 0n);
    expect(paid - back >= charged && paid - back <= charged + 100n, `${paid} ${back} ${charged}`).to.equal(true);
    expect(series.some(({ tornUp }) => tornUp.length > 0)).to.equal(true);
    const FIGURES = {
      Absorbed: ["groupDeficit"],
      NetRegistered: ["relief", "total"],
      NetSettled: ["relieved", "numerator", "denominator"],
      Charged: ["jump", "charge", "winners", "cumulativeLong", "cumulativeShort"],
      Deleveraged: ["accounts", "deficit", "vaultPaid", "charged", "shortfall"],
      Netted: ["netted", "vaultClosed", "vaultTook", "left"],
      NodeTornUp: ["size", "remaining"],
    };
    let changed = 0;
    for (const [kind, figures] of Object.entries(FIGURES)) {
      for (const figure of figures) {
        let done = false;
        const off = (event: VenueEvent): VenueEvent => {
          if (event.kind !== kind || done) return event;
          done = true;
          return {
            ...event,
            [figure]: (event as unknown as Record<string, bigint>)[figure]! + 1_000_000_000n,
          } as never;
        };
        let shows = false;
        try {
          shows = faultsOf(off).some(({ faults }) => faults.length > 0);
        } catch (failure) {
          shows = failure instanceof MissedEvent;
        }
        if (!done) continue;
        changed += 1;
        expect(shows, `${kind}.${figure}`).to.equal(true);
      }
    }
    expect(changed).to.be.greaterThan(15);
  });

  it("and every block of it can be taken back", () => {
    rebuilt.retrace();
    expect(rebuilt.seen.size).to.be.greaterThan(30);
  });
});
