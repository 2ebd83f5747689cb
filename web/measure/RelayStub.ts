// SPDX-License-Identifier: MIT
import { createServer, request as ask, type Server as HttpServer } from "node:http";
import { createRequire } from "node:module";
import type { WebSocket, WebSocketServer } from "ws";
import { checksumOf, type Level } from "../src/data/relay/book";

/** By this name in the version that Lighthouse brings and in the root's. */
const { Server } = createRequire(import.meta.url)("ws") as { Server: typeof WebSocketServer };
const LEVELS = 200; // of each side
const CHANGED = 20; // of each side, in each update
const TICK = 10n ** 16n;

/**
 * In front of a real relay: all is passed on, but the stream, where it speaks the relay's protocol with a book of its
 * own. Each update changes levels at random, the best ones among them, and has its sequence and checksum.
 */
export class RelayStub {
  updates = 0;
  private sequence = 1;
  private bids: Level[];
  private asks: Level[];
  private readonly readers = new Set<WebSocket>();
  private timer: ReturnType<typeof setInterval> | undefined;

  private constructor(
    private readonly server: HttpServer,
    private readonly market: bigint,
    middle: bigint,
    private readonly random: () => number,
  ) {
    const side = (sign: bigint) =>
      Array.from({ length: LEVELS }, (_, i) => ({
        price: middle + sign * BigInt(i + 1) * 50n * TICK,
        size: this.size(),
      }));
    this.bids = side(-1n);
    this.asks = side(1n);
  }

  static async open(port: number, relay: string, market: bigint, middle: bigint): Promise<RelayStub> {
    const { hostname, port: behind } = new URL(relay);
    const server = createServer((request, response) => {
      const { url: path, method, headers } = request;
      const onward = ask({ hostname, port: behind, path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      request.pipe(onward);
    });
    const stub = new RelayStub(server, market, middle, seeded(17));
    new Server({ server, path: "/v1/stream" }).on("connection", (socket) => stub.welcome(socket));
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return stub;
  }

  /** Updates so many times a second. */
  start(hertz: number): void {
    this.timer = setInterval(() => this.update(), 1_000 / hertz);
  }

  close(): void {
    clearInterval(this.timer);
    for (const socket of this.readers) socket.terminate();
    this.server.close();
    this.server.closeAllConnections();
  }

  private get channel(): string {
    return `book:${this.market}`;
  }

  private welcome(socket: WebSocket): void {
    socket.on("close", () => this.readers.delete(socket));
    socket.on("message", (data) => {
      const { op, id, channel } = JSON.parse(String(data)) as { op: string; id: number; channel: string };
      socket.send(JSON.stringify({ type: "answer", id, data: { channel } }));
      if (channel !== this.channel) return;
      if (op === "unsubscribe") return void this.readers.delete(socket);
      this.readers.add(socket);
      socket.send(this.message("book", this.bids, this.asks));
    });
  }

  private update(): void {
    ++this.sequence;
    ++this.updates;
    const [bids, asks] = [this.change(this.bids), this.change(this.asks)];
    this.bids = laid(this.bids, bids);
    this.asks = laid(this.asks, asks);
    const message = this.message("delta", bids, asks);
    for (const socket of this.readers) socket.send(message);
  }

  /** New sizes of some levels: half of those that are changed are among the best fourteen, which are seen. */
  private change(levels: readonly Level[]): Level[] {
    const chosen = new Set(
      Array.from({ length: CHANGED }, (_, i) => Math.floor(this.random() * (i % 2 === 0 ? 14 : LEVELS))),
    );
    return [...chosen].map((i) => ({ price: levels[i]!.price, size: this.size() }));
  }

  private message(type: "book" | "delta", bids: readonly Level[], asks: readonly Level[]): string {
    const wire = (levels: readonly Level[]) => levels.map(({ price, size }) => [String(price), String(size)]);
    const checksum = checksumOf({ bids: this.bids, asks: this.asks });
    const { channel, sequence } = this;
    const data = { market: Number(this.market), sequence, bids: wire(bids), asks: wire(asks), checksum };
    return JSON.stringify({ type, channel, data });
  }

  private size(): bigint {
    return BigInt(1 + Math.floor(this.random() * 50_000)) * 100_000n;
  }
}

function laid(levels: readonly Level[], changes: readonly Level[]): Level[] {
  const sizes = new Map(changes.map(({ price, size }) => [price, size]));
  return levels.map(({ price, size }) => ({ price, size: sizes.get(price) ?? size }));
}

/** The same numbers in each run (mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
