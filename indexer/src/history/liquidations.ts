// SPDX-License-Identifier: MIT
import { inventorySales, liquidations, marginCalls, openCalls } from "../../schema";
import type { AccountId } from "../../../sdk/order";
import { stamp, stampTime, type Scene, type Told } from "../scene";
import { liquidated as followLiquidated } from "./lifecycle";
import { takenOver } from "./options";

export async function marginCalled(scene: Scene<"MarginCalled">): Promise<void> {
  const { rows, event, seq, tx, at } = scene;
  const { account, equity, callLevel } = event;
  const id = String(seq);
  const ended = { endedAt: null, endedBy: null };
  rows.put(marginCalls, { id, seq, account, equity, callLevel, calledAt: Number(at.timestamp), ...ended, tx });
  await rows.find(openCalls, account);
  rows.put(openCalls, { id: account, call: id });
}

export function callCleared(scene: Scene<"MarginCallCleared">): Promise<void> {
  return endCall(scene, scene.event.account, "CLEARED");
}

/** The call that stands of an account, if one does, is over. */
export async function endCall({ rows, at }: Told, account: AccountId, endedBy: "CLEARED" | "ABSORBED"): Promise<void> {
  const open = await rows.find(openCalls, account);
  if (open?.call == null) return;
  const call = (await rows.find(marginCalls, open.call))!;
  rows.put(marginCalls, { ...call, endedAt: Number(at.timestamp), endedBy });
  rows.put(openCalls, { ...open, call: null });
}

export async function liquidated(scene: Scene<"Liquidated">): Promise<void> {
  const { kind: _, size: __, position: ___, cash: ____, ...told } = scene.event;
  scene.rows.put(liquidations, { ...stamp(scene), ...told });
  const closed = told.closed < 0n ? -told.closed : told.closed;
  await followLiquidated(scene, told.account, told.market, closed);
  if (scene.part.kind === "options") await takenOver(scene);
}

export async function inventorySold(scene: Scene<"InventorySold">): Promise<void> {
  const { kind: _, ...told } = scene.event;
  scene.rows.put(inventorySales, { ...stampTime(scene), ...told });
}
