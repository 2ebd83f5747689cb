// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { orderHash } from "../order/hash.js";
import type { SignedOrder } from "../order/Order.js";
import { Process, freePort, prepare } from "./Process.js";
import { PRICE, Venue } from "./Venue.js";

describe("a relay's process", function () {
  this.timeout(120_000);
  let venue: Venue;
  let folder: string;
  let relay: Process | undefined;
  before(async () => {
    venue = await Venue.open();
    await venue.running.close();
    folder = mkdtempSync(join(tmpdir(), "relay-"));
    prepare(folder, venue);
  });
  after(async () => {
    await relay?.kill("SIGKILL");
    venue.chain.stop();
    rmSync(folder, { recursive: true });
  });

  it("killed in the middle of many orders, it has all that it accepted, and settles what it had matched", async () => {
    const port = await freePort();
    relay = await Process.start(folder, venue.url, port);
    const maker = await venue.order(0, -2, PRICE);
    const taker = await venue.order(1, 1, PRICE);
    const many = await Promise.all(
      Array.from({ length: 200 }, (_, i) => venue.order(2 + (i % 5), 0.01, PRICE - 100 - i)),
    );
    expect(await relay.post(maker)).to.equal(201);
    const accepted: SignedOrder[] = [maker];
    let killed: Promise<void> | undefined;
    const posting = [...many.slice(0, 60), taker, ...many.slice(60)].map(async (signed) => {
      if ((await relay!.post(signed)) !== 201) return;
      // At once, while the answers to others are on their way.
      if (accepted.push(signed) === 20) killed = relay!.kill("SIGKILL");
    });
    await Promise.all(posting);
    await killed;
    expect(accepted.length).to.be.lessThan(201);

    relay = await Process.start(folder, venue.url, port);
    for (const signed of accepted) {
      const state = await relay.get(`/v1/orders/${orderHash(signed.order)}`);
      expect(state["error"], `accepted as ${accepted.indexOf(signed)}`).to.equal(undefined);
    }
    if (!accepted.includes(taker)) expect(await relay.post(taker)).to.be.oneOf([200, 201]);
    for (let block = 0; block < 20 && (await venue.held(1)) === 0n; ++block) {
      await venue.chain.mineWaiting();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(Number(await venue.held(1)) / 1e9, "settled once").to.equal(1);
    for (let block = 0; block < 3; ++block) {
      await venue.chain.mineWaiting();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(Number(await venue.held(1)) / 1e9).to.equal(1);
    expect((await relay.get(`/v1/orders/${orderHash(maker.order)}`))["left"]).to.equal(String(1_000_000_000));
  });

  it("ends in order on SIGTERM, and its database is free", async () => {
    await relay!.kill("SIGTERM");
    relay = await Process.start(folder, venue.url, await freePort());
    expect((await relay.get("/v1/info"))["clearinghouse"]).to.be.a("string");
  });
});
