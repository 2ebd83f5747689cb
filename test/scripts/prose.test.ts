// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { readFileSync } from "node:fs";

// Plain JavaScript, as it runs before anything is installed.
const load = (file: string) => import(new URL(`../../scripts/${file}`, import.meta.url).href);
const { reflow, sentences } = (await load("reflow.mjs")) as {
  reflow: (file: string, text: string) => string;
  sentences: (words: string) => string[];
};
const { proseOf, sources } = (await load("prose.mjs")) as {
  proseOf: (file: string, text: string) => { line: number; prose: string; width: number; free: boolean }[];
  sources: () => { file: string; text: string }[];
};

const long = Array.from({ length: 30 }, (_, i) => `word${i}`).join(" ");
const squeezed = (text: string) => text.replace(/^\s*(?:\/\/\/?|\*(?!\*)|\/\*\*|\*\/)/gm, "").replace(/[\s/*]+/g, " ");

describe("wrapping", () => {
  it("keeps what stands before a comment's words, and leaves what is narrow as it is", () => {
    const text = `    /// @notice Short.\n    /// @dev ${long}\n    /// more.\n    code();\n`;
    const lines = reflow("a.sol", text).split("\n");
    expect(lines[0]).to.equal("    /// @notice Short.");
    expect(lines.length).to.equal(5);
    expect(lines.slice(1, 3).every((line) => line.startsWith("    /// ") && line.length <= 120)).to.equal(true);
    expect(lines.at(-2)).to.equal("    code();");
    expect(squeezed(lines.join("\n"))).to.equal(squeezed(text));
  });

  it("opens a comment of one line into a block, and keeps lists apart", () => {
    expect(reflow("a.ts", `/** ${long} */\n`).split("\n")[0]).to.equal("/**");
    const list = `/**\n * - ${long}\n * - b\n */\n`;
    expect(reflow("a.ts", list).split("\n")).to.deep.equal([
      `/**`,
      ` * - ${long.split(" word18")[0]}`,
      ` *   word18${long.split(" word18")[1]}`,
      " * - b",
      " */",
      "",
    ]);
  });

  it("sets a page one sentence a line, and leaves tables and code alone", () => {
    const table = `| a | ${long} |`;
    expect(reflow("a.md", `One. Two, e.g. Three. \`a. B\` four.\n\n${table}\n\n    code. Code\n`)).to.equal(
      `One.\nTwo, e.g. Three.\n\`a. B\` four.\n\n${table}\n\n    code. Code\n`,
    );
    expect(reflow("a.md", "- One. Two.\n- Three.\n")).to.equal("- One.\n  Two.\n- Three.\n");
    expect(sentences("At 1.5 it ends. 2 more.")).to.deep.equal(["At 1.5 it ends.", "2 more."]);
  });

  it("changes nothing when it is done again, and no word of ours", () => {
    const all = sources();
    expect(all.length).to.be.greaterThan(500);
    for (const { file, text } of all) {
      const once = reflow(file, text);
      expect(squeezed(once), file).to.equal(squeezed(text));
      expect(reflow(file, once), file).to.equal(once);
    }
  });
});

describe("prose", () => {
  it("is comments of code, and pages without their code", () => {
    const found = proseOf("a.ts", `const a = "// no";\n// yes\nconst b = 1; // behind\n`);
    expect(found.map(({ line, prose }) => [line, prose])).to.deep.equal([
      [2, "// yes"],
      [3, "// behind"],
    ]);
    const page = proseOf("a.md", "text\n```\ncode\n```\n| table | cell |");
    expect(page.map(({ line, free }) => [line, free])).to.deep.equal([
      [1, true],
      [5, true],
    ]);
  });

  it("is found in this file too", () => {
    expect(proseOf("a.ts", readFileSync(new URL(import.meta.url), "utf8")).length).to.be.greaterThan(1);
  });
});
