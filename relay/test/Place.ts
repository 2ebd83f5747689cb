// SPDX-License-Identifier: MIT
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { WebSocket } from "ws";
import { createApp } from "../api/app.js";
import { Hub, type HubOptions } from "../api/Hub.js";
import { Limit, type Rate } from "../api/limits.js";
import { Trades } from "../api/Trades.js";
import { NO_NAMES, type Names } from "../order/Names.js";
import { Refusal } from "../book/refusals.js";
import type { Gate } from "../check/Gate.js";
import type { MarketInfo } from "../check/OrderView.js";
import type { SignaturePool } from "../check/SignaturePool.js";
import { domainSeparator, typedDigest } from "../journal/bytes.js";
import { orderHash } from "../order/hash.js";
import type { SignedOrder } from "../order/Order.js";
import { keyOf, recoverAddress, type Key } from "../order/signing.js";
import { signedToWire } from "../order/wire.js";
import { Desk } from "../run/Desk.js";
import { Exchange, type ExchangeOptions } from "../run/Exchange.js";
import { SqliteStore } from "../store/SqliteStore.js";
import type { Store } from "../store/Store.js";
import { CHAIN, CLEARINGHOUSE, FakeView, orderOf } from "./people.js";

const DOMAIN = domainSeparator("Novation", CHAIN, CLEARINGHOUSE);

export function traderOf(index: number): Key {
  return keyOf(`0x${(index + 1).toString(16).padStart(64, "0")}`);
}

/** A really signed order of the key's own account 0. */
export function signedBy(key: Key, size: number, limit: number, more: Partial<SignedOrder["order"]> = {}): SignedOrder {
  const { order } = orderOf(0, size, limit, { account: BigInt(key.address) << 32n, ...more });
  return { order, signer: key.address, signature: key.sign(typedDigest(DOMAIN, orderHash(order))) };
}

/** Only owners sign here, and every market is open. */
export class OpenGate implements Gate {
  async signature({ signer }: SignedOrder, _: string, recovered: string | undefined): Promise<void> {
    if (recovered !== signer.toLowerCase()) throw new Refusal("BadSignature", "The signature is another's.");
  }

  listed(): boolean {
    return false;
  }

  async admitted(): Promise<void> {}

  async prepare(): Promise<void> {}

  runTerms(): void {}

  terms(): void {}
}

export interface PlaceOptions {
  readonly store?: Store;
  readonly view?: FakeView;
  readonly rate?: Rate;
  readonly hub?: Partial<HubOptions>;
  readonly exchange?: Partial<ExchangeOptions>;
  readonly pool?: Pick<SignaturePool, "ask">;
  readonly markets?: readonly MarketInfo[];
  readonly names?: Names;
}

/** A relay without a chain, at a port of its own. */
export class Place {
  private constructor(
    readonly exchange: Exchange,
    readonly view: FakeView,
    readonly store: Store,
    readonly hub: Hub,
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(options: PlaceOptions = {}): Promise<Place> {
    const { store = new SqliteStore(":memory:", "test"), view = new FakeView() } = options;
    const key = keyOf(`0x${"42".repeat(32)}`);
    const at = { chainId: CHAIN, clearinghouse: CLEARINGHOUSE } as const;
    const exchange = await Exchange.open({ store, view, key, ...at, ...options.exchange });
    const pool = options.pool ?? {
      ask: async ({ order, signature }: SignedOrder) => {
        const hash = orderHash(order);
        return { hash, signer: recoverAddress(typedDigest(DOMAIN, hash), signature) };
      },
    };
    const desk = new Desk(exchange, new OpenGate(), pool, CHAIN, CLEARINGHOUSE);
    const rate = options.rate ?? { perSecond: 1e6, burst: 1e6 };
    const [perAddress, perSigner] = [new Limit("address", rate), new Limit("signer", rate)];
    const trades = new Trades();
    const names = options.names ?? NO_NAMES;
    const hub = new Hub({ desk, perAddress, perSigner, names, onTrade: (trade) => trades.add(trade), ...options.hub });
    exchange.onNews = (news) => hub.publish(news);
    const app = createApp({
      desk,
      store,
      trades,
      info: { ...at, relay: key.address, submitters: [], bond: undefined },
      perAddress,
      perSigner,
      markets: () => options.markets ?? [],
      names,
      health: () => ({ ok: true }),
      metrics: async () => ({ type: "text/plain", text: "" }),
      addressOf: () => "test",
    });
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
    hub.attach(server);
    if (!server.listening) await once(server, "listening");
    return new Place(exchange, view, store, hub, server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    this.hub.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async get(path: string): Promise<{ status: number; body: never }> {
    const answer = await fetch(this.url + path);
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.startsWith("application/json");
    return { status: answer.status, body: (isJson ? JSON.parse(text) : text) as never };
  }

  async post(path: string, body: unknown): Promise<{ status: number; body: never }> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await fetch(this.url + path, { method: "POST", body: text });
    return { status: answer.status, body: (await answer.json()) as never };
  }

  order(signed: SignedOrder): Promise<{ status: number; body: never }> {
    return this.post("/v1/orders", signedToWire(signed));
  }

  async stream(): Promise<Stream> {
    const socket = new WebSocket(`${this.url.replace("http", "ws")}/v1/stream`);
    await once(socket, "open");
    return new Stream(socket);
  }
}

interface Message {
  readonly type: string;
  readonly channel?: string;
  readonly id?: number;
  readonly data: never;
}

/** A client of the WebSocket. */
export class Stream {
  readonly messages: Message[] = [];
  private waiting: (() => void)[] = [];
  private id = 0;

  constructor(readonly socket: WebSocket) {
    socket.on("message", (data) => {
      this.messages.push(JSON.parse(String(data)) as Message);
      for (const wake of this.waiting.splice(0)) wake();
    });
  }

  async ask(op: Record<string, unknown>): Promise<never> {
    const id = ++this.id;
    this.socket.send(JSON.stringify({ ...op, id }));
    return (await this.find((message) => message.type === "answer" && message.id === id)).data;
  }

  async find(wanted: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.messages.find(wanted);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }
}
