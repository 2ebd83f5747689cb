// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { chainlinkConfig } from "../../deploy/deploy-novation.js";
import type { ChainlinkPriceSource, MockAggregator } from "../../types/ethers-contracts/index.js";
import {
  ANSWER,
  BASE,
  DAY,
  FLOWS,
  HOUR,
  NEVER,
  PRICE,
  QUOTE,
  TOKEN,
  bitcoin,
  openVenue,
  type Venue,
  type Person,
} from "./venue.js";

const MARK = 100_000n * PRICE;
const LOW = 96_500n * PRICE;
const STATUS = { FRESH: 0n, STALE: 1n, INSANE: 2n, DOWN: 3n } as const;
const UP = 0n;
const DOWN = 1n;
const GRACE = HOUR;
const LATER = 2n ** 40n;

/** One long of 1 base below maintenance margin, half-way through its liquidation, when the prices fail. */
describe("Story: an oracle outage in the middle of a liquidation", () => {
  let venue: Venue;
  let reset: () => Promise<void>;
  let loser: Person, winner: Person, flat: Person, keeper: Person;
  let feed: MockAggregator, second: MockAggregator, sequencer: MockAggregator;
  let source: ChainlinkPriceSource;

  const aggregator = async (decimals: bigint, answer: bigint) =>
    (await venue.ethers.deployContract("MockAggregator", [decimals, answer])) as unknown as MockAggregator;

  /** Both feeds of the source at `price`, answered now. */
  async function answer(price: bigint): Promise<void> {
    await feed.setAnswer((price * ANSWER) / PRICE);
    await second.setAnswer(price);
  }

  before(async () => {
    venue = await openVenue({ vaultBudget: 100_000n * QUOTE });
    [loser, winner, flat] = venue.crowd as [Person, Person, Person];
    keeper = venue.keeper;
    feed = await aggregator(8n, 100_000n * ANSWER);
    second = await aggregator(18n, MARK);
    sequencer = await aggregator(0n, UP);
    await venue.wait(GRACE);
    await answer(MARK);
    const config = {
      ...chainlinkConfig(await feed.getAddress(), 2n * HOUR),
      second: await second.getAddress(),
      secondHeartbeat: DAY,
      maxDeviation: 10_000n,
      sequencer: await sequencer.getAddress(),
      sequencerGrace: GRACE,
    };
    source = (await venue.ethers.deployContract("ChainlinkPriceSource", [config])) as unknown as ChainlinkPriceSource;
    await venue.clearinghouse.setPriceSource(venue.marketId, source);

    await venue.fund(loser, 6_000n);
    for (const who of [winner, flat, keeper]) await venue.fund(who, 50_000n);
    await venue.insure(venue.treasury, 100_000n);
    await venue.trade(loser, winner, BASE, MARK);
    for (const step of [98_500n, 97_200n, 96_500n]) {
      await answer(step * PRICE);
      await venue.clearinghouse.poke(1n);
      await venue.roll();
    }
    await answer(LOW);
    await seize(BASE / 10n);
    reset = await venue.mark();
  });

  afterEach(async () => {
    await reset();
    reset = await venue.mark();
  });

  const seize = (max: bigint) =>
    venue.clearinghouse.connect(keeper.signer).liquidateToAccount(loser.id, venue.marketId, 0n, max, 0n, 0n, NEVER);

  async function expectStatus(status: bigint): Promise<void> {
    expect((await source.read()).status).to.equal(status);
  }

  /** What must not work without a price, and what must go on. */
  async function expectOutage(): Promise<void> {
    const { clearinghouse, token } = venue;
    await expect(seize(BASE)).to.be.revertedWithCustomError(clearinghouse, "PriceNotFresh").withArgs(venue.marketId);
    await expect(venue.trade(winner, flat, BASE, LOW))
      .to.be.revertedWithCustomError(clearinghouse, "PriceNotFresh")
      .withArgs(venue.marketId);
    await expect(venue.absorb([loser.id]))
      .to.be.revertedWithCustomError(clearinghouse, "NothingToAbsorb")
      .withArgs(1n);
    await expect(clearinghouse.connect(winner.signer).withdraw(0n, TOKEN, winner.address))
      .to.be.revertedWithCustomError(clearinghouse, "AccountHasStaleLeg")
      .withArgs(winner.id);
    await expect(clearinghouse.buyInventory(venue.marketId, 0n, BASE, 0n, 0n, NEVER))
      .to.be.revertedWithCustomError(clearinghouse, "PriceNotFresh")
      .withArgs(venue.marketId);

    const before = (await venue.snapshot([])).markets[0]!;
    await venue.wait(121n);
    await clearinghouse.poke(1n);
    const after = (await venue.snapshot([])).markets[0]!;
    expect([after.anchor, after.recordedMark], "anchors wait").to.deep.equal([before.anchor, before.recordedMark]);

    await clearinghouse.connect(flat.signer).withdraw(0n, TOKEN, flat.address);
    expect(await token.balanceOf(flat.address)).to.equal(TOKEN);
    await venue.fund(loser, 1n);
    await expect(clearinghouse.connect(winner.signer).cancelOrder(1n << 16n, winner.id)).to.emit(
      clearinghouse,
      "OrderCancelled",
    );
  }

  it("before it, feeds of 8 and of 18 decimals tell the same mark, and the liquidation goes part of the way", async () => {
    expect(await source.read()).to.deep.equal([LOW, STATUS.FRESH]);
    expect(await venue.sizeOf(loser)).to.equal((9n * BASE) / 10n);
    expect(await venue.sizeOf(keeper)).to.equal(BASE / 10n);
    const wide = await aggregator(18n, LOW);
    const config = chainlinkConfig(await wide.getAddress(), HOUR);
    const other = (await venue.ethers.deployContract("ChainlinkPriceSource", [
      config,
    ])) as unknown as ChainlinkPriceSource;
    expect(await other.read()).to.deep.equal([LOW, STATUS.FRESH]);
    await venue.clearinghouse.setPriceSource(venue.marketId, other);
    await expect(seize(BASE)).to.emit(venue.clearinghouse, "Liquidated");
  });

  it("a feed older than its heartbeat stops risk and liquidations; when it returns in time the liquidation goes on", async () => {
    await venue.wait(2n * HOUR + 1n);
    await expectStatus(STATUS.STALE);
    await expectOutage();

    await answer(LOW);
    await expectStatus(STATUS.FRESH);
    const sent = await seize(BASE);
    const [args] = await venue.events(sent, "Liquidated");
    expect(await venue.sizeOf(loser)).to.equal((9n * BASE) / 10n - (args!.closed as bigint));
    const { health } = await venue.accountState(loser);
    expect(health.equity >= health.initial).to.equal(true);
  });

  it("while the sequencer is down, and for a grace after it came up, prices do not count", async () => {
    await sequencer.setAnswer(DOWN);
    await expectStatus(STATUS.DOWN);
    await expectOutage();
    await sequencer.setAnswer(UP);
    await venue.wait(GRACE - 60n);
    await answer(LOW);
    await expectStatus(STATUS.DOWN);
    await expect(seize(BASE)).to.be.revertedWithCustomError(venue.clearinghouse, "PriceNotFresh");
    await venue.wait(60n);
    await expectStatus(STATUS.FRESH);
    await expect(seize(BASE)).to.emit(venue.clearinghouse, "Liquidated");
  });

  it("a second feed that deviates makes the price insane; a deviation within the limit does not enter the mark", async () => {
    await second.setAnswer((LOW * 98n) / 100n);
    await expectStatus(STATUS.INSANE);
    await expectOutage();
    await second.setAnswer((LOW * 995n) / 1_000n);
    expect(await source.read()).to.deep.equal([LOW, STATUS.FRESH]);
    await expect(seize(BASE)).to.emit(venue.clearinghouse, "Liquidated");
  });

  it("a feed that answers nonsense is an outage, not a price", async () => {
    for (const nonsense of [0n, -1n, 2n ** 200n]) {
      await feed.setAnswer(nonsense);
      await expectStatus(STATUS.INSANE);
    }
    await answer(LOW);
    for (const mode of [1n, 2n, 3n]) {
      await feed.setMode(mode);
      await expectStatus(STATUS.INSANE);
    }
    await expectOutage();
    await feed.setMode(0n);
    await feed.setUpdatedAt(LATER);
    await expectStatus(STATUS.INSANE);
  });

  it("prices that return after a crash open a gap: the group locks and the bill is paid from the jump", async () => {
    const { clearinghouse } = venue;
    await venue.wait(2n * HOUR + 1n);
    await expectOutage();
    await answer(90_000n * PRICE);
    await expect(seize(BASE)).to.be.revertedWithCustomError(clearinghouse, "GapOpen").withArgs(1n);
    await expect(venue.trade(winner, flat, BASE, 90_000n * PRICE))
      .to.be.revertedWithCustomError(clearinghouse, "GapOpen")
      .withArgs(1n);
    await expect(clearinghouse.poke(1n)).to.emit(clearinghouse, "Locked");
    const debt = -(await venue.equity(loser));
    expect(debt > 0n).to.equal(true);
    await venue.absorb([loser.id]);
    await venue.wait(120n);
    const receipt = await venue.deleverage();
    expect(receipt).to.include({ deficit: debt, vaultPaid: debt, charged: 0n, shortfall: 0n });
  });

  it("prices that fail in a lock change nothing: absorb and the bill go by the frozen marks", async () => {
    const { clearinghouse } = venue;
    await answer(90_000n * PRICE);
    await clearinghouse.poke(1n);
    const debt = -(await venue.equity(loser));
    await sequencer.setAnswer(DOWN);
    await venue.absorb([loser.id]);
    await venue.wait(120n);
    const receipt = await venue.deleverage();
    expect(receipt).to.include({ accounts: 1n, deficit: debt, vaultPaid: debt, shortfall: 0n });
    expect(await venue.vault.redeemFlows(), "the vault holds inventory without a price").to.equal(
      FLOWS.PRICES_NOT_FRESH,
    );
    await expect(venue.insure(flat, 1n))
      .to.be.revertedWithCustomError(venue.vault, "VaultFlowsClosed")
      .withArgs(FLOWS.PRICES_NOT_FRESH);
    await sequencer.setAnswer(UP);
    await venue.wait(GRACE);
    await answer(90_000n * PRICE);
    expect(await venue.vault.redeemFlows()).to.equal(FLOWS.OPEN);
  });

  it("a margin call needs a price; one that was recorded before can be answered with money without one", async () => {
    const { clearinghouse } = venue;
    const call = () => clearinghouse.connect(keeper.signer).marginCall(loser.id);
    await sequencer.setAnswer(DOWN);
    await expect(call()).to.be.revertedWithCustomError(clearinghouse, "AccountHasStaleLeg").withArgs(loser.id);
    await sequencer.setAnswer(UP);
    await venue.wait(GRACE);
    await answer(LOW);
    await expect(call()).to.emit(clearinghouse, "MarginCalled");
    await sequencer.setAnswer(DOWN);
    await venue.fund(loser, 10_000n);
    expect((await venue.accountState(loser)).calledAt).to.equal(0n);
  });

  it("a leg without a price neither shields the account elsewhere nor lends it equity", async () => {
    const ether = { ...bitcoin(), symbol: "ETH", answer: 4_000n * ANSWER };
    const pair = await openVenue({ groups: [[bitcoin(), ether]] });
    const { clearinghouse } = pair;
    const [trader, maker] = pair.crowd as [Person, Person];
    await pair.fund(trader, 10_500n);
    for (const who of [maker, pair.keeper]) await pair.fund(who, 100_000n);
    const [btc, eth] = pair.markets.map(({ id }) => id) as [bigint, bigint];
    await pair.trade(trader, maker, BASE, MARK);
    await pair.trade(trader, maker, 25n * BASE, 4_000n * PRICE, { market: eth });
    const healthy = (await pair.accountState(trader)).health;
    const seizeLeg = (market: bigint) =>
      clearinghouse.connect(pair.keeper.signer).liquidateToAccount(trader.id, market, 0n, 25n * BASE, 0n, 0n, NEVER);
    await expect(seizeLeg(eth))
      .to.be.revertedWithCustomError(clearinghouse, "NotLiquidatable")
      .withArgs(trader.id, 10_420n * QUOTE, 6_000n * QUOTE);

    await pair.wait(DAY + 1n);
    await pair.markets[1]!.feed.setAnswer(4_000n * ANSWER);
    const { health } = await pair.accountState(trader);
    expect([health.fresh, health.equity]).to.deep.equal([false, healthy.equity - 5_000n * QUOTE]);
    await expect(clearinghouse.connect(trader.signer).withdraw(0n, TOKEN, trader.address))
      .to.be.revertedWithCustomError(clearinghouse, "AccountHasStaleLeg")
      .withArgs(trader.id);
    await expect(pair.trade(trader, maker, BASE, 4_000n * PRICE, { market: eth }))
      .to.be.revertedWithCustomError(clearinghouse, "AccountHasStaleLeg")
      .withArgs(maker.id);
    await pair.trade(maker, trader, BASE, 4_000n * PRICE, { market: eth });
    expect(await pair.sizeOf(trader, 1), "reducing goes on").to.equal(24n * BASE);
    await expect(seizeLeg(btc)).to.be.revertedWithCustomError(clearinghouse, "PriceNotFresh").withArgs(btc);
    await expect(seizeLeg(eth)).to.emit(clearinghouse, "Liquidated");

    await pair.markets[0]!.feed.setAnswer(100_000n * ANSWER);
    const back = (await pair.accountState(trader)).health;
    expect(back.fresh && back.equity >= back.initial, "sound again when the price is back").to.equal(true);
  });
});
