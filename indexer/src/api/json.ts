// SPDX-License-Identifier: MIT
import { getTableColumns, type Table } from "drizzle-orm";

/** JSON in which amounts are decimal text: they do not fit a number. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? each.toString() : each));
}

/** The JSON schema of a table's rows. */
export function rowSchema(table: Table): object {
  const columns = Object.entries(getTableColumns(table));
  const properties = columns.map(([name, { dataType, notNull }]) => {
    const type = TYPES[dataType] ?? "string";
    return [name, { type: notNull ? type : [type, "null"] }];
  });
  return { type: "object", properties: Object.fromEntries(properties) };
}

const TYPES: Record<string, string> = { number: "integer", boolean: "boolean" };

export const listOf = (items: object): object => ({ type: "array", items });

export function objectOf(properties: Record<string, object>): object {
  return { type: "object", properties };
}

export const AMOUNT = { type: "string", description: "a whole number as decimal text" };
export const NUMBER = { type: "number" };
export const TEXT = { type: "string" };
/** An amount, or null. */
export const MAYBE = { ...AMOUNT, type: ["string", "null"] };
