// SPDX-License-Identifier: MIT
import { Interface, type InterfaceAbi } from "ethers";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import { ask, askIf } from "../look/ask.js";
import type { Fork } from "./Fork.js";

const FEED = new Interface([
  "function feed() view returns (address)",
  "function second() view returns (address)",
  "function sequencer() view returns (address)",
  "function decimals() view returns (uint8)",
  "function latestRoundData() view returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80)",
  "function read() view returns (uint256 mark, uint8 status)",
] as unknown as InterfaceAbi);

/**
 * Makes what a price source reads go on with its present answers: while the time of a fork moves, nobody writes to it.
 * A source that has no fresh price now is left as it is.
 */
export async function holdPrices(fork: Fork, sources: readonly Address[]): Promise<void> {
  for (const source of new Set(sources)) {
    const [mark, status] = (await askIf(fork.rpc, FEED, source, "read")) ?? [0n, 1n];
    if (status !== 0n) continue;
    const feeds: Address[] = [];
    for (const name of ["feed", "second", "sequencer"]) {
      const [feed] = (await askIf(fork.rpc, FEED, source, name)) ?? ["0x"];
      if (/^0x0*[1-9a-f]/i.test(feed as string)) feeds.push(feed as Address);
    }
    if (feeds.length === 0) await fork.setCode(source, stillSource(mark as bigint));
    for (const feed of feeds) await hold(fork, feed);
  }
}

const VOLS = new Interface([
  "function level() view returns (uint32 value, uint40 time)",
  "function heartbeat() view returns (uint24)",
]);

/**
 * Makes sources of volatilities go on with their present levels, dated now, whenever they are asked. Of smiles they say
 * nothing: no call of governance reads one. What is none is left as it is.
 */
export async function holdVols(fork: Fork, sources: readonly Address[]): Promise<void> {
  for (const source of new Set(sources)) {
    const [value, time] = (await askIf(fork.rpc, VOLS, source, "level")) ?? [];
    const [heartbeat] = (await askIf(fork.rpc, VOLS, source, "heartbeat")) ?? [];
    if (value === undefined || heartbeat === undefined) continue;
    // One that is too old now would not be fresher then.
    if ((time as bigint) + (heartbeat as bigint) < fork.now) continue;
    const selector = (name: string) => VOLS.getFunction(name)!.selector.slice(2);
    await fork.setCode(
      source,
      dispatching([
        [selector("level"), [push(value as bigint), TIMESTAMP]],
        [selector("heartbeat"), [push(heartbeat as bigint)]],
      ]),
    );
  }
}

async function hold(fork: Fork, feed: Address): Promise<void> {
  const [decimals] = await ask(fork.rpc, FEED, feed, "decimals");
  const [round, answer, startedAt] = (await ask(fork.rpc, FEED, feed, "latestRoundData")) as [bigint, bigint, bigint];
  await fork.setCode(feed, stillFeed({ round, answer, startedAt, decimals: decimals as bigint }));
}

const TIMESTAMP = "42";

interface Round {
  readonly round: bigint;
  readonly answer: bigint;
  readonly startedAt: bigint;
  readonly decimals: bigint;
  /** Always dated so; default: now, whenever it is asked. */
  readonly updatedAt?: bigint;
}

/** Code that answers `latestRoundData` with one round, and `decimals`. */
export function stillFeed({ round, answer, startedAt, decimals, updatedAt }: Round): Hex {
  const dated = updatedAt === undefined ? TIMESTAMP : push(updatedAt);
  const words = [push(round), push(answer), push(startedAt), dated, push(round)];
  return dispatching([
    ["feaf968c", words],
    ["313ce567", [push(decimals)]],
  ]);
}

/** Code that answers `read` with one fresh mark, and `plainFeed` with none. */
function stillSource(mark: bigint): Hex {
  return dispatching([
    [FEED.getFunction("read")!.selector.slice(2), [push(mark), push(0n)]],
    [
      new Interface(["function plainFeed()"]).getFunction("plainFeed")!.selector.slice(2),
      [push(0n), push(0n), push(0n)],
    ],
  ]);
}

/** EVM code that answers each selector with words; each word is what pushes it. Everything else reverts. */
function dispatching(answers: readonly (readonly [selector: string, words: readonly string[]])[]): Hex {
  const load = "5f3560e01c"; // calldata's first word, shifted right by 224 bits
  const test = 11; // bytes of each: DUP1 PUSH4 selector EQ PUSH2 target JUMPI
  let at = load.length / 2 + test * answers.length + 3;
  const [tests, bodies]: [string[], string[]] = [[], []];
  for (const [selector, words] of answers) {
    const stores = words.map((word, i) => `${word}61${(i * 32).toString(16).padStart(4, "0")}52`).join("");
    const body = `5b${stores}61${(words.length * 32).toString(16).padStart(4, "0")}5ff3`;
    tests.push(`8063${selector}1461${at.toString(16).padStart(4, "0")}57`);
    bodies.push(body);
    at += body.length / 2;
  }
  return `0x${load}${tests.join("")}5f5ffd${bodies.join("")}`;
}

function push(value: bigint): string {
  return `7f${BigInt.asUintN(256, value).toString(16).padStart(64, "0")}`;
}
