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
import { useMyAccount } from "../../chain/useMyAccount";
import {
  useOptionChain,
  useOptionGroup,
  type ChainView,
  type ExpiryView,
  type LadderView,
  type OptionGroupView,
} from "../../data/options/lens";
import { entriesFor } from "../../data/options/rounds";
import { price, span, UNKNOWN } from "../../format";
import { optionsText as text } from "../../text/options";
import { Panel, Shown, Table, type Column } from "../../ui";
import { Act } from "../../ui/Act";
import { GroupBar } from "./GroupBar";
import { SlicePanel } from "./SlicePanel";

/** Steps of a settlement that one call takes at most. */
const STEPS = 400n;
/** Rounds that one call reads at most, and the gas that it is given: reading asks for more than it uses. */
const ROUNDS = 400n;
const AMPLE = 6_000_000n;

/** What anybody may do for a group: its level, its smiles, its risk arrays, and the prices of its expiries. */
export function UpkeepPart({ group }: { readonly group: DeployedOptionGroup }) {
  const chain = useOptionChain(group.group);
  const state = useOptionGroup(group.group);
  return (
    <Shown query={chain}>
      {(view) => <Shown query={state}>{(found) => <Upkeep group={group} chain={view} state={found} />}</Shown>}
    </Shown>
  );
}

interface UpkeepProps {
  readonly group: DeployedOptionGroup;
  readonly chain: ChainView;
  readonly state: OptionGroupView;
}

function Upkeep({ group, chain, state }: UpkeepProps) {
  const now = useChainNow();
  return (
    <div className="grid gap-1.5">
      <GroupBar {...{ group, chain, state, now }} ladder={undefined} aside={<Calls group={group} state={state} />} />
      {now !== undefined && state.phase === 0 && <p className="px-1 text-xs text-soft">{dueOf(state, now)}</p>}
      <Panel title={text.expiries} flush>
        <p className="px-3 pt-2 text-xs text-soft">{text.upkeepHelp}</p>
        <Expiries group={group} chain={chain} state={state} now={now} />
      </Panel>
      <SlicePanel state={state} now={now} />
    </div>
  );
}

/** What a poke would bring. */
function dueOf({ gapped, anchorsDue }: OptionGroupView, now: bigint): string {
  if (gapped) return text.gapped;
  return anchorsDue > now ? text.anchors(span(anchorsDue - now)) : text.anchorsDue;
}

function Calls({ group, state }: Pick<UpkeepProps, "group" | "state">) {
  const { clearinghouse } = useHere().deployment;
  const isNewer = BigInt(state.toldTime) > state.levelTime;
  return (
    <>
      <Act
        of={`postLevel ${group.group}`}
        label={text.postLevel}
        subject={group.symbol}
        sentence={text.postLevelSentence(group.symbol)}
        closed={isNewer ? undefined : text.nothingNewer}
        reward={null}
        call={() => callOf(optionCalls.postLevel(clearinghouse, group.group))}
      />
      <Act
        of={`poke ${group.group}`}
        label={text.poke}
        subject={group.symbol}
        sentence={text.pokeSentence(group.symbol)}
        reward={null}
        call={() => callOf(calls.poke(clearinghouse, group.group))}
      />
      <Act
        of={`settle ${group.group}`}
        label={text.settle}
        subject={group.symbol}
        sentence={text.settleSentence(group.symbol)}
        reward={null}
        closed={state.phase === 0 ? text.notLocked : undefined}
        call={() => callOf(calls.deleverage(clearinghouse, group.group, STEPS))}
      />
    </>
  );
}

interface ExpiriesProps {
  readonly group: DeployedOptionGroup;
  readonly chain: ChainView;
  readonly state: OptionGroupView;
  readonly now: bigint | undefined;
}

function Expiries({ group, chain, state, now }: ExpiriesProps) {
  const { clearinghouse } = useHere().deployment;
  const config = useConfig();
  const me = useMyAccount();
  const rows = [...chain.ladders].sort((a, b) => a.expiry - b.expiry);
  const isOver = ({ expiry }: LadderView) => now !== undefined && now > BigInt(expiry);
  const { upkeepColumns: columns } = text;
  const nameOf = ({ expiry }: LadderView) => `${group.symbol}-${expiryName(BigInt(expiry))}`;
  const fix = async ({ place }: LadderView) => {
    const client = readerOf(config);
    const fixing = (entries: readonly bigint[]) => {
      const call = optionCalls.fixPrice(clearinghouse, group.group, Number(place), entries, ROUNDS);
      return { ...callOf(call), leastGas: AMPLE };
    };
    const block = await client.getBlockNumber();
    const attempt = (entries: readonly bigint[]) => client.tryCall({ from: me!.owner, ...fixing(entries) }, block);
    return fixing(await entriesFor(client, state.feed, attempt));
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
              reward={null}
              closed={series.length === 0 ? text.allFresh : undefined}
              call={() => callOf(optionCalls.refresh(clearinghouse, series))}
            />
            <Act
              of={`postSmile ${name}`}
              label={text.postSmile}
              subject={name}
              sentence={text.postSmileSentence(name)}
              reward={null}
              closed={
                isOver(ladder) ? text.over : smileFlaw(state.expiries.find((each) => each.place === ladder.place))
              }
              call={() => callOf(optionCalls.postSmile(clearinghouse, group.group, place))}
            />
            <Act
              of={`fixPrice ${name}`}
              label={text.fixPrice}
              subject={name}
              sentence={text.fixPriceSentence(name)}
              reward={null}
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

/** Why no smile can be posted now; undefined: one can be. */
function smileFlaw(expiry: ExpiryView | undefined): string | undefined {
  if (expiry === undefined || expiry.told === 0n) return text.noSmile;
  if (expiry.told === expiry.smile) return text.sameSmile;
  return expiry.smilePending ? text.smilePending : undefined;
}
