// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import { Proxy } from "../../sim/trial/proxy.js";
import { noFaults } from "../../sim/trial/Faults.js";
import { startAnvil } from "../../sim/venue/anvil.js";
import { Play } from "./Play.js";

type Lie = (method: string, params: readonly unknown[], result: unknown) => unknown;

/** The real node's answers, but for those that a test changes: no real node can be made to lie. */
class Liar {
  lie: Lie = (_method, _params, result) => result;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async before(node: string): Promise<Liar> {
    const server = createServer((request, response) => {
      void (async () => {
        let body = "";
        for await (const chunk of request) body += String(chunk);
        const { method, params } = JSON.parse(body) as { method: string; params: unknown[] };
        const headers = { "content-type": "application/json" };
        const told = (await (await fetch(node, { method: "POST", headers, body })).json()) as { result?: unknown };
        if ("result" in told) told.result = liar.lie(method, params, told.result);
        response.writeHead(200, headers).end(JSON.stringify(told));
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const liar: Liar = new Liar(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return liar;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const hostOf = (url: string) => new URL(url).host;

describe("alarms of nodes", () => {
  let play: Play;
  let proxy: Proxy;
  before(async () => {
    play = await Play.open();
    await play.refresh();
    await play.settleAnchors();
    proxy = await Proxy.start(play.url);
  });
  after(async () => {
    await proxy?.stop();
    play?.stop();
  });
  const block = () => play.venue.mine([]);
  const children: ChildProcess[] = [];
  after(() => {
    for (const child of children) child.kill("SIGKILL");
  });
  const anvil = async (args: string[], port?: number) => {
    const started = await startAnvil(args, port);
    children.push(started.child);
    return started;
  };

  it("NodeDown and WatchBlind: the only node goes away for a while", async () => {
    const watching = play.watching({ rpc: [proxy.url] }, { compareEvery: 1 });
    const host = hostOf(proxy.url);
    const look = (seconds: number) => watching.look(seconds, "venue", "nodes");
    assert.deepEqual(await look(0), []);
    proxy.faults = { ...noFaults(), dropped: true };
    proxy.drop();
    assert.deepEqual(await look(1), []);
    assert.deepEqual(await look(15), [`RAISED NodeDown [${host}]`]);
    assert.deepEqual(await look(45), ["RAISED WatchBlind [venue]"]);
    assert.match(watching.says("WatchBlind"), /the watch cannot see the venue: .* got no answer/);
    assert.equal(watching.watcher.health().ok, false);
    proxy.faults = noFaults();
    await look(1);
    assert.deepEqual(await look(5), ["CLEARED WatchBlind [venue]", `CLEARED NodeDown [${host}]`]);
  });

  it("while the node is away, alarms of the venue stay as they are", async () => {
    const watching = play.watching({ rpc: [proxy.url] });
    await play.undone(async () => {
      await play.refresh({ BTC: 80_000 });
      assert.deepEqual(await watching.look(0, "venue"), ["RAISED Gap [group 1 (BTC, ETH)]"]);
      proxy.faults = { ...noFaults(), error: 500 };
      await watching.look(100, "venue");
      assert.ok((await watching.standing()).includes("Gap [group 1 (BTC, ETH)]"));
      proxy.faults = noFaults();
    });
    await watching.look(1, "venue");
    assert.ok((await watching.look(5, "venue")).includes("CLEARED Gap [group 1 (BTC, ETH)]"));
  });

  it("NodeSilent: no block comes for a minute", async () => {
    const watching = play.watching();
    const host = hostOf(play.url);
    assert.deepEqual(await watching.look(0, "nodes"), []);
    assert.deepEqual(await watching.look(59, "nodes"), []);
    assert.deepEqual(await watching.look(1, "nodes"), [`RAISED NodeSilent [${host}]`]);
    await block();
    await watching.look(1, "nodes");
    assert.deepEqual(await watching.look(5, "nodes"), [`CLEARED NodeSilent [${host}]`]);
  });

  it("NodeBehind, NodeForked, NodeDown: a second node stands still, goes on by itself, and dies", async () => {
    const forked = [
      "--fork-url",
      play.url,
      "--fork-block-number",
      String(await play.venue.chain.provider.getBlockNumber()),
    ];
    const { child, url } = await startAnvil([...forked, "--no-mining"]);
    const other = new HttpRpc([url], { requestTimeout: 5_000, requestRetries: 0 });
    const watching = play.watching({ rpc: [play.url, url] }, { compareEvery: 1 });
    const look = (seconds: number) => watching.look(seconds, "nodes");
    assert.deepEqual(await look(0), []);
    for (let i = 0; i < 6; ++i) await block();
    await look(1);
    assert.deepEqual(await look(15), [`RAISED NodeBehind [${hostOf(url)}]`]);
    assert.match(watching.says("NodeBehind"), /6 behind/);
    for (let i = 0; i < 6; ++i) await other.send("evm_mine", []);
    await look(1);
    const pair = `${hostOf(play.url)} and ${hostOf(url)}`;
    assert.deepEqual(await look(15), [`CLEARED NodeBehind [${hostOf(url)}]`, `RAISED NodeForked [${pair}]`]);
    child.kill("SIGKILL");
    await look(1);
    const dead = await look(15);
    assert.deepEqual(
      dead.filter((line) => line.includes("NodeDown")),
      [`RAISED NodeDown [${hostOf(url)}]`],
    );
  });

  it("NodeDown: a node of another chain takes the place of one that was watched", async () => {
    const port = Number(new URL(proxy.url).port);
    const watching = play.watching({ rpc: [play.url, proxy.url] }, { compareEvery: 1 });
    assert.deepEqual(await watching.look(0, "nodes"), []);
    await proxy.stop();
    await watching.look(1, "nodes");
    const { child, url } = await anvil([], port);
    await watching.look(1, "nodes");
    assert.deepEqual(await watching.look(15, "nodes"), [`RAISED NodeDown [${hostOf(url)}]`]);
    assert.match(watching.says("NodeDown"), /is of another chain/);
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    proxy = await Proxy.start(play.url);
  });

  for (const [what, lie, told] of [
    [
      "the price of a market",
      ((method, params, result) => {
        const data = (params[0] as { data?: string } | undefined)?.data ?? "";
        const mark = (80_000n * 10n ** 18n).toString(16).padStart(64, "0");
        const isMarket =
          method === "eth_call" && data.startsWith("0x") && String(result).length > 2_000 && data.endsWith("4");
        return isMarket ? String(result).replace((100_000n * 10n ** 18n).toString(16).padStart(64, "0"), mark) : result;
      }) as Lie,
      /answer differently about BTC$/,
    ],
    [
      "logs",
      ((method, _params, result) => (method === "eth_getLogs" ? (result as unknown[]).slice(1) : result)) as Lie,
      /answer differently about the logs of the last 50 blocks$/,
    ],
    [
      "code",
      ((method, _params, result) => (method === "eth_getCode" ? `${String(result)}00` : result)) as Lie,
      /answer differently about the code of the clearinghouse$/,
    ],
  ] as const) {
    it(`NodeLies: a second node of the same chain says otherwise about ${what}`, async () => {
      const liar = await Liar.before(play.url);
      try {
        const watching = play.watching({ rpc: [play.url, liar.url] }, { compareEvery: 1 });
        await play.venue.must([play.venue.poke(1n)], play.venue.now + 130);
        await block();
        assert.deepEqual(await watching.look(0, "nodes"), []);
        liar.lie = lie;
        await watching.look(1, "nodes");
        const pair = `${hostOf(play.url)} and ${hostOf(liar.url)}`;
        assert.deepEqual(await watching.look(15, "nodes"), [`RAISED NodeLies [${pair}]`]);
        assert.match(watching.says("NodeLies"), told);
        liar.lie = (_method, _params, result) => result;
        await watching.look(1, "nodes");
        assert.deepEqual(await watching.look(5, "nodes"), [`CLEARED NodeLies [${pair}]`]);
      } finally {
        liar.stop();
      }
    });
  }
});
