// SPDX-License-Identifier: MIT
import { parameterChanges, feeSplits, tickers } from "../../schema";
import { PERPETUAL_INDEX } from "../../../sdk/options/series";
import type { VenueEvent } from "../../../sdk/state/events";
import { findOr } from "../rows/Rows";
import { stampTime, type Scene } from "../scene";
import type { Part } from "../state/load";
import { noTicker } from "./marks";

/** Every value that governance sets, by `scope name`: of the venue, and of the groups and markets of a part. */
export function valuesOf(part: Part): Map<string, string> {
  const values = new Map<string, string>();
  const note = (scope: string, list: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(list)) values.set(`${scope} ${name}`, String(value));
  };
  note("venue", { ...part.parameters, vault: part.vault, treasury: part.treasury, accessGate: part.accessGate });
  for (const group of part.groups.values()) {
    note(`group-${group.id}`, { vaultBudget: group.vaultBudget });
    const { options } = group;
    if (options !== undefined) note(`group-${group.id}`, { ...options.risk, volSource: options.volSource });
    // Parameters of an option group are its perpetual's.
    const listed = options === undefined ? group.markets : group.markets.slice(PERPETUAL_INDEX);
    for (const market of listed) {
      const ended = market.settledAt === undefined ? {} : { settledAt: market.settledAt };
      note(`market-${market.id}`, { ...market.parameters, source: market.source, ...ended });
    }
  }
  for (const { id, parameters, source, line, closesAt } of part.collaterals.values()) {
    note(`collateral-${id}`, { ...parameters, source, line, closesAt });
  }
  for (const [id, pause] of part.pauses) {
    note(id === 0n ? "venue" : `market-${id}`, { pause: pause.level, pausedUntil: pause.until });
  }
  return values;
}

const GOVERNING = new Set<VenueEvent["kind"]>([
  "VenueParamsSet",
  "MarketParamsSet",
  "MarketCreated",
  "PriceSourceSet",
  "VaultBudgetSet",
  "VaultSet",
  "TreasurySet",
  "AccessGateSet",
  "Paused",
  "MarketSettled",
  "CollateralCreated",
  "CollateralParamsSet",
  "CollateralClosing",
  "CollateralSourceSet",
  "LineSet",
  "RiskParamsSet",
  "VolSourceSet",
]);

/** Does an event of this kind change what `valuesOf` lists? */
export const governs = (event: VenueEvent): boolean => GOVERNING.has(event.kind);

/** A row for each value that changed. */
export function recordParameters(scene: Scene): void {
  for (const [key, after] of valuesOf(scene.part)) {
    const before = scene.values.get(key) ?? null;
    if (before === after) continue;
    const [scope, name] = key.split(" ") as [string, string];
    const isNew = scene.event.kind === "MarketCreated" || scene.event.kind === "CollateralCreated";
    if (isNew && name !== "source") continue; // its parameters follow at once
    const row = stampTime(scene);
    scene.rows.put(parameterChanges, { ...row, id: `${row.id}-${name}`, scope, name, before, after });
  }
}

export async function marketCreated(scene: Scene<"MarketCreated">): Promise<void> {
  const ticker = await findOr(scene.rows, tickers, noTicker(scene.event.market));
  scene.rows.put(tickers, { ...ticker, listedAt: Number(scene.at.timestamp) });
}

export async function feesCollected(scene: Scene<"FeesCollected">): Promise<void> {
  const { vaultShare, treasuryShare } = scene.event;
  scene.rows.put(feeSplits, { ...stampTime(scene), vaultShare, treasuryShare });
}
