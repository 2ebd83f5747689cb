// SPDX-License-Identifier: MIT
import { artifacts } from "hardhat";
import { AbiCoder, ContractFactory, type Contract, type Interface, type Result } from "ethers";
import { accountOf, type Address } from "../sdk/order.js";
import { BASE, Bench, PRICE, type Measured } from "./Bench.js";
import { RISK } from "./optionRisk.js";

const NANO = 10n ** 9n;
const WEEK = 604_800n;
const [LADDERS, PLACES, PERPETUAL] = [8n, 15n, 255n];
const SPOT = 100_000n * PRICE;
const LOCK = 121;

const VENUE = {
  lockDelay: 120,
  calmPeriod: 1_800,
  unpauseGrace: 600,
  vaultFeeShare: 500_000,
  minDebt: 100n * NANO,
  refund: 5n * NANO,
  callGrace: 900,
  callLapse: 1_800,
  vaultDelay: 15,
  callLevel: 1_250_000,
  keeperShare: 500_000,
  vaultDiscount: 5_000,
  offerRate: 5_000,
  outflowRate: 250_000,
  outflowFloor: 1_000_000n * NANO,
};

const [LOWEST, STEP] = [65_000n * PRICE, 5_000n * PRICE];

/** 60% at every strike, no basis. */
const VOLS: readonly bigint[] = Array.from({ length: 15 }, () => 6_000n);
const SMILE = VOLS.map((vol, i) => vol << BigInt(16 * i)).reduce((a, b) => a | b);

/**
 * A clearinghouse with the option modules, and the sandbox (contracts/mocks) in the place of its trading: what is
 * measured is what ships, behind the same front.
 */
export class OptionBench {
  private constructor(
    readonly bench: Bench,
    readonly venue: Contract,
    private readonly actions: Interface,
    private readonly source: Contract,
    private readonly expiry: bigint,
  ) {}

  static async open(): Promise<OptionBench> {
    const bench = await Bench.open();
    const actions = await bench.deploy("OptionSandboxActions");
    const [absorption, deleveraging] = [
      await bench.deploy("OptionAbsorption"),
      await bench.deploy("OptionDeleveraging"),
    ];
    const trading = await actions.getAddress();
    const modules = {
      ...Object.fromEntries(
        ["trading", "direct", "byOrders", "byAccount", "byVault", "governance"].map((name) => [name, trading]),
      ),
      absorption: await absorption.getAddress(),
      deleveraging: await deleveraging.getAddress(),
      pledging: await (await bench.deploy("NoPledging")).getAddress(),
    };
    const { abi, bytecode } = await artifacts.readArtifact("Clearinghouse");
    const [deployer] = await bench.chain.ethers.getSigners();
    const venue = await new ContractFactory<unknown[], Contract>(abi, bytecode, deployer).deploy(
      await bench.venue.token.getAddress(),
      await bench.venue.authority.getAddress(),
      deployer!.address,
      VENUE,
      modules,
    );
    await venue.waitForDeployment();
    const source = await bench.deploy("MockPriceSource", SPOT);
    const time = BigInt(await bench.chain.networkHelpers.time.latest());
    const expiry = time - (time % WEEK) + WEEK;
    const option = new OptionBench(bench, venue, actions.interface, source, expiry);
    const market = { gapThreshold: 20_000, priceBand: 20_000 };
    const { components } = actions.interface.getFunction("createGroup")!.inputs[1]!;
    const params = Object.fromEntries(components!.map(({ name }) => [name, market[name as keyof typeof market] ?? 0]));
    await option.act("setVenue", VENUE, await bench.venue.vault.getAddress(), deployer!.address);
    await option.act("createGroup", await source.getAddress(), params, RISK, NANO);
    for (let l = 0n; l < LADDERS; ++l) {
      await option.act("list", 1n, l, expiry + (l + 1n) * WEEK, LOWEST, STEP, SMILE);
    }
    await option.pass();
    await option.pass();
    return option;
  }

  account(number: number): bigint {
    return accountOf(`0x${(0xacc0).toString(16).padStart(40, "0")}` as Address, number);
  }

  option(ladder: bigint, strike: bigint, isPut = false): bigint {
    return (1n << 8n) | (ladder << 5n) | (strike << 1n) | (isPut ? 1n : 0n);
  }

  /** The terms of a ladder that is open from the beginning. */
  ladder(place: number) {
    const expiry = this.expiry + (BigInt(place) + 1n) * WEEK;
    return { expiry, base: LOWEST, step: STEP, vols: VOLS, basis: 0n };
  }

  get perpetual(): bigint {
    return (1n << 8n) | PERPETUAL;
  }

  /** Calls the sandbox. */
  act(name: string, ...args: unknown[]): Promise<Measured> {
    return this.call("settle", [this.actions.encodeFunctionData(name, args)]);
  }

  call(name: string, args: unknown[]): Promise<Measured> {
    return this.bench.send(this.venue as never, name, args);
  }

  /** What a lens over its storage answers. */
  async look(lens: Contract, name: string, ...args: unknown[]): Promise<Result> {
    const call = [await lens.getAddress(), lens.interface.encodeFunctionData(name, args)];
    const data = this.venue.interface.encodeFunctionData("inspect", call);
    const request = { to: await this.venue.getAddress(), data };
    const answer = await this.bench.chain.provider
      .request({ method: "eth_call", params: [request, "latest"] })
      .catch((error: { data?: string }) => error.data);
    const [ok, result] = AbiCoder.defaultAbiCoder().decode(["bool", "bytes"], answer as string);
    if (!ok) throw new Error(`${name} reverted: ${result as string}`);
    return lens.interface.decodeFunctionResult(name, result as string);
  }

  fill(buyer: bigint, seller: bigint, series: bigint, size: bigint, price: bigint): Promise<Measured> {
    return this.act("fill", buyer, seller, series, size, price);
  }

  async pass(): Promise<void> {
    this.bench.wait(LOCK);
    await this.call("poke", [1n]);
  }

  async setSpot(mark: bigint): Promise<void> {
    await this.bench.send(this.source as never, "set", [mark, 0]);
  }
}

/**
 * An account of 8 legs, in two expiries, that won and lost in the jump, is registered: the second in its lock. It was
 * in an earlier lock too.
 */
export async function netOfEight(): Promise<{ option: OptionBench; sent: Measured }> {
  const option = await OptionBench.open();
  const [maker, first, second] = [1, 2, 3].map((number) => option.account(number)) as [bigint, bigint, bigint];
  await option.act("fund", maker, 10_000_000n * NANO);
  for (const account of [first, second]) {
    await option.act("fund", account, 100_000n * NANO);
    for (let leg = 0n; leg < 8n; ++leg) {
      const series = option.option(leg / 4n, 4n + (leg % 4n) * 2n, leg % 4n === 3n);
      const sides = leg % 2n === 0n ? ([account, maker] as const) : ([maker, account] as const);
      await option.fill(...sides, series, BASE / 10n, 5_000n * PRICE);
    }
  }
  for (const percent of [90n, 81n]) {
    await option.pass();
    await option.pass();
    await option.setSpot((SPOT * percent) / 100n);
    await option.call("net", [1n, [first]]); // locks
    if (percent === 81n) break;
    await option.call("net", [1n, [second]]);
    option.bench.wait(LOCK);
    await option.call("poke", [1n]);
    for (const account of [first, second]) await option.call("creditRelief", [account]); // as any use of it would
  }
  return { option, sent: await option.call("net", [1n, [second]]) };
}

/**
 * 120 series are measured and charged in one transaction. What the defaulters had cancels out, so nothing is torn up.
 * `again`: all were charged before.
 */
export async function settlementOf120(again = true): Promise<{ option: OptionBench; sent: Measured }> {
  const option = await OptionBench.open();
  const [maker, taker] = [1, 2].map((number) => option.account(number)) as [bigint, bigint];
  for (const account of [maker, taker]) await option.act("fund", account, 10_000_000n * NANO);
  for (let l = 0n; l < LADDERS; ++l) {
    for (let strike = 0n; strike < PLACES; ++strike) {
      const series = option.option(l, strike, strike % 2n === 1n);
      const sides = strike % 3n === 0n ? ([taker, maker] as const) : ([maker, taker] as const);
      await option.fill(...sides, series, BASE / 10n, 8_000n * PRICE);
    }
  }
  let sent: Measured | undefined;
  let spot = SPOT;
  for (let lock = 0; lock < (again ? 2 : 1); ++lock) {
    const debtors = [option.account(10 + 2 * lock), option.account(11 + 2 * lock)] as [bigint, bigint];
    await option.pass();
    await option.pass();
    for (const account of debtors) await option.act("fund", account, 10_000n * NANO);
    await option.fill(...debtors, option.option(0n, 0n), BASE / 100n, 35_000n * PRICE);
    // They lose their cash elsewhere: a default that no leg explains, whose legs cancel out.
    for (const account of debtors) await option.act("pay", account, 19_000n * NANO);
    spot = (spot * 96n) / 100n;
    await option.setSpot(spot);
    await option.call("absorb", [1n, debtors]); // locks
    option.bench.wait(LOCK);
    sent = await option.call("deleverage", [1n, 1_000n]);
  }
  return { option, sent: sent! };
}
