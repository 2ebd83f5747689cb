// SPDX-License-Identifier: MIT
import type { UseQueryResult } from "@tanstack/react-query";
import { lensAbi } from "../../../../sdk/abis/lens.js";
import type { AccountId, GroupId } from "../../../../sdk/order.js";
import * as calls from "../../../../sdk/viem/calls.js";
import { useConfig } from "wagmi";
import { callOf } from "../../chain/callOf";
import { readerOf } from "../../chain/reader";
import { useHere } from "../../chain/useHere";
import { PHASE, type GroupView, type VenueView } from "../../data/lens";
import { count, money, moneyExact, span, UNKNOWN } from "../../format";
import { keepersText as text } from "../../text/keepers";
import { Age, Panel, Shown, Table, type Column } from "../../ui";
import { Act } from "../../ui/Act";
import { dueOf, refundOf } from "./duties";
import type { HealthView } from "./useDuties";

/** Steps that are asked for when it is not known how many are left. */
const STEPS = 50n;

export interface GroupsPanelProps {
  readonly groups: UseQueryResult<GroupView[]>;
  /** Who is below zero, at frozen marks where a group is locked. */
  readonly below: readonly HealthView[];
  /** Who gained on one leg of a lock's jump, lost on another, and is not registered. */
  readonly nettable: readonly HealthView[];
  readonly venue: VenueView | undefined;
  readonly now: bigint | undefined;
}

/** Each group with what it waits for, and the calls that bring it there. */
export function GroupsPanel({ groups, below, nettable, venue, now }: GroupsPanelProps) {
  const { deployment } = useHere();
  const config = useConfig();
  const { groupColumns: columns } = text;
  const { clearinghouse, lens } = deployment;
  const nameOf = (group: number) =>
    deployment.markets
      .filter((market) => market.group === BigInt(group))
      .map(({ symbol }) => symbol)
      .join(", ");
  const due = (view: GroupView) =>
    now === undefined
      ? undefined
      : dueOf(
          {
            phase: PHASE[view.phase]!,
            gapped: view.gapped,
            until: BigInt(view.until),
            anchorsDue: BigInt(view.anchorsDue),
            absorbed: view.absorbed,
          },
          now,
        );

  /** What settles the lock at once, as the lens finds it; the default when the lens cannot tell. */
  const deleverage = async (group: number) => {
    const asked = { address: lens, abi: lensAbi, functionName: "settlement", args: [clearinghouse, group] } as const;
    const steps = await readerOf(config)
      .simulateContract(asked)
      .then(({ result }) => result.steps)
      .catch(() => STEPS);
    return callOf(calls.deleverage(clearinghouse, BigInt(group) as GroupId, steps === 0n ? STEPS : steps));
  };

  const list: Column<GroupView>[] = [
    {
      key: "group",
      title: columns.group,
      left: true,
      cell: ({ group }) => <span className="font-medium">{nameOf(group)}</span>,
    },
    {
      key: "phase",
      title: columns.phase,
      left: true,
      cell: ({ phase }) => (
        <span className={phase === 0 ? undefined : "font-medium text-warn"}>{text.phases[PHASE[phase]!]}</span>
      ),
    },
    {
      key: "due",
      title: columns.due,
      left: true,
      cell: (view) => {
        const next = due(view);
        return next ? text.dues[next.what] : UNKNOWN;
      },
    },
    {
      key: "left",
      title: columns.left,
      cell: (view) => {
        const next = due(view);
        if (next === undefined || now === undefined) return UNKNOWN;
        return next.at > now ? span(next.at - now) : text.dueNow;
      },
    },
    {
      key: "absorbed",
      title: columns.absorbed,
      cell: ({ phase, absorbed }) => (phase === 0 ? UNKNOWN : count(absorbed)),
      wide: true,
    },
    {
      key: "deficit",
      title: columns.deficit,
      cell: ({ phase, deficit }) =>
        phase === 0 ? UNKNOWN : <span title={moneyExact(deficit)}>{money(deficit, "up")}</span>,
      wide: true,
    },
    {
      key: "actions",
      title: columns.actions,
      cell: (view) => {
        const { group, deficit } = view;
        const name = nameOf(group);
        const id = BigInt(group) as GroupId;
        const ofGroup = (list: readonly HealthView[]) =>
          list.filter((health) => health.group === group).map(({ account }) => account as AccountId);
        const [mine, hedged] = [ofGroup(below), ofGroup(nettable)];
        const what = due(view)?.what;
        const refund = venue && refundOf(deficit, BigInt(venue.params.refund), BigInt(venue.params.minDebt));
        return (
          <span className="inline-flex flex-wrap justify-end gap-1">
            <Act
              of={`poke-${group}`}
              label={text.calls.poke}
              subject={name}
              sentence={text.sentences.poke(name)}
              call={() => callOf(calls.poke(clearinghouse, id))}
            />
            <Act
              of={`absorb-${group}`}
              label={text.calls.absorb}
              subject={name}
              sentence={text.sentences.absorb(text.accounts(mine.length), name)}
              closed={mine.length === 0 ? text.closed.nobody : undefined}
              call={() => callOf(calls.absorb(clearinghouse, id, mine))}
            />
            <Act
              of={`net-${group}`}
              label={text.calls.net}
              subject={name}
              sentence={text.sentences.net(text.accounts(hedged.length), name)}
              closed={hedged.length === 0 ? text.closed.nobodyHedged : undefined}
              call={() => callOf(calls.net(clearinghouse, id, hedged))}
            />
            <Act
              of={`deleverage-${group}`}
              label={text.calls.deleverage}
              subject={name}
              sentence={text.sentences.deleverage(name)}
              reward={refund === undefined ? UNKNOWN : refund > 0n ? text.rewards.refund(money(refund)) : undefined}
              closed={what === "settle" || what === "settling" ? undefined : closedBy(what)}
              call={() => deleverage(group)}
            />
          </span>
        );
      },
    },
  ];
  return (
    <Panel title={text.locks} flush aside={<Age at={groups.dataUpdatedAt} staleAfter={20_000} of={text.locks} />}>
      <p className="border-b border-line px-3 py-2 text-xs text-soft">{text.locksHelp}</p>
      <Shown query={groups}>
        {(rows) => <Table caption={text.locks} columns={list} rows={rows} keyOf={({ group }) => String(group)} />}
      </Shown>
    </Panel>
  );
}

function closedBy(what: string | undefined): string {
  if (what === "lock") return text.closed.locked;
  return what === "lift" ? text.closed.empty : text.closed.normal;
}
