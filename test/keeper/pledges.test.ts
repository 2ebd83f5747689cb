// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { Result } from "ethers";
import { SqliteStore } from "../../chain/store/SqliteStore.js";
import type { AccountId } from "../../sdk/order.js";
import { ICollateral__factory, type ICollateral } from "../../types/ethers-contracts/index.js";
import { HOUR, PHASE, PRICE, QUOTE, TOKEN, expectNear, type Person } from "../stories/venue.js";
import { openBench, type Bench } from "./bench.js";

const ETHER = 10n ** 18n;
const WETH = 1n;

const PARAMS = {
  haircut: 200_000n,
  maxDiscount: 100_000n,
  discountRate: 200_000n,
  feeRate: 10_000n,
  cap: 1_000n * ETHER,
};

interface Pledged extends Bench {
  readonly collateral: ICollateral;
  /** Changes what ether costs. */
  readonly setEther: (whole: bigint) => Promise<void>;
  /** From now on what ether costs is not fresh. */
  readonly setEtherStale: () => Promise<void>;
  /** Long half a bitcoin at 100,000 with 500 in cash and 4 ether pledged, which count for 9,600. */
  readonly pledger: Person;
}

async function openPledged(): Promise<Pledged> {
  const bench = await openBench();
  const { venue } = bench;
  const { clearinghouse, deployer, ethers, pot, token } = venue;
  const collateral = ICollateral__factory.connect(venue.target, deployer);
  const coin = await ethers.deployContract("MockToken", ["Wrapped Ether", "WETH", 18]);
  const source = await ethers.deployContract("MockPriceSource", [3_000n * PRICE]);
  await token.mint(deployer.address, 60_000n * TOKEN);
  await token.approve(venue.target, 60_000n * TOKEN);
  await clearinghouse.deposit(pot, 60_000n * TOKEN);
  await collateral.createCollateral(coin, source, PARAMS);
  await collateral.setCollateralLine(WETH, 50_000n * QUOTE);

  const [pledger, other] = venue.crowd.slice(6, 8) as [Person, Person];
  await venue.fund(pledger, 500n);
  await venue.fund(other, 40_000n);
  await coin.getFunction("mint").send(pledger.address, 4n * ETHER);
  await (coin.connect(pledger.signer) as typeof coin).getFunction("approve").send(venue.target, 4n * ETHER);
  await collateral.connect(pledger.signer).pledge(0n, WETH, 4n * ETHER);
  await venue.trade(pledger, other, QUOTE / 2n, 100_000n * PRICE);
  await venue.roll();
  const setEther = async (whole: bigint) => void (await source.getFunction("set").send(whole * PRICE, 0n));
  const setEtherStale = async () => void (await source.getFunction("set").send(3_000n * PRICE, 1n));
  return { ...bench, collateral, setEther, setEtherStale, pledger };
}

describe("the keeper and what is pledged", () => {
  let bench: Pledged;
  let restore: () => Promise<void>;
  before(async () => {
    bench = await openPledged();
    restore = await bench.venue.mark();
  });
  afterEach(async () => {
    await restore();
    restore = await bench.venue.mark();
  });

  /** A keeper that knows nothing yet looks at every block for `blocks`. */
  async function keep(blocks: number, seconds = 12n) {
    const keeper = await bench.again({ store: new SqliteStore(":memory:", "pledges") });
    for (let block = 0; block < blocks; ++block) {
      await keeper.look();
      await bench.venue.wait(seconds);
    }
    const { drifts, trouble, actions } = keeper.report.status();
    expect({ drifts, trouble }).to.deep.equal({ drifts: 0, trouble: undefined });
    expect(actions.filter(({ what }) => what === "reverted")).to.deep.equal([]);
    return keeper;
  }
  const told = async (name: "PledgesOffered" | "PledgeBoughtByLine" | "CollateralPriceRecorded") => {
    const { filters } = bench.collateral;
    const events = await bench.collateral.queryFilter(filters[name](), 0);
    return events.map(({ args }) => (args as unknown as Result).toObject() as Record<string, bigint>);
  };
  const absorbed = async () => {
    const { clearinghouse } = bench.venue;
    const events = await clearinghouse.queryFilter(clearinghouse.getEvent("Absorbed"), 0);
    return events.map(({ args }) => args["account"] as AccountId);
  };

  it("counts it: nothing is done to an account that is sound with it", async () => {
    await keep(3);
    expect(await told("PledgesOffered")).to.deep.equal([]);
  });

  it("puts it on offer when cash and positions are below zero; the line buys what nobody bought in an hour", async () => {
    const { venue, pledger } = bench;
    await venue.drift(98_500n * PRICE); // a loss of 750 with 500 in cash
    await keep(3);
    expect((await told("PledgesOffered")).map(({ account }) => account)).to.deep.equal([pledger.id]);
    expect(await told("PledgeBoughtByLine")).to.deep.equal([]);

    await venue.pokeUntil((await venue.now()) + HOUR + 60n);
    await venue.setPrice(98_500n * PRICE);
    await keep(3);
    const [sale] = await told("PledgeBoughtByLine");
    expect([sale!["account"], sale!["id"]]).to.deep.equal([pledger.id, WETH]);
    expect((await venue.cash(pledger)) >= 750n * QUOTE, "what he had lost is paid").to.equal(true);
    expect(await absorbed()).to.deep.equal([]);
  });

  it("offers what is pledged without a fresh price, and has it sold when there is one again", async () => {
    const { venue, pledger, setEtherStale } = bench;
    await setEtherStale();
    await venue.drift(98_500n * PRICE);
    await keep(3);
    expect((await told("PledgesOffered")).map(({ account }) => account)).to.deep.equal([pledger.id]);
    expect((await bench.collateral.pledgesOf(pledger.id)).fresh).to.equal(false);

    await venue.pokeUntil((await venue.now()) + HOUR + 60n);
    await venue.setPrice(98_500n * PRICE);
    await keep(3);
    expect(await told("PledgeBoughtByLine")).to.deep.equal([]);
    await bench.setEther(3_000n);
    await keep(3);
    const [sale] = await told("PledgeBoughtByLine");
    expect(sale!["account"]).to.equal(pledger.id);
    const { paid, units } = sale as { paid: bigint; units: bigint };
    expectNear(paid, (units * 2_400n * QUOTE) / ETHER, paid >> 22n, "with a price again");
    expect(await absorbed()).to.deep.equal([]);
  });

  it("lets the line buy at once when a fall of the collateral leaves an account below zero", async () => {
    const { venue, pledger, setEther } = bench;
    await venue.drift(98_500n * PRICE);
    await setEther(50n); // 4 ether count for 160
    const cash = await venue.cash(pledger);
    await keep(3);
    const [sale] = await told("PledgeBoughtByLine");
    expect(sale!["account"]).to.equal(pledger.id);
    const { paid, units } = sale as { paid: bigint; units: bigint };
    expectNear(paid, (units * 2_400n * QUOTE) / ETHER, paid >> 22n, "at the floor of before, which has 24 bits");
    expect(await venue.cash(pledger)).to.equal(cash + paid);
    expect(await absorbed()).to.deep.equal([]);
    expect((await venue.lens.group(venue.target, 1n)).phase).to.equal(PHASE.NORMAL);
  });

  it("has it exchanged in a lock: who pledged enough has not defaulted, and the others are absorbed", async () => {
    const { venue, pledger, traders } = bench;
    await venue.setPrice(91_000n * PRICE);
    const keeper = await keep(40);
    expect((await told("PledgeBoughtByLine")).map(({ account }) => account)).to.deep.equal([pledger.id]);
    expect(await absorbed()).to.have.members([traders[0]!.id, traders[1]!.id]);
    const { clearinghouse } = venue;
    const [bill] = await clearinghouse.queryFilter(clearinghouse.getEvent("Deleveraged"), 0);
    expect(bill!.args["shortfall"]).to.equal(0n);
    expect(keeper.report.status().groups[0]).to.deep.include({ phase: "NORMAL", insolvent: 0 });
    expect((await venue.sizeOf(pledger)) > 0n, "and keeps his position").to.equal(true);
  });

  it("takes off offer what is needed no more, once it has been so for a while", async () => {
    const { venue, pledger } = bench;
    await venue.drift(98_500n * PRICE);
    await keep(2);
    await venue.drift(100_000n * PRICE);
    await keep(2);
    expect(await told("PledgesOffered")).to.have.length(1);
    await venue.pokeUntil((await venue.now()) + 660n);
    await venue.setPrice(100_000n * PRICE);
    await keep(3);
    const [, end] = await told("PledgesOffered");
    expect(end).to.deep.equal({ account: pledger.id, since: 0n });
  });

  it("has the line buy all of a collateral that has closed, also of who has nothing open", async () => {
    const { venue, collateral, pledger, setEther } = bench;
    const flat = venue.crowd[9]!;
    const coin = await venue.ethers.getContractAt("MockToken", (await collateral.collateral(WETH)).token);
    await coin.getFunction("mint").send(flat.address, ETHER);
    await (coin.connect(flat.signer) as typeof coin).getFunction("approve").send(venue.target, ETHER);
    await collateral.connect(flat.signer).pledge(0n, WETH, ETHER);
    await collateral.setCollateralParams(WETH, { ...PARAMS, cap: 0n });
    const { closesAt } = await collateral.collateral(WETH);
    await venue.wait(closesAt - (await venue.now()) - 600n);
    await setEther(3_000n);
    await venue.setPrice(100_000n * PRICE);
    await keep(3);
    expect(await told("PledgeBoughtByLine"), "its notice runs").to.deep.equal([]);
    await venue.wait(600n + HOUR);
    await venue.setPrice(100_000n * PRICE);
    await keep(5);
    const sold = await told("PledgeBoughtByLine");
    expect(sold.map(({ account }) => account)).to.have.members([pledger.id, flat.id]);
    expect((await collateral.collateral(WETH)).pledged).to.equal(0n);
    expect((await venue.cash(flat)) > 2_390n * QUOTE, "his money").to.equal(true);
  });

  it("records a price that moved, when it is due, and none that did not", async () => {
    const { venue, setEther } = bench;
    const before = (await told("CollateralPriceRecorded")).length;
    await venue.wait(HOUR);
    await venue.roll();
    await keep(2);
    expect((await told("CollateralPriceRecorded")).length, "it has not moved").to.equal(before);
    await setEther(3_300n);
    await keep(60);
    const recorded = (await told("CollateralPriceRecorded")).slice(before);
    expect(recorded.map(({ anchor, recordedPrice }) => [anchor, recordedPrice])).to.deep.equal([
      [3_000n * PRICE, 3_000n * PRICE],
      [3_000n * PRICE, 3_300n * PRICE],
      [3_300n * PRICE, 3_300n * PRICE],
    ]);
  });
});
