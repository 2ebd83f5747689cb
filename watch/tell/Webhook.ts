// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from "node:timers/promises";
import type { Message } from "./Message.js";

export interface WebhookOptions {
  readonly url: string;
  /** Messages that wait, before old ones are put together. */
  readonly most: number;
  /** Milliseconds for an answer, before the second try, and between tries at the longest. */
  readonly patience?: number;
  readonly firstPause?: number;
  readonly longestPause?: number;
}

/**
 * Tells messages to a URL, one after the other, each until it is taken with a status of 2xx. None is lost while the
 * process lives. When more than `most` wait, an alarm's older messages are left out for its latest, which says how many
 * they were: so the last word of each alarm gets through, and no more wait than that and one for each alarm.
 */
export class Webhook {
  private readonly waiting: Message[] = [];
  private readonly ended = new AbortController();
  private running: Promise<void> | undefined;
  /** Why the last try failed, and since when none has succeeded; undefined: the last one did. */
  failure: string | undefined;
  sent = 0;
  failed = 0;
  /** Messages that a later one has stood in for. */
  folded = 0;

  constructor(private readonly options: WebhookOptions) {}

  get length(): number {
    return this.waiting.length;
  }

  /** Without path and query, which may hold a key. */
  get host(): string {
    return new URL(this.options.url).host;
  }

  tell(message: Message): void {
    this.waiting.push(message);
    if (this.waiting.length > this.options.most) this.fold();
    this.running ??= this.run();
  }

  /** Waits until all is told, at most so long. What then still waits is lost with the process. Returns how many. */
  async end(patience: number): Promise<number> {
    await Promise.race([this.running ?? Promise.resolve(), sleep(patience, undefined, { ref: false })]);
    this.ended.abort();
    await this.running;
    return this.waiting.length;
  }

  /** Leaves the oldest message out whose alarm has a later one. The first is on its way. */
  private fold(): void {
    const key = ({ alarm, subject }: Message) => `${alarm} ${subject}`;
    for (let i = 1; i < this.waiting.length; ++i) {
      const old = this.waiting[i]!;
      const later = this.waiting.findIndex((each, at) => at > i && key(each) === key(old));
      if (later < 0) continue;
      const folded = (this.waiting[later]!.folded ?? 0) + (old.folded ?? 0) + 1;
      this.waiting[later] = { ...this.waiting[later]!, folded };
      this.waiting.splice(i, 1);
      this.folded += 1;
      return;
    }
  }

  private async run(): Promise<void> {
    const { firstPause = 1_000, longestPause = 60_000 } = this.options;
    let pause = firstPause;
    while (this.waiting.length > 0 && !this.ended.signal.aborted) {
      this.failure = await this.post(this.waiting[0]!);
      if (this.failure === undefined) {
        this.waiting.shift();
        this.sent += 1;
        pause = firstPause;
        continue;
      }
      this.failed += 1;
      await sleep(pause, undefined, { signal: this.ended.signal }).catch(() => {});
      pause = Math.min(longestPause, 2 * pause);
    }
    this.running = undefined;
  }

  /** Why it was not taken. */
  private async post(message: Message): Promise<string | undefined> {
    const { url, patience = 10_000 } = this.options;
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(message),
        redirect: "error",
        signal: AbortSignal.any([AbortSignal.timeout(patience), this.ended.signal]),
      });
      await answer.body?.cancel();
      return answer.ok ? undefined : `status ${answer.status}`;
    } catch (failure) {
      const { name, message: words, cause } = failure as Error & { cause?: { code?: string } };
      return name === "TimeoutError" ? `nothing for ${patience} ms` : (cause?.code ?? words);
    }
  }
}
