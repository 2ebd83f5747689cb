// SPDX-License-Identifier: MIT
import { deflateSync } from "node:zlib";
import type { Operation } from "./operations.js";
import { count } from "../tools/table.js";

/** The trades whose data is a batch or a maker's order: what rollups charge for is its bytes. */
const WITH_ORDERS = ["trade-existing", "fill-of-8", "fill-own"];

/** Of these trades: bytes of the call's data, those that are not zero, and what zlib makes of all, each of one fill. */
export function calldataTable(measured: readonly Operation[]): string[][] {
  const rows = measured
    .filter(({ op }) => WITH_ORDERS.includes(op))
    .map(({ op, gas, parts }) => {
      const share = parts.reduce((sum, part) => sum + part.gas, 0) / gas;
      const bytes = Buffer.concat(parts.map(({ trace }) => Buffer.from(trace.input.slice(2), "hex")));
      const compressed = deflateSync(bytes, { level: 9 });
      const each = (figure: number) => count(Math.round(figure / share));
      return [op, each(bytes.length), each(bytes.filter((byte) => byte !== 0).length), each(compressed.length)];
    });
  return [["calldata, bytes a fill", "all", "not zero", "zlib"], ...rows];
}
