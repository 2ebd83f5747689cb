// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import type { TrialVenue } from "./venue.js";
import { rolledBack, type Verdict } from "./verdicts.js";

const PAGE = 1_000;
const CANDIDATES = 300; // an absorb of so many is tried
const CALL_GAS = "0x77359400"; // 2e9: a page is more than a block
const WATCH = 50; // milliseconds
const STRANGER = "0x00000000000000000000000000000000000000aa";

// Whoever has five times his initial margin (a quarter of his notional) is further away than the whole crash: he is
// read again later.
const FAR = 5n;
const LATER = 10;

// Of HealthView, in words: account, group, cash, equity, initial, maintenance, callLevel, withdrawable, atFrozen,
// charge, relief, isNetted, calledAt, fresh, standing.
const WORDS = 15;
const EQUITY = 3;
const INITIAL = 4;
const AT_FROZEN = 8;
const STANDING = 14;
const LIQUIDATABLE = 4n;

interface Health {
  equity: bigint;
  initial: bigint;
  atFrozen: bigint;
  standing: bigint;
}

interface RawBlock {
  number: string;
  timestamp: string;
  hash: string;
}

/** A node, as far as the judge asks one. */
export interface Asked {
  send(method: string, params: unknown[]): Promise<unknown>;
}

/** Reads everybody at every block (who is far from any danger at every tenth), past the keeper and past the proxy. */
export class Judge {
  verdicts: Verdict[] = [];
  /** Reorganisations that it saw. */
  reorgs = 0;
  /** When each block was first seen: the judge may come to it later. */
  private readonly mined = new Map<number, number>();
  /** Until which block somebody need not be read. */
  private readonly far = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private readonly lens: Interface = new Interface(ILens__factory.abi);
  private readonly abi: Interface = new Interface(IClearinghouse__factory.abi);

  constructor(
    private readonly provider: Asked,
    private readonly venue: Pick<TrialVenue, "accounts" | "deployment">,
    /** Seconds of the chain's clock to the next block, which is the one that an absorb would be in. */
    private readonly chainSeconds: number,
  ) {}

  /** Notes from now on when blocks come. */
  watch(): void {
    this.timer = setInterval(() => void this.note().catch(() => {}), WATCH);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async note(): Promise<number> {
    const latest = Number((await this.provider.send("eth_blockNumber", [])) as string);
    if (!this.mined.has(latest)) this.mined.set(latest, Date.now());
    return latest;
  }

  /** Judges every block since the last call; the first call judges the latest. */
  async catchUp(): Promise<void> {
    for (;;) {
      const latest = await this.note();
      await this.unwind();
      const next = (this.verdicts.at(-1)?.number ?? latest - 1) + 1;
      if (next > latest) return;
      const verdict = await this.judge(next);
      if (verdict) this.verdicts.push(verdict);
    }
  }

  /** Who is below zero, due and liquidatable now. */
  get last(): Verdict | undefined {
    return this.verdicts.at(-1);
  }

  private async unwind(): Promise<void> {
    let fork: number | undefined;
    for (const { number, hash } of this.verdicts.toReversed()) {
      if ((await this.block(number))?.hash === hash) break;
      fork = number;
    }
    if (fork === undefined) return;
    ++this.reorgs;
    this.verdicts = rolledBack(this.verdicts, fork);
    this.far.clear();
  }

  private async judge(number: number): Promise<Verdict | undefined> {
    const seenAt = this.mined.get(number) ?? Date.now();
    const block = await this.block(number);
    if (!block) return undefined;
    const insolvent = new Set<string>();
    const due = new Set<string>();
    const liquidatable = new Set<string>();
    for (const { group, ids: all } of this.venue.accounts) {
      const candidates: string[] = [];
      const ids = all.filter((id) => (this.far.get(id) ?? 0) <= number);
      const lines = await this.read(ids, block.number);
      for (const [index, { equity, initial, atFrozen, standing }] of lines.entries()) {
        const id = ids[index]!;
        if (equity < 0n) insolvent.add(id);
        if (equity >= 0n && equity >= FAR * initial) this.far.set(id, number + LATER);
        if (standing === LIQUIDATABLE) liquidatable.add(id);
        if (atFrozen < 0n) candidates.push(id); // equal to equity when no lock runs
      }
      if (candidates.length > 0 && (await this.isAbsorbable(group, candidates, block))) {
        for (const id of candidates) due.add(id);
      }
    }
    // A reorganisation in between would mix two chains.
    if ((await this.block(number))?.hash !== block.hash) return undefined;
    return { number, hash: block.hash, seenAt, insolvent, due, liquidatable };
  }

  private async read(ids: string[], tag: string): Promise<Health[]> {
    const pages: string[][] = [];
    for (let from = 0; from < ids.length; from += PAGE) pages.push(ids.slice(from, from + PAGE));
    const { lens, clearinghouse } = this.venue.deployment;
    const read = pages.map(async (page) => {
      const data = this.lens.encodeFunctionData("accounts", [clearinghouse, page]);
      return decoded((await this.provider.send("eth_call", [{ to: lens, data, gas: CALL_GAS }, tag])) as string);
    });
    return (await Promise.all(read)).flat();
  }

  /** Whether the contract would take them: asked of itself, so that no rule is repeated here. */
  private async isAbsorbable(group: number, ids: string[], { number, timestamp }: RawBlock): Promise<boolean> {
    const data = this.abi.encodeFunctionData("absorb", [group, ids.slice(0, CANDIDATES)]);
    const call = { from: STRANGER, to: this.venue.deployment.clearinghouse, data, gas: CALL_GAS };
    const time = `0x${(Number(timestamp) + this.chainSeconds).toString(16)}`;
    return this.provider.send("eth_call", [call, number, {}, { time }]).then(
      () => true,
      () => false,
    );
  }

  private async block(number: number): Promise<RawBlock | null> {
    return (await this.provider.send("eth_getBlockByNumber", [`0x${number.toString(16)}`, false])) as RawBlock | null;
  }
}

/** By words: a tenth of the time of a general decoder, and the judge shares the machine with those it judges. */
function decoded(result: string): Health[] {
  const word = (index: number) => BigInt.asIntN(256, BigInt(`0x${result.slice(2 + 64 * index, 66 + 64 * index)}`));
  const length = Number(word(1));
  return Array.from({ length }, (_, line) => {
    const at = 2 + line * WORDS;
    return {
      equity: word(at + EQUITY),
      initial: word(at + INITIAL),
      atFrozen: word(at + AT_FROZEN),
      standing: word(at + STANDING),
    };
  });
}
