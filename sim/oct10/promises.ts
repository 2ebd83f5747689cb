// SPDX-License-Identifier: MIT
import { abs } from "../../sdk/arithmetic.js";
import { auditVenue, brokenSides, type Balance, type Broken } from "../venue/audit.js";
import { accountsOf, type CrashMarket, type CrashVenue } from "./CrashVenue.js";

/** A promise of the venue that does not hold; the message names it. */
export class BrokenPromise extends Error {
  constructor(id: string, what: string) {
    super(`${id} is broken: ${what}`);
  }
}

// One unit of 1e-9 quote for each of some roundings of an account.
const ROUNDING = 100n;

/** An account as a settlement finds and leaves it, 1e-9. */
export interface Standing {
  size: bigint;
  /** Equity if the mark were the anchor. */
  atAnchor: bigint;
}

/** A market before or after a settlement. */
export interface Audit {
  accounts: Map<bigint, Standing>;
  anchor: bigint;
  /** The frozen mark in a lock. */
  recordedMark: bigint;
  openInterest: bigint;
  estate: bigint;
}

export async function audit(venue: CrashVenue, market: CrashMarket): Promise<Audit> {
  const { lens, clearinghouse } = venue.deployed;
  const view = await lens.market(clearinghouse, market.id);
  const views = await Promise.all(accountsOf(market).map((id) => lens.account(clearinghouse, id)));
  const accounts = new Map(
    views.map(({ health, positions }) => {
      const size = positions.at(0)?.size ?? 0n;
      const atAnchor = health.equity - (size * (view.mark - view.anchor)) / 10n ** 18n;
      return [health.account, { size, atAnchor }];
    }),
  );
  const { anchor, recordedMark, openInterest, estateLong, estateShort } = view;
  const sizes = [...accounts.values()].map(({ size }) => size);
  hold(brokenSides(market.symbol, view, sizes));
  return { accounts, anchor, recordedMark, openInterest, estate: estateLong + estateShort };
}

/** What the receipt and the charge of a settlement said, 1e-9 and 1e-18. */
export interface Receipt {
  deficit: bigint;
  vaultPaid: bigint;
  charged: bigint;
  shortfall: bigint;
  charge: bigint;
  winners: bigint;
}

/** INV-3, INV-4 and INV-5 of one settlement. */
export function checkSettlement(market: CrashMarket, before: Audit, after: Audit, receipt: Receipt): void {
  const { deficit, vaultPaid, charged, shortfall, charge } = receipt;
  const jump = abs(before.recordedMark - before.anchor);
  if (after.estate > BigInt(after.accounts.size)) {
    throw new BrokenPromise("INV-3", `${market.symbol}: ${after.estate} left in the estate`);
  }
  if (deficit !== vaultPaid + charged + shortfall) {
    throw new BrokenPromise(
      "INV-3",
      `${market.symbol}: deficit ${deficit}, paid ${vaultPaid} + ${charged} + ${shortfall}`,
    );
  }
  if (charge > jump) throw new BrokenPromise("INV-4", `${market.symbol}: charge ${charge} above the jump ${jump}`);
  if (shortfall > 0n && receipt.winners > 0n && charge !== jump) {
    throw new BrokenPromise(
      "INV-4",
      `${market.symbol}: shortfall ${shortfall} though charged only ${charge} of ${jump}`,
    );
  }
  for (const { account } of market.members) {
    const [earlier, later] = [before.accounts.get(account)!, after.accounts.get(account)!];
    const won = earlier.size > 0n ? before.recordedMark > before.anchor : before.recordedMark < before.anchor;
    if (earlier.size === 0n || !won || earlier.atAnchor < 0n) continue;
    // The frozen mark is the anchor now.
    if (later.atAnchor + ROUNDING < earlier.atAnchor) {
      throw new BrokenPromise(
        "INV-5",
        `${market.symbol}: account ${account} had ${earlier.atAnchor} at the anchor, has ${later.atAnchor}`,
      );
    }
  }
}

/** INV-1 and INV-2 of the whole venue, every account read. */
export async function checkVenue(venue: CrashVenue): Promise<Balance> {
  const balance = await auditVenue(venue, [...venue.cashAccounts, ...venue.markets.flatMap(accountsOf)]);
  hold(balance.broken);
  return balance;
}

function hold([first]: readonly Broken[]): void {
  if (first) throw new BrokenPromise(first.id, first.what);
}
