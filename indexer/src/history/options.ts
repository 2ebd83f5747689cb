// SPDX-License-Identifier: MIT
// What only a clearinghouse of options tells: expiries, volatilities, slices, and what is collected at an expiry.
import { entries, expiries, levels, lifecycles, markets, positions, slices, smiles } from "../../schema";
import { PERPETUAL_INDEX } from "../../../sdk/options/series";
import { NOBODY, indexOf, marketOf, type AccountId, type GroupId, type MarketId } from "../../../sdk/order";
import { newMarket } from "../../../sdk/state/governance";
import { stamp, stampTime, type Scene } from "../scene";
import { rowOfMarket } from "../state/convert";
import { positionId } from "../state/ids";

/** Places of a ladder's series: 15 calls, 15 puts and a future. */
const PLACES = 31;

/** An expiry: its row, its smile, and the rows of its series where their place is used for the first time. */
export async function ladderListed(scene: Scene<"LadderListed">): Promise<void> {
  const { rows, event, part, seq, tx, at } = scene;
  const { group, base, step, smile } = event;
  const [place, expiry, listedAt] = [Number(event.ladder), Number(event.expiry), Number(at.timestamp)];
  const ended = { settlement: null, fixedAt: null };
  rows.put(expiries, {
    id: expiryId(group, place, expiry),
    seq,
    group,
    place,
    expiry,
    base,
    step,
    listedAt,
    ...ended,
    tx,
  });
  rows.put(smiles, { ...stampTime(scene), group, place, expiry, smile });
  const { parameters } = part.groups.get(group)!.markets[PERPETUAL_INDEX]!;
  for (let index = place * 32; index < place * 32 + PLACES; ++index) {
    const id = marketOf(group, index, "options");
    if ((await rows.find(markets, id)) !== undefined) continue;
    rows.put(markets, rowOfMarket({ ...newMarket(id, NOBODY, false, 0n), parameters }, "options"));
  }
}

export async function smilePosted(scene: Scene<"SmilePosted">): Promise<void> {
  const { event, part } = scene;
  const { group, smile } = event;
  const place = Number(event.ladder);
  const { expiry } = part.groups.get(group)!.options!.ladders.get(place)!;
  scene.rows.put(smiles, { ...stampTime(scene), group, place, expiry: Number(expiry), smile });
}

export async function levelPosted(scene: Scene<"LevelPosted">): Promise<void> {
  const { group, level, observedAt } = scene.event;
  scene.rows.put(levels, { ...stampTime(scene), group, level, observedAt: Number(observedAt) });
}

export async function priceFixed({ rows, event, at }: Scene<"PriceFixed">): Promise<void> {
  const { group, ladder, expiry, price } = event;
  const row = (await rows.find(expiries, expiryId(group, Number(ladder), Number(expiry))))!;
  rows.put(expiries, { ...row, settlement: price, fixedAt: Number(at.timestamp) });
}

export async function sliced(scene: Scene<"Sliced">): Promise<void> {
  const { kind: _, ...told } = scene.event;
  const { group } = scene.part.accounts.get(told.account)!;
  scene.rows.put(slices, { ...stamp(scene), group, ...told });
}

/** What was collected of an expired series, or of a position that was torn up; `takenOver` says so if it was not. */
export async function collected({ rows, event, part, seq }: Scene<"PositionChanged">): Promise<void> {
  const { account, market, position } = event;
  const { collected: moved } = part.groups.get(part.accounts.get(account)!.group)!.markets[indexOf(market, part.kind)]!;
  if (position !== 0n || moved === undefined) return;
  const line = await rows.find(entries, entryId(seq, account, market));
  if (line !== undefined) rows.put(entries, { ...line, kind: "COLLECTED" });
}

/** A leg of a slice: what its taker closed by it just before was no collection. */
export async function takenOver({ rows, event, seq }: Scene<"Liquidated">): Promise<void> {
  const { taker, market } = event;
  const line = await rows.find(entries, entryId(seq - 1, taker, market));
  if (line?.kind !== "COLLECTED") return;
  rows.put(entries, { ...line, kind: "POSITION" });
  const position = await rows.find(positions, positionId(taker, market));
  const life = position && (await rows.find(lifecycles, `${position.id}-${position.lifecycle}`));
  if (life?.closedBy === "EXPIRY" && life.closedSeq === seq - 1) rows.put(lifecycles, { ...life, closedBy: "TRADE" });
}

const expiryId = (group: GroupId, place: number, expiry: number): string => `${group}-${place}-${expiry}`;
const entryId = (seq: number, account: AccountId, market: MarketId): string => `${seq}-${account}-${market}`;
