// SPDX-License-Identifier: MIT
import { lockNodes, nodes, positions, receipts } from "../../schema";
import { abs, ceilDiv } from "../../../sdk/arithmetic";
import { ONE } from "../../../sdk/frame";
import { PRICE_UNIT } from "../../../sdk/units";
import type { Row } from "../rows/Rows";
import type { Scene } from "../scene";
import { nodeId } from "../state/ids";

type Receipt = Row<typeof receipts>;

/**
 * A receipt for each position on the winning side: its size and the charge of it. Nobody enters or leaves that side
 * while the group is locked, and tear-ups come later. Returns the sum of the charges, each rounded up.
 */
export async function chargeReceipts(scene: Scene<"Charged">, lock: string): Promise<bigint> {
  const { rows, event, at, seq } = scene;
  const { market, jump, charge } = event;
  const longs = jump > 0n;
  let total = 0n;
  for (const position of await rows.where(positions, "market", market)) {
    if (position.shares === 0n || position.shares > 0n !== longs) continue;
    const { remaining } = (await rows.find(nodes, nodeId({ market, longs, node: position.node as never })))!;
    const held = (abs(position.shares) * remaining) / ONE;
    if (held === 0n) continue;
    const size = longs ? held : -held;
    const paid = ceilDiv(held * charge, PRICE_UNIT);
    const gain = (held * abs(jump)) / PRICE_UNIT;
    total += paid;
    const { account } = position;
    const id = `${lock}-${account}-${market}`;
    const row = { id, lock, account, market, size, gain, charge: paid, tornUp: 0n, seq, time: Number(at.timestamp) };
    rows.put(receipts, row);
  }
  return total;
}

/** Once a settlement is over: what every position lost of its size, by the frames before and after. */
export async function tearUpReceipts(scene: Scene<"Unlocked">, lock: string): Promise<void> {
  const { rows, at, seq } = scene;
  const torn = new Map<string, Row<typeof lockNodes>>();
  const markets = new Set<bigint>();
  for (const node of await rows.where(lockNodes, "lock", lock)) {
    torn.set(`${node.market}-${node.longs}-${node.node}`, node);
    markets.add(node.market);
  }
  for (const market of markets) {
    for (const { account, shares, node } of await rows.where(positions, "market", market)) {
      const frames = torn.get(`${market}-${shares > 0n}-${node}`);
      if (shares === 0n || frames === undefined) continue;
      const held = (abs(shares) * frames.remainingBefore) / ONE;
      const tornUp = held - (abs(shares) * frames.remaining) / ONE;
      if (tornUp === 0n) continue;
      const size = shares > 0n ? held : -held;
      const id = `${lock}-${account}-${market}`;
      const none: Receipt = {
        id,
        lock,
        account,
        market,
        size,
        gain: 0n,
        charge: 0n,
        tornUp,
        seq,
        time: Number(at.timestamp),
      };
      const before = await rows.find(receipts, id);
      rows.put(receipts, before === undefined ? none : { ...before, tornUp });
    }
  }
}
