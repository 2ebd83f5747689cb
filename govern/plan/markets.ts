// SPDX-License-Identifier: MIT
import { MODES } from "../../deploy/deploy-novation.js";
import { ROLES } from "../../deploy/roles.js";
import { MARKET_BOUNDS, MARKET_UNITS } from "../../sdk/parameters/market.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { MarketView } from "../../sdk/views.js";
import { CLEARINGHOUSE, roleOf } from "../look/roles.js";
import type { Situation } from "../look/Situation.js";
import { priceText } from "../text/amounts.js";
import { momentText, span } from "../text/span.js";
import type { Wish, WishedMarket } from "../wish/Wish.js";
import type { PausesKnown, Problems } from "./drafts.js";
import type { Change, Draft } from "./Operation.js";
import { parametersAfter } from "./parameters.js";
import { groupNamed, marketNamed, sameAddress } from "./resolve.js";

/** Bounds of the contract: ParameterLib.WIND_DOWN_NOTICE and MAX_PAUSE. */
export const WIND_DOWN_NOTICE = 172_800n;
export const MAX_PAUSE = 604_800n;
const NO_NEW_RISK = 1n;
/** Until a pause that is sent at once stands in a block. */
const SLACK = 60n;

type Part = Pick<Draft, "title" | "name" | "changes"> & { args: unknown[] } & Partial<
    Pick<Draft, "after" | "since" | "wait" | "lapse">
  >;

/** A call of the clearinghouse, for the role that may make it. */
export function clearinghouseDraft(situation: Situation, part: Part): Draft {
  const { args, ...rest } = part;
  const data = CLEARINGHOUSE.encodeFunctionData(part.name, args) as Hex;
  const role = situation.authority.roles.find(({ functions }) => functions.includes(part.name));
  const on = { on: "clearinghouse", data, role: role?.id ?? 0n, targetDelay: 0n } as const;
  return { after: [], since: undefined, wait: 0n, lapse: undefined, ...rest, ...on };
}

/** Listings, sources, parameters and ends of markets. */
export function marketDrafts(wish: Wish, situation: Situation, pauses: PausesKnown, problems: Problems): Draft[] {
  return Object.entries(wish.markets ?? {}).flatMap(([symbol, wished]) => {
    const market = marketNamed(symbol, situation, wish);
    if (market !== undefined) return changesOf(symbol, wished, market, { situation, pauses, problems });
    if (wished.list !== undefined) return listingOf(symbol, wished, wish, situation, problems);
    problems.add(
      "unknown",
      ["markets", symbol],
      `there is no such market: ${situation.markets.map(({ market: id }) => situation.symbolOf(id)).join(", ")}. To list one, say list`,
    );
    return [];
  });
}

interface Around {
  situation: Situation;
  pauses: PausesKnown;
  problems: Problems;
}

function changesOf(symbol: string, wished: WishedMarket, market: MarketView, around: Around): Draft[] {
  const { situation, problems } = around;
  const path = ["markets", symbol];
  const id = market.market;
  const drafts: Draft[] = [];
  const make = (part: Part) => drafts.push(clearinghouseDraft(situation, part));
  const settled = market.status === 2n;
  const after = parametersAfter(
    {
      scope: symbol,
      path,
      units: MARKET_UNITS,
      bounds: MARKET_BOUNDS as never,
      present: market.params as never,
      wished,
    },
    problems,
  );
  const changed = after !== undefined || (wished.source !== undefined && !sameAddress(wished.source, market.source));
  if (settled && (changed || wished.status === "open")) {
    problems.add("bad", path, "the market has ended, and an ended market stays as it is: list another");
    return [];
  }
  if (wished.source !== undefined && !sameAddress(wished.source, market.source)) {
    const change = { scope: symbol, name: "source", before: market.source, after: wished.source, bounds: undefined };
    make({ title: `${symbol}: price source`, name: "setPriceSource", args: [id, wished.source], changes: [change] });
  }
  if (after !== undefined) {
    make({ title: `${symbol}: parameters`, name: "setMarketParams", args: [id, after.values], changes: after.changes });
  }
  const pausedNow = market.pausedUntil > situation.header.timestamp;
  if (wished.paused === "no" && pausedNow) {
    const change: Change = {
      scope: symbol,
      name: "pause",
      before: `until ${momentText(market.pausedUntil)}`,
      after: "none",
      bounds: undefined,
    };
    make({ title: `${symbol}: end of the pause`, name: "unpause", args: [id], changes: [change] });
  }
  if (wished.status === "settled" && !settled) windDown(symbol, market, around, drafts);
  return drafts;
}

/** A pause of new risk, unless one runs for long enough, and the end two days after it began. */
function windDown(symbol: string, market: MarketView, { situation, pauses }: Around, drafts: Draft[]): void {
  const id = market.market;
  const now = situation.header.timestamp;
  const pause = pauses.get(id);
  const runs = pause !== undefined && pause.level >= NO_NEW_RISK && pause.until > now ? pause : undefined;
  const governor = situation.authority.roles.find(({ functions }) => functions.includes("settleMarket"));
  const delay = governor?.members.reduce((most, member) => (member.delay > most ? member.delay : most), 0n) ?? 0n;
  const left = runs === undefined ? WIND_DOWN_NOTICE : runs.since + WIND_DOWN_NOTICE - now;
  const notice = left > 0n ? left : 0n;
  const soonest = delay > notice ? delay : notice;
  const before = drafts.map(({ title }) => title);
  const lasts = runs !== undefined && runs.until > now + soonest + 3_600n;
  const title = `${symbol}: notice of its end`;
  if (!lasts) {
    const change: Change = {
      scope: symbol,
      name: "pause",
      before: runs === undefined ? "none" : `until ${momentText(runs.until)}`,
      after: `no new risk, for ${span(MAX_PAUSE)}`,
      bounds: `at most ${span(MAX_PAUSE)}`,
    };
    drafts.push(
      clearinghouseDraft(situation, { title, name: "pause", args: [id, NO_NEW_RISK, MAX_PAUSE], changes: [change] }),
    );
  }
  const change: Change = {
    scope: symbol,
    name: "status",
    before: "open",
    after: `settled at the live mark of that moment (now ${priceText(market.mark)})`,
    bounds: `after ${span(WIND_DOWN_NOTICE)} of paused new risk`,
  };
  drafts.push(
    clearinghouseDraft(situation, {
      title: `${symbol}: end`,
      name: "settleMarket",
      args: [id],
      changes: [change],
      after: lasts ? before : [...before, title],
      since: lasts ? undefined : title,
      wait: lasts ? notice : (runs === undefined ? WIND_DOWN_NOTICE : notice) + SLACK,
      lapse: lasts ? runs!.until - now : MAX_PAUSE,
    }),
  );
}

function listingOf(
  symbol: string,
  wished: WishedMarket,
  wish: Wish,
  situation: Situation,
  problems: Problems,
): Draft[] {
  const path = ["markets", symbol];
  const { source, list, status, paused, ...wishes } = wished;
  if (source === undefined)
    problems.add("bad", [...path, "source"], "it is missing: a new market needs a price source");
  if (status === "settled") problems.add("bad", [...path, "status"], "a market that is not there cannot be settled");
  if (paused !== undefined) problems.add("bad", [...path, "paused"], "a market that is not there is not paused");
  const units = { scope: symbol, path, units: MARKET_UNITS, bounds: MARKET_BOUNDS as never, present: undefined };
  const after = parametersAfter({ ...units, wished: wishes }, problems);
  const group = groupNamed(list!.group, situation, wish);
  const isNew = group === undefined;
  const host = isNew ? newGroupOf(symbol, wish) : undefined;
  if (isNew && host === undefined) {
    problems.add(
      "unknown",
      [...path, "list", "group"],
      'there is no such group: give its number, a market of it, or "new"',
    );
  }
  if (source === undefined || after === undefined || (isNew && host === undefined)) return [];
  const number = isNew ? situation.venue.groups + 1n : group;
  const groupTitle = `group ${number}: made for ${host ?? ""}`;
  const changes: Change[] = [
    {
      scope: symbol,
      name: "group",
      before: "–",
      after: isNew ? `${number}, a new one` : `${number}`,
      bounds: undefined,
    },
    { scope: symbol, name: "mechanism", before: "–", after: list!.mechanism, bounds: "fixed for ever" },
    { scope: symbol, name: "source", before: "–", after: source, bounds: undefined },
    ...after.changes,
  ];
  const made =
    host === symbol
      ? [clearinghouseDraft(situation, { title: groupTitle, name: "createGroup", args: [], changes: [] })]
      : [];
  const args = [number, source, MODES[list!.mechanism], after.values];
  const listed = { title: `${symbol}: listing`, name: "createMarket", args, changes };
  return [...made, clearinghouseDraft(situation, { ...listed, after: isNew ? [groupTitle] : [] })];
}

/** The market for which a new group is made, following markets that are to be listed beside each other. */
function newGroupOf(symbol: string, wish: Wish, seen: readonly string[] = []): string | undefined {
  const group = wish.markets?.[symbol]?.list?.group;
  if (group === "new") return symbol;
  return group === undefined || seen.includes(group) ? undefined : newGroupOf(group, wish, [...seen, symbol]);
}

/** What a role is called, for messages. */
export function roleLabel(situation: Situation, role: bigint): string {
  const planned = Object.entries(ROLES).find(([, { id }]) => id === role)?.[0];
  return roleOf(situation.authority, role)?.label ?? planned ?? `role-${role}`;
}
