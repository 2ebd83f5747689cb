// SPDX-License-Identifier: MIT
import { NO_DIGEST } from "../src/history/own";
import type { Hex } from "../src/scene";
import type { Chain, Head, Tally } from "./Chain";
import type { Fault, Findings, Indexed, SampledAccount } from "./Findings";

/** What accounts have after a block, as the contracts answer; undefined when the node has no state of it. */
export type ReadAccounts = (ids: readonly bigint[], block: number) => Promise<SampledAccount[] | undefined>;

export interface DoctorOptions {
  readonly firstBlock: number;
  readonly genesisHash: Hex;
  /** Blocks that the indexer may be behind. */
  readonly maxLag: number;
  /** All that is compared, as of one block; these accounts are in the sample whatever the draw. */
  readonly read: (suspects: readonly bigint[]) => Promise<Indexed>;
  readonly chain: Chain;
  readonly readAccounts: ReadAccounts;
}

/**
 * Compares what is indexed with the chain: the logs' counts per kind, a digest over their places, and balances of
 * sampled accounts. Logs up to a block whose hash still stands are counted once.
 *
 * Ponder writes a block's rows and then its checkpoint, so rows may be a part of a block ahead of it. Their logs are
 * compared up to there; balances between two blocks are not compared with anything.
 *
 * A shallow reorganisation is a difference too, for the seconds that the indexer takes to follow it. So a difference
 * lasts only when every look for `patience` milliseconds has found one. An account that was found wrong is looked at
 * again each time: of a random draw the next may miss it.
 */
export class Doctor {
  private tally: Tally;
  /** Since when every look has found something wrong. */
  private suspected: number | undefined;
  private suspects: bigint[] = [];

  constructor(
    private readonly options: DoctorOptions,
    private readonly patience = 20_000,
  ) {
    this.tally = this.nothing();
  }

  async examine(): Promise<Findings> {
    const { chain } = this.options;
    const indexed = await this.options.read(this.suspects);
    const head = await chain.block("latest");
    const genesis = await chain.block(0);
    if (head === undefined || genesis === undefined) return this.found(indexed, undefined, 0, [NO_NODE]);
    if (genesis.hash !== this.options.genesisHash) {
      const message = `the node's genesis is ${genesis.hash}, the deployment's ${this.options.genesisHash}`;
      return this.found(indexed, head, 0, [{ kind: "OTHER_CHAIN", message, lasting: false }]);
    }
    const at = await chain.block(indexed.block);
    if (at === undefined) {
      const faults = [this.lasting("LOGS", `block ${indexed.block} is indexed, the head is ${head.number}`)];
      return this.found(indexed, head, 0, faults);
    }
    const logs = await this.compareLogs(indexed, at, head);
    const wrong = logs === "whole" || logs === "between" ? [] : [...logs];
    const { faults, compared } = logs === "between" ? NOTHING : await this.compareAccounts(indexed, at);
    wrong.push(...faults);
    if (wrong.length === 0) this.suspected = undefined;
    const lag = head.number - indexed.block;
    if (lag > this.options.maxLag) wrong.push({ kind: "LAG", message: `${lag} blocks behind`, lasting: false });
    return this.found(indexed, head, compared, wrong, at);
  }

  /** `whole`: rows are as of the block. `between`: sound, and a part of a block ahead. Else what is wrong. */
  private async compareLogs(indexed: Indexed, at: Head, head: Head): Promise<"whole" | "between" | Fault[]> {
    const tally = await this.countTo(at);
    if (tally === undefined) return "between"; // the chain moved meanwhile: next time
    if (tally.digest === indexed.digest && tally.events === indexed.events) return "whole";
    if (indexed.events > tally.events) {
      const ahead = await this.options.chain.count(tally, head, indexed.events);
      if (ahead.digest === indexed.digest) return "between";
    }
    const kinds = new Set([...tally.counts.keys(), ...indexed.counts.keys()]);
    const told = [...kinds].flatMap((kind) => {
      const [have, want] = [indexed.counts.get(kind) ?? 0, tally.counts.get(kind) ?? 0];
      return have === want ? [] : [`${kind} ${have} of ${want}`];
    });
    const what = told.length > 0 ? told.join(", ") : "as many events of each kind, but in other blocks";
    return [this.lasting("LOGS", `up to block ${at.number}: ${what}`)];
  }

  private async countTo(at: Head): Promise<Tally | undefined> {
    const { chain } = this.options;
    const stands =
      this.tally.block < this.options.firstBlock || (await chain.block(this.tally.block))?.hash === this.tally.hash;
    if (!stands || this.tally.block > at.number) this.tally = this.nothing();
    const tally = await chain.count(this.tally, at);
    if ((await chain.block(at.number))?.hash !== at.hash) return undefined;
    this.tally = tally;
    return tally;
  }

  private async compareAccounts(indexed: Indexed, at: Head): Promise<{ faults: Fault[]; compared: number }> {
    const ids = indexed.sample.map(({ id }) => id);
    const real = await this.options.readAccounts(ids, at.number);
    if (real === undefined) return { faults: [], compared: 0 };
    const faults: string[] = [];
    const suspects = new Set<bigint>();
    let compared = 0;
    indexed.sample.forEach((have, index) => {
      for (const [what, mine, theirs] of pairsOf(have, real[index]!)) {
        compared += 1;
        if (mine === theirs) continue;
        faults.push(`account ${have.id}, ${what}: ${mine}, on the chain ${theirs} at block ${at.number}`);
        suspects.add(have.id);
      }
    });
    this.suspects = [...suspects].slice(0, MAX_SUSPECTS);
    // An event's rows are written one after another: those that moved meanwhile prove nothing.
    const moved = faults.length > 0 && (await this.options.read([])).digest !== indexed.digest;
    return moved ? NOTHING : { faults: faults.map((message) => this.lasting("BALANCE", message)), compared };
  }

  private lasting(kind: Fault["kind"], message: string): Fault {
    this.suspected ??= Date.now();
    return { kind, message, lasting: Date.now() - this.suspected >= this.patience };
  }

  private found(
    { block, events }: Indexed,
    head: Head | undefined,
    compared: number,
    faults: readonly Fault[],
    at?: Head,
  ): Findings {
    const lag = head === undefined || at === undefined ? 0 : head.time - at.time;
    return { indexed: block, head: head?.number ?? 0, lag, events, compared, faults };
  }

  private nothing(): Tally {
    const block = this.options.firstBlock - 1;
    return { block, hash: "0x", events: 0, digest: NO_DIGEST, counts: new Map() };
  }
}

const NOTHING = { faults: [], compared: 0 };

/** As many are looked at again; one is enough to last. */
const MAX_SUSPECTS = 8;

const NO_NODE: Fault = { kind: "NODE", message: "the node tells no block", lasting: false };

function* pairsOf(have: SampledAccount, real: SampledAccount): Generator<[string, bigint, bigint]> {
  yield ["cash", have.cash, real.cash];
  for (const market of new Set([...have.sizes.keys(), ...real.sizes.keys()])) {
    yield [`size in market ${market}`, have.sizes.get(market) ?? 0n, real.sizes.get(market) ?? 0n];
  }
}
