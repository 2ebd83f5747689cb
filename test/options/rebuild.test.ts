// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { healthOf } from "../../sdk/margin/health.js";
import { LinearOnly } from "../../sdk/margin/LinearOnly.js";
import { ProfitBook } from "../../sdk/profit/ProfitBook.js";
import { ReceiptVerifier } from "../../sdk/receipt/ReceiptVerifier.js";
import type { GroupId } from "../../sdk/order.js";
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

  it("and every block of it can be taken back", () => {
    rebuilt.retrace();
    expect(rebuilt.seen.size).to.be.greaterThan(30);
  });
});
