// SPDX-License-Identifier: MIT
import type { EventOf, EventKind } from "../../sdk/state/events.js";
import type { Receipt } from "../venue/Chain.js";
import { VenueKeeper } from "../venue/VenueKeeper.js";
import type { CrashMarket, CrashVenue } from "./CrashVenue.js";
import { audit, checkSettlement, type Audit } from "./promises.js";
import { END, type Mark } from "./published.js";
import { count, newTally, type Tally } from "./tally.js";

export interface Crash {
  tally: Tally;
  keeper: VenueKeeper;
  /** Transactions that failed although their simulation had not, by reason. */
  failures: Map<string, number>;
}

const PHASE = { NORMAL: 0n, LOCKED: 1n, SETTLING: 2n };

const TICK = 12; // a block of mainnet
const BYSTANDERS = 200; // how often others come by while the keepers sleep
const LOOKS = 6; // of the keeper after each price
const LONGEST = 3_600; // after the last mark: locks have to end by then

/** Plays the marks; a keeper reacts to each and to every tick, but not from `asleep.from` until `asleep.until`. */
export async function playCrash(
  venue: CrashVenue,
  marks: Mark[],
  asleep: { from: number; until: number },
  done: (time: number) => void,
): Promise<Crash> {
  const crash: Crash = { tally: newTally(), keeper: await hire(venue), failures: new Map() };
  const moments = new Set(marks.map(({ time }) => time));
  for (let time = marks[0]!.time; time <= END; time += TICK) moments.add(time);
  let visits = 0;
  for (const time of [...moments].sort((a, b) => a - b)) {
    for (const mark of marks.filter((each) => each.time === time)) {
      const market = venue.markets.find(({ symbol }) => symbol === mark.symbol)!;
      await venue.setMark(market, mark.price, time);
    }
    const sleeping = time >= asleep.from && time < asleep.until;
    const passed = time - asleep.from;
    const visited = sleeping && Math.floor(passed / BYSTANDERS) > visits;
    if (visited) ++visits;
    if (!sleeping) await react(venue, crash, time);
    else if (visited) await passBy(venue, time);
    done(time);
  }
  for (let time = END + TICK; time < END + LONGEST; time += TICK) {
    const helped = await react(venue, crash, time);
    if (!helped && (await isCalm(venue))) return crash;
  }
  throw new Error(`the venue has not come to rest ${LONGEST} s after the last mark`);
}

/** What the keeper does about one moment: some looks, a block after each. Whether anything came of it. */
async function react(venue: CrashVenue, crash: Crash, time: number): Promise<boolean> {
  let helped = false;
  if (venue.now < time) await venue.mine([], time); // so that views see the present
  await venue.quoteAll();
  for (let look = 0; look < LOOKS && (await crash.keeper.look()); ++look) {
    const due = await dueMarkets(venue);
    const before = await Promise.all(due.map((market) => audit(venue, market)));
    const receipts = await venue.chain.mineWaiting();
    await book(venue, crash, receipts, new Map(due.map(({ id }, index) => [id, before[index]!.recordedMark])));
    for (const [index, market] of due.entries()) await settled(venue, crash, market, before[index]!, receipts);
    helped ||= receipts.some(({ ok, logs }) => ok && logs.length > 0);
  }
  return helped;
}

/** While the keeper sleeps others still trade, and so bring groups up to date; nobody absorbs. */
async function passBy(venue: CrashVenue, time: number): Promise<void> {
  const { lens, clearinghouse } = venue.deployed;
  if (venue.now < time) await venue.mine([], time);
  for (const { group } of venue.markets) {
    const { phase, until, absorbed } = await lens.group(clearinghouse, group);
    const over = phase === PHASE.LOCKED && venue.now >= until && absorbed === 0n;
    if (phase === PHASE.NORMAL || over) await venue.must([venue.poke(group)]);
  }
}

/** Markets whose lock is over: the next block may settle them. */
async function dueMarkets(venue: CrashVenue): Promise<CrashMarket[]> {
  const { lens, clearinghouse } = venue.deployed;
  const groups = await Promise.all(venue.markets.map(({ group }) => lens.group(clearinghouse, group)));
  return venue.markets.filter((_, index) => {
    const { phase, until } = groups[index]!;
    return phase === PHASE.SETTLING || (phase === PHASE.LOCKED && venue.now + 1 >= until);
  });
}

/** Counts a block. `frozen`: the mark of each market that it may settle. */
async function book(venue: CrashVenue, crash: Crash, receipts: Receipt[], frozen: ReadonlyMap<bigint, bigint>) {
  count(crash.tally, venue, receipts, frozen);
  for (const receipt of receipts.filter(({ ok }) => !ok)) {
    const reason = (await venue.reasonOf(receipt)).split("(")[0];
    const name = `mined, but failed: ${reason}`;
    crash.failures.set(name, (crash.failures.get(name) ?? 0) + 1);
  }
}

/** A settlement, with everybody's state before and after. */
async function settled(
  venue: CrashVenue,
  { tally }: Crash,
  market: CrashMarket,
  before: Audit,
  receipts: Receipt[],
): Promise<void> {
  for (const receipt of receipts) {
    const events = venue.eventsOf([receipt]);
    const find = <K extends EventKind>(kind: K, where: (event: EventOf<K>) => boolean) =>
      events.find((event): event is EventOf<K> => event.kind === kind && where(event as EventOf<K>));
    const torn = find("NodeTornUp", (event) => event.market === market.id) !== undefined;
    const paid = find("Deleveraged", ({ group }) => group === market.group);
    if (!torn && !paid) continue;
    const after = await audit(venue, market);
    tally.maxDeleverageGas = Math.max(tally.maxDeleverageGas, Number(receipt.gasUsed));
    for (const [account, { size }] of before.accounts) {
      if (!torn || account === market.inventory || size === after.accounts.get(account)!.size) continue;
      tally.tornUp.accounts.add(account);
      ++tally.tornUp.times;
    }
    if (!paid) return; // a later step of a settlement
    const charged = find("Charged", (event) => event.market === market.id);
    checkSettlement(market, before, after, { ...paid, charge: charged?.charge ?? 0n, winners: charged?.winners ?? 0n });
    return;
  }
}

/** No lock, and no gap that asks for one. */
async function isCalm(venue: CrashVenue): Promise<boolean> {
  const { lens, clearinghouse } = venue.deployed;
  const groups = await Promise.all(venue.markets.map(({ group }) => lens.group(clearinghouse, group)));
  return groups.every(({ phase, gapped }) => phase === PHASE.NORMAL && !gapped);
}

/**
 * After a shortfall somebody gives what is missing, in two parts. Returns the recovery rate before, between and after.
 */
export async function recover(venue: CrashVenue, shortfall: bigint): Promise<number[]> {
  const { clearinghouse } = venue.deployed;
  const rates = [await clearinghouse.recoveryRate()];
  const units = shortfall / 1_000n + 1n;
  for (const part of [units / 2n, units - units / 2n]) {
    await venue.must([venue.call(clearinghouse, "cover", [part])]);
    rates.push(await clearinghouse.recoveryRate());
  }
  return rates.map((rate) => Number(rate) / 1e18);
}

function hire(venue: CrashVenue): Promise<VenueKeeper> {
  return VenueKeeper.start(venue, {
    wallet: venue.keeperWallet,
    maxInventory: Math.round(venue.keeperLimit * 1e9),
    orders: () => venue.markets.flatMap(({ offers }) => offers),
  });
}
