// SPDX-License-Identifier: MIT
import { once } from "node:events";
import { WebSocket } from "ws";
import type { SignedOrder } from "../order/Order.js";
import { signedToWire } from "../order/wire.js";

/** A WebSocket that posts orders and times the answers. */
export class Poster {
  private readonly waiting = new Map<number, { sentAt: number; done: () => void }>();
  private id = 0;
  readonly latencies: number[] = [];
  accepted = 0;
  refused = 0;

  constructor(private readonly socket: WebSocket) {
    socket.on("message", (data) => {
      const { id, data: answer } = JSON.parse(String(data)) as { id: number; data: { error?: string } };
      const asked = this.waiting.get(id)!;
      this.waiting.delete(id);
      this.latencies.push(performance.now() - asked.sentAt);
      if (answer.error === undefined) ++this.accepted;
      else ++this.refused;
      asked.done();
    });
  }

  static async open(url: string): Promise<Poster> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/v1/stream`);
    await once(socket, "open");
    return new Poster(socket);
  }

  post(order: string): Promise<void> {
    const id = ++this.id;
    return new Promise((done) => {
      this.waiting.set(id, { sentAt: performance.now(), done });
      this.socket.send(`{"op":"post","id":${id},"order":${order}}`);
    });
  }

  close(): void {
    this.socket.terminate();
  }
}

export function wires(orders: readonly SignedOrder[]): string[] {
  return orders.map((order) => JSON.stringify(signedToWire(order)));
}

export const ms = (value: number) => `${value.toFixed(1)} ms`;

export function quantiles(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => ms(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return `p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, most ${at(1)}`;
}
