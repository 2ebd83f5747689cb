// SPDX-License-Identifier: MIT
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { Refusal } from "../book/refusals.js";
import { domainSeparator } from "../journal/bytes.js";
import { orderWords } from "../order/hash.js";
import type { SignedOrder } from "../order/Order.js";

/** Questions of a batch are one text, `words signature` a line: a message costs by its values, not by their length. */
export interface Batch {
  readonly domain: Hex;
  readonly lines: string;
}

/** `hash signer` a line; no signer: nobody's. */
export interface Answers {
  readonly lines: string;
}

/** An order's hash, and whose key signed it; undefined: nobody's, or it is a wallet's signature. */
export interface Answer {
  readonly hash: Hex;
  readonly signer: Address | undefined;
}

interface Asked {
  readonly question: string;
  resolve(answer: Answer): void;
  reject(why: Error): void;
}

/** Questions that a worker gets at once: 10 ms of work. */
const AT_ONCE = 32;

/** Hashes orders and recovers their signers in threads, so that the book's own thread never waits for a curve. */
export class SignaturePool {
  private readonly idle: Worker[] = [];
  private readonly workers: Worker[] = [];
  private readonly busy = new Map<Worker, readonly Asked[]>();
  private queue: Asked[] = [];
  private readonly domain: Hex;
  private closed = false;

  constructor(
    chainId: bigint,
    clearinghouse: Address,
    threads = Math.max(1, availableParallelism() - 1),
    /** Orders that may wait for a thread. */
    private readonly maxQueue = 4_096,
  ) {
    this.domain = domainSeparator("Novation", chainId, clearinghouse);
    for (let i = 0; i < threads; ++i) this.start();
  }

  get waiting(): number {
    return this.queue.length;
  }

  /** Rejects with a Refusal when too many wait. */
  ask({ order, signature }: SignedOrder): Promise<Answer> {
    if (this.queue.length >= this.maxQueue) {
      return Promise.reject(new Refusal("Overloaded", "Too many signatures wait to be checked. Try again soon.", 429));
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ question: `${orderWords(order)} ${signature}`, resolve, reject });
      if (this.idle.length > 0) setImmediate(() => this.next());
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  // ------------------------------------------------------------------ inside

  private start(): void {
    const worker = new Worker(new URL("./recoverer.ts", import.meta.url), { execArgv: ["--import", "tsx"] });
    worker.on("message", ({ lines }: Answers) => {
      const asked = this.busy.get(worker)!;
      this.busy.delete(worker);
      const answers = lines.split("\n");
      asked.forEach(({ resolve }, index) => {
        const [hash, signer] = answers[index]!.split(" ") as [Hex, Address | ""];
        resolve({ hash, signer: signer === "" ? undefined : signer });
      });
      this.idle.push(worker);
      this.next();
    });
    worker.on("error", (why) => this.lost(worker, why));
    this.workers.push(worker);
    this.idle.push(worker);
  }

  /** What a thread that died had is asked again of another; its senders only wait longer. */
  private lost(worker: Worker, why: Error): void {
    const asked = this.busy.get(worker) ?? [];
    this.busy.delete(worker);
    this.workers.splice(this.workers.indexOf(worker), 1);
    if (this.idle.includes(worker)) this.idle.splice(this.idle.indexOf(worker), 1);
    if (this.closed) return asked.forEach(({ reject }) => reject(why));
    this.queue = [...asked, ...this.queue];
    this.start();
    this.next();
  }

  private next(): void {
    while (this.queue.length > 0) {
      const worker = this.idle.pop();
      if (worker === undefined) return;
      // A fair share, so that no thread has all while others have none.
      const share = Math.ceil(this.queue.length / (this.idle.length + 1));
      const asked = this.queue.splice(0, Math.min(AT_ONCE, share));
      this.busy.set(worker, asked);
      const batch: Batch = { domain: this.domain, lines: asked.map(({ question }) => question).join("\n") };
      worker.postMessage(batch);
    }
  }
}
