// SPDX-License-Identifier: MIT
import type { ChildProcess } from "node:child_process";
import {
  AbiCoder,
  Contract,
  JsonRpcProvider,
  TypedDataEncoder,
  Wallet,
  encodeBytes32String,
  type ContractTransactionResponse,
  type TypedDataDomain,
} from "ethers";
import { deployWith } from "../../deploy/deployWith.js";
import { VOL_REPORT_TYPES, volReportDomain } from "../../sdk/options/volReport.js";
import { artifacts } from "hardhat";
import { deployOptions, flatSmile, type DeployedOptions } from "../../deploy/deploy-options.js";
import { NO_NODE } from "../../sdk/level.js";
import { ORDER_TYPES, USE, accountOf, buildOrder, saltOf, type AccountId, type Address } from "../../sdk/order.js";
import type { SeriesId } from "../../sdk/options/series.js";
import { packBatch } from "../../sdk/packing/batch.js";
import type { Price, Size } from "../../sdk/units.js";
import { keyOf, startAnvil } from "../../sim/venue/anvil.js";
import type { OptionProbe, SignedVolSource } from "../../types/ethers-contracts/index.js";

export const QUOTE = 10n ** 9n;
export const BASE = 10n ** 9n;
export const PRICE = 10n ** 18n;
export const TOKEN = 10n ** 6n;

/** Thursday, 13 November 2025, 08:00 UTC, and the Friday three weeks later. */
export const START = 1_763_020_800;
export const EXPIRY = START + 22 * 86_400;
const FAR = 2n ** 40n - 1n;

/** Somebody with a key and account 0. */
export interface Person {
  readonly wallet: Wallet;
  readonly id: AccountId;
}

/** A leg of a trade: the taker buys `size`, or sells what is below zero, at `price`. */
export interface Leg {
  readonly maker: Person;
  readonly series: SeriesId;
  readonly size: bigint;
  readonly price: bigint;
}

/** A clearinghouse of options on a node of its own, whose clock a test sets. */
export class Day {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly provider: JsonRpcProvider,
    readonly venue: DeployedOptions,
    readonly source: SignedVolSource,
    readonly probe: string,
    private readonly signers: readonly Wallet[],
    private readonly domain: TypedDataDomain,
    private readonly reports: TypedDataDomain,
  ) {}

  private sequence = 0n;

  static async open(port: number): Promise<Day> {
    const args = ["--timestamp", String(START), "--gas-limit", "60000000", "--disable-code-size-limit"];
    const { child, url } = await startAnvil(args, port);
    const provider = new JsonRpcProvider(url, undefined, {
      staticNetwork: true,
      cacheTimeout: -1,
      pollingInterval: 20,
    });
    const deployer = await provider.getSigner(0);
    const deploy = deployWith((name) => artifacts.readArtifact(name), deployer);
    const signers = [11, 12, 13]
      .map((index) => new Wallet(keyOf(index)))
      .sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
    const none = "0x0000000000000000000000000000000000000000";
    const addresses = signers.map(({ address }) => address);
    const source = await deploy("SignedVolSource", none, encodeBytes32String("ETH"), 3_600, addresses, 2);
    const { chainId } = await provider.getNetwork();
    const reports = volReportDomain(chainId, (await source.getAddress()) as Address);
    await reported(source, signers, reports, { level: 10n ** 9n, observedAt: BigInt(START) });
    const venue = await deployOptions({
      deployer,
      artifact: (name) => artifacts.readArtifact(name),
      volSource: await source.getAddress(),
      handOver: false,
      vaultSeed: 50_000n * TOKEN,
      vaultBudget: 10_000n * QUOTE,
    });
    const domain = {
      name: "Novation",
      version: "1",
      chainId,
      verifyingContract: await venue.clearinghouse.getAddress(),
    };
    const probe = await (await deploy("OptionProbe")).getAddress();
    return new Day(child, url, provider, venue, source as unknown as SignedVolSource, probe, signers, domain, reports);
  }

  async close(): Promise<void> {
    this.provider.destroy();
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGKILL");
    await ended;
  }

  /** Somebody who has deposited. */
  async person(index: number, quote: bigint): Promise<Person> {
    const wallet = new Wallet(keyOf(index), this.provider);
    const id = accountOf(wallet.address as Address, 0);
    const venue = this.domain.verifyingContract as string;
    await mined(this.venue.token.connect(wallet).mint(wallet.address, quote * TOKEN));
    await mined(this.venue.token.connect(wallet).approve(venue, quote * TOKEN));
    await mined(this.venue.clearinghouse.connect(wallet).deposit(id, quote * TOKEN));
    return { wallet, id };
  }

  async now(): Promise<number> {
    return (await this.provider.getBlock("latest"))!.timestamp;
  }

  /** Time passes, and a block is mined. */
  async pass(seconds: number): Promise<void> {
    await this.provider.send("evm_increaseTime", [seconds]);
    await this.provider.send("evm_mine", []);
  }

  /** The feed answers anew. */
  async spot(quote: number): Promise<void> {
    await mined(this.venue.feed.setAnswer(BigInt(quote) * 10n ** 8n));
  }

  /** Two signers vouch for a level, and somebody posts it. */
  async level(level = 10n ** 9n): Promise<void> {
    await this.tellLevel(level);
    await mined(this.venue.clearinghouse.postLevel(this.venue.group));
  }

  /** Two signers vouch for a level. */
  async tellLevel(level = 10n ** 9n): Promise<void> {
    await reported(this.source as unknown as Contract, this.signers, this.reports, {
      level,
      observedAt: BigInt(await this.now()),
    });
  }

  /** Two signers vouch for a smile of one volatility, 1e-4. */
  async smile(base: bigint, step: bigint, vol: bigint, expiry = EXPIRY): Promise<void> {
    await reported(this.source as unknown as Contract, this.signers, this.reports, {
      expiry: BigInt(expiry),
      base,
      step,
      smile: flatSmile(vol),
      level: 10n ** 9n,
      observedAt: BigInt(await this.now()),
    });
  }

  /** A lock's length passes twice, the volatility is told anew, and somebody pokes: anchors and recorded are of now. */
  async settleAnchors(): Promise<void> {
    for (let i = 0; i < 2; ++i) {
      await this.pass(121);
      await this.level();
      await mined(this.venue.clearinghouse.poke(this.venue.group));
    }
  }

  /** The taker trades the legs in one strict batch, each at the maker's price. */
  async trade(taker: Person, legs: readonly Leg[]): Promise<void> {
    const matches = legs.map(({ maker, series, size, price }) => ({
      taker: this.signed(taker, series, size, price, USE.TAKER),
      hint: NO_NODE,
      fills: [{ maker: this.signed(maker, series, -size, price, USE.MAKER), size: abs(size) as Size, hint: NO_NODE }],
    }));
    await mined(this.venue.clearinghouse.settle(packBatch({ strict: true, matches })));
  }

  /** A series' mark, by the clearinghouse's own code. */
  async mark(series: SeriesId): Promise<bigint> {
    return (await this.ask("mark", [series], ["uint256"]))[0] as bigint;
  }

  /** How an account stands. 1e-9 quote. */
  async standing(id: AccountId) {
    const [answer] = await this.ask(
      "standing",
      [id],
      [
        "tuple(int256 cash, int256 equity, int256 initial, int256 maintenance, int256 atAnchor, int256 atRecorded, uint256 legs, uint256 held, bool isOpen)",
      ],
    );
    return answer as Awaited<ReturnType<OptionProbe["standing"]>>;
  }

  async size(id: AccountId, series: SeriesId): Promise<bigint> {
    return (await this.ask("sizeOf", [id, series], ["int256"]))[0] as bigint;
  }

  /** Tokens held as claims at par, and which series are live. */
  async books(): Promise<{ held: bigint; live: bigint }> {
    const [held, live] = await this.ask("books", [this.venue.group], ["uint256", "uint256"]);
    return { held: held as bigint, live: live as bigint };
  }

  async phase(): Promise<bigint> {
    return (await this.ask("phase", [this.venue.group], ["uint8"]))[0] as bigint;
  }

  private async ask(name: string, args: unknown[], types: string[]): Promise<unknown[]> {
    const { abi } = await artifacts.readArtifact("OptionProbe");
    const probe = new Contract(this.probe, abi, this.provider);
    const question = probe.interface.encodeFunctionData(name, args);
    const data = this.venue.clearinghouse.interface.encodeFunctionData("inspect", [this.probe, question]);
    const call = { to: this.domain.verifyingContract as string, data };
    const answer = await this.provider.call(call).catch((failure: { data?: string }) => failure.data ?? "0x");
    const [ok, inner] = AbiCoder.defaultAbiCoder().decode(["bool", "bytes"], answer) as unknown as [boolean, string];
    if (!ok) throw new Error(`${name}: ${inner}`);
    return [...AbiCoder.defaultAbiCoder().decode(types, inner)] as unknown[];
  }

  private signed({ wallet, id }: Person, series: SeriesId, size: bigint, price: bigint, use: bigint) {
    const order = buildOrder({
      account: id,
      market: series,
      size: size as Size,
      limit: price as Price,
      salt: saltOf(++this.sequence, 0n),
      expiry: FAR,
      use: use as (typeof USE)["MAKER"],
    });
    const digest = TypedDataEncoder.hash(this.domain, ORDER_TYPES, order);
    return { order, signer: wallet.address, signature: wallet.signingKey.sign(digest).serialized };
  }
}

/** Waits until it is mined. */
export async function mined(sent: Promise<ContractTransactionResponse>) {
  return (await (await sent).wait())!;
}

/** The name of the error with which the contracts refuse it; undefined when they do not. */
export async function refusalOf(
  sent: Promise<unknown>,
  { clearinghouse }: DeployedOptions,
): Promise<string | undefined> {
  try {
    await sent;
    return undefined;
  } catch (failure) {
    const data = (failure as { data?: string }).data ?? "0x";
    return clearinghouse.interface.parseError(data)?.name ?? data;
  }
}

async function reported(
  source: Contract,
  signers: readonly Wallet[],
  domain: TypedDataDomain,
  told: { level: bigint; observedAt: bigint; expiry?: bigint; base?: bigint; step?: bigint; smile?: bigint },
): Promise<void> {
  const report = {
    ...{ underlying: encodeBytes32String("ETH"), expiry: 0n, base: 0n, step: 0n, smile: 0n },
    ...told,
  };
  const signatures = await Promise.all(
    signers.slice(0, 2).map((one) => one.signTypedData(domain, VOL_REPORT_TYPES, report)),
  );
  await mined(source.getFunction("update")(report, signatures) as Promise<ContractTransactionResponse>);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
