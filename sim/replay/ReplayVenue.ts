// SPDX-License-Identifier: MIT
import type { ModeName } from "../../deploy/deploy-novation.js";
import { localParameters } from "../../deploy/parameters.js";
import { decodeVenueLog } from "../../sdk/client/decoding.js";
import { quoteOf, seenAt, type Quote } from "../../sdk/margin/quote.js";
import { accountOf, type AccountId } from "../../sdk/order.js";
import { apply, revertTo } from "../../sdk/state/apply.js";
import { groupIn } from "../../sdk/state/lookup.js";
import { createVenue, type Account, type Group, type Venue } from "../../sdk/state/Venue.js";
import { batches } from "../venue/batches.js";
import type { Chain, Receipt, Request } from "../venue/Chain.js";
import { deployVenue, type ReadArtifact } from "../venue/deployVenue.js";
import { LocalVenue, type Market } from "../venue/LocalVenue.js";
import { member, type Member } from "../venue/orders.js";
import { toAnswer, toNano, toPrice, toUnits } from "../venue/units.js";
import type { Entrant } from "./defaulters.js";
import { signOf } from "./input.js";
import { gridMark, walk } from "./walk.js";

/** Whoever has an account in a market, as the files call him. */
export interface Trader extends Member {
  name: string;
  /** Undefined for the counterparty. */
  entrant: Entrant | undefined;
}

/** One market, a clearing group of its own; its symbol is the files' asset. */
export interface ReplayMarket extends Market {
  members: Trader[];
  /** Everybody's counterparty: he holds the opposite of all. */
  counterparty: Trader;
  /** Where the keeper takes over longs, and where shorts: in a lock nobody may leave the winning side. */
  keepers: { longs: AccountId; shorts: AccountId };
}

export interface ReplayOptions {
  mode: ModeName;
  artifact: ReadArtifact;
  /** The vault's budget in each market, quote. */
  vault: number;
}

const FILLS = 60; // a settle of so many stays below EIP-7825's limit
const MATCHES = 50; // a block
const SMALLEST = 0.01; // deposit, quote

/** A venue of this process, with its whole state followed from events. */
export class ReplayVenue extends LocalVenue {
  readonly markets: ReplayMarket[] = [];
  /** What traders are called in the files. */
  readonly names = new Map<AccountId, string>();
  readonly state: Venue = createVenue({ tokenDecimals: 6, reorgDepth: 10_000_000 });
  private block = 0;

  /** Deploys a market for each asset, at the marks with which the opening begins. */
  static async deploy(
    chain: Chain,
    { mode, artifact, vault: budget }: ReplayOptions,
    marks: { asset: string; mark: number }[],
  ): Promise<ReplayVenue> {
    const params = parameters();
    const parts = await deployVenue(chain, {
      artifact,
      mode,
      groups: marks.map(({ asset, mark }) => [{ symbol: asset, answer: toAnswer(mark), heartbeat: 259_200, params }]),
      // The smallest of debts locks, so that a small population replays its small rounds too.
      venue: { minDebt: 1_000_000_000n },
      vaultBudget: toNano(budget),
    });
    const venue = new ReplayVenue(parts);
    await venue.followDeployment();
    await venue.fund(toUnits(budget * marks.length));
    return venue;
  }

  // ---------------------------------------------------------------- opening

  /** Lets everybody of a market open at his entry, walking the mark over a grid that ends at `start`. */
  async open(
    asset: string,
    entrants: Entrant[],
    start: number,
    done: (accounts: number) => void = () => {},
  ): Promise<ReplayMarket> {
    const trader = (name: string, entrant?: Entrant): Trader => {
      return { ...member(`replay ${asset} ${name}`), name, entrant };
    };
    const counterparty = trader("counterparty");
    const traders = entrants.map((entrant) => trader(entrant.name, entrant));
    const steps = [0, ...entrants.map(({ step }) => step)];
    const listed = this.listed(asset, gridMark(start, Math.max(...steps)));
    const number = Number(listed.group) * 2;
    const market: ReplayMarket = {
      ...listed,
      counterparty,
      members: [...traders, counterparty],
      keepers: { longs: accountOf(this.operator, number), shorts: accountOf(this.operator, number + 1) },
    };
    this.markets.push(market);
    for (const { account, name } of market.members) this.names.set(account, name);
    const gross = entrants.reduce((sum, { size, entry }) => sum + size * entry, 0);
    await this.deposit(
      [
        ...traders.map(({ account, entrant }) => [account, entrant!.margin] as const),
        [counterparty.account, gross] as const,
        [market.keepers.longs, gross] as const,
        [market.keepers.shorts, gross] as const,
      ].map(([account, cash]) => [account, Math.max(cash, SMALLEST)] as const),
    );

    for (let step = Math.max(...steps); step >= Math.min(...steps); --step) {
      await this.moveTo(market, gridMark(start, step));
      const here = traders.filter(({ entrant }) => entrant!.step === step);
      const entries = here.map((each) => {
        const { side, size, entry } = each.entrant!;
        return { member: each, size: toNano(size) * BigInt(signOf(side)), limit: toPrice(entry) };
      });
      for (const block of batches(this.matches(market, entries, counterparty, FILLS), MATCHES)) await this.must(block);
      done(here.length);
    }
    await this.moveTo(market, start);
    await this.settleAnchors([market.group]);
    return market;
  }

  /**
   * Walks the mark to `target` so slowly that the anchors follow and nothing locks; `pause` is called after each step.
   */
  async moveTo(market: Market, target: number, pause: () => Promise<void> = async () => {}): Promise<void> {
    for (const mark of walk(market.mark, target)) {
      await this.settleAnchors([market.group]);
      await this.setMark(market, mark);
      await pause();
    }
  }

  // ---------------------------------------------------------------- what keepers do

  absorb(market: ReplayMarket, accounts: bigint[]): Request {
    const ascending = [...accounts].sort((a, b) => (a < b ? -1 : 1));
    return this.call(this.deployed.clearinghouse, "absorb", [market.group, ascending]);
  }

  deleverage(market: ReplayMarket, steps: bigint): Request {
    return this.call(this.deployed.clearinghouse, "deleverage", [market.group, steps]);
  }

  /** The keeper takes over as much of the account's position as may be liquidated. */
  liquidate(market: ReplayMarket, account: bigint, long: boolean): Request {
    const keeper = (long ? market.keepers.longs : market.keepers.shorts) & 0xffffffffn;
    const args = [account, market.id, keeper, 2n ** 70n, 0n, 0n, 2n ** 40n - 1n];
    return this.call(this.deployed.clearinghouse, "liquidateToAccount", args);
  }

  // ---------------------------------------------------------------- state

  groupOf(market: ReplayMarket): Group {
    return groupIn(this.state, market.group);
  }

  /** The quote of the market at a mark, at the last block. */
  quote(market: ReplayMarket, mark: number = market.mark): Quote {
    return quoteOf(this.groupOf(market).markets[0]!, seenAt(toPrice(mark)), BigInt(this.now));
  }

  /** Everybody with a position in the market, the keeper's and the vault's accounts included. */
  holders(market: ReplayMarket): Account[] {
    return [...this.state.accounts.values()].filter(
      ({ group, legs }) => group === market.group && legs.some((leg) => leg !== undefined),
    );
  }

  // ---------------------------------------------------------------- transactions

  /** One block; who fails is told with his error's name. */
  async try(requests: Request[], time = 0): Promise<{ receipts: Receipt[]; failures: string[] }> {
    const receipts = await this.mine(requests, time);
    const failed = receipts.filter(({ ok }) => !ok);
    const failures = await Promise.all(failed.map((each) => this.reasonOf(each)));
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
        const parsed = hex ? this.deployed.clearinghouse.interface.parseError(hex) : null;
        return parsed ? [parsed.name] : [];
      })[0];
      if (name === undefined) throw error;
      return name;
    }
  }

  /**
   * An order of `trader` to close `size` (signed as his position), matched by the counterparty at the mark, strictly.
   */
  closing(market: ReplayMarket, trader: Trader, size: bigint): Request {
    const entry = { member: market.counterparty, size, limit: toPrice(market.mark) };
    return this.match(market, [entry], { taker: trader });
  }

  /** Remembers this moment; the answer brings the chain and the state back to it. */
  async remember(): Promise<() => Promise<void>> {
    const snapshot = await this.chain.snapshot();
    const [block, marks] = [this.block, this.markets.map(({ mark }) => mark)];
    return async () => {
      await this.chain.restore(snapshot);
      revertTo(this.state, block);
      this.block = block;
      this.markets.forEach((market, index) => (market.mark = marks[index]!));
    };
  }

  protected override async follow(receipts: Receipt[]): Promise<void> {
    ++this.block;
    const timestamp = BigInt(this.now);
    this.eventsOf(receipts).forEach((event, logIndex) =>
      apply(this.state, event, { block: this.block, logIndex, timestamp }),
    );
  }

  private async followDeployment(): Promise<void> {
    const filter = { address: this.at.clearinghouse, fromBlock: "0x0", toBlock: "latest" };
    const logs = (await this.chain.provider.send("eth_getLogs", [filter])) as RawLog[];
    for (const log of logs) {
      const event = decodeVenueLog(log);
      const at = { block: Number(log.blockNumber), logIndex: Number(log.logIndex), timestamp: BigInt(this.now) };
      if (event) apply(this.state, event, at);
      this.block = at.block;
    }
    this.block += 1;
  }
}

/**
 * The margins of the local parameters; neither fees nor funding, which the published figures do not have, and no cap.
 */
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
