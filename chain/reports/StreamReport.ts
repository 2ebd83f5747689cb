// SPDX-License-Identifier: MIT
import { AbiCoder } from "ethers";
import type { Hex } from "../../sdk/orderHash.js";
import { ReportRefused } from "./ReportRefused.js";

/** What a report of Chainlink Data Streams says, of whatever schema: as StreamReportLib reads it on the chain. */
export interface StreamReport {
  readonly feedId: Hex;
  /** Unix times, seconds. */
  readonly validFrom: number;
  readonly observedAt: number;
  readonly expiresAt: number;
  /** Of the price itself: at most that of the observation. */
  readonly pricedAt: number;
  /** Wei that its verification costs, before discount and surcharge. */
  readonly nativeFee: bigint;
  readonly price: bigint;
  /** The market is open; always, of a schema without hours. */
  readonly isOpen: boolean;
}

/** A report with the committee's signatures, as bytes, and what it says. Nobody has checked the signatures. */
export interface SignedReport {
  readonly bytes: Hex;
  readonly says: StreamReport;
}

const CODER = AbiCoder.defaultAbiCoder();
const HEAD = ["bytes32", "uint32", "uint32", "uint192", "uint192", "uint32"];
const TAILS: Readonly<Record<number, readonly string[]>> = {
  2: ["int192"],
  3: ["int192", "int192", "int192"],
  4: ["int192", "uint32"],
  8: ["uint64", "int192", "uint32"],
};
const OPEN = 2n;
const NANOSECONDS = 1_000_000_000n;
const WORD = 32;

/** The version of a feed's schema: the first two bytes of its id. */
export function schemaOf(feedId: Hex): number {
  return Number(feedId.slice(0, 6));
}

/** Is this a schema whose reports are known by their length? */
export function isKnownSchema(version: number): boolean {
  return TAILS[version] !== undefined;
}

/**
 * Reads a signed report in the schema of the feed that it was asked for. A report of another schema decodes without
 * complaint if only it is long enough, so length and id have to be right. Throws ReportRefused.
 */
export function readReport(bytes: Hex, feedId: Hex): SignedReport {
  const body = bodyOf(bytes);
  const version = schemaOf(feedId);
  const tail = TAILS[version];
  if (tail === undefined) throw new ReportRefused("ReportMalformed", `schema ${version} is unknown`);
  const [length, expected] = [(body.length - 2) / 2, WORD * (HEAD.length + tail.length)];
  if (length !== expected) {
    throw new ReportRefused("ReportLength", `${length} bytes, ${expected} in schema ${version}`);
  }
  const words = decoded([...HEAD, ...tail], body);
  const [id, validFrom, observed, nativeFee, , expires, ...values] = words;
  if (String(id).toLowerCase() !== feedId.toLowerCase()) {
    throw new ReportRefused("ReportOfOtherFeed", `it is of ${String(id)}, asked for was ${feedId}`);
  }
  const observedAt = Number(observed);
  const [price, status] = version === 8 ? [values[1], values[2]] : [values[0], version === 4 ? values[1] : OPEN];
  const updatedAt = version === 8 ? Number((values[0] as bigint) / NANOSECONDS) : observedAt;
  const says = {
    feedId,
    validFrom: Number(validFrom),
    observedAt,
    expiresAt: Number(expires),
    pricedAt: Math.min(updatedAt, observedAt),
    nativeFee: nativeFee as bigint,
    price: price as bigint,
    isOpen: status === OPEN,
  };
  return { bytes, says };
}

/** The report between its context and its signatures. */
function bodyOf(bytes: Hex): Hex {
  return decoded(["bytes32[3]", "bytes", "bytes32[]", "bytes32[]", "bytes32"], bytes)[1] as Hex;
}

function decoded(types: readonly string[], bytes: Hex): readonly unknown[] {
  try {
    return CODER.decode(types, bytes).toArray();
  } catch (failure) {
    throw new ReportRefused("ReportMalformed", (failure as Error).message.split("(")[0]!.trim());
  }
}
