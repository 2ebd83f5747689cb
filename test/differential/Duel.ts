// SPDX-License-Identifier: MIT
import { artifacts, type network } from "hardhat";
import type { TransactionReceipt, TransactionResponse } from "ethers";
import { deployNovation, type Deployed, type Listing } from "../../deploy/deploy-novation.js";
import { localParameters } from "../../deploy/parameters.js";
import { abs, max } from "../../sdk/arithmetic.js";
import { rankOf, type NodeId } from "../../sdk/level.js";
import { packBatch, packMakers } from "../../sdk/packing/batch.js";
import { accountOf, typedOrder, type AccountId, type Address, type Order } from "../../sdk/order.js";
import { decode } from "./decode.js";
import { callLevel } from "../../sdk/reference/call.js";
import { Divergence, type Observation } from "../../sdk/reference/Observed.js";
import type { ObservedLiquidation } from "../../sdk/reference/liquidation.js";
import type { CollateralParameters } from "../../sdk/parameters/collateral.js";
import type { MarketParameters } from "../../sdk/parameters/market.js";
import type { VenueParameters } from "../../sdk/parameters/venue.js";
import { ReferenceClearinghouse } from "../../sdk/reference/ReferenceClearinghouse.js";
import { collateralIn, countedOf, feeOf, levelsOf, worthUp } from "../../sdk/reference/pledge.js";
import { Rejected } from "../../sdk/reference/Rejected.js";
import { advance } from "../../sdk/reference/funding.js";
import { sizeOfNode } from "../../sdk/reference/queue.js";
import { liveQuotes } from "../../sdk/reference/quote.js";
import {
  FINE,
  accountIn,
  groupIn,
  marketIn,
  positionsIn,
  unitsOf,
  type Account,
  type Group,
  type Market,
  type Phase,
} from "../../sdk/reference/state.js";
import { BUDGET_PERIOD } from "../../sdk/reference/vault.js";
import { money, price, size } from "../../sdk/units.js";
import {
  ICollateral__factory,
  type ICollateral,
  type MockGate,
  type MockPriceSource,
  type MockToken,
  type SnapshotLens,
} from "../../types/ethers-contracts/index.js";
import type {
  AccountSnapshotStructOutput,
  SnapshotStructOutput,
} from "../../types/ethers-contracts/contracts/mocks/SnapshotLens.js";

type Connection = Awaited<ReturnType<typeof network.create>>;
type Signer = Awaited<ReturnType<Connection["ethers"]["getSigners"]>>[number];
type MarketSnapshot = SnapshotStructOutput["markets"][number];

export interface Options {
  /** Per group: the modes of its markets. */
  readonly groups: ("QUEUE" | "PRORATA")[][];
  readonly traders: number;
  readonly vaultBudget: bigint;
  readonly pot: bigint;
}

/** Of the widest difference seen of one kind. */
export type Differences = Record<
  "equity" | "cash" | "units" | "equityOfTorn" | "size" | "nodeSize" | "estate" | "group" | "recovery",
  bigint
>;

const COLLATERAL = ICollateral__factory.createInterface();
const GAS = 16_000_000;
const NEVER = 2n ** 40n - 1n;
const PHASES: Phase[] = ["NORMAL", "LOCKED", "SETTLING"];

/**
 * What one operation may add to the rounding of an account's money: one unit each for reading, storing, fee and
 * proportion.
 */
const MONEY_A_TOUCH = 4n;
const START = { BTC: 60_000n * 10n ** 8n, ETH: 2_500n * 10n ** 8n, SOL: 150n * 10n ** 8n, DOGE: 10n ** 7n };
const SYMBOLS = ["BTC", "ETH", "SOL", "DOGE"] as const;

/**
 * The contracts and the reference side by side: `perform` does one operation on both, demands the same answer (done, or
 * the same error by name) and then compares everything that a lens reads.
 *
 * BOUNDS. Funding, rates, anchors, times, phases, charges, fees, node ids and the order of the queue: equal. Money of
 * an account: 4e-9 quote for each operation that changed it, and one unit of size (1e-9 base) at the mark for each
 * tear-up of its position and each trade of it in a torn node. Sizes: equal, or within one unit for each account in a
 * torn node (the last node that a settlement closes makes up for the rounding of all). So that such units do not add
 * up, the reference goes on with the contract's sizes, estates and totals of the group and the recovery, once these are
 * within their bounds; never with its money.
 */
export class Duel {
  readonly log: string[] = [];
  readonly widest: Differences = {
    equity: 0n,
    cash: 0n,
    units: 0n,
    equityOfTorn: 0n,
    size: 0n,
    nodeSize: 0n,
    estate: 0n,
    group: 0n,
    recovery: 0n,
  };
  /** How often each operation was done, and how often it was refused, by name of the error. */
  readonly done = new Map<string, number>();
  readonly refused = new Map<string, number>();
  /** How often something rarer happened. */
  readonly seen = new Map<string, number>();
  private readonly touches = new Map<AccountId, bigint>();
  private readonly torn = new Map<AccountId, bigint>();
  /** Whether the two spent another sum of the vault's at the group that is compared. */
  private unitGiven = false;
  private readonly tornNodes = new Set<string>();
  /**
   * Seconds between the first and the last step of the present deleverage: by so much later the vault may have taken
   * inventory.
   */
  private steppedFor = 0n;
  private gate: MockGate | undefined;
  private readonly latest = new Map<number, SnapshotStructOutput>();
  private coin: { token: MockToken; source: MockPriceSource; collateral: ICollateral } | undefined;

  private constructor(
    readonly deployed: Deployed,
    readonly lens: SnapshotLens,
    readonly reference: ReferenceClearinghouse,
    readonly traders: Signer[],
    readonly keeper: Signer,
    readonly vault: Address,
    private readonly venue: Address,
    private readonly lensAddress: string,
    readonly accounts: AccountId[],
    readonly groups: number[],
    private readonly connection: Connection,
    private readonly chainId: bigint,
    readonly pot: AccountId,
  ) {}

  static async create(connection: Connection, options: Options): Promise<Duel> {
    const signers = await connection.ethers.getSigners();
    const [deployer, keeper, treasury] = signers as [Signer, Signer, Signer];
    const traders = signers.slice(3, 3 + options.traders);
    const { btcMarket, venue: venueDefaults } = localParameters();
    // Margin rises with the interest from 300,000 quote of it, and none is let in beyond 2,000,000.
    const paramsOf = (symbol: keyof typeof START) => {
      const softCap = (300_000n * 10n ** 17n) / START[symbol];
      return { ...btcMarket, softCap, hardCap: (softCap * 20n) / 3n };
    };
    const venue = { ...venueDefaults, outflowFloor: 18n * 10n ** 18n };
    const groups = options.groups.map((modes) =>
      modes.map((mode, i): Listing => ({
        symbol: SYMBOLS[i]!,
        answer: START[SYMBOLS[i]!],
        heartbeat: 259_200,
        mode,
        params: paramsOf(SYMBOLS[i]!),
      })),
    );
    const deployed = await deployNovation({
      deployer,
      artifact: (name) => artifacts.readArtifact(name),
      groups,
      venue,
      vaultBudget: options.vaultBudget,
      vaultSeed: 0n,
      tokenDecimals: 9,
      handOver: false,
      treasury: treasury.address,
    });
    const lens = (await (
      await connection.ethers.getContractFactory("SnapshotLens")
    ).deploy()) as unknown as SnapshotLens;
    const vault = (await deployed.vault.getAddress()) as Address;
    const now = BigInt(await connection.networkHelpers.time.latest());
    const reference = new ReferenceClearinghouse(
      now,
      bigints(venue) as unknown as VenueParameters,
      vault,
      treasury.address as Address,
    );
    const accounts = [accountOf(vault, 0), accountOf(treasury.address as Address, 0)];
    for (const number of [0, 1]) accounts.push(accountOf(keeper.address as Address, number));
    for (const trader of traders) accounts.push(accountOf(trader.address as Address, 1));
    accounts.push(accountOf(traders[0]!.address as Address, 2), accountOf(traders[1]!.address as Address, 2));
    const listed = await deployed.clearinghouse.queryFilter(deployed.clearinghouse.filters.MarketCreated());
    const times = await Promise.all(listed.map(async (entry) => BigInt((await entry.getBlock()).timestamp)));
    options.groups.forEach((modes, i) => {
      const group = reference.createGroup(money(options.vaultBudget));
      accounts.push(accountOf(vault, group));
      modes.forEach((mode, index) => {
        const mark = price(START[SYMBOLS[index]!] * 10n ** 10n);
        reference.createMarket(
          i + 1,
          bigints(paramsOf(SYMBOLS[index]!)) as unknown as MarketParameters,
          mode === "PRORATA",
          mark,
          times.shift()!,
        );
      });
    });
    for (const signer of [keeper, ...traders]) {
      await (await deployed.token.mint(signer.address, 10n ** 30n)).wait();
      await (await deployed.token.connect(signer).approve(deployed.clearinghouse, 2n ** 255n)).wait();
    }
    const chainId = (await connection.ethers.provider.getNetwork()).chainId;
    const duel = new Duel(
      ...([deployed, lens, reference, traders, keeper, vault] as const),
      ...([(await deployed.clearinghouse.getAddress()) as Address, await lens.getAddress(), accounts] as const),
      ...([options.groups.map((_, i) => i + 1), connection, chainId, accountOf(vault, 0)] as const),
    );
    await duel.deposit(keeper, duel.pot, options.pot);
    return duel;
  }

  // ---------------------------------------------------------------- operations

  get now(): bigint {
    return this.reference.state.now;
  }

  async deposit(from: Signer, to: AccountId, amount: bigint): Promise<boolean> {
    const { clearinghouse } = this.deployed;
    return this.perform(`deposit ${this.name(to)} ${amount}`, this.groups, {
      contract: () => clearinghouse.connect(from).deposit(to, amount, { gasLimit: GAS }),
      reference: (now) => this.reference.deposit(now, to, money(amount)),
    });
  }

  /** The access gate, which there is from the first time on, changes its mind about a trader. */
  async bar(trader: Signer, on: boolean): Promise<boolean> {
    if (this.gate === undefined) {
      this.gate = (await this.connection.ethers.deployContract("MockGate")) as unknown as MockGate;
      await (await this.deployed.clearinghouse.setAccessGate(this.gate)).wait();
    }
    const { gate } = this;
    return this.perform(`bar ${trader.address} ${on}`, this.groups, {
      contract: () => gate.bar(trader.address, on),
      reference: (now) => this.reference.bar(now, trader.address as Address, on),
    });
  }

  // ---------------------------------------------------------------- collateral

  /** A coin of 18 decimals at `whole` quote, with a line out of the pot; everybody has some. */
  async createCollateral(whole: bigint, parameters: CollateralParameters, line: bigint): Promise<void> {
    const { ethers } = this.connection;
    const token = (await ethers.deployContract("MockToken", ["Coin", "COIN", 18])) as unknown as MockToken;
    const live = whole * 10n ** 18n;
    const source = (await ethers.deployContract("MockPriceSource", [live])) as unknown as MockPriceSource;
    const [deployer] = await ethers.getSigners();
    this.coin = { token, source, collateral: ICollateral__factory.connect(this.venue, deployer) };
    for (const signer of [this.keeper, ...this.traders]) {
      await (await token.mint(signer.address, 10n ** 30n)).wait();
      await (await token.connect(signer).approve(this.venue, 2n ** 255n)).wait();
    }
    const { collateral } = this.coin;
    await this.perform("create collateral", this.groups, {
      contract: () => collateral.createCollateral(token, source, parameters),
      reference: (now) => void this.reference.createCollateral(now, 18n, parameters, price(live)),
    });
    await this.setCollateralLine(line);
  }

  async setCollateralPrice(live: bigint, stale: boolean): Promise<void> {
    this.log.push(`price of the collateral: ${live}${stale ? " stale" : ""}`);
    await this.collaterals.source.set(live, stale ? 1 : 0);
    this.reference.setCollateralPrice(1, price(live), !stale);
    advance(this.reference.state, BigInt(await this.connection.networkHelpers.time.latest()));
  }

  setCollateralLine(line: bigint): Promise<boolean> {
    return this.perform(`set line ${line}`, this.groups, {
      contract: () => this.collaterals.collateral.setCollateralLine(1n, line),
      reference: (now) => this.reference.setCollateralLine(now, 1, money(line)),
    });
  }

  setCollateralParameters(parameters: CollateralParameters): Promise<boolean> {
    return this.perform(`set collateral parameters ${Object.values(parameters).join()}`, this.groups, {
      contract: () => this.collaterals.collateral.setCollateralParams(1n, parameters),
      reference: (now) => this.reference.setCollateralParameters(now, 1, parameters),
    });
  }

  recordCollateralPrice(): Promise<boolean> {
    return this.perform("record 1", this.groups, {
      contract: () => this.collaterals.collateral.recordCollateralPrice(1n),
      reference: (now) => this.reference.recordCollateralPrice(now, 1),
    });
  }

  pledge(trader: Signer, number: number, units: bigint): Promise<boolean> {
    const id = accountOf(trader.address as Address, number);
    return this.perform(`pledge ${this.name(id)} ${units}`, this.groups, {
      contract: () => this.collaterals.collateral.connect(trader).pledge(number, 1n, units, { gasLimit: GAS }),
      reference: (now) => this.reference.pledge(now, id, 1, units),
    });
  }

  withdrawPledge(trader: Signer, number: number, units: bigint | "all"): Promise<boolean> {
    const id = accountOf(trader.address as Address, number);
    const wanted = units === "all" ? 2n ** 256n - 1n : units;
    const own = this.collaterals.collateral.connect(trader);
    return this.perform(`withdraw pledge ${this.name(id)} ${units}`, this.groups, {
      contract: () => own.withdrawPledge(number, 1n, wanted, trader.address, { gasLimit: GAS }),
      reference: (now) => this.reference.withdrawPledge(now, id, 1, units),
    });
  }

  takePledgeFee(id: AccountId): Promise<boolean> {
    return this.perform(`take fee ${this.name(id)}`, this.groups, {
      contract: () => this.collaterals.collateral.takePledgeFee(id, 1n, { gasLimit: GAS }),
      reference: (now) => this.reference.takePledgeFee(now, id, 1),
    });
  }

  offerPledges(id: AccountId): Promise<boolean> {
    return this.perform(`offer ${this.name(id)}`, this.groups, {
      contract: () => this.collaterals.collateral.offerPledges(id, { gasLimit: GAS }),
      reference: (now) => this.reference.offerPledges(now, id),
    });
  }

  clearOffer(id: AccountId): Promise<boolean> {
    return this.perform(`clear offer ${this.name(id)}`, this.groups, {
      contract: () => this.collaterals.collateral.clearOffer(id, { gasLimit: GAS }),
      reference: (now) => this.reference.clearOffer(now, id),
    });
  }

  /** Somebody buys with the cash of his account `number`. */
  buyPledge(id: AccountId, buyer: Signer, number: number, max: bigint): Promise<boolean> {
    const from = accountOf(buyer.address as Address, number);
    const own = this.collaterals.collateral.connect(buyer);
    return this.perform(`buy pledge ${this.name(id)} by ${this.name(from)} ${max}`, this.groups, {
      contract: () => own.buyPledge(id, 1n, max, number, buyer.address, 0n, { gasLimit: GAS }),
      reference: (now) => this.reference.buyPledge(now, id, 1, { id: from, max }),
    });
  }

  exchangeWithLine(id: AccountId): Promise<boolean> {
    return this.perform(`exchange ${this.name(id)}`, this.groups, {
      contract: () => this.collaterals.collateral.exchangeWithLine(id, 1n, { gasLimit: GAS }),
      reference: (now) => this.reference.exchangeWithLine(now, id, 1),
    });
  }

  buyStock(buyer: Signer, number: number, max: bigint): Promise<boolean> {
    const id = accountOf(buyer.address as Address, number);
    const own = this.collaterals.collateral.connect(buyer);
    return this.perform(`buy stock ${this.name(id)} ${max}`, this.groups, {
      contract: () => own.buyStock(1n, max, number, buyer.address, 0n, { gasLimit: GAS }),
      reference: (now) => this.reference.buyStock(now, 1, { id, max }),
    });
  }

  private get collaterals() {
    if (this.coin === undefined) throw new Error("there is no collateral: create it first");
    return this.coin;
  }

  /**
   * Units follow from money, which rounding moves: so many as the bound of all money buys. The reference goes on with
   * the contract's.
   */
  private async compareCollateral(): Promise<void> {
    if (this.coin === undefined) return;
    const { collateral } = this.coin;
    const observed = await collateral.collateral(1n);
    const own = collateralIn(this.reference.state, 1);
    const all = this.boundOfAll();
    const units = 2n + (2n * all * 10n ** 27n) / max(1n, own.live / 2n);
    const times = [own.anchor, own.recordedPrice, own.recordedAt, own.fresh].join();
    this.equal(
      "prices of the collateral",
      times,
      [observed.anchor, observed.recordedPrice, observed.recordedAt, observed.fresh].join(),
    );
    this.equal("when the collateral closes", own.closesAt, observed.closesAt);
    own.floor = price(this.near("units", "floor", own.floor, observed.floor, own.floor >> 22n));
    own.line = money(this.near("group", "line", own.line, observed.line, all));
    own.pledged = this.near("units", "pledged in all", own.pledged, observed.pledged, units);
    own.stock = this.near("units", "stock", own.stock, observed.stock, units);
    this.equal(
      "the line covers what is pledged (INV-20)",
      worthUp(own, own.pledged, price(observed.committed)) <= own.line,
      true,
    );
    const { counted, committed } = levelsOf(own);
    this.equal("what a unit counts for", `${counted} ${committed}`, `${observed.counted} ${observed.committed}`);
    for (const id of this.accounts) await this.comparePledge(id, units);
  }

  private async comparePledge(id: AccountId, bound: bigint): Promise<void> {
    const account = accountIn(this.reference.state, id);
    const observed = await this.collaterals.collateral.pledgesOf(id);
    const held = account.pledges.get(1);
    const theirs = observed.pledges.length === 0 ? undefined : observed.pledges[0]!;
    const own = held === undefined ? 0n : held.units - feeOf(this.reference.state, held);
    const off = this.near("units", `pledge of ${this.name(id)}`, own, theirs?.units ?? 0n, bound) - own;
    if (held !== undefined && held.units + off > 0n) account.pledges.set(1, { ...held, units: held.units + off });
    else if (held !== undefined) account.pledges.delete(1);
    const lapsed = this.reference.state.now >= account.pledgesOfferedAt + 7_200n;
    this.equal(`offer of ${this.name(id)}`, lapsed ? 0n : account.pledgesOfferedAt, observed.offeredAt);
    if (off === 0n)
      this.equal(`worth of ${this.name(id)}`, countedOf(this.reference.state, account).counted, observed.counted);
  }

  async withdraw(trader: Signer, number: number, amount: bigint | "all"): Promise<boolean> {
    const id = accountOf(trader.address as Address, number);
    const units = amount === "all" ? 2n ** 256n - 1n : amount;
    return this.perform(`withdraw ${this.name(id)} ${amount}`, this.groups, {
      contract: () =>
        this.deployed.clearinghouse.connect(trader).withdraw(number, units, trader.address, { gasLimit: GAS }),
      reference: (now) => void this.reference.withdraw(now, id, amount === "all" ? amount : money(amount)),
    });
  }

  async transfer(trader: Signer, from: number, to: number, amount: bigint): Promise<boolean> {
    const owner = trader.address as Address;
    return this.perform(`transfer ${this.name(accountOf(owner, from))} to ${to}: ${amount}`, this.groups, {
      contract: () => this.deployed.clearinghouse.connect(trader).transfer(from, to, amount, { gasLimit: GAS }),
      reference: (now) => this.reference.transfer(now, accountOf(owner, from), accountOf(owner, to), money(amount)),
    });
  }

  async settle(taker: Order, makers: { order: Order; size: bigint }[], strict: boolean): Promise<boolean> {
    const group = Number(taker.market >> 2n);
    const signed = async (order: Order) => {
      const { domain, types, message } = typedOrder(order, this.chainId, this.venue);
      const signer = this.traderOf(order.account);
      return { order, signer: signer.address, signature: await signer.signTypedData(domain, types, message) };
    };
    const fills = await Promise.all(makers.map(async (m) => ({ maker: await signed(m.order), size: size(m.size) })));
    const batch = packBatch({ strict, matches: [{ taker: await signed(taker), fills }] });
    const told = makers.map(
      ({ order, size: max }) => `${this.name(order.account)} ${order.size}@${order.limit} most ${max}`,
    );
    return this.perform(
      `settle market ${taker.market} taker ${this.name(taker.account)} ${taker.size}@${taker.limit}${taker.reduceOnly ? " reduce" : ""} makers ${told.join(", ")}${strict ? " strict" : ""}`,
      [group],
      {
        contract: () => this.deployed.clearinghouse.connect(this.keeper).settle(batch, { gasLimit: GAS }),
        reference: (now) =>
          this.reference.settle(
            now,
            taker,
            makers.map((m) => ({ order: m.order, size: size(m.size) })),
            strict,
          ),
      },
    );
  }

  async poke(group: number): Promise<boolean> {
    return this.perform(`poke ${group}`, [group], {
      contract: () => this.deployed.clearinghouse.connect(this.keeper).poke(group, { gasLimit: GAS }),
      reference: (now) => this.reference.poke(now, group),
    });
  }

  async absorb(group: number, ids: AccountId[]): Promise<boolean> {
    const ascending = [...ids].sort((a, b) => (a < b ? -1 : 1));
    return this.perform(`absorb ${group}: ${ascending.map((id) => this.name(id)).join(" ")}`, [group], {
      contract: () => this.deployed.clearinghouse.connect(this.keeper).absorb(group, ascending, { gasLimit: GAS }),
      reference: (now) => this.reference.absorb(now, group, ascending),
    });
  }

  async net(group: number, ids: AccountId[]): Promise<boolean> {
    return this.perform(`net ${group}: ${ids.map((id) => this.name(id)).join(" ")}`, [group], {
      contract: () => this.deployed.clearinghouse.connect(this.keeper).net(group, ids, { gasLimit: GAS }),
      reference: (now) => this.reference.net(now, group, ids),
    });
  }

  /**
   * Deleverages in calls of `steps` steps; the reference settles at the first and unlocks at the last. A trial run in
   * one call comes first and is undone: it says what the vault takes, and the state after it must be that after all the
   * steps.
   */
  async deleverage(group: number, steps: number): Promise<boolean> {
    const { clearinghouse } = this.deployed;
    const trial = await this.trial(group);
    let [first, done, begun] = [true, false, 0n];
    for (let calls = 0; !done; ++calls) {
      if (calls > 200) throw new RangeError(`deleverage did not end after ${calls} calls: replay ${this.log.at(-1)}`);
      const ok = await this.perform(`deleverage ${group} by ${steps}`, [group], {
        contract: () => clearinghouse.connect(this.keeper).deleverage(group, steps, { gasLimit: GAS }),
        reference: (now, receipt) => {
          if (first) {
            begun = now;
            const report = this.reference.settleGroup(now, group, trial.takes);
            if (report.shortfall > 0n) this.count(this.seen, "shortfall");
            if (report.vaultPaid > 0n) this.count(this.seen, "vault paid");
            if (report.charged > 0n) this.count(this.seen, "charge");
            if (report.credited > 0n) this.count(this.seen, "charge net of losses");
          }
          this.steppedFor = now - begun;
          done = receipt !== undefined && this.events(receipt, "Unlocked").length > 0;
          if (done) this.reference.unlockSettled(now, group, this.keeper.address as Address);
        },
      });
      if (!ok) return false;
      first = false;
    }
    this.steppedFor = 0n;
    const after = this.latest.get(group)!;
    if (trial.state === undefined) throw new RangeError("the trial run of a deleverage failed, but the run did not");
    this.equal("state after one call and after many", settledPart(trial.state), settledPart(after));
    this.count(this.seen, steps < 1_000 ? "deleverage in steps" : "deleverage at once");
    return true;
  }

  async marginCall(id: AccountId): Promise<boolean> {
    return this.perform(`margin call ${this.name(id)}`, this.groups, {
      contract: () => this.deployed.clearinghouse.connect(this.keeper).marginCall(id, { gasLimit: GAS }),
      reference: (now) => this.reference.marginCall(now, id),
    });
  }

  async clearCall(id: AccountId): Promise<boolean> {
    return this.perform(`clear call ${this.name(id)}`, this.groups, {
      contract: () => this.deployed.clearinghouse.connect(this.keeper).clearCall(id, { gasLimit: GAS }),
      reference: (now) => this.reference.clearCall(now, id),
    });
  }

  async liquidateToAccount(id: AccountId, at: [number, number], trader: Signer, max: bigint): Promise<boolean> {
    const market = (at[0] << 2) | at[1];
    const to = accountOf(trader.address as Address, 1);
    return this.perform(`liquidate ${this.name(id)} market ${market} to ${this.name(to)} most ${max}`, [at[0]], {
      contract: () =>
        this.deployed.clearinghouse
          .connect(trader)
          .liquidateToAccount(id, market, 1, max, 0, 0, NEVER, { gasLimit: GAS }),
      reference: (now, receipt) =>
        this.reference.liquidateToAccount(now, id, at, to, size(max), this.liquidation(id, at, receipt)),
    });
  }

  /** `max`: positive of longs, negative of shorts. */
  async liquidateMany(ids: AccountId[], at: [number, number], trader: Signer, max: bigint): Promise<boolean> {
    const market = (at[0] << 2) | at[1];
    const to = accountOf(trader.address as Address, 1);
    const told = `liquidate-many ${ids.map((id) => this.name(id)).join(" ")} market ${market} to ${this.name(to)} most ${max}`;
    return this.perform(told, [at[0]], {
      contract: () =>
        this.deployed.clearinghouse.connect(trader).liquidateMany(market, ids, 1, max, 0, 0, NEVER, { gasLimit: GAS }),
      reference: (now, receipt) =>
        this.reference.liquidateMany(now, ids, at, to, size(max), (id) => this.liquidation(id, at, receipt)),
    });
  }

  async liquidateToVault(id: AccountId, at: [number, number]): Promise<boolean> {
    const market = (at[0] << 2) | at[1];
    const keeper = accountOf(this.keeper.address as Address, 1);
    return this.perform(`liquidate ${this.name(id)} market ${market} to the vault`, [at[0]], {
      contract: () =>
        this.deployed.clearinghouse.connect(this.keeper).liquidateToVault(id, market, 1, 0, { gasLimit: GAS }),
      reference: (now, receipt) =>
        this.reference.liquidateToVault(now, id, at, keeper, this.liquidation(id, at, receipt)),
    });
  }

  async liquidateByOrders(
    id: AccountId,
    at: [number, number],
    makers: { order: Order; size: bigint }[],
  ): Promise<boolean> {
    const market = (at[0] << 2) | at[1];
    const keeper = accountOf(this.keeper.address as Address, 1);
    const fills = await Promise.all(
      makers.map(async ({ order, size: max }) => {
        const { domain, types, message } = typedOrder(order, this.chainId, this.venue);
        const signer = this.traderOf(order.account);
        const signature = await signer.signTypedData(domain, types, message);
        return { maker: { order, signer: signer.address, signature }, size: size(max) };
      }),
    );
    const told = makers.map(
      ({ order, size: max }) => `${this.name(order.account)} ${order.size}@${order.limit} most ${max}`,
    );
    return this.perform(`liquidate ${this.name(id)} market ${market} by orders ${told.join(", ")}`, [at[0]], {
      contract: () =>
        this.deployed.clearinghouse.connect(this.keeper).liquidate(id, market, 1, packMakers(fills), { gasLimit: GAS }),
      reference: (now, receipt) =>
        this.reference.liquidateByOrders(
          now,
          ...([id, at, keeper, makers.map((m) => ({ order: m.order, size: size(m.size) }))] as const),
          this.liquidation(id, at, receipt),
        ),
    });
  }

  async buyInventory(trader: Signer, at: [number, number], max: bigint): Promise<boolean> {
    const id = accountOf(trader.address as Address, 1);
    const market = (at[0] << 2) | at[1];
    return this.perform(`buy inventory ${this.name(id)} market ${market} most ${max}`, [at[0]], {
      contract: () =>
        this.deployed.clearinghouse.connect(trader).buyInventory(market, 1, max, 0, 0, NEVER, { gasLimit: GAS }),
      reference: (now) => this.reference.buyInventory(now, at, id, size(max)),
    });
  }

  async setSigner(trader: Signer, signer: Signer, expiry: bigint): Promise<boolean> {
    const [owner, other] = [trader.address as Address, signer.address as Address];
    return this.perform(`set signer of ${owner}: ${other} until ${expiry}`, [], {
      contract: () => this.deployed.clearinghouse.connect(trader).setSigner(other, expiry, { gasLimit: GAS }),
      reference: () => this.reference.setSigner(owner, other, expiry),
    });
  }

  async collect(id: AccountId, at: [number, number]): Promise<boolean> {
    const market = (at[0] << 2) | at[1];
    return this.perform(`collect ${this.name(id)} market ${market}`, [at[0]], {
      contract: () => this.deployed.clearinghouse.connect(this.keeper).collect(id, market, { gasLimit: GAS }),
      reference: (now) => this.reference.collect(now, id, at),
    });
  }

  async cover(amount: bigint): Promise<boolean> {
    return this.perform(`cover ${amount}`, this.groups, {
      contract: () => this.deployed.clearinghouse.connect(this.keeper).cover(amount, { gasLimit: GAS }),
      reference: (now) => this.reference.cover(now, money(amount)),
    });
  }

  async collectFees(): Promise<boolean> {
    return this.perform("collect fees", this.groups, {
      contract: () => this.deployed.clearinghouse.connect(this.keeper).collectFees({ gasLimit: GAS }),
      reference: (now) => this.reference.collectFees(now),
    });
  }

  /** A new answer of a market's feed, in 1e-8 quote; stale: an old one. */
  async setPrice([group, index]: [number, number], answer: bigint, stale: boolean): Promise<void> {
    const id = BigInt((group << 2) | index);
    const { feed } = this.deployed.markets.find((market) => market.id === id)!;
    this.log.push(`price of market ${id}: ${answer}${stale ? " stale" : ""}`);
    await feed.setAnswer(answer);
    if (stale) await feed.setUpdatedAt(1n);
    this.reference.setMark(group, index, price(answer * 10n ** 10n), stale);
    advance(this.reference.state, BigInt(await this.connection.networkHelpers.time.latest()));
  }

  async wait(seconds: number): Promise<void> {
    this.log.push(`wait ${seconds}`);
    await this.connection.networkHelpers.time.increase(seconds);
    advance(this.reference.state, BigInt(await this.connection.networkHelpers.time.latest()));
  }

  // ---------------------------------------------------------------- both sides of an operation

  private async perform(
    told: string,
    groups: number[],
    sides: {
      contract: () => Promise<TransactionResponse>;
      reference: (now: bigint, receipt: TransactionReceipt | undefined) => void;
    },
  ): Promise<boolean> {
    this.log.push(told);
    const before = new Map(this.latest);
    let [receipt, refusal]: [TransactionReceipt | undefined, string | undefined] = [undefined, undefined];
    try {
      receipt = (await (await sides.contract()).wait()) ?? undefined;
    } catch (error) {
      refusal = this.refusalOf(error);
    }
    const now = BigInt(await this.connection.networkHelpers.time.latest());
    let own: string | undefined;
    try {
      sides.reference(now, receipt);
    } catch (error) {
      if (!(error instanceof Rejected)) throw this.told(error);
      own = error.reason;
    }
    this.equal("answer", own ?? "done", refusal ?? "done");
    const [kind] = told.split(/ (?=[a-z]*\d|t\d|k\d|market)/);
    if (refusal === undefined) this.count(this.done, kind!);
    else this.count(this.refused, `${kind}: ${refusal}`);
    if (receipt !== undefined) this.noteTornNodes(receipt);
    for (const group of groups) await this.compare(group, before.get(group));
    await this.compareCollateral();
    return refusal === undefined;
  }

  /** Compares everything in and around one group. */
  private async compare(id: number, before: SnapshotStructOutput | undefined): Promise<void> {
    const snapshot = await this.snapshot(id);
    this.latest.set(id, snapshot);
    advance(this.reference.state, snapshot.venue.time);
    try {
      this.noteTouches(before, snapshot);
      this.compareGroup(id, snapshot);
      snapshot.markets.forEach((market, index) => this.compareMarket(id, index, market, snapshot));
      this.accounts.forEach((account, i) => this.compareAccount(id, account, snapshot.accounts[i]!, snapshot));
      this.compareRecovery(snapshot);
    } catch (error) {
      throw this.told(error);
    }
  }

  private compareGroup(id: number, { group: observed }: SnapshotStructOutput): void {
    const own = groupIn(this.reference.state, id);
    this.adoptUnitGiven(id, own, observed);
    const facts = (g: typeof own) =>
      [
        g.phase,
        g.gapLevel,
        g.uncovered,
        g.until,
        g.lockedAt,
        g.anchorsDue,
        g.lastUnlock,
        BigInt(g.absorbed),
        g.vaultPeriod,
        g.relieved,
      ].join();
    const { gapLevel, uncovered, until, lockedAt, anchorsDue, lastUnlock, absorbed, vaultPeriod, relieved } = observed;
    const phase = PHASES[Number(observed.phase)]!;
    const times = [until, lockedAt, anchorsDue, lastUnlock];
    const theirs = [phase, gapLevel, uncovered, ...times, absorbed, vaultPeriod, relieved].join();
    this.equal(`group ${id}`, facts(own), theirs);
    const all = this.boundOfAll();
    own.deficit = money(this.near("group", "deficit", own.deficit, observed.deficit, all));
    // In the midst of a settlement the reference has given the vault's inventory all its margin already.
    if (phase === "SETTLING") return;
    own.reserve = money(this.near("group", "reserve", own.reserve, observed.reserve, all));
    own.vaultSpent = money(this.near("group", "vault spent", own.vaultSpent, observed.vaultSpent, all));
  }

  /**
   * An inventory at exactly zero is a unit short by one rounding and not by the other. The unit that the vault then
   * gives it may begin a period of the budget, and the call of the inventory is looked at.
   */
  private adoptUnitGiven(id: number, own: Group, observed: SnapshotStructOutput["group"]): void {
    this.unitGiven = own.vaultSpent !== observed.vaultSpent || own.vaultPeriod !== observed.vaultPeriod;
    if (own.vaultPeriod === observed.vaultPeriod) return;
    const [later, earlier] = own.vaultPeriod > observed.vaultPeriod ? [own, observed] : [observed, own];
    const { now } = this.reference.state;
    if (later.vaultPeriod !== now || later.vaultSpent > this.boundOfAll() || now < earlier.vaultPeriod + BUDGET_PERIOD)
      return;
    own.vaultPeriod = observed.vaultPeriod;
    own.vaultSpent = money(observed.vaultSpent);
    this.count(this.seen, "period of a budget begun by rounding");
  }

  private compareMarket(id: number, index: number, observed: MarketSnapshot, snapshot: SnapshotStructOutput): void {
    const own = marketIn(groupIn(this.reference.state, id), index);
    const { funding, fundingRate, fundingTime, chargeLong, chargeShort, offeredAt } = observed;
    const facts = (m: Market) =>
      [m.funding, m.fundingRate, m.fundingTime, m.anchor, m.recordedMark, m.chargeLong, m.chargeShort].join();
    const [anchor, recordedMark] = [observed.anchor + funding, observed.recordedMark + funding];
    const theirs = [funding, fundingRate, fundingTime, anchor, recordedMark, chargeLong, chargeShort].join();
    this.equal(`market ${index} of group ${id}`, facts(own), theirs);
    if (PHASES[Number(snapshot.group.phase)] === "SETTLING") return; // the reference has settled already
    const what = `market ${index} of group ${id}`;
    if (abs(own.offeredAt - offeredAt) > this.steppedFor) this.equal(`offered at, ${what}`, own.offeredAt, offeredAt);
    own.offeredAt = offeredAt;
    const members = BigInt(this.accounts.length);
    const slack = [...this.tornNodes].some((key) => key.startsWith(`${(id << 2) | index}/`)) ? members : 0n;
    own.openInterest = size(
      this.near("estate", `open interest of ${what}`, own.openInterest, observed.openInterest, slack),
    );
    own.estateLong = size(this.near("estate", `long estate of ${what}`, own.estateLong, observed.estateLong, slack));
    own.estateShort = size(
      this.near("estate", `short estate of ${what}`, own.estateShort, observed.estateShort, slack),
    );
    for (const longs of [true, false]) {
      const [side, theirs] = longs ? [own.longs, observed.longs] : [own.shorts, observed.shorts];
      this.equal(`queue of ${longs ? "longs" : "shorts"} of ${what}`, side.queue.join(), theirs.nodes.join());
      let [sum, last] = [0n, -(2n ** 200n)];
      theirs.nodes.forEach((node, i) => {
        const rank = rankOf(node as NodeId);
        if (rank < last) this.equal(`ranks of ${what} ascend`, `${last} <= ${rank}`, "false");
        last = rank;
        const torn = this.tornNodes.has(this.nodeKey((id << 2) | index, longs, node as NodeId));
        const mine = sizeOfNode(this.reference.state, id, index, longs, node as NodeId);
        this.near("nodeSize", `size of node ${node} of ${what}`, mine, theirs.sizes[i]!, torn ? members : 0n);
        sum += theirs.sizes[i]!;
      });
      const estate = longs ? observed.estateLong : observed.estateShort;
      this.equal(
        `INV-2: nodes and estate of ${longs ? "longs" : "shorts"} of ${what}`,
        sum + estate,
        observed.openInterest,
      );
    }
  }

  private compareAccount(
    id: number,
    accountId: AccountId,
    observed: AccountSnapshotStructOutput,
    snapshot: SnapshotStructOutput,
  ): void {
    const own = accountIn(this.reference.state, accountId);
    const settling = PHASES[Number(snapshot.group.phase)] === "SETTLING";
    const vaults = accountId >> 32n === BigInt(this.vault);
    if (settling && vaults) return; // the reference has settled already
    const bound = this.boundOf(accountId);
    this.near("cash", `cash of ${this.name(accountId)}`, own.cash, observed.cash, bound);
    const byUnit = vaults && this.unitGiven && (own.calledAt === 0n || observed.calledAt === 0n);
    if (own.calledAt !== observed.calledAt && own.group === id && (byUnit || this.isAtTheEdge(accountId, id, bound))) {
      own.calledAt = observed.calledAt;
      this.count(this.seen, "margin call decided by rounding");
    }
    this.equal(`margin call of ${this.name(accountId)}`, own.calledAt, observed.calledAt);
    this.equal(`protection of ${this.name(accountId)}`, own.protection !== undefined, observed.hasProtected);
    if (own.protection !== undefined)
      own.protection.amount = money(
        this.near("recovery", "protected", own.protection.amount, observed.protectedCash, bound),
      );
    if (Number(observed.group) !== id || own.positions.size === 0 || settling) {
      if (Number(observed.group) === id && !settling)
        this.equal(`open of ${this.name(accountId)}`, openOf(own), observed.open);
      return;
    }
    this.equal(`group of ${this.name(accountId)}`, own.group, id);
    this.equal(`open of ${this.name(accountId)}`, openOf(own), observed.open);
    const health = this.reference.health(accountId, id);
    const kind = (this.torn.get(accountId) ?? 0n) > 0n ? "equityOfTorn" : "equity";
    this.near(kind, `equity of ${this.name(accountId)}`, health.equity, observed.health.equity, bound);
    this.near(kind, `anchored equity of ${this.name(accountId)}`, health.atAnchor, observed.health.atAnchor, bound);
    this.near(kind, `maintenance of ${this.name(accountId)}`, health.maintenance, observed.health.maintenance, bound);
    for (const [index, position] of own.positions) {
      const leg = observed.legs[index]!;
      const what = `${this.name(accountId)} in market ${index}`;
      const longs = position.fine > 0n;
      const key = this.nodeKey((id << 2) | index, longs, position.node);
      const torn =
        this.tornNodes.has(key) || this.tornNodes.has(this.nodeKey((id << 2) | index, !longs, position.node));
      if (leg.size !== 0n || unitsOf(position) !== 0n) {
        this.equal(`node and rank of ${what}`, `${position.node}/${position.rank}`, `${leg.node}/${leg.rank}`);
      }
      const off =
        this.near("size", `size of ${what}`, unitsOf(position), leg.size, torn ? BigInt(this.accounts.length) : 0n) -
        unitsOf(position);
      if (off === 0n) continue;
      const { mark } = liveQuotes(groupIn(this.reference.state, id))[index]!;
      position.fine += off << FINE;
      position.cost += (off << FINE) * mark;
      for (let unit = 0n; unit < abs(off); ++unit) this.addUnit(accountId, id, index);
    }
  }

  /** A unit decides whether what came in cures a margin call. */
  private isAtTheEdge(accountId: AccountId, id: number, bound: bigint): boolean {
    const health = this.reference.health(accountId, id);
    return abs(health.equity - callLevel(this.reference.state, health)) <= bound;
  }

  private compareRecovery({ venue: observed, group }: SnapshotStructOutput): void {
    const { state } = this.reference;
    const all = this.boundOfAll();
    this.equal("epoch", BigInt(state.epoch), observed.epoch);
    this.equal("locked groups", BigInt(state.groups.filter((g) => g.phase !== "NORMAL").length), observed.lockedGroups);
    this.equal("uncovered groups", BigInt(state.groups.filter((g) => g.uncovered).length), observed.uncoveredGroups);
    state.held = money(this.near("recovery", "held", state.held, observed.held, all));
    state.shortfall = money(this.near("recovery", "shortfall", state.shortfall, observed.shortfall, all));
    state.protectedCash = money(
      this.near("recovery", "protected in all", state.protectedCash, observed.protectedCash, all),
    );
    state.fees = money(this.near("recovery", "fees", state.fees, observed.fees, all));
    this.equal("rate", this.reference.rate(), observed.rate);
    if (observed.shortfall > 0n) this.count(this.seen, "operations at r < 1");
    if (group.phase !== 0n) this.count(this.seen, "operations in a lock");
  }

  // ---------------------------------------------------------------- bounds

  /** What rounding may have done to an account's money so far. */
  private boundOf(id: AccountId): bigint {
    if (id >> 32n === BigInt(this.vault)) return this.boundOfAll();
    return (this.touches.get(id) ?? 0n) * MONEY_A_TOUCH + (this.torn.get(id) ?? 0n);
  }

  private boundOfAll(): bigint {
    let sum = BigInt(this.log.length) * MONEY_A_TOUCH;
    for (const id of this.accounts) {
      sum += (this.touches.get(id) ?? 0n) * MONEY_A_TOUCH + (this.torn.get(id) ?? 0n);
    }
    return sum;
  }

  private noteTouches(before: SnapshotStructOutput | undefined, after: SnapshotStructOutput): void {
    this.accounts.forEach((id, i) => {
      const [earlier, later] = [before?.accounts[i], after.accounts[i]!];
      const legs = (a: AccountSnapshotStructOutput | undefined) =>
        a?.legs.map((leg) => `${leg.size}/${leg.node}`).join();
      if (earlier?.cash === later.cash && legs(earlier) === legs(later)) return;
      this.touches.set(id, (this.touches.get(id) ?? 0n) + 1n);
      later.legs.forEach((leg, index) => {
        const market = (Number(later.group) << 2) | index;
        const nodes = [leg, earlier?.legs[index]].filter((one) => one !== undefined).map((one) => one.node as NodeId);
        const torn = nodes.some((node) =>
          [true, false].some((longs) => this.tornNodes.has(this.nodeKey(market, longs, node))),
        );
        if (torn) this.addUnit(id, Number(later.group), index);
      });
    });
  }

  private noteTornNodes(receipt: TransactionReceipt): void {
    for (const args of this.events(receipt, "NodeTornUp")) {
      const [market, node, longs] = [Number(args[0]), args[2] as NodeId, args[3] as boolean];
      this.tornNodes.add(this.nodeKey(market, longs, node));
      this.count(this.seen, "node torn up");
      for (const [account, position] of positionsIn(this.reference.state, market >> 2, market & 3)) {
        if (position.node === node) this.addUnit(account.id, market >> 2, market & 3);
      }
    }
  }

  /** One more unit of size at the mark, rounded up. */
  private addUnit(id: AccountId, group: number, index: number): void {
    const { mark } = marketIn(groupIn(this.reference.state, group), index);
    this.torn.set(id, (this.torn.get(id) ?? 0n) + mark / 10n ** 18n + 1n);
  }

  private near(kind: keyof Differences, what: string, own: bigint, observed: bigint, bound: bigint): bigint {
    const difference = abs(own - observed);
    if (difference > bound) throw new Divergence(what, own, observed, bound);
    if (difference > this.widest[kind]) this.widest[kind] = difference;
    return observed;
  }

  private equal(what: string, own: unknown, observed: unknown): void {
    if (`${String(own)}` !== `${String(observed)}`) {
      throw this.told(new Error(`${what}: reference ${String(own)}, contract ${String(observed)}`));
    }
  }

  // ---------------------------------------------------------------- reading

  /** Deleverages in one call on a copy of the chain: what the vault takes, and the state afterwards. */
  private async trial(
    group: number,
  ): Promise<{ takes: Map<number, Observation>; state: SnapshotStructOutput | undefined }> {
    const takes = new Map<number, Observation>();
    const undo = (await this.connection.provider.request({ method: "evm_snapshot" })) as string;
    let state: SnapshotStructOutput | undefined;
    try {
      const response = await this.deployed.clearinghouse
        .connect(this.keeper)
        .deleverage(group, 100_000, { gasLimit: GAS });
      const receipt = (await response.wait())!;
      for (const args of this.events(receipt, "Netted")) {
        const index = Number(args[0]) & 3;
        const { mark, parameters } = marketIn(groupIn(this.reference.state, group), index);
        const bound = this.unitsFor(mark, parameters.initialMargin);
        takes.set(index, { value: args[4] as bigint, bound });
        if ((args[4] as bigint) > 0n) this.count(this.seen, "vault took inventory");
        if ((args[3] as bigint) > 0n) this.count(this.seen, "vault's inventory netted");
      }
      state = await this.snapshot(group);
    } catch (error) {
      this.refusalOf(error);
    }
    await this.connection.provider.request({ method: "evm_revert", params: [undo] });
    return { takes, state };
  }

  /** What the contract rounded in a liquidation. */
  private liquidation(
    id: AccountId,
    at: [number, number],
    receipt: TransactionReceipt | undefined,
  ): ObservedLiquidation | undefined {
    const event = receipt && this.events(receipt, "Liquidated").find(([account]) => account === id);
    if (event === undefined) return undefined; // refused, or passed over
    const { mark, parameters } = marketIn(groupIn(this.reference.state, at[0]), at[1]);
    return {
      closed: {
        value: event[3] as bigint,
        bound: this.unitsFor(mark, parameters.initialMargin - parameters.discountCap),
      },
      discount: { value: event[4] as bigint, bound: 1n },
    };
  }

  /** By how many units of size a difference of money within bounds moves a size that is that money / rate / mark. */
  private unitsFor(mark: bigint, rate: bigint): bigint {
    return 2n + (this.boundOfAll() * 1_000_000n * 10n ** 18n) / (rate * mark);
  }

  async snapshot(group: number): Promise<SnapshotStructOutput> {
    const read = this.lens.interface.getFunction("read");
    const data = this.lens.interface.encodeFunctionData("read", [this.venue, group, this.accounts]);
    const answer = await this.connection.provider.request({
      method: "eth_call",
      params: [{ from: this.keeper.address, to: this.lensAddress, data, gas: `0x${GAS.toString(16)}` }, "latest"],
    });
    // The answer is one dynamic value: a word that says where it begins, then the value.
    return decode(read.outputs[0]!, String(answer)) as SnapshotStructOutput;
  }

  private events(receipt: TransactionReceipt, name: string): unknown[][] {
    const { interface: types } = this.deployed.clearinghouse;
    return receipt.logs
      .map((entry) => types.parseLog(entry))
      .filter((event) => event?.name === name)
      .map((event) => [...event!.args]);
  }

  private refusalOf(error: unknown): string {
    const data = dataOf(error);
    const parsed = this.deployed.clearinghouse.interface.parseError(data) ?? COLLATERAL.parseError(data);
    if (parsed === null) throw this.told(error);
    return parsed.name;
  }

  private told(error: unknown): Error {
    const message = error instanceof Error ? error.message : String(error);
    if (message.includes("after:\n")) return error as Error;
    return new Error(`${message}\nafter:\n${this.log.slice(-15).join("\n")}`);
  }

  private count(counts: Map<string, number>, what: string): void {
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }

  private nodeKey(market: number, longs: boolean, node: NodeId): string {
    return `${market}/${longs ? "long" : "short"}/${node}`;
  }

  traderOf(id: AccountId): Signer {
    const found = [...this.traders, this.keeper].find((signer) => BigInt(signer.address) === id >> 32n);
    if (found === undefined) throw new RangeError(`account ${id} is nobody's here`);
    return found;
  }

  name(id: AccountId): string {
    const index = this.traders.findIndex((signer) => BigInt(signer.address) === id >> 32n);
    const number = id & 0xffffffffn;
    if (index >= 0) return `t${index}.${number}`;
    if (id >> 32n === BigInt(this.vault)) return `vault.${number}`;
    return id >> 32n === BigInt(this.keeper.address) ? `k0.${number}` : `venue.${number}`;
  }
}

function openOf(account: Account): bigint {
  let bits = 0n;
  for (const index of account.positions.keys()) bits |= 1n << BigInt(index);
  return bits;
}

/** What must not depend on the number of steps: all but the times of the last one. */
function settledPart({ venue, group, markets, accounts }: SnapshotStructOutput): string {
  const timeless = [
    venue.shortfall,
    venue.rate,
    venue.protectedCash,
    group.phase,
    group.deficit,
    group.reserve,
    group.vaultSpent,
  ];
  const rest = markets.map((m) => [
    m.openInterest,
    m.estateLong,
    m.estateShort,
    m.chargeLong,
    m.chargeShort,
    m.longs,
    m.shorts,
  ]);
  const legs = accounts.map((a) => [a.cash, a.open, a.legs]);
  return JSON.stringify([timeless, rest, legs], (_, value: unknown) =>
    typeof value === "bigint" ? `${value}` : value,
  );
}

/** The data of a revert, wherever the provider put it. */
function dataOf(error: unknown): string {
  for (
    let at = error;
    at !== null && typeof at === "object";
    at = "error" in at ? at.error : "cause" in at ? at.cause : undefined
  ) {
    if ("data" in at && typeof at.data === "string" && at.data.startsWith("0x")) return at.data;
    if ("data" in at && at.data !== null && typeof at.data === "object" && "data" in at.data)
      return String(at.data.data);
  }
  throw error;
}

function bigints(values: object): Record<string, bigint> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, BigInt(value as bigint | number)]));
}
