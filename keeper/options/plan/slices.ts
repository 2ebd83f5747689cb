// SPDX-License-Identifier: MIT
import { seriesKind, seriesOf, type SeriesId } from "../../../sdk/options/series.js";
import type { AccountId } from "../../../sdk/order.js";
import { money, type Money } from "../../../sdk/units.js";
import { planned, type Planned } from "../../plan/planned.js";
import { countOf } from "../actions/OptionKind.js";
import { liquidateSlice, type LiquidateSlice } from "../actions/liquidateSlice.js";
import { maxRefreshed, refresh, type Refresh } from "../actions/refresh.js";
import type { GroupView, Health } from "../look/lens.js";
import type { GroupScene, OwnAccount } from "../look/Scene.js";
import type { OptionRules } from "./OptionPolicy.js";
import { sliceOf } from "./sliceOf.js";

const ONE = 10n ** 18n;
const PPM = 1_000_000n;
/** Less of an account is not worth a transaction: 1e-18. */
const MIN_FRACTION = ONE / 50n;
/** What is planned may be taken a little later: part of its own margin that stays free, a whole over it. */
const SPARE = 50n;

/**
 * Slices of those below maintenance margin, the most endangered first, as far as own margin and appetite go; before
 * them a refresh of the arrays that these need. No two count on the same margin: margin of a sum is at most the sum of
 * margins. Nor on the same places: an account holds no more series than `maxLegs`, or than it takes over at once.
 */
export function slicesDue(
  rules: OptionRules,
  group: GroupScene,
  appetite: { left: Money },
): Planned<LiquidateSlice | Refresh>[] {
  const { view, own } = group;
  if (own === undefined || !view.spotFresh || view.absorbableFrom > rules.time) return [];
  if (own.initial > 0n && own.equity * PPM < own.initial * rules.policy.minOwnMargin) return [];
  const means = { room: ((own.equity - own.initial) * (SPARE - 1n)) / SPARE, appetite, held: own.held };
  const slices: Planned<LiquidateSlice>[] = [];
  for (const health of inDanger(group, own)) {
    const slice = planSlice(rules, group, health, means);
    if (slice !== undefined) slices.push(slice);
  }
  return [...refreshesFor(rules, group, slices), ...slices];
}

/** Below maintenance margin and not below zero, the lowest equity / maintenance first. */
function inDanger({ atRisk }: GroupScene, own: OwnAccount): Health[] {
  const list = atRisk.filter(
    ({ account, equity, maintenance }) => account !== own.account && equity >= 0n && equity < maintenance,
  );
  return [...list].sort((a, b) => Number(a.equity * b.maintenance - b.equity * a.maintenance));
}

interface Means {
  room: bigint;
  /** Series that its account holds by then, a bit each. */
  held: bigint;
  readonly appetite: { left: Money };
}

function planSlice(
  rules: OptionRules,
  { id, view, hintsFor }: GroupScene,
  health: Health,
  means: Means,
): Planned<LiquidateSlice> | undefined {
  const { params, venue, risk } = view;
  const held = means.held | health.held;
  if (countOf(held) > Math.max(Number(risk.maxLegs), countOf(health.held))) return undefined;
  const { fraction, cost } = sliceOf(health, params);
  const notional = (health.maintenance * PPM) / params.maintenanceMargin;
  const byMargin = means.room <= 0n ? 0n : (means.room * ONE) / max(health.initial, 1n);
  const byAppetite = (means.appetite.left * ONE) / max(notional, 1n);
  const most = min(byMargin, byAppetite);
  const taken = min(fraction, most);
  if (taken < min(fraction, MIN_FRACTION)) return undefined;
  const reward = money((((cost * taken) / ONE) * venue.keeperShare) / PPM);
  const action: LiquidateSlice = {
    kind: "liquidateSlice",
    group: Number(id),
    account: health.account as AccountId,
    number: Number(id),
    maxFraction: min(most, ONE),
    expected: health.held,
    minReward: money(reward / 2n),
    deadline: rules.time + venue.lockDelay,
    hints: hintsFor?.(health.account as AccountId, taken) ?? [],
  };
  const slice = planned(liquidateSlice, rules, action, 1, reward, dangerOf(health));
  if (!slice.wanted) return undefined;
  means.held = held;
  means.room -= (health.initial * taken) / ONE;
  means.appetite.left = money(means.appetite.left - (notional * taken) / ONE);
  return slice;
}

/** The arrays that the slices read and that are not fresh: each slice would compute them some times over. */
function refreshesFor(rules: OptionRules, { id, view, own }: GroupScene, slices: readonly Planned<LiquidateSlice>[]) {
  if (slices.length === 0) return [];
  const held = slices.reduce((all, { action }) => all | action.expected, own?.held ?? 0n);
  const series = staleIn(view, held).slice(0, maxRefreshed(rules.policy.transactionGas));
  if (series.length === 0) return [];
  return [planned(refresh, rules, { kind: "refresh", group: Number(id), series }, 1)];
}

/** Of what is held, one series for each array that is not fresh, in the order of ladders. */
export function staleIn(view: GroupView, held: bigint): SeriesId[] {
  const list: SeriesId[] = [];
  for (const { place, expiry, arraysFresh } of view.expiries) {
    if (view.live.time >= expiry) continue;
    for (let strike = 0n; strike < 15n; ++strike) {
      const both = (held >> ((place << 5n) | (strike << 1n))) & 3n;
      if (both === 0n || ((arraysFresh >> strike) & 1n) === 1n) continue;
      list.push(seriesOf(view.group, { type: "call", ladder: Number(place), strike: Number(strike) }));
    }
  }
  return list.filter((each) => seriesKind(each).type === "call");
}

/** Equity / maintenance, as a float: only its order counts. */
function dangerOf({ equity, maintenance }: Health): number {
  return maintenance === 0n ? 0 : Number((equity * 1_000_000n) / maintenance) / 1e6;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
