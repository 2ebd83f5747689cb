// SPDX-License-Identifier: MIT
import { BadRequest, type Parameter } from "./Route";

const WHOLE = { type: "string", pattern: "^[0-9]+$" };

/** A whole number of any size. */
export function whole(says: string): Parameter & { read: (text: string, name: string) => bigint } {
  return { says, schema: WHOLE, read: (text, name) => BigInt(matching(text, name, /^[0-9]{1,60}$/, "a whole number")) };
}

/** A whole number within bounds. */
export function count(says: string, low: number, high: number, absent: number) {
  return {
    says: `${says}, ${low} to ${high}; default ${absent}`,
    schema: { type: "integer", minimum: low, maximum: high, default: absent },
    absent,
    read: (text: string, name: string): number => {
      const value = Number(matching(text, name, /^[0-9]{1,15}$/, "a whole number"));
      if (value < low || value > high) throw new BadRequest(`${name} is ${value}: it has to be ${low} to ${high}`);
      return value;
    },
  };
}

/** Unix seconds, without a default. */
export function instant(says: string) {
  const { read } = count(says, 0, 4_102_444_800, 0);
  return { says: `${says}, Unix seconds`, schema: { type: "integer", minimum: 0 }, read };
}

/** Unix seconds. */
export function time(says: string, absent: number) {
  return count(`${says}, Unix seconds`, 0, 4_102_444_800, absent);
}

export function oneOf<T extends string>(says: string, values: readonly T[], absent: T) {
  return {
    says: `${says}: ${values.join(", ")}; default ${absent}`,
    schema: { type: "string", enum: values, default: absent },
    absent,
    read: (text: string, name: string): T => {
      const found = values.find((value) => value === text);
      if (found === undefined) throw new BadRequest(`${name} is ${text}: it has to be one of ${values.join(", ")}`);
      return found;
    },
  };
}

/** A parameter that need not be given: then it is null. */
export function optional<T>(parameter: Parameter & { read: (text: string, name: string) => T }) {
  return { ...parameter, absent: null, read: parameter.read as (text: string, name: string) => T | null };
}

/** Where a page ended: the `seq` of its last row. */
export function cursor(says: string) {
  const { read } = count(says, 0, Number.MAX_SAFE_INTEGER, 0);
  return optional({ says, schema: { type: "integer", minimum: 0 }, read });
}

/** Text of a pattern. */
export function text(says: string, pattern: RegExp, example: string) {
  return {
    says: `${says}, such as ${example}`,
    schema: { type: "string", pattern: pattern.source },
    read: (given: string, name: string): string => matching(given, name, pattern, `of the form ${example}`),
  };
}

function matching(given: string, name: string, pattern: RegExp, wanted: string): string {
  if (!pattern.test(given)) throw new BadRequest(`${name} is ${given.slice(0, 80)}: it has to be ${wanted}`);
  return given;
}
