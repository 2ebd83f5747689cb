// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { quantity } from "../../../sdk/client/chain/blocks.js";
import { RpcRefused, type Rpc } from "../../../sdk/client/chain/Rpc.js";
import { entryOf, phaseOf, type PastRounds } from "../../../sdk/options/entryOf.js";
import type { Address } from "../../../sdk/order.js";
import { OPTIONS } from "../actions/OptionKind.js";

const FEED = new Interface([
  "function latestRoundData() view returns (uint80 round, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn)",
  "function getRoundData(uint80 round) view returns (uint80 round, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn)",
]);

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
    const again = named !== undefined && entries.some((entry) => phaseOf(entry) === named.phase);
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

/** The past rounds of a feed, as of a block. For a round that is not there some revert, others answer zeros. */
class Feed implements PastRounds {
  private readonly known = new Map<bigint, bigint>();

  constructor(
    private readonly rpc: Rpc,
    private readonly address: Address,
    private readonly block: number,
  ) {}

  latest = async (): Promise<bigint | undefined> => (await this.ask("latestRoundData", []))?.round;

  timeOf = async (id: bigint): Promise<bigint> => {
    const before = this.known.get(id);
    if (before !== undefined) return before;
    const round = await this.ask("getRoundData", [id]);
    const time = round?.round === id ? round.time : 0n;
    this.known.set(id, time);
    return time;
  };

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
