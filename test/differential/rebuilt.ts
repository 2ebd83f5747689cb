// SPDX-License-Identifier: MIT
import { NEW_FRAME } from "../../sdk/frame.js";
import { marketOf, type AccountId, type GroupId, type MarketId } from "../../sdk/order.js";
import { MARKET_UNITS } from "../../sdk/parameters/market.js";
import { noParameters } from "../../sdk/parameters/units.js";
import { hasFunding } from "../../sdk/state/funding.js";
import type { Venue, Market, Pause, Side } from "../../sdk/state/Venue.js";
import { NEVER_PAUSED } from "../../sdk/state/governance.js";
import { packPosition } from "../../sdk/state/position.js";
import { cashOf, protectedCash as protectedCashOf } from "../../sdk/state/recovery.js";
import { isRegistered } from "../../sdk/state/relief.js";
import type { StorageLens } from "../../types/ethers-contracts/index.js";
import type { StoredStructOutput } from "../../types/ethers-contracts/contracts/mocks/StorageLens.js";
import { decode } from "./decode.js";
import type { Ask } from "./history.js";

/** Everything of a venue that events tell, one entry a stored field. */
export type Facts = Map<string, string>;

const PHASES = ["NORMAL", "LOCKED", "SETTLING"];
/** Words of fills that are looked at in every account: lanes 0 to 17. */
const WORDS = [...Array(9).keys()];
const MARKETS_AT_ONCE = 64;
const LADDERS = 8;
const LINKED = 1n << 208n;
const TOUCHED = 1n << 209n;
const CLOSED = 1n << 210n;
const MASK_96 = (1n << 96n) - 1n;

/** What the rebuilt state says. */
export function factsOf(venue: Venue): Facts {
  const facts: Facts = new Map();
  const { recovery, outflow } = venue;
  const { held, shortfall, fees, protectedCash, epoch, index } = recovery;
  note(facts, "recovery", { held, shortfall, fees, protectedCash, epoch, index });
  note(facts, "outflow", outflow);
  note(facts, "parameters", venue.parameters);
  note(facts, "pause of all", venue.pauses.get(0n as never) ?? NEVER_PAUSED);
  const groups = [...venue.groups.values()];
  note(facts, "venue", {
    groupCount: groups.length,
    lockedGroups: groups.filter(({ phase }) => phase !== "NORMAL").length,
    anyStoppedUntil: venue.anyStoppedUntil,
    vault: BigInt(venue.vault),
    treasury: BigInt(venue.treasury),
    accessGate: BigInt(venue.accessGate),
    collateralCount: venue.collaterals.size,
  });
  for (const group of groups) {
    const {
      id,
      markets,
      phase,
      gapLevel,
      until,
      lockedAt,
      lastUnlock,
      absorbed,
      deficit,
      reserve,
      vaultBudget,
      relieved,
    } = group;
    note(facts, `group ${id}`, {
      phase,
      markets: venue.kind === "linear" ? markets.length : 0, // the ledger counts no series
      gapLevel,
      until,
      lockedAt,
      lastUnlock,
      absorbed,
      deficit,
      reserve,
      vaultBudget,
      relieved,
    });
    for (const market of markets) marketFacts(facts, venue, market);
  }
  for (const account of venue.accounts.values()) {
    const cash = cashOf(venue, account);
    const registered = account.relief && venue.groups.get(account.relief.group);
    const left = protectedCashOf(venue, account);
    const { id, group, legs, calledAt, minSequence, lanes, pledges, pledgesOfferedAt } = account;
    const bits = legs.reduce((sum, leg, i) => (leg === undefined ? sum : sum | (1n << BigInt(i))), 0n);
    const open = venue.kind === "linear" || bits === 0n ? bits : 1n;
    note(facts, `account ${id}`, {
      cash,
      group,
      open,
      calledAt,
      minSequence,
      hasProtected: left > 0n,
      protectedCash: left,
      pledged: [...pledges].reduce(
        (bits, [collateral, { units }]) => (units > 0n ? bits | (1n << (collateral - 1n)) : bits),
        0n,
      ),
      pledgesOfferedAt,
      relief: registered === undefined || !isRegistered(registered, account) ? 0n : account.relief!.amount,
    });
    for (const [collateral, pledge] of pledges) {
      if (pledge.units > 0n) note(facts, `account ${id} pledge ${collateral}`, pledge);
    }
    legs.forEach((leg, i) => {
      if (leg !== undefined)
        facts.set(`account ${id} position ${marketOf(group, i, venue.kind)}`, `${packPosition(leg)}`);
    });
    if (venue.kind === "options") facts.set(`account ${id} held`, `${bits}`);
    for (const word of WORDS) {
      const [low, high] = [lanes?.get(BigInt(word * 2)), lanes?.get(BigInt(word * 2 + 1))];
      const packed = [low, high].map((lane) => (lane === undefined ? 0n : (lane.sequence << 80n) | lane.filled));
      facts.set(`account ${id} fills ${word}`, `${packed[0]! | (packed[1]! << 128n)}`);
    }
  }
  for (const [key, expiry] of venue.signers) facts.set(`signer ${key}`, `${expiry}`);
  for (const { id, token, source, parameters, stockOfferedAt, ...rest } of venue.collaterals.values()) {
    const offeredAt = rest.stock === 0n ? 0n : stockOfferedAt;
    note(facts, `collateral ${id}`, { ...rest, token: BigInt(token), source: BigInt(source), offeredAt });
    note(facts, `collateral ${id} parameters`, parameters);
  }
  optionFacts(facts, venue);
  return facts;
}

/** What the state has of option groups besides. */
function optionFacts(facts: Facts, venue: Venue): void {
  for (const { id, options, phase, markets } of venue.groups.values()) {
    if (options === undefined) continue;
    const { risk, volSource, level, versions, ladders, frozen } = options;
    const name = `group ${id}`;
    for (const [key, value] of Object.entries(risk)) facts.set(`${name} ${key}`, String(value));
    facts.set(`${name} volSource`, volSource);
    if (level !== undefined) facts.set(`${name} level`, `${level.value} ${level.observedAt}`);
    facts.set(`${name} versions`, String(versions));
    facts.set(`${name} listed`, String([...ladders.keys()].reduce((bits, place) => bits | (1 << place), 0)));
    const live = markets.filter((each) => each.openInterest + each.estateLong + each.estateShort !== 0n);
    facts.set(`${name} live`, String(live.reduce((bits, each) => bits | (1n << (each.id & 255n)), 0n)));
    if (phase !== "NORMAL") {
      const listed = ({ spot, level: at, time, versions: bits, funding }: NonNullable<typeof frozen>["anchor"]) =>
        [spot, at, time, bits, funding].join();
      facts.set(`${name} anchor`, listed(frozen!.anchor));
      facts.set(`${name} recorded`, listed(frozen!.frozen));
    }
    for (let place = 0; place < LADDERS; ++place) {
      const ladder = ladders.get(place);
      const { expiry = 0n, base = 0n, step = 0n, smiles = [0n, 0n], settlement = 0n, fixing = 0n } = ladder ?? {};
      const { spot = 0n, level: at = 0n, time = 0n } = ladder?.arrays ?? {};
      facts.set(`${name} ladder ${place}`, [expiry, base, step, ...smiles, settlement, fixing, spot, at, time].join());
    }
  }
}

function marketFacts(facts: Facts, venue: Venue, market: Market): void {
  const { id, settledAt, prorata, funding, fundingRate, fundingTime, openInterest, estateLong, estateShort } = market;
  const { chargeLong, chargeShort, offeredAt, source, parameters } = market;
  note(facts, `market ${id}`, {
    settled: settledAt !== undefined,
    prorata,
    funding,
    fundingRate,
    fundingTime,
    openInterest,
    estateLong,
    estateShort,
    chargeLong,
    chargeShort,
    offeredAt,
    source: BigInt(source),
  });
  note(facts, `market ${id} parameters`, hasFunding(venue, market) ? parameters : noParameters(MARKET_UNITS));
  note(facts, `market ${id} pause`, venue.pauses.get(id) ?? NEVER_PAUSED);
  for (const longs of [true, false])
    sideFacts(facts, `market ${id} ${sideName(longs)}`, longs ? market.longs : market.shorts);
}

function sideFacts(facts: Facts, name: string, { queue, nodes, generations }: Side): void {
  facts.set(`${name} queue`, queue.map(({ id }) => id).join());
  for (const { id, shares, frame, touched, linked } of nodes.values()) {
    const { remaining, proceeds } = touched ? frame : NEW_FRAME;
    const generation = (id & 0xffffn) === 0n ? (generations.get(id) ?? 0n) : "";
    note(facts, `${name} node ${id}`, { shares, touched, linked, generation, remaining, proceeds });
  }
}

/** What the chain has stored after `block`, asked for everything that the rebuilt state and `accounts` name. */
export async function storedFacts(
  ask: Ask,
  lens: StorageLens,
  clearinghouse: string,
  venue: Venue,
  accounts: AccountId[],
  block: number,
): Promise<Facts> {
  const ids = [...new Set([...venue.accounts.keys(), ...accounts])];
  const markets = [...venue.groups.values()].flatMap((group) => group.markets);
  const nodes = markets.flatMap((market) =>
    [true, false].flatMap((longs) =>
      [...(longs ? market.longs : market.shorts).nodes.keys()].map((node) => ({ market: market.id, longs, node })),
    ),
  );
  const signers = [...venue.signers.keys()].map((key) => key.split("/"));
  const question = {
    groups: [...venue.groups.keys()],
    markets: markets.map(({ id }) => id),
    accounts: ids,
    words: WORDS,
    nodes,
    owners: signers.map(([owner]) => owner!),
    signers: signers.map(([, signer]) => signer!),
  };
  const stored = await askAll(ask, lens, clearinghouse, question, block);
  const facts: Facts = new Map();
  const { outflow, params, pause, index, held, shortfall, fees, protectedCash, epoch, ...rest } = stored.venue;
  note(facts, "recovery", { held, shortfall, fees, protectedCash, epoch, index });
  note(facts, "outflow", { minHeld: outflow.minHeld, lowest: outflow.lowest, since: outflow.since });
  note(facts, "parameters", params);
  note(facts, "pause of all", pause);
  note(facts, "venue", rest);
  stored.groups.forEach((group, i) =>
    note(facts, `group ${question.groups[i] as GroupId}`, { ...group, phase: PHASES[Number(group.phase)] }),
  );
  for (const market of stored.markets) {
    const { id, status, mode, params: parameters, pause: paused, longs, shorts, ...members } = market;
    note(facts, `market ${id}`, { ...members, settled: status === 2n, prorata: mode === 1n });
    note(facts, `market ${id} parameters`, parameters);
    note(facts, `market ${id} pause`, paused);
    facts.set(`market ${id} longs queue`, longs.join());
    facts.set(`market ${id} shorts queue`, shorts.join());
  }
  stored.collaterals.forEach(({ params: parameters, ...members }, i) => {
    note(facts, `collateral ${i + 1}`, members);
    note(facts, `collateral ${i + 1} parameters`, parameters);
  });
  stored.accounts.forEach(({ positions, lanes, pledges, ...members }, i) => {
    pledges.forEach((pledge, index) => note(facts, `account ${ids[i]} pledge ${index + 1}`, pledge));
    note(facts, `account ${ids[i]}`, members);
    positions.forEach((word, at) => facts.set(`account ${ids[i]} position ${question.markets[at]}`, `${word}`));
    lanes.forEach((word, index) => facts.set(`account ${ids[i]} fills ${index}`, `${word}`));
  });
  stored.nodes.forEach(({ word, remaining, proceeds }, i) => {
    const { market, longs, node } = nodes[i]!;
    const shares = (word & CLOSED) === 0n ? word & MASK_96 : 0n;
    const generation = (node & 0xffffn) === 0n ? (word >> 192n) & 0xffffn : "";
    note(facts, `market ${market} ${sideName(longs)} node ${node}`, {
      shares,
      touched: (word & TOUCHED) !== 0n,
      linked: (word & LINKED) !== 0n,
      generation,
      remaining,
      proceeds,
    });
  });
  stored.signers.forEach((expiry, i) => facts.set(`signer ${signers[i]!.join("/")}`, `${expiry}`));
  return facts;
}

interface Question {
  readonly groups: GroupId[];
  readonly markets: MarketId[];
  readonly accounts: AccountId[];
  readonly words: number[];
  readonly nodes: { market: MarketId; longs: boolean; node: bigint }[];
  readonly owners: string[];
  readonly signers: string[];
}

/** The answer to a question, a part of its markets at a time: a call has only so much gas. */
async function askAll(
  ask: Ask,
  lens: StorageLens,
  clearinghouse: string,
  question: Question,
  block: number,
): Promise<StoredStructOutput> {
  const one = async (part: Question) => {
    const data = lens.interface.encodeFunctionData("read", [clearinghouse, part]);
    const call = { to: await lens.getAddress(), data, gas: `0x${(16_000_000).toString(16)}` };
    const answer = await ask("eth_call", [call, `0x${block.toString(16)}`]);
    const [output] = lens.interface.getFunction("read").outputs;
    return decode(output!, String(answer)) as StoredStructOutput;
  };
  const whole = await one({ ...question, markets: question.markets.slice(0, MARKETS_AT_ONCE) });
  for (let from = MARKETS_AT_ONCE; from < question.markets.length; from += MARKETS_AT_ONCE) {
    const markets = question.markets.slice(from, from + MARKETS_AT_ONCE);
    const part = await one({ ...question, groups: [], markets, words: [], nodes: [], owners: [], signers: [] });
    whole.markets.push(...part.markets);
    whole.accounts.forEach(({ positions }, i) => positions.push(...part.accounts[i]!.positions));
  }
  return whole;
}

/** In what the two differ, told in full. Accounts of which the rebuilt state knows nothing must be empty. */
export function differences(rebuilt: Facts, stored: Facts): string[] {
  const names = new Set([...rebuilt.keys(), ...stored.keys()]);
  const told: string[] = [];
  for (const name of names) {
    const [own, theirs] = [rebuilt.get(name), stored.get(name)];
    if (own === theirs || (own === undefined && /^(0|false)?$/.test(theirs!))) continue;
    told.push(`${name}: rebuilt ${own}, stored ${theirs}`);
  }
  return told;
}

function note(facts: Facts, name: string, values: object | Pause): void {
  for (const [key, value] of Object.entries(values)) facts.set(`${name} ${key}`, `${value as bigint}`);
}

function sideName(longs: boolean): string {
  return longs ? "longs" : "shorts";
}
