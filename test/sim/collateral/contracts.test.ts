// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { artifacts } from "hardhat";
import { onContracts } from "../../../sim/collateral/onContracts.js";
import { scenes } from "../../../sim/collateral/scenes.js";
import { near } from "../near.js";

describe("the lab's collateral: a lock on the contracts", function () {
  this.timeout(120_000);
  const artifact = (name: string) => artifacts.readArtifact(name);

  for (const [name, second] of [
    ["crash, nobody keeps", 310],
    ["crash, ether half again as deep", 310],
  ] as const) {
    it(`${name}: the line, the defaults, the bill and the shortfall are the model's`, async () => {
      const scene = scenes(1).find((each) => each.name === name)!;
      const { contracts, model, names } = await onContracts(scene, second, 3, 1, artifact);
      expect(contracts.defaults).to.deep.equal(model.defaults);
      expect(contracts.defaults.length).to.be.greaterThan(1);
      expect(contracts.byLine).to.be.greaterThan(1_000);
      near(contracts.byLine, model.byLine, 0.01);
      near(contracts.stock, model.stock, 1e-4);
      near(contracts.deficit, model.deficit, 0.01);
      expect(contracts.shortfall).to.equal(0);
      near(model.shortfall, 0, 1e-9);
      for (const [i, who] of names.entries()) {
        expect(Math.abs(contracts.ends[i]! - model.ends[i]!), who).to.be.lessThan(0.05);
      }
    });
  }
});
