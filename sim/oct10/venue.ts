// SPDX-License-Identifier: MIT
import { Wallet, id, type TypedDataDomain } from "ethers";
import { deployNovation, localGroups, type Artifact, type Deployed } from "../../deploy/deploy-novation.js";
import { localParameters } from "../../deploy/parameters.js";
import { keyOf } from "../venue/anvil.js";
import type { Chain, Receipt, Request } from "../venue/Chain.js";
import type { Options } from "./options.js";
import { accountOf, signOrder, type SignedOrder } from "../venue/orders.js";
import { LOT, type Population } from "./population.js";
import { SYMBOLS, type Symbol } from "./published.js";

export const NANO = 1e9;
export const PRICE = 1e18;

/** Whoever has an account. */
export interface Member {
  kind: "trader" | "largest" | "maker";
  wallet: Wallet;
  account: bigint;
}

/** One market, which is one clearing group, with everybody in it. */
export interface Room {
  symbol: Symbol;
  group: bigint;
  market: bigint;
  members: Member[];
  makers: Member[];
  /** The keeper's account and the vault's inventory. */
  keeperAccount: bigint;
  inventory: bigint;
  price: number;
  offers: SignedOrder[];
}

/** Novation deployed, with traders in two markets, each market a group of its own. */
export interface Venue {
  chain: Chain;
  deployed: Deployed;
  rooms: Room[];
  /** Unlocked accounts of the chain. */
  operator: string;
  keeper: Wallet;
  /** The most notional that the keeper takes over, quote. */
  keeperLimit: number;
  domain: TypedDataDomain;
  /** Accounts that never trade: the vault's pot, the treasury's, the keeper's for refunds. */
  cashAccounts: bigint[];
}

// Professional makers and the keeper, as shares of all longs' notional; their capital is a fifth of what they would take.
const MAKERS = 3;
const MAKER_SHARE = 0.01;
const KEEPER_SHARE = 0.005;
const LEVERAGE = 5;
/** What the makers ask below and above the mark. */
const SPREADS = [0.002, 0.006, 0.012];
const BATCH = 20;
const ROLL = 130; // a little more than the lock delay, after which anchors move

/** Deploys everything and lets the population open its positions; `done` counts steps. */
export async function openVenue(
  chain: Chain,
  options: Options,
  people: Population,
  artifact: (name: string) => Promise<Artifact>,
  start: number,
  done: () => void,
): Promise<Venue> {
  const signers = await chain.provider.listAccounts();
  const [operator, treasury] = [signers[0]!, signers[2]!.address];
  const keeper = new Wallet(keyOf(1));
  const groups = localGroups().map(([listing], index) => {
    const history = people.history[SYMBOLS[index]!];
    return [{ ...listing!, answer: answerOf(history[0]!) }];
  });
  const vaultUnits = BigInt(options.vault) * 1_000_000n;
  const deployed = await deployNovation({
    deployer: operator,
    artifact,
    groups,
    mode: options.mode,
    vaultSeed: 1_000_000n,
    // What a lock sets aside is out of reach of the other group, so the budgets together are the vault.
    vaultBudget: (vaultUnits * 1_000n) / BigInt(SYMBOLS.length),
    treasury,
  });
  const { clearinghouse, token, vault } = deployed;
  await chain.mineOnDemand();

  const { chainId } = await chain.provider.getNetwork();
  const verifyingContract = await clearinghouse.getAddress();
  const inventoryOwner = await vault.getAddress();
  const venue: Venue = {
    chain,
    deployed,
    rooms: [],
    operator: operator.address,
    keeper,
    keeperLimit: 0,
    domain: { name: "Novation", version: "1", chainId, verifyingContract },
    cashAccounts: [
      accountOf(inventoryOwner, 0),
      accountOf(treasury, 0),
      accountOf(keeper.address, 0),
      accountOf(operator.address, 0),
    ],
  };
  const all = 2n ** 80n;
  await must(venue, [
    call(venue, token, "mint", [venue.operator, all]),
    call(venue, token, "approve", [verifyingContract, all]),
    call(venue, token, "approve", [inventoryOwner, all]),
  ]);
  if (options.vault > 1) await must(venue, [call(venue, vault, "deposit", [vaultUnits - 1_000_000n, venue.operator])]);

  const plans: Plan[] = [];
  for (const symbol of SYMBOLS) plans.push(await admit(venue, options, people, symbol));
  for (const plan of plans) await trade(venue, plan, people, start, done);
  return venue;
}

/** A maker's side of the trades at one mark. */
interface Plan {
  room: Room;
  largest: Member;
  traders: { member: Member; size: number; entry: number }[];
}

/** Wallets and deposits of everybody in one market. */
async function admit(venue: Venue, options: Options, people: Population, symbol: Symbol): Promise<Plan> {
  const { group, id: market } = venue.deployed.markets.find((each) => each.symbol === symbol)!;
  const history = people.history[symbol];
  const price = history.at(-1)!;
  const wallet = (name: string) => new Wallet(id(`novation ${options.seed} ${symbol} ${name}`));
  const member = (kind: Member["kind"], name: string): Member => {
    const owner = wallet(name);
    return { kind, wallet: owner, account: accountOf(owner.address, 0) };
  };
  const traders = people.traders.filter((each) => each.symbol === symbol);
  const longs = traders.reduce((sum, { size }) => sum + Math.max(size, 0), 0) * price;
  const gross = traders.reduce((sum, { size }) => sum + Math.abs(size), 0) * history[0]!;

  const largest = member("largest", "largest");
  const makers = Array.from({ length: MAKERS }, (_, index) => member("maker", `maker ${index}`));
  const seated = traders.map((each, index) => ({ member: member("trader", String(index)), ...each }));
  const keeperAccount = accountOf(venue.keeper.address, Number(group));
  const inventory = accountOf(await venue.deployed.vault.getAddress(), Number(group));
  const members = [...seated.map((each) => each.member), largest, ...makers];
  const room: Room = { symbol, group, market, members, makers, keeperAccount, inventory, price, offers: [] };
  venue.rooms.push(room);
  venue.keeperLimit += longs * KEEPER_SHARE;

  const deposits: [bigint, number][] = [
    ...seated.map((each): [bigint, number] => [each.member.account, each.cash]),
    [largest.account, gross / 2],
    ...makers.map((each): [bigint, number] => [each.account, (longs * MAKER_SHARE) / LEVERAGE]),
    [keeperAccount, (longs * KEEPER_SHARE) / LEVERAGE],
  ];
  const requests = deposits.map(([account, cash]) =>
    call(venue, venue.deployed.clearinghouse, "deposit", [account, BigInt(Math.ceil(cash * 1e6))]),
  );
  for (let from = 0; from < requests.length; from += 500) await must(venue, requests.slice(from, from + 500));
  return { room, largest, traders: seated };
}

/** Walks through the marks before the crash; at each, those who open there trade with the largest account. */
async function trade(venue: Venue, plan: Plan, people: Population, start: number, done: () => void): Promise<void> {
  const { room, largest } = plan;
  let sequence = 0;
  for (const price of people.history[room.symbol]) {
    const poke = call(venue, venue.deployed.clearinghouse, "poke", [room.group]);
    // The first makes the mark before the recorded mark, the second the anchor.
    for (let roll = 0; roll < 2; ++roll) await must(venue, [poke], venue.chain.now + ROLL);
    await setPrice(venue, room, price, venue.chain.now + 1);
    const here = plan.traders.filter(({ entry }) => entry === price);
    const requests: Request[] = [];
    for (const buys of [true, false]) {
      const side = here.filter(({ size }) => size > 0 === buys);
      for (let from = 0; from < side.length; from += BATCH) {
        const batch = side.slice(from, from + BATCH);
        const limit = toPrice(price);
        const fills = batch.map(({ member, size }) => {
          const wish = { account: member.account, market: room.market, size: toSize(room.symbol, size), limit };
          const maker = signOrder(member.wallet, venue.domain, { ...wish, taker: false, sequence: 1 });
          return { maker, size: abs(wish.size), hint: 0n };
        });
        const total = fills.reduce((sum, fill) => sum + fill.maker.order.size, 0n);
        const wish = { account: largest.account, market: room.market, size: -total, limit, taker: true };
        const taker = signOrder(largest.wallet, venue.domain, { ...wish, sequence: ++sequence });
        requests.push(
          call(venue, venue.deployed.clearinghouse, "settle", [room.group, [{ taker, hint: 0n, fills }], true]),
        );
      }
    }
    if (requests.length > 0) await must(venue, requests);
    done();
  }
  if (venue.chain.now + 4 * ROLL >= start) throw new Error("the time before the crash does not suffice");
}

/** Rolls the anchors to the present marks, twice the lock delay before the crash. */
export async function rest(venue: Venue, start: number): Promise<void> {
  for (const before of [3 * ROLL, 2 * ROLL, ROLL]) {
    for (const room of venue.rooms) await setPrice(venue, room, room.price, start - before);
    await must(
      venue,
      venue.rooms.map((room) => call(venue, venue.deployed.clearinghouse, "poke", [room.group])),
    );
  }
}

/** Everybody who can have a position in the room. */
export function accountsOf(room: Room): bigint[] {
  return [...room.members.map(({ account }) => account), room.keeperAccount, room.inventory];
}

/** Writes a mark to the market's feed, in a block of its own. */
export async function setPrice(venue: Venue, room: Room, price: number, time: number): Promise<void> {
  room.price = price;
  const { feed } = venue.deployed.markets.find((each) => each.id === room.market)!;
  await must(venue, [call(venue, feed, "setAnswer", [answerOf(price)])], time);
}

/** The makers replace their orders by new ones around the mark, each for a part of what their capital carries. */
export function quote(
  venue: Venue,
  room: Room,
  sequence: number,
  sizes: Map<bigint, number>,
  capital: Map<bigint, number>,
): void {
  room.offers = room.makers.flatMap(({ wallet, account }, index) => {
    const spread = SPREADS[index % SPREADS.length]!;
    return [1, -1].flatMap((side) => {
      const held = (sizes.get(account) ?? 0) * side;
      const free = ((capital.get(account) ?? 0) * LEVERAGE) / room.price - Math.max(held, 0);
      const lots = Math.floor(free / 2 / LOT[room.symbol]);
      if (lots <= 0) return [];
      const size = toSize(room.symbol, side * lots * LOT[room.symbol]);
      const limit = toPrice(room.price * (1 - side * spread));
      const wish = { account, market: room.market, size, limit, taker: false, sequence };
      return [signOrder(wallet, venue.domain, { ...wish, lane: side > 0 ? 0 : 1 })];
    });
  });
}

interface Callable {
  target: unknown;
  interface: { encodeFunctionData(name: string, args: unknown[]): string };
}

/** A call by the operator, or by `from`. */
export function call(venue: Venue, contract: unknown, name: string, args: unknown[], from = venue.operator): Request {
  const { target, interface: abi } = contract as Callable;
  return { from, to: String(target), data: abi.encodeFunctionData(name, args) };
}

export function must(venue: Venue, requests: Request[], time = 0): Promise<Receipt[]> {
  return venue.chain.mustMine(time, requests, venue.deployed.clearinghouse.interface);
}

/** Delays and bounds that the keeper has to know. */
export function venueParameters() {
  return localParameters().venue;
}

export function toPrice(price: number): bigint {
  return BigInt(Math.round(price * 1e8)) * 10n ** 10n;
}

export function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function answerOf(price: number): bigint {
  return BigInt(Math.round(price * 1e8));
}

function toSize(symbol: Symbol, size: number): bigint {
  return BigInt(Math.round(size / LOT[symbol])) * BigInt(Math.round(LOT[symbol] * NANO));
}
