// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { DeployOptions } from "../../deploy/deploy-novation.js";
import type { AccountId } from "../../sdk/order.js";
import { USE } from "../../sdk/order.js";
import {
  BASE,
  FLOWS,
  NEVER,
  PHASE,
  PRICE,
  QUOTE,
  TOKEN,
  bitcoin,
  expectNear,
  openVenue,
  type Venue,
  type Person,
} from "./venue.js";

const MARK = 100_000n * PRICE;
const price = (whole: bigint): bigint => whole * PRICE;

/** One long of 1 base with 6,000 quote against winners; every story below starts from such a venue. */
describe("Story: a crash, to each stage of the waterfall", () => {
  describe("the defaulter's own margin: margin call and liquidation", () => {
    let venue: Venue;
    let reset: () => Promise<void>;
    let loser: Person, winner: Person, keeper: Person, rescuer: Person;

    before(async () => {
      venue = await openVenue({ vaultBudget: 1_000_000n * QUOTE });
      [loser, winner, rescuer] = venue.crowd as [Person, Person, Person];
      keeper = venue.keeper;
      await venue.fund(loser, 6_000n);
      for (const who of [winner, rescuer, keeper]) await venue.fund(who, 50_000n);
      await venue.insure(venue.treasury, 100_000n);
      await venue.trade(loser, winner, BASE, MARK);
      reset = await venue.mark();
    });

    afterEach(async () => {
      await reset();
      reset = await venue.mark();
    });

    it("above the call level nobody can call, below it nobody can liquidate before the grace is over", async () => {
      const { clearinghouse } = venue;
      const call = () => clearinghouse.connect(keeper.signer).marginCall(loser.id);
      const seize = () =>
        clearinghouse.connect(keeper.signer).liquidateToAccount(loser.id, venue.marketId, 0n, BASE, 0n, 0n, NEVER);
      await expect(call())
        .to.be.revertedWithCustomError(clearinghouse, "MarginSufficient")
        .withArgs(loser.id, 5_960n * QUOTE, 3_750n * QUOTE);

      await venue.drift(price(97_700n));
      const [equity, level] = [3_660n * QUOTE, (97_700n * 3n * 125n * QUOTE) / 10_000n];
      await expect(seize())
        .to.be.revertedWithCustomError(clearinghouse, "NotLiquidatable")
        .withArgs(loser.id, equity, 2_931n * QUOTE);
      await expect(call()).to.emit(clearinghouse, "MarginCalled").withArgs(loser.id, equity, level);
      const calledAt = await venue.now();
      await expect(call()).to.be.revertedWithCustomError(clearinghouse, "AlreadyCalled").withArgs(loser.id, calledAt);
      await expect(seize())
        .to.be.revertedWithCustomError(clearinghouse, "NotLiquidatable")
        .withArgs(loser.id, equity, 2_931n * QUOTE);
    });

    it("a deposit cures the call, and after it nobody can liquidate", async () => {
      const { clearinghouse, token } = venue;
      await venue.drift(price(97_700n));
      await clearinghouse.connect(keeper.signer).marginCall(loser.id);
      await token.mint(loser.address, 10n * TOKEN);
      await token.connect(loser.signer).approve(clearinghouse, 10n * TOKEN);
      await expect(clearinghouse.connect(loser.signer).deposit(loser.id, 10n * TOKEN))
        .to.emit(clearinghouse, "MarginCallCleared")
        .withArgs(loser.id);
      await venue.wait(900n);
      await expect(
        clearinghouse.connect(keeper.signer).liquidateToAccount(loser.id, venue.marketId, 0n, BASE, 0n, 0n, NEVER),
      ).to.be.revertedWithCustomError(clearinghouse, "NotLiquidatable");
    });

    it("first way: a keeper's account takes over the least that restores initial margin, for half of the discount", async () => {
      const { clearinghouse } = venue;
      await venue.drift(price(97_700n));
      await clearinghouse.connect(keeper.signer).marginCall(loser.id);
      await venue.wait(900n);
      const before = await venue.snapshot([loser.id, keeper.id, venue.pot]);
      const sent = await clearinghouse
        .connect(keeper.signer)
        .liquidateToAccount(loser.id, venue.marketId, 0n, BASE, 0n, 0n, NEVER);
      const [args] = await venue.events(sent, "Liquidated");
      const after = await venue.snapshot([loser.id, keeper.id, venue.pot]);

      const closed = args!.closed as bigint;
      const [keeperPart, vaultPart] = [args!.keeperReward as bigint, args!.vaultReward as bigint];
      expect([args!.account, args!.taker, args!.discount]).to.deep.equal([loser.id, keeper.id, 2_500n]);
      expectNear(closed, (1_225n * BASE * 1_000_000n) / (97_700n * 47_500n), 2n, "closed");
      const [health, keeperHealth] = [after.accounts[0]!.health, after.accounts[1]!.health];
      expect(after.accounts[0]!.legs[0]!.size).to.equal(BASE - closed);
      expect(after.accounts[1]!.legs[0]!.size).to.equal(closed);
      expectNear(health.equity, health.initial, 10_000n, "equity against initial margin");
      expect(health.equity >= health.initial).to.equal(true);
      expect(keeperHealth.equity).to.equal(before.accounts[1]!.health.equity + keeperPart);
      expect(after.accounts[2]!.cash).to.equal(before.accounts[2]!.cash + vaultPart);
      expectNear(keeperPart, vaultPart, 1n, "the two halves of the discount");
      expect(before.accounts[0]!.health.equity - health.equity).to.equal(keeperPart + vaultPart);
      expect(after.markets[0]!.openInterest).to.equal(BASE);
      expect(after.accounts[0]!.calledAt).to.equal(0n);
    });

    it("second way: signed orders take over at their limits, and only the rest of the discount is a reward", async () => {
      await venue.drift(price(97_000n));
      expect((await venue.accountState(loser)).health.equity).to.equal(2_960n * QUOTE);
      await venue.drift(price(96_900n));
      const before = await venue.snapshot([loser.id, rescuer.id, keeper.id, venue.pot]);
      expect(before.accounts[0]!.health.equity < before.accounts[0]!.health.maintenance).to.equal(true);

      const greedy = await venue.sign(rescuer, { size: BASE, limit: price(96_000n) });
      const fair = await venue.sign(rescuer, { size: BASE, limit: price(96_850n) });
      const sent = await venue.liquidate(keeper, loser.id, greedy, fair);
      const [skipped] = await venue.events(sent, "OrderSkipped");
      const [args] = await venue.events(sent, "Liquidated");
      const after = await venue.snapshot([loser.id, rescuer.id, keeper.id, venue.pot]);

      const closed = args!.closed as bigint;
      const discount = args!.discount as bigint;
      const limit = price(96_900n) - (price(96_900n) * (discount / 2n)) / 1_000_000n; // the keeper's share of it
      expect(venue.errorOf(skipped!.reason as string)).to.deep.equal(["LimitNotMet", limit, price(96_000n)]);
      expect(after.accounts[1]!.legs[0]!.size).to.equal(closed);
      const reward = (args!.keeperReward as bigint) + (args!.vaultReward as bigint);
      const whole = (closed * 96_900n * discount) / 1_000_000n;
      expectNear(reward, whole - closed * 50n, 3n, "the discount less what the order took of it");
      expectNear(args!.vaultReward as bigint, whole / 2n, 3n, "and that was the keeper's, not the vault's");
      expect(after.accounts[2]!.cash - before.accounts[2]!.cash).to.equal(args!.keeperReward);
      expect(after.accounts[3]!.cash - before.accounts[3]!.cash).to.equal(args!.vaultReward);
      const [was, is] = [before.accounts[0]!.health, after.accounts[0]!.health];
      expect(is.equity * was.maintenance >= was.equity * is.maintenance, "INV-10: the ratio rose").to.equal(true);
      expect(is.equity >= is.initial).to.equal(true);
    });

    it("third way: the vault takes over some seconds after a call, with margin from its pot", async () => {
      const { clearinghouse } = venue;
      await venue.drift(price(96_900n));
      const toVault = () => clearinghouse.connect(keeper.signer).liquidateToVault(loser.id, venue.marketId, 0n, 0n);
      await expect(toVault()).to.be.revertedWithCustomError(clearinghouse, "NotCalled").withArgs(loser.id);
      await clearinghouse.connect(keeper.signer).marginCall(loser.id);
      await expect(toVault())
        .to.be.revertedWithCustomError(clearinghouse, "VaultMustWait")
        .withArgs((await venue.now()) + 15n);
      await venue.wait(15n);
      const [worth] = await clearinghouse.vaultEquity();
      const [args] = await venue.events(await toVault(), "Liquidated");

      const { accounts } = await venue.snapshot([loser.id, venue.inventory(), keeper.id]);
      expect(args!.discount).to.equal(5_000n);
      expect(accounts[1]!.legs[0]!.size).to.equal(args!.closed);
      expect(accounts[1]!.health.equity >= accounts[1]!.health.initial).to.equal(true);
      expect(args!.keeperReward, "the vault keeps its discount").to.equal(0n);
      expect(accounts[2]!.cash).to.equal(50_000n * QUOTE);
      const [later] = await clearinghouse.vaultEquity();
      expectNear(later, worth + (args!.vaultReward as bigint), 2n, "what the vault is worth");
    });
  });

  describe("a hedger among the winners", () => {
    /** The same fall of two markets; a hedger is short of one and long of the other. What each account ends with. */
    async function fall(registers: boolean) {
      const groups = [[bitcoin(), { ...bitcoin(), symbol: "ETH" }]];
      const venue = await openVenue({ groups });
      const [loser, hedger, winner] = venue.crowd as [Person, Person, Person];
      const { clearinghouse, keeper } = venue;
      const [first, second] = [venue.markets[0]!.id, venue.markets[1]!.id];
      await venue.fund(loser, 24_000n);
      await venue.fund(hedger, 11_000n);
      await venue.fund(winner, 100_000n);
      await venue.trade(loser, winner, 3n * BASE, MARK, { market: first });
      await venue.trade(loser, hedger, BASE, MARK, { market: first });
      await venue.trade(hedger, winner, BASE, MARK, { market: second });
      await venue.roll();
      await venue.setPrice(price(90_000n));
      await venue.setPrice(price(90_000n), 1);
      await clearinghouse.poke(1n);
      const before = await venue.equity(hedger);
      if (registers) {
        await expect(clearinghouse.connect(keeper.signer).net(1n, [hedger.id, winner.id]))
          .to.emit(clearinghouse, "NetRegistered")
          .withArgs(hedger.id, 1n, 1n, 10_000n * QUOTE, 10_000n * QUOTE);
        await expect(clearinghouse.net(1n, [hedger.id, winner.id]))
          .to.be.revertedWithCustomError(clearinghouse, "NothingToNet")
          .withArgs(1n);
      }
      await venue.absorb([loser.id]);
      await venue.wait(240n);
      const { deficit, charged, shortfall } = await venue.deleverage();
      expect([charged, shortfall]).to.deep.equal([deficit, 0n]);
      const after = await venue.snapshot([hedger.id, winner.id]);
      const [mine, his] = after.accounts.map(({ health }) => health.equity) as [bigint, bigint];
      return { paid: before - mine, winner: his, deficit, venue, hedger };
    }

    it("who is not registered pays on the gain of his one leg, as if the other had lost nothing", async () => {
      const { paid, deficit } = await fall(false);
      expectNear(paid, deficit / 5n, 100n, "a fifth of all gains were his");
    });

    it("registered by anybody he pays nothing, since he gained nothing; the others pay for him", async () => {
      const [gross, net] = [await fall(false), await fall(true)];
      expect(net.deficit).to.equal(gross.deficit);
      expectNear(net.paid, 0n, 10n, "what the hedger pays");
      expectNear(gross.winner - net.winner, gross.paid, 100n, "what the other winner pays more");
    });

    it("what comes back is in his cash once he acts, and counts in his equity before", async () => {
      const { venue, hedger, deficit } = await fall(true);
      const { clearinghouse, lens } = venue;
      const [before, told] = [await venue.equity(hedger), (await lens.account(clearinghouse, hedger.id)).health];
      expect(told.equity).to.equal(before);
      const sent = await clearinghouse.connect(hedger.signer).cancelBelow(hedger.id, 9n);
      expect(await venue.events(sent, "NetCredited"), "an order is no use of cash").to.have.length(0);
      const [credited] = await venue.events(await clearinghouse.creditRelief(hedger.id), "NetCredited");
      expectNear(credited!.credit as bigint, deficit / 4n, 100n, "his relief by the share that winners pay");
      expect(await venue.equity(hedger)).to.equal(before);
      expect((await lens.account(clearinghouse, hedger.id)).health.cash).to.equal(credited!.cash);
    });
  });

  describe("the vault, then the winners, then the queue", () => {
    interface Scene {
      venue: Venue;
      loser: Person;
      small: Person;
      large: Person;
    }

    /** A long of 4 base against shorts of 1 and 3 base; `small` entered 1,500 higher, so he is first in the queue. */
    async function scene(options: Partial<DeployOptions> = {}): Promise<Scene> {
      const venue = await openVenue(options);
      const [loser, small, large] = venue.crowd as [Person, Person, Person];
      await venue.fund(loser, 24_000n);
      for (const who of [small, large]) await venue.fund(who, 100_000n);
      await venue.insure(venue.treasury, 200_000n);
      await venue.trade(loser, small, BASE, price(101_500n));
      await venue.trade(loser, large, 3n * BASE, MARK);
      await venue.drift(price(100_100n));
      await venue.drift(MARK);
      return { venue, loser, small, large };
    }

    const LOW = price(90_000n);

    it("the vault pays a deficit within its budget, takes the inventory over, and no winner pays", async () => {
      const { venue, loser, small, large } = await scene({ vaultBudget: 150_000n * QUOTE });
      const people = [loser.id, small.id, large.id];
      const [worth] = await venue.clearinghouse.vaultEquity();
      await venue.setPrice(LOW);
      await venue.clearinghouse.poke(1n);
      const jumped = await venue.snapshot(people);
      const debt = -jumped.accounts[0]!.health.equity;
      expect(debt > 0n).to.equal(true);

      await venue.absorb([loser.id]);
      await venue.wait(120n);
      const receipt = await venue.deleverage();
      const after = await venue.snapshot([...people, venue.inventory(), venue.keeper.id]);

      expectNear(receipt.deficit, debt, 1n, "the deficit is what the loser owed");
      expect(receipt).to.include({ accounts: 1n, vaultPaid: receipt.deficit, charged: 0n, shortfall: 0n });
      expect([after.accounts[0]!.cash, after.accounts[0]!.open]).to.deep.equal([0n, 0n]);
      for (const i of [1, 2]) {
        expect(after.accounts[i]!.health.equity).to.equal(jumped.accounts[i]!.health.equity);
        expect(after.accounts[i]!.legs[0]!.size).to.equal(jumped.accounts[i]!.legs[0]!.size);
      }
      expect(after.accounts[3]!.legs[0]!.size, "the vault's inventory").to.equal(4n * BASE);
      expect(after.accounts[4]!.cash, "the refund of the last step").to.equal(5n * QUOTE);
      const [left] = await venue.clearinghouse.vaultEquity();
      expectNear(left, worth - receipt.deficit - 5n * QUOTE, 2n, "what the vault is worth");
    });

    for (const mode of ["QUEUE", "PRORATA"] as const) {
      it(`${mode}: beyond the vault winners pay the same per unit, then the position is torn up at the frozen mark`, async () => {
        const { venue, loser, small, large } = await scene({ vaultBudget: 1_000n * QUOTE, mode });
        const people = [small.id, large.id];
        const atAnchor = await venue.snapshot(people);
        await venue.setPrice(LOW);
        await venue.clearinghouse.poke(1n);
        const jumped = await venue.snapshot(people);
        await venue.absorb([loser.id]);
        await venue.wait(120n);
        const sent = await venue.clearinghouse.connect(venue.keeper.signer).deleverage(1n, 1_000n);
        const receipt = await venue.receiptOf(sent);
        const after = await venue.snapshot(people);

        expect(receipt.vaultPaid).to.equal(1_000n * QUOTE);
        expect(receipt.shortfall).to.equal(0n);
        expect(receipt.charged).to.equal(receipt.deficit - receipt.vaultPaid);
        const [charge] = await venue.events(sent, "Charged");
        const perUnit = charge!.charge as bigint;
        expect(perUnit <= -(charge!.jump as bigint), "INV-4: at most the jump").to.equal(true);
        const paidBy = (i: number) => jumped.accounts[i]!.health.equity - after.accounts[i]!.health.equity;
        expectNear(paidBy(0), (perUnit * BASE) / PRICE, 2n, "the charge of one unit");
        expectNear(paidBy(1), (perUnit * 3n * BASE) / PRICE, 2n, "the charge of three units");
        expectNear(paidBy(0) + paidBy(1), receipt.charged, 4n, "what both paid");
        for (const i of [0, 1]) {
          const [was, is] = [atAnchor.accounts[i]!.health.equity, after.accounts[i]!.health.equity];
          expect(is >= was, `INV-5: nobody ends below his equity at the anchor (${is} < ${was})`).to.equal(true);
        }

        const torn = await venue.events(sent, "NodeTornUp");
        const [[netted]] = [await venue.events(sent, "Netted")];
        const closed = torn.reduce((sum, { size }) => sum + (size as bigint), 0n);
        const took = netted!.vaultTook as bigint;
        expect(closed + took, "the whole position finds a counterparty").to.equal(4n * BASE);
        const sizes = after.accounts.map(({ legs }) => -legs[0]!.size);
        expectNear(sizes[0]! + sizes[1]!, took, 2n, "what is left of the winners is the vault's");
        if (mode === "QUEUE") expect(sizes[0], "the head of the queue goes first").to.equal(0n);
        else expectNear(sizes[0]! * 3n, sizes[1]!, 6n, "the same share of every winner");
        expect(after.group.phase).to.equal(PHASE.NORMAL);
      });
    }

    it("the head of the queue, torn up to zero, is collected by anybody and withdrawn whole", async () => {
      const { venue, loser, small } = await scene();
      const { clearinghouse, token } = venue;
      await venue.crash(LOW, [loser.id]);
      await expect(clearinghouse.collect(small.id, venue.marketId)).to.be.revertedWithCustomError(
        clearinghouse,
        "GroupLocked",
      );
      await venue.deleverage();

      const torn = await venue.accountState(small);
      expect([torn.legs[0]!.size, torn.open]).to.deep.equal([0n, 1n]);
      const worth = torn.health.equity;
      await venue.setPrice(price(91_500n));
      expect((await venue.accountState(small)).health.equity, "no price moves it any more").to.equal(worth);
      await clearinghouse.connect(venue.matcher.signer).collect(small.id, venue.marketId);
      const collected = await venue.accountState(small);
      expect([collected.cash, collected.open]).to.deep.equal([worth, 0n]);
      await expect(clearinghouse.collect(small.id, venue.marketId))
        .to.be.revertedWithCustomError(clearinghouse, "NoPosition")
        .withArgs(small.id, venue.marketId);
      await clearinghouse.connect(small.signer).withdraw(0n, 2n ** 256n - 1n, small.address);
      expect(await token.balanceOf(small.address)).to.equal(worth / 1_000n);
    });

    it("who was torn up to zero trades on without collecting, but in another group only after it", async () => {
      const { venue, loser, small, large } = await scene({ groups: [[bitcoin()], [bitcoin()]] });
      const { clearinghouse } = venue;
      await venue.crash(LOW, [loser.id]);
      await venue.deleverage();
      const worth = await venue.equity(small);
      const other = venue.markets[1]!.id;
      const elsewhere = await venue.sign(large, { size: BASE, limit: MARK, market: other, number: 1 });
      await venue.fund(large, 10_000n, 1);
      const take = () => venue.take(small, elsewhere, 0n);
      await expect(take()).to.be.revertedWithCustomError(clearinghouse, "AccountInOtherGroup").withArgs(small.id, 1n);

      const undo = await venue.mark();
      await venue.trade(large, small, BASE, LOW);
      const fee = (90_000n * QUOTE * 100n) / 1_000_000n;
      expect(await venue.cash(small), "the proceeds are cash again").to.equal(worth - fee);
      expect(await venue.sizeOf(small)).to.equal(-BASE);
      await undo();

      await clearinghouse.collect(small.id, venue.marketId);
      await take();
      expect(await venue.sizeOf(small, 0, 2n)).to.equal(-BASE);
    });

    it("in a lock the losing side is still liquidated, by who does not leave the winning side with it", async () => {
      const { venue, loser, small } = await scene();
      const { clearinghouse, keeper } = venue;
      await venue.fund(keeper, 100_000n);
      await venue.setPrice(price(96_500n));
      await clearinghouse.poke(1n);
      const before = (await venue.accountState(loser)).health;
      expect(before.equity > 0n && before.equity < before.maintenance).to.equal(true);
      const seize = (who: Person) =>
        clearinghouse.connect(who.signer).liquidateToAccount(loser.id, venue.marketId, 0n, 2n ** 72n, 0n, 0n, NEVER);
      await expect(seize(small))
        .to.be.revertedWithCustomError(clearinghouse, "WinningSideLocked")
        .withArgs(small.id, venue.marketId);
      const toVault = clearinghouse.connect(keeper.signer);
      await toVault.marginCall(loser.id);
      await venue.wait(15n);
      await expect(toVault.liquidateToVault(loser.id, venue.marketId, 0n, 0n))
        .to.be.revertedWithCustomError(clearinghouse, "GroupsLocked")
        .withArgs(1n);
      await expect(seize(keeper)).to.emit(clearinghouse, "Liquidated");
      const after = (await venue.accountState(loser)).health;
      expect(after.equity >= after.initial, "restored, so that nobody has to pay for him").to.equal(true);
      await venue.wait(120n);
      await expect(clearinghouse.poke(1n)).to.emit(clearinghouse, "Unlocked").withArgs(1n, 1n);
    });

    it("the bill needs a lock that is over and somebody absorbed", async () => {
      const { venue, loser, small } = await scene();
      const { clearinghouse } = venue;
      await expect(clearinghouse.deleverage(1n, 1n))
        .to.be.revertedWithCustomError(clearinghouse, "GroupNotLocked")
        .withArgs(1n);
      await venue.setPrice(LOW);
      await clearinghouse.poke(1n);
      const { until } = (await venue.snapshot([])).group;
      await expect(venue.absorb([small.id]))
        .to.be.revertedWithCustomError(clearinghouse, "NothingToAbsorb")
        .withArgs(1n);
      await expect(clearinghouse.absorb(1n, [loser.id, loser.id]))
        .to.be.revertedWithCustomError(clearinghouse, "AccountsNotAscending")
        .withArgs(loser.id);
      await expect(clearinghouse.deleverage(1n, 1n))
        .to.be.revertedWithCustomError(clearinghouse, "LockStillRunning")
        .withArgs(1n, until);
      await venue.absorb([loser.id]);
      await venue.wait(120n);
      await expect(venue.absorb([loser.id]))
        .to.be.revertedWithCustomError(clearinghouse, "GroupLocked")
        .withArgs(1n, until);
      await venue.deleverage();
    });

    it("a lock in which nobody defaulted ends by itself, and a second jump is measured from its frozen mark", async () => {
      const venue = await openVenue();
      const [long, short] = venue.crowd as [Person, Person];
      for (const who of [long, short]) await venue.fund(who, 100_000n);
      await venue.trade(long, short, BASE, MARK);
      await venue.setPrice(price(97_000n));
      await venue.clearinghouse.poke(1n);
      await venue.wait(120n);
      await expect(venue.clearinghouse.deleverage(1n, 1n))
        .to.be.revertedWithCustomError(venue.clearinghouse, "NothingToDeleverage")
        .withArgs(1n);
      await venue.setPrice(price(94_000n));
      await expect(venue.clearinghouse.poke(1n))
        .to.emit(venue.clearinghouse, "Unlocked")
        .withArgs(1n, 1n)
        .and.to.emit(venue.clearinghouse, "Locked");
      const { markets, group } = await venue.snapshot([]);
      expect(markets[0]!.anchor).to.equal(price(97_000n));
      expect(markets[0]!.recordedMark).to.equal(price(94_000n));
      expect(group.gapLevel, "consecutive locks double the threshold").to.equal(1n);
    });
  });

  describe("the result depends on nobody", () => {
    it("defaulters on both sides, in every order and batching, leave the same balances", async () => {
      const ether = { ...bitcoin(), symbol: "ETH", answer: 4_000n * 10n ** 8n };
      const venue = await openVenue({ groups: [[bitcoin(), ether]], vaultBudget: 500n * QUOTE });
      const [long, short, other, deep] = venue.crowd as [Person, Person, Person, Person];
      const eth = venue.markets[1]!.id;
      await venue.insure(venue.treasury, 50_000n);
      await venue.fund(long, 6_000n);
      await venue.fund(other, 4_500n);
      await venue.fund(short, 17_500n);
      await venue.fund(deep, 1_000_000n);
      await venue.trade(long, deep, BASE, MARK);
      await venue.trade(deep, short, BASE, MARK); // short of BTC, but long of far more ETH
      await venue.trade(short, deep, 60n * BASE, price(4_000n), { market: eth });
      await venue.trade(other, deep, 20n * BASE, price(4_000n), { market: eth });
      await venue.setPrice(price(90_000n), 0);
      await venue.setPrice(price(3_500n), 1);
      await venue.clearinghouse.poke(1n);

      const everybody = [long.id, short.id, other.id, deep.id, venue.pot, venue.inventory(), venue.keeper.id];
      const [a, b, c] = [long.id, short.id, other.id] as [AccountId, AccountId, AccountId];
      const orders = [[[a], [b], [c]], [[a], [c], [b]], [[b], [a], [c]], [[c], [b], [a]], [[a, b, c]], [[b, c], [a]]];
      const outcomes: string[] = [];
      for (const batches of orders) {
        const undo = await venue.mark();
        for (const batch of batches) await venue.absorb(batch);
        const estate = (await venue.snapshot([])).markets[0]!;
        expect([estate.estateLong, estate.estateShort], "defaulters on both sides").to.deep.equal([BASE, BASE]);
        await venue.wait(240n);
        const receipt = await venue.deleverage();
        expect(receipt).to.include({ accounts: 3n, vaultPaid: 500n * QUOTE, shortfall: 0n });
        const { accounts, markets } = await venue.snapshot(everybody);
        const balances = accounts.map(({ cash, legs }) => [cash, legs.map(({ size, value }) => [size, value])]);
        const frames = markets.map(({ chargeLong, chargeShort, openInterest }) => [
          chargeLong,
          chargeShort,
          openInterest,
        ]);
        outcomes.push(JSON.stringify([receipt, balances, frames], (_, v) => (typeof v === "bigint" ? `${v}` : v)));
        await undo();
      }
      expect(new Set(outcomes).size, "INV-8").to.equal(1);
    });

    for (const mode of ["QUEUE", "PRORATA"] as const) {
      it(`${mode}: a settlement in one step a call ends like one in a single call`, async () => {
        const venue = await openVenue({ mode });
        const [loser, crowd] = venue.crowd as [Person, Person];
        await venue.fund(loser, 40_000n);
        await venue.fund(crowd, 1_000_000n);
        const numbers = Array.from({ length: 25 }, (_, i) => i + 1);
        const makers = [];
        for (const number of numbers) {
          await venue.clearinghouse.connect(crowd.signer).transfer(0n, number, 20_000n * QUOTE);
          const limit = MARK + price(75n * BigInt(number));
          makers.push(await venue.sign(crowd, { size: -BASE / 4n, limit, number }));
        }
        const taker = await venue.sign(loser, { size: (25n * BASE) / 4n, limit: price(102_000n), use: USE.TAKER });
        await venue.settle([venue.matchOf(taker, ...makers)], true);
        await venue.roll();
        await venue.crash(price(90_000n), [loser.id]);

        const levels = (await venue.snapshot([])).markets[0]!.shorts.nodes.length;
        expect(levels >= 20, `${levels} levels`).to.equal(true);
        const everybody = [loser.id, ...numbers.map((number) => venue.accountNumber(crowd, number)), venue.keeper.id];
        const outcome = async () => {
          const { accounts, markets } = await venue.snapshot(everybody);
          return accounts
            .map(({ cash, legs }) => [cash, legs[0]!.size, legs[0]!.value])
            .concat([markets[0]!.shorts.sizes]);
        };

        const undo = await venue.mark();
        await venue.deleverage(1n, 1_000n);
        const atOnce = await outcome();
        await undo();

        let calls = 0;
        while ((await venue.snapshot([])).group.phase !== PHASE.NORMAL) {
          await venue.clearinghouse.connect(venue.keeper.signer).deleverage(1n, 1n);
          ++calls;
        }
        expect(calls > levels, `${calls} calls`).to.equal(true);
        expect(await outcome(), "INV-8").to.deep.equal(atOnce);
      });
    }
  });

  describe("winners who try to leave between the jump and the bill", () => {
    it("find every way closed, and pay like everybody else", async () => {
      const venue = await openVenue();
      const { clearinghouse } = venue;
      const [loser, winner, friend, weak] = venue.crowd as [Person, Person, Person, Person];
      await venue.fund(loser, 6_000n);
      await venue.fund(weak, 11_500n);
      for (const who of [winner, friend]) await venue.fund(who, 100_000n);
      await venue.trade(loser, winner, BASE, MARK);
      await venue.trade(weak, friend, BASE, MARK);
      await venue.setPrice(price(90_000n));
      const jumped = await venue.equity(winner);

      const exitOrder = (size: bigint) => venue.sign(winner, { size, limit: price(90_000n), use: USE.TAKER });
      const attempts: Record<string, () => Promise<unknown>> = {
        "a match": async () => {
          const maker = await venue.sign(friend, { size: -BASE, limit: price(90_000n) });
          return venue.settle([venue.matchOf(await exitOrder(BASE), maker)], true);
        },
        "taking a friend's order": async () => {
          const maker = await venue.sign(friend, { size: -BASE, limit: price(90_000n) });
          return venue.take(winner, maker, 0n);
        },
        "a withdrawal": () => clearinghouse.connect(winner.signer).withdraw(0n, TOKEN, winner.address),
        "a transfer": () => clearinghouse.connect(winner.signer).transfer(0n, 1n, QUOTE),
        "the vault's inventory": () =>
          clearinghouse.connect(winner.signer).buyInventory(venue.marketId, 0n, BASE, 0n, 0n, NEVER),
      };
      for (const [way, attempt] of Object.entries(attempts)) {
        await expect(attempt(), way).to.be.revertedWithCustomError(clearinghouse, "GapOpen").withArgs(1n);
      }
      const takeOver = (account: AccountId) =>
        clearinghouse.connect(winner.signer).liquidateToAccount(account, venue.marketId, 0n, BASE, 0n, 0n, NEVER);
      await expect(takeOver(weak.id)).to.be.revertedWithCustomError(clearinghouse, "GapOpen").withArgs(1n);

      await clearinghouse.poke(1n);
      const refusedByLock = async (moment: string) => {
        const { until } = (await venue.snapshot([])).group;
        for (const [way, attempt] of Object.entries(attempts)) {
          await expect(attempt(), `${way}, ${moment}`)
            .to.be.revertedWithCustomError(clearinghouse, "GroupLocked")
            .withArgs(1n, until);
        }
        const governor: Record<string, () => Promise<unknown>> = {
          "a final price": () => clearinghouse.settleMarket(venue.marketId),
          "other parameters": () => clearinghouse.setMarketParams(venue.marketId, bitcoin().params),
          "collecting early": () => clearinghouse.collect(winner.id, venue.marketId),
        };
        for (const [way, attempt] of Object.entries(governor)) {
          await expect(attempt(), `${way}, ${moment}`)
            .to.be.revertedWithCustomError(clearinghouse, "GroupLocked")
            .withArgs(1n, until);
        }
      };
      await refusedByLock("locked");
      // Taking over a losing long would close his short.
      await expect(takeOver(weak.id))
        .to.be.revertedWithCustomError(clearinghouse, "WinningSideLocked")
        .withArgs(winner.id, venue.marketId);
      const bid = await venue.sign(winner, { size: BASE, limit: price(90_000n) });
      await expect(
        venue.liquidate(friend, weak.id, bid),
        "his bid is passed over, and there is no other",
      ).to.be.revertedWithCustomError(clearinghouse, "NothingFilled");
      // Being liquidated himself by a friend, or going into the estate.
      await expect(
        clearinghouse.connect(friend.signer).liquidateToAccount(winner.id, venue.marketId, 0n, BASE, 0n, 0n, NEVER),
      ).to.be.revertedWithCustomError(clearinghouse, "NotLiquidatable");
      await expect(venue.absorb([winner.id])).to.be.revertedWithCustomError(clearinghouse, "NothingToAbsorb");

      // Nobody flat can buy into the winning side either, but money may come in.
      await venue.fund(winner, 1n);
      await venue.absorb([loser.id]);
      await venue.wait(120n);
      await refusedByLock("before the bill");
      await clearinghouse.deleverage(1n, 0n);
      expect((await venue.snapshot([])).group.phase).to.equal(PHASE.SETTLING);
      await refusedByLock("while settling");
      await clearinghouse.deleverage(1n, 1_000n);

      const debt = 10_000n * QUOTE - 5_960n * QUOTE;
      expectNear(await venue.equity(winner), jumped + QUOTE - debt / 2n, 3n, "the winner pays half of the debt");
      await clearinghouse.connect(winner.signer).withdraw(0n, TOKEN, winner.address);
    });
  });

  describe("an owner of both sides", () => {
    /**
     * The owner long in account 0 with little margin and short in account 1 with much; `others` hold one short besides.
     */
    async function bothSides(withOthers: boolean) {
      const venue = await openVenue();
      const [owner, maker, other] = venue.crowd as [Person, Person, Person];
      await venue.fund(owner, 6_000n);
      await venue.fund(owner, 50_000n, 1);
      for (const who of [maker, other]) await venue.fund(who, 100_000n);
      await venue.trade(owner, maker, BASE, MARK);
      await venue.trade(maker, owner, BASE, MARK, { sellerNumber: 1 });
      if (withOthers) await venue.trade(maker, other, BASE, MARK);
      const accounts = [owner.id, venue.accountNumber(owner, 1), other.id];
      const wealth = async () => {
        const { accounts: states } = await venue.snapshot(accounts);
        return states.map(({ health }) => health.equity) as [bigint, bigint, bigint];
      };
      const before = await wealth();
      await venue.crash(price(90_000n), [owner.id]);
      const receipt = await venue.deleverage();
      return { before, after: await wealth(), receipt };
    }

    it("who is alone on the winning side pays for his own default: nothing is gained", async () => {
      const { before, after, receipt } = await bothSides(false);
      expect(receipt.charged).to.equal(4_040n * QUOTE);
      expectNear(after[0] + after[1], before[0] + before[1], 3n, "the owner's wealth");
    });

    it("with others beside him he gains only their share of the deficit, and they keep what they had", async () => {
      const { before, after, receipt } = await bothSides(true);
      const share = receipt.charged / 2n;
      expectNear(after[0] + after[1], before[0] + before[1] + share, 3n, "the owner's wealth");
      expectNear(after[2], before[2] + 10_000n * QUOTE - share, 3n, "the other winner's wealth");
      expect(after[2] >= before[2], "INV-5").to.equal(true);
    });
  });

  describe("the vault in a lock", () => {
    it("takes no deposits and prices no redeems until the bill is paid", async () => {
      const venue = await openVenue({ vaultBudget: 10_000n * QUOTE });
      const [loser, winner] = venue.crowd as [Person, Person];
      await venue.insure(venue.treasury, 20_000n);
      await venue.fund(loser, 6_000n);
      await venue.fund(winner, 100_000n);
      await venue.trade(loser, winner, BASE, MARK);
      await venue.setPrice(price(90_000n));
      await venue.clearinghouse.poke(1n);
      await venue.absorb([loser.id]);
      expect(await venue.vault.depositFlows()).to.equal(FLOWS.GROUP_LOCKED);
      await expect(venue.insure(winner, 1n))
        .to.be.revertedWithCustomError(venue.vault, "VaultFlowsClosed")
        .withArgs(FLOWS.GROUP_LOCKED);
      await venue.wait(120n);
      await venue.deleverage();
      expect(await venue.vault.depositFlows()).to.equal(FLOWS.OPEN);
      // Its half of the fees that wait is 25.
      expect(await venue.vault.totalAssets()).to.equal((21_000n - 4_040n - 5n + 25n) * TOKEN);
    });
  });
});
