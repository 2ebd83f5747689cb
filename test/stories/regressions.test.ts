// SPDX-License-Identifier: MIT
// Sequences that once broke a promise.
import { expect } from "chai";
import { BASE, NEVER, PAUSE, PRICE, QUOTE, openVenue, type Person } from "./venue.js";

const MARK = 100_000n * PRICE;
const LOW = 90_000n * PRICE;

describe("Regressions", () => {
  it("a governor cannot make a trader's account the vault's pot", async () => {
    const venue = await openVenue({ vaultBudget: 60_000n * QUOTE });
    const [loser, winner, victim] = venue.crowd as [Person, Person, Person];
    await venue.fund(loser, 6_000n);
    await venue.fund(winner, 100_000n);
    await venue.fund(victim, 10_000n);
    await venue.trade(loser, winner, BASE, MARK);
    await expect(venue.clearinghouse.setVault(victim.address))
      .to.be.revertedWithCustomError(venue.clearinghouse, "NotAVault")
      .withArgs(victim.address);
    await venue.crash(LOW, [loser.id]);
    await venue.deleverage();
    expect(await venue.cash(victim)).to.equal(10_000n * QUOTE);
  });

  it("a guardian's pause of one second in a lock does not turn the winners' charge into everybody's shortfall", async () => {
    const venue = await openVenue();
    const [loser, winner] = venue.crowd as [Person, Person];
    await venue.fund(loser, 6_000n);
    await venue.fund(winner, 100_000n);
    await venue.trade(loser, winner, BASE, MARK);
    await venue.setPrice(LOW);
    await venue.clearinghouse.poke(1n);
    await venue.clearinghouse.pause(venue.marketId, PAUSE.NO_LIQUIDATION, 1n);
    await venue.absorb([loser.id]).catch(() => undefined);
    await venue.wait(601n); // as soon as liquidations are allowed again
    await venue.absorb([loser.id]).catch(() => undefined);
    await venue.wait(240n);
    expect((await venue.deleverage()).shortfall).to.equal(0n);
  });

  it("the vault's inventory is not liquidated while its pot could margin it", async () => {
    const venue = await openVenue({ vaultBudget: 60_000n * QUOTE });
    const [loser, winner] = venue.crowd as [Person, Person];
    await venue.fund(loser, 24_000n);
    await venue.fund(winner, 200_000n);
    await venue.fund(venue.keeper, 100_000n);
    await venue.insure(venue.treasury, 100_000n);
    await venue.trade(loser, winner, 4n * BASE, MARK);
    await venue.crash(LOW, [loser.id]);
    await venue.deleverage();
    await venue.drift(87_800n * PRICE);
    expect((await venue.cash(venue.pot)) > 60_000n * QUOTE).to.equal(true);
    await expect(
      venue.clearinghouse
        .connect(venue.keeper.signer)
        .liquidateToAccount(venue.inventory(), venue.marketId, 0n, 2n ** 72n, 0n, 0n, NEVER),
    ).to.be.revertedWithCustomError(venue.clearinghouse, "NotLiquidatable");
  });
});
