// SPDX-License-Identifier: MIT
import { RpcFailed, RpcRefused, type Rpc } from "./Rpc.js";

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export interface HttpOptions {
  /** Milliseconds. */
  readonly requestTimeout: number;
  readonly requestRetries: number;
}

const FIRST_PAUSE = 200; // ms, doubled with every try
const TOO_MANY = -32005; // a limit of requests

/** Nodes over HTTP: a question that gets no answer goes to the next one, several times around. */
export class HttpRpc implements Rpc {
  private at = 0;
  private id = 0;

  constructor(
    private readonly urls: readonly string[],
    private readonly options: HttpOptions,
  ) {}

  async send(method: string, params: readonly unknown[]): Promise<unknown> {
    const tries = (this.options.requestRetries + 1) * this.urls.length;
    let why = "";
    for (let attempt = 0; attempt < tries; ++attempt) {
      if (attempt > 0) await pause(FIRST_PAUSE * 2 ** Math.floor((attempt - 1) / this.urls.length));
      try {
        return await this.ask(this.urls[this.at]!, method, params);
      } catch (failure) {
        if (failure instanceof RpcRefused && failure.code !== TOO_MANY) throw failure;
        why = (failure as Error).message;
        this.turn();
      }
    }
    throw new RpcFailed(method, why);
  }

  turn(): void {
    this.at = (this.at + 1) % this.urls.length;
  }

  private async ask(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: ++this.id, method, params }),
      signal: AbortSignal.timeout(this.options.requestTimeout),
    });
    const text = await response.text();
    let answer: Answer;
    try {
      answer = JSON.parse(text) as Answer;
    } catch {
      throw new RpcFailed(method, `status ${response.status}`);
    }
    if (answer.error) throw new RpcRefused(method, answer.error.code, answer.error.message, answer.error.data);
    if (!response.ok || answer.result === undefined) throw new RpcFailed(method, `status ${response.status}`);
    return answer.result;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
