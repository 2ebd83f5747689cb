// SPDX-License-Identifier: MIT
import type { AccountViewStructOutput } from "../../types/ethers-contracts/contracts/periphery/ILens.js";
import { abs, notionalUp } from "../../sdk/arithmetic.js";
import { quoteOf } from "../../sdk/margin/quote.js";
import { healthOf } from "../../sdk/margin/health.js";
import { legOf } from "../../sdk/margin/leg.js";
import type { AccountId, Address } from "../../sdk/order.js";
import type { House } from "../../sdk/state/House.js";
import { cashOf } from "../../sdk/state/recovery.js";
import { price } from "../../sdk/units.js";
import type { Rpc } from "../chain/Rpc.js";
import { LENS, Reader, type Look } from "../look/prices.js";

/** What the chain says otherwise than the house. */
export interface Drift {
  readonly account: AccountId;
  readonly what: string;
  readonly house: bigint;
  readonly chain: bigint;
}

/** Nodes answer at the time of the block, or at their clock's: funding may have run this much longer, seconds. */
const CLOCK = 120n;
const UNITS = 8n;

/** Asks the lens, at the block of the look, about accounts. Everything but equity has to agree to the unit. */
export async function check(
  rpc: Rpc,
  house: House,
  look: Look,
  lens: Address,
  clearinghouse: Address,
  ids: readonly AccountId[],
): Promise<Drift[]> {
  const reader = new Reader(rpc, lens, LENS, look.header.number);
  const views = await Promise.all(ids.map((id) => reader.ask("account", [clearinghouse, id])));
  return views.flatMap(([view], i) => compare(house, look, ids[i]!, view as AccountViewStructOutput));
}

function compare(house: House, look: Look, id: AccountId, view: AccountViewStructOutput): Drift[] {
  const account = house.accounts.get(id);
  if (account === undefined) return [];
  const group = house.groups.get(account.group);
  const marks = look.groups.get(account.group)?.markets;
  const drifts: Drift[] = [];
  const same = (what: string, ours: bigint, theirs: bigint, within = 0n) => {
    if (abs(ours - theirs) > within) drifts.push({ account: id, what, house: ours, chain: theirs });
  };
  same("cash", cashOf(house, account), view.health.cash);
  same("calledAt", account.calledAt, view.health.calledAt);
  same("minSequence", account.minSequence, view.minSequence);
  const legs = account.legs.flatMap((position, index) => (position === undefined ? [] : [{ position, index }]));
  same("positions", BigInt(legs.length), BigInt(view.positions.length));
  if (group === undefined || marks === undefined || legs.length !== view.positions.length) return drifts;

  const now = look.header.timestamp;
  const quotes = group.markets.map((market, i) => quoteOf(market, price(marks[i]!.mark), now, marks[i]!.fresh));
  let slack = UNITS;
  legs.forEach(({ position, index }, i) => {
    const theirs = view.positions[i]!;
    const leg = legOf(group.markets[index]!, position, quotes[index]!);
    same(`size in ${theirs.market}`, leg.size, theirs.size);
    same(`node in ${theirs.market}`, position.node, theirs.node);
    slack += notionalUp(leg.size, price(abs(group.markets[index]!.fundingRate) * CLOCK));
  });
  same("equity", healthOf(house, account, quotes).equity, view.health.equity, slack);
  return drifts;
}

/** Some accounts with positions, else any: `random` in [0, 1). */
export function pick(house: House, count: number, random: () => number): AccountId[] {
  const ids = [...house.accounts.keys()];
  const chosen = new Set<AccountId>();
  for (let i = 0; i < 4 * count && chosen.size < Math.min(count, ids.length); ++i) {
    chosen.add(ids[Math.floor(random() * ids.length)]!);
  }
  return [...chosen];
}
