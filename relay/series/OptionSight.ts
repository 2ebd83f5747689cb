// SPDX-License-Identifier: MIT
import type { Header } from "../../sdk/client/chain/blocks.js";
import { STRIKES, seriesOf } from "../../sdk/options/series.js";
import type { Venue } from "../../sdk/state/Venue.js";
import type { LensReader } from "./LensReader.js";

/** The mark of a series, and the forward of its expiry. */
export interface SeriesMark {
  readonly mark: bigint;
  readonly forward: bigint;
}

/** What events do not tell of an option group. */
export interface GroupSight {
  /** NORMAL and not at a gap, with a fresh price and a fresh volatility level. */
  readonly isOpen: boolean;
  readonly spot: bigint;
  readonly level: bigint;
  readonly versions: bigint;
  /** By the number of the series: of all that are listed, expired ones too. */
  readonly marks: ReadonlyMap<bigint, SeriesMark>;
  /** Calls of the strikes whose risk array is not fresh: whoever needs it computes it. */
  readonly stale: ReadonlySet<bigint>;
}

/** All groups as of one block. */
export interface OptionSight {
  readonly header: Header;
  readonly groups: ReadonlyMap<bigint, GroupSight>;
}

const NORMAL = 0n;

/** Asks the lens about every group, at a block. */
export async function seeOptions(reader: LensReader, venue: Venue, header: Header): Promise<OptionSight> {
  const ids = [...venue.groups.keys()];
  const groups = await Promise.all(ids.map(async (id) => [id, await seeGroup(reader, id, header)] as const));
  return { header, groups: new Map<bigint, GroupSight>(groups) };
}

async function seeGroup(reader: LensReader, group: bigint, { number }: Header): Promise<GroupSight> {
  const [view, isGapped] = await Promise.all([reader.chain(group, number), reader.isGapped(group, number)]);
  const { phase, fresh, factors, perpetual, ladders } = view;
  const { spot, level, versions } = factors;
  const [marks, stale] = [new Map<bigint, SeriesMark>(), new Set<bigint>()];
  marks.set(seriesOf(group, { type: "perpetual" }), { mark: perpetual.mark, forward: spot });
  for (const { place, future, strikes } of ladders) {
    const [ladder, forward] = [Number(place), future.mark];
    marks.set(seriesOf(group, { type: "future", ladder }), { mark: forward, forward });
    for (let strike = 0; strike < STRIKES; ++strike) {
      const { call, put, arrayFresh } = strikes[strike]!;
      if (!arrayFresh) stale.add(seriesOf(group, { type: "call", ladder, strike }));
      marks.set(seriesOf(group, { type: "call", ladder, strike }), { mark: call.mark, forward });
      marks.set(seriesOf(group, { type: "put", ladder, strike }), { mark: put.mark, forward });
    }
  }
  return { isOpen: phase === NORMAL && fresh && !isGapped, spot, level, versions: BigInt(versions), marks, stale };
}
