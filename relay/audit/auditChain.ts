// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import type { FullPage } from "../journal/page.js";
import { orderHash } from "../order/hash.js";
import type { Order } from "../order/Order.js";
import type { Violation } from "./Violation.js";

/** A fill as the chain has it. */
export interface MinedFill {
  readonly transaction: Hex;
  readonly account: bigint;
  readonly salt: bigint;
  /** Magnitude, 1e-9 base. */
  readonly size: bigint;
}

/**
 * Holds a journal against the chain. What was matched and not given back has to be mined, but for matches above
 * `settledTo`, which may be on their way. What the relay's own keys have filled of acknowledged orders has to be in the
 * journal. `senderOf` is asked for fills that no statement explains.
 */
export async function auditChain(
  pages: readonly FullPage[],
  orders: readonly Order[],
  mined: readonly MinedFill[],
  settledTo: number,
  submitters: readonly string[],
  senderOf: (transaction: Hex) => Promise<string>,
): Promise<Violation[]> {
  const names = new Map(orders.map((order) => [`${order.account}/${order.salt}`, orderHash(order)]));
  const filled = new Map<Hex, MinedFill[]>();
  for (const fill of mined) {
    const hash = names.get(`${fill.account}/${fill.salt}`);
    if (hash !== undefined) filled.set(hash, [...(filled.get(hash) ?? []), fill]);
  }
  const violations: Violation[] = [];
  const { settled, all } = saidBy(pages, settledTo);
  for (const [order, said] of settled) {
    const sum = sumOf(filled.get(order) ?? []);
    if (said > sum) violations.push({ kind: "phantom fill", order, said, mined: sum });
  }
  for (const [maker, fills] of filled) {
    let unexplained = sumOf(fills) - (all.get(maker) ?? 0n);
    for (const { transaction, size } of [...fills].reverse()) {
      if (unexplained <= 0n) break;
      const from = (await senderOf(transaction)).toLowerCase();
      if (submitters.some((each) => each.toLowerCase() === from)) {
        violations.push({ kind: "dark fill", transaction, maker, size });
      }
      unexplained -= size;
    }
  }
  return violations;
}

/** What matches took of makers, less what was given back of these matches. */
function saidBy(pages: readonly FullPage[], settledTo: number) {
  const [settled, all] = [new Map<Hex, bigint>(), new Map<Hex, bigint>()];
  const add = (map: Map<Hex, bigint>, order: Hex, size: bigint) => map.set(order, (map.get(order) ?? 0n) + size);
  const makers = new Set<string>();
  for (const { first, statements } of pages) {
    statements.forEach((statement, index) => {
      const number = first + index;
      if (statement.kind === "matched") {
        for (const { order, size } of statement.fills) {
          makers.add(`${number} ${order}`);
          add(all, order, size);
          if (number <= settledTo) add(settled, order, size);
        }
      } else if (statement.kind === "restored" && makers.has(`${statement.of} ${statement.order}`)) {
        add(all, statement.order, -statement.size);
        if (statement.of <= settledTo) add(settled, statement.order, -statement.size);
      }
    });
  }
  return { settled, all };
}

function sumOf(fills: readonly MinedFill[]): bigint {
  return fills.reduce((sum, { size }) => sum + size, 0n);
}
