// SPDX-License-Identifier: MIT
import { millisecondsOf } from "../range.js";

/** How long a transaction is waited for. */
export interface WaitOptions {
  /** Milliseconds, from asking the wallet to the receipt. Default: ten minutes. */
  readonly timeLimit?: number;
  /** Milliseconds between two looks at the chain. Default: one second. */
  readonly pollEvery?: number;
}

/** The options, when they are times that can be waited for. */
export function checkedWait({ timeLimit = TEN_MINUTES, pollEvery = 1_000 }: WaitOptions): Required<WaitOptions> {
  return { timeLimit: millisecondsOf(timeLimit, "timeLimit"), pollEvery: millisecondsOf(pollEvery, "pollEvery") };
}

/** What was sent, as far as a replacement is compared with it. */
export interface Sent {
  readonly hash: string;
  readonly from: string;
  /** Undefined: the wallet chose it, and the node has not told yet. */
  readonly nonce: number | undefined;
  readonly to: string | null;
  readonly data: string;
  readonly value: bigint;
}

/** What is asked of a chain, by any library. */
export interface Chain<Receipt> {
  blockNumber(): Promise<number>;
  /** Undefined: it is not mined. */
  receiptOf(hash: string): Promise<Receipt | undefined>;
  /** How many transactions of an address are mined, up to a block. */
  sentBy(address: string, block: number): Promise<number>;
  transactionsOf(block: number): Promise<readonly Sent[]>;
  /** Undefined: the node does not have it. */
  nonceOf(hash: string): Promise<number | undefined>;
}

/** Within the time limit a transaction was neither mined nor replaced. It may still be. */
export class NotMined extends Error {
  override readonly name = "NotMined";

  /** @param hash Undefined: the wallet has not even said that it sent it. */
  constructor(
    readonly hash: string | undefined,
    readonly timeLimit: number,
    options?: ErrorOptions,
  ) {
    super(
      hash === undefined
        ? `the wallet did not send the transaction within ${timeLimit} ms: look there, it may still do so`
        : `transaction ${hash} was not mined within ${timeLimit} ms: it may still be. Look for it, or replace it with a higher fee`,
      options,
    );
  }
}

/** The wallet sent another call with the nonce of this one, or cancelled it: it was not made. */
export class Replaced<Receipt = unknown> extends Error {
  override readonly name = "Replaced";

  constructor(
    readonly hash: string,
    readonly replacement: string,
    /** The other one calls nothing: the wallet's cancel. */
    readonly cancelled: boolean,
    readonly receipt: Receipt,
  ) {
    super(
      cancelled
        ? `transaction ${hash} was cancelled in the wallet (by ${replacement}): nothing was done. Send it again if it is still wanted`
        : `transaction ${hash} was replaced by another call, ${replacement}: it was not made. Send it again if it is still wanted`,
    );
  }
}

/** A transaction was mined and changed nothing, for a reason that is gone now, or for want of gas. */
export class Reverted<Receipt = unknown> extends Error {
  override readonly name = "Reverted";

  constructor(
    readonly hash: string,
    readonly receipt: Receipt,
  ) {
    super(`transaction ${hash} was mined and reverted: nothing was done. Try again; if it had no gas left, with more`);
  }
}

const TEN_MINUTES = 600_000;
/** Blocks that are looked at again, for a chain that reorganises. */
const AGAIN = 3;

/**
 * Sends, and waits for what the chain makes of it: the receipt of the transaction, or of one with the same call by
 * which the wallet replaced it
 * ("speed up"). The receipt may be of a reverted one.
 */
export async function sendAndWait<Receipt>(
  chain: Chain<Receipt>,
  send: () => Promise<Sent>,
  options: WaitOptions = {},
): Promise<{ sent: Sent; receipt: Receipt }> {
  const { timeLimit, pollEvery } = checkedWait(options);
  const deadline = performance.now() + timeLimit;
  const start = await chain.blockNumber();
  const sent = await within(send(), timeLimit);
  const watch = new Watch(chain, sent, Math.max(0, start - AGAIN));
  let trouble: unknown;
  for (;;) {
    try {
      const receipt = await within(watch.look(), Math.max(pollEvery, deadline - performance.now()), sent.hash);
      if (receipt !== undefined) return { sent, receipt };
      trouble = undefined;
    } catch (failure) {
      if (failure instanceof Replaced || failure instanceof NotMined) throw failure;
      trouble = failure; // of the node, perhaps for a moment
    }
    const left = deadline - performance.now();
    if (left <= 0) throw new NotMined(sent.hash, timeLimit, trouble === undefined ? undefined : { cause: trouble });
    await new Promise((resolve) => setTimeout(resolve, Math.min(pollEvery, left)));
  }

  async function within<T>(task: Promise<T>, limit: number, hash?: string): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new NotMined(hash, timeLimit)), limit);
    });
    task.catch(() => undefined); // what fails after the limit is nobody's
    try {
      return await Promise.race([task, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Looks for a transaction, or for what took its nonce. */
class Watch<Receipt> {
  private nonce: number | undefined;

  /** @param from The first block in which the nonce may have been used. */
  constructor(
    private readonly chain: Chain<Receipt>,
    private readonly sent: Sent,
    private from: number,
  ) {
    this.nonce = sent.nonce;
  }

  /** Undefined: not yet. */
  async look(): Promise<Receipt | undefined> {
    const { chain, sent } = this;
    const own = await chain.receiptOf(sent.hash);
    if (own !== undefined) return own;
    const head = await chain.blockNumber();
    this.nonce ??= await chain.nonceOf(sent.hash);
    if (this.nonce === undefined) return undefined;
    if ((await chain.sentBy(sent.from, head)) <= this.nonce) {
      this.from = Math.max(this.from, head - AGAIN);
      return undefined;
    }
    const other = await this.userOfNonce(head);
    if (other === undefined || other.hash === sent.hash) return undefined; // its receipt will come
    const receipt = await chain.receiptOf(other.hash);
    if (receipt === undefined) return undefined;
    if (sameCall(other, sent)) return receipt;
    throw new Replaced(sent.hash, other.hash, callsNothing(other), receipt);
  }

  private async userOfNonce(head: number): Promise<Sent | undefined> {
    for (let number = this.from; number <= head; ++number) {
      const used = (await this.chain.transactionsOf(number)).find(
        ({ from, nonce }) => nonce === this.nonce && same(from, this.sent.from),
      );
      if (used !== undefined) return used;
    }
    return undefined;
  }
}

function sameCall(a: Omit<Sent, "hash">, b: Omit<Sent, "hash">): boolean {
  return same(a.to ?? "", b.to ?? "") && same(a.data, b.data) && a.value === b.value;
}

function callsNothing({ from, to, data, value }: Omit<Sent, "hash">): boolean {
  return data === "0x" && value === 0n && same(from, to ?? "");
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
