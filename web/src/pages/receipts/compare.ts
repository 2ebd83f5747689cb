// SPDX-License-Identifier: MIT
import type { Receipt } from "../../../../sdk/receipt/Receipt.js";
import { accountText } from "../../format/account";
import type { ReceiptRows } from "./rows";

/** A figure that the indexer tells otherwise than the chain's events give. */
export interface Difference {
  readonly where: string;
  readonly figure: string;
  readonly said: bigint;
  readonly expected: bigint;
}

/**
 * What the indexer says of a lock against what was recomputed. Each account's charge may be a unit less for each of its
 * positions: the position's own rounding.
 */
export function compare(rows: ReceiptRows, receipt: Receipt): Difference[] {
  const found: Difference[] = [];
  const differ = (where: string, figure: string, said: bigint, expected: bigint, slack = 0n) => {
    const off = said > expected ? said - expected : expected - said;
    if (off > slack) found.push({ where, figure, said, expected });
  };
  const { lock } = rows;
  for (const figure of ["reserve", "deficit", "vaultPaid", "charged", "shortfall"] as const) {
    differ("lock", figure, lock[figure], receipt[figure]);
  }
  differ("lock", "absorbed", BigInt(rows.defaults.length), BigInt(receipt.absorbed.length));
  for (const { account, owed } of receipt.absorbed) {
    const row = rows.defaults.find((each) => each.account === account);
    differ(accountText(account), "deficit", row?.deficit ?? 0n, owed);
  }
  const registered = rows.reliefs.filter(({ absorbed }) => !absorbed);
  differ("lock", "registered", BigInt(registered.length), BigInt(receipt.registered.length));
  for (const { account, relief, credit } of receipt.registered) {
    const row = registered.find((each) => each.account === account);
    differ(accountText(account), "relief", row?.relief ?? 0n, relief);
    differ(accountText(account), "credit", row?.credit ?? 0n, credit);
  }
  for (const market of receipt.markets) {
    const where = `market ${market.market}`;
    const row = rows.markets.find((each) => each.market === market.market);
    for (const figure of ["anchor", "frozenMark", "jump", "charge", "netted", "vaultClosed", "vaultTook"] as const) {
      differ(where, figure, row?.[figure] ?? 0n, market[figure]);
    }
    const torn = market.tornUp.reduce((sum, { size }) => sum + size, 0n);
    differ(where, "tornUp", row?.tornUp ?? 0n, torn);
    const charged = market.charge > 0n ? market.payers : [];
    for (const payer of charged) {
      const paid = rows.receipts.find((each) => each.market === market.market && each.account === payer.account);
      differ(`${where}, ${accountText(payer.account)}`, "charge", paid?.charge ?? 0n, payer.paid, 1n);
    }
  }
  return found;
}
