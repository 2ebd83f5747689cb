// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { Client } from "pg";
import { NoPostgres, Postgres } from "../../sim/trial/Postgres.js";
import { StartError } from "../../chain/errors.js";
import { audit } from "../audit/audit.js";
import { REASON } from "../journal/statement.js";
import type { Order } from "../order/Order.js";
import { keyOf, recoverAddress } from "../order/signing.js";
import { pageFromWire, signedFromWire } from "../order/wire.js";
import { Exchange } from "../run/Exchange.js";
import { PostgresStore } from "../store/PostgresStore.js";
import { SqliteStore } from "../store/SqliteStore.js";
import { SqliteThread } from "../store/SqliteThread.js";
import type { Store } from "../store/Store.js";
import { Place, signedBy, traderOf } from "./Place.js";
import { CHAIN, CLEARINGHOUSE, FakeView, MARKET, NANO, hashOf } from "./people.js";

/** Everything that a journal proves, from the database alone. */
async function audited(store: Store) {
  const lines = (await store.pages(1, 1_000)).map((body) => JSON.parse(body) as { orders: unknown[] });
  const orders = lines.flatMap((line) => line.orders.map((each): Order => signedFromWire(each).order));
  const pages = lines.map(pageFromWire);
  const relay = keyOf(`0x${"42".repeat(32)}`).address;
  return audit({ chainId: CHAIN, clearinghouse: CLEARINGHOUSE, relay, pages, orders }, recoverAddress);
}

const stores: [string, (folder: string) => Promise<Store>][] = [
  ["SQLite", async (folder) => new SqliteStore(join(folder, "relay.db"), "test")],
  ["SQLite in a thread", (folder) => SqliteThread.open(join(folder, "relay.db"), "test")],
];
const postgres = await Postgres.start().catch((failure: unknown) => {
  if (failure instanceof NoPostgres) return undefined; // those tests are left out
  throw failure;
});
after(function () {
  this.timeout(60_000);
  postgres?.stop();
});
const url = postgres?.url;
if (url !== undefined) stores.push(["PostgreSQL", (folder) => PostgresStore.open(url, `test ${folder}`)]);

for (const [name, open] of stores) {
  describe(`a relay that was killed, on ${name}`, () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "relay-"))));
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it("has every order that it accepted, at its place, with what is on its way; its journal goes on", async () => {
      const view = new FakeView();
      const store = await open(folder);
      const place = await Place.open({ store, view });
      const makers = [1, 2, 3].map((index) => signedBy(traderOf(index), -5, 100));
      for (const maker of makers) await place.order(maker);
      const waits = signedBy(traderOf(4), 5, 90, { trigger: 90n * 10n ** 18n });
      await place.order(waits);
      await place.order(signedBy(traderOf(5), 7, 100));
      const cancelled = signedBy(traderOf(6), 1, 50);
      await place.order(cancelled);
      await place.exchange.cancel(place.exchange.engine.orders.get(hashOf(cancelled))!, "0x");
      const state = ({ engine }: Exchange) =>
        [...engine.orders.values()]
          .map(({ hash, left, inflight, dropped, number, stand }) => [hash, left, inflight, dropped, number, stand])
          .sort();
      const before = state(place.exchange);
      const book = place.exchange.engine.book(MARKET).snapshot();
      await place.close();
      await store.close(); // its memory is gone: only what is in the database counts

      const again = await open(folder);
      const second = await Place.open({ store: again, view });
      expect(state(second.exchange)).to.deep.equal(before);
      const { bids, asks } = second.exchange.engine.book(MARKET).snapshot();
      expect({ bids, asks }).to.deep.equal({ bids: book.bids, asks: book.asks });
      expect(second.exchange.matches.map(({ match }) => match.fills.map(({ size }) => size))).to.deep.equal([
        [5n * NANO, 2n * NANO],
      ]);
      // The match is not mined after all: what it took comes back to its place.
      const { match } = second.exchange.matches[0]!;
      await second.exchange.failed(match.number, new Map([[match.taker, REASON.MARGIN]]));
      expect(second.exchange.engine.book(MARKET).asks.best?.orders.map(({ hash }) => hash)).to.deep.equal(
        makers.map(hashOf),
      );
      await second.order(signedBy(traderOf(7), -1, 101));
      const verdict = await audited(again);
      expect(verdict.violations).to.deep.equal([]);
      expect(verdict.statements).to.be.greaterThan(8);
      await second.close();
      await again.close();
    });

    it("has nothing on its way any more of a match that was mined, and no match that was given up", async () => {
      const view = new FakeView();
      const store = await open(folder);
      const place = await Place.open({ store, view });
      const maker = signedBy(traderOf(1), -5, 100);
      await place.order(maker);
      const taker = signedBy(traderOf(2), 2, 100);
      await place.order(taker);
      await place.order(signedBy(traderOf(3), 1, 100));
      const [mined, failed] = place.exchange.matches.map(({ match }) => match.number) as [number, number];
      for (const each of [maker, taker]) view.filled.set(hashOf(each), 2n * NANO);
      place.exchange.mined(mined, 7, new Map());
      await place.exchange.flush(); // says nothing: the match was said before
      await place.exchange.failed(failed, new Map());
      await place.close();
      await store.close();
      const again = await open(folder);
      const second = await Place.open({ store: again, view });
      const { exchange } = second;
      const { left, inflight } = exchange.engine.orders.get(hashOf(maker))!;
      // The second taker came back, and has met the maker again.
      expect([left, inflight]).to.deep.equal([2n * NANO, NANO]);
      expect(exchange.engine.orders.get(hashOf(taker))!.inflight).to.equal(0n);
      expect(exchange.matches.map(({ row }) => [row.number > failed, row.state])).to.deep.equal([
        [false, "mined"],
        [true, "open"],
      ]);
      exchange.engine.reconcile(exchange.engine.orders.get(hashOf(maker))!);
      expect(exchange.engine.orders.get(hashOf(maker))!.left).to.equal(2n * NANO);
      await second.close();
      await again.close();
    });

    it("one that dies in the middle of a write has told nobody of it", async () => {
      const view = new FakeView();
      const store = await open(folder);
      const place = await Place.open({ store, view });
      await place.order(signedBy(traderOf(1), -5, 100));
      store.commit = () => Promise.reject(new Error("the disk is full"));
      let failure: Error | undefined;
      place.exchange.onFailure = (why) => (failure = why);
      const lost = signedBy(traderOf(2), -5, 99);
      expect((await place.order(lost)).status).to.equal(503);
      expect(failure?.message).to.equal("the disk is full");
      expect((await place.order(signedBy(traderOf(3), 5, 99))).status, "it takes no more").to.equal(503);
      await place.close();
      await store.close();
      const again = await open(folder);
      const second = await Place.open({ store: again, view });
      expect(second.exchange.engine.orders.size).to.equal(1);
      expect((await second.order(lost)).status).to.equal(201);
      expect((await audited(again)).violations).to.deep.equal([]);
      await second.close();
      await again.close();
    });
  });
}

describe("the thread of a database", () => {
  it("brings its log into the database beside the writer, and says when it was lost", async function () {
    this.timeout(20_000);
    const folder = mkdtempSync(join(tmpdir(), "relay-"));
    const file = join(folder, "relay.db");
    const store = await SqliteThread.open(file, "test");
    const head = { page: 1, next: 2, hash: `0x${"00".repeat(32)}` as const, time: 0 };
    const page = (number: number) => ({ page: number, first: number, body: "x".repeat(20_000) });
    const nothing = { orders: [], matches: [], gone: [] };
    for (let number = 1; number <= 50; ++number) await store.commit({ pages: [page(number)], head, ...nothing });
    const small = statSync(file).size;
    while (statSync(file).size === small) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await store.pages(50, 1)).to.deep.equal(["x".repeat(20_000)]);
    expect(await store.commit({ pages: [page(50)], head, ...nothing }).catch((why: Error) => why.message)).to.match(
      /UNIQUE constraint/,
    );
    let lost: Error | undefined;
    store.onLost((why) => (lost = why));
    await (store as unknown as { worker: Worker }).worker.terminate();
    expect(lost?.message).to.match(/thread of the database has ended/);
    await (store as unknown as { checkpoints: Worker }).checkpoints.terminate();
    rmSync(folder, { recursive: true });
  });
});

describe("several relays on one database", () => {
  it("a file belongs to one of them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "relay-"));
    const first = new SqliteStore(join(folder, "relay.db"), "test");
    expect(() => new SqliteStore(join(folder, "relay.db"), "test")).to.throw(/uses the database/);
    const refused: Error = await SqliteThread.open(join(folder, "relay.db"), "test").catch((why) => why);
    expect([refused.name, refused instanceof StartError]).to.deep.equal(["DatabaseInUse", true]);
    await first.close();
    rmSync(folder, { recursive: true });
  });

  if (url !== undefined) {
    it("take turns on PostgreSQL: the second waits until the first is gone, also when it is cut off", async () => {
      const venue = `turns ${Math.random()}`;
      const [first, second] = [await PostgresStore.open(url, venue), await PostgresStore.open(url, venue)];
      await first.acquire();
      let turn = false;
      const waiting = second.acquire().then(() => (turn = true));
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(turn).to.equal(false);
      let lost: Error | undefined;
      first.onLost((why) => (lost = why));
      const admin = new Client({ connectionString: url });
      await admin.connect();
      await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
          AND objid = (hashtext($1)::BIGINT & 4294967295)::OID`,
        [venue],
      );
      await admin.end();
      await waiting;
      expect([turn, lost instanceof Error]).to.deep.equal([true, true]);
      await second.close();
    });
  }
});
