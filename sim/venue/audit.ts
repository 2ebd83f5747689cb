// SPDX-License-Identifier: MIT
import type { AccountId } from "../../sdk/order.js";
import type { AccountViewStructOutput } from "../../types/ethers-contracts/contracts/periphery/ILens.js";
import type { LocalVenue } from "./LocalVenue.js";

/** A promise that does not hold, by its number in docs/design.md. */
export interface Broken {
  id: string;
  what: string;
}

/** Tokens against claims, 1e-9 quote. */
export interface Balance {
  /** Tokens that are here. */
  held: bigint;
  shortfall: bigint;
  /** Positive equities, and debts of accounts below zero. */
  owed: bigint;
  debts: bigint;
  /** The recovery rate, 1e-18. */
  rate: bigint;
  equities: ReadonlyMap<AccountId, bigint>;
  broken: Broken[];
}

/** INV-1 and INV-2 of a whole venue as the contracts tell it. `ids`: everybody who has an account. */
export async function auditVenue(venue: LocalVenue, ids: readonly AccountId[]): Promise<Balance> {
  const { deployed } = venue;
  const { clearinghouse, lens, token, markets } = deployed;
  const views = await Promise.all(ids.map((id) => accountOf(venue, id)));
  const [{ held, shortfall, fees, recoveryRate: rate }, units, groups] = await Promise.all([
    lens.venue(clearinghouse),
    token.balanceOf(clearinghouse),
    Promise.all(deployed.groups.map((group) => lens.group(clearinghouse, group))),
  ]);
  const tokens = units * 1_000n;
  const claims = [...views.map(({ health }) => health.equity), fees, ...groups.map(({ reserve }) => reserve)];
  const owed = claims.reduce((sum, each) => sum + (each > 0n ? each : 0n), 0n);
  const debts = claims.reduce((sum, each) => sum + (each < 0n ? -each : 0n), 0n);
  // What open estates owe has no account any more.
  const all = groups.reduce((sum, { deficit }) => sum + deficit, debts);
  const broken: Broken[] = [];
  if (tokens < held) broken.push({ id: "INV-1", what: `${tokens} of tokens here, ${held} booked` });
  if (held + shortfall + all < owed) {
    const what = `${held} held and ${shortfall} short against ${owed} owed less ${all} of debts`;
    broken.push({ id: "INV-1", what });
  }
  const positions = views.flatMap((view) => [...view.positions]);
  for (const { id, symbol } of markets) {
    const sizes = positions.filter(({ market }) => market === id).map(({ size }) => size);
    broken.push(...brokenSides(symbol, await lens.market(clearinghouse, id), sizes));
  }
  const equities = new Map(views.map(({ health }) => [health.account as AccountId, health.equity]));
  return { held: tokens, shortfall, owed, debts, rate, equities, broken };
}

async function accountOf(venue: LocalVenue, id: AccountId): Promise<AccountViewStructOutput> {
  const [view] = await venue.ask(venue.deployed.lens, "account", [venue.at.clearinghouse, id]);
  return view as AccountViewStructOutput;
}

/** INV-2 of a market: both sides and their estates make the open interest, but for a unit of rounding a position. */
export function brokenSides(
  symbol: string,
  market: { openInterest: bigint; estateLong: bigint; estateShort: bigint },
  sizes: readonly bigint[],
): Broken[] {
  const { openInterest, estateLong, estateShort } = market;
  const longs = sizes.reduce((sum, size) => sum + (size > 0n ? size : 0n), estateLong);
  const shorts = sizes.reduce((sum, size) => sum - (size < 0n ? size : 0n), estateShort);
  const min = openInterest - BigInt(sizes.length);
  if ([longs, shorts].every((side) => side <= openInterest && side >= min)) return [];
  return [{ id: "INV-2", what: `${symbol} has ${openInterest} open, ${longs} long and ${shorts} short` }];
}
