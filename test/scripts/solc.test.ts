// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DIGEST, VERSION, digestOf, nativeSolc, sampleInput } from "../../scripts/compile/solc.mjs";

const require = createRequire(import.meta.url);
const solc = require("solc") as { version: () => string; compile: (input: string) => string };

/** What a compiler prints as its version. */
const says = (version: string) => `if (process.argv[2] === "--version") console.log("Version: ${version}.Linux.g++");`;
/** What npm's compiler says of the sample without and with IR: compiled once, as each run of it takes a second. */
const SAID = [false, true].map((viaIR) => solc.compile(sampleInput(viaIR)));
/** A program that says the same, but for a `change`. */
const compiles = (change = "") => `else {
  const { settings } = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const output = ${JSON.stringify(SAID)}[settings.viaIR ? 1 : 0];
  process.stdout.write(output${change}, () => process.exit(0));
}`;

describe("a native compiler", function () {
  this.timeout(120_000);
  let folder: string;
  let said: string[];
  const { error } = console;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "novation-solc-"));
    said = [];
    console.error = (line: string) => said.push(line);
  });
  afterEach(() => {
    console.error = error;
    rmSync(folder, { recursive: true });
  });

  const cache = () => join(folder, "cache");
  function program(text: string, at = "solc"): string {
    const path = join(folder, at);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, `#!/usr/bin/env node\n${text}\n`, { mode: 0o755 });
    return path;
  }

  it("is measured by what npm's says of the sample", () => {
    expect(solc.version()).to.include(VERSION);
    expect(digestOf((input) => SAID[JSON.parse(input).settings.viaIR ? 1 : 0]!)).to.equal(DIGEST);
  });

  it("that does the same is used, and remembered", () => {
    const path = program(says(VERSION) + compiles());
    expect(nativeSolc({ NOVATION_SOLC: path }, cache())).to.equal(path);
    const began = Date.now();
    expect(nativeSolc({ NOVATION_SOLC: path }, cache())).to.equal(path);
    expect(Date.now() - began).to.be.lessThan(100);
    expect(said).to.deep.equal([]);
    program(says("0.8.30+commit.73712a01") + compiles());
    expect(nativeSolc({ NOVATION_SOLC: path }, cache())).to.equal(undefined);
  });

  it("is found where Hardhat keeps those that it has downloaded", function () {
    if (process.platform !== "linux") return this.skip();
    const platform = process.arch === "arm64" ? "linux-arm64" : "linux-amd64";
    const at = `.cache/hardhat-nodejs/compilers-v3/${platform}/solc-${platform}-v${VERSION}`;
    expect(nativeSolc({ HOME: folder }, cache())).to.equal(undefined);
    expect(said).to.deep.equal([]);
    const path = program(says(VERSION) + compiles(), at);
    expect(nativeSolc({ HOME: folder }, cache()), said.join()).to.equal(path);
    expect(nativeSolc({ HOME: folder, NOVATION_SOLC: "npm" }, cache())).to.equal(undefined);
  });

  for (const [what, text, why] of [
    ["of another version", says("0.8.36+commit.00000000"), `its version is 0.8.36+commit.00000000, not ${VERSION}`],
    ["of other code", says(VERSION) + compiles('.replaceAll("5f", "60")'), "it compiles a sample otherwise"],
    ["that writes no JSON", `${says(VERSION)} else console.log("no");`, "JSON"],
    ["that fails", `${says(VERSION)} else process.exit(3);`, "it ends with 3"],
    ["that is no program", "this is no program", "it ends with 1"],
  ] as const) {
    it(`${what} is left alone, and said why`, () => {
      expect(nativeSolc({ NOVATION_SOLC: program(text) }, cache())).to.equal(undefined);
      expect(said.length).to.equal(1);
      expect(said[0]).to.include("npm's compiler is: ").and.include(why);
    });
  }

  it("that hangs is not waited for", () => {
    const path = program(`${says(VERSION)} else setInterval(() => 0, 1_000);`);
    const began = Date.now();
    expect(nativeSolc({ NOVATION_SOLC: path }, cache(), 1_000)).to.equal(undefined);
    expect(Date.now() - began).to.be.lessThan(10_000);
    expect(said[0]).to.include("ETIMEDOUT");
  });

  it("that is not there, or cannot be started, is left alone", () => {
    expect(nativeSolc({ NOVATION_SOLC: join(folder, "none") }, cache())).to.equal(undefined);
    expect(nativeSolc({ NOVATION_SOLC: folder }, cache())).to.equal(undefined);
    expect(said.length).to.equal(2);
  });
});
