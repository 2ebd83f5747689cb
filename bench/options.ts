// SPDX-License-Identifier: MIT
import type { Contract } from "ethers";
import { BASE, Bench, PRICE } from "./Bench.js";
import type { Operation } from "./operations.js";
import { RISK } from "./optionRisk.js";

const GROUP = 1n;
const ACCOUNT = 7n;
const DAY = 86_400n;
const STRIKES = 15n;
/** Legs of a portfolio on one expiry. */
const LEGS_A_LADDER = 8;
const REFRESHED = 8;
/** Factors in 1e-18 quote and 1e-9. */
const [SPOT, LEVEL] = [100_000n * PRICE, 10n ** 9n];
const operation = (op: string, gas: bigint | number): Operation => ({
  op,
  gas: Math.round(Number(gas)),
  floor: 0,
  parts: [],
});

/** The dearest of a ladder's prices, in and out of the money: computing only, neither its terms nor a call. */
export async function optionPrice(): Promise<Operation> {
  const bench = await Bench.open();
  const prices = await bench.deploy("Black76Bench");
  const [forward, deviation] = [60_000n * PRICE, 2n ** 96n / 5n];
  let gas = 0;
  for (let i = 0n; i < STRIKES; ++i) {
    for (const isCall of [true, false]) {
      const strike = (39_000n + 3_000n * i) * PRICE;
      const [, used] = (await prices.getFunction("gasOf")({ forward, strike, deviation, isCall })) as [bigint, bigint];
      gas = Math.max(gas, Number(used));
    }
  }
  return operation("option-price", gas);
}

/**
 * Equity and initial margin of options held long and short, 8 a ladder, risk arrays fresh. The library alone, but all
 * that it reads is cold: factors, feed, ladders, positions and arrays.
 */
export async function optionMargins(): Promise<Operation[]> {
  const { bench, contract } = await optionGroup();
  const list: Operation[] = [];
  for (const count of [4, 8, 16, 32]) {
    const legs = Array.from({ length: count }, (_, i) => ({
      index: seriesAt(i),
      size: (i % 3 === 0 ? -1n : 1n) * BigInt(i + 1) * BASE,
      offset: 0n,
    }));
    await bench.send(contract, "hold", [ACCOUNT, GROUP, 10n ** 15n, legs]);
    const { used, arraysFresh } = (await contract.getFunction("margin")(GROUP, ACCOUNT, false)) as {
      used: bigint;
      arraysFresh: boolean;
    };
    if (!arraysFresh) throw new Error("arrays are not fresh");
    list.push(operation(`margin-${count}`, used));
  }
  return list;
}

/** One of eight arrays of a ladder that are computed and stored anew in one call, because the spot has moved. */
export async function optionRefresh(): Promise<Operation> {
  const { contract } = await optionGroup(101_500n * PRICE);
  const list = Array.from({ length: REFRESHED }, (_, i) => (GROUP << 8n) | seriesAt(i));
  const used = (await contract.getFunction("refresh").staticCall(list)) as bigint;
  return operation("option-refresh", Number(used) / REFRESHED);
}

/** The i-th of the series that are held: call and put in turn, 8 a ladder, each at a strike of its own. */
const seriesAt = (i: number): bigint => {
  const [ladder, strike] = [Math.floor(i / LEGS_A_LADDER), 3 + (i % LEGS_A_LADDER)];
  return BigInt((ladder << 5) | (strike << 1) | (i & 1));
};

/** A group of four ladders with all the arrays that are held computed. Then the spot moves to `spot`. */
async function optionGroup(spot = SPOT): Promise<{ bench: Bench; contract: Contract }> {
  const bench = await Bench.open();
  const { markets } = bench.venue;
  const contract = await bench.deploy("OptionBench");
  const feed = await markets[0]!.source.feed();
  const now = BigInt(await bench.chain.networkHelpers.time.latest());
  await bench.send(contract, "setGroup", [GROUP, feed, LEVEL, RISK]);
  for (let place = 0n; place < 4n; ++place) {
    const smile = smileOf(100n * place);
    const expiry = now + (place * place * 5n + 3n) * DAY;
    const terms = { expiry, base: 65_000n * PRICE, step: 5_000n * PRICE, smiles: [smile, smile], settlement: 0n };
    await bench.send(contract, "setLadder", [GROUP, place, terms]);
  }
  const list = Array.from({ length: 4 * LEGS_A_LADDER }, (_, i) => (GROUP << 8n) | seriesAt(i));
  await bench.send(contract, "refresh", [list]);
  await bench.setMark(spot);
  return { bench, contract };
}

/** 60% at the middle strike and a percent more each strike further; the basis in 1e-5 of spot. */
function smileOf(basis: bigint): bigint {
  let word = basis << 240n;
  for (let i = 0n; i < STRIKES; ++i) word |= (6_000n + 100n * (i > 7n ? i - 7n : 7n - i)) << (16n * i);
  return word;
}
