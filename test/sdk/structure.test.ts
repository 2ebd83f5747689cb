// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { importsOf, namesFrom, reachedFrom, sources, type Source } from "./imports.js";

const REFERENCE = "sdk/reference/";

/** What the reference may share with those that it is held against: what a number is. An empty list: every name. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  "sdk/units.ts": [],
  "sdk/arithmetic.ts": [],
  "sdk/range.ts": [],
  "sdk/order.ts": [],
  "sdk/salt.ts": [],
  "sdk/level.ts": [],
  "sdk/frame.ts": ["ONE", "MIN_REMAINING"],
  "sdk/parameters/collateral.ts": ["CollateralParameters"],
  "sdk/parameters/market.ts": ["MarketParameters"],
  "sdk/parameters/venue.ts": ["VenueParameters"],
};
const RULES = /^sdk\/(margin|state|queue|settlement|client)\//;

/** Who imports the reference without being a test, and how. */
function outsiders(all: readonly Source[]): string[] {
  return all
    .filter(({ path }) => !/^(\w+\/)?test\//.test(path) && !path.startsWith(REFERENCE))
    .flatMap((source) =>
      importsOf(source)
        .filter((target) => `${target}/`.startsWith(REFERENCE) || target.startsWith("novation-sdk/reference"))
        .map((target) => `${source.path}: ${target}`),
    );
}

/** What the reference takes from elsewhere that is more than a value type. */
function borrowed(all: readonly Source[]): string[] {
  return all
    .filter(({ path }) => path.startsWith(REFERENCE))
    .flatMap((source) => {
      const targets = [...new Set(importsOf(source))].filter((target) => !target.startsWith(REFERENCE));
      return targets.flatMap((target) => {
        const allowed = VALUES[target];
        if (allowed === undefined) return [`${source.path}: ${target}`];
        if (allowed.length === 0) return [];
        const taken = namesFrom(source, target);
        const names = taken.length === 0 ? ["by other means"] : taken.filter((name) => !allowed.includes(name));
        return names.map((name) => `${source.path}: ${target} ${name}`);
      });
    });
}

describe("the structure of the SDK", () => {
  const all = sources();
  const within = (folder: string) => all.filter(({ path }) => path.startsWith(folder));
  const withFile = (path: string, text: string) => [...all, { path, text }];

  it("has its sources read, the reference and those who test by it among them", () => {
    expect(within("sdk/").length).to.be.greaterThan(80);
    expect(within("keeper/").length).to.be.greaterThan(50);
    const testers = within("test/").filter((source) => importsOf(source).some((to) => to.startsWith(REFERENCE)));
    expect(testers.map(({ path }) => path)).to.include("test/differential/Duel.ts");
  });

  it("nothing but tests imports the reference", () => {
    expect(outsiders(all)).to.deep.equal([]);
  });

  it("whoever imports it is named, in whatever way it is done", () => {
    const ways = [
      'import { healthOf } from "../../sdk/reference/margin.js";',
      'import type { Health } from "../../sdk/reference/margin.js";',
      'import "../../sdk/reference/margin.js";',
      'export * from "../../sdk/reference/margin.js";',
      'type Health = import("../../sdk/reference/margin.js").Health;',
      'const { healthOf } = await import("../../sdk/reference/margin.js");',
      'const { healthOf } = require("../../sdk/reference/margin.js");',
      'import { ReferenceClearinghouse } from "novation-sdk/reference";',
    ];
    for (const text of ways) expect(outsiders(withFile("keeper/plan/new.ts", text)), text).to.have.length(1);
    expect(outsiders(withFile("sdk/margin/new.ts", 'export * from "../reference/margin.js";'))).to.deep.equal([
      "sdk/margin/new.ts: sdk/reference/margin.ts",
    ]);
    expect(outsiders(withFile("sim/new.mjs", 'import "../sdk/reference/state.js";'))).to.have.length(1);
    expect(outsiders(withFile("test/sdk/new.ts", ways[0]!))).to.deep.equal([]);
  });

  it("the reference imports no rule that is held against it: value types alone", () => {
    expect(borrowed(all)).to.deep.equal([]);
    const reached = reachedFrom(within(REFERENCE), all);
    expect(reached).to.include("sdk/units.ts");
    expect([...reached].filter((path) => RULES.test(path))).to.deep.equal([]);
  });

  it("a rule that it borrows is named", () => {
    const borrow = (text: string) => borrowed(withFile("sdk/reference/new.ts", text));
    expect(borrow('import { healthOf } from "../margin/health.js";')).to.deep.equal([
      "sdk/reference/new.ts: sdk/margin/health.ts",
    ]);
    expect(borrow('import { ONE, grossDown as gross } from "../frame.js";')).to.deep.equal([
      "sdk/reference/new.ts: sdk/frame.ts grossDown",
    ]);
    expect(borrow('import * as frame from "../frame.js";')).to.have.length(1);
    expect(borrow('export { grossDown } from "../frame.js";')).to.have.length(1);
    expect(borrow('import type { Health } from "../margin/health.js";')).to.have.length(1);
  });

  it("what is published does not reach it", () => {
    const published = reachedFrom(
      all.filter(({ path }) => ["sdk/index.ts", "sdk/client/index.ts", "sdk/viem/index.ts"].includes(path)),
      all,
    );
    expect(published).to.include.members(["sdk/margin/health.ts", "sdk/client/Follower.ts"]);
    expect([...published].filter((path) => path.startsWith(REFERENCE))).to.deep.equal([]);
  });

  it("keeper and SDK declare no function of sdk/margin a second time", () => {
    const declared = (source: Source) =>
      [...source.text.matchAll(/^(?:export )?(?:async )?function (\w+)/gm)].map(([, name]) => name!);
    const rules = new Set(within("sdk/margin/").flatMap(declared));
    expect(rules).to.include.members(["healthOf", "staysSound", "isLiquidatable"]);
    const others = all.filter(({ path }) => /^(sdk|keeper)\//.test(path) && !/^sdk\/(margin|reference)\//.test(path));
    const again = others.flatMap((source) =>
      declared(source)
        .filter((name) => rules.has(name))
        .map((name) => `${source.path}: ${name}`),
    );
    expect(again).to.deep.equal([]);
  });
});
