// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigUnreadable } from "../../keeper/config/errors.js";
import { ordersFrom } from "../../keeper/run/orders.js";
import { USE } from "../../sdk/order.js";
import { PRICE } from "../stories/venue.js";
import { openBench } from "./bench.js";

const OWNER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
/** In the form of a key's. */
const SIGNATURE = `0x${"11".repeat(64)}1b`;

describe("a keeper's file of orders", () => {
  const folder = mkdtempSync(join(tmpdir(), "orders-"));
  const file = join(folder, "orders.json");
  after(() => rmSync(folder, { recursive: true }));

  const good = {
    account: String((BigInt(OWNER) << 32n) | 1n),
    market: 4,
    size: "-1000000000",
    limit: "60000100000000000000000",
    salt: "65536",
    expiry: 2_000_000_000,
    use: Number(USE.MAKER),
  };
  const read = (order: object, signer = OWNER) => {
    writeFileSync(file, JSON.stringify([{ signer, signature: SIGNATURE, order }]));
    return ordersFrom(file)();
  };

  it("is read exactly", async () => {
    const [signed] = await read(good);
    expect([signed!.order.limit, signed!.order.size]).to.deep.equal([60_000_100_000_000_000_000_000n, -1_000_000_000n]);
  });

  const bad: [string, object][] = [
    ["a limit whose digits JSON has lost", { limit: 60_000.1 * 1e18 }],
    ["a market that does not fit", { market: "4294967296" }],
    ["an account that does not fit", { account: String(1n << 192n) }],
    ["a negative salt", { salt: "-1" }],
    ["an expiry in milliseconds", { expiry: 2_000_000_000_000 }],
    ["a size of nothing", { size: "0" }],
    ["a use that there is not", { use: 3 }],
    ["the members of another version", { use: undefined, taker: false }],
    ["a direction of no trigger", { triggerAbove: true }],
    ["a matcher whose checksum is wrong", { matcher: OWNER.replace("5aA", "5aa") }],
  ];
  for (const [what, change] of bad) {
    it(`names the file and the order with ${what}`, async () => {
      const failure = (await read({ ...good, ...change }).catch((error: unknown) => error)) as ConfigUnreadable;
      expect(failure).to.be.instanceOf(ConfigUnreadable);
      expect(failure.message).to.contain(file).and.to.match(/order/);
    });
  }

  it("that was spoilt while the keeper runs keeps it from nothing: the orders read before count", async () => {
    const bench = await openBench();
    await read(good);
    const keeper = await bench.again({ orders: ordersFrom(file) });
    await keeper.look();
    writeFileSync(file, "[{");
    await bench.venue.setPrice(91_000n * PRICE);
    await keeper.wake();
    expect(bench.rpc.sent.length, "the poke that locks").to.equal(1);
  });

  it("names the file and the order with a signer whose checksum is wrong", async () => {
    const failure = await read(good, OWNER.replace("5aA", "5aa")).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(ConfigUnreadable);
    expect((failure as Error).message).to.contain("order 0: signer");
  });
});
