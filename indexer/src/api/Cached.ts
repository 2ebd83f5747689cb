// SPDX-License-Identifier: MIT

/** A value that is made anew when it is asked for and old; by the first that asks, and the others wait for it. */
export class Cached<T> {
  private made: { value: Promise<T>; at: number } | undefined;

  constructor(
    /** Milliseconds that it serves. */
    private readonly life: number,
    private readonly make: () => Promise<T>,
  ) {}

  value(): Promise<T> {
    const now = Date.now();
    if (this.made === undefined || now - this.made.at > this.life) {
      const value = this.make();
      this.made = { value, at: now };
      value.catch(() => (this.made = undefined));
    }
    return this.made.value;
  }
}
