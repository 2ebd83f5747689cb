// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { createMetrics } from "../../keeper/run/metrics.js";
import { Report } from "../../keeper/run/Report.js";
import { screen } from "../../keeper/run/screen.js";
import { serve } from "../../keeper/run/server.js";
import type { Status } from "../../keeper/run/Status.js";

describe("what a keeper tells", () => {
  it("/health is 503 until it follows, and the terminal shows what it says", async () => {
    const metrics = createMetrics();
    const report = new Report(metrics, true, 0n);
    const server = await serve(0, "127.0.0.1", metrics, report);
    const { port } = server.address() as { port: number };
    const url = `http://127.0.0.1:${port}`;
    try {
      report.backfill(5, 90);
      report.action(5, "poke 1", "sent");
      const early = await fetch(`${url}/health`);
      expect(early.status).to.equal(503);
      const text = screen((await early.json()) as Status, early.ok);
      expect(text).to.contain("NOT OK  backfilling, dry run  block 5 of 90").and.to.contain("5  poke 1: sent");
      report.seen();
      expect((await fetch(`${url}/health`)).status).to.equal(200);
      report.stopped(true);
      expect((await fetch(`${url}/health`)).status).to.equal(503);
      expect(await (await fetch(`${url}/metrics`)).text()).to.contain("novation_keeper_stopped_by_gas 1");
    } finally {
      server.close();
    }
  });

  it("the dashboard only asks for metrics that there are", async () => {
    const names = new Set((await createMetrics().registry.getMetricsAsJSON()).map(({ name }) => name));
    const board = readFileSync(new URL("../../keeper/grafana.json", import.meta.url), "utf8");
    const asked = [...board.matchAll(/novation_keeper_[a-z_]+/g)].map(([name]) =>
      name.replace(/_(bucket|sum|count)$/, ""),
    );
    expect(asked.length).to.be.greaterThan(8);
    for (const name of asked) expect([...names]).to.include(name);
  });
});
