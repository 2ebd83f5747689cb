// SPDX-License-Identifier: MIT
import { COSTS } from "./floor.js";
import { slotName } from "./layout.js";
import type { Part } from "./Meter.js";
import { SPECIFICATIONS, type Specification } from "./specification.js";
import { count, textTable } from "../tools/table.js";
import { INTRINSIC } from "./trace.js";

const RECOVERY = 3_000;
const ACCOUNT = 2_600;

/** Where the gas of a transaction went, and its slots by name, those first that are not in the floor. */
export function breakdown(part: Part): string {
  const rows = [...spending(part)].filter(([, gas]) => gas !== 0);
  const total = rows.reduce((sum, [, gas]) => sum + gas, 0);
  if (total !== part.gas) throw new Error(`the trace explains ${total} of ${part.gas} gas`);
  const slots = [...part.floor.slots].sort((a, b) => a.needed - b.needed || b.gas - a.gas);
  const { token, feeds }: Specification = SPECIFICATIONS[part.specification];
  const needed = (name: string) => (name === "token" && token) || (name.startsWith("feed's") && feeds);
  const uncalled = part.trace.coldAccounts.map((address) => nameOf(part, address)).filter((name) => !needed(name));
  return [
    textTable([["where the gas goes", "gas"], ...rows.map(([name, gas]) => [name, count(gas)])]),
    textTable([
      ["computing by kind of opcode", "gas"],
      ...[...part.trace.kinds].sort(([, a], [, b]) => b - a).map(([kind, gas]) => [kind, count(gas)]),
    ]),
    textTable([
      ["does", "gas", "in the floor", "slot"],
      ...slots.map(({ slot, members, deed, gas, needed }) => [
        deed,
        count(gas),
        count(needed),
        slotName(slot, members),
      ]),
    ]),
    `cold accounts that are not in the floor: ${uncalled.join(", ") || "none"}`,
    ...part.floor.untouched.map((slot) => `needed by the specification, but not touched: ${slot}`),
  ].join("\n\n");
}

/** Where the gas of an operation goes, over all its transactions and with all foreign code in one line. */
export function summary(parts: Part[]): Map<string, number> {
  const total = new Map<string, number>();
  for (const [name, gas] of parts.flatMap(spending)) {
    const plain = name.startsWith("inside the ") ? "token and feed" : name.replace(/^\d+ /, "");
    total.set(plain, (total.get(plain) ?? 0) + gas);
  }
  return total;
}

function spending({ trace, floor, venue, accountNames }: Part): [string, number][] {
  const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
  const whole = (deed: keyof typeof COSTS) =>
    sum(floor.slots.filter((slot) => slot.deed === deed).map((slot) => Math.min(slot.gas, COSTS[deed])));
  const warm = sum(floor.slots.map((slot) => Math.max(0, slot.gas - COSTS[slot.deed])));
  const foreign = new Map<string, number>();
  const others = (name: string, cost: number) => foreign.set(name, (foreign.get(name) ?? 0) + cost);
  for (const costs of [trace.computing, trace.logs]) {
    for (const [address, cost] of costs) if (address !== venue) others(nameOf({ accountNames }, address), cost);
  }
  for (const touch of trace.touches) {
    if (touch.address !== venue) others(nameOf({ accountNames }, touch.address), touch.gas);
  }
  return [
    ["any transaction", INTRINSIC],
    ["calldata", trace.calldata],
    ["cold reads", whole("read")],
    ["cold updates", whole("update")],
    ["fresh slots", whole("fresh")],
    ["cleared slots", whole("clear")],
    ["warm storage", warm],
    ["logs", trace.logs.get(venue) ?? 0],
    [`${trace.coldAccounts.length} cold accounts`, trace.coldAccounts.length * ACCOUNT],
    [`${trace.recoveries} recoveries`, trace.recoveries * RECOVERY],
    ...[...foreign].map(([name, cost]): [string, number] => [`inside the ${name}`, cost]),
    ["computing", trace.computing.get(venue) ?? 0],
    ["refund", -trace.refund],
  ];
}

function nameOf({ accountNames }: Pick<Part, "accountNames">, address: string): string {
  return accountNames.get(address) ?? "module";
}
