// SPDX-License-Identifier: MIT
import { IRelayBond__factory } from "../../types/ethers-contracts/factories/contracts/periphery/IRelayBond__factory.js";
import type { Hex } from "../../sdk/orderHash.js";
import { receiptIn, type FullPage, type SignedPage } from "../journal/page.js";
import { KIND, fillsHash, sizeOf, type Fill, type Statement } from "../journal/statement.js";
import { word } from "../journal/bytes.js";
import { orderHash } from "../order/hash.js";
import type { Order } from "../order/Order.js";
import type { Violation } from "./Violation.js";

/** What RelayBond takes: the function, its arguments, and the calldata. */
export interface Proof {
  readonly name: "claimPassedOver" | "claimUnknownMaker" | "proveBadMatch" | "proveFalseExpiry" | "proveTwoStories";
  readonly args: readonly unknown[];
  readonly data: string;
}

const BOND = IRelayBond__factory.createInterface();

/** A journal by its numbers. */
export class Records {
  private readonly bodies: ReadonlyMap<Hex, Order>;

  constructor(
    private readonly pages: readonly FullPage[],
    orders: readonly Order[],
  ) {
    this.bodies = new Map(orders.map((order) => [orderHash(order), order]));
  }

  order(hash: Hex): Order | undefined {
    return this.bodies.get(hash);
  }

  pageOf(number: number): FullPage {
    const page = this.pages.find(({ first, count }) => number >= first && number < first + count);
    if (page === undefined) throw new RangeError(`the journal has no statement ${number}`);
    return page;
  }

  statement(number: number): Statement {
    const page = this.pageOf(number);
    return page.statements[number - page.first]!;
  }

  /** A statement with its signed page and path, as the contract takes it. */
  said(number: number) {
    const page = this.pageOf(number);
    const { path } = receiptIn(page, number);
    const statement = this.statement(number);
    const { signature } = page;
    const [kind, size] = [KIND[statement.kind], sizeOf(statement)];
    return {
      statement: { kind, number, order: statement.order, size, detail: detailOf(statement) },
      page: bare(page),
      signature,
      path,
    };
  }

  match(number: number) {
    const statement = this.statement(number);
    if (statement.kind !== "matched") throw new RangeError(`statement ${number} is no match`);
    return { said: this.said(number), fills: statement.fills as Fill[] };
  }

  /** Numbers of an order's statements of a kind between two others. */
  *between(order: Hex, kind: Statement["kind"], from: number, to: number): Iterable<number> {
    for (const { first, statements } of this.pages) {
      for (const [index, statement] of statements.entries()) {
        const number = first + index;
        if (number > from && number < to && statement.kind === kind && statement.order === order) yield number;
      }
    }
  }
}

/** The proof of a violation for the relay's bond; undefined when the bond takes none of its kind. */
export function proofOf(violation: Violation, records: Records): Proof | undefined {
  switch (violation.kind) {
    case "passed over":
      return passedOver(violation, records);
    case "unknown maker":
      return proof("claimUnknownMaker", [records.match(violation.match), violation.fill]);
    case "false expiry": {
      const order = records.order(violation.order);
      return order && proof("proveFalseExpiry", [records.said(violation.number), order]);
    }
    case "wrong price":
    case "wrong pair":
    case "matched expired": {
      const taker = records.order(records.statement(violation.match).order);
      const filled = records.order(violation.order);
      if (taker === undefined || filled === undefined) return undefined;
      return proof("proveBadMatch", [records.match(violation.match), violation.fill, filled, taker]);
    }
    case "two stories":
      return twoStories(violation.one, violation.other);
    case "broken chain":
      return violation.proof && twoStories(...violation.proof);
    default:
      return undefined;
  }
}

function twoStories(one: SignedPage, other: SignedPage): Proof {
  return proof("proveTwoStories", [bare(one), one.signature, bare(other), other.signature]);
}

function passedOver(violation: Violation & { kind: "passed over" }, records: Records): Proof | undefined {
  const { match, fill: which, passed: hash, accepted, filled: made } = violation;
  const matched = records.match(match);
  const taker = records.order(records.statement(match).order);
  const [passed, filled] = [records.order(hash), records.order(made)];
  if (taker === undefined || passed === undefined || filled === undefined) return undefined;
  const restored = [...records.between(hash, "restored", accepted, match)].map((number) => records.said(number));
  // At equal prices the later acceptance is what proves the order.
  const acceptances = [...records.between(made, "accepted", accepted, match)];
  const rival = passed.limit === filled.limit ? acceptances.slice(-1).map((number) => records.said(number)) : [];
  const claim = { matched, which, accepted: records.said(accepted), restored, rival, passed, filled, taker };
  return proof("claimPassedOver", [claim]);
}

/**
 * What a relay answers to a claim that an order was passed over: everything between the two that took of it. Undefined:
 * it has nothing to say.
 */
export function answerTo(id: bigint, order: Hex, accepted: number, matched: number, records: Records) {
  const numbers = [
    ...records.between(order, "dropped", accepted, matched + 1),
    ...records.between(order, "matched", accepted, matched + 1),
    ...makersIn(records, order, accepted, matched),
  ].sort((a, b) => a - b);
  const said = numbers.map((number) => records.said(number));
  const fills = numbers.map((number) => {
    const statement = records.statement(number);
    return statement.kind === "matched" ? (statement.fills as Fill[]) : [];
  });
  return { said, fills, data: BOND.encodeFunctionData("answer", [id, said, fills] as never) };
}

function makersIn(records: Records, order: Hex, from: number, to: number): number[] {
  const numbers: number[] = [];
  for (let number = from + 1; number <= to; ++number) {
    const statement = records.statement(number);
    if (statement.kind === "matched" && statement.fills.some((fill) => fill.order === order)) numbers.push(number);
  }
  return numbers;
}

function proof(name: Proof["name"], args: readonly unknown[]): Proof {
  return { name, args, data: BOND.encodeFunctionData(name as "claimPassedOver", args as never) };
}

function bare({ page, first, count, time, previous, root }: SignedPage) {
  return { page, first, count, time, previous, root };
}

function detailOf(statement: Statement): Hex {
  switch (statement.kind) {
    case "accepted":
      return `0x${word(statement.stand)}`;
    case "dropped":
      return `0x${word(statement.reason)}`;
    case "restored":
      return `0x${word(statement.of)}`;
    case "matched":
      return fillsHash(statement.fills);
  }
}
