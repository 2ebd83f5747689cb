// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Address } from "../../../../sdk/order.js";
import { reportIn } from "./report";

const clearinghouse: Address = `0x${"ab".repeat(20)}`;
const HERE = { chainId: 10n, clearinghouse };
const report = {
  format: 1,
  chainId: "10",
  clearinghouse: `0x${"AB".repeat(20)}`,
  block: 7,
  more: "what this page does not read",
  page: {
    title: "Wider margins",
    sections: [
      {
        title: "What changes",
        blocks: [
          { kind: "warning", text: "Two more accounts are liquidatable after it." },
          { kind: "table", head: ["of", "old", "new"], rows: [["BTC", "5%", "6%"]] },
        ],
      },
    ],
  },
};

describe("a proposal's report", () => {
  it("is taken as the tool wrote it", () => {
    const read = reportIn(JSON.stringify(report), HERE);
    assert.ok(typeof read === "object");
    assert.equal(read.page.title, "Wider margins");
    assert.deepEqual(
      read.page.sections[0]!.blocks.map(({ kind }) => kind),
      ["warning", "table"],
    );
  });

  it("of another chain or another venue is refused: it would be believed here", () => {
    for (const other of [{ chainId: "1" }, { clearinghouse: `0x${"cd".repeat(20)}` }]) {
      const read = reportIn(JSON.stringify({ ...report, ...other }), HERE);
      assert.ok(typeof read === "string");
      assert.match(read, /another venue/);
    }
  });

  it("is nothing else: no JSON, another format, a block of an unknown kind, a page without end", () => {
    const of = (change: object) => JSON.stringify({ ...report, ...change });
    const block = (kind: string) => [{ title: "A", blocks: [{ kind, text: "a" }] }];
    for (const file of [
      "<html>",
      of({ format: 2 }),
      of({ page: { title: "A", sections: block("script") } }),
      of({ page: { title: "A".repeat(30_000), sections: [] } }),
    ]) {
      const read = reportIn(file, HERE);
      assert.ok(typeof read === "string");
      assert.match(read, /no report/);
    }
  });
});
