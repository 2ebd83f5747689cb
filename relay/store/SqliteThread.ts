// SPDX-License-Identifier: MIT
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { StartError } from "../../chain/errors.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Head } from "../journal/page.js";
import type { Commit, MatchRow, OrderRow, Store } from "./Store.js";

export interface Place {
  readonly file: string;
  readonly venue: string;
  readonly role: "store" | "checkpoint";
}

type Method = "head" | "orders" | "order" | "matches" | "commit" | "retire" | "pages" | "close";

export interface Asked {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** Number 0: the database is open, or cannot be. */
export interface Told {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: { readonly name: string; readonly message: string };
}

interface Waiting {
  resolve(value: never): void;
  reject(why: Error): void;
}

/**
 * A SqliteStore in a thread of its own. A commit waits for the disk, milliseconds where it is idle and more where it is
 * not; the thread that answers people does not wait with it.
 */
export class SqliteThread implements Store {
  private readonly waiting = new Map<number, Waiting>();
  private id = 0;
  private closed = false;
  private lost: (why: Error) => void = () => {};

  private constructor(
    private readonly worker: Worker,
    private readonly checkpoints: Worker,
  ) {
    worker.on("message", (told: Told) => this.hear(told));
    worker.on("error", (why) => this.end(why));
    worker.on("exit", () => this.end(new Error("the thread of the database has ended")));
    // The log only grows without it, and the writer brings it in at a certain size.
    checkpoints.on("error", () => {});
  }

  static async open(file: string, venue: string): Promise<SqliteThread> {
    const start = (role: Place["role"]) => {
      const workerData: Place = { file, venue, role };
      return new Worker(new URL("./sqliteWorker.ts", import.meta.url), { workerData, execArgv: ["--import", "tsx"] });
    };
    const worker = start("store");
    const [{ failure }] = (await once(worker, "message")) as [Told];
    if (failure !== undefined) {
      await worker.terminate();
      throw failureOf(failure);
    }
    return new SqliteThread(worker, start("checkpoint"));
  }

  async acquire(): Promise<void> {}

  onLost(run: (why: Error) => void): void {
    this.lost = run;
  }

  head(): Promise<Head | undefined> {
    return this.ask("head");
  }

  orders(): Promise<OrderRow[]> {
    return this.ask("orders");
  }

  order(hash: Hex): Promise<OrderRow | undefined> {
    return this.ask("order", hash);
  }

  matches(): Promise<MatchRow[]> {
    return this.ask("matches");
  }

  commit(commit: Commit): Promise<void> {
    return this.ask("commit", commit);
  }

  retire(hashes: readonly Hex[]): Promise<void> {
    return this.ask("retire", hashes);
  }

  pages(from: number, count: number): Promise<string[]> {
    return this.ask("pages", from, count);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const gone = [this.worker, this.checkpoints].map((each) => once(each, "exit"));
    this.checkpoints.postMessage("close");
    await this.ask("close");
    await Promise.all(gone);
  }

  // ------------------------------------------------------------------ inside

  private ask<T>(method: Method, ...args: unknown[]): Promise<T> {
    const id = ++this.id;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, method, args } satisfies Asked);
    });
  }

  private hear({ id, value, failure }: Told): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (failure === undefined) waiting?.resolve(value as never);
    else waiting?.reject(failureOf(failure));
  }

  private end(why: Error): void {
    for (const { reject } of this.waiting.values()) reject(why);
    this.waiting.clear();
    if (!this.closed) this.lost(why);
  }
}

function failureOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  const failure = name.startsWith("Database") ? new StartError(message) : new Error(message);
  failure.name = name;
  return failure;
}
