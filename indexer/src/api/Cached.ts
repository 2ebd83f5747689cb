// SPDX-License-Identifier: MIT

/**
 * A value that is made anew when it is asked for and old, by the first that asks. While it is made, others get the old
 * one, unless that is older than twice its life: then they wait, as they do for the first.
 */
export class Cached<T> {
  private made: { value: T; at: number } | undefined;
  private making: Promise<T> | undefined;

  constructor(
    /** Milliseconds that it serves. */
    private readonly life: number,
    private readonly make: () => Promise<T>,
    private readonly clock = () => performance.now(),
  ) {}

  async value(): Promise<T> {
    const age = this.made === undefined ? Infinity : this.clock() - this.made.at;
    if (age > this.life && this.making === undefined) {
      this.making = this.remake();
      this.making.catch(() => undefined); // told to those who wait for it
    }
    return this.made === undefined || age > 2 * this.life ? this.making! : this.made.value;
  }

  private async remake(): Promise<T> {
    const at = this.clock();
    try {
      const value = await this.make();
      this.made = { value, at };
      return value;
    } finally {
      this.making = undefined;
    }
  }
}
