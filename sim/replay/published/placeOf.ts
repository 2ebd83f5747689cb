// SPDX-License-Identifier: MIT

/** A field of an object, or an element of a list. */
export type Step = string | number;

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+)/y;

/** Where a value of a JSON text begins, lines and columns from 1. The text is JSON, and has the path. */
export function placeOf(text: string, path: readonly Step[]): { line: number; column: number } {
  const reader = new Reader(text);
  for (const step of path) reader.enter(step);
  const before = text.slice(0, reader.start);
  return { line: before.split("\n").length, column: reader.start - before.lastIndexOf("\n") };
}

/** Stands before a value. */
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  /** Of the next token. */
  get start(): number {
    return this.at + /^\s*/.exec(this.text.slice(this.at, this.at + 10_000))![0].length;
  }

  /** Goes to a value within this one. */
  enter(step: Step): void {
    this.next(); // the bracket
    if (typeof step === "number") {
      for (let i = 0; i < step; ++i) {
        this.skip();
        this.next(); // the comma
      }
      return;
    }
    while ((JSON.parse(this.next()) as string) !== step) {
      this.next(); // the colon
      this.skip();
      this.next(); // the comma
    }
    this.next(); // the colon
  }

  private skip(): void {
    let depth = 0;
    do {
      const token = this.next();
      if (token === "{" || token === "[") ++depth;
      if (token === "}" || token === "]") --depth;
    } while (depth > 0);
  }

  private next(): string {
    TOKEN.lastIndex = this.at;
    const found = TOKEN.exec(this.text);
    if (found === null) throw new RangeError(`there is no such value after ${this.at}`);
    this.at = TOKEN.lastIndex;
    return found[1]!;
  }
}
