// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { id, type Signer } from "ethers";
import { readFileSync } from "node:fs";
import { NovationClient, Refused, Follower } from "../../sdk/client/index.js";
import { decodeRevert } from "../../sdk/client/decoding.js";
import { quoteFor } from "../../sdk/examples/agent.js";
import { signInBrowser } from "../../sdk/examples/browser.js";
import { follow } from "../../sdk/examples/follow.js";
import { rebuild } from "../../sdk/examples/rebuild.js";
import { settlement } from "../../sdk/examples/settlement.js";
import { trade } from "../../sdk/examples/trade.js";
import { NO_NODE } from "../../sdk/level.js";
import { quoteOf } from "../../sdk/margin/quote.js";
import { USE, saltOf, type Address, type GroupId, type MarketId } from "../../sdk/order.js";
import { queueHint } from "../../sdk/queue/hint.js";
import { groupIn } from "../../sdk/state/lookup.js";
import { sizeOf } from "../../sdk/state/position.js";
import { price, size } from "../../sdk/units.js";
import { IClearinghouse__factory, type IClearinghouse } from "../../types/ethers-contracts/index.js";
import { factsOf, differences } from "../differential/rebuilt.js";
import { BASE, PRICE, QUOTE, TOKEN, openVenue, type Venue, type Person } from "../stories/venue.js";

describe("the SDK's client and the examples of its README", () => {
  let venue: Venue;
  let alice: Person, bob: Person, carol: Person;
  const clients: NovationClient[] = [];
  let market: MarketId;

  before(async () => {
    venue = await openVenue({ vaultBudget: 100n * QUOTE });
    [alice, bob, carol] = venue.crowd as [Person, Person, Person];
    market = venue.marketId as MarketId;
    const lens = (await venue.lens.getAddress()) as Address;
    for (const { signer, address } of [alice, bob, carol]) {
      await venue.token.mint(address, 1_000_000n * TOKEN);
      clients.push(await NovationClient.connect(signer as unknown as Signer, { clearinghouse: venue.target, lens }));
    }
  });

  it("trade: deposit, sign, fill, look, cancel, withdraw", async () => {
    const told = await trade(clients[0]!, clients[1]!, market);
    expect(told).to.include.members(["Traded", "Matched"]);
    expect(told.at(-3)).to.match(/^0\.06 long, equity \d+(\.\d+)?$/);
    expect(told.at(-2)).to.match(/^liquidated at \d+(\.\d+)?$/);
    expect(told.at(-1)).to.contain("OrderCancelledOrFilled").and.to.contain("Sign one with a higher sequence.");
    expect((await clients[1]!.account()).health.cash).to.equal(3_997n * QUOTE + (QUOTE * 6n) / 10n);
  });

  it("a refusal is an error with the contract's name and a sentence, whether it is found out before sending or not", async () => {
    await expectRefused(clients[1]!.withdraw(10n ** 15n), "InsufficientWithdrawable", "Take at most that");
    await expectRefused(clients[1]!.setSigner(bob.address, 1n), "SignerIsOwner", "Name another key.");
    const wish = { market, size: size(-BASE), limit: price(100_000n * PRICE), expiry: 1n, use: USE.MAKER };
    const signed = await clients[0]!.signOrder({ ...wish, salt: saltOf(9n, 2n) });
    await expectRefused(clients[1]!.fillOrder(signed, size(BASE)), "OrderExpired", "1970-01-01T00:00:01Z");
    expect(decodeRevert((await clients[1]!.orderState(signed)).flaw)?.name).to.equal("OrderExpired");
  });

  it("several calls go as one: all or nothing, and a refusal is that of the call", async () => {
    const client = clients[2]!;
    await client.deposit(50n * TOKEN);
    const cash = async (number: number) => (await client.account(client.accountId(number))).health.cash;
    const [before, other] = [await cash(0), await cash(1)];
    const move = (to: number, amount: bigint) => (calls: IClearinghouse["interface"]) => [
      calls.encodeFunctionData("transfer", [0, 1, 5n * QUOTE]),
      calls.encodeFunctionData("transfer", [1, to, amount]),
    ];
    const { events } = await client.multicall(move(2, 2n * QUOTE));
    expect(events.map(({ kind }) => kind)).to.deep.equal(["Transferred", "Transferred"]);
    expect([await cash(0), await cash(1)]).to.deep.equal([before - 5n * QUOTE, other + 3n * QUOTE]);
    await expectRefused(client.multicall(move(2, 10n ** 18n)), "InsufficientWithdrawable", "Take at most that");
    expect(await cash(0), "nothing of it stands").to.equal(before - 5n * QUOTE);
  });

  it("settle, transfer, keys and cancelBelow reach the contracts", async () => {
    const [maker, taker] = [clients[0]!, clients[1]!];
    const wish = { market, limit: price(100_000n * PRICE), expiry: 2n ** 40n - 1n };
    const sell = await maker.signOrder({ ...wish, size: size(-BASE / 50n), use: USE.MAKER, salt: saltOf(11n, 1n) });
    const buy = await taker.signOrder({ ...wish, size: size(BASE / 50n), use: USE.TAKER, salt: saltOf(11n, 1n) });
    const done = await taker.settle([{ taker: buy, fills: [{ maker: sell, size: size(BASE) }] }], true);
    expect(done.events.find(({ kind }) => kind === "Matched")).to.deep.include({ filled: BASE / 50n });
    await maker.transfer(0, 3, (5n * QUOTE) as never);
    expect((await maker.account(maker.accountId(3))).health.cash).to.equal(5n * QUOTE);
    const { events } = await maker.cancelBelow(12n);
    expect(events).to.deep.equal([{ kind: "OrdersCancelledBelow", account: maker.accountId(), sequence: 12n }]);
    await maker.setSigner(bob.address, 0n);
  });

  it("agent: a key quotes for its owner, until its time is over", async () => {
    const until = (await venue.now()) + 1_000n;
    await clients[0]!.setSigner(carol.address, until);
    const key = carol.signer as unknown as Signer;
    const { order, until: told } = await quoteFor(key, clients[0]!.addresses, alice.address, market);
    expect([told, order.signer, order.order.account]).to.deep.equal([until, carol.address, alice.id]);
    expect((await clients[1]!.orderState(order)).flaw).to.equal("0x");
    await clients[0]!.setSigner(carol.address, 0n);
  });

  it("browser: a wallet's request signs an order that the clearinghouse takes", async () => {
    const { order } = await clients[0]!.signOrder({
      market,
      size: size(-BASE / 50n),
      limit: price(100_000n * PRICE),
      expiry: 2n ** 40n - 1n,
      use: USE.MAKER,
    });
    const wallet = {
      request: (ask: { method: string; params: unknown[] }) => venue.ethers.provider.send(ask.method, ask.params),
    };
    const { signed, hash } = await signInBrowser(wallet, alice.address, order, venue.target);
    const state = await clients[1]!.orderState(signed);
    expect([state.flaw, state.hash]).to.deep.equal(["0x", hash]);
  });

  it("follow: the rebuilt venue says what the lens says", async () => {
    const { venue: rebuilt, told } = await follow(venue.ethers.provider, venue.target, clients[0]!);
    const view = await clients[1]!.account();
    expect(told).to.include(`${bob.id} SOUND equity ${view.health.equity}`);
    expect(told.join()).to.contain(`liquidated at ${view.positions[0]!.liquidationMark}`);
    expect(sizeOf(groupIn(rebuilt, 1n as GroupId).markets[0]!, rebuilt.accounts.get(bob.id)!.legs[0])).to.equal(
      view.positions[0]!.size,
    );
  });

  it("rebuild: the pure functions make the same of the same logs", async () => {
    const { venue: followed } = await follow(venue.ethers.provider, venue.target, clients[0]!);
    const logs = await venue.ethers.provider.getLogs({ address: venue.target, fromBlock: 0 });
    const placed = await Promise.all(
      logs.map(async (log) => {
        const { timestamp } = (await log.getBlock())!;
        const { topics, data, blockNumber, index } = log;
        return { topics, data, blockNumber, logIndex: index, timestamp: BigInt(timestamp) };
      }),
    );
    const rebuilt = rebuild(IClearinghouse__factory.abi, id, placed);
    expect(differences(factsOf(rebuilt), factsOf(followed))).to.deep.equal([]);
    expect(rebuilt.accounts.size).to.be.greaterThan(2);
  });

  it("the follower takes back what the chain took back", async () => {
    const follower = new Follower(venue.ethers.provider, {
      clearinghouse: venue.target,
      fromBlock: 0,
      tokenDecimals: 6,
    });
    await follower.sync();
    const facts = factsOf(follower.venue);
    const { head } = await follower.sync();
    const undo = await venue.mark();
    await clients[0]!.deposit(7n);
    const forward = await follower.sync();
    expect(forward.events.map(({ event }) => event.kind)).to.deep.equal(["Deposited"]);
    expect(differences(factsOf(follower.venue), facts)).to.not.deep.equal([]);
    await undo();
    await clients[2]!.deposit(8n);
    const back = await follower.sync();
    expect(back.revertedTo).to.equal(head);
    expect(back.events.map(({ event }) => event.kind)).to.deep.equal(["Deposited"]);
    const fresh = new Follower(venue.ethers.provider, {
      clearinghouse: venue.target,
      fromBlock: 0,
      tokenDecimals: 6,
      blocksAQuery: 3,
    });
    await fresh.sync();
    expect(differences(factsOf(follower.venue), factsOf(fresh.venue))).to.deep.equal([]);
  });

  it("a hint from the rebuilt state names the node behind which the new level stands, and saves the search", async () => {
    // A level of its own each, and a gap in the middle: without a hint the search begins at the nearer end.
    const steps = [...Array(26).keys()].filter((i) => i < 12 || i > 14);
    const limits = steps.map((i) => 99_000n + BigInt(i) * 75n);
    for (const [i, limit] of limits.entries()) {
      await venue
        .trade(bob, alice, BASE / 100n, limit * PRICE, { buyerNumber: i + 20, sellerNumber: 30 })
        .catch(async () => {
          await venue.fund(bob, 500n, i + 20);
          if (i === 0) await venue.fund(alice, 10_000n, 30);
          await venue.trade(bob, alice, BASE / 100n, limit * PRICE, { buyerNumber: i + 20, sellerNumber: 30 });
        });
    }
    const follower = new Follower(venue.ethers.provider, {
      clearinghouse: venue.target,
      fromBlock: 0,
      tokenDecimals: 6,
    });
    await follower.sync();
    await clients[2]!.deposit(3_000n * TOKEN);
    const at = price(99_960n * PRICE);
    const order = await clients[0]!.signOrder({
      market,
      size: size(-BASE / 50n),
      limit: at,
      expiry: 2n ** 40n - 1n,
      use: USE.MAKER,
      salt: saltOf(99n, 3n),
      number: 30,
    });
    const gas: bigint[] = [];
    const rebuilt = groupIn(follower.venue, 1n as GroupId).markets[0]!;
    const quote = quoteOf(rebuilt, await clients[0]!.market(market), await venue.now());
    const hint = queueHint(rebuilt, undefined, size(BASE / 50n), at, quote);
    for (const tried of [NO_NODE, hint]) {
      const undo = await venue.mark();
      const { receipt } = await clients[2]!.fillOrder(order, size(BASE / 50n), 0, tried);
      gas.push(receipt.gasUsed);
      const again = new Follower(venue.ethers.provider, {
        clearinghouse: venue.target,
        fromBlock: 0,
        tokenDecimals: 6,
      });
      await again.sync();
      const { queue } = groupIn(again.venue, 1n as GroupId).markets[0]!.longs;
      const node = again.venue.accounts.get(carol.id)!.legs[0]!.node;
      expect(queue[queue.findIndex((one) => one.id === node) - 1]!.id).to.equal(hint);
      await undo();
    }
    expect(rebuilt.longs.queue.length).to.be.greaterThan(5);
    expect(gas[1]! < gas[0]! - 5_000n, `${gas[1]} with the hint, ${gas[0]} without`).to.equal(true);
  });

  it("a shock tells who would be absorbed and what the settlement would do, and changes nothing", async () => {
    const client = clients[0]!;
    const ids = [carol.id, alice.id, bob.id, alice.id];
    const before = await venue.ethers.provider.getBlockNumber();
    const shock = await client.shock(market, -600_000n, ids);
    expect(shock.accounts.map(({ account }) => account)).to.deep.equal(
      [...new Set(ids)].sort((a, b) => (a < b ? -1 : 1)),
    );
    expect(shock.mark).to.equal(((await client.market(market)).mark * 4n) / 10n);
    expect(shock.absorbed).to.include(true);
    const { deficit, vaultPaid, charged, shortfall, done } = shock.settlement;
    expect([done, deficit]).to.deep.equal([true, vaultPaid + charged + shortfall]);
    expect(decodeRevert((await client.shock(market, 0n, ids)).refusal)?.name).to.equal("NothingToAbsorb");
    expect(await venue.ethers.provider.getBlockNumber()).to.equal(before);
    expect(() => client.shock(market, -1_000_001n, ids)).to.throw("move in ppm");
  });

  it("settlement: the preview of a lock is what its receipt then says", async () => {
    await venue.roll();
    await venue.setPrice(40_000n * PRICE);
    await venue.clearinghouse.poke(1n);
    await venue.absorb([bob.id]);
    const preview = await settlement(clients[0]!, 1n as GroupId);
    await venue.wait(240n);
    const receipt = await venue.deleverage();
    expect([preview.deficit, preview.vaultPaid, preview.charged, preview.shortfall]).to.deep.equal([
      receipt.deficit,
      receipt.vaultPaid,
      receipt.charged,
      receipt.shortfall,
    ]);
    expect(receipt.deficit > 0n).to.equal(true);
  });

  it("the README shows the examples as they are run here", () => {
    const readme = readFileSync(new URL("../../sdk/README.md", import.meta.url), "utf8");
    for (const name of ["trade", "follow", "rebuild", "sign", "settlement", "agent", "browser", "ticket", "options"]) {
      const source = readFileSync(new URL(`../../sdk/examples/${name}.ts`, import.meta.url), "utf8")
        .replace("// SPDX-License-Identifier: MIT\n", "")
        .replaceAll('"../index.js"', '"novation-sdk"')
        .replaceAll('"../client/index.js"', '"novation-sdk/client"')
        .replaceAll('"../viem/index.js"', '"novation-sdk/viem"');
      expect(readme.includes(`\`\`\`ts\n${source}\`\`\``), `sdk/README.md, example ${name}`).to.equal(true);
    }
  });

  async function expectRefused(attempt: Promise<unknown>, name: string, advice: string): Promise<void> {
    const failure: unknown = await attempt.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(Refused);
    expect((failure as Refused).error.name).to.equal(name);
    expect((failure as Refused).message).to.contain(advice);
  }
});
