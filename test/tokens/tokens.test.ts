// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Contract, ZeroAddress, type ContractTransactionResponse, type Signer } from "ethers";
import { artifacts } from "hardhat";
import { createPublicClient, createWalletClient, custom } from "viem";
import type { Address } from "../../sdk/order.js";
import { NoPermit, signPermit } from "../../sdk/viem/permit.js";
import { BASE, DAY, NEVER, PRICE, QUOTE, openVenue, type Person, type Venue } from "../stories/venue.js";
import { KINDS, rebasing, type Issued, type Kind } from "./kinds.js";

const MARK = 100_000n * PRICE;
const MAX = 2n ** 256n - 1n;
const PPM = 1_000_000n;

/** A venue whose settlement token `issue` deploys, and what is asked of it all the time. */
async function openWith(kind: Pick<Kind, "decimals">, issue: (by: Signer) => Promise<Issued>) {
  let issued!: Issued;
  const venue = await openVenue({
    vaultBudget: 1_000_000n * QUOTE,
    vaultSeed: 0n,
    tokenDecimals: Number(kind.decimals),
    venue: { outflowRate: 1_000_000 },
    token: async (by) => {
      issued = await issue(by);
      return issued.contract.getAddress();
    },
  });
  const unit = 10n ** kind.decimals;
  const { token, clearinghouse } = venue;

  async function give(who: Person, units: bigint, spender: Contract | Venue["vault"] | Venue["clearinghouse"]) {
    await issued.mint(who.address, units);
    // Read and written by hand: of the mock one's interface some tokens answer with less.
    await (await token.connect(who.signer).approve(spender, units)).wait();
  }

  async function deposit(who: Person, units: bigint): Promise<void> {
    await give(who, units, clearinghouse);
    await (await clearinghouse.connect(who.signer).deposit(who.id, units)).wait();
  }

  const balance = (who: string) => token.balanceOf(who);
  const nano = (units: bigint) => (units * QUOTE) / unit;

  /** INV-1: what is held is there, to the unit; what is there beyond it, in units. */
  async function surplus(): Promise<bigint> {
    const { held } = (await venue.snapshot([])).venue;
    const units = (held * unit) / QUOTE;
    const there = await balance(venue.target);
    expect(nano(there) >= held, `INV-1: ${there} units are there, ${held} held`).to.equal(true);
    return there - units;
  }

  /** The claims of all, of the treasury and the vault too, against what is held. */
  async function claims(people: readonly Person[]): Promise<bigint> {
    const { accounts, venue: now } = await venue.snapshot([
      ...people.map(({ id }) => id),
      venue.treasury.id,
      venue.pot,
      venue.inventory(),
    ]);
    const equity = accounts.reduce((sum, { health }) => sum + health.equity, 0n);
    return now.held + now.shortfall - equity - now.fees;
  }

  return { venue, issued, unit, give, deposit, balance, nano, surplus, claims };
}

type Opened = Awaited<ReturnType<typeof openWith>>;

for (const kind of KINDS) {
  describe(`the settlement token is ${kind.name}`, () => {
    let o: Opened;
    let reset: () => Promise<void>;
    let alice: Person, bob: Person, lp: Person;
    let everyone: readonly Person[];
    /** What arrives of a transfer. */
    const net = (units: bigint) => units - (units * (kind.fee ?? 0n)) / PPM;

    before(async () => {
      o = await openWith(kind, kind.issue);
      [alice, bob, lp] = o.venue.crowd as [Person, Person, Person];
      everyone = [alice, bob, lp, o.venue.keeper];
      reset = await o.venue.mark();
    });

    afterEach(async () => {
      expect(await o.surplus(), "nothing is left over").to.equal(0n);
      expect(await o.claims(everyone), "claims and tokens").to.be.within(0n, 20n);
      await reset();
      reset = await o.venue.mark();
    });

    const withdraw = (who: Person, units: bigint, to = who.address) =>
      o.venue.clearinghouse.connect(who.signer).withdraw(0, units, to);

    /** The error that a refusal ends in: the token's own, or the venue's in its place. */
    async function refuses(sent: Promise<ContractTransactionResponse>, said: string | undefined): Promise<void> {
      if (said !== undefined) return expect(sent).to.be.revertedWith(said);
      const failed = new Contract(o.venue.target, ["error SafeERC20FailedOperation(address token)"], o.venue.deployer);
      await expect(sent)
        .to.be.revertedWithCustomError(failed, "SafeERC20FailedOperation")
        .withArgs(await o.venue.token.getAddress());
    }

    it("is credited by what arrives, and given back to the unit", async () => {
      const units = 1_000n * o.unit + 1n;
      await o.deposit(alice, units);
      expect(await o.venue.cash(alice)).to.equal(o.nano(net(units)));
      const whole = (o.nano(net(units)) * o.unit) / QUOTE;
      const before = await o.balance(alice.address);
      await withdraw(alice, MAX);
      expect((await o.balance(alice.address)) - before).to.equal(net(whole));
      expect(await o.venue.cash(alice)).to.equal(0n);
      // Of a token with more than 9 decimals, units below 1e-9 stay here and are nobody's.
      if (kind.decimals > 9n) await sweepDust();
    });

    /** Ends a case in which less than 1e-9 of a token is left over. */
    async function sweepDust(): Promise<void> {
      expect(await o.surplus()).to.equal(1n);
      await reset();
      reset = await o.venue.mark();
    }

    it(`${kind.permit === undefined ? "takes no permit, and" : `takes a permit of version ${kind.permit}, and`} a bad one does no harm`, async () => {
      const { venue } = o;
      const transport = custom({
        request: ({ method, params }) => venue.ethers.provider.send(method, params as unknown[]) as Promise<unknown>,
      });
      const account = alice.address;
      const wish = {
        token: (await venue.token.getAddress()) as Address,
        owner: account,
        spender: venue.target,
        tokens: 100n * o.unit,
        deadline: 2n ** 40n,
        chainId: venue.chainId,
      };
      await o.issued.mint(account, 200n * o.unit);
      const sign = () =>
        signPermit(createPublicClient({ transport }), createWalletClient({ account, transport }), wish);
      const send = (p: { deadline: bigint; v: number; r: string; s: string }) =>
        venue.clearinghouse.connect(alice.signer).depositWithPermit(alice.id, 100n * o.unit, p.deadline, p.v, p.r, p.s);
      if (kind.permit !== undefined) {
        await send(await sign());
        expect(await venue.cash(alice)).to.equal(o.nano(net(100n * o.unit)));
      } else {
        const refused: unknown = await sign().then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(refused).to.be.instanceOf(NoPermit);
      }
      const none = `0x${"11".repeat(32)}`;
      await expect(send({ deadline: 2n ** 40n, v: 27, r: none, s: none })).to.revert(venue.ethers);
      await venue.token.connect(alice.signer).approve(venue.clearinghouse, 100n * o.unit);
      await send({ deadline: 2n ** 40n, v: 27, r: none, s: none });
    });

    it("a liquidation and a crash move no token", async () => {
      const { venue } = o;
      const { clearinghouse } = venue;
      await o.deposit(alice, 6_100n * o.unit);
      for (const who of [bob, venue.keeper]) await o.deposit(who, 60_000n * o.unit);
      const there = await o.balance(venue.target);
      await venue.trade(alice, bob, BASE, MARK);
      await venue.drift(97_000n * PRICE);
      const keeper = clearinghouse.connect(venue.keeper.signer);
      await keeper.marginCall(alice.id);
      await venue.wait(900n);
      await venue.setPrice(97_000n * PRICE);
      await keeper.liquidateToAccount(alice.id, venue.marketId, 0n, BASE, 0n, 0n, NEVER);
      expect(await venue.sizeOf(venue.keeper)).to.be.greaterThan(0n);
      if ((await venue.sizeOf(alice)) > 0n) {
        await venue.roll();
        await venue.crash(60_000n * PRICE, [alice.id]);
        await venue.deleverage();
      }
      expect(await o.balance(venue.target)).to.equal(there);
    });

    it("enters and leaves the vault whole", async () => {
      const { vault, clearinghouse } = o.venue;
      await o.give(lp, 1_000n * o.unit, vault);
      if (kind.fee !== undefined) {
        await expect(vault.connect(lp.signer).initialise(1_000n * o.unit)).to.revert(o.venue.ethers);
        return;
      }
      await vault.connect(lp.signer).initialise(1_000n * o.unit);
      await o.give(lp, 5_000n * o.unit, vault);
      await vault.connect(lp.signer).deposit(5_000n * o.unit, lp.address);
      expect(await o.venue.cash(o.venue.pot)).to.equal(6_000n * QUOTE);
      const shares = await vault.balanceOf(lp.address);
      await vault.connect(lp.signer).requestRedeem(shares, lp.address, lp.address);
      await o.venue.wait(600n + 3_600n);
      await o.venue.setPrice(MARK);
      await clearinghouse.poke(1n);
      await vault.processBatch();
      await vault.connect(lp.signer).redeem(shares, lp.address, lp.address);
      expect(await o.balance(lp.address)).to.equal(5_000n * o.unit);
      expect(await o.balance(await vault.getAddress())).to.equal(0n);
    });

    it("is all given out when the market is wound down", async () => {
      const { venue } = o;
      const { clearinghouse } = venue;
      for (const who of [alice, bob]) await o.deposit(who, 60_000n * o.unit);
      await venue.trade(alice, bob, BASE, MARK);
      await venue.drift(103_000n * PRICE);
      await clearinghouse.pause(venue.marketId, 1n, 7n * DAY);
      await venue.wait(2n * DAY);
      await venue.setPrice(103_000n * PRICE);
      await venue.roll();
      await venue.setPrice(103_000n * PRICE);
      await clearinghouse.settleMarket(venue.marketId);
      let out = 0n;
      for (const who of [alice, bob]) {
        await clearinghouse.collect(who.id, venue.marketId);
        const before = await o.balance(who.address);
        await withdraw(who, MAX);
        out += (await o.balance(who.address)) - before;
      }
      const [inside, fees] = [await o.balance(venue.target), (await venue.snapshot([])).venue.fees];
      const paidOut = net(2n * net(60_000n * o.unit) - inside);
      expect(out).to.be.within(paidOut - 1n, paidOut + 1n);
      expect(o.nano(inside)).to.equal((await venue.snapshot([])).venue.held);
      // The two of them have all but the fees and what rounds below a unit.
      expect(o.nano(inside) - fees).to.be.within(0n, 2n * (o.nano(1n) + 2n) + 10n);
    });

    it("keeps nobody's claims when a trader, or the venue itself, is blacklisted", async function () {
      const { blacklist } = o.issued;
      if (blacklist === undefined) return this.skip();
      const { clearinghouse } = o.venue;
      for (const who of [alice, bob]) await o.deposit(who, 60_000n * o.unit);
      await o.venue.trade(alice, bob, BASE, MARK);
      await blacklist(alice.address);
      await refuses(withdraw(alice, o.unit), kind.says?.blacklisted);
      const friend = o.venue.crowd[5]!.address;
      await withdraw(alice, o.unit, friend);
      expect(await o.balance(friend)).to.equal(o.unit);
      await withdraw(bob, o.unit);
      await o.venue.trade(bob, alice, BASE, MARK);
      expect(await o.venue.sizeOf(alice)).to.equal(0n);

      await blacklist(o.venue.target);
      const [cash, there] = [await o.venue.cash(bob), await o.balance(o.venue.target)];
      await refuses(withdraw(bob, MAX), kind.says?.blacklisted);
      await o.give(bob, o.unit, clearinghouse);
      await refuses(clearinghouse.connect(bob.signer).deposit(bob.id, o.unit), kind.says?.blacklisted);
      await o.venue.trade(alice, bob, BASE, MARK);
      expect(await o.venue.sizeOf(alice)).to.equal(BASE);
      expect([await o.venue.cash(bob), await o.balance(o.venue.target)]).to.deep.equal([cash - 10n * QUOTE, there]);
    });

    it("waits for a pause of the token to end, and trades on meanwhile", async function () {
      const { pause, unpause } = o.issued;
      if (pause === undefined || unpause === undefined) return this.skip();
      const { clearinghouse } = o.venue;
      for (const who of [alice, bob]) await o.deposit(who, 60_000n * o.unit);
      await o.give(bob, o.unit, clearinghouse);
      await pause();
      await refuses(withdraw(alice, o.unit), kind.says?.paused);
      await refuses(clearinghouse.connect(bob.signer).deposit(bob.id, o.unit), kind.says?.paused);
      await o.venue.trade(alice, bob, BASE, MARK);
      await o.venue.trade(bob, alice, BASE, MARK);
      await unpause();
      await withdraw(alice, MAX);
      expect(await o.venue.cash(alice)).to.equal(0n);
    });

    it("an allowance that is too small ends in a named error", async () => {
      const { clearinghouse } = o.venue;
      await o.give(alice, o.unit, clearinghouse);
      const more = clearinghouse.connect(alice.signer).deposit(alice.id, o.unit + 1n);
      if (kind.permit === undefined) await refuses(more, undefined);
      else await expect(more).to.revert(o.venue.ethers);
    });
  });
}

describe("a settlement token that cannot be supported", () => {
  const RAY = 10n ** 27n;

  it("that takes units away from the venue is found out at the next deposit, and lets nobody pay for it", async () => {
    let setIndex!: (index: bigint) => Promise<void>;
    const o = await openWith({ decimals: 6n }, async (by) => {
      const issued = await rebasing(by);
      setIndex = issued.setIndex;
      return issued;
    });
    const { venue, unit } = o;
    const [alice, bob] = venue.crowd as [Person, Person];
    await o.deposit(alice, 1_000n * unit);
    await setIndex((RAY * 11n) / 10n);
    expect(await venue.cash(alice)).to.equal(1_000n * QUOTE);
    expect(await o.surplus(), "what it grew by is nobody's").to.equal(100n * unit);
    await o.deposit(bob, 11n * unit);
    expect(await venue.cash(bob)).to.equal(11n * QUOTE);

    await setIndex((RAY * 9n) / 10n);
    await o.give(bob, 9n * unit, venue.clearinghouse);
    const there = await o.balance(venue.target);
    await expect(venue.clearinghouse.connect(bob.signer).deposit(bob.id, 9n * unit))
      .to.be.revertedWithCustomError(venue.clearinghouse, "TokensMissing")
      .withArgs(1_011n * QUOTE, o.nano(there));
    await expect(venue.clearinghouse.connect(bob.signer).cover(9n * unit)).to.be.revertedWithCustomError(
      venue.clearinghouse,
      "TokensMissing",
    );
    // Who makes it good by a plain transfer opens deposits again.
    await o.issued.mint(venue.target, 1_011n * unit - there + 1n);
    await venue.clearinghouse.connect(bob.signer).deposit(bob.id, 9n * unit);
    expect(await venue.cash(bob)).to.equal(20n * QUOTE);
  });

  describe("is refused at construction, by name", () => {
    let venue: Venue;

    before(async () => {
      venue = await openVenue();
    });

    /** Makes a clearinghouse of the token, with all else as it is. */
    async function construct(token: string) {
      const factory = await venue.ethers.getContractFactory("Clearinghouse");
      const { localParameters } = await import("../../deploy/parameters.js");
      const one = "0x0000000000000000000000000000000000000001";
      const names = ["trading", "direct", "byOrders", "byAccount", "byVault", "absorption", "deleveraging"];
      const modules = Object.fromEntries([...names, "governance", "pledging"].map((name) => [name, one]));
      return factory.deploy(token, one, one, localParameters().venue, modules as never);
    }

    const deploy = async (name: string, ...parameters: unknown[]) =>
      (await (await venue.ethers.deployContract(name, parameters as never[])).getAddress()) as string;

    it("an address without code, and a contract that tells no balances", async () => {
      for (const token of [ZeroAddress, venue.crowd[0]!.address, await venue.authority.getAddress()]) {
        await expect(construct(token)).to.be.revertedWithCustomError(venue.clearinghouse, "NotAToken").withArgs(token);
      }
    });

    it("a token that does not tell its decimals", async () => {
      const token = await deploy("NamelessToken");
      await expect(construct(token))
        .to.be.revertedWithCustomError(venue.clearinghouse, "TokenDecimalsUnknown")
        .withArgs(token);
    });

    it("a token of more than 18 decimals; 0 and 18 are taken", async () => {
      for (const decimals of [19, 77, 255]) {
        await expect(construct(await deploy("MockToken", "Odd", "ODD", decimals)))
          .to.be.revertedWithCustomError(venue.clearinghouse, "TokenDecimalsTooHigh")
          .withArgs(decimals, 18);
      }
      for (const decimals of [0, 18]) await construct(await deploy("MockToken", "Odd", "ODD", decimals));
    });
  });

  it("that changes its decimals later changes nothing here: a unit stays a unit", async () => {
    const [kind] = KINDS;
    let proxy!: Contract;
    const o = await openWith(kind!, async (by) => {
      const issued = await kind!.issue(by);
      proxy = new Contract(await issued.contract.getAddress(), ["function upgradeTo(address)"], by);
      return issued;
    });
    const { venue } = o;
    const [alice] = venue.crowd as [Person];
    await o.deposit(alice, 1_000n * o.unit);
    const { abi } = await artifacts.readArtifact("MockToken");
    const other = await venue.ethers.deployContract("MockToken", ["Other", "OTH", 18]);
    const admin = "0x00000000000000000000000000000000000000ad";
    await venue.ethers.provider.send("hardhat_impersonateAccount", [admin]);
    await venue.ethers.provider.send("hardhat_setBalance", [admin, "0xde0b6b3a7640000"]);
    // Its code is exchanged for one that says 18 and keeps balances elsewhere: then the venue's are missing.
    const upgrade = proxy.connect(await venue.ethers.getSigner(admin)) as Contract;
    await (await upgrade.getFunction("upgradeTo")(await other.getAddress())).wait();
    const upgraded = new Contract(await proxy.getAddress(), abi, venue.deployer);
    expect(await upgraded.getFunction("decimals")()).to.equal(18n);
    expect(await venue.cash(alice)).to.equal(1_000n * QUOTE);
    await (await upgraded.getFunction("mint")(alice.address, o.unit)).wait();
    await (await (upgraded.connect(alice.signer) as Contract).getFunction("approve")(venue.target, o.unit)).wait();
    await expect(venue.clearinghouse.connect(alice.signer).deposit(alice.id, o.unit))
      .to.be.revertedWithCustomError(venue.clearinghouse, "TokensMissing")
      .withArgs(1_000n * QUOTE, 0n);
    await (await upgraded.getFunction("mint")(venue.target, 1_000n * o.unit)).wait();
    await venue.clearinghouse.connect(alice.signer).withdraw(0, MAX, alice.address);
    expect(await o.balance(alice.address)).to.equal(1_001n * o.unit);
  });
});
