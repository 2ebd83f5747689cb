// SPDX-License-Identifier: MIT
import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import type { Hex } from "../../sdk/orderHash.js";
import { Refusal } from "../book/refusals.js";
import type { SignedOrder } from "../order/Order.js";
import { pageToWire } from "../order/wire.js";
import type { Desk } from "../run/Desk.js";
import type { News } from "../run/Exchange.js";
import { cancelBelow, postOne, postPackage, read, type CancelBelow, type PackageWish } from "./app.js";
import { marketOf, type Names } from "../order/Names.js";
import type { Limit } from "./limits.js";
import { requestSchema } from "./requests.js";
import { showDelta, showOrder, showTrade } from "./show.js";
import type { Trade } from "./Trades.js";

export interface HubOptions {
  readonly desk: Desk;
  readonly perAddress: Limit;
  readonly perSigner: Limit;
  readonly names: Names;
  /** Bytes that may wait for a reader before it is cut off. */
  readonly maxBuffered?: number;
  readonly maxClients?: number;
  readonly maxChannels?: number;
  readonly onTrade?: (trade: Trade) => void;
  readonly onRefusal?: (reason: string) => void;
  readonly addressOf?: (request: IncomingMessage) => string;
}

const MAX_BUFFERED = 1_048_576;
const MAX_CLIENTS = 2_000;
const MAX_CHANNELS = 64;
const MAX_MESSAGE = 64 * 1_024;
const PING = 30_000; // milliseconds
/** Try again later: the code for who was too slow. */
const TOO_SLOW = 1013;

interface Client {
  readonly socket: WebSocket;
  readonly address: string;
  readonly channels: Set<string>;
  alive: boolean;
}

/** The WebSocket at /v1/stream: subscriptions, and orders without the cost of a request each. */
export class Hub {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });
  private readonly clients = new Set<Client>();
  private readonly channels = new Map<string, Set<Client>>();
  private readonly pings: NodeJS.Timeout;
  /** Readers cut off for being slow. */
  cutOff = 0;

  constructor(private readonly options: HubOptions) {
    this.pings = setInterval(() => this.ping(), PING);
    this.pings.unref();
  }

  get size(): number {
    return this.clients.size;
  }

  attach(server: Server): void {
    server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const [path] = (request.url ?? "").split("?");
      if (path !== "/v1/stream") return void socket.end("HTTP/1.1 404 Not Found\r\n\r\n");
      if (this.clients.size >= (this.options.maxClients ?? MAX_CLIENTS)) {
        return void socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
      }
      const address = this.options.addressOf?.(request) ?? request.socket.remoteAddress ?? "";
      this.server.handleUpgrade(request, socket, head, (opened) => this.open(opened, address));
    });
  }

  /** Tells subscribers what was written down. */
  publish({ page, deltas, matches, touched }: News): void {
    const { desk, names } = this.options;
    const { engine } = desk.exchange;
    for (const delta of deltas) this.send(`book:${delta.market}`, "delta", () => showDelta(delta, names));
    for (const match of matches) {
      const trade = showTrade(match, engine.orders.get(match.taker)?.buys ?? false, page?.time ?? 0, names);
      this.options.onTrade?.(trade);
      this.send(`trades:${match.market}`, "trade", () => trade);
    }
    for (const live of touched)
      this.send(`account:${live.signed.order.account}`, "order", () => showOrder(live, names));
    if (page !== undefined) this.send("journal", "page", () => pageToWire(page));
  }

  close(): void {
    clearInterval(this.pings);
    for (const { socket } of this.clients) socket.close(1001, "the relay stops");
    this.server.close();
  }

  // ------------------------------------------------------------------ inside

  private open(socket: WebSocket, address: string): void {
    const client: Client = { socket, address, channels: new Set(), alive: true };
    this.clients.add(client);
    socket.on("message", (data) => void this.hear(client, String(data)));
    socket.on("pong", () => (client.alive = true));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => this.forget(client));
  }

  private forget(client: Client): void {
    this.clients.delete(client);
    for (const channel of client.channels) this.leave(client, channel);
  }

  private leave(client: Client, channel: string): void {
    const readers = this.channels.get(channel);
    readers?.delete(client);
    if (readers?.size === 0) this.channels.delete(channel);
    client.channels.delete(channel);
  }

  private async hear(client: Client, text: string): Promise<void> {
    let id: unknown;
    try {
      const value: unknown = parsed(text);
      id = (value as { id?: unknown } | null)?.id;
      this.options.perAddress.take(client.address);
      const request = read(requestSchema, value);
      this.answer(client, request.id, await this.serve(client, request));
    } catch (failure) {
      const refusal = failure instanceof Refusal ? failure : new Refusal("Failed", "The relay could not do it.", 503);
      this.options.onRefusal?.(refusal.code);
      this.answer(client, id, { error: refusal.code, message: refusal.message });
    }
  }

  private async serve(client: Client, request: ReturnType<typeof requestSchema.parse>): Promise<unknown> {
    const { desk, names } = this.options;
    switch (request.op) {
      case "post":
        return postOne(this.options, request.order as SignedOrder);
      case "package":
        return { legs: await postPackage(this.options, request as PackageWish) };
      case "cancelBelow":
        return { cancelled: await cancelBelow(this.options, request as CancelBelow) };
      case "cancel": {
        const { live, receipt } = await desk.cancel(request.order as Hex, request.signature as Hex);
        return { ...showOrder(live, names), receipt };
      }
      case "unsubscribe":
        this.leave(client, this.channelOf(request.channel));
        return { channel: request.channel };
      case "subscribe":
        this.subscribe(client, this.channelOf(request.channel));
        return { channel: request.channel };
    }
  }

  /** With the number of a market in place of its name. */
  private channelOf(wanted: string): string {
    const [kind, key] = wanted.split(":");
    return kind === "book" || kind === "trades" ? `${kind}:${marketOf(key!, this.options.names)}` : wanted;
  }

  private subscribe(client: Client, channel: string): void {
    if (client.channels.size >= (this.options.maxChannels ?? MAX_CHANNELS)) {
      throw new Refusal("TooManyChannels", `A connection has at most ${MAX_CHANNELS} channels. Open another one.`, 429);
    }
    client.channels.add(channel);
    const readers = this.channels.get(channel);
    if (readers === undefined) this.channels.set(channel, new Set([client]));
    else readers.add(client);
    const [kind, key] = channel.split(":");
    if (kind !== "book") return;
    // Deltas that are on their way may be in it already: a reader passes over those up to its sequence.
    const book = this.options.desk.exchange.engine.peek(BigInt(key!)).snapshot();
    this.write(client, JSON.stringify({ type: "book", channel, data: showDelta(book, this.options.names) }));
  }

  private send(channel: string, type: string, data: () => unknown): void {
    const readers = this.channels.get(channel);
    if (readers === undefined) return;
    const text = JSON.stringify({ type, channel, data: data() });
    for (const client of readers) this.write(client, text);
  }

  private answer(client: Client, id: unknown, data: unknown): void {
    this.write(client, JSON.stringify({ type: "answer", id: id ?? null, data }));
  }

  private write(client: Client, text: string): void {
    const { socket } = client;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > (this.options.maxBuffered ?? MAX_BUFFERED)) {
      ++this.cutOff;
      this.forget(client);
      socket.close(TOO_SLOW, "too slow");
      setTimeout(() => socket.terminate(), 1_000).unref();
      return;
    }
    socket.send(text);
  }

  private ping(): void {
    for (const client of this.clients) {
      if (!client.alive) client.socket.terminate();
      client.alive = false;
      client.socket.ping();
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("NotJson", "The message is not JSON.", 400);
  }
}
