// SPDX-License-Identifier: MIT
import { AbiCoder, Wallet, concat, keccak256, solidityPackedKeccak256, toBeHex, zeroPadValue } from "ethers";

const CODER = AbiCoder.defaultAbiCoder();

/** Keys of a committee that are made here. */
export const membersOf = (many: number): Wallet[] =>
  Array.from({ length: many }, (_, i) => new Wallet(zeroPadValue(toBeHex(0xc0de01 + i), 32)));

/** Four, one of them may fail, so two sign. */
export const COMMITTEE = membersOf(4);
export const FAULTY = 1;
export const DIGEST = zeroPadValue("0x0001", 32);

/** A feed's id: its first two bytes are the version of the schema. */
export const feedOf = (schema: number): string => `0x${schema.toString(16).padStart(4, "0")}${"ab".repeat(30)}`;

export interface Said {
  readonly feedId: string;
  readonly observedAt: number;
  readonly price: bigint;
  readonly expiresAt?: number;
  readonly nativeFee?: bigint;
  /** Schemas 4 and 8: 0 unknown, 1 closed, 2 open. */
  readonly status?: number;
  /** Schema 8: when the price was last updated, nanoseconds. */
  readonly lastUpdate?: bigint;
}

const HEAD = ["bytes32", "uint32", "uint32", "uint192", "uint192", "uint32"];
const TAILS: Readonly<Record<number, readonly string[]>> = {
  2: ["int192"],
  3: ["int192", "int192", "int192"],
  4: ["int192", "uint32"],
  8: ["uint64", "int192", "uint32"],
};

/** A report in the schema of its feed, or of another. */
export function encodeReport(said: Said, schema = Number(said.feedId.slice(0, 6))): string {
  const { observedAt, price, expiresAt = observedAt + 3_600, nativeFee = 0n, status = 2 } = said;
  const lastUpdate = said.lastUpdate ?? BigInt(observedAt) * 1_000_000_000n;
  const tail = {
    2: [price],
    3: [price, price - 1n, price + 1n],
    4: [price, status],
    8: [lastUpdate, price, status],
  }[schema]!;
  const values = [said.feedId, observedAt, observedAt, nativeFee, 0n, expiresAt, ...tail];
  return CODER.encode([...HEAD, ...TAILS[schema]!], values);
}

/** A report with the committee's signatures, as Data Streams delivers it. */
export function signReport(report: string, signers: readonly Wallet[] = COMMITTEE.slice(0, FAULTY + 1)): string {
  const context = [DIGEST, zeroPadValue("0x0102", 32), zeroPadValue("0x", 32)];
  const hash = solidityPackedKeccak256(["bytes32", "bytes32[3]"], [keccak256(report), context]);
  const signatures = signers.map((signer) => signer.signingKey.sign(hash));
  const parities = concat(signatures.map(({ yParity }) => toBeHex(yParity, 1)));
  return CODER.encode(
    ["bytes32[3]", "bytes", "bytes32[]", "bytes32[]", "bytes32"],
    [context, report, signatures.map(({ r }) => r), signatures.map(({ s }) => s), parities.padEnd(66, "0")],
  );
}

export const signed = (said: Said): string => signReport(encodeReport(said));

/** What a server of the API answers. */
export function answerOf(said: Said, fullReport = signed(said)) {
  const { feedId: feedID, observedAt } = said;
  return { feedID, validFromTimestamp: observedAt, observationsTimestamp: observedAt, fullReport };
}
