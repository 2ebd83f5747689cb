// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sealPage, pageDigest, relayDomain } from "../journal/page.js";
import { keyOf } from "../order/signing.js";
import { cancelDigest } from "../order/cancel.js";
import { pageFromWire, signedFromWire } from "../order/wire.js";
import { createMetrics } from "../run/metrics.js";
import { Place, signedBy, traderOf } from "./Place.js";
import { CHAIN, CLEARINGHOUSE, hashOf } from "./people.js";

const ROOT = join(import.meta.dirname, "../..");

function run(file: string, ...args: string[]): Promise<{ status: number | null; text: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", join(ROOT, "relay", file), ...args], { cwd: ROOT });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, text })));
}

describe("the relay's dashboard", () => {
  it("asks for every metric that there is, and for no other", async () => {
    const names = (await createMetrics().registry.getMetricsAsJSON()).map(({ name }) => name);
    const board = readFileSync(join(ROOT, "relay/grafana.json"), "utf8");
    const asked = [...board.matchAll(/novation_relay_[a-z_]+/g)].map(([name]) =>
      name.replace(/_(bucket|sum|count)$/, ""),
    );
    expect([...new Set(asked), "novation_relay_block"].sort()).to.deep.equal(names.sort());
  });
});

describe("the relay's commands", function () {
  this.timeout(60_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "relay-"))));
  after(() => rmSync(folder, { recursive: true }));

  for (const file of ["main.ts", "audit/main.ts", "bench/main.ts"]) {
    it(`${file} refuses an option that it does not have`, async () => {
      const { status, text } = await run(file, "--nonsense");
      expect(status, text).to.equal(2);
      expect(text).to.include("--nonsense");
    });
  }

  it("a relay that lacks a key or a venue says so", async () => {
    expect((await run("main.ts")).text).to.include("--rpc URL");
    const { status, text } = await run("main.ts", "--rpc", "http://127.0.0.1:1", "--deployment", join(folder, "none"));
    expect(status).to.not.equal(0);
    expect(text).to.include("none");
  });

  it("audit proves an honest journal, and prints what is wrong with another, with the bond's calldata", async () => {
    const place = await Place.open();
    await place.order(signedBy(traderOf(1), -5, 100));
    await place.order(signedBy(traderOf(2), 3, 100));
    const honest = await run("audit/main.ts", "--relay", place.url);
    expect(honest, honest.text).to.include({ status: 0 });
    expect(honest.text).to.match(/\d+ pages, 3 statements, 1 matches with 1 fills: every match kept the order/);

    // A receipt of another page that the relay signed in the first one's place.
    const first = pageFromWire(JSON.parse((await place.store.pages(1, 1))[0]!));
    const { page } = sealPage(
      { page: 0, next: 1, hash: first.previous, time: 0 },
      first.statements.slice(),
      first.time + 1,
    );
    const signature = keyOf(`0x${"42".repeat(32)}`).sign(pageDigest(relayDomain(CHAIN, CLEARINGHOUSE), page));
    const [receipts, proofs] = [join(folder, "receipts"), join(folder, "proofs")];
    writeFileSync(receipts, `${JSON.stringify({ page: { ...page, signature }, index: 0, path: [] })}\n`);
    const caught = await run("audit/main.ts", "--relay", place.url, "--receipt", receipts, "--proofs", proofs);
    expect(caught.status, caught.text).to.equal(1);
    expect(caught.text).to.include("signed twice").and.include("proveTwoStories");
    expect(JSON.parse(readFileSync(proofs, "utf8"))).to.have.property("name", "proveTwoStories");

    const other = join(folder, "other");
    writeFileSync(other, `${JSON.stringify({ ...page, signature, statements: [], orders: [] })}\n`);
    const compared = await run("audit/main.ts", "--relay", place.url, "--other", other);
    expect(compared.text).to.match(/- two stories: Page 1 was signed twice/);
    const cancels = join(folder, "cancels");
    const [{ orders }] = JSON.parse(`[${(await place.store.pages(1, 1))[0]}]`) as [{ orders: unknown[] }];
    const maker = signedFromWire(orders[0]);
    const order = hashOf(maker);
    const sign = traderOf(1).sign(cancelDigest(order, CHAIN, CLEARINGHOUSE));
    writeFileSync(cancels, `${JSON.stringify({ order, signature: sign, sentAt: 1 })}\n`);
    const censored = await run("audit/main.ts", "--relay", place.url, "--cancels", cancels);
    expect(censored.text).to.match(/- ignored cancel: Match 3 filled/);
    await place.close();
  });
});
