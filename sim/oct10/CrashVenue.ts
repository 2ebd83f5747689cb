// SPDX-License-Identifier: MIT
import { Wallet } from "ethers";
import { localGroups } from "../../deploy/deploy-novation.js";
import { accountOf, type AccountId } from "../../sdk/order.js";
import { keyOf } from "../venue/anvil.js";
import type { Chain } from "../venue/Chain.js";
import { VAULT_SEED, deployVenue, type ReadArtifact } from "../venue/deployVenue.js";
import { LocalVenue, ROLL, type Market } from "../venue/LocalVenue.js";
import { member, type Member, type SignedOrder } from "../venue/orders.js";
import { toAnswer, toPrice } from "../venue/units.js";
import type { Options } from "./options.js";
import { LOT, type Population } from "./population.js";
import { SYMBOLS, type Symbol } from "./published.js";

/** A market, which is one clearing group, with everybody in it. */
export interface CrashMarket extends Market {
  symbol: Symbol;
  members: Member[];
  makers: Member[];
  keeperAccount: AccountId;
  /** The vault's. */
  inventory: AccountId;
  offers: SignedOrder[];
}

// Professional makers and the keeper, as shares of all longs' notional; their capital is a fifth of what they would
// take.
const MAKERS = 3;
const MAKER_SHARE = 0.01;
const KEEPER_SHARE = 0.005;
const LEVERAGE = 5;
/** What the makers ask below and above the mark. */
const SPREADS = [0.002, 0.006, 0.012];
const FILLS = 20; // a match of so many stays below EIP-7825's limit, with the everyday build too

/** Novation with traders in two markets, each market a group of its own. */
export class CrashVenue extends LocalVenue {
  readonly markets: CrashMarket[] = [];
  /** The most notional that the keeper takes over, quote. */
  keeperLimit = 0;
  readonly keeperWallet = new Wallet(keyOf(1));

  /** Deploys everything and lets the population open its positions until `start`; `done` counts steps. */
  static async open(
    chain: Chain,
    options: Options,
    people: Population,
    artifact: ReadArtifact,
    start: number,
    done: () => void,
  ): Promise<CrashVenue> {
    const groups = localGroups().map(([listing], index) => {
      const history = people.history[SYMBOLS[index]!];
      return [{ ...listing!, answer: toAnswer(history[0]!) }];
    });
    const vault = BigInt(options.vault) * 1_000_000n;
    // What a lock sets aside is out of reach of the other group, so the budgets together are the vault.
    const vaultBudget = (vault * 1_000n) / BigInt(SYMBOLS.length);
    const venue = new CrashVenue(await deployVenue(chain, { artifact, groups, mode: options.mode, vaultBudget }));
    await venue.fund(vault - VAULT_SEED);
    const seats: Seats[] = [];
    for (const symbol of SYMBOLS) seats.push(await venue.admit(options.seed, people, symbol));
    for (const each of seats) await venue.trade(each, people, done);
    if (venue.now + 4 * ROLL >= start) throw new Error("the time before the crash does not suffice");
    await venue.rest(start);
    return venue;
  }

  /** Accounts that never trade: the vault's pot, the treasury's, the keeper's for refunds. */
  get cashAccounts(): AccountId[] {
    return [this.at.vault, this.treasury, this.keeper, this.operator].map((owner) => accountOf(owner, 0));
  }

  /** Wallets and deposits of everybody in one market. */
  private async admit(seed: number, people: Population, symbol: Symbol): Promise<Seats> {
    const history = people.history[symbol];
    const price = history.at(-1)!;
    const named = (name: string) => member(`novation ${seed} ${symbol} ${name}`);
    const traders = people.traders.filter((each) => each.symbol === symbol);
    const longs = traders.reduce((sum, { size }) => sum + Math.max(size, 0), 0) * price;
    const gross = traders.reduce((sum, { size }) => sum + Math.abs(size), 0) * history[0]!;

    const largest = named("largest");
    const makers = Array.from({ length: MAKERS }, (_, index) => named(`maker ${index}`));
    const seated = traders.map((each, index) => ({ who: named(String(index)), ...each }));
    const listed = this.listed(symbol, price);
    const market: CrashMarket = {
      ...listed,
      symbol,
      makers,
      members: [...seated.map(({ who }) => who), largest, ...makers],
      keeperAccount: accountOf(this.keeper, listed.group),
      inventory: accountOf(this.at.vault, listed.group),
      offers: [],
    };
    this.markets.push(market);
    this.keeperLimit += longs * KEEPER_SHARE;
    await this.deposit([
      ...seated.map(({ who, cash }) => [who.account, cash] as const),
      [largest.account, gross / 2],
      ...makers.map(({ account }) => [account, (longs * MAKER_SHARE) / LEVERAGE] as const),
      [market.keeperAccount, (longs * KEEPER_SHARE) / LEVERAGE],
    ]);
    return { market, largest, traders: seated };
  }

  /** Walks through the marks before the crash; at each, those who open there trade with the largest account. */
  private async trade({ market, largest, traders }: Seats, people: Population, done: () => void): Promise<void> {
    for (const price of people.history[market.symbol]) {
      await this.settleAnchors([market.group]);
      await this.setMark(market, price);
      const entries = traders
        .filter(({ entry }) => entry === price)
        .map(({ who, size }) => ({ member: who, size: inLots(market, size), limit: toPrice(price) }));
      if (entries.length > 0) await this.must(this.matches(market, entries, largest, FILLS));
      done();
    }
  }

  /** Rolls the anchors to the present marks, twice the lock delay before the crash. */
  private async rest(start: number): Promise<void> {
    for (const before of [3 * ROLL, 2 * ROLL, ROLL]) {
      for (const market of this.markets) await this.setMark(market, market.mark, start - before);
      await this.must(this.markets.map(({ group }) => this.poke(group)));
    }
  }

  /** The makers replace their orders by new ones around the mark, each for a part of what their capital carries. */
  async quoteAll(): Promise<void> {
    const { lens, clearinghouse } = this.deployed;
    for (const market of this.markets) {
      const views = await Promise.all(market.makers.map(({ account }) => lens.account(clearinghouse, account)));
      const view = (id: AccountId) => views.find(({ health }) => health.account === id)!;
      market.offers = this.quotes(market, market.makers, {
        leverage: LEVERAGE,
        spreads: SPREADS,
        equity: (id) => Number(view(id).health.equity) / 1e9,
        held: (id) => Number(view(id).positions.at(0)?.size ?? 0n) / 1e9,
        sizeOf: (base) => inLots(market, base),
      });
    }
  }
}

/** A market with its traders and the counterparty of all of them. */
interface Seats {
  market: CrashMarket;
  largest: Member;
  traders: { who: Member; size: number; entry: number }[];
}

/** Everybody who can have a position in the market. */
export function accountsOf({ members, keeperAccount, inventory }: CrashMarket): AccountId[] {
  return [...members.map(({ account }) => account), keeperAccount, inventory];
}

/** 1e-9 base in whole lots, towards zero. */
function inLots({ symbol }: CrashMarket, base: number): bigint {
  return BigInt(Math.trunc(base / LOT[symbol] + Math.sign(base) * 1e-6)) * BigInt(Math.round(LOT[symbol] * 1e9));
}
