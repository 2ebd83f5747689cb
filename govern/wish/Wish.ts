// SPDX-License-Identifier: MIT
import { z } from "zod/v4";
import { getAddress, isAddress } from "ethers";
import { COLLATERAL_UNITS } from "../../sdk/parameters/collateral.js";
import { MARKET_UNITS } from "../../sdk/parameters/market.js";
import { RISK_UNITS } from "../../sdk/parameters/risk.js";
import { VENUE_UNITS } from "../../sdk/parameters/venue.js";
import type { ParameterUnit } from "../../sdk/parameters/units.js";
import type { Address } from "../../sdk/range.js";
import { parseAmount } from "../text/amounts.js";

// What a file may wish. Every value is a text: YAML's own numbers would round, and would take an address for one.

const amount = (unit: ParameterUnit) =>
  z.string().transform((text, context): bigint => {
    try {
      return parseAmount(text, unit);
    } catch (failure) {
      context.addIssue({ code: "custom", message: (failure as Error).message });
      return z.NEVER;
    }
  });

/** Of each name the amount of its unit, left out or not. */
function amounts<U extends Readonly<Record<string, ParameterUnit>>>(units: U) {
  const entries = Object.entries(units).map(([name, unit]) => [name, amount(unit).optional()]);
  return Object.fromEntries(entries) as { [name in keyof U]: z.ZodOptional<ReturnType<typeof amount>> };
}

const address = z.string().transform((text, context): Address => {
  if (text.startsWith("0x") && isAddress(text)) return getAddress(text) as Address;
  context.addIssue({ code: "custom", message: `"${text.slice(0, 60)}" is no address, or its checksum is wrong` });
  return z.NEVER;
});

const hash = z.string().regex(/^0x[0-9a-f]{64}$/, "give a hash: 0x and 64 hex digits in lower case");
const choice = <const T extends readonly string[]>(...names: T) =>
  z.enum(names, { error: `give one of ${names.join(", ")}` });
const yesOrNo = choice("yes", "no").transform((text) => text === "yes");
/** A pause is wished away; a new one is the guardian's, and ends by itself. */
const notPaused = z.literal("no", { error: 'only "no" can be wished: a pause is the guardian\'s, and ends by itself' });
const name = z.string().regex(/^[A-Za-z0-9._/-]{1,32}$/, "give 1 to 32 letters, digits or . _ / -");

const market = z.strictObject({
  ...amounts(MARKET_UNITS),
  source: address.optional(),
  status: choice("open", "settled").optional(),
  paused: notPaused.optional(),
  /** Of a market that is to be listed. */
  list: z.strictObject({ group: name, mechanism: choice("QUEUE", "PRORATA") }).optional(),
});

const group = z.strictObject({
  budget: amount("1e-9 quote").optional(),
  /** Of a group of options: how it measures margin, how it is traded, and its sources. */
  risk: z.strictObject(amounts(RISK_UNITS)).optional(),
  trading: z.strictObject(amounts(MARKET_UNITS)).optional(),
  source: address.optional(),
  volSource: address.optional(),
});

const collateral = z.strictObject({
  ...amounts(COLLATERAL_UNITS),
  /** Of one that is to be listed. */
  token: address.optional(),
  source: address.optional(),
  line: amount("1e-9 quote").optional(),
});

const role = z.strictObject({
  /** Of a role that has none of the venue's names. */
  id: z
    .string()
    .regex(/^\d{1,19}$/, "give the role's number")
    .transform(BigInt)
    .optional(),
  /** All of them, each with his delay: whoever is not named loses the role. */
  members: z.record(address, amount("seconds")).optional(),
  /** All functions of the clearinghouse that it may call. */
  functions: z.array(name).optional(),
  admin: name.optional(),
  guardian: name.optional(),
  grantDelay: amount("seconds").optional(),
});

const target = z.strictObject({ adminDelay: amount("seconds").optional(), closed: yesOrNo.optional() });

export const wishSchema = z.strictObject({
  title: z.string().min(1).max(200),
  description: z.string().max(20_000).optional(),
  /** Who acts for a role that has several members. */
  executors: z.record(name, address).optional(),
  venue: z.strictObject({ ...amounts(VENUE_UNITS), paused: notPaused.optional() }).optional(),
  treasury: address.optional(),
  /** Zero: no gate. */
  accessGate: address.optional(),
  vault: address.optional(),
  /** By number, or by the symbol of one of its markets. */
  groups: z.record(name, group).optional(),
  markets: z.record(name, market).optional(),
  /** By the symbol of its token, or by number. */
  collaterals: z.record(name, collateral).optional(),
  roles: z.record(name, role).optional(),
  targets: z.strictObject({ clearinghouse: target.optional(), authority: target.optional() }).optional(),
  /** Of each contract the hash of its code; compared by `check`, never proposed. */
  code: z.record(z.string(), hash).optional(),
});

export type Wish = z.output<typeof wishSchema>;
export type WishedMarket = NonNullable<Wish["markets"]>[string];
export type WishedCollateral = NonNullable<Wish["collaterals"]>[string];
export type WishedRole = NonNullable<Wish["roles"]>[string];
