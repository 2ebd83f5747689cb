// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { calibrate } from "../../sim/calibrate/calibrate.js";
import { DEFAULTS, calibrationInput } from "../../sim/calibrate/options.js";
import { calibrationSection } from "../../sim/report/calibrationSection.js";
import { figure, percent } from "../../sim/report/numbers.js";
import { page } from "../../sim/report/page.js";

describe("the lab's page", () => {
  const report = calibrate(calibrationInput({ ...DEFAULTS, days: "240" }));
  const html = page("A title with <brackets>", ["Lead & more"], [calibrationSection(report)], report);

  it("needs nothing from elsewhere", () => {
    expect(html).to.not.match(/<(script|link|img|iframe)[^>]+(src|href)=/);
    expect(html).to.not.match(/@import|url\((?!#)/);
    const addresses = [...html.matchAll(/https?:\/\/[^\s"<]+/g)].map(([address]) => address);
    expect(addresses.filter((address) => !address.startsWith("http://www.w3.org/"))).to.deep.equal([]);
  });

  it("has its drawings, its tables and its data", () => {
    expect(html.match(/<svg /g)!.length).to.be.at.least(2);
    expect(html).to.include("maintenanceMargin").and.to.include("&lt;brackets&gt;").and.to.include("Lead &amp; more");
    const data = /<script type="application\/json" id="report">(.*)<\/script>/.exec(html)![1]!;
    expect(JSON.parse(data)).to.deep.equal(JSON.parse(JSON.stringify(report)));
  });

  it("writes figures for people", () => {
    expect([1_234_567.8, 0.123456, 0, null].map(figure)).to.deep.equal(["1,234,568", "0.1235", "0", "-"]);
    expect(percent(0.01234)).to.equal("1.234%");
  });
});
