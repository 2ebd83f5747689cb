// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet } from "ethers";
import { keyOf as anvilKey } from "../../sim/venue/anvil.js";
import { NoPostgres, Postgres } from "../../sim/trial/Postgres.js";
import { orderHash } from "../order/hash.js";
import { USE, type SignedOrder } from "../order/Order.js";
import { OptionVenue } from "./OptionVenue.js";
import { Process, freePort, prepareFor } from "./Process.js";
import { NANO, UNIT } from "./people.js";

/** The relay as its command starts it, on PostgreSQL, over a clearinghouse of options on a real node. */
describe("a relay's process with options", function () {
  this.timeout(300_000);
  let postgres: Postgres | undefined;
  let venue: OptionVenue | undefined;
  let folder: string;
  let relay: Process | undefined;

  before(async function () {
    try {
      postgres = await Postgres.start();
    } catch (failure) {
      if (!(failure instanceof NoPostgres)) throw failure;
      this.skip();
    }
    venue = await OptionVenue.open(4);
    await venue.running.close();
    folder = mkdtempSync(join(tmpdir(), "relay-options-"));
    prepareFor(folder, venue.deployment);
  });
  after(async () => {
    await relay?.kill("SIGKILL");
    venue?.chain.stop();
    postgres?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const start = async () => {
    const process = Process.spawn(folder, venue!.url, await freePort(), postgres!.url);
    await process.ready();
    return process;
  };

  it("killed with quotes and a package on their way, it has all that it accepted, and settles the package once", async () => {
    const on = venue!;
    relay = await start();
    const [call, put] = [on.named("ETH-28NOV25-4000-C"), on.named("ETH-28NOV25-4000-P")];
    const [high, low] = [await on.mark(call), await on.mark(put)];
    const makers = [
      await on.order(0, call, -3, high, { use: USE.MAKER }),
      await on.order(0, put, -3, low, { use: USE.MAKER }),
    ];
    for (const each of makers) expect(await relay.post(each)).to.equal(201);
    const quotes = await Promise.all(
      Array.from({ length: 150 }, (_, i) =>
        on.order(1, i % 2 === 0 ? call : put, 1, (i % 2 === 0 ? high : low) - UNIT - BigInt(i) * (UNIT / 100n), {
          use: USE.MAKER,
        }),
      ),
    );
    // The key that settles is the process's own.
    const { submitters } = (await relay.get("/v1/info")) as { submitters: [string] };
    const matcher = submitters[0].toLowerCase() as `0x${string}`;
    expect(matcher).to.equal(new Wallet(anvilKey(7)).address.toLowerCase());
    const legs = [
      await on.order(2, call, 2, high, { use: USE.TAKER, matcher }),
      await on.order(2, put, 2, low, { use: USE.TAKER, matcher }),
    ];
    const accepted: SignedOrder[] = [];
    let killed: Promise<void> | undefined;
    const posting = quotes.map(async (signed, index) => {
      if (index === 20 && (await relay!.package(legs)) === 201) accepted.push(...legs);
      if ((await relay!.post(signed)) !== 201) return;
      if (accepted.push(signed) === 40) killed = relay!.kill("SIGKILL");
    });
    await Promise.all(posting);
    await killed;
    expect(accepted.length).to.be.within(40, 151);

    relay = await start();
    for (const signed of accepted) {
      const state = await relay.get(`/v1/orders/${orderHash(signed.order)}`);
      expect(state["error"], `accepted as ${accepted.indexOf(signed)}`).to.equal(undefined);
    }
    if (!accepted.includes(legs[0]!)) expect(await relay.package(legs)).to.equal(201);
    for (let block = 0; block < 25; ++block) {
      await on.chain.mineWaiting();
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (block > 5 && (await on.held(2, put)) !== 0n) break;
    }
    expect([await on.held(2, call), await on.held(2, put)]).to.deep.equal([2n * NANO, 2n * NANO]);
    const state = await relay.get(`/v1/orders/${orderHash(makers[0]!.order)}`);
    expect([state["left"], state["name"]]).to.deep.equal([String(NANO), "ETH-28NOV25-4000-C"]);
  });
});
