// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { artifacts } from "hardhat";
import { locks } from "../../../sim/collateral/locks.js";
import { near } from "../near.js";

describe("the lab's collateral: locks on the contracts", function () {
  this.timeout(120_000);

  it("line, defaults, bill and shortfall are those of the model", async () => {
    const found = await locks(
      1,
      (name) => artifacts.readArtifact(name),
      () => {},
    );
    expect(found).to.have.length(2);
    for (const { accounts, contracts, model, largestDifference, broken } of found) {
      expect(broken).to.deep.equal([]);
      expect(accounts).to.equal(13);
      expect(contracts.defaults).to.deep.equal(model.defaults);
      expect(contracts.defaults.length).to.be.within(2, accounts - 2);
      expect(contracts.byLine).to.be.greaterThan(1_000);
      expect(contracts.deficit).to.be.greaterThan(1_000);
      expect(contracts.shortfall).to.equal(0);
      near(contracts.stock, model.stock, 1e-4);
      near(model.shortfall, 0, 1e-9);
      near(largestDifference, 0, 0.05);
    }
    // The deeper fall of the coin is the line's alone.
    const [quarter, third] = found.map((lock) => lock.contracts);
    expect(third!.ends).to.deep.equal(quarter!.ends);
    expect(third!.lineGain).to.be.lessThan(quarter!.lineGain - 1_000);
  });
});
