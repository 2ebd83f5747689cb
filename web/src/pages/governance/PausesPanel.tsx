// SPDX-License-Identifier: MIT
import type { UseQueryResult } from "@tanstack/react-query";
import { useHere } from "../../chain/useHere";
import { PAUSE_LEVEL } from "../../data/lens";
import { moment, span, UNKNOWN } from "../../format";
import { governanceText as text } from "../../text/governance";
import { Age, Panel, Shown, Table, type Column } from "../../ui";
import { scopeText } from "./scopes";
import type { Parameters } from "./useGovernance";

export interface PausesPanelProps {
  readonly parameters: UseQueryResult<Parameters>;
  readonly now: bigint | undefined;
}

interface Row {
  readonly scope: string;
  readonly level: number;
  readonly until: bigint;
  /** Undefined: of everything, this is told by market. */
  readonly liquidationsFrom: bigint | undefined;
}

/** What is paused, and for how long; of each market the stricter of its own pause and the venue's. */
export function PausesPanel({ parameters, now }: PausesPanelProps) {
  const { markets } = useHere().deployment;
  const { pauseColumns: columns } = text;
  const list: Column<Row>[] = [
    {
      key: "of",
      title: columns.of,
      left: true,
      cell: ({ scope }) => (
        <span className="font-medium">{scope === "venue" ? text.everything : scopeText(scope, markets)}</span>
      ),
    },
    {
      key: "level",
      title: columns.level,
      left: true,
      cell: ({ level }) => (
        <span className={level === 0 ? undefined : "font-medium text-warn"}>{text.levels[PAUSE_LEVEL[level]!]}</span>
      ),
    },
    { key: "until", title: columns.until, cell: ({ level, until }) => (level === 0 ? UNKNOWN : moment(until)) },
    {
      key: "left",
      title: columns.left,
      cell: ({ level, until }) =>
        level === 0 || now === undefined || until <= now ? UNKNOWN : <span>{span(until - now)}</span>,
    },
    {
      key: "liquidations",
      title: columns.liquidations,
      left: true,
      cell: ({ liquidationsFrom: from }) =>
        from === undefined || now === undefined
          ? UNKNOWN
          : from > now
            ? text.liquidations.from(span(from - now))
            : text.liquidations.go,
    },
  ];
  return (
    <Panel title={text.pauses} flush aside={<Age at={parameters.dataUpdatedAt} staleAfter={20_000} of={text.pauses} />}>
      <p className="border-b border-line px-3 py-2 text-xs text-soft">{text.pausesHelp}</p>
      <Shown query={parameters}>
        {(data) => <Table caption={text.pauses} columns={list} rows={rowsOf(data)} keyOf={({ scope }) => scope} />}
      </Shown>
    </Panel>
  );
}

function rowsOf({ venue, markets }: Parameters): Row[] {
  return [
    { scope: "venue", level: venue.pauseLevel, until: BigInt(venue.pausedUntil), liquidationsFrom: undefined },
    ...markets.map(({ market, pauseLevel, pausedUntil, liquidationsFrom }) => ({
      scope: `market-${market}`,
      level: pauseLevel,
      until: BigInt(pausedUntil > venue.pausedUntil ? pausedUntil : venue.pausedUntil),
      liquidationsFrom,
    })),
  ];
}
