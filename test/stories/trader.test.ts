// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { Signature, ZeroAddress, getAddress } from "ethers";
import { localParameters } from "../../deploy/parameters.js";
import { USE, accountOf, saltOf, type Address } from "../../sdk/order.js";
import { orderDigest } from "../../sdk/orderHash.js";
import { signerOf } from "../../sdk/signature.js";
import { BASE, DAY, HOUR, PRICE, QUOTE, TOKEN, expectNear, openVenue, type Venue, type Person } from "./venue.js";

const MARK = 100_000n * PRICE;

describe("Story: a trader's day", () => {
  let venue: Venue;
  let reset: () => Promise<void>;
  let alice: Person, bob: Person, carol: Person, dave: Person, mallory: Person;

  before(async () => {
    venue = await openVenue();
    [alice, bob, carol, dave, mallory] = venue.crowd as [Person, Person, Person, Person, Person];
    reset = await venue.mark();
  });

  afterEach(async () => {
    await reset();
    reset = await venue.mark();
  });

  async function fundAll(whole = 50_000n): Promise<void> {
    for (const who of [alice, bob, carol, dave]) await venue.fund(who, whole);
  }

  describe("the morning: money comes in", () => {
    it("credits an approved deposit at par and to the last unit", async () => {
      const { clearinghouse, token } = venue;
      await token.mint(alice.address, 10_000n * TOKEN + 1n);
      await token.connect(alice.signer).approve(clearinghouse, 10_000n * TOKEN + 1n);

      const credited = 10_000n * QUOTE + 1_000n;
      await expect(clearinghouse.connect(alice.signer).deposit(alice.id, 10_000n * TOKEN + 1n))
        .to.emit(clearinghouse, "Deposited")
        .withArgs(alice.id, alice.address, 10_000n * TOKEN + 1n, credited);
      expect(await venue.cash(alice)).to.equal(credited);
      expect(await token.balanceOf(alice.address)).to.equal(0n);
    });

    it("takes an EIP-2612 permit in place of an approval, even when somebody has used it first", async () => {
      const { clearinghouse, token } = venue;
      const permitOf = async (nonce: bigint) => {
        const domain = {
          name: await token.name(),
          version: "1",
          chainId: venue.chainId,
          verifyingContract: await token.getAddress(),
        };
        const types = {
          Permit: ["address owner", "address spender", "uint256 value", "uint256 nonce", "uint256 deadline"].map(
            (member) => ({ type: member.split(" ")[0]!, name: member.split(" ")[1]! }),
          ),
        };
        const value = 100n * TOKEN;
        const message = { owner: bob.address, spender: venue.target, value, nonce, deadline: 2n ** 40n };
        return Signature.from(await bob.signer.signTypedData(domain, types, message));
      };
      await token.mint(bob.address, 200n * TOKEN);

      const first = await permitOf(0n);
      const call = [bob.id, 100n * TOKEN, 2n ** 40n, first.v, first.r, first.s] as const;
      await clearinghouse.connect(bob.signer).depositWithPermit(...call);
      expect(await venue.cash(bob)).to.equal(100n * QUOTE);

      const second = await permitOf(1n);
      await token
        .connect(mallory.signer)
        .permit(bob.address, venue.target, 100n * TOKEN, 2n ** 40n, second.v, second.r, second.s);
      const again = [bob.id, 100n * TOKEN, 2n ** 40n, second.v, second.r, second.s] as const;
      await clearinghouse.connect(bob.signer).depositWithPermit(...again);
      expect(await venue.cash(bob)).to.equal(200n * QUOTE);

      await token.mint(bob.address, 1n);
      await expect(
        clearinghouse.connect(bob.signer).depositWithPermit(bob.id, 1n, 2n ** 40n, second.v, second.r, second.s),
      )
        .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
        .withArgs(venue.target, 0n, 1n);
    });

    it("lets anybody fund somebody else's account, but nobody's account of nobody", async () => {
      const { clearinghouse, token } = venue;
      await token.mint(carol.address, 5n * TOKEN);
      await token.connect(carol.signer).approve(clearinghouse, 5n * TOKEN);
      const gift = venue.accountNumber(alice, 7);
      await expect(clearinghouse.connect(carol.signer).deposit(gift, 5n * TOKEN))
        .to.emit(clearinghouse, "Deposited")
        .withArgs(gift, carol.address, 5n * TOKEN, 5n * QUOTE);

      await expect(clearinghouse.connect(carol.signer).deposit(5n, TOKEN)).to.be.revertedWithCustomError(
        clearinghouse,
        "ZeroAddress",
      );
      await expect(clearinghouse.connect(carol.signer).deposit(gift, 0n)).to.be.revertedWithCustomError(
        clearinghouse,
        "ZeroAmount",
      );
      await expect(clearinghouse.connect(carol.signer).withdraw(7n, 5n * TOKEN, carol.address))
        .to.be.revertedWithCustomError(clearinghouse, "InsufficientWithdrawable")
        .withArgs(venue.accountNumber(carol, 7), 5n * QUOTE, 0n);
      await clearinghouse.connect(alice.signer).withdraw(7n, 5n * TOKEN, alice.address);
      expect(await token.balanceOf(alice.address)).to.equal(5n * TOKEN);
    });
  });

  describe("noon: orders are matched by a third party", () => {
    it("opens both sides at the maker's limit and takes exactly the two fees", async () => {
      await fundAll();
      const { clearinghouse } = venue;
      const taker = await venue.sign(alice, { size: BASE, limit: MARK + 500n * PRICE, use: USE.TAKER });
      const maker = await venue.sign(bob, { size: -BASE, limit: MARK });

      await expect(venue.settle([venue.matchOf(taker, maker)], true))
        .to.emit(clearinghouse, "Traded")
        .withArgs(
          venue.marketId,
          alice.id,
          bob.id,
          BASE,
          MARK,
          40n * QUOTE,
          10n * QUOTE,
          maker.order.salt,
          BASE,
          anyValue,
          49_990n * QUOTE,
        );
      const { accounts, markets, venue: whole } = await venue.snapshot([alice.id, bob.id, venue.matcher.id]);
      expect(accounts.map(({ legs }) => legs[0]!.size)).to.deep.equal([BASE, -BASE, 0n]);
      expect(accounts.map(({ cash }) => cash)).to.deep.equal([49_960n * QUOTE, 49_990n * QUOTE, 0n]);
      expect(accounts.map(({ health }) => health.equity)).to.deep.equal([49_960n * QUOTE, 49_990n * QUOTE, 0n]);
      expect(markets[0]!.openInterest).to.equal(BASE);
      expect(whole.fees).to.equal(50n * QUOTE);

      const before = await venue.cash(venue.pot);
      await expect(clearinghouse.connect(mallory.signer).collectFees())
        .to.emit(clearinghouse, "FeesCollected")
        .withArgs(25n * QUOTE, 25n * QUOTE);
      expect(await venue.cash(venue.pot)).to.equal(before + 25n * QUOTE);
      expect(await venue.cash(venue.treasury)).to.equal(25n * QUOTE);
    });

    it("strict: the first bad maker reverts the whole batch with his error", async () => {
      await fundAll();
      const { clearinghouse } = venue;
      const takerOf = () => venue.sign(alice, { size: BASE, limit: MARK, use: USE.TAKER });
      const good = await venue.sign(bob, { size: -BASE, limit: MARK });
      const forged = await venue.sign(bob, { size: -BASE, limit: MARK });
      forged.signature = (await venue.sign(bob, { size: -BASE, limit: MARK + PRICE })).signature;
      const strict = async (...makers: (typeof good)[]) =>
        venue.settle([venue.matchOf(await takerOf(), ...makers)], true);

      const somebody = signerOf(orderDigest(forged.order, venue.chainId, venue.target), forged.signature)!;
      await expect(strict(forged, good))
        .to.be.revertedWithCustomError(clearinghouse, "SignerNotAuthorised")
        .withArgs(bob.address, getAddress(somebody));
      const byStranger = await venue.sign(bob, { size: -BASE, limit: MARK, signer: mallory.signer });
      await expect(strict(byStranger, good))
        .to.be.revertedWithCustomError(clearinghouse, "SignerNotAuthorised")
        .withArgs(bob.address, mallory.address);
      const late = await venue.sign(bob, { size: -BASE, limit: MARK, expiry: 1n });
      await expect(strict(late, good)).to.be.revertedWithCustomError(clearinghouse, "OrderExpired").withArgs(1n);
      const dear = await venue.sign(bob, { size: -BASE, limit: MARK + PRICE });
      await expect(strict(dear, good))
        .to.be.revertedWithCustomError(clearinghouse, "LimitNotMet")
        .withArgs(MARK, MARK + PRICE);
      const stingy = await venue.sign(bob, { size: -BASE, limit: MARK, maxFee: 99n });
      await expect(strict(stingy, good))
        .to.be.revertedWithCustomError(clearinghouse, "FeeAboveCap")
        .withArgs(99n, 100n);
      const poor = await venue.sign(mallory, { size: -BASE, limit: MARK });
      await expect(strict(poor, good))
        .to.be.revertedWithCustomError(clearinghouse, "InsufficientMargin")
        .withArgs(mallory.id, -10n * QUOTE, 5_000n * QUOTE);
      const own = await venue.sign(alice, { size: -BASE, limit: MARK, number: 1 });
      await expect(strict(own, good)).to.be.revertedWithCustomError(clearinghouse, "SameOwner").withArgs(alice.address);
      expect(await venue.sizeOf(alice)).to.equal(0n);

      await strict(good);
      expect(await venue.sizeOf(alice)).to.equal(BASE);
    });

    it("not strict: bad makers and bad wallets are skipped with their reasons, and the good one fills", async () => {
      await fundAll();
      const { ethers, clearinghouse } = venue;
      const walletOrder = async (name: string, args: unknown[] = []) => {
        const address = (await (await ethers.deployContract(name, args)).getAddress()) as Address;
        const order = await venue.sign(mallory, { size: -BASE, limit: MARK });
        order.order = { ...order.order, account: accountOf(address, 0) };
        return Object.assign(order, { signer: address, byContract: true });
      };
      const reverting = await walletOrder("RevertingWallet");
      const burning = await walletOrder("GasBurningWallet");
      const lying = await walletOrder("LyingWallet", [`0x${"00".repeat(31)}01`]);
      const elsewhere = await venue.sign(carol, { size: -BASE, limit: MARK, matcher: dave.address });
      const poor = await venue.sign(mallory, { size: -BASE, limit: MARK });
      const good = await venue.sign(bob, { size: -BASE, limit: MARK });
      const surplus = await venue.sign(dave, { size: -BASE, limit: MARK });
      const taker = await venue.sign(alice, { size: BASE, limit: MARK, use: USE.TAKER });

      const makers = [reverting, burning, lying, elsewhere, poor, good, surplus];
      const sent = await venue.settle([venue.matchOf(taker, ...makers)], false);
      const skipped = await venue.events(sent, "OrderSkipped");
      expect(skipped.map(({ account, reason }) => [account, venue.errorOf(reason as string)])).to.deep.equal([
        [reverting.order.account, ["BadSignature", reverting.signer]],
        [burning.order.account, ["WalletOutOfGas", burning.signer, 300_000n]],
        [lying.order.account, ["BadSignature", lying.signer]],
        [carol.id, ["MatcherOnly", dave.address]],
        [mallory.id, ["InsufficientMargin", mallory.id, -10n * QUOTE, 5_000n * QUOTE]],
        [dave.id, ["NothingFilled"]],
      ]);
      expect(await venue.sizeOf(alice)).to.equal(BASE);
      expect(await venue.sizeOf(bob)).to.equal(-BASE);

      const again = await venue.sign(alice, { size: BASE, limit: MARK, use: USE.TAKER });
      const onlyBad = await venue.settle([venue.matchOf(again, poor)], false);
      const [reported] = await venue.events(onlyBad, "MatchSkipped");
      expect([reported!.index, venue.errorOf(reported!.reason as string)]).to.deep.equal([0n, ["NothingFilled"]]);

      await expect(venue.settle([venue.matchOf(again, elsewhere)], true, dave)).to.emit(clearinghouse, "Traded");
      expect(await venue.sizeOf(carol)).to.equal(-BASE);
    });

    it("wallets with endless answers cost a batch their gas allowance each, and not the square of their answers", async () => {
      await fundAll();
      const { ethers } = venue;
      const gasWith = async (count: number) => {
        const makers = [];
        for (let i = 0; i < count; ++i) {
          const wallet = await ethers.deployContract("HugeAnswerWallet", [150_000n]);
          const signer = (await wallet.getAddress()) as Address;
          const order = await venue.sign(mallory, { size: -BASE, limit: MARK });
          makers.push({ ...order, order: { ...order.order, account: accountOf(signer, 0) }, signer });
        }
        makers.push(await venue.sign(bob, { size: -BASE, limit: MARK }));
        const taker = await venue.sign(alice, { size: BASE, limit: MARK, use: USE.TAKER });
        const sent = await venue.settle([venue.matchOf(taker, ...makers)], false);
        expect((await venue.events(sent, "OrderSkipped")).length).to.equal(count);
        return (await sent.wait())!.gasUsed;
      };
      await gasWith(0);
      const [few, many] = [await gasWith(2), await gasWith(16)];
      const walletGas = 100_000n;
      const ownWork = 100_000n; // calldata, checks and the report of one maker
      expect(many - few < 14n * (walletGas + ownWork), `${many - few} for 14 more`).to.equal(true);
    });

    it("a contract wallet trades by its owner's signature (ERC-1271)", async () => {
      await fundAll();
      const { ethers, clearinghouse, token } = venue;
      const wallet = await ethers.deployContract("MockWallet", [dave.address]);
      const address = (await wallet.getAddress()) as Address;
      const account = accountOf(address, 0);
      await token.mint(dave.address, 10_000n * TOKEN);
      await token.connect(dave.signer).approve(clearinghouse, 10_000n * TOKEN);
      await clearinghouse.connect(dave.signer).deposit(account, 10_000n * TOKEN);

      const asPerson: Person = { signer: dave.signer, address, id: account };
      const maker = await venue.sign(asPerson, { size: -BASE, limit: MARK });
      Object.assign(maker, { signer: address, byContract: true });
      const taker = await venue.sign(alice, { size: BASE, limit: MARK, use: USE.TAKER });
      await venue.settle([venue.matchOf(taker, maker)], true);
      expect(await venue.sizeOf(account)).to.equal(-BASE);
    });

    it("fills an order in parts, whoever submits, and never beyond its size", async () => {
      await fundAll();
      const { clearinghouse } = venue;
      const maker = await venue.sign(bob, { size: -3n * BASE, limit: MARK });
      const take = async (who: Person, size: bigint, strict = true) => {
        const taker = await venue.sign(who, { size, limit: MARK, use: USE.TAKER });
        return venue.settle([venue.matchOf(taker, maker)], strict);
      };
      const filledOf = async (sent: Awaited<ReturnType<typeof take>>) =>
        (await venue.events(sent, "Traded")).find(({ makerSalt }) => makerSalt === maker.order.salt)!
          .makerFilled as bigint;

      expect(await filledOf(await take(alice, BASE))).to.equal(BASE);
      expect(await filledOf(await take(carol, (3n * BASE) / 2n))).to.equal((5n * BASE) / 2n);
      expect(await filledOf(await take(dave, 2n * BASE))).to.equal(3n * BASE);
      expect(await venue.sizeOf(dave)).to.equal(BASE / 2n);
      expect(await venue.sizeOf(bob)).to.equal(-3n * BASE);
      await expect(take(dave, BASE))
        .to.be.revertedWithCustomError(clearinghouse, "OrderCancelledOrFilled")
        .withArgs(bob.id, maker.order.salt);
    });

    it("takes part of a maker order in the taker's own transaction", async () => {
      await fundAll();
      const { clearinghouse } = venue;
      const maker = await venue.sign(bob, { size: 2n * BASE, limit: MARK });
      await expect(venue.take(alice, maker, 3n, BASE))
        .to.be.revertedWithCustomError(clearinghouse, "InsufficientMargin")
        .withArgs(venue.accountNumber(alice, 3), -40n * QUOTE, 5_000n * QUOTE);
      await expect(venue.take(alice, maker, 0n, BASE))
        .to.emit(clearinghouse, "Traded")
        .withArgs(
          venue.marketId,
          alice.id,
          bob.id,
          -BASE,
          MARK,
          40n * QUOTE,
          10n * QUOTE,
          maker.order.salt,
          BASE,
          anyValue,
          49_990n * QUOTE,
        );
      expect(await venue.sizeOf(alice)).to.equal(-BASE);
      await expect(venue.take(bob, maker, 1n))
        .to.be.revertedWithCustomError(clearinghouse, "SameOwner")
        .withArgs(bob.address);
    });
  });

  describe("the afternoon: less trust, less risk", () => {
    it("a delegate trades and cancels until he expires, but cannot withdraw or transfer", async () => {
      await fundAll();
      const { clearinghouse } = venue;
      const delegate = mallory;
      const expiry = (await venue.now()) + HOUR;
      await expect(clearinghouse.connect(alice.signer).setSigner(delegate.address, expiry))
        .to.emit(clearinghouse, "SignerSet")
        .withArgs(alice.address, delegate.address, expiry);
      const byDelegate = () => venue.sign(alice, { size: -BASE, limit: MARK, signer: delegate.signer });
      const takerOf = () => venue.sign(bob, { size: BASE, limit: MARK, use: USE.TAKER });

      await venue.settle([venue.matchOf(await takerOf(), await byDelegate())], true);
      expect(await venue.sizeOf(alice)).to.equal(-BASE);

      await expect(clearinghouse.connect(delegate.signer).withdraw(0n, TOKEN, delegate.address))
        .to.be.revertedWithCustomError(clearinghouse, "InsufficientWithdrawable")
        .withArgs(delegate.id, QUOTE, 0n);
      await expect(clearinghouse.connect(delegate.signer).transfer(0n, 1n, QUOTE))
        .to.be.revertedWithCustomError(clearinghouse, "InsufficientWithdrawable")
        .withArgs(delegate.id, QUOTE, 0n);

      const second = await byDelegate();
      await expect(clearinghouse.connect(delegate.signer).cancelOrder(second.order.salt, alice.id))
        .to.emit(clearinghouse, "OrderCancelled")
        .withArgs(alice.id, second.order.salt);

      const third = await byDelegate();
      await venue.wait(HOUR);
      await expect(venue.settle([venue.matchOf(await takerOf(), third)], true))
        .to.be.revertedWithCustomError(clearinghouse, "SignerNotAuthorised")
        .withArgs(alice.address, delegate.address);
      await expect(clearinghouse.connect(delegate.signer).cancelOrder(third.order.salt, alice.id))
        .to.be.revertedWithCustomError(clearinghouse, "SignerNotAuthorised")
        .withArgs(alice.address, delegate.address);
      await expect(clearinghouse.connect(alice.signer).setSigner(alice.address, expiry)).to.be.revertedWithCustomError(
        clearinghouse,
        "SignerIsOwner",
      );
    });

    it("cancelOrder voids one order and the older ones of its lane; cancelBelow all older ones", async () => {
      await fundAll();
      const { clearinghouse } = venue;
      const maker = (sequence: bigint, lane: bigint) =>
        venue.sign(bob, { size: -BASE, limit: MARK, salt: saltOf(sequence, lane) });
      const [old, named, younger, otherLane] = [
        await maker(10n, 1n),
        await maker(11n, 1n),
        await maker(12n, 1n),
        await maker(10n, 2n),
      ];
      const take = async (order: typeof old) =>
        venue.settle(
          [venue.matchOf(await venue.sign(alice, { size: BASE, limit: MARK, use: USE.TAKER }), order)],
          true,
        );
      const expectVoid = async (order: typeof old) =>
        expect(take(order))
          .to.be.revertedWithCustomError(clearinghouse, "OrderCancelledOrFilled")
          .withArgs(bob.id, order.order.salt);

      await clearinghouse.connect(bob.signer).cancelOrder(named.order.salt, bob.id);
      await expectVoid(old);
      await expectVoid(named);
      await take(younger);
      await expect(clearinghouse.connect(mallory.signer).cancelBelow(bob.id, 100n))
        .to.be.revertedWithCustomError(clearinghouse, "SignerNotAuthorised")
        .withArgs(bob.address, mallory.address);
      await expect(clearinghouse.connect(bob.signer).cancelBelow(bob.id, 13n))
        .to.emit(clearinghouse, "OrdersCancelledBelow")
        .withArgs(bob.id, 13n);
      await expectVoid(otherLane);
      await take(await maker(13n, 2n));
      expect(await venue.sizeOf(bob)).to.equal(-2n * BASE);
    });

    it("a reduce-only order closes a position and never turns it", async () => {
      await fundAll();
      const { clearinghouse } = venue;
      await venue.trade(alice, bob, BASE, MARK);
      const exit = await venue.sign(alice, { size: -3n * BASE, limit: MARK, use: USE.TAKER, reduceOnly: true });
      await venue.settle([venue.matchOf(exit, await venue.sign(carol, { size: 3n * BASE, limit: MARK }))], true);
      expect(await venue.sizeOf(alice)).to.equal(0n);
      expect(await venue.sizeOf(carol)).to.equal(BASE);

      const more = await venue.sign(carol, { size: 3n * BASE, limit: MARK });
      await expect(venue.settle([venue.matchOf(exit, more)], true))
        .to.be.revertedWithCustomError(clearinghouse, "NothingToReduce")
        .withArgs(alice.id);
      const makerExit = await venue.sign(carol, { size: -9n * BASE, limit: MARK, reduceOnly: true });
      await venue.take(bob, makerExit, 0n);
      expect([await venue.sizeOf(bob), await venue.sizeOf(carol)]).to.deep.equal([0n, 0n]);
    });

    it("funding flows from longs to shorts while the last fills were above the mark, for at most eight hours", async () => {
      await fundAll();
      const { networkHelpers } = venue;
      const sent = await venue.trade(alice, bob, BASE, MARK + 1_000n * PRICE);
      const [changed] = await venue.events(sent, "Matched");
      const rate = changed!.ratePerSecond as bigint;
      expect(rate > 0n).to.equal(true);
      const start = await venue.now();
      const before = await venue.snapshot([alice.id, bob.id]);

      await networkHelpers.mine();
      await networkHelpers.time.increaseTo(start + HOUR);
      const later = await venue.snapshot([alice.id, bob.id]);
      const paid = (rate * HOUR) / QUOTE;
      const gain = (i: number) => later.accounts[i]!.health.equity - before.accounts[i]!.health.equity;
      expectNear(gain(0), -paid, 1n, "what the long paid for one base");
      expectNear(gain(1), paid, 1n, "what the short received for one base");

      await networkHelpers.time.increaseTo(start + 20n * HOUR);
      expect((await venue.snapshot([])).markets[0]!.funding).to.equal(rate * 8n * HOUR);
    });
  });

  describe("the evening: money goes out", () => {
    it("pays what lies above initial margin while a position is open, and not a unit more", async () => {
      await fundAll();
      const { clearinghouse, token } = venue;
      await venue.trade(alice, bob, BASE, MARK);
      const max = 49_960n * TOKEN - 5_000n * TOKEN;
      const { signer, address, id } = alice;
      await expect(clearinghouse.connect(signer).withdraw(0n, max + 1n, address))
        .to.be.revertedWithCustomError(clearinghouse, "InsufficientWithdrawable")
        .withArgs(id, (max + 1n) * 1_000n, max * 1_000n);
      await expect(clearinghouse.connect(signer).withdraw(0n, max, ZeroAddress)).to.be.revertedWithCustomError(
        clearinghouse,
        "ZeroAddress",
      );
      await expect(clearinghouse.connect(signer).withdraw(0n, 2n ** 256n - 1n, carol.address))
        .to.emit(clearinghouse, "Withdrawn")
        .withArgs(id, carol.address, max, max * 1_000n, 5_000n * QUOTE);
      expect(await token.balanceOf(carol.address)).to.equal(max);
    });

    it("does not lend against a gain that is not realised", async () => {
      await fundAll();
      await venue.trade(alice, bob, BASE, MARK);
      await venue.setPrice(MARK + 1_000n * PRICE);
      await expect(venue.clearinghouse.connect(alice.signer).withdraw(0n, 45_000n * TOKEN, alice.address))
        .to.be.revertedWithCustomError(venue.clearinghouse, "InsufficientWithdrawable")
        .withArgs(alice.id, 45_000n * QUOTE, (49_960n - 5_050n) * QUOTE);
    });

    it("lets no more out of the venue in a day than its cap, and the rest on the next day", async () => {
      const { venue: params } = localParameters();
      await venue.clearinghouse.setVenueParams({ ...params, outflowFloor: 10_000n * QUOTE, outflowRate: 50_000n });
      await venue.fund(alice, 100_000n);
      await venue.fund(bob, 99_000n);
      await venue.wait(2n * DAY); // what is held has been there for a whole window
      const { clearinghouse, token } = venue;
      const withdraw = (who: Person, whole: bigint) =>
        clearinghouse.connect(who.signer).withdraw(0n, whole * TOKEN, who.address);
      await withdraw(alice, 9_000n); // opens the window
      const ends = (await venue.now()) + DAY;
      await expect(withdraw(bob, 1_001n))
        .to.be.revertedWithCustomError(clearinghouse, "OutflowCapReached")
        .withArgs(1_001n * QUOTE, 1_000n * QUOTE, ends);
      await withdraw(bob, 1_000n);
      await venue.fund(carol, 500n); // what comes in may go out
      await withdraw(bob, 500n);
      await expect(withdraw(alice, 1n)).to.be.revertedWithCustomError(clearinghouse, "OutflowCapReached");
      await venue.wait(DAY);
      await withdraw(alice, 9_000n);
      expect(await token.balanceOf(alice.address)).to.equal(18_000n * TOKEN);
    });

    it("lets everybody leave with what he made, and the fees are what is left", async () => {
      await fundAll();
      const { clearinghouse, token } = venue;
      await venue.trade(alice, bob, BASE, MARK);
      await venue.setPrice(MARK + 1_500n * PRICE);
      await venue.trade(bob, alice, BASE, MARK + 1_500n * PRICE);

      for (const who of [alice, bob, carol, dave]) {
        await clearinghouse.connect(who.signer).withdraw(0n, 2n ** 256n - 1n, who.address);
      }
      const fee = (notional: bigint, ppm: bigint) => (notional * ppm * TOKEN) / 1_000_000n;
      expect(await token.balanceOf(alice.address)).to.equal(
        51_500n * TOKEN - fee(100_000n, 400n) - fee(101_500n, 100n),
      );
      expect(await token.balanceOf(bob.address)).to.equal(48_500n * TOKEN - fee(100_000n, 100n) - fee(101_500n, 400n));
      const fees = fee(201_500n, 500n);
      expect(await token.balanceOf(venue.target)).to.equal(1_000n * TOKEN + fees);
    });
  });
});
