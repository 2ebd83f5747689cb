// SPDX-License-Identifier: MIT
import { Wallet, id, type TypedDataDomain } from "ethers";
import { deployNovation, type Artifact, type Deployed, type ModeName } from "../../deploy/deploy-novation.js";
import { localParameters } from "../../deploy/parameters.js";
import { Chain, type Receipt, type Request } from "../venue/Chain.js";
import { accountOf, signOrder, type SignedOrder } from "../venue/orders.js";
import { decodeVenueLog } from "../../sdk/client/decoding.js";
import type { VenueEvent } from "../../sdk/state/events.js";
import { apply, revertTo } from "../../sdk/state/apply.js";
import { createVenue, type Account, type Group, type Venue } from "../../sdk/state/Venue.js";
import { groupIn } from "../../sdk/state/lookup.js";
import { quoteOf, type Quote } from "../../sdk/margin/quote.js";
import type { AccountId, GroupId } from "../../sdk/order.js";
import type { Price } from "../../sdk/units.js";
import type { Entrant } from "./defaulters.js";
import { signOf } from "./input.js";
import { toAnswer, toNano, toPrice, toUnits } from "../venue/units.js";
import { gridMark, walk } from "./walk.js";

/** Whoever has an account in a market, with the wallet that signs for him. */
export interface Member {
  name: string;
  wallet: Wallet;
  account: AccountId;
  /** Undefined for the counterparty. */
  entrant: Entrant | undefined;
}

/** One market, a clearing group of its own. */
export interface Room {
  asset: string;
  group: GroupId;
  market: bigint;
  members: Member[];
  /** Everybody's counterparty: he holds the opposite of all. */
  counterparty: Member;
  /** Where the keeper takes over longs, and where shorts: in a lock nobody may leave the winning side. */
  keepers: { longs: AccountId; shorts: AccountId };
  /** The live mark. */
  mark: number;
}

export interface ReplayVenueOptions {
  mode: ModeName;
  artifact: (name: string) => Promise<Artifact>;
  /** The vault's budget in each market, quote. */
  vault: number;
}

const FILLS = 60; // a settle of so many stays below EIP-7825's limit
const ROLL = 130; // a little more than the lock delay, after which the anchors move
const PLENTY = 2n ** 90n;

/** Novation deployed on a chain of this process, with its whole state followed from events. */
export class ReplayVenue {
  readonly rooms: Room[] = [];
  /** What traders are called in the files. */
  readonly names = new Map<AccountId, string>();
  readonly state: Venue = createVenue({ tokenDecimals: 6, reorgDepth: 10_000_000 });
  private readonly errors: Deployed["clearinghouse"]["interface"];
  private block = 0;

  private constructor(
    private current: Chain,
    readonly deployed: Deployed,
    readonly operator: string,
    private readonly clearinghouse: string,
    private readonly domain: TypedDataDomain,
  ) {
    this.errors = deployed.clearinghouse.interface;
  }

  /** Deploys a market for each asset, at the marks with which the opening begins. */
  static async deploy(
    chain: Chain,
    { mode, artifact, vault: budget }: ReplayVenueOptions,
    marks: { asset: string; mark: number }[],
  ): Promise<ReplayVenue> {
    const signers = await chain.provider.listAccounts();
    const operator = signers[0]!;
    const deployed = await deployNovation({
      deployer: operator,
      artifact,
      mode,
      treasury: signers[2]!.address,
      groups: marks.map(({ asset, mark }) => [
        { symbol: asset, answer: toAnswer(mark), heartbeat: 259_200, params: parameters() },
      ]),
      // The smallest of debts locks, so that a small population replays its small rounds too.
      venue: { minDebt: 1_000_000_000n },
      vaultBudget: toNano(budget),
      vaultSeed: 1_000_000n,
    });
    const { clearinghouse, token, vault } = deployed;
    const verifyingContract = await clearinghouse.getAddress();
    const { chainId } = await chain.provider.getNetwork();
    const domain = { name: "Novation", version: "1", chainId, verifyingContract };
    const venue = new ReplayVenue(chain, deployed, operator.address, verifyingContract, domain);
    await chain.mineOnDemand();
    await venue.followDeployment();
    await venue.must([
      venue.call(token, "mint", [venue.operator, PLENTY]),
      venue.call(token, "approve", [verifyingContract, PLENTY]),
      venue.call(token, "approve", [await vault.getAddress(), PLENTY]),
    ]);
    if (budget > 0) {
      const units = toUnits(budget * marks.length);
      await venue.must([venue.call(vault, "deposit", [units, venue.operator])]);
    }
    return venue;
  }

  get chain(): Chain {
    return this.current;
  }

  // ---------------------------------------------------------------- opening

  /** Lets everybody of a market open at his entry, walking the mark over a grid that ends at `start`. */
  async open(
    asset: string,
    entrants: Entrant[],
    start: number,
    done: (accounts: number) => void = () => {},
  ): Promise<Room> {
    const { id: market, group } = this.deployed.markets.find(({ symbol }) => symbol === asset)!;
    const member = (name: string, entrant?: Entrant): Member => {
      const wallet = new Wallet(id(`replay ${asset} ${name}`));
      return { name, wallet, account: accountOf(wallet.address, 0), entrant };
    };
    const counterparty = member("counterparty");
    const traders = entrants.map((entrant) => member(entrant.name, entrant));
    const steps = [0, ...entrants.map(({ step }) => step)];
    const top = gridMark(start, Math.max(...steps));
    const room: Room = {
      asset,
      group: group as GroupId,
      market,
      counterparty,
      mark: top,
      members: [...traders, counterparty],
      keepers: {
        longs: accountOf(this.operator, Number(group) * 2),
        shorts: accountOf(this.operator, Number(group) * 2 + 1),
      },
    };
    this.rooms.push(room);
    for (const { account, name } of room.members) this.names.set(account, name);
    const gross = entrants.reduce((sum, { size, entry }) => sum + size * entry, 0);
    await this.depositAll([
      ...traders.map(({ account, entrant }): [bigint, number] => [account, entrant!.margin]),
      [counterparty.account, gross],
      [room.keepers.longs, gross],
      [room.keepers.shorts, gross],
    ]);

    let sequence = 0;
    for (let step = Math.max(...steps); step >= Math.min(...steps); --step) {
      await this.moveTo(room, gridMark(start, step));
      const here = traders.filter(({ entrant }) => entrant!.step === step);
      const requests: Request[] = [];
      for (const side of ["long", "short"] as const) {
        const batch = here.filter(({ entrant }) => entrant!.side === side);
        for (let from = 0; from < batch.length; from += FILLS) {
          requests.push(this.opening(room, batch.slice(from, from + FILLS), ++sequence));
        }
      }
      for (let from = 0; from < requests.length; from += 50) await this.must(requests.slice(from, from + 50));
      done(here.length);
    }
    await this.moveTo(room, start);
    await this.settleAnchors(room);
    return room;
  }

  /** One match: the counterparty takes the orders of traders on one side, each at his entry. */
  private opening(room: Room, traders: Member[], sequence: number): Request {
    const fills = traders.map(({ wallet, account, entrant }) => {
      const { side, size, entry } = entrant!;
      const nano = toNano(size);
      const wish = { account, market: room.market, limit: toPrice(entry), taker: false, sequence: 1 };
      const maker = signOrder(wallet, this.domain, { ...wish, size: nano * BigInt(signOf(side)) });
      return { maker, size: nano, hint: 0n };
    });
    const total = fills.reduce((sum, { maker }) => sum + maker.order.size, 0n);
    const entries = traders.map(({ entrant }) => entrant!.entry);
    const worst = total > 0n ? Math.min(...entries) : Math.max(...entries);
    const { account, wallet } = room.counterparty;
    const wish = { account, market: room.market, size: -total, limit: toPrice(worst), taker: true, sequence };
    const taker = signOrder(wallet, this.domain, wish);
    return this.call(this.deployed.clearinghouse, "settle", [room.group, [{ taker, hint: 0n, fills }], true]);
  }

  private async depositAll(deposits: [bigint, number][]): Promise<void> {
    const requests = deposits.map(([account, cash]) =>
      this.call(this.deployed.clearinghouse, "deposit", [account, toUnits(Math.max(cash, 0.01))]),
    );
    for (let from = 0; from < requests.length; from += 500) await this.must(requests.slice(from, from + 500));
  }

  // ---------------------------------------------------------------- prices

  /** Writes a mark to the market's feed, at `time` or as soon as blocks allow. */
  async setMark(room: Room, mark: number, time = 0): Promise<void> {
    const { feed } = this.deployed.markets.find(({ id }) => id === room.market)!;
    await this.must([this.call(feed, "setAnswer", [toAnswer(mark)])], time);
    room.mark = mark;
  }

  /** Walks the mark to `target` so slowly that the anchors follow and nothing locks; `pause` is called after each step. */
  async moveTo(room: Room, target: number, pause: () => Promise<void> = async () => {}): Promise<void> {
    for (const mark of walk(room.mark, target)) {
      await this.settleAnchors(room);
      await this.setMark(room, mark);
      await pause();
    }
  }

  /** Lets the anchor and the recorded mark become the live mark. */
  async settleAnchors(room: Room): Promise<void> {
    const poke = this.poke(room);
    // The first makes the mark before the recorded mark, the second the anchor.
    for (let roll = 0; roll < 2; ++roll) await this.must([poke], this.chain.now + ROLL);
  }

  // ---------------------------------------------------------------- what keepers do

  poke(room: Room): Request {
    return this.call(this.deployed.clearinghouse, "poke", [room.group]);
  }

  absorb(room: Room, accounts: bigint[]): Request {
    const ascending = [...accounts].sort((a, b) => (a < b ? -1 : 1));
    return this.call(this.deployed.clearinghouse, "absorb", [room.group, ascending]);
  }

  deleverage(room: Room, steps: bigint): Request {
    return this.call(this.deployed.clearinghouse, "deleverage", [room.group, steps]);
  }

  /** The keeper takes over as much of the account's position as may be liquidated. */
  liquidate(room: Room, account: bigint, long: boolean): Request {
    const keeper = (long ? room.keepers.longs : room.keepers.shorts) & 0xffffffffn;
    const args = [account, room.market, keeper, 2n ** 70n, 0n];
    return this.call(this.deployed.clearinghouse, "liquidateToAccount", args);
  }

  // ---------------------------------------------------------------- state

  groupOf(room: Room): Group {
    return groupIn(this.state, room.group);
  }

  /** The quote of the room's market at a mark, at the last block. */
  quote(room: Room, mark: number = room.mark): Quote {
    return quoteOf(this.groupOf(room).markets[0]!, toPrice(mark) as Price, BigInt(this.chain.now));
  }

  /** Everybody with a position in the room, the keeper's and the vault's accounts included. */
  holders(room: Room): Account[] {
    return [...this.state.accounts.values()].filter(
      ({ group, legs }) => group === room.group && legs.some((leg) => leg !== undefined),
    );
  }

  // ---------------------------------------------------------------- transactions

  call(contract: unknown, name: string, args: unknown[], from = this.operator): Request {
    const { target, interface: abi } = contract as Callable;
    return { from, to: String(target), data: abi.encodeFunctionData(name, args) };
  }

  /** One block, in which nothing may fail. */
  async must(requests: Request[], time = 0): Promise<Receipt[]> {
    const receipts = await this.chain.mustMine(time, requests, this.errors);
    this.follow(receipts);
    return receipts;
  }

  /** One block; who fails is told with his error's name. */
  async try(requests: Request[], time = 0): Promise<{ receipts: Receipt[]; failures: string[] }> {
    const receipts = await this.chain.mine(time, requests);
    this.follow(receipts);
    const failed = receipts.filter(({ ok }) => !ok);
    const failures = await Promise.all(failed.map((each) => this.chain.reasonOf(each, this.errors)));
    return { receipts, failures };
  }

  /** The name of the error with which a call would fail; undefined when it would not. */
  async refusal({ from, to, data }: Request): Promise<string | undefined> {
    try {
      await this.chain.provider.send("eth_call", [{ from, to, data }, "latest"]);
      return undefined;
    } catch (error) {
      const found = /0x[0-9a-fA-F]{8,}/.exec(JSON.stringify(error, Object.getOwnPropertyNames(error)));
      const name = [dataOf(error), found?.[0]].flatMap((hex) => {
        const parsed = hex ? this.errors.parseError(hex) : null;
        return parsed ? [parsed.name] : [];
      })[0];
      if (name === undefined) throw error;
      return name;
    }
  }

  /** An order of `member` to close `size` (signed as his position), matched by the counterparty at the mark, strictly. */
  closing(room: Room, member: Member, size: bigint): Request {
    const limit = toPrice(room.mark);
    const own = { account: member.account, market: room.market, size: -size, limit, taker: true, sequence: 1_000_000 };
    const other = { ...own, account: room.counterparty.account, size, taker: false, sequence: 2_000_000 };
    const taker = signOrder(member.wallet, this.domain, own);
    const maker: SignedOrder = signOrder(room.counterparty.wallet, this.domain, other);
    const fills = [{ maker, size: size < 0n ? -size : size, hint: 0n }];
    return this.call(this.deployed.clearinghouse, "settle", [room.group, [{ taker, hint: 0n, fills }], true]);
  }

  /** Remembers this moment; the answer brings the chain and the state back to it. */
  async remember(): Promise<() => Promise<void>> {
    const { provider } = this.chain;
    const snapshot: string = await provider.send("evm_snapshot", []);
    const [block, marks] = [this.block, this.rooms.map(({ mark }) => mark)];
    return async () => {
      await provider.send("evm_revert", [snapshot]);
      // Its nonces and its clock are of the chain that is gone.
      this.current = new Chain(provider, () => {});
      await this.current.mineOnDemand();
      revertTo(this.state, block);
      this.block = block;
      this.rooms.forEach((room, index) => (room.mark = marks[index]!));
    };
  }

  private follow(receipts: Receipt[]): void {
    ++this.block;
    let logIndex = 0;
    const timestamp = BigInt(this.chain.now);
    for (const { logs } of receipts) {
      for (const log of logs) {
        if (log.address.toLowerCase() !== this.clearinghouse.toLowerCase()) continue;
        const event = decodeVenueLog(log);
        if (event) apply(this.state, event, { block: this.block, logIndex: logIndex++, timestamp });
      }
    }
  }

  private async followDeployment(): Promise<void> {
    const filter = { address: this.clearinghouse, fromBlock: "0x0", toBlock: "latest" };
    const logs = (await this.chain.provider.send("eth_getLogs", [filter])) as RawLog[];
    for (const log of logs) {
      const event = decodeVenueLog(log);
      const at = { block: Number(log.blockNumber), logIndex: Number(log.logIndex), timestamp: BigInt(this.chain.now) };
      if (event) apply(this.state, event, at);
      this.block = at.block;
    }
    this.block += 1;
  }
}

/** The clearinghouse's events in a receipt. */
export function eventsOf(receipt: Receipt): VenueEvent[] {
  return receipt.logs.flatMap((log) => decodeVenueLog(log) ?? []);
}

/** The margins of the local parameters; neither fees nor funding, which the published figures do not have, and no cap. */
function parameters() {
  const { btcMarket } = localParameters();
  const max = 1n << 69n;
  return { ...btcMarket, makerFee: 0, takerFee: 0, maxFunding: 0, softCap: max, hardCap: max };
}

function dataOf(error: unknown): string | undefined {
  const info = (error as { data?: unknown; info?: { error?: { data?: unknown } } }) ?? {};
  const data = info.data ?? info.info?.error?.data;
  return typeof data === "string" ? data : undefined;
}

interface RawLog {
  topics: string[];
  data: string;
  blockNumber: string;
  logIndex: string;
}

interface Callable {
  target: unknown;
  interface: { encodeFunctionData(name: string, args: unknown[]): string };
}
