// SPDX-License-Identifier: MIT
import { useState } from "react";
import { useChainNow } from "../../chain/head";
import { useVenueView } from "../../data/lens";
import { keepersText as text } from "../../text/keepers";
import { ChoresPanel } from "./ChoresPanel";
import { accountTyped } from "./duties";
import { GroupsPanel } from "./GroupsPanel";
import { InventoryPanel } from "./InventoryPanel";
import { RiskPanel } from "./RiskPanel";
import { useAtRisk, useGroups, useHealths, useOffers } from "./useDuties";

/** What the venue waits for, and the calls that do it. Only whom to look at comes from the indexer. */
export default function KeepersPage() {
  const [typed, setTyped] = useState("");
  const asked = accountTyped(typed);
  const risk = useAtRisk();
  const ids = [...new Set([...(asked === undefined ? [] : [asked]), ...(risk.data ?? [])])];
  const healths = useHealths(ids);
  const groups = useGroups();
  const offers = useOffers();
  const venue = useVenueView();
  const now = useChainNow();
  const below = (healths.data ?? [])
    .map(({ health }) => health)
    .filter(({ atFrozen, standing }) => standing !== 0 && atFrozen < 0n);
  const nettable = (healths.data ?? [])
    .map(({ health }) => health)
    .filter(({ relief, isNetted, atFrozen }) => relief > 0n && !isNetted && atFrozen >= 0n);
  return (
    <div className="grid grid-cols-1 gap-1.5">
      <h1 className="sr-only">{text.title}</h1>
      <p className="px-1 text-xs text-soft">{text.intro}</p>
      <RiskPanel
        risk={risk}
        healths={healths}
        asked={asked}
        typed={typed}
        onTyped={setTyped}
        offers={offers.data}
        venue={venue.data}
        now={now}
      />
      <GroupsPanel groups={groups} below={below} nettable={nettable} venue={venue.data} now={now} />
      <InventoryPanel offers={offers} now={now} />
      <ChoresPanel venue={venue} now={now} />
    </div>
  );
}
