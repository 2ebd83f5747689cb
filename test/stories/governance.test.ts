// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { encodeBytes32String } from "ethers";
import { localParameters } from "../../deploy/parameters.js";
import { ADMIN, ROLES, ROLE_NAMES, selectorsOf, type RoleName } from "../../deploy/roles.js";
import {
  BASE,
  DAY,
  HOUR,
  NEVER,
  PAUSE,
  PRICE,
  QUOTE,
  TOKEN,
  bitcoin,
  openVenue,
  type Venue,
  type Person,
} from "./venue.js";

const MARK = 100_000n * PRICE;
const price = (whole: bigint): bigint => whole * PRICE;
const GOVERNOR_DELAY = 2n * DAY;
const RISK_DELAY = HOUR;
const WEEK = 7n * DAY;
const GRACE = 600n;

describe("Story: governance behind a timelock", () => {
  let venue: Venue;
  let reset: () => Promise<void>;
  let holders: Record<RoleName, Person>;
  let alice: Person, bob: Person, outsider: Person;

  before(async () => {
    venue = await openVenue({
      handOver: true,
      delays: { GOVERNOR: Number(GOVERNOR_DELAY), RISK: Number(RISK_DELAY), GUARDIAN: 0 },
    });
    holders = venue.officers;
    [alice, bob, outsider] = venue.crowd as [Person, Person, Person];
    await venue.fund(alice, 6_000n);
    await venue.fund(bob, 50_000n);
    await venue.trade(alice, bob, BASE, MARK);
    reset = await venue.mark();
  });

  afterEach(async () => {
    await reset();
    reset = await venue.mark();
  });

  type Call = Parameters<Venue["clearinghouse"]["interface"]["encodeFunctionData"]>;
  const encode = (...call: unknown[]) =>
    venue.clearinghouse.interface.encodeFunctionData(call[0] as Call[0], call.slice(1) as never);

  async function schedule(role: RoleName, call: string): Promise<void> {
    await venue.authority.connect(holders[role].signer).schedule(venue.clearinghouse, call, 0n);
  }

  function send(who: Person, data: string) {
    return who.signer.sendTransaction({ to: venue.target, data });
  }

  /** Schedules, waits for the role's delay, keeps the feed fresh, and executes. */
  async function enact(role: RoleName, call: string) {
    await schedule(role, call);
    await venue.wait(role === "GOVERNOR" ? GOVERNOR_DELAY : RISK_DELAY);
    await refresh();
    return send(holders[role], call);
  }

  async function refresh(at = MARK): Promise<void> {
    await venue.setPrice(at);
  }

  const pause = (level: bigint, duration: bigint, market = venue.marketId) =>
    venue.clearinghouse.connect(holders.GUARDIAN.signer).pause(market, level, duration);

  describe("roles and delays", () => {
    it("each function answers to one role, and nobody else, whatever his other roles", async () => {
      const { authority, clearinghouse } = venue;
      const everybody = [...Object.values(holders), outsider, alice];
      for (const role of ROLE_NAMES) {
        for (const selector of selectorsOf(role)) {
          expect(await authority.getTargetFunctionRole(clearinghouse, selector)).to.equal(ROLES[role].id);
          for (const who of everybody) {
            if (who === holders[role]) continue;
            await expect(send(who, selector + "00".repeat(32 * 20)), `${role} ${selector}`)
              .to.be.revertedWithCustomError(clearinghouse, "AccessManagedUnauthorized")
              .withArgs(who.address);
          }
        }
      }
    });

    it("governor and risk wait for their delays, the guardian does not, and the admin is the governor", async () => {
      const { authority, clearinghouse } = venue;
      const delayOf = async (role: RoleName) =>
        (await authority.hasRole(ROLES[role].id, holders[role].address)).executionDelay;
      expect([await delayOf("GOVERNOR"), await delayOf("RISK"), await delayOf("GUARDIAN")]).to.deep.equal([
        GOVERNOR_DELAY,
        RISK_DELAY,
        0n,
      ]);
      const [isMember, delay] = await authority.hasRole(ADMIN, holders.GOVERNOR.address);
      expect([isMember, delay]).to.deep.equal([true, GOVERNOR_DELAY]);
      expect((await authority.hasRole(ADMIN, venue.deployer.address)).isMember).to.equal(false);

      const call = encode("setVaultBudget", 1n, 5n * QUOTE);
      await expect(send(holders.RISK, call)).to.be.revertedWithCustomError(authority, "AccessManagerNotScheduled");
      await schedule("RISK", call);
      await venue.wait(RISK_DELAY - 60n);
      await expect(send(holders.RISK, call)).to.be.revertedWithCustomError(authority, "AccessManagerNotReady");
      await venue.wait(60n);
      await expect(send(holders.RISK, call))
        .to.emit(clearinghouse, "VaultBudgetSet")
        .withArgs(1n, 5n * QUOTE);
      await expect(send(holders.RISK, call), "a schedule serves once").to.be.revertedWithCustomError(
        authority,
        "AccessManagerNotScheduled",
      );
    });

    it("what is scheduled and left lying expires", async () => {
      const call = encode("createGroup");
      await schedule("GOVERNOR", call);
      await venue.wait(GOVERNOR_DELAY + WEEK);
      await expect(send(holders.GOVERNOR, call)).to.be.revertedWithCustomError(venue.authority, "AccessManagerExpired");
    });
  });

  describe("parameters", () => {
    it("of a market stay within bounds of the code, named in the error", async () => {
      const { clearinghouse } = venue;
      const cases: [Parameters<typeof bitcoin>[0] & object, string, bigint, bigint, bigint][] = [
        [{ maintenanceMargin: 40_000n }, "maintenanceMargin", 40_000n, 5_000n, 37_500n],
        [{ gapThreshold: 30_001n }, "gapThreshold", 30_001n, 2_500n, 30_000n],
        [{ priceBand: 25_001n }, "priceBand", 25_001n, 1_000n, 25_000n],
        [{ takerFee: 5_001n }, "takerFee", 5_001n, 0n, 5_000n],
        [{ makerFee: 401n }, "makerFee", 401n, 0n, 400n],
        [{ discountCap: 22_501n }, "discountCap", 22_501n, 500n, 22_500n],
        [{ maxFunding: 62n }, "maxFunding", 62n, 0n, 61n],
        [{ minNotional: QUOTE - 1n }, "minNotional", QUOTE - 1n, QUOTE, 10_000n * QUOTE],
      ];
      for (const [change, name, value, low, high] of cases) {
        const call = encode("setMarketParams", venue.marketId, bitcoin(change).params);
        await expect(enact("RISK", call), name)
          .to.be.revertedWithCustomError(clearinghouse, "ParameterOutOfBounds")
          .withArgs(encodeBytes32String(name), value, low, high);
      }
      const { params } = bitcoin({ takerFee: 500n });
      const fields = clearinghouse.interface.getEvent("MarketParamsSet").inputs[1]!.components!;
      const told = fields.map(({ name }) => BigInt(params[name as keyof typeof params]));
      await expect(enact("RISK", encode("setMarketParams", venue.marketId, params)))
        .to.emit(clearinghouse, "MarketParamsSet")
        .withArgs(venue.marketId, told);
    });

    it("of the venue too", async () => {
      const { clearinghouse } = venue;
      const cases: [object, string, bigint, bigint, bigint][] = [
        [{ lockDelay: 3_601n }, "lockDelay", 3_601n, 60n, 3_600n],
        [{ callLevel: 1_333_334n }, "callLevel", 1_333_334n, 1_000_000n, 1_333_333n],
        [{ outflowRate: 49_999n }, "outflowRate", 49_999n, 50_000n, 1_000_000n],
        [{ refund: 100n * QUOTE + 1n }, "refund", 100n * QUOTE + 1n, 0n, 100n * QUOTE],
      ];
      for (const [change, name, value, low, high] of cases) {
        const call = encode("setVenueParams", { ...localParameters().venue, ...change });
        await expect(enact("RISK", call), name)
          .to.be.revertedWithCustomError(clearinghouse, "ParameterOutOfBounds")
          .withArgs(encodeBytes32String(name), value, low, high);
      }
    });

    it("nothing that a settlement reads can be changed in a lock", async () => {
      const { clearinghouse, markets } = venue;
      const { venue: venueParams, btcMarket } = localParameters();
      const scheduled: [RoleName, string, string][] = [
        ["RISK", encode("setMarketParams", venue.marketId, btcMarket), "GroupLocked"],
        ["RISK", encode("setVaultBudget", 1n, 0n), "GroupLocked"],
        ["RISK", encode("setVenueParams", venueParams), "GroupsLocked"],
        ["GOVERNOR", encode("setPriceSource", venue.marketId, await markets[0]!.source.getAddress()), "GroupLocked"],
        ["GOVERNOR", encode("createMarket", 1n, await markets[0]!.source.getAddress(), 0n, btcMarket), "GroupLocked"],
        ["GOVERNOR", encode("setVault", outsider.address), "GroupsLocked"],
        ["GOVERNOR", encode("settleMarket", venue.marketId), "GroupLocked"],
      ];
      for (const [role, call] of scheduled) await schedule(role, call);
      await venue.wait(GOVERNOR_DELAY);
      await refresh(price(90_000n));
      await clearinghouse.poke(1n);
      await venue.absorb([alice.id]);
      const { until } = (await venue.snapshot([])).group;
      const attempt = async () => {
        for (const [role, call, error] of scheduled) {
          await expect(send(holders[role], call))
            .to.be.revertedWithCustomError(clearinghouse, error)
            .withArgs(...(error === "GroupLocked" ? [1n, until] : [1n]));
        }
      };
      await attempt();
      await venue.wait(120n);
      await attempt();
      await clearinghouse.deleverage(1n, 0n);
      await attempt();
      await clearinghouse.deleverage(1n, 1_000n);
      await expect(send(holders.RISK, scheduled[0]![1])).to.emit(clearinghouse, "MarketParamsSet");
    });
  });

  describe("the guardian's pauses", () => {
    const buyMore = () => venue.trade(alice, bob, BASE / 10n, MARK);
    const reduce = () => venue.trade(bob, alice, BASE / 10n, MARK);
    const seize = () =>
      venue.clearinghouse
        .connect(venue.keeper.signer)
        .liquidateToAccount(alice.id, venue.marketId, 0n, BASE, 0n, 0n, NEVER);
    const withdraw = (who: Person) => venue.clearinghouse.connect(who.signer).withdraw(0n, TOKEN, who.address);

    beforeEach(async () => {
      await venue.fund(venue.keeper, 50_000n);
      await venue.fund(outsider, 100n);
    });

    it("NO_NEW_RISK: positions only shrink; liquidations and withdrawals go on; it ends by itself", async () => {
      const { clearinghouse } = venue;
      await expect(pause(PAUSE.NO_NEW_RISK, DAY)).to.emit(clearinghouse, "Paused");
      await expect(buyMore()).to.be.revertedWithCustomError(clearinghouse, "PausedAt").withArgs(PAUSE.NO_NEW_RISK);
      await reduce();
      await withdraw(bob);
      await venue.drift(price(96_000n));
      await expect(seize()).to.emit(clearinghouse, "Liquidated");
      await venue.wait(DAY);
      await refresh(price(96_000n));
      await expect(venue.trade(venue.keeper, bob, BASE / 10n, price(96_000n))).to.emit(clearinghouse, "Traded");
    });

    it("NO_LIQUIDATION: nobody is liquidated or absorbed until a grace after its end", async () => {
      const { clearinghouse } = venue;
      await venue.drift(price(96_500n));
      await pause(PAUSE.NO_LIQUIDATION, HOUR);
      const from = (await venue.now()) + HOUR + GRACE;
      const refused = async (attempt: Promise<unknown>) =>
        expect(attempt).to.be.revertedWithCustomError(clearinghouse, "LiquidationsPaused").withArgs(from);
      await refused(seize());
      await refused(clearinghouse.connect(venue.keeper.signer).liquidateToVault(alice.id, venue.marketId, 0n, 0n));
      await refused(venue.absorb([alice.id]));
      await venue.wait(HOUR);
      await refused(seize());
      await venue.wait(GRACE);
      await expect(seize()).to.emit(clearinghouse, "Liquidated");
    });

    it("REDUCE_ONLY over everything stops withdrawals too, also of who is flat, for its time and no longer", async () => {
      const { clearinghouse } = venue;
      await pause(PAUSE.REDUCE_ONLY, WEEK, 0n);
      for (const who of [bob, outsider]) {
        await expect(withdraw(who))
          .to.be.revertedWithCustomError(clearinghouse, "PausedAt")
          .withArgs(PAUSE.REDUCE_ONLY);
      }
      await expect(clearinghouse.connect(bob.signer).transfer(0n, 1n, QUOTE))
        .to.be.revertedWithCustomError(clearinghouse, "PausedAt")
        .withArgs(PAUSE.REDUCE_ONLY);
      await expect(buyMore()).to.be.revertedWithCustomError(clearinghouse, "PausedAt").withArgs(PAUSE.REDUCE_ONLY);
      await reduce();
      await venue.fund(outsider, 1n);

      await venue.wait(WEEK);
      await refresh();
      await withdraw(bob);
      await withdraw(outsider);
      await buyMore();
    });

    it("no pause is longer than a week, and one that stops money or liquidations rests as long before it comes again", async () => {
      const { clearinghouse } = venue;
      await expect(pause(PAUSE.NO_NEW_RISK, WEEK + 1n))
        .to.be.revertedWithCustomError(clearinghouse, "PauseTooLong")
        .withArgs(WEEK + 1n, WEEK);
      await pause(PAUSE.REDUCE_ONLY, DAY, 0n);
      const ends = (await venue.now()) + DAY;
      for (const waited of [1n, DAY, WEEK - 100n]) {
        await venue.wait(waited);
        await expect(pause(PAUSE.REDUCE_ONLY, 1n, 0n))
          .to.be.revertedWithCustomError(clearinghouse, "PauseTooSoon")
          .withArgs(ends + WEEK);
        await expect(pause(PAUSE.NO_LIQUIDATION, 1n, 0n))
          .to.be.revertedWithCustomError(clearinghouse, "PauseTooSoon")
          .withArgs(ends + WEEK);
      }
      await venue.wait(200n);
      await expect(pause(PAUSE.REDUCE_ONLY, DAY, 0n)).to.emit(clearinghouse, "Paused");
    });

    it("the governor ends a pause early, after his delay; liquidations wait for their grace from then", async () => {
      const { clearinghouse } = venue;
      await venue.drift(price(96_500n));
      const call = encode("unpause", 0n);
      await schedule("GOVERNOR", call);
      await venue.wait(GOVERNOR_DELAY - HOUR);
      await pause(PAUSE.REDUCE_ONLY, WEEK, 0n);
      await expect(send(holders.GUARDIAN, call))
        .to.be.revertedWithCustomError(clearinghouse, "AccessManagedUnauthorized")
        .withArgs(holders.GUARDIAN.address);
      await venue.wait(HOUR);
      await refresh(price(96_500n));
      await send(holders.GOVERNOR, call);
      const from = (await venue.now()) + GRACE;
      await withdraw(bob);
      await expect(seize()).to.be.revertedWithCustomError(clearinghouse, "LiquidationsPaused").withArgs(from);
      await venue.wait(GRACE);
      await expect(seize()).to.emit(clearinghouse, "Liquidated");
    });
  });

  describe("winding a market down", () => {
    it("needs two days of notice without new risk, and then everybody leaves at the final price", async () => {
      const { clearinghouse, token } = venue;
      const call = encode("settleMarket", venue.marketId);
      await schedule("GOVERNOR", call);
      await venue.wait(GOVERNOR_DELAY);
      await refresh();
      await expect(send(holders.GOVERNOR, call))
        .to.be.revertedWithCustomError(clearinghouse, "NotWoundDown")
        .withArgs(venue.marketId);
      await pause(PAUSE.NO_NEW_RISK, WEEK);
      await venue.wait(2n * DAY - 60n);
      await expect(send(holders.GOVERNOR, call)).to.be.revertedWithCustomError(clearinghouse, "NotWoundDown");
      await venue.wait(60n);

      await refresh(price(102_500n));
      await expect(send(holders.GOVERNOR, call), "a jump is first cleared by a lock")
        .to.be.revertedWithCustomError(clearinghouse, "GapOpen")
        .withArgs(1n);
      const final = price(101_000n);
      await refresh(final);
      await expect(send(holders.GOVERNOR, call))
        .to.emit(clearinghouse, "MarketSettled")
        .withArgs(venue.marketId, final);
      await refresh(price(50_000n));
      await venue.wait(DAY);

      expect(await venue.equity(alice)).to.equal(6_960n * QUOTE);
      await expect(venue.trade(bob, alice, BASE, final))
        .to.be.revertedWithCustomError(clearinghouse, "MarketNotOpen")
        .withArgs(venue.marketId);
      for (const who of [alice, bob]) {
        await clearinghouse.connect(outsider.signer).collect(who.id, venue.marketId);
        await clearinghouse.connect(who.signer).withdraw(0n, 2n ** 256n - 1n, who.address);
      }
      expect(await token.balanceOf(alice.address)).to.equal(6_960n * TOKEN);
      expect(await token.balanceOf(bob.address)).to.equal(48_990n * TOKEN);
      await expect(enact("GOVERNOR", call))
        .to.be.revertedWithCustomError(clearinghouse, "MarketAlreadySettled")
        .withArgs(venue.marketId);
    });
  });

  describe("balances", () => {
    it("no role can touch one: everything each role may do leaves every account and every token where it was", async () => {
      const { clearinghouse, token, markets } = venue;
      const { venue: venueParams, btcMarket } = localParameters();
      const source = await markets[0]!.source.getAddress();
      const people = [alice.id, bob.id, ...Object.values(holders).map(({ id }) => id), venue.pot];
      const balances = async () => {
        const { accounts } = await venue.snapshot(people);
        return [
          accounts.map(({ cash, legs, health }) => [cash, legs[0]!.size, health.equity]),
          await token.balanceOf(venue.target),
        ];
      };
      await clearinghouse.collectFees();
      const before = await balances();

      await enact("RISK", encode("setMarketParams", venue.marketId, { ...btcMarket, maxFunding: 0n }));
      await enact("RISK", encode("setVenueParams", { ...venueParams, refund: 0n }));
      await enact("RISK", encode("setVaultBudget", 1n, 2n ** 96n - 1n));
      await enact("GOVERNOR", encode("createGroup"));
      await enact("GOVERNOR", encode("createMarket", 2n, source, 1n, btcMarket));
      await enact("GOVERNOR", encode("setPriceSource", venue.marketId, source));
      await enact("GOVERNOR", encode("setTreasury", holders.GOVERNOR.address));
      await pause(PAUSE.REDUCE_ONLY, HOUR, 0n);
      await pause(PAUSE.NO_NEW_RISK, 6n * DAY);
      await enact("GOVERNOR", encode("unpause", 0n));
      await venue.wait(DAY);
      await refresh();
      await enact("GOVERNOR", encode("settleMarket", venue.marketId));
      await expect(enact("GOVERNOR", encode("setVault", holders.GOVERNOR.address)), "a trader's account is no vault")
        .to.be.revertedWithCustomError(clearinghouse, "NotAVault")
        .withArgs(holders.GOVERNOR.address);
      const next = await venue.ethers.deployContract("InsuranceVault", [
        clearinghouse,
        token,
        "Next",
        "NEXT",
        600n,
        3_600n,
      ]);
      await enact("GOVERNOR", encode("setVault", await next.getAddress()));
      expect(await balances(), "INV-9").to.deep.equal(before);
      for (const holder of Object.values(holders)) {
        await expect(clearinghouse.connect(holder.signer).withdraw(0n, TOKEN, holder.address))
          .to.be.revertedWithCustomError(clearinghouse, "InsufficientWithdrawable")
          .withArgs(holder.id, QUOTE, 0n);
      }
      await venue.vault.retire();
      expect(await token.balanceOf(venue.vault), "the old vault takes its own out").to.equal(1_025n * TOKEN);
    });
  });
});
