// SPDX-License-Identifier: MIT

/** One look at a time; news that come meanwhile are one more look after it. */
export class Turns {
  private running: Promise<void> | undefined;
  private resting = false;
  /** There is something newer than what the look that runs has seen, or something that it has left for the next. */
  again = false;

  constructor(
    private readonly look: () => Promise<void>,
    private readonly failed: (failure: unknown) => void,
  ) {}

  /** Never throws; a look that failed is made again with the next call. */
  async wake(): Promise<void> {
    if (this.running !== undefined) {
      this.again = true;
      return this.running;
    }
    this.running = this.turns();
    await this.running;
  }

  /** After the look that is under way. */
  async rest(): Promise<void> {
    this.resting = true;
    await this.running;
    this.resting = false;
  }

  private async turns(): Promise<void> {
    do {
      this.again = false;
      try {
        await this.look();
      } catch (failure) {
        this.failed(failure);
      }
    } while (this.again && !this.resting);
    this.running = undefined;
  }
}
