// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What npm would leave behind, and a note of how it was called. `NPM_FAILS` names a call that fails. */
const NPM = `#!/usr/bin/env node
const { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const call = process.argv.slice(2).filter((arg) => !/audit|fund|loglevel/.test(arg)).join(" ");
appendFileSync("calls", call + ";");
if (call === process.env.NPM_FAILS) process.exit(1);
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
if (call.startsWith("ci")) rmSync("node_modules", { recursive: true, force: true });
for (const [path, { dev }] of Object.entries(packages)) if (path === "" || (dev && call.includes("--omit=dev"))) delete packages[path];
mkdirSync("node_modules/.bin", { recursive: true });
writeFileSync("node_modules/.bin/node", "");
writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages }));
`;

describe("the installation", function () {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "novation-install-"));
    for (const file of ["bootstrap.mjs", "lock.mjs"]) cpSync(`scripts/${file}`, join(folder, "scripts", file));
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin/npm"), NPM, { mode: 0o755 });
    want("1.0.0");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function want(version: string) {
    const packages = { "": {}, "node_modules/run": { version }, "node_modules/tool": { version, dev: true } };
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
  }

  /** The calls of npm that an installation makes; "failed" last when it says so. */
  function install(scope: "run" | "all", fails = ""): string[] {
    return called(`install("${scope}")`, "calls", fails);
  }

  const installService = (fails = "") => called('installService("relay")', "relay/calls", fails);

  function called(call: string, notes: string, fails: string): string[] {
    for (const each of ["calls", "relay/calls"]) rmSync(join(folder, each), { force: true });
    const code = `import { install, installService } from "./scripts/bootstrap.mjs"; process.exit(${call} ? 0 : 1);`;
    const bin = `${join(folder, "bin")}:${process.env["PATH"]}`;
    const env = { ...process.env, PATH: bin, NPM_FAILS: fails };
    const { status } = spawnSync("node", ["--input-type=module", "-e", code], { cwd: folder, env });
    const calls = existsSync(join(folder, notes)) ? readFileSync(join(folder, notes), "utf8") : "";
    return [...calls.split(";").slice(0, -1), ...(status === 0 ? [] : ["failed"])];
  }

  const RUN = "ci --omit=dev";
  const ALL = "ci";
  const REST = "install --no-save";

  /** A service with a lockfile of its own. */
  function wantOfService(version: string) {
    const packages = { "": {}, "node_modules/served": { version }, "node_modules/tester": { version, dev: true } };
    mkdirSync(join(folder, "relay"), { recursive: true });
    writeFileSync(join(folder, "relay/package-lock.json"), JSON.stringify({ packages }));
  }

  it("for npm start is the part that runs, once", () => {
    expect(install("run")).to.deep.equal([RUN]);
    expect(install("run")).to.deep.equal([]);
  });

  it("for anything else is all, which is enough for npm start", () => {
    expect(install("all")).to.deep.equal([ALL]);
    expect(install("all")).to.deep.equal([]);
    expect(install("run")).to.deep.equal([]);
  });

  it("of a part is completed, not made anew", () => {
    install("run");
    expect(install("all")).to.deep.equal([REST]);
    expect(install("all")).to.deep.equal([]);
  });

  it("of a part that cannot be completed is made anew", () => {
    install("run");
    expect(install("all", REST)).to.deep.equal([REST, ALL]);
  });

  it("that was interrupted is made anew", () => {
    for (const [scope, call] of [
      ["run", RUN],
      ["all", ALL],
    ] as const) {
      install("all");
      rmSync(join(folder, "node_modules/.package-lock.json"));
      expect(install(scope)).to.deep.equal([call]);
    }
  });

  it("of another lockfile is made anew, and a complete one stays complete", () => {
    install("run");
    want("2.0.0");
    expect(install("run")).to.deep.equal([RUN]);
    want("3.0.0");
    expect(install("all")).to.deep.equal([ALL]);
    want("4.0.0");
    expect(install("run")).to.deep.equal([ALL]);
  });

  it("of a service is made in its own folder, once a lockfile, and leaves the root's as it is", () => {
    wantOfService("1.0.0");
    install("run");
    expect(installService()).to.deep.equal([ALL]);
    expect(existsSync(join(folder, "calls")), "npm was called in the root").to.equal(false);
    expect(installService()).to.deep.equal([]);
    expect(install("run")).to.deep.equal([]);
    wantOfService("2.0.0");
    expect(install("run")).to.deep.equal([]);
    expect(installService()).to.deep.equal([ALL]);
    rmSync(join(folder, "relay/node_modules/.package-lock.json"));
    expect(installService(), "interrupted").to.deep.equal([ALL]);
    wantOfService("3.0.0");
    expect(installService(ALL)).to.deep.equal([ALL, "failed"]);
  });

  it("of the root asks for nothing that only a service needs", () => {
    wantOfService("1.0.0");
    install("all");
    expect(existsSync(join(folder, "relay/node_modules"))).to.equal(false);
  });

  it("says when npm fails", () => {
    expect(install("run", RUN)).to.deep.equal([RUN, "failed"]);
    expect(install("all", ALL)).to.deep.equal([ALL, "failed"]);
  });
});

describe("the dependencies", () => {
  const { dependencies, devDependencies, engines } = JSON.parse(readFileSync("package.json", "utf8"));
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));

  it("that are not only for development hold all that npm start imports", () => {
    const seen = new Set<string>();
    const packagesOf = (path: string): string[] => {
      if (seen.has(path)) return [];
      seen.add(path);
      const text = readFileSync(path, "utf8");
      return [...text.matchAll(/^(?:import|export)(?! type)(?: [^"\'`;]*? from)? "([^"]+)"/gm)].flatMap(([, to]) => {
        if (to!.startsWith("node:")) return [];
        if (!to!.startsWith(".")) return [/^(@[^/]+\/)?[^/]+/.exec(to!)![0]];
        return packagesOf(join(dirname(path), to!.replace(/\.js$/, ".ts")));
      });
    };
    const needed = new Set(["sim/oct10/main.ts", "hardhat.run.config.ts"].flatMap(packagesOf));
    expect(seen.size).to.be.greaterThan(50);
    expect([...needed]).to.include.members(["ethers", "hardhat", "cli-progress"]);
    expect([...needed].filter((name) => !(name in dependencies))).to.deep.equal([]);
  });

  it("hold no package twice, and what is optional asks for no Node, so that an older npm leaves nothing out", () => {
    expect(Object.keys(dependencies).filter((name) => name in devDependencies)).to.deep.equal([]);
    const optional = Object.entries<{ optional?: boolean; engines?: unknown }>(packages).filter(
      ([, { optional }]) => optional,
    );
    expect(optional.length).to.be.greaterThan(20);
    expect(optional.filter(([, pkg]) => pkg.engines).map(([path]) => path)).to.deep.equal([]);
    expect(packages[""].dependencies).to.deep.equal(dependencies);
    expect(packages[""].engines).to.deep.equal(engines);
  });
});
