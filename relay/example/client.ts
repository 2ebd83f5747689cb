// SPDX-License-Identifier: MIT
// What a trader's program does with a relay over its WebSocket: follows a book that it checks, posts, cancels, hears of
// its account. In a browser it is the same, with a CRC-32 of one's own.
import { crc32 } from "node:zlib";

export interface Message {
  readonly type: "answer" | "book" | "delta" | "trade" | "order" | "page";
  readonly id?: number;
  readonly data: unknown;
}

/** A connection: questions with their answers, and all else that the relay tells. */
export class RelayClient {
  private readonly waiting = new Map<number, (data: never) => void>();
  private id = 0;
  onMessage: (message: Message) => void = () => {};

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener("message", ({ data }) => this.hear(JSON.parse(String(data)) as Message));
  }

  static async connect(url: string): Promise<RelayClient> {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/v1/stream`);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", reject, { once: true });
    });
    return new RelayClient(socket);
  }

  /** Throws what the relay refuses, with its sentence. */
  async ask<T>(request: Record<string, unknown>): Promise<T> {
    const id = ++this.id;
    const answer = new Promise<T & { error?: string; message?: string }>((resolve) => this.waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ ...request, id }));
    const data = await answer;
    if (data.error !== undefined) throw new Error(`${data.error}: ${data.message}`);
    return data;
  }

  close(): void {
    this.socket.close();
  }

  private hear(message: Message): void {
    if (message.type !== "answer" || message.id === undefined) return this.onMessage(message);
    this.waiting.get(message.id)?.(message.data as never);
    this.waiting.delete(message.id);
  }
}

type Level = readonly [price: string, size: string];

export interface BookMessage {
  readonly sequence: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly checksum: number;
}

/** A book out of its snapshot and the deltas behind it. */
export class BookReader {
  readonly bids = new Map<string, string>();
  readonly asks = new Map<string, string>();
  private sequence = -1;

  /** False: something was lost; subscribe anew. Deltas that the snapshot has already are passed over. */
  apply({ type, data }: Pick<Message, "type" | "data">): boolean {
    const { sequence, bids, asks, checksum } = data as BookMessage;
    if (type === "book") {
      this.bids.clear();
      this.asks.clear();
    } else if (sequence <= this.sequence) return true;
    else if (sequence !== this.sequence + 1) return false;
    this.sequence = sequence;
    put(this.bids, bids);
    put(this.asks, asks);
    return crc32([best(this.bids, -1), best(this.asks, 1)].map((side) => side.slice(0, 25).join()).join()) === checksum;
  }
}

function put(side: Map<string, string>, levels: readonly Level[]): void {
  for (const [price, size] of levels) {
    if (size === "0") side.delete(price);
    else side.set(price, size);
  }
}

/** `price:size`, best first. */
function best(side: ReadonlyMap<string, string>, direction: 1 | -1): string[] {
  const sorted = [...side].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -direction : direction));
  return sorted.map(([price, size]) => `${price}:${size}`);
}
