// SPDX-License-Identifier: MIT
import { millisecondsOf, numberOfRange } from "../../range.js";
import { RpcFailed, RpcRefused, type Rpc, type Trouble } from "./Rpc.js";
import { hasShape } from "./shape.js";
import { LIMITED } from "./verdict.js";

export interface HttpOptions {
  /** Milliseconds for an answer. */
  readonly requestTimeout: number;
  /** How often a question is put again, to each node. */
  readonly requestRetries: number;
}

/** A list of nodes that is empty, or a node that is no URL. It is not repeated: it may hold a key. */
export class NoNode extends TypeError {
  override readonly name = "NoNode";

  constructor(what: string) {
    super(`${what}: give a list of URLs of nodes, as ["https://..."]`);
  }
}

const FIRST_PAUSE = 200; // ms, doubled with every round
const LONGEST_PAUSE = 10_000; // ms, also when a node wants more
const TURNED_AWAY: ReadonlySet<number> = new Set([401, 402, 403, 429]);

/** Why one node gave no answer. */
class NoAnswer extends Error {
  constructor(
    reason: string,
    readonly trouble: Trouble,
    /** Milliseconds that the node wants to be left alone. */
    readonly rest = 0,
  ) {
    super(reason);
  }
}

/**
 * Nodes over HTTP. A question goes to the node that answered last; one that gets no answer goes to the next, several
 * times around. What is an answer: verdict.ts.
 */
export class HttpRpc implements Rpc {
  private at = 0;
  private id = 0;

  constructor(
    private readonly urls: readonly string[],
    private readonly options: HttpOptions,
  ) {
    if (!Array.isArray(urls) || urls.length === 0) throw new NoNode("there is no list of nodes");
    urls.forEach((url: unknown, i) => {
      if (!isHttp(url)) throw new NoNode(`node ${i + 1} of the list is no URL of http or https`);
    });
    millisecondsOf(options.requestTimeout, "requestTimeout");
    numberOfRange(options.requestRetries, 0, Number.MAX_SAFE_INTEGER, "requestRetries");
  }

  async send(method: string, params: readonly unknown[]): Promise<unknown> {
    const { length } = this.urls;
    const first = this.at;
    const tries = (this.options.requestRetries + 1) * length;
    const reasons = new Map<number, NoAnswer>();
    for (let attempt = 0; attempt < tries; ++attempt) {
      if (attempt > 0 && attempt % length === 0) await pause(this.pauseBefore(attempt / length, [...reasons.values()]));
      const at = (first + attempt) % length;
      try {
        return await this.ask(this.urls[at]!, method, params);
      } catch (failure) {
        if (!(failure instanceof NoAnswer)) throw failure;
        reasons.set(at, failure);
        this.leave(at);
      }
    }
    const told = [...reasons].map(([at, { message }]) => `${hostOf(this.urls[at]!)}: ${message}`);
    throw new RpcFailed(method, told.join("; "), worst([...reasons.values()]));
  }

  turn(): void {
    this.leave(this.at);
  }

  /** Once, however many questions found out at the same time that it does not answer. */
  private leave(at: number): void {
    if (this.at === at) this.at = (at + 1) % this.urls.length;
  }

  private pauseBefore(round: number, failures: readonly NoAnswer[]): number {
    const rest = Math.min(...failures.map((each) => each.rest));
    return Math.min(LONGEST_PAUSE, Math.max(rest, FIRST_PAUSE * 2 ** (round - 1)));
  }

  private async ask(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
    const id = ++this.id;
    const { status, text, rest } = await this.post(url, JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    const answer = parsed(text);
    if (answer === undefined) throw new NoAnswer(`status ${status}, no JSON`, troubleOf(status, ""), rest);
    const error = errorOf(answer);
    if (error !== undefined) {
      const refused = new RpcRefused(method, error.code, error.message, error.data, params);
      // Whoever turns a key or an address away has run nothing.
      if (refused.verdict === "trouble" || TURNED_AWAY.has(status)) {
        const told = `${error.message} (${error.code}, status ${status})`;
        throw new NoAnswer(told, troubleOf(status, error.message), rest);
      }
      throw refused;
    }
    const { id: told, result } = answer;
    if (status < 200 || status > 299) throw new NoAnswer(`status ${status}`, troubleOf(status, ""), rest);
    if (result === undefined) throw new NoAnswer("an answer without a result", "useless");
    if (told !== undefined && String(told) !== String(id))
      throw new NoAnswer("the answer to another question", "useless");
    if (!hasShape(method, result)) throw new NoAnswer(`${JSON.stringify(result).slice(0, 40)} for a result`, "useless");
    return result;
  }

  private async post(url: string, body: string): Promise<{ status: number; text: string; rest: number }> {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        signal: AbortSignal.timeout(this.options.requestTimeout),
      });
      const seconds = Number(response.headers.get("retry-after") ?? 0);
      const rest = seconds > 0 ? seconds * 1_000 : 0;
      return { status: response.status, text: await response.text(), rest };
    } catch (failure) {
      const { name, message, cause } = failure as Error & { cause?: { code?: string; message?: string } };
      if (name === "TimeoutError") throw new NoAnswer(`nothing for ${this.options.requestTimeout} ms`, "slow");
      throw new NoAnswer(cause?.code ?? cause?.message ?? message, "unreachable");
    }
  }
}

/** The object of an answer; undefined: it is none. A list of one is what some gateways make of one question. */
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
    return typeof one === "object" && one !== null && !Array.isArray(one)
      ? (one as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The error of an answer, in one form: providers also send a text, or an object of their own, without a code. */
function errorOf(answer: Record<string, unknown>): { code: number; message: string; data: unknown } | undefined {
  const { error, result, message } = answer;
  if (typeof error === "object" && error !== null) {
    const { code, message: words, data } = error as Record<string, unknown>;
    return { code: Number(code ?? 0) || 0, message: String(words ?? JSON.stringify(error)), data };
  }
  if (typeof error === "string" && result === undefined) return { code: 0, message: error, data: undefined };
  if (typeof message === "string" && result === undefined) return { code: 0, message, data: undefined };
  return undefined;
}

function troubleOf(status: number, words: string): Trouble {
  if (TURNED_AWAY.has(status) || LIMITED.test(words)) return "busy";
  return status === 504 || /time(d )?out|deadline/i.test(words) ? "slow" : "useless";
}

/** What says most about the question. */
function worst(failures: readonly NoAnswer[]): Trouble {
  const kinds = new Set(failures.map(({ trouble }) => trouble));
  return (["slow", "useless", "busy"] as const).find((kind) => kinds.has(kind)) ?? "unreachable";
}

function isHttp(url: unknown): boolean {
  return typeof url === "string" && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** Without path and query, which may hold a key. */
function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "no URL";
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
