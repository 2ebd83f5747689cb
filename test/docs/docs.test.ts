// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

const FOLDERS = ["docs", "docs/decisions", "deploy", "sdk"];

/** Paths that a command of a page makes, or that its reader brings. */
const MADE = /^(build|cache|deploy\/deployments)\//;

const pagesOf = (folder: string) =>
  readdirSync(folder).flatMap((name) => (/\.md$/.test(name) ? join(folder, name) : []));
const pages = [...pagesOf("."), ...FOLDERS.flatMap(pagesOf)].map((path) => ({
  path,
  text: readFileSync(path, "utf8"),
}));

function found(pattern: RegExp): { path: string; what: string }[] {
  return pages.flatMap(({ path, text }) => [...text.matchAll(pattern)].map((match) => ({ path, what: match[1]! })));
}

describe("what the pages say", () => {
  it("every linked file exists", () => {
    const links = found(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g).filter(({ what }) => !/^[a-z]+:/.test(what));
    expect(links.length).to.be.greaterThan(50);
    expect(links.filter(({ path, what }) => !existsSync(join(dirname(path), what)))).to.deep.equal([]);
  });

  it("every npm command exists", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    const commands = found(/npm (?:run )?(?:--silent )?(start|test|(?<=run (?:--silent )?)[a-z][\w:-]*)/g);
    expect(commands.length).to.be.greaterThan(50);
    expect(commands.filter(({ what }) => scripts[what] === undefined)).to.deep.equal([]);
  });

  it("every file that is named by its whole path exists", () => {
    const top = "contracts|deploy|docs|sdk|keeper|sim|bench|scripts|test|tools";
    const paths = found(new RegExp(`(?<![\\w./-])((?:${top})/[\\w./-]+\\.(?:sol|tsx?|mjs|json|jsonl|md))\\b`, "g"));
    expect(paths.length).to.be.greaterThan(50);
    expect(paths.filter(({ what }) => !MADE.test(what) && !existsSync(what))).to.deep.equal([]);
  });
});
