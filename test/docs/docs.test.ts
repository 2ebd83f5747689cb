// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

// Plain JavaScript, as it runs before anything is installed.
const { COMMANDS } = (await import(new URL("../../scripts/commands.mjs", import.meta.url).href)) as {
  COMMANDS: Record<string, Record<string, unknown>>;
};

const FOLDERS = ["docs", "docs/decisions", "deploy", "sdk"];

/** Paths that a command of a page makes, or that its reader brings. */
const MADE = /^(build|cache|deploy\/deployments)\//;

const pagesOf = (folder: string) =>
  readdirSync(folder).flatMap((name) => (/\.md$/.test(name) ? join(folder, name) : []));
const pages = [...pagesOf("."), ...FOLDERS.flatMap(pagesOf)].map((path) => ({
  path,
  text: readFileSync(path, "utf8"),
}));

const read = (paths: string[]) => paths.map((path) => readFileSync(path, "utf8")).join("\n");

function found(pattern: RegExp): { path: string; what: string }[] {
  return pages.flatMap(({ path, text }) => [...text.matchAll(pattern)].map((match) => ({ path, what: match[1]! })));
}

describe("what the pages say", () => {
  it("every linked file exists", () => {
    const links = found(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g).filter(({ what }) => !/^[a-z]+:/.test(what));
    expect(links.length).to.be.greaterThan(50);
    expect(links.filter(({ path, what }) => !existsSync(join(dirname(path), what)))).to.deep.equal([]);
  });

  it("every chapter that a link names exists", () => {
    const chapters = (path: string) =>
      [...readFileSync(path, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
        title!
          .toLowerCase()
          .replace(/[^\w\s-]/g, "")
          .replaceAll(" ", "-"),
      );
    const links = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)#\s]*)#([^)]*)\)/g)].map(([, to, chapter]) => ({ path, to: to!, chapter: chapter! })),
    );
    expect(links.length).to.be.greaterThan(3);
    const wrong = links.filter(({ path, to, chapter }) => {
      return !chapters(to === "" ? path : join(dirname(path), to)).includes(chapter);
    });
    expect(wrong).to.deep.equal([]);
  });

  it("every page is reached from the start", () => {
    const start = read(["README.md", "docs/README.md", "docs/decisions/README.md"]);
    const names = pages.map(({ path }) => path).filter((path) => !/README\.md$/.test(path));
    expect(names.filter((path) => !start.includes(`${basename(path)})`))).to.deep.equal([]);
  });

  it("README is at most 150 lines", () => {
    expect(readFileSync("README.md", "utf8").trimEnd().split("\n").length).to.be.at.most(150);
  });

  it("every npm command exists", () => {
    const commands = pages.flatMap(({ path, text }) =>
      [
        ...text.matchAll(
          /npm (?:run (?:--silent )?)?(start|test(?::\w+)?|(?<=run (?:--silent )?)[a-z]\w*)(?: -- ([a-z]+)\b(?!\/))?/g,
        ),
      ].map(([what, name, part]) => ({ path, what, name: name!, part })),
    );
    expect(commands.length).to.be.greaterThan(50);
    const wrong = commands.filter(({ name, part }) => {
      const parts = COMMANDS[name];
      return !parts || (part !== undefined && Object.keys(parts).length > 1 && !(part in parts));
    });
    expect(wrong).to.deep.equal([]);
  });

  it("every file that is named by its whole path exists", () => {
    const top = "contracts|deploy|docs|sdk|chain|keeper|relay|govern|watch|sim|bench|scripts|test|tools";
    const paths = found(new RegExp(`(?<![\\w./-])((?:${top})/[\\w./-]+\\.(?:sol|tsx?|mjs|json|jsonl|md))\\b`, "g"));
    expect(paths.length).to.be.greaterThan(50);
    expect(paths.filter(({ what }) => !MADE.test(what) && !existsSync(what))).to.deep.equal([]);
  });
});
