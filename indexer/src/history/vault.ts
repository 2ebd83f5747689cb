// SPDX-License-Identifier: MIT
import { batches, holders, requests, vaultFlows, vaultPrices } from "../../schema";
import { findOr, type Rows } from "../rows/Rows";
import { stampTime, type Hex, type Moment, type Told } from "../scene";

interface VaultEvents {
  Deposit: { sender: Hex; owner: Hex; assets: bigint; shares: bigint };
  Withdraw: { sender: Hex; receiver: Hex; owner: Hex; assets: bigint; shares: bigint };
  Transfer: { from: Hex; to: Hex; value: bigint };
  BatchOpened: { requestId: bigint; closesAt: bigint; dueAt: bigint };
  RedeemRequest: { controller: Hex; owner: Hex; requestId: bigint; sender: Hex; shares: bigint };
  BatchPriced: { requestId: bigint; shares: bigint; assets: bigint; sharesLeft: bigint };
  ClassClosed: { assets: bigint; supply: bigint };
  Retired: { received: bigint; assets: bigint; complete: boolean };
}

const NOBODY: Hex = `0x${"0".repeat(40)}`;
const SHARE = 10n ** 18n;

const HANDLERS: { [K in keyof VaultEvents]: (told: Told, event: VaultEvents[K]) => Promise<void> } = {
  Deposit: async (told, { sender, owner, assets, shares }) => {
    price(told, assets, shares);
    flow(told, "DEPOSIT", { owner, sender, assets, shares });
  },
  Withdraw: async (told, { sender, owner, assets, shares }) => flow(told, "CLAIM", { owner, sender, assets, shares }),
  Transfer: async ({ rows }, { from, to, value }) => {
    for (const [id, change] of [
      [from, -value],
      [to, value],
    ] as const) {
      if (id === NOBODY) continue; // minted or burned
      const { shares } = await findOr(rows, holders, { id, shares: 0n });
      rows.put(holders, { id, shares: shares + change });
    }
  },
  BatchOpened: async ({ rows, at }, { requestId: id, closesAt, dueAt }) => {
    const none = { shares: 0n, pricedShares: 0n, assets: 0n, pricedAt: null };
    const times = { openedAt: Number(at.timestamp), closesAt: Number(closesAt), dueAt: Number(dueAt) };
    rows.put(batches, { id, ...none, ...times });
  },
  RedeemRequest: async (told, { controller, owner, requestId, sender, shares }) => {
    const { rows, at } = told;
    const batch = (await rows.find(batches, requestId))!;
    rows.put(batches, { ...batch, shares: batch.shares + shares });
    const none = { id: `${requestId}-${controller}`, batch: requestId, controller, shares: 0n, time: 0 };
    const request = await findOr(rows, requests, none);
    rows.put(requests, { ...request, shares: request.shares + shares, time: Number(at.timestamp) });
    flow(told, "REQUEST", { owner, sender, assets: 0n, shares });
  },
  BatchPriced: async (told, { requestId, shares, assets }) => {
    const { rows, at } = told;
    const batch = (await rows.find(batches, requestId))!;
    const pricedShares = batch.pricedShares + shares;
    rows.put(batches, { ...batch, pricedShares, assets: batch.assets + assets, pricedAt: Number(at.timestamp) });
    price(told, assets, shares);
  },
  ClassClosed: async (told, { assets, supply }) =>
    flow(told, "CLOSED", { owner: NOBODY, sender: NOBODY, assets, shares: supply }),
  Retired: async (told, { received }) =>
    flow(told, "RETIRED", { owner: NOBODY, sender: NOBODY, assets: received, shares: 0n }),
};

/** An event of the vault; those of allowances and operators change no table. */
export async function vaultEvent(rows: Rows, event: { kind: string }, moment: Moment): Promise<void> {
  const handler = HANDLERS[event.kind as keyof VaultEvents] as
    ((told: Told, event: object) => Promise<void>) | undefined;
  await handler?.({ ...moment, rows }, event);
}

/** What shares cost, or were priced at. */
function price(told: Told, assets: bigint, shares: bigint): void {
  if (shares === 0n) return;
  told.rows.put(vaultPrices, { ...stampTime(told), assets, shares, price: (assets * SHARE) / shares });
}

function flow(told: Told, kind: string, moved: { owner: Hex; sender: Hex; assets: bigint; shares: bigint }): void {
  told.rows.put(vaultFlows, { ...stampTime(told), kind, ...moved });
}
