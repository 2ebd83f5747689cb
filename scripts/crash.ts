// SPDX-License-Identifier: MIT
import type { Receipt, Request } from "./chain.js";
import { bookFills, call, must, quote, setPrice, type House, type Room } from "./house.js";
import { encode, keyOf, plan, type Action, type Snapshot } from "./keeper.js";
import { audit, checkSettlement } from "./promises.js";
import { END, type Mark } from "./scenario/oct10.js";
import { readSnapshot } from "./snapshot.js";
import { count, newTally, type Tally } from "./tally.js";

export interface Crash {
  tally: Tally;
  /** Actions that the clearinghouse refused, by reason. */
  refusals: Map<string, number>;
  /** Those since the scene last changed. */
  refused: Set<string>;
  scene: string;
}

const TICK = 12; // a block of mainnet
const BYSTANDERS = 200; // how often others come by while the keepers sleep
const LOOKS = 6; // of the keeper after each price
const LONGEST = 3_600; // after the last mark: locks have to end by then

/** Plays the marks; keepers react to each and to every tick, but not from `asleep.from` until `asleep.until`. */
export async function playCrash(
  house: House,
  marks: Mark[],
  asleep: { from: number; until: number },
  done: (time: number) => void,
): Promise<Crash> {
  const crash: Crash = { tally: newTally(), refusals: new Map(), refused: new Set(), scene: "" };
  const moments = new Set(marks.map(({ time }) => time));
  for (let time = marks[0]!.time; time <= END; time += TICK) moments.add(time);
  let visits = 0;
  for (const time of [...moments].sort((a, b) => a - b)) {
    for (const mark of marks.filter((each) => each.time === time)) {
      const room = house.rooms.find(({ symbol }) => symbol === mark.symbol)!;
      await setPrice(house, room, mark.price, time);
    }
    const sleeping = time >= asleep.from && time < asleep.until;
    const passed = time - asleep.from;
    const visited = sleeping && Math.floor(passed / BYSTANDERS) > visits;
    if (visited) ++visits;
    if (!sleeping || visited) await react(house, crash, time, sleeping);
    done(time);
  }
  for (let time = END + TICK; time < END + LONGEST; time += TICK) {
    const helped = await react(house, crash, time, false);
    if (!helped && (await isCalm(house))) return crash;
  }
  throw new Error(`the house has not come to rest ${LONGEST} s after the last mark`);
}

/** What the keepers do about one moment. Whether they did anything for an account. */
async function react(house: House, crash: Crash, time: number, sleeping: boolean): Promise<boolean> {
  let helped = false;
  if (house.chain.now < time) await house.chain.mine(time, []); // so that views see the present
  await quoteAll(house, time);
  for (let look = 0; look < LOOKS; ++look) {
    const snapshot = await readSnapshot(house, crash.refused);
    forget(crash, snapshot);
    const actions = sleeping ? bystanders(snapshot) : plan(snapshot);
    if (actions.length === 0) break;
    await perform(house, crash, actions);
    if (actions.some((action) => action.kind !== "poke" && !crash.refused.has(keyOf(action)))) helped = true;
    if (sleeping) break;
  }
  return helped;
}

/** What was refused is worth another try when a price or a phase has changed. */
function forget(crash: Crash, snapshot: Snapshot): void {
  const scene = snapshot.groups.map(({ mark, phase, until }) => `${mark} ${phase} ${until}`).join();
  if (scene !== crash.scene) crash.refused.clear();
  crash.scene = scene;
}

/** While the keepers sleep others still trade, and so bring groups up to date; nobody absorbs. */
function bystanders(snapshot: Snapshot): Action[] {
  return snapshot.groups.flatMap(({ id, phase, until, absorbed }): Action[] =>
    phase === "NORMAL" || (phase === "LOCKED" && snapshot.time >= until && absorbed === 0n)
      ? [{ kind: "poke", group: id }]
      : [],
  );
}

async function perform(house: House, crash: Crash, actions: Action[]): Promise<void> {
  const send = async (list: Action[], frozen?: ReadonlyMap<bigint, bigint>): Promise<Receipt[]> => {
    const { clearinghouse } = house.deployed;
    const to = await clearinghouse.getAddress();
    const requests: Request[] = list.map((action) => ({ from: house.keeper, to, data: encode(action, clearinghouse) }));
    const receipts = await house.chain.mine(0, requests);
    for (const [index, receipt] of receipts.entries()) {
      if (receipt.ok) continue;
      const action = list[index]!;
      crash.refused.add(keyOf(action));
      const reason = (await house.chain.reasonOf(receipt, clearinghouse.interface)).split("(")[0];
      const name = `${action.kind}: ${reason}`;
      crash.refusals.set(name, (crash.refusals.get(name) ?? 0) + 1);
    }
    bookFills(house, receipts);
    count(crash.tally, house, receipts, frozen);
    return receipts;
  };

  const settlements = actions.filter((action) => action.kind === "deleverage");
  const others = actions.filter((action) => action.kind !== "deleverage");
  if (others.length > 0) await send(others);
  for (const action of settlements)
    await settle(
      house,
      crash,
      house.rooms.find(({ group }) => group === action.group)!,
      action,
      send,
    );
}

/** A settlement in a block of its own, with everybody's state before and after. */
async function settle(
  house: House,
  crash: Crash,
  room: Room,
  action: Action,
  send: (list: Action[], frozen: ReadonlyMap<bigint, bigint>) => Promise<Receipt[]>,
): Promise<void> {
  const before = await audit(house, room);
  const [receipt] = await send([action], new Map([[room.market, before.candidate]]));
  const after = await audit(house, room);
  if (!receipt!.ok) return;

  const { tally } = crash;
  tally.maxDeleverageGas = Math.max(tally.maxDeleverageGas, Number(receipt!.gasUsed));
  const events = receipt!.logs.map((log) => house.deployed.clearinghouse.interface.parseLog(log));
  const torn = events.some((event) => event?.name === "NodeTornUp");
  for (const [account, { size }] of before.accounts) {
    const later = after.accounts.get(account)!.size;
    if (torn && account !== room.inventory && size !== later) {
      tally.tornUp.accounts.add(account);
      ++tally.tornUp.times;
    }
  }
  const paid = events.find((event) => event?.name === "Deleveraged")?.args;
  const charged = events.find((event) => event?.name === "Charged")?.args;
  if (!paid) return; // a later step of a settlement
  checkSettlement(room, before, after, {
    deficit: paid["deficit"],
    vaultPaid: paid["vaultPaid"],
    charged: paid["charged"],
    shortfall: paid["shortfall"],
    charge: charged?.["charge"] ?? 0n,
    winners: charged?.["winners"] ?? 0n,
  });
}

/** The makers' orders for this moment, as far as their capital goes. */
async function quoteAll(house: House, time: number): Promise<void> {
  const { lens, clearinghouse } = house.deployed;
  for (const room of house.rooms) {
    const views = await Promise.all(room.makers.map(({ account }) => lens.account(clearinghouse, account)));
    const sizes = new Map(
      views.map(({ health, positions }) => [health.account, Number(positions.at(0)?.size ?? 0n) / 1e9]),
    );
    const capital = new Map(views.map(({ health }) => [health.account, Number(health.equity) / 1e9]));
    quote(house, room, time, sizes, capital);
  }
}

/** No lock, no gap, and nobody below maintenance margin whom somebody could help. */
async function isCalm(house: House): Promise<boolean> {
  const { groups } = await readSnapshot(house, new Set());
  return groups.every(({ phase, gapped }) => phase === "NORMAL" && !gapped);
}

/** After a shortfall somebody gives what is missing, in two parts. Returns the recovery rate before, between and after. */
export async function recover(house: House, shortfall: bigint): Promise<number[]> {
  const { clearinghouse, token } = house.deployed;
  const rates = [await clearinghouse.recoveryRate()];
  const units = shortfall / 1_000n + 1n;
  const target = await clearinghouse.getAddress();
  await must(house, [call(house, token, "approve", [target, units * 2n])]);
  for (const part of [units / 2n, units - units / 2n]) {
    await must(house, [call(house, clearinghouse, "cover", [part])]);
    rates.push(await clearinghouse.recoveryRate());
  }
  return rates.map((rate) => Number(rate) / 1e18);
}
