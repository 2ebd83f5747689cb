// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NoPostgres, Postgres } from "../../sim/trial/Postgres.js";
import { orderHash } from "../order/hash.js";
import type { SignedOrder } from "../order/Order.js";
import { Process, freePort, prepare } from "./Process.js";
import { PRICE, Venue } from "./Venue.js";

/** Two whole relays with one key on one PostgreSQL, on a real node. */
describe("relays that take turns", function () {
  this.timeout(300_000);
  let postgres: Postgres | undefined;
  let venue: Venue | undefined;
  let folder: string;
  let relays: Process[] = [];
  const accepted: SignedOrder[] = [];

  before(async function () {
    try {
      postgres = await Postgres.start();
    } catch (failure) {
      if (!(failure instanceof NoPostgres)) throw failure;
      this.skip();
    }
    venue = await Venue.open();
    await venue.running.close();
    folder = mkdtempSync(join(tmpdir(), "relay-"));
    prepare(folder, venue);
  });
  after(async () => {
    await Promise.all(relays.map((each) => each.kill("SIGKILL")));
    venue?.chain.stop();
    postgres?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const start = async () => Process.spawn(folder, venue!.url, await freePort(), postgres!.url);
  /** The one that serves, and the one that waits. */
  const turns = async (): Promise<[Process, Process]> => {
    for (;;) {
      const ready = await Promise.all(relays.map(({ isReady }) => isReady));
      if (ready.some(Boolean)) return [relays[ready.indexOf(true)]!, relays[ready.indexOf(false)]!];
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const hasAll = async (relay: Process) => {
    for (const signed of accepted) {
      const state = await relay.get(`/v1/orders/${orderHash(signed.order)}`);
      expect(state["error"], `accepted as ${accepted.indexOf(signed)}`).to.equal(undefined);
    }
  };
  const post = async (relay: Process, trader: number, base: number) => {
    const signed = await venue!.order(trader, base, PRICE - 100);
    const status = await relay.post(signed);
    if (status === 201) accepted.push(signed);
    return status;
  };

  it("one serves, the other waits, and takes over with all that was accepted when the first is killed", async () => {
    relays = [await start(), await start()];
    const [first, second] = await turns();
    for (let i = 0; i < 10; ++i) expect(await post(first, i % 5, 0.01)).to.equal(201);
    expect(await second.isReady).to.equal(false);
    await first.kill("SIGKILL");
    await second.ready();
    await hasAll(second);
    expect(await post(second, 0, 0.01)).to.equal(201);
    relays = [second, await start()];
  });

  it("when PostgreSQL goes away both end, and lose nothing once it and they are back", async () => {
    const [serving] = await turns();
    const many = await Promise.all(Array.from({ length: 150 }, (_, i) => venue!.order(i % 5, 0.01, PRICE - 200 - i)));
    // Ten at a time; the database goes away while the fourth ten are on their way.
    const refused: number[] = [];
    for (let i = 0; i < many.length; i += 10) {
      const posting = many.slice(i, i + 10).map(async (signed) => {
        const status = await serving.post(signed);
        if (status === 201) accepted.push(signed);
        else refused.push(status);
      });
      if (i === 30) postgres!.halt();
      await Promise.all(posting);
    }
    expect(accepted.length).to.be.greaterThan(30);
    expect(refused.length).to.be.greaterThan(100);
    for (const status of refused) expect(status).to.be.oneOf([0, 503]); // cut off, or told that it is not accepted
    // 2: the one that waits was still on its way to the database.
    for (const each of relays) expect(await each.ended()).to.be.oneOf([1, 2]);
    postgres!.resume();
    relays = [await start(), await start()];
    const [again] = await turns();
    await hasAll(again);
    expect(await post(again, 1, 0.01)).to.equal(201);
  });

  it("a journal that three relays have written is one", async () => {
    const [serving] = await turns();
    const text = await (await fetch(`${serving.url}/v1/journal?count=500`)).text();
    const lines = text.trimEnd().split("\n");
    const pages = lines.map((line) => JSON.parse(line) as { page: number; first: number; count: number });
    expect(pages.map(({ page }) => page)).to.deep.equal(pages.map((_, index) => index + 1));
    let next = 1;
    for (const { first, count } of pages) {
      expect(first).to.equal(next);
      next += count;
    }
  });
});
