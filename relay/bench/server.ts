// SPDX-License-Identifier: MIT
// The relay that the bench measures: all of it but the chain, in a process of its own.
import { rmSync } from "node:fs";
import { SignaturePool } from "../check/SignaturePool.js";
import { Place } from "../test/Place.js";
import { CHAIN, CLEARINGHOUSE, FakeView, MARKET } from "../test/people.js";
import { SqliteThread } from "../store/SqliteThread.js";

const [file, threads] = process.argv.slice(2) as [string, string];
rmSync(file, { force: true });
const pool = new SignaturePool(CHAIN, CLEARINGHOUSE, Number(threads));
const view = new FakeView();
const store = await SqliteThread.open(file, "bench");
const commit = store.commit.bind(store);
let writes: number[] = [];
store.commit = async (pages) => {
  const began = performance.now();
  await commit(pages);
  writes.push(performance.now() - began);
};
const place = await Place.open({ store, pool, view });
process.on("message", (message: "usage" | "settle" | "stop") => {
  if (message === "usage") {
    const { user, system } = process.cpuUsage();
    const { engine } = place.exchange;
    const levels = engine.book(MARKET).bids.levels.length + engine.book(MARKET).asks.levels.length;
    const memory = process.memoryUsage().rss;
    process.send!({ cpu: (user + system) / 1e6, orders: engine.orders.size, levels, memory, writes });
    writes = [];
  }
  if (message === "stop") process.exit(0);
});
process.send!({ url: place.url });
