// SPDX-License-Identifier: MIT
import { pledgeMoves } from "../../schema";
import type { EventOf } from "../../../sdk/state/events";
import { stampTime, type Scene } from "../scene";

const KINDS = {
  Pledged: "PLEDGED",
  PledgeWithdrawn: "WITHDRAWN",
  PledgeFeeTaken: "FEE",
  PledgeBought: "BOUGHT",
  PledgeBoughtByLine: "BOUGHT_BY_LINE",
} as const;

export async function pledgeMoved<K extends keyof typeof KINDS>(scene: Scene<K>): Promise<void> {
  const event: EventOf<keyof typeof KINDS> = scene.event;
  const { account, id: collateral, units, pledged: left } = event;
  const buyer = "buyer" in event ? event.buyer : null;
  const paid = "paid" in event ? event.paid : null;
  const row = { ...stampTime(scene), kind: KINDS[event.kind], collateral, account, buyer, units, paid, left };
  scene.rows.put(pledgeMoves, row);
}

export async function stockSold(scene: Scene<"StockSold">): Promise<void> {
  const { id: collateral, buyer, units, paid, stock: left } = scene.event;
  const row = { ...stampTime(scene), kind: "SOLD", collateral, account: null, buyer, units, paid, left };
  scene.rows.put(pledgeMoves, row);
}
