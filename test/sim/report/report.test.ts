// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { count, percent } from "../../../sim/report/format.js";
import { escape, table } from "../../../sim/report/html.js";
import { reportHtml } from "../../../sim/report/report.js";
import { stretches } from "../../../sim/report/stressSection.js";
import { labReport } from "./fixture.js";

describe("the lab's report", () => {
  const lab = labReport();
  const html = reportHtml(lab);
  const figures = [...html.matchAll(/<figure id="([^"]+)">/g)].map(([, id]) => id!);

  it("needs nothing but itself: no address, no script, no file", () => {
    expect(html).not.to.match(/https?:|\/\/[a-z]/i);
    expect(html).not.to.match(/<script|<link|<img|<iframe|@import|url\((?!#)/i);
    expect(html.startsWith("<!doctype html>")).to.equal(true);
  });

  it("draws every figure, each with something in it and no number missing", () => {
    const expected = ["fig-budget", "fig-haircut", "fig-touched", "fig-queue-QUEUE-BTC", "fig-replay-waterfall"].concat(
      ["fig-gas", "fig-waterfall", "fig-liquidated", "fig-scenario-gap", "fig-attack", "fig-monte-carlo"],
      ["BTC", "SOL"].flatMap((asset) => [`fig-marks-${asset}`, `fig-tail-${asset}`, `fig-outofsample-${asset}`]),
    );
    expect(figures).to.deep.equal(expected);
    for (const svg of html.match(/<svg[\s\S]*?<\/svg>/g)!) expect(svg).to.match(/<path[\s\S]*<text/);
    expect(html.match(/<svg/g)!.length).to.equal(figures.length);
    expect(html).not.to.match(/NaN|undefined|\[object/);
  });

  it("gives no two elements the same id", () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it("says what the replay found: each policy's figures, the queue, the broken claim", () => {
    for (const base of [10_000, 20_000]) {
      for (const more of [1_001, 2_002, 4_004, 5_005, 8_008]) expect(html).to.contain(count(base + more));
    }
    for (const text of [
      "12.34%",
      "5.67%",
      "0.876",
      "42,042",
      "3.21",
      "9,191",
      "GapOpen 3",
      "GroupLocked 4",
      "BROKEN",
    ]) {
      expect(html).to.contain(text);
    }
    expect(html).to.contain("a population &#60;of nobody&#62;").and.contain("a note on the replay");
  });

  it("says what the stress run found: the waterfall, the promise that broke, the attack, Monte Carlo", () => {
    for (const text of ["31,313", "70,707", "90,909", "gap: INV-99 a promise", "1.71%", "0.432", "jump 0.91"]) {
      expect(html).to.contain(text);
    }
  });

  it("says what the calibration found, and first that its prices are no market's", () => {
    const { markets, notes } = lab.calibration!;
    const part = html.slice(html.indexOf('<section id="calibration">'));
    expect(part.indexOf(escape(notes[0]!))).to.be.within(1, 300);
    for (const { asset, proposals, validations } of markets) {
      for (const { name, value } of proposals) {
        expect(part, `${asset} ${name}`)
          .to.contain(`<td>${name}</td>`)
          .and.contain(count(Number(value)));
      }
      for (const { level, observed } of validations)
        expect(part).to.contain(percent(level)).and.contain(`>${observed}<`);
    }
  });

  it("leaves out what was not run", () => {
    const page = reportHtml({ quick: false, seed: 1, seconds: {}, stress: lab.stress });
    expect(page).to.contain('id="stress"').and.not.contain('id="replay"').and.not.contain('id="calibration"');
  });

  it("writes text so that it stays text", () => {
    expect(table("t", "a & b", [["<th>"], ["1,234.5%"], ["<td>"]])).to.equal(
      '<div class="table"><table id="t"><caption>a &#38; b</caption><thead><tr><th>&#60;th&#62;</th></tr></thead>' +
        '<tbody><tr><td class="n">1,234.5%</td></tr>\n<tr><td>&#60;td&#62;</td></tr></tbody></table></div>',
    );
  });

  it("shades from the first locked tick to the first that is not", () => {
    expect(stretches([0, 10, 20, 30, 40], [0, 1, 2, 0, 1])).to.deep.equal([
      [10, 30],
      [40, 40],
    ]);
  });

  it("is explained: docs/lab.md has every figure", () => {
    const docs = readFileSync(new URL("../../../docs/lab.md", import.meta.url), "utf8");
    const kinds = new Set(figures.map((id) => id.replace(/-(BTC|SOL|gap|QUEUE-BTC)$/, "")));
    for (const kind of [...kinds, "fig-day", "fig-cascade"]) expect(docs, kind).to.contain(kind);
  });
});
