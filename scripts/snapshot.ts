// SPDX-License-Identifier: MIT
import type { House, Room } from "./house.js";
import type { AccountState, GroupState, Phase, Snapshot, Standing } from "./keeper.js";

const PHASES: readonly Phase[] = ["NORMAL", "LOCKED", "SETTLING"];
const STANDINGS: readonly Standing[] = ["FLAT", "SOUND", "BELOW_INITIAL", "BELOW_CALL", "LIQUIDATABLE", "INSOLVENT"];
const PAGE = 250;
const LEVERAGE = 5n;

/** Everybody who can have a position in the room. */
export function accountsOf(room: Room): bigint[] {
  return [...room.members.map(({ account }) => account), room.keeperAccount, room.inventory];
}

/** What a keeper looks at, read through the lens. */
export async function readSnapshot(house: House, refused: ReadonlySet<string>): Promise<Snapshot> {
  const { lens, clearinghouse } = house.deployed;
  const { params } = await lens.house(clearinghouse);
  return {
    time: BigInt(house.chain.now) + 1n, // of the next block
    lockDelay: params.lockDelay,
    vaultDelay: params.vaultDelay,
    minDebt: params.minDebt,
    groups: await Promise.all(house.rooms.map((room) => readGroup(house, room))),
    refused,
  };
}

async function readGroup(house: House, room: Room): Promise<GroupState> {
  const { lens, clearinghouse } = house.deployed;
  const [group, market, accounts] = await Promise.all([
    lens.group(clearinghouse, room.group),
    lens.market(clearinghouse, room.market),
    readAccounts(house, room),
  ]);
  const own = accounts.find(({ id }) => id === room.keeperAccount)!;
  const carried = own.equity * LEVERAGE - (abs(own.size) * market.mark) / 10n ** 18n;
  return {
    id: room.group,
    market: room.market,
    phase: PHASES[Number(group.phase)]!,
    gapped: group.gapped,
    until: group.until,
    lastUnlock: group.lastUnlock,
    anchorsDue: group.anchorsDue,
    absorbed: group.absorbed,
    mark: market.mark,
    jump: group.jumps.at(0) ?? 0n,
    initialMargin: market.params.initialMargin,
    discountCap: market.params.discountCap,
    inventory: room.inventory,
    accounts,
    offers: room.offers,
    ownCapacity: carried > 0n ? carried : 0n,
  };
}

/** Health of everybody in the room; sizes only of those on whom a keeper may have to act, and of the keeper. */
async function readAccounts(house: House, room: Room): Promise<AccountState[]> {
  const { lens, clearinghouse } = house.deployed;
  const ids = accountsOf(room);
  const pages = [];
  for (let from = 0; from < ids.length; from += PAGE) {
    pages.push(lens.accounts(clearinghouse, ids.slice(from, from + PAGE)));
  }
  const views = (await Promise.all(pages)).flatMap((page) => [...page]);
  return Promise.all(
    views.map(async (view) => {
      const standing = STANDINGS[Number(view.standing)]!;
      const acts = Number(view.standing) >= STANDINGS.indexOf("BELOW_CALL") || view.atFrozen < 0n;
      const size = acts || view.account === room.keeperAccount ? await readSize(house, view.account) : 0n;
      const { account: id, equity, initial, maintenance, atFrozen, calledAt } = view;
      return { id, size, equity, initial, maintenance, atFrozen, calledAt, standing };
    }),
  );
}

/** The signed size of an account's position; every account here has one market. */
export async function readSize(house: House, account: bigint): Promise<bigint> {
  const { positions } = await house.deployed.lens.account(house.deployed.clearinghouse, account);
  return positions.at(0)?.size ?? 0n;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
