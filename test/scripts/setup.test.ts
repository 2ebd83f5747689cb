// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { artifacts } from "hardhat";
import { concernsUs } from "../../scripts/compile/concernsUs.js";

const read = (path: string) => readFileSync(path, "utf8");
const LIMIT = 24_576;

describe("what a fresh clone needs", () => {
  it("is the same Node in README, package.json, the lockfile and what runs before the installation", () => {
    const [, node] = /Needs git, Node (\d+) or newer/.exec(read("README.md"))!;
    expect(JSON.parse(read("package.json")).engines.node).to.equal(`>=${node}`);
    expect(JSON.parse(read("package-lock.json")).packages[""].engines.node).to.equal(`>=${node}`);
    for (const file of ["scripts/bootstrap.mjs", "scripts/lock.mjs"]) expect(read(file)).to.include(`Node >= ${node}`);
  });
});

describe("the everyday build", () => {
  it("has no contract that is deployed and larger than EIP-170 allows", async () => {
    const names = [...(await artifacts.getAllFullyQualifiedNames())].filter((name) => name.startsWith("contracts/"));
    // Benches and sandboxes run on Hardhat's network alone, which has no limit.
    const deployed = names.filter((name) => !/^contracts\/mocks\/\w+(Bench|Sandbox\w*)\.sol/.test(name));
    expect(names.length).to.be.greaterThan(50);
    for (const name of deployed) {
      const bytes = ((await artifacts.readArtifact(name)).deployedBytecode.length - 2) / 2;
      expect(bytes, `${name}: if this fails, its code has to shrink`).to.be.at.most(LIMIT);
    }
  });
});

describe("a compiler's warning", () => {
  const roots = new Set(["project/contracts/A.sol"]);
  const at = (file: string, message = "Unreachable code.", severity = "warning") => ({
    severity,
    message,
    sourceLocation: { file },
  });

  it("concerns us in our files, an error everywhere", () => {
    expect(concernsUs(at("project/contracts/A.sol"), roots)).to.equal(true);
    expect(concernsUs({ severity: "warning", message: "of no file" }, roots)).to.equal(true);
    expect(concernsUs(at("npm/lib@1/B.sol"), roots)).to.equal(false);
    expect(concernsUs(at("npm/lib@1/B.sol", "No.", "error"), roots)).to.equal(true);
  });

  it("about a size concerns us where the contract's artifact comes from", () => {
    const size = "Contract code size is 25844 bytes";
    expect(concernsUs(at("project/contracts/A.sol", size), roots)).to.equal(true);
    expect(concernsUs(at("project/contracts/B.sol", size), roots)).to.equal(false);
    const mock = "project/contracts/mocks/Bench.sol";
    expect(concernsUs(at(mock, size), new Set([mock])), "a mock stands on chains without a limit").to.equal(false);
  });
});
