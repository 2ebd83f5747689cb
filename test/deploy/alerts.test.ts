// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { expect } from "chai";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

describe("alerts", () => {
  const rules = read("deploy/containers/prometheus/alerts.yml");
  const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);

  it("each has a section of its name in the runbook, and there is no other", () => {
    const section = read("docs/runbook.md").split("## Alerts")[1]!.split("## Alarms of the watch")[0]!;
    const told = [...section.matchAll(/^### (\w+)$/gm)].map(([, name]) => name!);
    expect(told).to.deep.equal(names);
    expect(names.length).to.be.greaterThan(10);
  });

  it("each is caused by a test of promtool's", () => {
    const tests = read("deploy/containers/prometheus/alerts.test.yml");
    const caused = (name: string) =>
      tests.includes(`alertname: ${name}\n`) ||
      [...tests.matchAll(/ALERTS\{alertname=~?"([^"]+)"/g)].some(([, one]) => new RegExp(`^(${one})$`).test(name));
    expect(names.filter((name) => !caused(name))).to.deep.equal([]);
  });

  it("ask for metrics that the services have", () => {
    const has = (service: string, file = "run/metrics.ts") =>
      [...read(`${service}/${file}`).matchAll(/(?:gauge|counter)\("(\w+)"/g)].map(
        ([, name]) => `novation_${service}_${name}`,
      );
    const watch = [...read("watch/tell/metrics.ts").matchAll(/"(novation_(?:alarm|watch_\w+))"/g)].map(
      ([, name]) => name!,
    );
    const known = new Set([...has("keeper"), ...has("relay"), ...has("indexer", "src/api/metrics.ts"), ...watch]);
    const ofBoth = [...rules.matchAll(/novation_\(keeper\|relay\)(\w+)/g)];
    const wanted = [
      ...[...rules.matchAll(/novation_(?:alarm|(?:keeper|relay|indexer|watch)_\w+)/g)].map(([name]) => name),
      ...ofBoth.flatMap(([, rest]) => [`novation_keeper${rest}`, `novation_relay${rest}`]),
    ];
    expect(wanted.filter((name) => !known.has(name))).to.deep.equal([]);
    expect(wanted.length).to.be.greaterThan(10);
  });
});
