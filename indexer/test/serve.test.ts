// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "node:test";
import type {} from "@nomicfoundation/hardhat-toolbox-mocha-ethers"; // what its plugins add to a connection
import { Postgres as Cluster } from "../../sim/trial/Postgres.js";
import { EVERYTHING, castOfEverything, type Cast } from "../../test/stories/everything.js";
import { Postgres } from "../run/Kept";
import { Supervisor, healthOf } from "../run/Supervisor";
import { Running } from "./Running";
import { deploymentOf } from "./deploymentOf";
import { serveNode } from "./serveNode";

type Json = Record<string, unknown>;

/** Everything that can happen, through Ponder into PostgreSQL, and served by several processes. */
describe("several processes that serve one PostgreSQL", { timeout: 1_800_000 }, () => {
  let cast: Cast;
  let node: Awaited<ReturnType<typeof serveNode>>;
  let cluster: Cluster;
  let running: Running;
  const others: { supervisor: Supervisor; port: number }[] = [];

  before(async () => {
    cast = await castOfEverything();
    for (const chapter of Object.values(EVERYTHING)) await chapter(cast);
    const { provider } = cast.venue.ethers;
    node = await serveNode((method, params) => provider.send(method, params));
    cluster = await Cluster.start();
    const deployment = () => deploymentOf(cast.venue, provider, 6);
    running = await Running.start({ node: provider, url: node.url, deployment }, cluster.url);
    await running.caughtUp(900);
    for (const port of [running.port + 1, running.port + 2]) {
      const kept = new Postgres(cluster.url, running.deployment);
      const { environment } = running;
      const supervisor = new Supervisor({ kept, mode: "serve", port, environment, say: () => {}, pause: 200 });
      void supervisor.run();
      others.push({ supervisor, port });
    }
    for (const { port } of others) while ((await healthOf(port))?.status !== "ok") await sleep(200);
  });
  after(async () => {
    for (const { supervisor } of others) await supervisor.stop();
    await running?.stop();
    node?.close();
    cluster?.stop();
  });

  const everywhere = async <T>(path: string): Promise<T[]> =>
    Promise.all(
      [running.port, ...others.map(({ port }) => port)].map(async (port) => {
        const response = await fetch(`http://127.0.0.1:${port}${path}`);
        assert.equal(response.status, 200, path);
        return (await response.json()) as T;
      }),
    );

  it("has the venue that the SDK rebuilds, account by account (INV-12)", async () => {
    const facts = await running.equalsChain();
    assert.ok(facts > 300, `${facts} facts`);
  });

  it("answers the same in each of them", async () => {
    const ended = cast.venue.markets[1]!.id;
    for (const path of [
      `/v1/accounts/${cast.carol.id}`,
      `/v1/accounts/${cast.bob.id}/history`,
      `/v1/markets/${ended}/trades`,
      "/v1/locks",
      "/v1/shortfalls",
      "/v1/venue",
    ]) {
      const [first, ...rest] = await everywhere<Json>(path);
      for (const each of rest) assert.deepEqual(each, first, path);
    }
  });

  it("tells what only this story has: a takeover's sale, a final price, covers, pauses", async () => {
    const { venue } = cast;
    const [[sale]] = (await everywhere<Json[]>(`/v1/markets/${venue.marketId}/inventory-sales`)) as [Json[]];
    assert.equal(sale!["buyer"], String(cast.bob.id));
    const [kinds] = await everywhere<Json[]>("/v1/shortfalls");
    assert.deepEqual([...new Set(kinds!.map(({ kind }) => kind))].sort(), ["COVERED", "HEALED", "SUFFERED"]);
    const scope = `market-${venue.markets[1]!.id}`;
    const [ends] = await everywhere<Json[]>(`/v1/governance/parameters?scope=${scope}&name=settledAt`);
    assert.equal(ends!.length, 1);
    const [pauses] = await everywhere<Json[]>("/v1/governance/pauses");
    assert.deepEqual(
      pauses!.map(({ id }) => id).sort(),
      ["0", "999", ...venue.markets.slice(0, 3).map(({ id }) => String(id))].sort(),
    );
    const [closed] = await everywhere<Json[]>(`/v1/accounts/${cast.carol.id}/positions?state=closed`);
    assert.ok(closed!.some(({ closedBy }) => closedBy === "SETTLEMENT"));
  });

  it("goes on serving from the others when one is killed, and has it back", async () => {
    const [first] = others;
    const { pid, starts } = first!.supervisor;
    process.kill(pid!, "SIGKILL");
    const response = await fetch(`http://127.0.0.1:${others[1]!.port}/v1/markets`);
    assert.equal(response.status, 200);
    for (
      let tries = 0;
      first!.supervisor.starts === starts || (await healthOf(first!.port))?.status !== "ok";
      ++tries
    ) {
      assert.ok(tries < 3_000, "it did not come back");
      await sleep(100);
    }
  });

  it("follows what happens next in all of them, and stays served while the indexing one is away", async () => {
    await running.stop();
    // While the indexing process makes its rows ready they are locked for a moment: then the answer is 503.
    const count = async (port: number) => {
      const response = await fetch(`http://127.0.0.1:${port}/v1/accounts/${cast.carol.id}/ledger?limit=1000`);
      const told = (await response.json()) as Json[] | { error: string };
      assert.ok(response.status === 200 || response.status === 503, JSON.stringify(told));
      return Array.isArray(told) ? told.length : undefined;
    };
    const before = (await count(others[0]!.port))!;
    await cast.venue.fund(cast.carol, 5n);
    const { environment, deployment, port } = running;
    const kept = new Postgres(cluster.url, deployment);
    const again = new Supervisor({ kept, mode: "start", port, environment, say: () => {}, pause: 200 });
    void again.run();
    try {
      for (let tries = 0; (await count(others[1]!.port)) !== before + 1; ++tries) {
        assert.ok(tries < 6_000, "the deposit was not indexed");
        await sleep(100);
      }
    } finally {
      await again.stop();
    }
  });
});
