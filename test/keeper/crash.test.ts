// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { PHASE, PRICE } from "../stories/house.js";
import { openBench } from "./bench.js";

describe("the keeper in a crash", () => {
  it("locks the group, absorbs who is below zero, waits and deleverages, all by itself", async () => {
    const { house, keeper, traders, metrics } = await openBench();
    const { clearinghouse, lens } = house;
    await keeper.look();
    expect(keeper.report.status().groups[0]).to.deep.include({ phase: "NORMAL", insolvent: 0 });

    await house.setPrice(91_000n * PRICE);
    const phases = new Set<string>();
    for (let block = 0; block < 40; ++block) {
      await keeper.look();
      phases.add(keeper.report.status().groups[0]!.phase);
      await house.wait(12n);
    }
    expect([...phases]).to.deep.equal(["NORMAL", "LOCKED"]); // a settlement of one step is never seen SETTLING

    const absorbed = await clearinghouse.queryFilter(clearinghouse.getEvent("Absorbed"), 0);
    expect(absorbed.map(({ args }) => args["account"])).to.have.members([traders[0]!.id, traders[1]!.id]);
    const [bill] = await clearinghouse.queryFilter(clearinghouse.getEvent("Deleveraged"), 0);
    expect(bill!.args["accounts"]).to.equal(2n);
    expect(bill!.args["shortfall"]).to.equal(0n);
    const group = await lens.group(house.target, 1n);
    expect(group.phase).to.equal(PHASE.NORMAL);
    expect(group.absorbed).to.equal(0n);
    expect((await house.sizeOf(traders[0]!)) + (await house.sizeOf(traders[1]!))).to.equal(0n);

    const text = await metrics.registry.metrics();
    expect(text).to.match(/novation_keeper_outcomes_total\{kind="deleverage",outcome="mined"\} 1/);
    expect(keeper.report.status()).to.include({ drifts: 0, trouble: undefined });
  });
});
