// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { accountOf, type Address } from "../../sdk/order.js";
import { HOUR, PHASE, PRICE, QUOTE, TOKEN, bitcoin, expectNear, type Person } from "../stories/venue.js";
import { CLEARINGHOUSE } from "../../keeper/actions/Kind.js";
import { openBench } from "./bench.js";

describe("the keeper in a crash", () => {
  it("locks the group, absorbs who is below zero, waits and deleverages, all by itself", async () => {
    const { venue, keeper, traders, metrics } = await openBench();
    const { clearinghouse, lens } = venue;
    await keeper.look();
    expect(keeper.report.status().groups[0]).to.deep.include({ phase: "NORMAL", insolvent: 0 });

    await venue.setPrice(91_000n * PRICE);
    const phases = new Set<string>();
    for (let block = 0; block < 40; ++block) {
      await keeper.look();
      phases.add(keeper.report.status().groups[0]!.phase);
      await venue.wait(12n);
    }
    expect([...phases]).to.deep.equal(["NORMAL", "LOCKED"]); // a settlement of one step is never seen SETTLING

    const absorbed = await clearinghouse.queryFilter(clearinghouse.getEvent("Absorbed"), 0);
    expect(absorbed.map(({ args }) => args["account"])).to.have.members([traders[0]!.id, traders[1]!.id]);
    const [bill] = await clearinghouse.queryFilter(clearinghouse.getEvent("Deleveraged"), 0);
    expect(bill!.args["accounts"]).to.equal(2n);
    expect(bill!.args["shortfall"]).to.equal(0n);
    const group = await lens.group(venue.target, 1n);
    expect(group.phase).to.equal(PHASE.NORMAL);
    expect(group.absorbed).to.equal(0n);
    expect((await venue.sizeOf(traders[0]!)) + (await venue.sizeOf(traders[1]!))).to.equal(0n);

    const text = await metrics.registry.metrics();
    expect(text).to.match(/novation_keeper_outcomes_total\{kind="deleverage",outcome="mined"\} 1/);
    expect(keeper.report.status()).to.include({ drifts: 0, trouble: undefined });
  });

  it("registers in a lock who gained on one leg and lost on another, before it settles", async () => {
    const groups = [[bitcoin(), { ...bitcoin(), symbol: "ETH" }]];
    const { venue, keeper } = await openBench({}, { groups });
    const { clearinghouse } = venue;
    const [one, other] = venue.crowd.slice(6, 8) as [Person, Person];
    const second = venue.markets[1]!.id;
    for (const each of [one, other]) await venue.fund(each, 30_000n);
    await venue.trade(other, one, QUOTE, 100_000n * PRICE);
    await venue.trade(one, other, (QUOTE * 3n) / 4n, 100_000n * PRICE, { market: second });
    await venue.roll();
    await keeper.look();

    await venue.setPrice(91_000n * PRICE);
    await venue.setPrice(91_000n * PRICE, 1);
    await keeper.look(); // locks
    await keeper.look();
    const before = [await venue.equity(one), await venue.equity(other)];
    for (let block = 0; block < 40; ++block) {
      await keeper.look();
      await venue.wait(12n);
    }
    const told = await clearinghouse.queryFilter(clearinghouse.getEvent("NetRegistered"), 0);
    expect(told.map(({ args }) => [args["account"], args["relief"]])).to.have.deep.members([
      [one.id, 6_750n * QUOTE],
      [other.id, 6_750n * QUOTE],
    ]);
    expect(new Set(told.map(({ transactionHash }) => transactionHash)).size, "in one call").to.equal(1);
    const [settled] = await clearinghouse.queryFilter(clearinghouse.getEvent("NetSettled"), 0);
    const { numerator, denominator } = settled!.args as unknown as Record<string, bigint>;
    expect(numerator! > 0n && numerator! < denominator!, "a part of the gains pays").to.equal(true);
    const paid = [before[0]! - (await venue.equity(one)), before[1]! - (await venue.equity(other))];
    const net = (2_250n * QUOTE * numerator!) / denominator!;
    expectNear(paid[0]!, net, 10n, "on what he gained net");
    expectNear(paid[1]!, 0n, 10n, "who lost more than he gained");
    expect(keeper.report.status()).to.include({ drifts: 0, trouble: undefined });
    expect(keeper.report.status().actions.filter(({ what }) => what === "reverted")).to.deep.equal([]);
  });

  it("takes a position over into its own account, and prices the vault's batch", async () => {
    const { venue, keeper, traders, wallet } = await openBench({ maxInventory: "100000000000000", checkAccounts: 8 });
    const { clearinghouse, token, vault } = venue;
    const own = accountOf(wallet.address as Address, 1);
    await token.mint(venue.deployer.address, 20_000n * TOKEN);
    await token.approve(clearinghouse, 20_000n * TOKEN);
    await clearinghouse.deposit(own, 20_000n * TOKEN);
    const saver = venue.crowd[6]!;
    await venue.insure(saver, 1_000n);
    const shares = await vault.balanceOf(saver.address);
    await vault.connect(saver.signer).requestRedeem(shares, saver.address, saver.address);

    await venue.drift(96_700n * PRICE);
    // A long of a better entry, and one of a worse: the keeper's position belongs between them.
    const [better, worse, other] = venue.crowd.slice(7, 10) as [Person, Person, Person];
    for (const each of [better, worse, other]) await venue.fund(each, 20_000n);
    await venue.trade(better, other, QUOTE / 10n, 96_400n * PRICE);
    await venue.trade(worse, other, QUOTE / 10n, 97_000n * PRICE);
    for (let block = 0; block < 6; ++block) {
      await keeper.look();
      await venue.wait(12n);
      await venue.ethers.provider.send("evm_mine", []);
    }
    const taken = await clearinghouse.queryFilter(clearinghouse.getEvent("Liquidated"), 0);
    expect(taken.map(({ args }) => [args["account"], args["taker"]])).to.deep.equal([[traders[0]!.id, own]]);
    expect((await venue.sizeOf(own)) > 0n).to.equal(true);
    const { data } = (await venue.ethers.provider.getTransaction(taken[0]!.transactionHash))!;
    const nodes = await venue.lens.queue(venue.target, venue.markets[0]!.id, true, 0n, 10);
    const placeOf = async (id: bigint) => {
      const { positions } = await venue.lens.account(venue.target, id);
      return nodes.findIndex((node) => node.node === positions[0]!.node);
    };
    const place = await placeOf(better.id);
    expect(await placeOf(own)).to.equal(place + 1);
    expect(CLEARINGHOUSE.parseTransaction({ data })!.args["hint"]).to.equal(nodes[place]!.node);

    await venue.wait(2n * HOUR);
    await venue.setPrice(96_700n * PRICE);
    for (let block = 0; block < 4; ++block) await keeper.look().then(() => venue.wait(1n));
    expect((await vault.batches())[0]).to.equal(2n);
    expect(keeper.report.status()).to.include({ drifts: 0, trouble: undefined });
    expect(keeper.report.status().actions.filter(({ what }) => what === "reverted")).to.deep.equal([]);
  });
});
