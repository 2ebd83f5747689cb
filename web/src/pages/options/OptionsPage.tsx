// SPDX-License-Identifier: MIT
import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useParams } from "wouter";
import type { DeployedOptionGroup } from "../../../../sdk/deployment.js";
import { newQueries } from "../../chain/queries";
import { hasOptions, readOptions, type Here } from "../../chain/services";
import { HereContext, useHere } from "../../chain/useHere";
import { useFollowHead } from "../../data/lens";
import { RelayStream } from "../../data/relay/stream";
import { StreamContext } from "../../data/useServices";
import { optionsText as text } from "../../text/options";
import { Banner, EmptyState, Panel, Shown, classes } from "../../ui";
import { ChainPart } from "./ChainPart";
import type { LegForm } from "./legs";
import { PortfolioPart } from "./PortfolioPart";
import { UpkeepPart } from "./UpkeepPart";

const PARTS = { chain: ChainPart, portfolio: PortfolioPart, upkeep: UpkeepPart } as const;
type Part = keyof typeof PARTS;

/** Options have a clearinghouse of their own: a venue within the page, with its own relay and indexer. */
export default function OptionsPage() {
  const here = useHere();
  const has = hasOptions(here);
  const venue = useQuery({
    queryKey: ["optionVenue"],
    enabled: has,
    staleTime: Infinity,
    queryFn: () => readOptions(here),
  });
  if (!has) {
    return (
      <Panel title={text.title}>
        <EmptyState>{text.none}</EmptyState>
      </Panel>
    );
  }
  return <Shown query={venue}>{(found) => <Venue here={found!} />}</Shown>;
}

function Venue({ here }: { readonly here: Here }) {
  // Answers of two venues have the same names: each venue keeps its own.
  const [queries] = useState(newQueries);
  const [stream] = useState(() => new RelayStream(here.services.relay));
  useEffect(() => () => stream.close(), [stream]);
  return (
    <HereContext value={here}>
      <QueryClientProvider client={queries}>
        <StreamContext value={stream}>
          <Parts groups={here.deployment.options!.groups} />
        </StreamContext>
      </QueryClientProvider>
    </HereContext>
  );
}

function Parts({ groups }: { readonly groups: readonly DeployedOptionGroup[] }) {
  useFollowHead();
  const { part = "chain", symbol } = useParams<{ part?: string; symbol?: string }>();
  const shown: Part = Object.hasOwn(PARTS, part) ? (part as Part) : "chain";
  const group = groups.find((each) => each.symbol === symbol) ?? groups[0]!;
  return (
    <div className="grid gap-1.5">
      <h1 className="sr-only">{text.title}</h1>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <nav aria-label={text.parts} className="flex gap-0.5">
          {(Object.keys(PARTS) as Part[]).map((name) => (
            <PartLink key={name} to={`/options/${name}/${group.symbol}`} isOpen={name === shown}>
              {text.partNames[name]}
            </PartLink>
          ))}
        </nav>
        {groups.length > 1 && (
          <nav aria-label={text.underlyings} className="flex gap-0.5">
            {groups.map((each) => (
              <PartLink key={each.symbol} to={`/options/${shown}/${each.symbol}`} isOpen={each === group}>
                {each.symbol}
              </PartLink>
            ))}
          </nav>
        )}
      </div>
      {symbol !== undefined && group.symbol !== symbol && (
        <Banner kind="warn">{text.noUnderlying(symbol, group.symbol)}</Banner>
      )}
      <GroupPart key={group.symbol} group={group} part={shown} />
    </div>
  );
}

interface GroupPartProps {
  readonly group: DeployedOptionGroup;
  readonly part: Part;
}

/** A part; what stands in the ticket stays there while others are looked at. */
function GroupPart({ group, part }: GroupPartProps) {
  const [legs, setLegs] = useState<readonly LegForm[]>([]);
  const Shows = PARTS[part];
  return <Shows group={group} legs={legs} onLegs={setLegs} />;
}

interface PartLinkProps {
  readonly to: string;
  readonly isOpen: boolean;
  readonly children: string;
}

function PartLink({ to, isOpen, children }: PartLinkProps) {
  return (
    <a
      href={`#${to}`}
      aria-current={isOpen ? "page" : undefined}
      className={classes(
        "flex min-h-8 items-center rounded px-2.5 text-xs whitespace-nowrap",
        isOpen ? "bg-panel font-medium text-ink" : "text-soft hover:text-ink",
      )}
    >
      {children}
    </a>
  );
}
