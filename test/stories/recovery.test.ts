// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { BASE, FLOWS, HOUR, PRICE, QUOTE, TOKEN, expectNear, openVenue, type Venue, type Person } from "./venue.js";

const MARK = 100_000n * PRICE;
const PAR = PRICE;
const price = (whole: bigint): bigint => whole * PRICE;
const ALL = 2n ** 256n - 1n;

describe("Story: recovery and healing", () => {
  let venue: Venue;
  let reset: () => Promise<void>;
  let loser: Person, second: Person, winner: Person, bystander: Person, late: Person, patron: Person;

  /** Tokens in the venue before anything went wrong, in quote. */
  const TOKENS = 6_000n + 9_000n + 100_000n + 20_000n + 1_000n;
  const DEBT = 1_040n;

  before(async () => {
    venue = await openVenue();
    [loser, second, winner, bystander, late, patron] = venue.crowd as Person[] as [
      Person,
      Person,
      Person,
      Person,
      Person,
      Person,
    ];
    await venue.fund(loser, 6_000n);
    await venue.fund(second, 9_000n);
    await venue.fund(winner, 100_000n);
    await venue.fund(bystander, 20_000n);
    await venue.trade(loser, winner, BASE, MARK);
    await venue.trade(second, winner, BASE, MARK);
    await venue.clearinghouse.collectFees();
    // Keepers sleep while the price drifts by less than a gap at a time: the anchors roll past the default.
    await venue.drift(price(93_000n));
    reset = await venue.mark();
  });

  afterEach(async () => {
    await reset();
    reset = await venue.mark();
  });

  /** The keepers wake up: the late default is absorbed and becomes a shortfall. */
  async function wakeUp() {
    await venue.absorb([loser.id]);
    await venue.wait(120n);
    const sent = await venue.clearinghouse.connect(venue.keeper.signer).deleverage(1n, 100n);
    return { sent, receipt: await venue.receiptOf(sent) };
  }

  const rate = () => venue.clearinghouse.recoveryRate();

  /** Withdraws claims of `who` and says what they paid, both in token units. */
  async function withdraw(who: Person, claims = ALL): Promise<{ paid: bigint; claims: bigint }> {
    const sent = await venue.clearinghouse.connect(who.signer).withdraw(0n, claims, who.address);
    const [args] = await venue.events(sent, "Withdrawn");
    return { paid: args!.tokens as bigint, claims: (args!.claims as bigint) / 1_000n };
  }

  async function cover(whole: bigint) {
    await venue.token.mint(patron.address, whole * TOKEN);
    await venue.token.connect(patron.signer).approve(venue.clearinghouse, whole * TOKEN);
    return venue.clearinghouse.connect(patron.signer).cover(whole * TOKEN);
  }

  it("a default that keepers left lying ends in a shortfall, and one rate for every claim", async () => {
    const { clearinghouse } = venue;
    expect(await venue.equity(loser)).to.equal(-DEBT * QUOTE);
    await venue.absorb([loser.id]);
    await expect(withdraw(bystander, TOKEN), "until the bill is settled withdrawals wait")
      .to.be.revertedWithCustomError(clearinghouse, "WithdrawalsWait")
      .withArgs(1n);
    await venue.wait(120n);
    const sent = await clearinghouse.connect(venue.keeper.signer).deleverage(1n, 100n);
    expect(await venue.receiptOf(sent)).to.deep.equal({
      accounts: 1n,
      deficit: DEBT * QUOTE,
      vaultPaid: 0n,
      charged: 0n,
      shortfall: DEBT * QUOTE,
    });
    const expected = (TOKENS * PAR) / (TOKENS + DEBT);
    await expect(sent)
      .to.emit(clearinghouse, "ShortfallSuffered")
      .withArgs(DEBT * QUOTE, DEBT * QUOTE, expected);
    expect(await rate()).to.equal(expected);
    for (const who of [bystander, winner]) {
      const { paid, claims } = await withdraw(who, 1_000n * TOKEN);
      expectNear(paid, (claims * expected) / PAR, 1n, "what a claim pays");
    }
  });

  it("withdrawals leave the rate where it is, down to the last of the tokens", async () => {
    await wakeUp();
    const r = await rate();
    const { clearinghouse, token } = venue;
    await expect(withdraw(bystander, 1n), "a claim is not burned for nothing").to.be.revertedWithCustomError(
      clearinghouse,
      "ZeroAmount",
    );
    for (const claims of [2n, 7n * TOKEN + 1n, 9_999n * TOKEN]) {
      await withdraw(bystander, claims);
      expectNear(await rate(), r, 10n ** 10n, "r after a withdrawal");
    }
    await venue.trade(winner, second, BASE / 2n, price(93_000n)); // its fees heal a little
    const healed = await rate();
    expect(healed > r).to.equal(true);
    await withdraw(bystander);
    await withdraw(winner, 50_000n * TOKEN);
    expectNear(await rate(), healed, 10n ** 10n, "r after all that");
    expect(await token.balanceOf(venue.target)).to.equal((await venue.snapshot([])).venue.held / 1_000n);
    await expect(withdraw(bystander, TOKEN)).to.be.revertedWithCustomError(clearinghouse, "InsufficientWithdrawable");
  });

  it("who deposits later is at par, leaves the rate alone, and does not share in a cover", async () => {
    await wakeUp();
    const r = await rate();
    await venue.fund(late, 5_000n);
    expect(await rate(), "a deposit leaves r").to.equal(r);
    const { hasProtected, protectedCash, cash } = await venue.accountState(late);
    expect([hasProtected, protectedCash, cash]).to.deep.equal([true, 5_000n * QUOTE, 5_000n * QUOTE]);
    expect(await withdraw(late, 1_000n * TOKEN)).to.deep.equal({ paid: 1_000n * TOKEN, claims: 1_000n * TOKEN });
    expect(await rate(), "so does his withdrawal").to.equal(r);

    await cover(DEBT / 2n);
    const half = await rate();
    expectNear(half, ((TOKENS + DEBT / 2n) * PAR) / (TOKENS + DEBT), 10n, "r after half of a cover");
    expect(await withdraw(late)).to.deep.equal({ paid: 4_000n * TOKEN, claims: 4_000n * TOKEN });
    const { paid } = await withdraw(bystander, 10_000n * TOKEN);
    expectNear(paid, (10_000n * TOKEN * half) / PAR, 1n, "the others have the cover");
  });

  it("protection moves with the money between accounts of its owner", async () => {
    await wakeUp();
    await venue.fund(late, 5_000n);
    await venue.clearinghouse.connect(late.signer).transfer(0n, 1n, 2_000n * QUOTE);
    const sent = await venue.clearinghouse.connect(late.signer).withdraw(1n, ALL, late.address);
    const [args] = await venue.events(sent, "Withdrawn");
    expect([args!.tokens, args!.claims]).to.deep.equal([2_000n * TOKEN, 2_000n * QUOTE]);
  });

  it("protection ends where the money is lost: the winner's gain is an ordinary claim", async () => {
    await wakeUp();
    await venue.fund(late, 8_000n);
    await venue.trade(late, bystander, BASE, price(93_000n));
    await venue.drift(price(92_000n));
    await venue.trade(bystander, late, BASE, price(92_000n));
    const { cash, protectedCash } = await venue.accountState(late);
    expect(protectedCash, "what is left of the deposit is still at par").to.equal(cash);
    expect(cash < 7_000n * QUOTE).to.equal(true);
    const { paid, claims } = await withdraw(late);
    expect(paid).to.equal(claims);
    const gained = await withdraw(bystander);
    expectNear(gained.paid, (gained.claims * (await rate())) / PAR, 1n, "the winner's claims");
  });

  it("fees heal, a cover heals, and what exceeds the shortfall is the vault's", async () => {
    await wakeUp();
    const { clearinghouse } = venue;
    const r = await rate();
    const before = (await venue.snapshot([])).venue;
    const sent = await venue.trade(winner, second, BASE / 2n, price(93_000n));
    const fees = (46_500n * 500n * QUOTE) / 1_000_000n;
    await expect(sent)
      .to.emit(clearinghouse, "ShortfallHealed")
      .withArgs(fees, DEBT * QUOTE - fees, await rate());
    const after = (await venue.snapshot([])).venue;
    expect([after.fees, before.shortfall - after.shortfall]).to.deep.equal([before.fees, fees]);
    expect((await rate()) > r).to.equal(true);

    expect(await venue.vault.depositFlows()).to.equal(FLOWS.SHORTFALL);
    const pot = await venue.cash(venue.pot);
    await expect(cover(2_000n))
      .to.emit(clearinghouse, "ShortfallHealed")
      .withArgs(DEBT * QUOTE - fees, 0n, PAR);
    expect(await rate()).to.equal(PAR);
    expect(await venue.cash(venue.pot)).to.equal(pot + 2_000n * QUOTE - (DEBT * QUOTE - fees));
    expect(await venue.vault.depositFlows()).to.equal(FLOWS.OPEN);
    expect(await withdraw(bystander)).to.deep.equal({ paid: 20_000n * TOKEN, claims: 20_000n * TOKEN });
  });

  it("the vault's holders leave at the rate too, and their price already counts it", async () => {
    await venue.insure(bystander, 1_000n);
    const shares = await venue.vault.balanceOf(bystander.address);
    await venue.vault.connect(bystander.signer).requestRedeem(shares, bystander.address, bystander.address);
    await wakeUp();
    await venue.wait(2n * HOUR);
    await venue.setPrice(price(93_000n));
    const r = await rate();
    await venue.vault.processBatch();
    const assets = await venue.vault.maxWithdraw(bystander.address);
    const fullClaims = (await venue.vault.convertToAssets(shares)) as bigint;
    expectNear(assets, fullClaims, 2n, "the same price for those who stay");
    expect(assets < 1_050n * TOKEN && (assets * PAR) / r > assets).to.equal(true);
    expectNear(await rate(), r, 10n ** 10n, "r");
  });

  it("a second shortfall takes the same part of everybody's worth, protected or not", async () => {
    await wakeUp();
    await venue.fund(late, 5_000n);
    const r1 = await rate();
    await venue.drift(price(89_500n));
    const debt = -(await venue.equity(second));
    expect(debt > 0n).to.equal(true);
    const before = (await venue.snapshot([])).venue;
    await venue.absorb([second.id]);
    await venue.wait(120n);
    const receipt = await venue.deleverage();
    expect(receipt).to.include({ deficit: debt, shortfall: debt, charged: 0n });

    const r2 = await rate();
    const after = (await venue.snapshot([])).venue;
    const { held, shortfall, protectedCash } = before;
    const kept =
      (protectedCash * shortfall * held) / ((held - protectedCash) * (shortfall + debt) + shortfall * protectedCash);
    expect([protectedCash, after.protectedCash, after.epoch - before.epoch]).to.deep.equal([5_000n * QUOTE, kept, 0n]);
    expect(after.shortfall).to.equal(shortfall + debt);
    const worth = (5_000n * TOKEN * r2) / r1;
    const { paid, claims } = await withdraw(late);
    expect(claims, "nobody's cash changes").to.equal(5_000n * TOKEN);
    expectNear(paid, worth, 1n, "his worth");
    const other = await withdraw(bystander, 10_000n * TOKEN);
    expectNear((other.paid * PAR) / other.claims, r2, 10n ** 9n, "the others' rate");
    expect(r2 < r1).to.equal(true);
  });
});
