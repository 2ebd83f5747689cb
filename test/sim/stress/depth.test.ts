// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { BadDepth, Pressure, moveOf } from "../../../sim/stress/depth.js";

describe("the depth curve of a stress run", () => {
  // 100 can be sold within 1%, 200 within 3%.
  const curve = [
    { distance: 0.01, notional: 100 },
    { distance: 0.03, notional: 200 },
  ];

  it("is linear between its points, and goes on as steeply behind the last", () => {
    expect(moveOf(curve, 0)).to.equal(0);
    expect(moveOf(curve, 50)).to.be.closeTo(0.005, 1e-12);
    expect(moveOf(curve, 100)).to.be.closeTo(0.01, 1e-12);
    expect(moveOf(curve, 150)).to.be.closeTo(0.02, 1e-12);
    expect(moveOf(curve, 300)).to.be.closeTo(0.05, 1e-12); // 0.02% a unit
  });

  it("moves as far up for what is bought", () => {
    expect(moveOf(curve, -150)).to.be.closeTo(-0.02, 1e-12);
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
    expect(pressure.factor(1_000)).to.be.closeTo(0.99, 1e-12);
    expect(pressure.factor(1_060)).to.be.closeTo(0.995, 1e-12); // 50 left
    pressure.sell(100, 1_060);
    expect(pressure.factor(1_060)).to.be.closeTo(0.98, 1e-12); // 150
    pressure.sell(-300, 1_060);
    expect(pressure.factor(1_060)).to.be.closeTo(1.02, 1e-12);
  });
});
