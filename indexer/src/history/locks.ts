// SPDX-License-Identifier: MIT
import { defaults, lockCounts, lockMarkets, lockNodes, locks, shortfalls } from "../../schema";
import type { GroupId, MarketId } from "../../../sdk/order";
import type { Row, Rows } from "../rows/Rows";
import { stamp, stampTime, type Scene } from "../scene";
import { endCall } from "./liquidations";
import { chargeReceipts, tearUpReceipts } from "./receipts";

type Lock = Row<typeof locks>;

export async function locked(scene: Scene<"Locked">): Promise<void> {
  const { rows, event, seq, tx, at } = scene;
  const { group, gapLevel, reserve } = event;
  const number = ((await rows.find(lockCounts, group))?.locks ?? 0) + 1;
  rows.put(lockCounts, { id: group, locks: number });
  const nothing = { absorbed: 0, deficit: 0n, vaultPaid: 0n, charged: 0n, shortfall: 0n, receipts: 0n };
  const times = { lockedAt: Number(at.timestamp), until: Number(event.until), settledAt: null, unlockedAt: null };
  const id = `${group}-${number}`;
  rows.put(locks, { id, group, number, state: "LOCKED", gapLevel, reserve, ...nothing, ...times, seq, tx });
}

export async function absorbed(scene: Scene<"Absorbed">): Promise<void> {
  const { rows, event, part } = scene;
  const { account, group, deficit, groupDeficit } = event;
  const lock = await lockOf(rows, group);
  const { block: _, ...when } = stamp(scene);
  rows.put(defaults, { ...when, id: `${lock.id}-${account}`, lock: lock.id, account, deficit });
  const until = Number(part.groups.get(group)!.until);
  rows.put(locks, { ...lock, absorbed: lock.absorbed + 1, deficit: groupDeficit, until });
  await endCall(scene, account, "ABSORBED");
}

/** The winners of a market pay: a receipt each. */
export async function charged(scene: Scene<"Charged">): Promise<void> {
  const { rows, event } = scene;
  const { market, jump, charge, winners } = event;
  const lock = await lockOf(rows, (market >> 2n) as GroupId);
  const row = await marketOfLock(rows, lock, market);
  rows.put(lockMarkets, { ...row, jump, charge, winners });
  const total = await chargeReceipts(scene, lock.id);
  rows.put(locks, { ...lock, receipts: lock.receipts + total });
}

export async function deleveraged(scene: Scene<"Deleveraged">): Promise<void> {
  const { rows, event, at } = scene;
  const lock = await lockOf(rows, event.group);
  const { deficit, vaultPaid, charged: paid, shortfall } = event;
  const told = { deficit, vaultPaid, charged: paid, shortfall };
  rows.put(locks, { ...lock, ...told, state: "SETTLING", settledAt: Number(at.timestamp) });
}

export async function netted(scene: Scene<"Netted">): Promise<void> {
  const { kind: _, market, ...told } = scene.event;
  const lock = await lockOf(scene.rows, (market >> 2n) as GroupId);
  scene.rows.put(lockMarkets, { ...(await marketOfLock(scene.rows, lock, market)), ...told });
}

/** `remainingBefore`: of the node's frame before this event. */
export async function nodeTornUp(scene: Scene<"NodeTornUp">, remainingBefore: bigint): Promise<void> {
  const { rows, event } = scene;
  const { market, longs, node, size, remaining } = event;
  const lock = await lockOf(rows, (market >> 2n) as GroupId);
  const row = await marketOfLock(rows, lock, market);
  rows.put(lockMarkets, { ...row, tornUp: row.tornUp + size });
  const id = `${lock.id}-${market}-${node}`;
  const before = await rows.find(lockNodes, id);
  const fresh = { id, lock: lock.id, market, longs, node, remainingBefore, remaining, size };
  rows.put(lockNodes, before === undefined ? fresh : { ...before, remaining, size: before.size + size });
}

/** The lock is over: after a settlement, receipts get what was torn up. */
export async function unlocked(scene: Scene<"Unlocked">): Promise<void> {
  const { rows, event, at } = scene;
  const lock = await lockOf(rows, event.group);
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

/** The lock that a group is in. */
async function lockOf(rows: Rows, group: GroupId): Promise<Lock> {
  const count = (await rows.find(lockCounts, group))!;
  return (await rows.find(locks, `${group}-${count.locks}`))!;
}

async function marketOfLock(rows: Rows, lock: Lock, market: MarketId): Promise<Row<typeof lockMarkets>> {
  const id = `${lock.id}-${market}`;
  const estate = { netted: 0n, vaultClosed: 0n, vaultTook: 0n, left: 0n, tornUp: 0n };
  const none = { id, lock: lock.id, market, jump: 0n, charge: 0n, winners: 0n, ...estate };
  return (await rows.find(lockMarkets, id)) ?? none;
}
