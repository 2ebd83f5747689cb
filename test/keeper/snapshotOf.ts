// SPDX-License-Identifier: MIT
import { carried } from "../../keeper/plan/carried.js";
import type {
  AccountState,
  GroupState,
  MarketState,
  Nettable,
  Offer,
  Policy,
  SignedOrder,
  Snapshot,
} from "../../keeper/plan/Snapshot.js";
import { abs } from "../../sdk/arithmetic.js";
import { NO_NODE } from "../../sdk/level.js";
import { accountOf, marketOf, ownerOf, type AccountId, type Address, type Order } from "../../sdk/order.js";
import { jumpOf, outcomeOf, reliefOf } from "../../sdk/reference/jump.js";
import { gapped } from "../../sdk/reference/lock.js";
import { healthOf } from "../../sdk/reference/margin.js";
import { liveQuotes, recordedQuotes } from "../../sdk/reference/quote.js";
import { accountIn, groupIn, unitsOf, type Account, type Group, type State } from "../../sdk/reference/state.js";
import { fundable, inventoryOf, offerDiscount } from "../../sdk/reference/vault.js";
import { money, price, size } from "../../sdk/units.js";

/** What a keeper would see of the reference: everybody, and the orders that are given. */
export function snapshotOf(state: State, keeper: Address, orders: readonly Order[], policy: Policy): Snapshot {
  const groups = state.groups.slice(1).map((group, i) => groupOf(state, group, i + 1, keeper, orders));
  const inRecovery = state.shortfall !== 0n;
  const rest = { collaterals: [], inRecovery, undisturbedFrom: 0n };
  const base = { ...rest, time: state.now, venue: state.venue, keeper, payee: 0, policy };
  return { ...base, groups, batch: undefined, refused: new Set(), hintOf: () => NO_NODE };
}

function groupOf(state: State, group: Group, id: number, keeper: Address, orders: readonly Order[]): GroupState {
  const accountState = (account: Account): AccountState => {
    const held = account.group === id ? account.positions : new Map<number, never>();
    const at = { ...account, group: id, positions: held } as Account;
    const legs = [...held].map(([market, position]) => ({ market, size: unitsOf(position) }));
    return { id: account.id, health: healthOf(state, at, liveQuotes(group)), legs };
  };
  const traders = [...state.accounts.values()]
    .filter((account) => account.group === id && account.positions.size > 0)
    .map((account) => ({
      ...accountState(account),
      calledAt: account.calledAt,
      pledged: undefined,
      isOwn: isOwn(state, ownerOf(account.id), keeper.toLowerCase() as Address),
      atFrozen: group.phase === "LOCKED" ? healthOf(state, account, recordedQuotes(group)).equity : money(0n),
    }));
  const quotes = liveQuotes(group);
  const markets = group.markets.map((market, index): MarketState => {
    const own: MarketState = {
      id: marketOf(id, index),
      open: true,
      parameters: market.parameters,
      quote: quotes[index]!,
      jump: group.phase === "NORMAL" ? price(0n) : jumpOf(market),
      openInterest: market.openInterest,
      liquidationsFrom: 0n,
      reduceOnly: false,
      staleSince: market.stale ? 1n : 0n,
      offerDiscount: offerDiscount(state, id, market),
      offers: [],
    };
    const offers = orders
      .filter((order) => order.market === own.id)
      .map((order) => offerOf(state, own, index, order, accountState(accountIn(state, order.account))));
    return { ...own, offers };
  });
  const { phase, until, lastUnlock, anchorsDue, absorbed } = group;
  return {
    id,
    phase,
    gapped: gapped(state, id, quotes),
    until,
    lastUnlock,
    anchorsDue,
    absorbed,
    deficit: group.deficit,
    reserve: group.reserve,
    nettable: group.phase === "LOCKED" ? nettableIn(state, group, id) : [],
    nodes: 1_000,
    absorbableFrom: 0n,
    markets,
    traders,
    own: accountState(accountIn(state, accountOf(keeper, id))),
    inventory: accountState(inventoryOf(state, id)),
    fundable: fundable(state, id),
  };
}

function nettableIn(state: State, group: Group, id: number): Nettable[] {
  return [...state.accounts.values()]
    .filter((account) => account.group === id && account.relief === undefined)
    .map((account) => ({ id: account.id, relief: reliefOf(group, account) }))
    .filter(({ relief }) => relief > 0n);
}

function offerOf(state: State, market: MarketState, index: number, order: Order, maker: AccountState): Offer {
  const lane = state.fills.get(`${order.account}/${order.salt & 0xffffn}`);
  const filled = lane !== undefined && lane.sequence === order.salt >> 16n ? lane.filled : 0n;
  const open = lane !== undefined && lane.sequence > order.salt >> 16n ? 0n : abs(order.size) - filled;
  const leg = maker.legs.find((each) => each.market === index);
  const signed: SignedOrder = { order, signer: "", signature: "" };
  const left = carried(maker, market, index, order, size(open));
  const account = accountIn(state, order.account);
  const group = groupIn(state, account.group);
  const hasWon = group.phase !== "NORMAL" && outcomeOf(group, account).gains > 0n;
  return { signed, left, holds: leg?.size ?? size(0n), hasWon };
}

/** The keeper's account of a group has the group's number. */
export function ownOf(keeper: Address, group: number): AccountId {
  return accountOf(keeper, group);
}

function isOwn({ listed }: State, owner: Address, other: Address): boolean {
  return owner === other || listed.has(`${owner}/${other}`) || listed.has(`${other}/${owner}`);
}
