// SPDX-License-Identifier: MIT

/** A batch of redeems, of the chain or of the indexer. Shares and token units in their smallest units, Unix seconds. */
export interface BatchView {
  readonly id: bigint;
  readonly shares: bigint;
  readonly pricedShares: bigint;
  readonly assets: bigint;
  readonly openedAt: bigint;
  readonly closesAt: bigint;
  readonly dueAt: bigint;
}

export type BatchState = "gathering" | "cooling" | "due" | "partly" | "priced";

/** Where a batch stands by the chain's clock. It closes and is due at its second, as the contracts have it. */
export function stateOf({ shares, pricedShares, closesAt, dueAt }: BatchView, now: bigint): BatchState {
  if (shares > 0n && pricedShares >= shares) return "priced";
  if (pricedShares > 0n) return "partly";
  if (now >= dueAt) return "due";
  return now >= closesAt ? "cooling" : "gathering";
}

/** When a request of now is priced at the earliest: with the batch that gathers, or with a new one. */
export function nextDue(open: readonly BatchView[], now: bigint, window: bigint, cooldown: bigint): bigint {
  const gathering = open.find((batch) => stateOf(batch, now) === "gathering");
  return gathering?.dueAt ?? now + window + cooldown;
}

/** The chain's open ones, and those that the indexer knows as priced; each once, latest first. */
export function merged(open: readonly BatchView[], past: readonly BatchView[]): BatchView[] {
  const all = new Map(past.map((batch) => [batch.id, batch]));
  for (const batch of open) all.set(batch.id, batch);
  return [...all.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** Tokens for one whole share, from what a deposit or a batch says: token units, floor. Undefined for no share. */
export function priceOf(assets: bigint, shares: bigint, shareDecimals: number): bigint | undefined {
  return shares === 0n ? undefined : (assets * 10n ** BigInt(shareDecimals)) / shares;
}
