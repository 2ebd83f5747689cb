// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Postgres } from "../../sim/trial/Postgres.js";
import { Door } from "./Door";
import { Running } from "./Running";
import { Story } from "./Story";

/** One indexer on one PostgreSQL lives through all of it; after each fault its rows are the chain's again (INV-12). */
describe("an indexer on PostgreSQL, whatever happens", { timeout: 3_600_000 }, () => {
  let postgres: Postgres;
  let story: Story;
  let door: Door;
  let running: Running;

  before(async () => {
    postgres = await Postgres.start();
    story = await Story.open();
    await story.crash();
    door = await Door.open(story.url);
    running = await Running.start(story, postgres.url, door.url);
  });
  after(async () => {
    await running?.stop();
    door?.close();
    story?.stop();
    postgres?.stop();
  });

  const recovered = async (what: string) => {
    const seconds = await running.caughtUp();
    const facts = await running.equalsChain();
    console.log(`${what}: right again after ${seconds.toFixed(1)} s, ${facts} facts equal`);
  };

  it("indexes what was, and what comes", async () => {
    await recovered("backfill");
    await story.office();
    await recovered("live");
  });

  it("follows a shallow reorganisation", async () => {
    const snapshot = await story.snapshot();
    await story.tradeOften(4);
    await recovered("before");
    await story.restore(snapshot);
    await story.trade("SOL", 10, 11, 3);
    await story.tradeOften(5);
    await recovered("a reorganisation of 4 blocks");
    assert.equal(running.supervisor.rebuilds, 0);
  });

  it("goes on after kill -9", async () => {
    const { pid } = running.supervisor;
    process.kill(pid!, "SIGKILL");
    await story.tradeOften(3);
    await recovered("kill -9");
    assert.equal(running.supervisor.rebuilds, 0);
    assert.ok(running.supervisor.starts >= 2);
  });

  it("goes on when the node was away", async () => {
    door.shut = true;
    await story.tradeOften(3);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    door.shut = false;
    await recovered("a node away for 2 s");
  });

  it("goes on when the database was away", async () => {
    postgres.halt();
    await story.tradeOften(3);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    postgres.resume();
    await recovered("a database away for 2 s");
    assert.equal(running.supervisor.rebuilds, 0);
  });

  it("finds a reorganisation deeper than finality, answers 503, and makes its rows anew", async () => {
    const snapshot = await story.snapshot();
    await story.tradeOften(70);
    await recovered("before");
    await story.restore(snapshot);
    const closed = running.answers("/v1/markets", 503, 300);
    await story.trade("SOL", 10, 11, 7);
    await story.tradeOften(75);
    await closed;
    await recovered("a reorganisation of 70 blocks");
    assert.equal(running.supervisor.rebuilds, 1);
    assert.match(running.said.join("\n"), /rebuilding: up to block \d+: /);
  });

  it("waits for a node that tells no logs of a block that has some", async () => {
    const before = running.supervisor.rebuilds;
    const block = (await story.venue.chain.provider.getBlockNumber()) + 2;
    door.hides = ({ blockNumber }) => Number(blockNumber) === block;
    await story.tradeOften(4);
    await running.until("it stops before that block", 300, ({ indexed }) => indexed !== undefined && indexed < block);
    door.hides = () => false;
    await story.tradeOften(1);
    await recovered("a node without the logs of a block");
    assert.equal(running.supervisor.rebuilds, before);
  });

  it("finds by balances that a node left out a log, and makes its rows anew when it tells it", async () => {
    const { crowd, venue } = story;
    const block = (await venue.chain.provider.getBlockNumber()) + 1;
    let first: string | undefined;
    const own = venue.at.clearinghouse.toLowerCase();
    door.hides = ({ address, blockNumber, logIndex }) => {
      if (Number(blockNumber) !== block || address !== own) return false;
      first ??= logIndex;
      return logIndex === first;
    };
    const closed = running.answers("/v1/markets", 503, 300);
    await venue.deposit([
      [crowd[3]!.account, 1_000],
      [crowd[4]!.account, 1_000],
    ]);
    await closed;
    // The supervisor asks for the health by itself, a little later.
    const tells = () => /rebuilding: account \d+, cash: /.test(running.said.join("\n"));
    for (let tries = 0; tries < 300 && !tells(); ++tries) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(tells(), "it says which account is wrong");
    door.hides = () => false;
    await recovered("a node that left out a log");
  });

  it("serves no rows of another chain, and begins anew on one that was restarted", async () => {
    const other = await Story.open(1_950_000_000);
    door.target = other.url;
    await running.until("the node is of another chain", 300, ({ status }) => status === "wrong");
    await running.get("/v1/markets", 503);
    await running.stop();
    story.stop();
    story = other;
    running = await Running.start(other, postgres.url, door.url);
    await recovered("a restarted chain");
  });
});
