// SPDX-License-Identifier: MIT
import { accounts, defaults, lockMarkets, lockNodes, locks, reliefs, shortfalls } from "../../schema";
import { groupOf, type GroupId, type MarketId } from "../../../sdk/order";
import { fundedMarkets } from "../../../sdk/state/funding";
import { findOr, type Row, type Rows } from "../rows/Rows";
import { stamp, stampTime, type Scene } from "../scene";
import { endCall } from "./liquidations";
import { chargeReceipts, tearUpReceipts } from "./receipts";

type Lock = Row<typeof locks>;

export async function locked(scene: Scene<"Locked">): Promise<void> {
  const { rows, event, seq, tx, at, part } = scene;
  const { group, lock, gapLevel, reserve, anchors, frozenMarks } = event;
  const nothing = {
    absorbed: 0,
    relieved: 0n,
    numerator: null,
    denominator: null,
    deficit: 0n,
    vaultPaid: 0n,
    charged: 0n,
    shortfall: 0n,
    receipts: 0n,
  };
  const times = { lockedAt: Number(at.timestamp), until: Number(event.until), settledAt: null, unlockedAt: null };
  const id = lockId(group, lock);
  const number = Number(lock);
  rows.put(locks, { id, group, number, state: "LOCKED", gapLevel, reserve, ...nothing, ...times, seq, tx });
  // Of an option group the perpetual's alone are told.
  fundedMarkets(part, part.groups.get(group)!).forEach(({ id: market }, index) => {
    const [anchor, frozenMark] = [anchors[index]!, frozenMarks[index]!];
    rows.put(lockMarkets, { ...noMarket(id, market), anchor, frozenMark, jump: frozenMark - anchor });
  });
}

export async function absorbed(scene: Scene<"Absorbed">): Promise<void> {
  const { rows, event, part } = scene;
  const { account, group, deficit, groupDeficit } = event;
  const lock = await lockOf(rows, group, event.lock);
  const { block: _, ...when } = stamp(scene);
  rows.put(defaults, { ...when, id: `${lock.id}-${account}`, lock: lock.id, account, deficit });
  const until = Number(part.groups.get(group)!.until);
  const { relieved } = part.groups.get(group)!;
  rows.put(locks, { ...lock, absorbed: lock.absorbed + 1, deficit: groupDeficit, relieved, until });
  const relief = await rows.find(reliefs, `${lock.id}-${account}`);
  if (relief !== undefined) rows.put(reliefs, { ...relief, absorbed: true });
  await endCall(scene, account, "ABSORBED");
}

export async function netRegistered(scene: Scene<"NetRegistered">): Promise<void> {
  const { rows, event } = scene;
  const { account, group, relief, total } = event;
  const lock = await lockOf(rows, group, event.lock);
  const { block: _, ...when } = stamp(scene);
  const id = `${lock.id}-${account}`;
  rows.put(reliefs, { ...when, id, lock: lock.id, account, relief, credit: 0n, absorbed: false });
  rows.put(locks, { ...lock, relieved: total });
}

/** What comes back of a charge, to each who is registered: due until an event tells that it is in his cash. */
export async function netSettled({ rows, event }: Scene<"NetSettled">): Promise<void> {
  const { group, numerator, denominator } = event;
  const lock = await lockOf(rows, group, event.lock);
  rows.put(locks, { ...lock, numerator, denominator });
  for (const row of await rows.where(reliefs, "lock", lock.id)) {
    if (row.absorbed) continue;
    const credit = (row.relief * numerator) / denominator;
    rows.put(reliefs, { ...row, credit });
    const account = (await rows.find(accounts, row.account))!;
    rows.put(accounts, { ...account, credit });
  }
}

/** The winners of a market pay: a receipt each. */
export async function charged(scene: Scene<"Charged">): Promise<void> {
  const { rows, event, part } = scene;
  const { market, jump, charge, winners } = event;
  const lock = await lockOf(rows, groupOf(market, part.kind), event.lock);
  const row = await marketOfLock(rows, lock, market);
  rows.put(lockMarkets, { ...row, jump, charge, winners });
  const total = await chargeReceipts(scene, lock.id);
  rows.put(locks, { ...lock, receipts: lock.receipts + total });
}

export async function deleveraged(scene: Scene<"Deleveraged">): Promise<void> {
  const { rows, event, at } = scene;
  const lock = await lockOf(rows, event.group, event.lock);
  const { deficit, vaultPaid, charged: paid, shortfall } = event;
  const told = { deficit, vaultPaid, charged: paid, shortfall };
  rows.put(locks, { ...lock, ...told, state: "SETTLING", settledAt: Number(at.timestamp) });
}

export async function netted(scene: Scene<"Netted">): Promise<void> {
  const { kind: _, market, lock: number, ...told } = scene.event;
  const { part } = scene;
  const lock = await lockOf(scene.rows, groupOf(market, part.kind), number);
  scene.rows.put(lockMarkets, { ...(await marketOfLock(scene.rows, lock, market)), ...told });
}

/** `remainingBefore`: of the node's frame before this event. */
export async function nodeTornUp(scene: Scene<"NodeTornUp">, remainingBefore: bigint): Promise<void> {
  const { rows, event, part } = scene;
  const { market, longs, node, size, remaining, proceeds } = event;
  const lock = await lockOf(rows, groupOf(market, part.kind), event.lock);
  const row = await marketOfLock(rows, lock, market);
  rows.put(lockMarkets, { ...row, tornUp: row.tornUp + size });
  const id = `${lock.id}-${market}-${node}`;
  const before = await rows.find(lockNodes, id);
  const when = { seq: scene.seq, time: Number(scene.at.timestamp) };
  const after = { remaining, proceeds, ...when };
  const fresh = { id, lock: lock.id, market, longs, node, remainingBefore, size, ...after };
  rows.put(lockNodes, before === undefined ? fresh : { ...before, ...after, size: before.size + size });
}

/** The lock is over: after a settlement, receipts get what was torn up. */
export async function unlocked(scene: Scene<"Unlocked">): Promise<void> {
  const { rows, event, at } = scene;
  const lock = await lockOf(rows, event.group, event.lock);
  if (lock.state === "SETTLING") await tearUpReceipts(scene, lock.id);
  const state = lock.state === "SETTLING" ? "SETTLED" : "LIFTED";
  rows.put(locks, { ...lock, state, unlockedAt: Number(at.timestamp) });
}

export async function shortfallSuffered(scene: Scene<"ShortfallSuffered">): Promise<void> {
  const { kind: _, ...told } = scene.event;
  scene.rows.put(shortfalls, { ...stampTime(scene), kind: "SUFFERED", ...told });
}

export async function shortfallHealed(scene: Scene<"ShortfallHealed">): Promise<void> {
  const { kind: _, ...told } = scene.event;
  scene.rows.put(shortfalls, { ...stampTime(scene), kind: "HEALED", ...told });
}

export async function covered(scene: Scene<"Covered">): Promise<void> {
  const amount = scene.event.healed;
  scene.rows.put(shortfalls, { ...stampTime(scene), kind: "COVERED", amount, shortfall: null, rate: null });
}

const lockId = (group: GroupId, lock: bigint): string => `${group}-${lock}`;

async function lockOf(rows: Rows, group: GroupId, lock: bigint): Promise<Lock> {
  return (await rows.find(locks, lockId(group, lock)))!;
}

/** A market of a lock; a series of an option group has its row from the first event that tells of it. */
function marketOfLock(rows: Rows, lock: Lock, market: MarketId): Promise<Row<typeof lockMarkets>> {
  return findOr(rows, lockMarkets, noMarket(lock.id, market));
}

function noMarket(lock: string, market: MarketId): Row<typeof lockMarkets> {
  const estate = { netted: 0n, vaultClosed: 0n, vaultTook: 0n, left: 0n, tornUp: 0n };
  const unpaid = { jump: 0n, charge: 0n, winners: 0n };
  return { id: `${lock}-${market}`, lock, market, anchor: null, frozenMark: null, ...unpaid, ...estate };
}

/** The mark that a linear group's lock froze for a market, funding included as in the market's mark. */
export async function frozenMarkOf(rows: Rows, market: MarketId, lock: bigint): Promise<bigint> {
  return (await rows.find(lockMarkets, `${lockId(groupOf(market), lock)}-${market}`))!.frozenMark!;
}
