// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { AbiCoder, type BigNumberish, type ContractTransactionResponse, type Result, type Signer } from "ethers";
import { artifacts, network } from "hardhat";
import { deployNovation, type Deployed, type DeployOptions, type Listing } from "../../deploy/deploy-novation.js";
import { localParameters } from "../../deploy/parameters.js";
import {
  ORDER_TYPES,
  USE,
  accountOf,
  buildOrder,
  saltOf,
  typedOrder,
  type AccountId,
  type Address,
  type MarketId,
  type Order,
} from "../../sdk/order.js";
import { packBatch, packMaker, packMakers, type FillWish, type MatchWish } from "../../sdk/packing/batch.js";
import type { Packable } from "../../sdk/packing/order.js";
import { size as units } from "../../sdk/units.js";
import type { SnapshotLens } from "../../types/ethers-contracts/index.js";
import type {
  AccountSnapshotStructOutput,
  SnapshotStructOutput,
} from "../../types/ethers-contracts/contracts/mocks/SnapshotLens.js";

/** A fixed limit, that of a whole transaction by EIP-7825, saves an estimate before every call. */
const GAS = 2n ** 24n;

/** Claims on the clearinghouse: 1e-9 quote. */
export const QUOTE = 10n ** 9n;
/** Sizes: 1e-9 base. */
export const BASE = 10n ** 9n;
/** Prices: 1e-18 quote per base. */
export const PRICE = 10n ** 18n;
/** Units of a token with 6 decimals. */
export const TOKEN = 10n ** 6n;
/** Answers of a feed with 8 decimals. */
export const ANSWER = 10n ** 8n;
/** A taker's limits that limit nothing. */
export const ANY_FEE = 0xff_ffffn;
export const NEVER = 2n ** 40n - 1n;
const MAX_SIZE = 2n ** 72n - 1n;
export const HOUR = 3_600n;
export const DAY = 86_400n;

export const PAUSE = { NONE: 0n, NO_NEW_RISK: 1n, NO_LIQUIDATION: 2n, REDUCE_ONLY: 3n } as const;
export const PHASE = { NORMAL: 0n, LOCKED: 1n, SETTLING: 2n } as const;
export const FLOWS = { OPEN: 0n, GROUP_LOCKED: 3n, PRICES_NOT_FRESH: 4n, NO_EQUITY: 5n, SHORTFALL: 6n } as const;

/** Somebody with a key; `id` is his account 0. */
export interface Person {
  readonly signer: HardhatEthersSigner;
  readonly address: Address;
  readonly id: AccountId;
}

/** What an order asks for beyond its market, with the rest filled in. */
export type Wish = Partial<Omit<Order, "size" | "limit" | "account" | "market">> & {
  size: bigint;
  limit: bigint;
  number?: number;
  market?: bigint;
  signer?: Signer;
};

/** A signed order that a story may still change. */
export interface Signed {
  order: Order;
  signer: string;
  signature: string;
  byContract?: boolean;
}

export interface Receipt {
  accounts: bigint;
  deficit: bigint;
  vaultPaid: bigint;
  charged: bigint;
  shortfall: bigint;
}

/** One market at 100,000 quote, with the parameters of the local network. */
export function bitcoin(overrides: Partial<Listing["params"]> = {}, answer = 100_000n * ANSWER): Listing {
  return { symbol: "BTC", answer, params: { ...localParameters().btcMarket, ...overrides } };
}

export type Venue = Awaited<ReturnType<typeof openVenue>>;

/** A whole deployment on a chain of its own, and the few things that people in a story do to it. */
export async function openVenue(options: Partial<DeployOptions> = {}) {
  const { ethers, networkHelpers } = await network.create({ override: { gas: GAS } });
  const signers = await ethers.getSigners();
  const [deployer, treasury] = [signers[0]!, signers[1]!];
  const crowd = signers.slice(2).map((signer) => person(signer));
  const [matcher, keeper, governor, risk, guardian] = crowd.splice(-5) as [Person, Person, Person, Person, Person];
  const deployed: Deployed = await deployNovation({
    deployer,
    artifact: (name) => artifacts.readArtifact(name),
    groups: [[bitcoin()]],
    treasury: treasury.address,
    handOver: false,
    holders: { GOVERNOR: governor.address, RISK: risk.address, GUARDIAN: guardian.address },
    vaultBudget: 0n,
    ...options,
  });
  const { token, clearinghouse, markets, vault } = deployed;
  const lens = (await ethers.deployContract("SnapshotLens")) as unknown as SnapshotLens;
  const target = (await clearinghouse.getAddress()) as Address;
  const vaultAddress = (await vault.getAddress()) as Address;
  const tokenUnit = 10n ** BigInt(options.tokenDecimals ?? 6);
  const { chainId } = await ethers.provider.getNetwork();
  let sequence = 0n;

  function person(signer: HardhatEthersSigner): Person {
    const address = signer.address as Address;
    return { signer, address, id: accountOf(address, 0) };
  }

  const accountNumber = (who: Person, number: number) => accountOf(who.address, number);

  /** Mints whole tokens to somebody and deposits them into one of his accounts. */
  async function fund(who: Person, whole: bigint, number = 0): Promise<void> {
    await token.mint(who.address, whole * tokenUnit);
    await token.connect(who.signer).approve(clearinghouse, whole * tokenUnit);
    await clearinghouse.connect(who.signer).deposit(accountNumber(who, number), whole * tokenUnit);
  }

  /** A deposit into the vault by somebody. */
  async function insure(who: Person, whole: bigint): Promise<void> {
    await token.mint(who.address, whole * tokenUnit);
    await token.connect(who.signer).approve(vault, whole * tokenUnit);
    await vault.connect(who.signer).deposit(whole * tokenUnit, who.address);
  }

  /** Signs an order of `who`, by his own key unless `wish` names another. */
  async function sign(who: Person, wish: Wish): Promise<Signed> {
    const { number, market, signer, ...rest } = wish;
    const wanted = {
      account: accountNumber(who, number ?? 0),
      market: (market ?? markets[0]!.id) as MarketId,
      salt: saltOf(++sequence, 0n),
      expiry: 2n ** 40n - 1n,
      use: USE.MAKER,
      ...rest,
    } as unknown as Parameters<typeof buildOrder>[0];
    const order = buildOrder(wanted);
    const by = signer ?? who.signer;
    const { domain, message } = typedOrder(order, chainId, target);
    const signature = await by.signTypedData(domain, ORDER_TYPES, message);
    return { order, signer: await by.getAddress(), signature };
  }

  const matchOf = (taker: Packable, ...makers: Packable[]): MatchWish => ({
    taker,
    fills: makers.map((maker): FillWish => ({ maker })),
  });

  /** A third party matches `buyer`'s taker order with `seller`'s maker order at `limit`. */
  async function trade(
    buyer: Person,
    seller: Person,
    size: bigint,
    limit: bigint,
    where: { market?: bigint; buyerNumber?: number; sellerNumber?: number } = {},
  ): Promise<ContractTransactionResponse> {
    const market = where.market ?? markets[0]!.id;
    const taker = await sign(buyer, { size, limit, use: USE.TAKER, market, number: where.buyerNumber ?? 0 });
    const maker = await sign(seller, { size: -size, limit, market, number: where.sellerNumber ?? 0 });
    return settle([matchOf(taker, maker)], true);
  }

  function settle(matches: MatchWish[], strict: boolean, by = matcher): Promise<ContractTransactionResponse> {
    return clearinghouse.connect(by.signer).settle(packBatch({ strict, matches }));
  }

  /** Somebody's account takes a maker order by a transaction of his own, whatever the fee. */
  function take(who: Person, maker: Packable, number: bigint, most = MAX_SIZE): Promise<ContractTransactionResponse> {
    const packed = packMaker({ maker, size: units(most) });
    const { market } = maker.order;
    return clearinghouse.connect(who.signer).fillOrder(market, number, packed, 0n, ANY_FEE, NEVER);
  }

  /** Somebody liquidates against maker orders, in the first market. */
  function liquidate(by: Person, id: AccountId, ...makers: Packable[]): Promise<ContractTransactionResponse> {
    const packed = packMakers(makers.map((maker) => ({ maker })));
    return clearinghouse.connect(by.signer).liquidate(id, markets[0]!.id, 0n, packed);
  }

  /** A new answer of a market's feed, in 1e-18 quote. */
  async function setPrice(price: bigint, index = 0): Promise<void> {
    await markets[index]!.feed.setAnswer((price * ANSWER) / PRICE);
  }

  async function wait(seconds: bigint): Promise<void> {
    await networkHelpers.time.increase(seconds);
  }

  /** Lets anchor and recorded mark of a group become its present marks. */
  async function roll(group = 1n): Promise<void> {
    for (let i = 0; i < 2; ++i) {
      await wait(120n);
      await clearinghouse.poke(group);
    }
  }

  /** Lets time pass until the second `end`, while somebody keeps the anchors of a group moving on. */
  async function pokeUntil(end: bigint, group = 1n): Promise<void> {
    for (let at = (await now()) + 120n; at < end; at += 120n) {
      await networkHelpers.time.setNextBlockTimestamp(at);
      await clearinghouse.poke(group);
    }
  }

  /** Moves a mark to `to` in steps that open no gap, each as old as a lock is long. */
  async function drift(to: bigint, index = 0): Promise<void> {
    const feed = markets[index]!.feed;
    const goal = (to * ANSWER) / PRICE;
    let at = (await feed.latestRoundData())[1];
    while (at !== goal) {
      const max = (at * 19n) / 1_000n;
      const away = goal - at;
      at += away > max ? max : away < -max ? -max : away;
      await feed.setAnswer(at);
      await clearinghouse.poke(markets[index]!.group);
      await roll(markets[index]!.group);
    }
  }

  /** Everything about a group and some accounts, as the contracts themselves compute it. */
  async function snapshot(accounts: readonly AccountId[], group = 1n): Promise<SnapshotStructOutput> {
    const call = lens.interface.encodeFunctionData("snapshot", [group, [...accounts]]);
    const data = clearinghouse.interface.encodeFunctionData("inspect", [await lens.getAddress(), call]);
    const answer = await ethers.provider.call({ to: target, data }).then(
      () => "0x",
      (error: { data: string }) => error.data,
    );
    const [ok, result] = AbiCoder.defaultAbiCoder().decode(["bool", "bytes"], answer) as unknown as [boolean, string];
    if (!ok) throw new Error(`the lens failed with ${result}`);
    return (lens.interface.decodeFunctionResult("snapshot", result) as unknown as [SnapshotStructOutput])[0];
  }

  async function accountState(who: Person | AccountId, group = 1n): Promise<AccountSnapshotStructOutput> {
    return (await snapshot([typeof who === "bigint" ? who : who.id], group)).accounts[0]!;
  }

  async function cash(who: Person | AccountId): Promise<bigint> {
    return (await accountState(who)).cash;
  }

  async function equity(who: Person | AccountId, group = 1n): Promise<bigint> {
    return (await accountState(who, group)).health.equity;
  }

  async function sizeOf(who: Person | AccountId, index = 0, group = 1n): Promise<bigint> {
    return (await accountState(who, group)).legs[index]?.size ?? 0n;
  }

  /** The arguments of every `name` event in a transaction, in order. */
  async function events(sent: ContractTransactionResponse, name: string): Promise<Result[]> {
    const mined = await sent.wait();
    return mined!.logs
      .filter((log) => log.address === target)
      .map((log) => clearinghouse.interface.parseLog(log))
      .filter((parsed) => parsed?.name === name)
      .map((parsed) => parsed!.args);
  }

  /** The name and arguments of an encoded error. */
  function errorOf(reason: string): [string, ...unknown[]] {
    const parsed = clearinghouse.interface.parseError(reason);
    return [parsed!.name, ...(parsed!.args.toArray() as unknown[])];
  }

  /** Absorbs accounts in ascending order. */
  function absorb(ids: readonly AccountId[], group = 1n): Promise<ContractTransactionResponse> {
    const ascending = [...ids].sort((a, b) => (a < b ? -1 : 1));
    return clearinghouse.connect(keeper.signer).absorb(group, ascending);
  }

  /** Runs a settlement to its end, and checks that the receipt adds up: deficit = vault + charges + shortfall. */
  async function deleverage(group = 1n, steps: BigNumberish = 1_000n): Promise<Receipt> {
    return receiptOf(await clearinghouse.connect(keeper.signer).deleverage(group, steps));
  }

  async function receiptOf(sent: ContractTransactionResponse): Promise<Receipt> {
    const [args] = await events(sent, "Deleveraged");
    const [, , accounts, deficit, vaultPaid, charged, shortfall] = args!.toArray() as bigint[];
    expect(deficit, "INV-3: deficit = vault + charges + shortfall").to.equal(vaultPaid! + charged! + shortfall!);
    return {
      accounts: accounts!,
      deficit: deficit!,
      vaultPaid: vaultPaid!,
      charged: charged!,
      shortfall: shortfall!,
    };
  }

  /** A jump, the lock, all `defaulters` absorbed, and the lock waited out: ready for the bill. */
  async function crash(to: bigint, defaulters: readonly AccountId[], index = 0): Promise<void> {
    const group = markets[index]!.group;
    await setPrice(to, index);
    await clearinghouse.poke(group);
    await absorb(defaulters, group);
    await wait(240n);
  }

  /** Undoes everything done since `mark()`. */
  async function mark(): Promise<() => Promise<void>> {
    const taken = await networkHelpers.takeSnapshot();
    return () => taken.restore();
  }

  const now = async () => BigInt(await networkHelpers.time.latest());
  const marketId = markets[0]!.id;
  const inventory = (group = 1n) => accountOf(vaultAddress, Number(group));
  const pot = accountOf(vaultAddress, 0);

  return {
    ...deployed,
    ethers,
    networkHelpers,
    chainId,
    deployer,
    treasury: person(treasury),
    crowd,
    matcher,
    keeper,
    officers: { GOVERNOR: governor, RISK: risk, GUARDIAN: guardian },
    marketId,
    pot,
    inventory,
    target,
    person,
    accountNumber,
    fund,
    insure,
    sign,
    matchOf,
    trade,
    settle,
    take,
    liquidate,
    setPrice,
    wait,
    roll,
    pokeUntil,
    drift,
    snapshot,
    accountState,
    cash,
    equity,
    sizeOf,
    events,
    errorOf,
    absorb,
    deleverage,
    receiptOf,
    crash,
    mark,
    now,
  };
}

/** Asserts that two amounts differ by at most `units`, which rounding may take. */
export function expectNear(actual: bigint, expected: bigint, units: bigint, what: string): void {
  const difference = actual > expected ? actual - expected : expected - actual;
  expect(difference <= units, `${what}: ${actual}, expected ${expected} within ${units}`).to.equal(true);
}
