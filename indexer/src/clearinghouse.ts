// SPDX-License-Identifier: MIT
// An event of the clearinghouse, over rows: the SDK's rule changes the state, and history is told of the difference.
import { nodes } from "../schema";
import { apply } from "../../sdk/state/apply";
import type { EventKind, EventOf, VenueEvent } from "../../sdk/state/events";
import { fundingAt } from "../../sdk/state/funding";
import { legOf } from "../../sdk/margin/leg";
import { quoteOf, seenAt } from "../../sdk/margin/quote";
import { changesOf, type Change } from "./history/change";
import { pledgeMoved, stockSold } from "./history/collateral";
import { recordCash, recordPosition } from "./history/entries";
import { matched, orderCancelled, orderSkipped, traded } from "./history/fills";
import { follow } from "./history/lifecycle";
import { callCleared, inventorySold, liquidated, marginCalled } from "./history/liquidations";
import * as locks from "./history/locks";
import { frozenMarkOf } from "./history/locks";
import * as options from "./history/options";
import { recordSamples } from "./history/marks";
import { feesCollected, governs, marketCreated, recordParameters, valuesOf } from "./history/parameters";
import type { Rows } from "./rows/Rows";
import type { Fixed } from "./indexer";
import { UNKNOWN, marketOfPart, remainingOf, snapshot, type Moment, type Scene } from "./scene";
import { nodeId } from "./state/ids";
import { emptyPart, loadNeeds, loadVenue } from "./state/load";
import { needsOf } from "./state/needs";
import { RowJournal } from "./state/RowJournal";
import { save } from "./state/save";

type History = { readonly [K in EventKind]?: (scene: Scene<K>) => Promise<void> };

/** What history has of each event beside entries, lifecycles and parameters, which follow from the difference. */
const HISTORY: History = {
  Traded: traded,
  Matched: matched,
  OrderCancelled: orderCancelled,
  OrderSkipped: orderSkipped,
  FeesCollected: feesCollected,
  MarginCalled: marginCalled,
  MarginCallCleared: callCleared,
  Liquidated: liquidated,
  InventorySold: inventorySold,
  Locked: locks.locked,
  Unlocked: locks.unlocked,
  Absorbed: locks.absorbed,
  NetRegistered: locks.netRegistered,
  NetSettled: locks.netSettled,
  Charged: locks.charged,
  Deleveraged: locks.deleveraged,
  Netted: locks.netted,
  NodeTornUp: nodeTornUp,
  ShortfallSuffered: locks.shortfallSuffered,
  ShortfallHealed: locks.shortfallHealed,
  Covered: locks.covered,
  MarketCreated: marketCreated,
  Pledged: pledgeMoved,
  PledgeWithdrawn: pledgeMoved,
  PledgeFeeTaken: pledgeMoved,
  PledgeBought: pledgeMoved,
  PledgeBoughtByLine: pledgeMoved,
  StockSold: stockSold,
  LadderListed: options.ladderListed,
  SmilePosted: options.smilePosted,
  LevelPosted: options.levelPosted,
  PriceFixed: options.priceFixed,
  PositionChanged: options.collected,
  Sliced: options.sliced,
};

/** Everything that an event of the clearinghouse does to the tables. */
export async function clearinghouseEvent(
  rows: Rows,
  event: VenueEvent,
  moment: Moment,
  { tokenDecimals, kind }: Pick<Fixed, "tokenDecimals" | "kind">,
): Promise<void> {
  const part = emptyPart(tokenDecimals, kind, new RowJournal());
  await loadVenue(rows, part);
  await loadNeeds(rows, part, needsOf(event, part.vault, kind));
  const before = snapshot(part);
  const values = governs(event) ? valuesOf(part) : new Map<string, string>();
  const remaining = event.kind === "NodeTornUp" ? remainingOf(part) : new Map<string, bigint>();
  apply(part, event, moment.at);
  await save(rows, part, moment.at);

  const scene: Scene = { ...moment, rows, event, before, values, remaining, part };
  const changes = await changesOf(scene);
  for (const change of changes) await recordChange(scene, change, changes);
  await recordSamples(scene);
  recordCash(scene, new Set(changes.map(({ account }) => account)));
  if (governs(event)) recordParameters(scene);
  await (HISTORY[event.kind] as ((scene: Scene) => Promise<void>) | undefined)?.(scene);
}

/** Ledger and lifecycle of a position. An account with several changed legs books its cash with the first of them. */
async function recordChange(scene: Scene, change: Change, all: readonly Change[]): Promise<void> {
  const { event } = scene;
  const { account } = change;
  const { cash } = scene.part.accounts.get(account)!;
  const moved = cash - (scene.before.get(account) ?? UNKNOWN).cash;
  const isFirst = all.find((each) => each.account === account) === change;
  recordPosition(scene, change, { change: isFirst ? moved : 0n, cash });
  if (event.kind !== "Absorbed") return follow(scene, change, moved);
  const worth = scene.part.kind === "linear" ? worthOf(scene, event, change) : isFirst ? legsOf(scene, event) : 0n;
  return follow(scene, change, await worth);
}

/**
 * What all positions of an account of options were worth at the frozen factors, which are a model's marks: what it owed
 * less its cash. Its first position has it all.
 */
function legsOf({ before }: Scene, { account, deficit }: EventOf<"Absorbed">): bigint {
  return -deficit - (before.get(account) ?? UNKNOWN).cash;
}

/** What the position of an absorbed account was worth at the frozen mark: that is what it brought. */
async function worthOf({ rows }: Scene, { lock }: EventOf<"Absorbed">, { market, before }: Change): Promise<bigint> {
  const mark = await frozenMarkOf(rows, market.id, lock);
  return legOf(market, before, quoteOf(market, seenAt(mark), market.fundingTime)).value;
}

/** What the torn-up part of a node paid so far stays with its shares. */
async function nodeTornUp(scene: Scene<"NodeTornUp">): Promise<void> {
  const { rows, event, part, at, remaining } = scene;
  const market = marketOfPart(part, event.market);
  const id = nodeId(event);
  const row = (await rows.find(nodes, id))!;
  const remainingBefore = remaining.get(id)!;
  const torn = remainingBefore - event.remaining;
  const charge = event.longs ? market.chargeLong : market.chargeShort;
  rows.put(nodes, {
    ...row,
    tornFunding: row.tornFunding + torn * fundingAt(market, at.timestamp),
    tornCharge: row.tornCharge + torn * charge,
  });
  await locks.nodeTornUp(scene, remainingBefore);
}
