// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { fit, largest } from "../../bench/fit.js";
import { floorOf } from "../../bench/floor.js";
import type { Specification } from "../../bench/specification.js";
import type { Deed, Trace } from "../../bench/trace.js";

const VENUE = "0xvenue";
const ALONE = { transfer: 10_000, transferFrom: 20_000, feed: 9_000 };

function floor(slots: [Deed, ...string[]][], specification: Specification, logs = 0) {
  const touches = slots.map(([deed, ...members], i) => ({ address: VENUE, slot: BigInt(i), gas: 0, deed, members }));
  const trace: Trace = {
    gasUsed: 0,
    refund: 0,
    calldata: 100,
    touches,
    coldAccounts: [],
    recoveries: 0,
    input: "0x",
    logs: new Map([[VENUE, logs]]),
    computing: new Map(),
    kinds: new Map(),
    preimages: new Map(),
  };
  return floorOf(trace, touches, VENUE, specification, ALONE);
}

const need = (slot: string, more = {}) => ({ slot, why: "", ...more });

describe("the floor", () => {
  it("is a transaction, its calldata and its logs when nothing is needed", () => {
    expect(floor([["update", "a"]], { slots: [] }, 500).gas).to.equal(21_600);
  });

  it("leaves out slots that the specification does not name, and says which it named in vain", () => {
    const { gas, slots, untouched } = floor(
      [
        ["read", "a"],
        ["fresh", "b"],
      ],
      { slots: [need("a"), need("c")] },
    );
    expect(gas).to.equal(21_100 + 2_100);
    expect(slots.map(({ needed }) => needed)).to.deep.equal([2_100, 0]);
    expect(untouched).to.deep.equal(["c"]);
  });

  it("counts a slot once, however many of its members are needed", () => {
    expect(floor([["update", "m.a", "m.b"]], { slots: [need("m.a"), need("m.b")] }).gas).to.equal(21_100 + 5_000);
  });

  it("counts as many slots of a kind as are needed, and a read for what need only be read", () => {
    const nodes: [Deed, string][] = [
      ["update", "n[1]"],
      ["update", "n[2]"],
      ["read", "n[3]"],
    ];
    expect(floor(nodes, { slots: [need("n[*]", { max: 2 })] }).gas).to.equal(21_100 + 10_000);
    expect(floor(nodes, { slots: [need("n[1]", { only: "read" })] }).gas).to.equal(21_100 + 2_100);
  });

  it("pays a cleared slot back, at most a fifth of all", () => {
    expect(floor([["clear", "a"]], { slots: [need("a")] }).gas).to.equal(21_100 + 5_000 - 4_800);
    const two = floor(
      [
        ["clear", "a[1]"],
        ["clear", "a[2]"],
      ],
      { slots: [need("a[*]", { max: 2 })] },
    );
    expect(two.gas).to.equal(31_100 - 6_220);
  });

  it("adds recoveries, the token and the feeds as they are alone", () => {
    const { gas } = floor([], { slots: [], recoveries: 2, token: "transfer", feeds: 3 });
    expect(gas).to.equal(21_100 + 6_000 + 10_000 + 27_000);
  });
});

describe("the fit", () => {
  it("finds a curve through points that lie on one, and what fits under a limit", () => {
    const points = [1, 2, 5, 20, 64].map((x) => ({ x, gas: 30_000 + 7_000 * x + 3 * x * x }));
    const fitted = fit(points);
    expect(fitted.deviation).to.be.lessThan(1e-6);
    expect(largest(fitted, 760_001)).to.equal(100); // 760,000 at 100
  });
});
