// SPDX-License-Identifier: MIT
import type { Result } from "ethers";
import type { Receipt } from "../venue/Chain.js";
import { call, must, quote, setPrice, type Venue, type Room } from "./venue.js";
import { VenueKeeper } from "./VenueKeeper.js";
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
  venue: Venue,
  marks: Mark[],
  asleep: { from: number; until: number },
  done: (time: number) => void,
): Promise<Crash> {
  const crash: Crash = { tally: newTally(), keeper: await VenueKeeper.start(venue), failures: new Map() };
  const moments = new Set(marks.map(({ time }) => time));
  for (let time = marks[0]!.time; time <= END; time += TICK) moments.add(time);
  let visits = 0;
  for (const time of [...moments].sort((a, b) => a - b)) {
    for (const mark of marks.filter((each) => each.time === time)) {
      const room = venue.rooms.find(({ symbol }) => symbol === mark.symbol)!;
      await setPrice(venue, room, mark.price, time);
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
async function react(venue: Venue, crash: Crash, time: number): Promise<boolean> {
  let helped = false;
  if (venue.chain.now < time) await venue.chain.mine(time, []); // so that views see the present
  await quoteAll(venue, time);
  for (let look = 0; look < LOOKS && (await crash.keeper.look()); ++look) {
    const due = await dueRooms(venue);
    const before = await Promise.all(due.map((room) => audit(venue, room)));
    const receipts = await venue.chain.mineWaiting();
    await book(venue, crash, receipts, new Map(due.map(({ market }, index) => [market, before[index]!.recordedMark])));
    for (const [index, room] of due.entries()) await settled(venue, crash, room, before[index]!, receipts);
    helped ||= receipts.some(({ ok, logs }) => ok && logs.length > 0);
  }
  return helped;
}

/** While the keeper sleeps others still trade, and so bring groups up to date; nobody absorbs. */
async function passBy(venue: Venue, time: number): Promise<void> {
  const { lens, clearinghouse } = venue.deployed;
  if (venue.chain.now < time) await venue.chain.mine(time, []);
  for (const { group } of venue.rooms) {
    const { phase, until, absorbed } = await lens.group(clearinghouse, group);
    const over = phase === PHASE.LOCKED && venue.chain.now >= until && absorbed === 0n;
    if (phase === PHASE.NORMAL || over) await must(venue, [call(venue, clearinghouse, "poke", [group])]);
  }
}

/** Rooms whose lock is over: the next block may settle them. */
async function dueRooms(venue: Venue): Promise<Room[]> {
  const { lens, clearinghouse } = venue.deployed;
  const groups = await Promise.all(venue.rooms.map(({ group }) => lens.group(clearinghouse, group)));
  return venue.rooms.filter((_, index) => {
    const { phase, until } = groups[index]!;
    return phase === PHASE.SETTLING || (phase === PHASE.LOCKED && venue.chain.now + 1 >= until);
  });
}

/** Counts a block. `frozen`: the mark of each market that it may settle. */
async function book(venue: Venue, crash: Crash, receipts: Receipt[], frozen: ReadonlyMap<bigint, bigint>) {
  const { clearinghouse } = venue.deployed;
  count(crash.tally, venue, receipts, frozen);
  for (const receipt of receipts.filter(({ ok }) => !ok)) {
    const reason = (await venue.chain.reasonOf(receipt, clearinghouse.interface)).split("(")[0];
    const name = `mined, but failed: ${reason}`;
    crash.failures.set(name, (crash.failures.get(name) ?? 0) + 1);
  }
}

/** A settlement, with everybody's state before and after. */
async function settled(venue: Venue, { tally }: Crash, room: Room, before: Audit, receipts: Receipt[]): Promise<void> {
  const { interface: abi } = venue.deployed.clearinghouse;
  for (const receipt of receipts) {
    const events = receipt.logs.map((log) => abi.parseLog(log));
    const find = (name: string, where: (args: Result) => boolean) =>
      events.find((event) => event?.name === name && where(event.args))?.args;
    const torn = find("NodeTornUp", (args) => args["market"] === room.market) !== undefined;
    const paid = find("Deleveraged", (args) => args["group"] === room.group);
    if (!torn && !paid) continue;
    const after = await audit(venue, room);
    tally.maxDeleverageGas = Math.max(tally.maxDeleverageGas, Number(receipt.gasUsed));
    for (const [account, { size }] of before.accounts) {
      if (!torn || account === room.inventory || size === after.accounts.get(account)!.size) continue;
      tally.tornUp.accounts.add(account);
      ++tally.tornUp.times;
    }
    if (!paid) return; // a later step of a settlement
    const charged = find("Charged", (args) => args["market"] === room.market);
    checkSettlement(room, before, after, {
      deficit: paid["deficit"],
      vaultPaid: paid["vaultPaid"],
      charged: paid["charged"],
      shortfall: paid["shortfall"],
      charge: charged?.["charge"] ?? 0n,
      winners: charged?.["winners"] ?? 0n,
    });
    return;
  }
}

/** The makers' orders for this moment, as far as their capital goes. */
async function quoteAll(venue: Venue, time: number): Promise<void> {
  const { lens, clearinghouse } = venue.deployed;
  for (const room of venue.rooms) {
    const views = await Promise.all(room.makers.map(({ account }) => lens.account(clearinghouse, account)));
    const sizes = new Map(
      views.map(({ health, positions }) => [health.account, Number(positions.at(0)?.size ?? 0n) / 1e9]),
    );
    const capital = new Map(views.map(({ health }) => [health.account, Number(health.equity) / 1e9]));
    quote(venue, room, time, sizes, capital);
  }
}

/** No lock, and no gap that asks for one. */
async function isCalm(venue: Venue): Promise<boolean> {
  const { lens, clearinghouse } = venue.deployed;
  const groups = await Promise.all(venue.rooms.map(({ group }) => lens.group(clearinghouse, group)));
  return groups.every(({ phase, gapped }) => phase === PHASE.NORMAL && !gapped);
}

/** After a shortfall somebody gives what is missing, in two parts. Returns the recovery rate before, between and after. */
export async function recover(venue: Venue, shortfall: bigint): Promise<number[]> {
  const { clearinghouse, token } = venue.deployed;
  const rates = [await clearinghouse.recoveryRate()];
  const units = shortfall / 1_000n + 1n;
  const target = await clearinghouse.getAddress();
  await must(venue, [call(venue, token, "approve", [target, units * 2n])]);
  for (const part of [units / 2n, units - units / 2n]) {
    await must(venue, [call(venue, clearinghouse, "cover", [part])]);
    rates.push(await clearinghouse.recoveryRate());
  }
  return rates.map((rate) => Number(rate) / 1e18);
}
