// SPDX-License-Identifier: MIT
import type { Clearinghouse } from "../types/ethers-contracts/index.js";
import type { SignedOrder } from "./orders.js";

// A simple keeper: looks at a snapshot, decides, acts; several times after every price. What it decides depends on the snapshot alone.

export type Phase = "NORMAL" | "LOCKED" | "SETTLING";
export type Standing = "FLAT" | "SOUND" | "BELOW_INITIAL" | "BELOW_CALL" | "LIQUIDATABLE" | "INSOLVENT";

/** Amounts of money in 1e-9 quote, sizes in 1e-9 base, prices in 1e-18 quote, times in Unix seconds. */
export interface AccountState {
  id: bigint;
  /** Signed size in the group's market. */
  size: bigint;
  equity: bigint;
  initial: bigint;
  maintenance: bigint;
  /** In a lock: equity at the frozen marks less the charge so far implied. */
  atFrozen: bigint;
  calledAt: bigint;
  standing: Standing;
}

/** A maker's order that is still good. */
export interface Offer {
  signed: SignedOrder;
  left: bigint;
}

/** A group of one market. */
export interface GroupState {
  id: bigint;
  market: bigint;
  phase: Phase;
  gapped: boolean;
  until: bigint;
  lastUnlock: bigint;
  /** When anchors last moved. */
  anchorsDue: bigint;
  absorbed: bigint;
  mark: bigint;
  /** Positive when longs won in the jump; 0 unless locked. */
  jump: bigint;
  /** ppm. */
  initialMargin: bigint;
  discountCap: bigint;
  /** The vault's account here, which stays as it is in a lock. */
  inventory: bigint;
  accounts: AccountState[];
  offers: Offer[];
  /** What the keeper's own account of this group may still take, quote 1e-9. */
  ownCapacity: bigint;
}

export interface Snapshot {
  time: bigint;
  lockDelay: bigint;
  vaultDelay: bigint;
  minDebt: bigint;
  groups: GroupState[];
  /** Actions that failed and are not to be tried again yet, by `keyOf`. */
  refused: ReadonlySet<string>;
}

export type Action =
  | { kind: "poke"; group: bigint }
  | { kind: "absorb"; group: bigint; accounts: bigint[] }
  | { kind: "deleverage"; group: bigint; steps: bigint }
  | { kind: "marginCall"; account: bigint }
  | { kind: "liquidate"; account: bigint; market: bigint; offers: { signed: SignedOrder; size: bigint }[] }
  | { kind: "liquidateToAccount"; account: bigint; market: bigint; most: bigint }
  | { kind: "liquidateToVault"; account: bigint; market: bigint };

const STEPS = 1_000n;
const PPM = 1_000_000n;
const PRICE = 10n ** 18n;

/** The most defaulters in one absorb, so that it stays well within a transaction's gas. */
const MOST_ABSORBED = 100;

/** What to do now, most urgent first. */
export function plan(snapshot: Snapshot): Action[] {
  return snapshot.groups
    .flatMap((group) => planGroup(group, snapshot))
    .filter((action) => !snapshot.refused.has(keyOf(action)));
}

/** Names an action, so that one that failed is known again. */
export function keyOf(action: Action): string {
  switch (action.kind) {
    case "poke":
    case "deleverage":
      return `${action.kind} ${action.group}`;
    case "absorb":
      return `${action.kind} ${action.group} ${action.accounts.join()}`;
    case "marginCall":
    case "liquidate":
    case "liquidateToAccount":
    case "liquidateToVault":
      return `${action.kind} ${action.account}`;
  }
}

function planGroup(group: GroupState, snapshot: Snapshot): Action[] {
  const { id } = group;
  switch (group.phase) {
    case "SETTLING":
      return [{ kind: "deleverage", group: id, steps: STEPS }];
    case "LOCKED":
      if (snapshot.time >= group.until) {
        return [group.absorbed > 0n ? { kind: "deleverage", group: id, steps: STEPS } : { kind: "poke", group: id }];
      }
      return [...absorb(group, ({ atFrozen }) => atFrozen), ...calls(group), ...liquidations(group, snapshot)];
    case "NORMAL": {
      // A lock that is over but that nobody has ended: its end counts from this poke, and an absorb has to wait for it.
      if (group.until > group.lastUnlock) return [{ kind: "poke", group: id }];
      if (group.gapped) return [{ kind: "poke", group: id }]; // locks; the rest follows in the next look
      const debt = sum(group.accounts.map(({ equity }) => (equity < 0n ? -equity : 0n)));
      if (debt >= snapshot.minDebt && snapshot.time >= group.lastUnlock + snapshot.lockDelay) {
        return absorb(group, ({ equity }) => equity); // locks
      }
      const roll: Action[] = snapshot.time >= group.anchorsDue && debt === 0n ? [{ kind: "poke", group: id }] : [];
      return [...roll, ...calls(group), ...liquidations(group, snapshot)];
    }
  }
}

function absorb(group: GroupState, worth: (account: AccountState) => bigint): Action[] {
  const ids = group.accounts.filter((account) => account.size !== 0n && worth(account) < 0n).map(({ id }) => id);
  ids.sort((a, b) => (a < b ? -1 : 1));
  const actions: Action[] = [];
  for (let from = 0; from < ids.length; from += MOST_ABSORBED) {
    actions.push({ kind: "absorb", group: group.id, accounts: ids.slice(from, from + MOST_ABSORBED) });
  }
  return actions;
}

function calls(group: GroupState): Action[] {
  const due = ({ standing, calledAt }: AccountState) =>
    (standing === "BELOW_CALL" || standing === "LIQUIDATABLE") && calledAt === 0n;
  return group.accounts.filter(due).map(({ id }) => ({ kind: "marginCall", account: id }));
}

/** Each liquidatable account once: to signed orders while there are any, then to the keeper's own account, then to the vault. */
function liquidations(group: GroupState, snapshot: Snapshot): Action[] {
  const left = new Map(group.offers.map((offer) => [offer, offer.left]));
  let capacity = group.ownCapacity;
  const actions: Action[] = [];
  for (const account of group.accounts) {
    if (account.standing !== "LIQUIDATABLE" || account.size === 0n) continue;
    // In a lock the winning side is closed, and nobody is liquidated who will be absorbed.
    const wins = account.size > 0n ? group.jump > 0n : group.jump < 0n;
    if (group.phase === "LOCKED" && (wins || account.atFrozen < 0n || account.id === group.inventory)) continue;

    const wanted = toRestore(account, group);
    const offers = take(left, account.size > 0n, wanted);
    const base = { account: account.id, market: group.market };
    const notional = (wanted * group.mark) / PRICE;
    const vaultMayTake =
      group.phase === "NORMAL" && account.calledAt !== 0n && snapshot.time >= account.calledAt + snapshot.vaultDelay;
    const choices: Action[] = [];
    if (offers.length > 0) choices.push({ kind: "liquidate", ...base, offers });
    if (capacity >= notional) choices.push({ kind: "liquidateToAccount", ...base, most: wanted });
    if (vaultMayTake) choices.push({ kind: "liquidateToVault", ...base });
    const choice = choices.find((each) => !snapshot.refused.has(keyOf(each)));
    if (!choice) continue;
    if (choice.kind === "liquidate") for (const { offer, size } of offers) left.set(offer, left.get(offer)! - size);
    if (choice.kind === "liquidateToAccount") capacity -= notional;
    actions.push(choice);
  }
  return actions;
}

/** About the size whose closing restores initial margin; the contract decides. */
function toRestore(account: AccountState, group: GroupState): bigint {
  const whole = account.size < 0n ? -account.size : account.size;
  const missing = account.initial - account.equity;
  const size = (missing * PPM * PRICE) / ((group.initialMargin - group.discountCap) * group.mark) + 1n;
  return size < whole ? size : whole;
}

/** Offers on the other side, best limits first, that make `wanted`. */
function take(
  left: Map<Offer, bigint>,
  sells: boolean,
  wanted: bigint,
): { offer: Offer; signed: SignedOrder; size: bigint }[] {
  const limit = ([offer]: [Offer, bigint]) => offer.signed.order.limit;
  const better = (a: [Offer, bigint], b: [Offer, bigint]) => Number(sells ? limit(b) - limit(a) : limit(a) - limit(b));
  const fits = ([offer, size]: [Offer, bigint]) => size > 0n && offer.signed.order.size > 0n === sells;
  const taken: { offer: Offer; signed: SignedOrder; size: bigint }[] = [];
  for (const [offer, most] of [...left].filter(fits).sort(better)) {
    if (wanted === 0n) break;
    const size = most < wanted ? most : wanted;
    taken.push({ offer, signed: offer.signed, size });
    wanted -= size;
  }
  return taken;
}

function sum(values: bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

/** An action as a call of the clearinghouse. The keeper's account in a group has the group's number. */
export function encode(action: Action, clearinghouse: Clearinghouse): string {
  const { interface: abi } = clearinghouse;
  switch (action.kind) {
    case "poke":
      return abi.encodeFunctionData("poke", [action.group]);
    case "absorb":
      return abi.encodeFunctionData("absorb", [action.group, action.accounts]);
    case "deleverage":
      return abi.encodeFunctionData("deleverage", [action.group, action.steps]);
    case "marginCall":
      return abi.encodeFunctionData("marginCall", [action.account]);
    case "liquidate": {
      const fills = action.offers.map(({ signed, size }) => ({ maker: signed, size, hint: 0n }));
      return abi.encodeFunctionData("liquidate", [action.account, action.market, action.market >> 2n, fills]);
    }
    case "liquidateToAccount":
      return abi.encodeFunctionData("liquidateToAccount", [
        action.account,
        action.market,
        action.market >> 2n,
        action.most,
        0n,
      ]);
    case "liquidateToVault":
      return abi.encodeFunctionData("liquidateToVault", [action.account, action.market, action.market >> 2n, 0n]);
  }
}
