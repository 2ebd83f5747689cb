// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** What a route answers, as bytes. */
export interface Answer {
  readonly status: 200 | 400 | 404 | 503;
  readonly body: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is kept for a moment, with what is computed of it once. */
export class Kept {
  private hash: string | undefined;
  private packed: Buffer<ArrayBuffer> | undefined;

  constructor(readonly answer: Answer) {}

  /** A strong ETag: of these very bytes. */
  get etag(): string {
    return (this.hash ??= `"${createHash("sha1").update(this.answer.body).digest("base64url")}"`);
  }

  get gzipped(): Buffer<ArrayBuffer> {
    return (this.packed ??= gzipSync(this.answer.body, { level: 4 }));
  }
}

/**
 * Answers by what was asked. Whoever asks the same within `life` gets the same answer, and who asks while it is being
 * made waits for it: the database is asked once, by however many clients.
 */
export class Answers {
  private readonly kept = new Map<string, { made: Promise<Kept>; at: number }>();

  constructor(
    /** Milliseconds that an answer serves. */
    private readonly life: number,
    /** Answers that are kept at most. */
    private readonly most: number,
    private readonly clock = () => performance.now(),
  ) {}

  get(asked: string, make: () => Promise<Answer>): Promise<Kept> {
    const now = this.clock();
    const found = this.kept.get(asked);
    if (found !== undefined && now - found.at < this.life) return found.made;
    const made = make().then((answer) => new Kept(answer));
    this.kept.delete(asked); // so that the map stays in the order of age
    this.kept.set(asked, { made, at: now });
    made.catch(() => this.kept.delete(asked));
    this.forget(now);
    return made;
  }

  /** The oldest first: those that are too old, and as many as are too many. */
  private forget(now: number): void {
    for (const [asked, { at }] of this.kept) {
      if (this.kept.size <= this.most && now - at < this.life) return;
      this.kept.delete(asked);
    }
  }
}
