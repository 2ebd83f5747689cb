// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { quantity } from "../../../sdk/client/chain/blocks.js";
import { RpcRefused, type Rpc } from "../../../sdk/client/chain/Rpc.js";
import type { Address } from "../../../sdk/order.js";
import { OPTIONS } from "../actions/OptionKind.js";

const FEED = new Interface([
  "function latestRoundData() view returns (uint80 round, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn)",
  "function getRoundData(uint80 round) view returns (uint80 round, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn)",
]);

const PHASE = 64n;
const NUMBER = (1n << PHASE) - 1n;
/** Numbers that a feed leaves out in a row before it counts as the end of a phase, plus one: as ExpiryLib. */
const LOOKAHEAD = 4n;
/** Phases that one average may go through; more are found by later looks. */
const PHASES = 8;
/** More than any contract uses. */
const AMPLE = 16_000_000;

/** A refusal that asks for another round, and any other. */
type Answer = { readonly phase: bigint; readonly time: bigint } | "passes" | "refused";

export interface Fixing {
  readonly clearinghouse: Address;
  readonly feed: Address;
  readonly group: bigint;
  readonly ladder: number;
  readonly block: number;
}

/**
 * The rounds that `fixPrice` has to be called with: the contract says which phase it enters and at what time, and the
 * round is found among the feed's by search. Undefined when it cannot be fixed, or gone on with, now.
 */
export async function findEntries(rpc: Rpc, fixing: Fixing, rounds: number): Promise<bigint[] | undefined> {
  const entries: bigint[] = [];
  for (let tried = 0; tried <= PHASES; ++tried) {
    const answer = await tryToFix(rpc, fixing, entries, rounds);
    if (answer === "passes") return entries;
    if (answer === "refused") return undefined;
    entries.push(await entryOf(new Feed(rpc, fixing.feed, fixing.block), answer.phase, answer.time));
  }
  return undefined;
}

async function tryToFix(rpc: Rpc, fixing: Fixing, entries: readonly bigint[], rounds: number): Promise<Answer> {
  const { clearinghouse, group, ladder, block } = fixing;
  const data = OPTIONS.encodeFunctionData("fixPrice", [group, ladder, [...entries], rounds]);
  try {
    await rpc.send("eth_call", [{ to: clearinghouse, data, gas: quantity(AMPLE) }, quantity(block)]);
    return "passes";
  } catch (failure) {
    if (!(failure instanceof RpcRefused) || failure.verdict !== "reverted") throw failure;
    const named = namedIn(failure);
    const again = named !== undefined && entries.some((entry) => entry >> PHASE === named.phase);
    return named === undefined || again ? "refused" : named;
  }
}

/** The phase and the time that EntryNotNamed asks for. */
function namedIn(failure: RpcRefused): { phase: bigint; time: bigint } | undefined {
  const selector = OPTIONS.getError("EntryNotNamed")!.selector;
  const found = new RegExp(`${selector}[0-9a-f]{128}`, "i").exec(JSON.stringify([failure.data, failure.reason]) ?? "");
  if (found === null) return undefined;
  const [phase, time] = OPTIONS.decodeErrorResult("EntryNotNamed", found[0]) as unknown as [bigint, bigint];
  return { phase, time };
}

/** The last round of the phase dated at or before `time`; its first one if there is none; number 0 of an empty one. */
export async function entryOf(feed: Feed, phase: bigint, time: bigint): Promise<bigint> {
  const top = await feed.top(phase);
  let [low, high] = [0n, top]; // what is at or before the time is in low, what is after it in high + 1
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    const round = await feed.nextFrom(phase, middle, high);
    if (round !== undefined && round.time <= time) low = round.number;
    else high = middle - 1n;
  }
  if (low > 0n) return (phase << PHASE) | low;
  const first = await feed.nextFrom(phase, 1n, top);
  return (phase << PHASE) | (first?.number ?? 0n);
}

/** The past rounds of a feed, as of a block. For a round that is not there some revert, others answer zeros. */
export class Feed {
  private readonly known = new Map<bigint, bigint>();

  constructor(
    private readonly rpc: Rpc,
    private readonly address: Address,
    private readonly block: number,
  ) {}

  /** The highest number of a phase with a round; 0 if it has none. */
  async top(phase: bigint): Promise<bigint> {
    const latest = await this.ask("latestRoundData", []);
    if (latest !== undefined && latest.round >> PHASE === phase) return latest.round & NUMBER;
    const exists = async (number: bigint) =>
      (await this.nextFrom(phase, number, number + LOOKAHEAD - 1n)) !== undefined;
    if (!(await exists(1n))) return 0n;
    let [low, high] = [1n, 2n]; // a round follows low; none follows high
    for (; await exists(high); high *= 2n) low = high;
    while (high - low > 1n) {
      const middle = (low + high) / 2n;
      if (await exists(middle)) low = middle;
      else high = middle;
    }
    return (await this.nextFrom(phase, low, low + LOOKAHEAD - 1n))!.number;
  }

  /** The first round from this number on, to `last`, past some numbers that are left out. */
  async nextFrom(phase: bigint, number: bigint, last: bigint): Promise<{ number: bigint; time: bigint } | undefined> {
    for (let at = number; at <= last && at < number + LOOKAHEAD; ++at) {
      const time = await this.timeOf((phase << PHASE) | at);
      if (time > 0n) return { number: at, time };
    }
    return undefined;
  }

  /** When the round was given, Unix time; 0: there is none. */
  private async timeOf(id: bigint): Promise<bigint> {
    const before = this.known.get(id);
    if (before !== undefined) return before;
    const round = await this.ask("getRoundData", [id]);
    const time = round?.round === id ? round.time : 0n;
    this.known.set(id, time);
    return time;
  }

  private async ask(name: string, args: readonly unknown[]): Promise<{ round: bigint; time: bigint } | undefined> {
    const data = FEED.encodeFunctionData(name, args);
    try {
      const answer = await this.rpc.send("eth_call", [{ to: this.address, data }, quantity(this.block)]);
      const [round, , , time] = FEED.decodeFunctionResult(name, answer as string) as unknown as bigint[];
      return { round: round!, time: time! };
    } catch (failure) {
      if (failure instanceof RpcRefused && failure.verdict !== "reverted") throw failure;
      if (failure instanceof Error && "trouble" in failure) throw failure;
      return undefined;
    }
  }
}
