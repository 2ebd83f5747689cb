// SPDX-License-Identifier: MIT
import { useState } from "react";
import { expiryName } from "../../../../sdk/options/seriesName.js";
import { useChainNow } from "../../chain/head";
import { useMyAccount } from "../../chain/useMyAccount";
import {
  useOptionChain,
  useOptionGroup,
  useOptionPortfolio,
  type ChainView,
  type OptionGroupView,
} from "../../data/options/lens";
import { laddersOf, nameOfSeries } from "../../data/options/names";
import { optionsText as text } from "../../text/options";
import { Age, EmptyState, Panel, Shown, Tabs } from "../../ui";
import { AccessBanner } from "../trade/AccessBanner";
import { ChainTable } from "./ChainTable";
import { GroupBar } from "./GroupBar";
import { withLeg, type LegForm } from "./legs";
import { ListPanel } from "./ListPanel";
import { OrdersPanel } from "./OrdersPanel";
import type { PartProps } from "./part";
import { Ticket } from "./Ticket";

/** The chain of a group's series, the ticket beside it, and what may be listed. */
export function ChainPart({ group, legs, onLegs }: PartProps) {
  const chain = useOptionChain(group.group);
  const ageAside = <Age at={chain.dataUpdatedAt} staleAfter={20_000} of={text.ageOf} />;
  const state = useOptionGroup(group.group);
  return (
    <Shown query={chain}>
      {(view) => (
        <Shown query={state}>
          {(found) => <Chain group={group} chain={view} state={found} aside={ageAside} legs={legs} onLegs={onLegs} />}
        </Shown>
      )}
    </Shown>
  );
}

interface ChainProps extends PartProps {
  readonly chain: ChainView;
  readonly state: OptionGroupView;
  readonly aside: React.ReactNode;
}

function Chain({ group, chain, state, aside, legs, onLegs }: ChainProps) {
  const me = useMyAccount();
  const now = useChainNow();
  const portfolio = useOptionPortfolio(me?.id);
  const [opened, setOpened] = useState<string>();
  const ladders = laddersOf(chain);
  const inOrder = [...chain.ladders].sort((a, b) => a.expiry - b.expiry);
  const ladder = inOrder.find(({ place }) => String(place) === opened) ?? inOrder[0];
  const nameOf = (series: bigint) => nameOfSeries(group.symbol, series, ladders);
  const positions = new Map((portfolio.data?.positions ?? []).map((each) => [BigInt(each.series), each.size] as const));
  const add = (leg: LegForm) => onLegs(withLeg(legs, leg));
  return (
    <div className="grid gap-1.5 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="grid min-w-0 content-start gap-1.5">
        {me && <AccessBanner owner={me.owner} positions={positions.size} />}
        <GroupBar group={group} chain={chain} state={state} ladder={ladder} now={now} aside={aside} />
        {ladder === undefined ? (
          <Panel title={text.chain}>
            <EmptyState>{text.noExpiry}</EmptyState>
          </Panel>
        ) : (
          <section aria-label={text.chain} className="min-w-0 rounded-md border border-line bg-panel">
            <Tabs
              label={text.expiries}
              value={String(ladder.place)}
              onChange={setOpened}
              tabs={inOrder.map((each) => ({
                value: String(each.place),
                label: expiryName(BigInt(each.expiry)),
                content: (
                  <ChainTable
                    group={group}
                    ladder={each}
                    perpetual={chain.perpetual}
                    positions={positions}
                    nameOf={nameOf}
                    now={now}
                    onLeg={add}
                  />
                ),
              }))}
            />
          </section>
        )}
        <OrdersPanel group={group} me={me} nameOf={nameOf} state={state} />
      </div>
      <div className="grid min-w-0 content-start gap-1.5">
        <Ticket
          group={group}
          chain={chain}
          state={state}
          me={me}
          portfolio={portfolio.data}
          legs={legs}
          onLegs={onLegs}
        />
        <ListPanel group={group} chain={chain} now={now} />
      </div>
    </div>
  );
}
