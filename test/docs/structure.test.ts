// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { posix } from "node:path";

/** The folders of TypeScript in reading order, and what each may import: nothing imports back. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  types: [],
  tools: [],
  sdk: ["types"],
  chain: ["types", "sdk"],
  deploy: ["types", "sdk", "chain"],
  keeper: ["types", "sdk", "chain"],
  sim: ["types", "tools", "sdk", "chain", "deploy", "keeper"],
  bench: ["types", "tools", "sdk", "chain", "deploy", "keeper", "sim"],
  relay: ["types", "tools", "sdk", "chain", "deploy", "keeper", "sim"],
  scripts: ["tools", "sdk"],
  test: ["types", "tools", "sdk", "chain", "deploy", "keeper", "sim", "bench", "relay", "scripts"],
  indexer: ["types", "tools", "sdk", "chain", "deploy", "sim", "test"],
  web: ["types", "tools", "sdk", "deploy", "sim"],
  govern: ["types", "tools", "sdk", "chain", "deploy", "sim"],
  venue: ["types", "tools", "sdk", "chain", "deploy", "sim"],
  watch: ["types", "tools", "sdk", "chain", "deploy", "keeper", "sim", "test", "relay"],
};
const FOLDERS = Object.keys(MAY_IMPORT);

/** What a build makes, or npm. */
const MADE =
  /(^|\/)node_modules$|^(types|indexer\/(.*\/)?generated|artifacts|build|cache|out|coverage|snapshots|docs|contracts|findings|sdk\/dist|web\/dist)$/;

interface Arrow {
  from: string;
  to: string;
}

const sources = sourcesIn(".");
const arrows = sources.flatMap(importsOf);

describe("imports between folders", () => {
  it("are found at all", () => {
    expect(sources.length).to.be.greaterThan(300);
    expect(arrows.some(({ from, to }) => top(from) === "test" && top(to) === "sdk")).to.equal(true);
  });

  it("the order of the folders has no arrow back", () => {
    for (const [index, folder] of FOLDERS.entries()) {
      expect(FOLDERS.slice(0, index), folder).to.include.members([...MAY_IMPORT[folder]!]);
    }
  });

  it("every folder of sources has its place in the order", () => {
    const tops = new Set(sources.filter((path) => path.includes("/")).map(top));
    expect([...tops].filter((folder) => !(folder in MAY_IMPORT))).to.deep.equal([]);
  });

  it("no folder imports from one that comes after it or that it does not need", () => {
    const wrong = arrows.filter(({ from, to }) => {
      return from.includes("/") && top(from) !== top(to) && !MAY_IMPORT[top(from)]!.includes(top(to));
    });
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).to.deep.equal([]);
  });

  it("nothing but the indexer's tests and bench uses the lab", () => {
    const inside = arrows.filter(({ from }) => top(from) === "indexer" && !/^indexer\/(test|bench)\//.test(from));
    expect(inside.length).to.be.greaterThan(50);
    expect(inside.filter(({ to }) => !["indexer", "types", "tools", "sdk", "chain"].includes(top(to)))).to.deep.equal(
      [],
    );
  });

  it("nothing but the relay's tests and bench uses the lab", () => {
    const inside = arrows.filter(({ from }) => top(from) === "relay" && !/^relay\/(test|bench)\//.test(from));
    expect(inside.length).to.be.greaterThan(50);
    expect(inside.filter(({ to }) => !["relay", "types", "sdk", "chain", "deploy"].includes(top(to)))).to.deep.equal(
      [],
    );
  });

  it("nothing but the governors' tests and bench uses the lab, and they need nothing that runs", () => {
    const inside = arrows.filter(({ from }) => top(from) === "govern" && !/^govern\/(test|bench)\//.test(from));
    expect(inside.length).to.be.greaterThan(50);
    expect(
      inside.filter(({ to }) => !["govern", "types", "tools", "sdk", "chain", "deploy"].includes(top(to))),
    ).to.deep.equal([]);
  });

  it("nothing but the watch's tests and bench uses the lab or a service, and it takes of the keeper what looks", () => {
    const inside = arrows.filter(({ from }) => top(from) === "watch" && !/^watch\/(test|bench)\//.test(from));
    expect(inside.length).to.be.greaterThan(50);
    expect(inside.filter(({ to }) => !["watch", "sdk", "chain", "keeper"].includes(top(to)))).to.deep.equal([]);
    const ofKeeper = inside.filter(({ to }) => top(to) === "keeper");
    expect(
      ofKeeper.filter(({ to }) => !/^keeper\/(options\/)?(actions|follow|look|plan|scan)\//.test(to)),
    ).to.deep.equal([]);
  });

  it("nothing but the page's walks in a browser uses the lab, and the page takes of the SDK what is pure", () => {
    const inside = arrows.filter(({ from }) => top(from) === "web" && !from.startsWith("web/e2e/"));
    expect(inside.length).to.be.greaterThan(50);
    expect(inside.filter(({ to }) => !["web", "sdk"].includes(top(to)))).to.deep.equal([]);
    const shown = inside.filter(({ from }) => !from.startsWith("web/test/"));
    expect(shown.filter(({ to }) => /^sdk\/(client|reference)\//.test(to))).to.deep.equal([]);
  });

  for (const folder of ["sim", "bench"]) {
    it(`the rooms of ${folder} import each other in no circle`, () => {
      const inside = arrows.filter(({ from, to }) => top(from) === folder && top(to) === folder);
      const rooms = inside.map(({ from, to }) => ({ from: roomOf(from), to: roomOf(to) }));
      expect(circleIn(rooms.filter(({ from, to }) => from !== to))).to.deep.equal([]);
    });
  }
});

/** All TypeScript and JavaScript of the repository, by path. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = posix.join(folder, name);
    if (name.startsWith(".") || MADE.test(path)) return [];
    if (statSync(path).isDirectory()) return sourcesIn(path);
    return /\.(tsx?|mts|mjs)$/.test(name) ? [path] : [];
  });
}

function importsOf(from: string): Arrow[] {
  const text = readFileSync(from, "utf8");
  const found = text.matchAll(/^\s*(?:import|export|\}).*?from\s*"(\.[^"]+)"|import\s*\(?\s*"(\.[^"]+)"/gm);
  return [...found].map(([, named, bare]) => ({ from, to: posix.join(posix.dirname(from), (named ?? bare)!) }));
}

function top(path: string): string {
  return path.split("/")[0]!;
}

/** The folder within a top folder; a top folder's own files, which put the others together, are one room too. */
function roomOf(path: string): string {
  return path.split("/").slice(0, -1).slice(0, 2).join("/");
}

/** The rooms of circles, and those that import them: whoever imports nothing that is left goes, again and again. */
function circleIn(list: readonly Arrow[]): string[] {
  let left = [...new Set(list.flatMap(({ from, to }) => [from, to]))];
  for (;;) {
    const next = left.filter((room) => list.some(({ from, to }) => from === room && left.includes(to)));
    if (next.length === left.length) return left;
    left = next;
  }
}
