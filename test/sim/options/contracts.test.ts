// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { artifacts } from "hardhat";
import { optionLocks } from "../../../sim/options/locks.js";
import { near } from "../near.js";

describe("the lab's options: locks on the contracts", function () {
  this.timeout(0); // by itself half a minute

  it("defaults, deficit, theta, and what everybody pays and ends with are those of the model", async () => {
    const found = await optionLocks(
      2,
      (name) => artifacts.readArtifact(name),
      () => {},
    );
    expect(found).to.have.length(2);
    for (const { names, series, contracts, model, broken, others } of found) {
      expect(broken).to.deep.equal([]);
      expect(names).to.have.length(38);
      expect(series).to.be.within(20, 63);
      expect(contracts.defaults).to.deep.equal(model.defaults);
      expect(contracts.defaults.length).to.be.within(1, 20);
      expect(contracts.deficit).to.be.greaterThan(1);
      near(contracts.theta, model.theta, 1e-6);
      expect(contracts.paid.filter((paid) => paid > 0.01).length).to.be.greaterThan(5);
      near(contracts.charged, contracts.deficit, 1e-6);
      expect(
        [others.less, others.more].every((part) => part < 0.05),
        JSON.stringify(others),
      ).to.equal(true);
    }
  });
});
