// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { Heads } from "../../chain/Heads.js";

const HEAD = JSON.stringify({ jsonrpc: "2.0", method: "eth_subscription", params: { result: { number: "0x1" } } });

describe("the keeper hears of heads", () => {
  let server: WebSocketServer;
  let heads: Heads | undefined;
  let sockets: WebSocket[];
  let looks = 0;

  beforeEach(async () => {
    [sockets, looks] = [[], 0];
    server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    server.on("connection", (socket) => {
      sockets.push(socket);
      // The answer to eth_subscribe, and one head.
      socket.on("message", () => {
        socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, result: "0x1" }));
        socket.send(HEAD);
      });
    });
    await new Promise((resolve) => server.once("listening", resolve));
  });
  afterEach(() => {
    heads?.stop();
    for (const socket of sockets) socket.terminate();
    server.close();
  });

  const address = () => `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const follow = (silence: number, pollInterval = 20, ws = address()) => {
    heads = new Heads({ ws, silence, pollInterval }, () => void ++looks, 10);
    heads.start();
    return heads;
  };
  const until = async (what: () => boolean) => {
    for (let i = 0; i < 200 && !what(); ++i) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(what()).to.equal(true);
  };

  it("looks at every head, and not by the clock while it hears", async () => {
    const one = follow(60_000);
    await until(() => one.connected && looks >= 2);
    const before = looks;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(looks).to.equal(before);
    sockets[0]!.send(HEAD);
    await until(() => looks === before + 1);
  });

  it("a socket that is silent, though open, is given up for a new one, and looks go on meanwhile", async () => {
    follow(80);
    await until(() => looks >= 2);
    await until(() => sockets.length >= 2);
    const before = looks;
    sockets.at(-1)!.send(HEAD);
    await until(() => looks > before);
  });

  it("a socket that is closed is opened again", async () => {
    const one = follow(60_000);
    await until(() => one.connected);
    sockets[0]!.terminate();
    await until(() => sockets.length === 2 && one.connected);
  });

  it("without a server it looks by the clock", async () => {
    const nobody = address();
    await new Promise((resolve) => server.close(resolve));
    follow(60_000, 10, nobody);
    await until(() => looks >= 3);
  });
});
