// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { artifacts } from "hardhat";
import { localGroups } from "../../../deploy/deploy-novation.js";
import { deployVenue } from "../../../sim/venue/deployVenue.js";
import { evmChain } from "../../../sim/venue/evm.js";
import { LocalVenue, ROLL, type Market } from "../../../sim/venue/LocalVenue.js";
import { member } from "../../../sim/venue/orders.js";
import { near } from "../near.js";
import { fromPrice, toAnswer, toNano, toPrice } from "../../../sim/venue/units.js";

const [ANNA, BERT, CARL] = [member("anna"), member("bert"), member("carl")];

describe("a venue of our own", () => {
  let venue: LocalVenue;
  let btc: Market;

  before(async () => {
    const artifact = (name: string) => artifacts.readArtifact(name);
    const groups = [[{ ...localGroups()[0]![0]!, answer: toAnswer(100_000) }]];
    venue = new LocalVenue(await deployVenue(await evmChain(1_760_000_000), { artifact, groups }));
    btc = venue.listed("BTC", 100_000);
    await venue.fund(5_000_000n);
    await venue.deposit([ANNA, BERT, CARL].map(({ account }) => [account, 1_000_000]));
  });

  after(() => venue.stop());

  it("gives the vault what it is asked to beside what opened it", async () => {
    expect(await venue.deployed.vault.totalAssets()).to.equal(6_000_000n);
  });

  it("lets a counterparty take buyers' and sellers' orders, a side in a match, each at its own limit", async () => {
    const entries = [
      { member: ANNA, size: toNano(2), limit: toPrice(100_100) },
      { member: BERT, size: -toNano(1), limit: toPrice(99_900) },
    ];
    const matches = venue.matches(btc, entries, CARL, 20);
    expect(matches).to.have.length(2);
    const traded = venue.eventsOf(await venue.must(matches)).filter((event) => event.kind === "Traded");
    expect(traded.map(({ maker, price }) => [maker, price])).to.deep.equal([
      [ANNA.account, toPrice(100_100)],
      [BERT.account, toPrice(99_900)],
    ]);
    const { lens, clearinghouse } = venue.deployed;
    const { positions } = await lens.account(clearinghouse, CARL.account);
    expect(positions[0]!.size).to.equal(-toNano(1));
  });

  it("quotes on both sides, as far as what a maker holds leaves capital", () => {
    const quoted = venue.quotes(btc, [ANNA, BERT], {
      leverage: 5,
      spreads: [0.001, 0.002],
      equity: () => 100_000,
      held: (account) => (account === ANNA.account ? 2 : 0),
      sizeOf: (base) => toNano(base),
    });
    expect(quoted.map(({ order }) => [order.account, order.size, order.limit])).to.deep.equal([
      [ANNA.account, toNano(1.5), toPrice(99_900)],
      [ANNA.account, -toNano(2.5), toPrice(100_100)],
      [BERT.account, toNano(2.5), toPrice(99_800)],
      [BERT.account, -toNano(2.5), toPrice(100_200)],
    ]);
  });

  it("names the error of a transaction that must not fail", async () => {
    const unknown = venue.call(venue.deployed.clearinghouse, "poke", [77n]);
    const failure = await venue.must([unknown]).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(failure).to.match(/^a transaction reverted: \w+\(77\)$/);
  });

  it("moves anchors to the mark without a lock, and comes back to a snapshot", async () => {
    const { lens, clearinghouse } = venue.deployed;
    const anchor = async () => fromPrice((await lens.market(clearinghouse, btc.id)).anchor);
    const [began, snapshot] = [venue.now, await venue.chain.snapshot()];
    await venue.setMark(btc, 101_000);
    await venue.settleAnchors([btc.group]);
    expect(venue.now).to.equal(began + 1 + 2 * ROLL);
    near(await anchor(), 101_000, 1); // less funding
    await venue.chain.restore(snapshot);
    expect(venue.now).to.equal(began);
    near(await anchor(), 100_000, 1);
  });
});
