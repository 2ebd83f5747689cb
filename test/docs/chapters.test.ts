// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { CHAPTERS } from "../../scripts/chapters.js";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const files = globSync("contracts/**/*.sol", { cwd: root }).map((path) => path.replaceAll(sep, "/"));

/** Each file's imports of ours. */
const imports = new Map(
  files.map((path) => [
    path,
    [...read(path).matchAll(/from "(\.[^"]+)"/g)].map(([, to]) =>
      normalize(join(dirname(path), to!)).replaceAll(sep, "/"),
    ),
  ]),
);

/** The folder below `contracts/`; empty for files that stand in it. What options add to interfaces is of options. */
const chapterOf = (path: string) => {
  if (/^contracts\/interfaces\/IOption\w+\.sol$/.test(path)) return "options";
  return path.split("/").length > 2 ? path.split("/")[1]! : "";
};

function reaches(path: string, seen = new Set<string>()): Set<string> {
  for (const to of imports.get(path) ?? []) {
    if (seen.has(to)) continue;
    seen.add(to);
    reaches(to, seen);
  }
  return seen;
}

describe("the chapters of contracts/", () => {
  it("each imports only from those before it, from the ledger and its storage", () => {
    const order: readonly string[] = CHAPTERS;
    const wrong = files.flatMap((path) => {
      const at = order.indexOf(chapterOf(path));
      if (at < 0) return []; // the clearinghouse, lenses and mocks use all
      const roots = ["contracts/Ledger.sol", "contracts/ClearinghouseStorage.sol"];
      const late = imports
        .get(path)!
        .filter((to) => !roots.includes(to) && !(order.indexOf(chapterOf(to)) in order.slice(0, at + 1)));
      return late.map((to) => `${path} imports ${to}`);
    });
    expect(wrong).to.deep.equal([]);
    expect(order.filter((name) => !files.some((path) => chapterOf(path) === name))).to.deep.equal([]);
  });

  it("the core imports no lens and no mock", () => {
    const wrong = files.filter((path) => !["periphery", "mocks"].includes(chapterOf(path)));
    expect(wrong.filter((path) => imports.get(path)!.some((to) => /\/(periphery|mocks)\//.test(to)))).to.deep.equal([]);
  });

  it("no file reaches itself", () => {
    expect(files.filter((path) => reaches(path).has(path))).to.deep.equal([]);
  });

  it("the README's trunk has at most ten files, and each uses only those before it", () => {
    const trunk = [...read("README.md").matchAll(/^\d+\. `(contracts\/[\w/]+\.sol)`/gm)].map(([, path]) => path!);
    expect(trunk.length).to.be.within(5, 10);
    expect(trunk.filter((path) => !files.includes(path))).to.deep.equal([]);
    const wrong = trunk.flatMap((path, at) => {
      const used = reaches(path);
      return trunk
        .slice(at + 1)
        .filter((later) => used.has(later))
        .map((later) => `${path} uses ${later}`);
    });
    expect(wrong).to.deep.equal([]);
  });

  it("every file of the core hangs on the trunk or is a module, an interface or the vault itself", () => {
    const trunk = [...read("README.md").matchAll(/^\d+\. `(contracts\/[\w/]+\.sol)`/gm)].map(([, path]) => path!);
    const reached = new Set(trunk.flatMap((path) => [path, ...reaches(path)]));
    const apart = files.filter(
      (path) => !reached.has(path) && (CHAPTERS as readonly string[]).includes(chapterOf(path)),
    );
    // What runs by delegatecall is named by address only, and what only such a module uses.
    const modules = apart.filter((path) => /is (ClearinghouseStorage|OptionStorage|OptionListing)\b/.test(read(path)));
    const used = new Set(modules.flatMap((path) => [path, ...reaches(path)]));
    const left = apart.filter((path) => !used.has(path) && !/\/(interfaces|vault)\//.test(path));
    const sources = left.filter((path) => /\bis I(Price|Vol)Source\b/.test(read(path)));
    expect(sources).to.include("contracts/prices/ChainlinkPriceSource.sol");
    const ofSources = new Set(sources.flatMap((path) => [path, ...reaches(path)]));
    expect(left.filter((path) => !ofSources.has(path))).to.deep.equal([]);
  });

  it("nothing but CashLib writes the cash of an account, or asks whether protection has to follow", () => {
    const core = files.filter((path) => !["periphery", "mocks"].includes(chapterOf(path)));
    const code = (path: string) => read(path).replace(/\/\/.*$/gm, "");
    const writers = core.filter((path) =>
      /\b(account|source|target|stored)\.cash\s*(=[^=]|\+=|-=)|accounts\[[^\]]+\]\.cash\s*=[^=]|sstore\(account\.slot/.test(
        code(path),
      ),
    );
    expect(writers).to.deep.equal(["contracts/position/CashLib.sol"]);
    const askers = core.filter((path) => /\.hasProtected\b/.test(code(path)));
    expect(askers.sort()).to.deep.equal(["contracts/position/CashLib.sol", "contracts/position/RecoveryLib.sol"]);
  });
});
