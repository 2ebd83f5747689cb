// SPDX-License-Identifier: MIT
import { join } from "node:path";
import { Wallet } from "ethers";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import type { Listing } from "../../deploy/deploy-novation.js";
import { localParameters } from "../../deploy/parameters.js";
import type { Deployment } from "../../sdk/deployment.js";
import { accountOf } from "../../sdk/order.js";
import { keyOf } from "../../sim/venue/anvil.js";
import { Chain } from "../../sim/venue/Chain.js";
import { deployVenue } from "../../sim/venue/deployVenue.js";
import { LocalVenue, ROLL, type Market } from "../../sim/venue/LocalVenue.js";
import { member, type Member } from "../../sim/venue/orders.js";
import { toAnswer, toPrice } from "../../sim/venue/units.js";
import { VenueKeeper } from "../../sim/venue/VenueKeeper.js";

const ROOT = join(import.meta.dirname, "../..");
const FIRST = { BTC: 100_000, ETH: 4_000, SOL: 200 } as const;
type Symbol = keyof typeof FIRST;
const ONE = 1_000_000_000n;

/** A real venue and keeper on a chain of its own. Everything that the indexer has a table for happens there. */
export class Story {
  readonly markets: Record<Symbol, Market>;
  private trades = 0;

  private constructor(
    readonly venue: LocalVenue,
    readonly url: string,
    readonly crowd: readonly Member[],
    private readonly keeper: VenueKeeper,
  ) {
    const listed = (symbol: Symbol) => venue.listed(symbol, FIRST[symbol]);
    this.markets = { BTC: listed("BTC"), ETH: listed("ETH"), SOL: listed("SOL") };
  }

  /** @param start Of the chain's clock, Unix seconds: two stories of different starts have different genesis blocks. */
  static async open(start = 1_900_000_000): Promise<Story> {
    const chain = await Chain.start(start);
    const artifact = builtArtifacts(join(ROOT, "artifacts"), "npm run indexer -- test");
    const groups = [[listing("BTC"), { ...listing("ETH"), mode: "PRORATA" as const }], [listing("SOL")]];
    const venue = new LocalVenue(await deployVenue(chain, { artifact, groups, vaultBudget: 20_000n * ONE }));
    await venue.fund(5_000_000n * 1_000_000n);
    const crowd = Array.from({ length: 12 }, (_, index) => member(`novation indexer ${index}`));
    await venue.deposit(crowd.map(({ account }) => [account, 50_000] as const));
    const wallet = new Wallet(keyOf(1));
    const own = venue.deployed.groups.map((group) => accountOf(venue.keeper, group));
    await venue.deposit(own.map((account) => [account, 30_000] as const));
    const hire = { wallet, maxInventory: 10 ** 15, orders: () => [] };
    const keeper = await VenueKeeper.start(venue, hire);
    return new Story(venue, urlOf(chain), crowd, keeper);
  }

  stop(): void {
    this.venue.stop();
  }

  /** `buyer` and `seller` trade at the mark, or `premium` above it: then funding runs. */
  async trade(symbol: Symbol, buyer: number, seller: number, base: number, premium = 0): Promise<void> {
    const market = this.markets[symbol];
    const lane = Number(market.id & 3n) + 4 * (this.trades++ % 2);
    const size = BigInt(Math.round(base * 1e9));
    const entry = { member: this.crowd[buyer]!, size, limit: toPrice(market.mark * (1 + premium)), lane };
    await this.venue.must([this.venue.match(market, [entry], { taker: this.crowd[seller]!, lane })]);
  }

  /** The mark moves, and the keeper does what it finds to do. */
  async move(symbol: Symbol, mark: number, after = 12): Promise<void> {
    await this.venue.setMark(this.markets[symbol], mark, this.venue.now + after);
    await this.keep();
  }

  /** Moves too small to lock, with the anchors following each. */
  async drift(symbol: Symbol, ...marks: number[]): Promise<void> {
    for (const mark of marks) {
      await this.move(symbol, mark);
      await this.venue.settleAnchors(this.venue.deployed.groups);
      await this.keep();
    }
  }

  async keep(): Promise<void> {
    for (let turn = 0; turn < 12 && (await this.keeper.look()); ++turn) await this.venue.chain.mineWaiting();
  }

  /** Time passes, and the keeper looks. */
  async wait(seconds: number): Promise<void> {
    await this.venue.mine([], this.venue.now + seconds);
    await this.keep();
  }

  /** Blocks with a fill each: a history of this length. */
  async tradeOften(many: number): Promise<void> {
    for (let i = 0; i < many; ++i) await this.trade("SOL", i % 2 === 0 ? 10 : 11, i % 2 === 0 ? 11 : 10, 1);
  }

  snapshot(): Promise<string> {
    return this.venue.chain.snapshot();
  }

  /** Takes back every block since a snapshot; what comes then is another history. */
  async restore(snapshot: string): Promise<void> {
    await this.venue.chain.restore(snapshot);
  }

  get node() {
    return this.venue.chain.provider;
  }

  /** Where it is, as its deployment file has it. */
  async deployment(): Promise<Deployment> {
    return this.venue.deployment;
  }

  /** Everybody opens; two gaps with defaults, one in each way of tearing up; liquidations and calls between. */
  async crash(): Promise<void> {
    const { venue } = this;
    await this.trade("BTC", 0, 1, 4); // 0 long with 8x, 1 short
    await this.trade("BTC", 2, 3, 9); // near its initial margin: it will be called, and liquidated
    await this.trade("BTC", 4, 1, 1);
    await this.trade("ETH", 0, 5, 10);
    await this.trade("ETH", 6, 5, 60);
    await this.trade("SOL", 7, 8, 2_000);
    await this.trade("SOL", 9, 8, 1_500);
    await this.trade("SOL", 10, 11, 500);
    await venue.settleAnchors(venue.deployed.groups);
    await this.drift("BTC", 99_000, 98_000);
    await this.trade("BTC", 3, 2, 1); // both reduce
    await this.drift("BTC", 97_500, 96_600, 95_500);
    await this.wait(60);
    await this.trade("BTC", 4, 6, 0.3, 0.005); // 6 stands at the end of the queue: charged, and not torn up
    await this.wait(3_600);
    await this.move("BTC", 85_000); // a gap: who is 8x long is below zero
    await this.wait(ROLL);
    await this.wait(ROLL);
    await this.move("SOL", 165);
    await this.wait(ROLL);
    await this.wait(ROLL);
    await this.trade("BTC", 4, 3, 0.5);
    await this.trade("SOL", 10, 11, 20);
    await this.trade("SOL", 11, 10, 700, 0.002); // both turn round
    await this.wait(600);
    await this.trade("BTC", 6, 4, 0.3, -0.001); // 6 is flat again
  }

  /** What is not trading: keys, cancels, transfers, a withdrawal, the vault's batches, governance. */
  async office(): Promise<void> {
    const { venue } = this;
    const { clearinghouse, vault, authority } = venue.deployed;
    const { operator } = venue;
    const own = accountOf(operator, 0);
    await venue.deposit([[own, 1_000]]);
    await venue.must([
      venue.call(clearinghouse, "setSigner", [venue.keeper, 2n ** 40n - 1n]),
      venue.call(clearinghouse, "transfer", [0, 7, 250n * ONE]),
      venue.call(clearinghouse, "cancelOrder", [(5n << 16n) | 3n, own]),
      venue.call(clearinghouse, "cancelBelow", [own, 77n]),
      venue.call(clearinghouse, "withdraw", [0, 100_000_000n, operator]),
      venue.call(clearinghouse, "collectFees", []),
    ]);
    const shares = await vault.balanceOf(operator);
    await venue.must([venue.call(vault, "requestRedeem", [shares / 10n, operator, operator])]);
    const { venue: params, btcMarket, riskDelay } = localParameters();
    const call = clearinghouse.interface.encodeFunctionData("setMarketParams", [
      this.markets.SOL.id,
      { ...btcMarket, takerFee: 500 },
    ]);
    const other = clearinghouse.interface.encodeFunctionData("setVenueParams", [{ ...params, callLapse: 2_400 }]);
    await venue.must([
      venue.call(authority, "schedule", [venue.at.clearinghouse, call, 0]),
      venue.call(authority, "schedule", [venue.at.clearinghouse, other, 0]),
    ]);
    await venue.must(
      [
        venue.call(authority, "execute", [venue.at.clearinghouse, call]),
        venue.call(authority, "cancel", [operator, venue.at.clearinghouse, other]),
        venue.call(clearinghouse, "pause", [this.markets.SOL.id, 1, 3_600]),
      ],
      venue.now + Number(riskDelay) + 1,
    );
    await venue.settleAnchors(venue.deployed.groups);
    await venue.must([venue.call(vault, "processBatch", [])], venue.now + 5_000);
    await venue.must([venue.call(vault, "redeem", [shares / 20n, operator, operator])]);
  }
}

function listing(symbol: Symbol): Listing {
  const { btcMarket } = localParameters();
  const max = 1n << 62n;
  const params = { ...btcMarket, softCap: max, hardCap: max };
  return { symbol, answer: toAnswer(FIRST[symbol]), heartbeat: 86_400, params };
}

function urlOf(chain: Chain): string {
  return (chain.provider as unknown as { _getConnection(): { url: string } })._getConnection().url;
}
