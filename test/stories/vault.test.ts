// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { InsuranceVault } from "../../types/ethers-contracts/index.js";
import {
  BASE,
  FLOWS,
  HOUR,
  NEVER,
  PRICE,
  QUOTE,
  TOKEN,
  expectNear,
  openVenue,
  type Venue,
  type Person,
} from "./venue.js";

const MARK = 100_000n * PRICE;
const LOW = 90_000n * PRICE;
/** What a share unit is worth at the first price: 10^6 share units a token unit. */
const SHARE = 10n ** 6n;
const WINDOW = 600n;
const COOLDOWN = HOUR;
/** The vault's half of the fees that wait, and what all shares are worth with it. */
const WAITING = 100n * TOKEN;
const ALL = 101_000n * TOKEN + WAITING;
const CAP = 15_000n;
const REFUND = 5n * TOKEN;
/** What buyers of 4 BTC gain when anchors have stood still since the settlement: the discount of two lock delays. */
const OFFERED = (4n * 90_000n * TOKEN * 333n) / 1_000_000n;

describe("Story: a run on the vault", () => {
  let venue: Venue;
  let vault: InsuranceVault;
  let reset: () => Promise<void>;
  let loser: Person, winner: Person, early: Person, late: Person, buyer: Person;

  before(async () => {
    venue = await openVenue({ vaultBudget: 60_000n * QUOTE });
    vault = venue.vault;
    [loser, winner, early, late, buyer] = venue.crowd as [Person, Person, Person, Person, Person];
    await venue.fund(loser, 24_000n);
    for (const who of [winner, buyer]) await venue.fund(who, 200_000n);
    for (const who of [early, late]) await venue.insure(who, 50_000n);
    await venue.trade(loser, winner, 4n * BASE, MARK);
    reset = await venue.mark();
  });

  afterEach(async () => {
    await reset();
    reset = await venue.mark();
  });

  const DEFICIT = (40_000n - 24_000n + 160n) * TOKEN;

  async function request(who: Person, shares: bigint): Promise<bigint> {
    await vault.connect(who.signer).requestRedeem(shares, who.address, who.address);
    return (await vault.batches()).latest;
  }

  /** The jump is seen, the group locked and the loser absorbed; the vault has not paid yet. */
  async function lossIsKnown(): Promise<void> {
    await venue.setPrice(LOW);
    await venue.clearinghouse.poke(1n);
    await venue.absorb([loser.id]);
  }

  async function lossIsPaid(): Promise<void> {
    await venue.wait(120n);
    const receipt = await venue.deleverage();
    expect(receipt).to.include({ deficit: DEFICIT * 1_000n, vaultPaid: DEFICIT * 1_000n });
  }

  async function keepFeedFresh(): Promise<void> {
    await venue.setPrice(LOW);
  }

  it("who asks for his money before a loss that he sees coming bears it like everybody who stays", async () => {
    const shares = await vault.balanceOf(early.address);
    expect(shares).to.equal(50_000n * TOKEN * SHARE);
    const batch = await request(early, shares);
    expect([
      await vault.balanceOf(early.address),
      await vault.pendingRedeemRequest(batch, early.address),
    ]).to.deep.equal([0n, shares]);
    await expect(vault.connect(early.signer).redeem(1n, early.address, early.address))
      .to.be.revertedWithCustomError(vault, "ERC4626ExceededMaxRedeem")
      .withArgs(early.address, 1n, 0n);
    await expect(vault.processBatch())
      .to.be.revertedWithCustomError(vault, "BatchNotDue")
      .withArgs(batch, await vault.dueAt(batch));

    await lossIsKnown();
    await lossIsPaid();
    await venue.wait(WINDOW + COOLDOWN);
    await keepFeedFresh();
    const worth = await vault.totalAssets();
    expectNear(worth, ALL - DEFICIT - REFUND - OFFERED, 1n, "what all shares are worth");
    const [priced] = [await (await vault.processBatch()).wait()];
    expect(priced!.status).to.equal(1);

    const claimable = await vault.maxWithdraw(early.address);
    const stays = await vault.convertToAssets(await vault.balanceOf(late.address));
    expectNear(claimable, (worth * 50n) / 101n, 2n, "the early one's part");
    expectNear(claimable, stays, 2n, "the late one's part");
    const { shares: all, pricedShares, assets } = await vault.batch(batch);
    expect([all, pricedShares, assets]).to.deep.equal([shares, shares, claimable]);
    await vault.connect(early.signer).redeem(shares, early.address, early.address);
    expect(await venue.token.balanceOf(early.address)).to.equal(claimable);
  });

  it("one batch has one price for all who asked within its window; the next batch another", async () => {
    const first = await request(early, 10_000n * TOKEN * SHARE);
    await venue.wait(WINDOW - 10n);
    expect(await request(late, 20_000n * TOKEN * SHARE)).to.equal(first);
    await venue.wait(20n);
    const second = await request(late, 20_000n * TOKEN * SHARE);
    expect(second).to.equal(first + 1n);
    await venue.wait(COOLDOWN);
    await vault.processBatch();
    await expect(vault.processBatch()).to.be.revertedWithCustomError(vault, "BatchNotDue");
    await lossIsKnown();
    await lossIsPaid();
    await venue.wait(WINDOW);
    await keepFeedFresh();
    await vault.processBatch();

    const [a, b] = [await vault.batch(first), await vault.batch(second)];
    expectNear(a.assets, (ALL * 30n) / 101n, 1n, "the first batch before the loss");
    const left = (ALL * 71n) / 101n - DEFICIT - REFUND - OFFERED;
    expectNear(b.assets, (left * 20n) / 71n, 2n, "the second batch after the loss");
    expectNear(await vault.maxWithdraw(early.address), (ALL * 10n) / 101n, 1n, "the early one's claim");
    expectNear(await vault.maxWithdraw(late.address), (ALL * 20n) / 101n + b.assets, 2n, "the late one's claim");
    await expect(vault.connect(winner.signer).withdraw(1n, winner.address, early.address))
      .to.be.revertedWithCustomError(vault, "NotControllerOrOperator")
      .withArgs(early.address, winner.address);
  });

  it("a batch that is due cannot be priced between a jump and the lock that nobody has poked yet", async () => {
    await request(early, 50_000n * TOKEN * SHARE);
    await venue.wait(WINDOW + COOLDOWN);
    await venue.setPrice(LOW);
    await expect(vault.processBatch())
      .to.be.revertedWithCustomError(vault, "VaultFlowsClosed")
      .withArgs(FLOWS.PRICES_NOT_FRESH);
    await expect(venue.insure(buyer, 1n))
      .to.be.revertedWithCustomError(vault, "VaultFlowsClosed")
      .withArgs(FLOWS.PRICES_NOT_FRESH);
    await lossIsKnown();
    await lossIsPaid();
    await vault.processBatch();
    expect((await vault.batch(1n)).assets <= ((ALL - DEFICIT - REFUND) * 50n) / 101n + 1n).to.equal(true);
  });

  it("flows are closed from the lock to the bill, also for a batch that is due", async () => {
    await request(early, 10_000n * TOKEN * SHARE);
    await venue.wait(WINDOW + COOLDOWN);
    await lossIsKnown();
    const refused = async () => {
      await expect(vault.processBatch())
        .to.be.revertedWithCustomError(vault, "VaultFlowsClosed")
        .withArgs(FLOWS.GROUP_LOCKED);
      await expect(venue.insure(buyer, 1n))
        .to.be.revertedWithCustomError(vault, "VaultFlowsClosed")
        .withArgs(FLOWS.GROUP_LOCKED);
      expect(await vault.maxDeposit(buyer.address)).to.equal(0n);
    };
    await refused();
    await request(late, TOKEN * SHARE); // asking is always possible
    await venue.wait(120n);
    await refused();
    await venue.clearinghouse.deleverage(1n, 100n);
    await expect(vault.processBatch()).to.emit(vault, "BatchPriced");
    await venue.insure(buyer, 1n);
  });

  it("what binds the vault's cash is paid later: a batch is priced in parts, at the price of each moment", async () => {
    await request(early, 50_000n * TOKEN * SHARE);
    await request(late, 50_000n * TOKEN * SHARE);
    await lossIsKnown();
    await lossIsPaid();
    const bound = (await venue.accountState(venue.inventory())).health;
    expect(bound.equity >= bound.initial && bound.initial > 0n).to.equal(true);
    await venue.wait(WINDOW + COOLDOWN);
    await keepFeedFresh();

    const pot = await venue.cash(venue.pot);
    await vault.processBatch();
    const part = await vault.batch(1n);
    expect(part.assets).to.equal(pot / 1_000n);
    expect(part.pricedShares < part.shares).to.equal(true);
    const [mine, his] = [await vault.maxWithdraw(early.address), await vault.maxWithdraw(late.address)];
    expect(mine, "the same part of every member's shares").to.equal(his);
    await expect(vault.processBatch()).to.be.revertedWithCustomError(venue.clearinghouse, "InsufficientWithdrawable");

    await venue.clearinghouse.connect(buyer.signer).buyInventory(venue.marketId, 0n, 2n ** 72n, 0n, 0n, NEVER);
    await vault.processBatch();
    const whole = await vault.batch(1n);
    expect(whole.pricedShares).to.equal(whole.shares);
    expectNear(await vault.maxWithdraw(early.address), whole.assets / 2n, 1n, "half each");
  });

  it("its inventory is sold to anybody at a discount that grows with time, up to the cap", async () => {
    const { clearinghouse } = venue;
    await expect(clearinghouse.connect(buyer.signer).buyInventory(venue.marketId, 0n, BASE, 0n, 0n, NEVER))
      .to.be.revertedWithCustomError(clearinghouse, "NoInventory")
      .withArgs(venue.marketId);
    await lossIsKnown();
    await lossIsPaid();
    expect(await venue.sizeOf(venue.inventory())).to.equal(4n * BASE);
    const offered = await venue.now(); // since the settlement
    const buy = async (at: bigint, max: bigint) => {
      await venue.pokeUntil(at);
      await venue.networkHelpers.time.setNextBlockTimestamp(at);
      const sent = await clearinghouse.connect(buyer.signer).buyInventory(venue.marketId, 0n, max, 0n, 0n, NEVER);
      const [sold] = await venue.events(sent, "InventorySold");
      return [sold!.buyer, sold!.size, sold!.price];
    };
    const less = (ppm: bigint) => LOW - (LOW * ppm) / 1_000_000n;

    expect(await buy(offered + HOUR / 2n, BASE)).to.deep.equal([buyer.id, BASE, less(2_500n)]);
    expect(await buy(offered + HOUR, BASE)).to.deep.equal([buyer.id, BASE, less(5_000n)]);
    const [worth] = await clearinghouse.vaultEquity();
    expect(await buy(offered + 5n * HOUR, 10n * BASE)).to.deep.equal([buyer.id, 2n * BASE, less(CAP)]);
    const [left] = await clearinghouse.vaultEquity();
    const grown = (2n * 90_000n * QUOTE * (CAP - 5_000n)) / 1_000_000n;
    expectNear(worth - left, grown, QUOTE, "what more of the discount cost the vault"); // it grows by the second
    const { accounts } = await venue.snapshot([venue.inventory(), venue.pot, buyer.id]);
    expect([accounts[0]!.cash, accounts[0]!.open]).to.deep.equal([0n, 0n]);
    expect(accounts[1]!.cash, "its margin is back in the pot").to.equal(left - WAITING * 1_000n);
    expectNear(
      accounts[2]!.health.equity,
      200_000n * QUOTE + (90_000n * QUOTE * (2_500n + 5_000n + 2n * CAP)) / 1_000_000n,
      4n,
      "the buyer's equity",
    );
    await expect(clearinghouse.connect(buyer.signer).buyInventory(venue.marketId, 0n, BASE, 0n, 0n, NEVER))
      .to.be.revertedWithCustomError(clearinghouse, "NoInventory")
      .withArgs(venue.marketId);
  });

  it("worth less than a tenth it is closed for good, and its holders leave through a new vault's appointment", async () => {
    const poor = await openVenue({ vaultBudget: 60_000n * QUOTE });
    const [debtor, creditor, holder] = poor.crowd as [Person, Person, Person];
    await poor.fund(debtor, 24_000n);
    await poor.fund(creditor, 200_000n);
    await poor.insure(holder, 15_000n);
    await expect(poor.vault.closeClass())
      .to.be.revertedWithCustomError(poor.vault, "AboveFloor")
      .withArgs(16_000n * TOKEN, 16_000n * TOKEN * SHARE);
    await poor.trade(debtor, creditor, 4n * BASE, MARK);
    await poor.crash(LOW + 300n * PRICE, [debtor.id]);
    await poor.deleverage();
    const left = await poor.vault.totalAssets();
    const supply = await poor.vault.totalSupply();
    expect(left * 10n < 16_000n * TOKEN && left > 0n).to.equal(true);
    const isLeft = (assets: bigint) => assets <= left && assets > left - TOKEN; // the discount grows by the second
    await expect(poor.insure(creditor, 1n))
      .to.be.revertedWithCustomError(poor.vault, "VaultClosed")
      .withArgs(isLeft, supply);
    await expect(poor.vault.closeClass()).to.emit(poor.vault, "ClassClosed").withArgs(isLeft, supply);

    const shares = await poor.vault.balanceOf(holder.address);
    await poor.vault.connect(holder.signer).requestRedeem(shares, holder.address, holder.address);
    const args = [poor.target, await poor.token.getAddress(), "Second Vault", "nv2", WINDOW, COOLDOWN];
    const next = await poor.ethers.deployContract("InsuranceVault", args);
    await expect(poor.clearinghouse.setVault(next), "its inventory first").to.be.revertedWithCustomError(
      poor.clearinghouse,
      "VaultInUse",
    );
    await poor.clearinghouse.connect(creditor.signer).buyInventory(poor.marketId, 0n, 2n ** 72n, 0n, 0n, NEVER);
    await poor.clearinghouse.setVault(next);
    await expect(poor.vault.processBatch()).to.be.revertedWithCustomError(poor.vault, "BatchNotDue");
    await poor.vault.retire();
    await poor.wait(WINDOW + COOLDOWN);
    await poor.vault.processBatch();
    await poor.vault.connect(holder.signer).redeem(shares, holder.address, holder.address);
    const paid = await poor.token.balanceOf(holder.address);
    const whole = paid + (await poor.token.balanceOf(poor.vault));
    expectNear(paid, (whole * 15n) / 16n, 1n, "the holder's part of what was left");
  });
});
