// SPDX-License-Identifier: MIT
// Sequences that once broke a promise.
import { expect } from "chai";
import { BASE, PAUSE, PRICE, QUOTE, openHouse, type Person } from "./house.js";

const MARK = 100_000n * PRICE;
const LOW = 90_000n * PRICE;

describe("Regressions", () => {
  it("a governor cannot make a trader's account the vault's pot", async () => {
    const house = await openHouse({ vaultBudget: 60_000n * QUOTE });
    const [loser, winner, victim] = house.crowd as [Person, Person, Person];
    await house.fund(loser, 6_000n);
    await house.fund(winner, 100_000n);
    await house.fund(victim, 10_000n);
    await house.trade(loser, winner, BASE, MARK);
    await expect(house.clearinghouse.setVault(victim.address))
      .to.be.revertedWithCustomError(house.clearinghouse, "NotAVault")
      .withArgs(victim.address);
    await house.crash(LOW, [loser.id]);
    await house.deleverage();
    expect(await house.cash(victim)).to.equal(10_000n * QUOTE);
  });

  it("a guardian's pause of one second in a lock does not turn the winners' charge into everybody's shortfall", async () => {
    const house = await openHouse();
    const [loser, winner] = house.crowd as [Person, Person];
    await house.fund(loser, 6_000n);
    await house.fund(winner, 100_000n);
    await house.trade(loser, winner, BASE, MARK);
    await house.setPrice(LOW);
    await house.clearinghouse.poke(1n);
    await house.clearinghouse.pause(house.marketId, PAUSE.NO_LIQUIDATION, 1n);
    await house.absorb([loser.id]).catch(() => undefined);
    await house.wait(601n); // as soon as liquidations are allowed again
    await house.absorb([loser.id]).catch(() => undefined);
    await house.wait(240n);
    expect((await house.deleverage()).shortfall).to.equal(0n);
  });

  it("the vault's inventory is not liquidated while its pot could margin it", async () => {
    const house = await openHouse({ vaultBudget: 60_000n * QUOTE });
    const [loser, winner] = house.crowd as [Person, Person];
    await house.fund(loser, 24_000n);
    await house.fund(winner, 200_000n);
    await house.fund(house.keeper, 100_000n);
    await house.insure(house.treasury, 100_000n);
    await house.trade(loser, winner, 4n * BASE, MARK);
    await house.crash(LOW, [loser.id]);
    await house.deleverage();
    await house.drift(87_800n * PRICE);
    expect((await house.cash(house.pot)) > 60_000n * QUOTE).to.equal(true);
    await expect(
      house.clearinghouse
        .connect(house.keeper.signer)
        .liquidateToAccount(house.inventory(), house.marketId, 0n, 2n ** 72n, 0n),
    ).to.be.revertedWithCustomError(house.clearinghouse, "NotLiquidatable");
  });
});
