// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Interface, id, type ParamType, type Result } from "ethers";
import { CutShort } from "../../sdk/abi.js";
import { decodeLog, eventTable } from "../../sdk/state/decodeLog.js";
import type { EventKind, EventOf } from "../../sdk/state/events.js";
import {
  ICollateral__factory,
  IOptionClearinghouse__factory,
  type ICollateral,
  type IOptionClearinghouse,
} from "../../types/ethers-contracts/index.js";
import type { TypedContractEvent } from "../../types/ethers-contracts/common.js";
import { Random } from "../differential/random.js";

// The compiler holds the hand-written union against the ABI's types: the same events with the same fields, of types
// that fit.
type Filters = IOptionClearinghouse["filters"] & ICollateral["filters"];
type Fields<K extends EventKind> =
  Filters[K] extends TypedContractEvent<infer _In, infer _Out, infer Output> ? Output : never;
type Names<K extends EventKind> = Exclude<keyof EventOf<K>, "kind">;
type Fits<Own, Theirs> = Own extends Theirs
  ? true
  : Own extends bigint | string | boolean
    ? false
    : [keyof Own & string] extends [keyof Theirs]
      ? true
      : false;
type Agrees<K extends EventKind> = [keyof Fields<K>] extends [Names<K>]
  ? [Names<K>] extends [keyof Fields<K>]
    ? { [F in Names<K>]: F extends keyof Fields<K> ? Fits<EventOf<K>[F], Fields<K>[F]> : false } extends Record<
        Names<K>,
        true
      >
      ? true
      : false
    : false
  : false;
const AGREE: Record<EventKind, true> = new Proxy({} as { [K in EventKind]: Agrees<K> }, { get: () => true });
type Unknown = Exclude<keyof Filters & `${string}`, EventKind | `${string}(${string}`>;
const ABI = [...IOptionClearinghouse__factory.abi, ...ICollateral__factory.abi];
const NONE_LEFT: [Unknown] extends [never] ? true : false = true;

describe("events", () => {
  const types = new Interface(ABI);
  const table = eventTable(ABI, id);

  it("what is cut anywhere is not read as other numbers", () => {
    const random = new Random(6);
    let cuts = 0;
    for (const fragment of types.fragments) {
      if (fragment.type !== "event") continue;
      const event = types.getEvent((fragment as unknown as { name: string }).name)!;
      const { topics, data } = types.encodeEventLog(
        event,
        event.inputs.map((input) => valueFor(input, random)),
      );
      const isDynamic = event.inputs.some(({ type }) => /^(bytes|string)$/.test(type)); // padded: its end says nothing
      const shorter = isDynamic ? [data.slice(0, -64)] : [data.slice(0, -1), data.slice(0, -2), data.slice(0, -64)];
      for (const cut of data.length > 2 ? [...shorter, "0x"] : []) {
        expect(() => decodeLog(table, { topics, data: cut }), `${event.name} ${cut.length}`).to.throw(CutShort);
        ++cuts;
      }
      if (topics.length > 1) {
        expect(() => decodeLog(table, { topics: topics.slice(0, -1), data }), event.name).to.throw();
        const odd = topics.map((topic, i) => (i === topics.length - 1 ? `0x${"zz".repeat(32)}` : topic));
        expect(() => decodeLog(table, { topics: odd, data }), event.name).to.throw(CutShort);
      }
    }
    expect(cuts).to.be.greaterThan(100);
  });

  it("every event of the interface, with any arguments, is decoded as ethers decodes it", () => {
    const random = new Random(5);
    let fields = 0;
    for (const fragment of types.fragments) {
      if (fragment.type !== "event") continue;
      const event = types.getEvent((fragment as unknown as { name: string }).name)!;
      for (let round = 0; round < 8; ++round) {
        const values = event.inputs.map((input) => valueFor(input, random));
        const log = types.encodeEventLog(event, values);
        const decoded = decodeLog(table, log) as unknown as Record<string, unknown>;
        const theirs = types.parseLog(log)!;
        expect(decoded.kind).to.equal(theirs.name);
        expect(AGREE[theirs.name as EventKind]).to.equal(true);
        event.inputs.forEach((input, i) => {
          ++fields;
          expect(decoded[input.name], `${theirs.name}.${input.name}`).to.deep.equal(plain(input, theirs.args[i]));
        });
      }
    }
    expect(fields).to.be.greaterThan(500);
    expect(NONE_LEFT).to.equal(true);
  });

  it("logs of others are left alone", () => {
    expect(decodeLog(table, { topics: [id("Transfer(address,address,uint256)")], data: "0x" })).to.equal(undefined);
    expect(decodeLog(table, { topics: [], data: "0x" })).to.equal(undefined);
  });
});

function valueFor(input: ParamType, random: Random): unknown {
  if (input.isTuple()) return input.components.map((component) => valueFor(component, random));
  if (input.isArray()) return Array.from({ length: random.whole(0, 4) }, () => valueFor(input.arrayChildren, random));
  if (input.type === "bool") return random.chance(0.5);
  if (input.type === "bytes") return `0x${"ab".repeat(random.whole(0, 70))}`;
  if (input.type === "address") return `0x${bits(random, 160).toString(16).padStart(40, "0")}`;
  const [, signed, width] = /^(u?)int(\d+)$/.exec(input.type)!;
  const value = bits(random, Number(width));
  return signed === "u" ? value : BigInt.asIntN(Number(width), value);
}

/** Small, large and extreme numbers alike. */
function bits(random: Random, width: number): bigint {
  if (random.chance(0.2)) return random.chance(0.5) ? 0n : (1n << BigInt(width)) - 1n;
  let value = 0n;
  for (let i = 0; i < width; i += 30) value = (value << 30n) | BigInt(random.whole(0, 2 ** 30 - 1));
  return BigInt.asUintN(width, value) >> BigInt(random.whole(0, width - 1));
}

function plain(input: ParamType, value: unknown): unknown {
  if (input.isTuple()) {
    return Object.fromEntries(
      input.components.map((component, i) => [component.name, plain(component, (value as Result)[i])]),
    );
  }
  if (input.isArray()) return [...(value as Result)];
  return input.type === "address" ? (value as string).toLowerCase() : value;
}
