// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { BadDepth, Pressure, moveOf } from "../../../sim/stress/depth.js";
import { near } from "../near.js";

describe("the depth curve of a stress run", () => {
  // 100 can be sold within 1%, 200 within 3%.
  const curve = [
    { distance: 0.01, notional: 100 },
    { distance: 0.03, notional: 200 },
  ];

  it("is linear between its points, and goes on as steeply behind the last", () => {
    expect(moveOf(curve, 0)).to.equal(0);
    near(moveOf(curve, 50), 0.005);
    near(moveOf(curve, 100), 0.01);
    near(moveOf(curve, 150), 0.02);
    near(moveOf(curve, 300), 0.05); // 0.02% a unit
  });

  it("moves as far up for what is bought", () => {
    near(moveOf(curve, -150), -0.02);
  });

  it("refuses what is no curve", () => {
    expect(() => moveOf([], 1)).to.throw(BadDepth, "at least one point");
    expect(() => moveOf([curve[1]!, curve[0]!], 1)).to.throw(BadDepth, "rises");
    expect(() => moveOf([{ distance: 0, notional: 1 }], 1)).to.throw(BadDepth, "rises");
  });

  it("forgets half of what was sold in a half-life, and adds up what is sold after another", () => {
    const pressure = new Pressure(curve, 60, 1_000);
    expect(pressure.factor(1_000)).to.equal(1);
    pressure.sell(100, 1_000);
    near(pressure.factor(1_000), 0.99);
    near(pressure.factor(1_060), 0.995); // 50 left
    pressure.sell(100, 1_060);
    near(pressure.factor(1_060), 0.98); // 150
    pressure.sell(-300, 1_060);
    near(pressure.factor(1_060), 1.02);
  });
});
