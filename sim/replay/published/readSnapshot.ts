// SPDX-License-Identifier: MIT
import { FileError } from "../../files/FileError.js";
import { Names } from "../../files/market.js";
import type { Holding } from "./Holding.js";
import { placeOf, type Step } from "./placeOf.js";

type Path = readonly Step[];
type Fields = Readonly<Record<string, unknown>>;

const MAX = 1e13;
const HUNDREDTH = 0.01;

/**
 * The export of a clearinghouse, `perp_positions_by_market_*.json`: a list of markets, each with `market_name` and
 * `positions` of `user`, `size`, `notional_size`, `entry_price` and `account_value`. Other fields are ignored.
 */
export function readSnapshot(file: string, text: string): Holding[] {
  const fail = (path: Path, what: string): never => {
    const { line, column } = placeOf(text, path);
    throw new FileError(`${file}:${line}:${column}`, undefined, `${nameOf(path)} ${what}`);
  };
  const names = new Names();
  const seen = new Map<string, string>();
  const list = parsed(file, text);
  if (!Array.isArray(list)) return fail([], "is not a list of markets with their positions");
  return list.flatMap((market: unknown, i) => {
    const fields = fieldsOf(market) ?? fail([i], "is no market");
    const name = textOf(fields, "market_name", [i], fail).replace(/^[a-z]+:/, "");
    const { positions } = fields;
    if (positions === undefined) return fail([i], "has no positions");
    if (!Array.isArray(positions)) return fail([i, "positions"], "is not a list");
    if (positions.length === 0) return [];
    const found = names.market(name, `${file}: ${nameOf([i])}`);
    const asset = typeof found === "string" ? fail([i, "market_name"], found) : found.market;
    return positions.flatMap((position: unknown, j): Holding[] => {
      const path = [i, "positions", j];
      const own = fieldsOf(position) ?? fail(path, "is no position");
      const account = textOf(own, "user", path, fail);
      const size = numberOf(own, "size", path, fail);
      if (size === 0) return []; // an account that has closed
      const entry = numberOf(own, "entry_price", path, fail, "positive");
      const notional = numberOf(own, "notional_size", path, fail, "positive");
      const equity = numberOf(own, "account_value", path, fail);
      const mark = notional / Math.abs(size);
      if (mark > entry / HUNDREDTH || mark < entry * HUNDREDTH) {
        const says = `makes a mark of ${mark}, more than 100 times away from entry_price ${entry}: one has another unit`;
        fail([...path, "notional_size"], says);
      }
      const key = `${asset} ${account}`;
      if (seen.has(key)) fail(path, `is a second position of ${account} in ${asset}: the first is ${seen.get(key)}`);
      seen.set(key, nameOf(path));
      return [{ at: `${file}: ${nameOf(path)}`, account, asset, size, entry, mark, equity }];
    });
  });
}

type Fail = (path: Path, what: string) => never;

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const { message } = error as Error;
    const place = /\(line (\d+) column (\d+)\)/.exec(message);
    const at = place === null ? file : `${file}:${place[1]}:${place[2]}`;
    throw new FileError(at, undefined, `is no JSON: ${message}`);
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function textOf(fields: Fields, name: string, path: Path, fail: Fail): string {
  const value = fields[name];
  if (value === undefined) return fail(path, `has no ${name}`);
  return typeof value === "string" && value !== "" ? value : fail([...path, name], `is not a text: ${shown(value)}`);
}

function numberOf(fields: Fields, name: string, path: Path, fail: Fail, bound?: "positive"): number {
  const value = fields[name];
  if (value === undefined) return fail(path, `has no ${name}`);
  if (typeof value !== "number") return fail([...path, name], `is not a number: ${shown(value)}`);
  if (Math.abs(value) > MAX) return fail([...path, name], `must be within ${MAX} on either side, not ${value}`);
  if (bound === "positive" && value <= 0) return fail([...path, name], `must be above zero, not ${value}`);
  return value;
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 40);
}

/** As a programmer would write it: [3].positions[17].size. */
function nameOf(path: Path): string {
  return path.length === 0
    ? "the file"
    : path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
}
