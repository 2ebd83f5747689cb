// SPDX-License-Identifier: MIT
import type { DeployedOptionGroup } from "../../../../sdk/deployment.js";
import { seriesOf } from "../../../../sdk/options/series.js";
import { expiryName } from "../../../../sdk/options/seriesName.js";
import * as calls from "../../../../sdk/viem/calls.js";
import * as optionCalls from "../../../../sdk/viem/optionCalls.js";
import { useConfig } from "wagmi";
import { callOf } from "../../chain/callOf";
import { useChainNow } from "../../chain/head";
import { readerOf } from "../../chain/reader";
import { useHere } from "../../chain/useHere";
import { useOptionChain, type ChainView, type LadderView } from "../../data/options/lens";
import { entryFor } from "../../data/options/rounds";
import { price, span, UNKNOWN } from "../../format";
import { optionsText as text } from "../../text/options";
import { Panel, Shown, Table, type Column } from "../../ui";
import { Act } from "../../ui/Act";
import { GroupBar } from "./GroupBar";
import { SlicePanel } from "./SlicePanel";

/** Rounds that one call reads at most, and the gas that it is given: reading asks for more than it uses. */
const ROUNDS = 400n;
const AMPLE = 6_000_000n;
/** The average begins so long before the expiry, seconds. */
const WINDOW = 1_800n;

/** What anybody may do for a group: its level, its smiles, its risk arrays, and the prices of its expiries. */
export function UpkeepPart({ group }: { readonly group: DeployedOptionGroup }) {
  const chain = useOptionChain(group.group);
  const now = useChainNow();
  return (
    <Shown query={chain}>
      {(view) => (
        <div className="grid gap-1.5">
          <GroupBar group={group} chain={view} ladder={undefined} now={now} aside={<Calls group={group} />} />
          <Panel title={text.expiries} flush>
            <p className="px-3 pt-2 text-xs text-soft">{text.upkeepHelp}</p>
            <Expiries group={group} chain={view} now={now} />
          </Panel>
          <SlicePanel now={now} />
        </div>
      )}
    </Shown>
  );
}

function Calls({ group }: { readonly group: DeployedOptionGroup }) {
  const { clearinghouse } = useHere().deployment;
  return (
    <>
      <Act
        of={`postLevel ${group.group}`}
        label={text.postLevel}
        subject={group.symbol}
        sentence={text.postLevelSentence(group.symbol)}
        call={() => callOf(optionCalls.postLevel(clearinghouse, group.group))}
      />
      <Act
        of={`poke ${group.group}`}
        label={text.poke}
        subject={group.symbol}
        sentence={text.pokeSentence(group.symbol)}
        call={() => callOf(calls.poke(clearinghouse, group.group))}
      />
    </>
  );
}

interface ExpiriesProps {
  readonly group: DeployedOptionGroup;
  readonly chain: ChainView;
  readonly now: bigint | undefined;
}

function Expiries({ group, chain, now }: ExpiriesProps) {
  const { clearinghouse } = useHere().deployment;
  const config = useConfig();
  const rows = [...chain.ladders].sort((a, b) => a.expiry - b.expiry);
  const isOver = ({ expiry }: LadderView) => now !== undefined && now > BigInt(expiry);
  const { upkeepColumns: columns } = text;
  const nameOf = ({ expiry }: LadderView) => `${group.symbol}-${expiryName(BigInt(expiry))}`;
  /** The average begins with the last round at or before the window. */
  const fix = async ({ place, expiry }: LadderView) => {
    const entry = await entryFor(readerOf(config), group.feed, BigInt(expiry) - WINDOW);
    const call = optionCalls.fixPrice(clearinghouse, group.group, Number(place), [entry], ROUNDS);
    return { ...callOf(call), leastGas: AMPLE };
  };
  const list: Column<LadderView>[] = [
    {
      key: "expiry",
      title: columns.expiry,
      left: true,
      cell: (ladder) => <span className="font-medium">{nameOf(ladder)}</span>,
    },
    {
      key: "left",
      title: columns.left,
      cell: (ladder) => {
        if (now === undefined) return UNKNOWN;
        const left = BigInt(ladder.expiry) - now;
        return left > 0n ? span(left) : text.expiredAgo(span(-left));
      },
    },
    {
      key: "price",
      title: columns.price,
      cell: (ladder) => (ladder.settlement !== 0n ? price(ladder.settlement) : isOver(ladder) ? text.awaits : UNKNOWN),
    },
    {
      key: "arrays",
      title: columns.arrays,
      hint: columns.arraysHint,
      cell: ({ strikes }) => `${strikes.filter(({ arrayFresh }) => arrayFresh).length} / ${strikes.length}`,
    },
    {
      key: "actions",
      title: columns.actions,
      cell: (ladder) => {
        const place = Number(ladder.place);
        const series = ladder.strikes.flatMap(({ arrayFresh }, strike) =>
          arrayFresh ? [] : [seriesOf(group.group, { type: "call", ladder: place, strike })],
        );
        const name = nameOf(ladder);
        return (
          <span className="inline-flex gap-1">
            <Act
              of={`refresh ${name}`}
              label={text.refresh}
              subject={name}
              sentence={text.refreshSentence(String(series.length), name)}
              closed={series.length === 0 ? text.allFresh : undefined}
              call={() => callOf(optionCalls.refresh(clearinghouse, series))}
            />
            <Act
              of={`postSmile ${name}`}
              label={text.postSmile}
              subject={name}
              sentence={text.postSmileSentence(name)}
              closed={isOver(ladder) ? text.over : undefined}
              call={() => callOf(optionCalls.postSmile(clearinghouse, group.group, place))}
            />
            <Act
              of={`fixPrice ${name}`}
              label={text.fixPrice}
              subject={name}
              sentence={text.fixPriceSentence(name)}
              closed={ladder.settlement !== 0n ? text.isFixed : isOver(ladder) ? undefined : text.notOver}
              call={() => fix(ladder)}
            />
          </span>
        );
      },
    },
  ];
  return (
    <Table
      caption={text.expiries}
      columns={list}
      rows={rows}
      keyOf={({ place }) => String(place)}
      empty={<p className="p-3 text-xs text-soft">{text.noExpiry}</p>}
    />
  );
}
