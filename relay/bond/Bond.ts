// SPDX-License-Identifier: MIT
import {
  Contract,
  ContractFactory,
  Interface,
  formatUnits,
  parseUnits,
  type ContractTransactionReceipt,
  type JsonRpcProvider,
  type Signer,
  type TransactionReceipt,
} from "ethers";
import { RelayBond__factory } from "../../types/ethers-contracts/factories/contracts/periphery/RelayBond__factory.js";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { StartError } from "../../chain/errors.js";

const TOKEN = new Interface([
  "function decimals() view returns (uint8)",
  "function symbol() view returns (string)",
  "function balanceOf(address) view returns (uint256)",
  "function allowance(address, address) view returns (uint256)",
  "function approve(address, uint256) returns (bool)",
]);
const BOND = RelayBond__factory.createInterface();
const STATUS = ["none", "open", "answered", "rejected", "upheld"];

/** What a bond is for, as its constructor takes it. */
export interface Terms {
  readonly token: Address;
  readonly clearinghouse: Address;
  readonly relay: Address;
  readonly operator: Address;
  readonly beneficiary: Address;
  readonly stake: bigint;
  readonly answerTime: bigint;
  readonly notice: bigint;
  readonly proverShare: bigint;
  readonly wrongedShare: bigint;
}

export interface ClaimState {
  readonly id: bigint;
  readonly status: string;
  readonly claimant: Address;
  readonly wronged: Address;
  readonly order: Hex;
  readonly accepted: number;
  readonly matched: number;
  /** Unix seconds: until when it may be answered, or refuted. */
  readonly until: number;
}

export class NoBond extends StartError {
  constructor(address: string) {
    super(
      `There is no bond at ${address} on this chain. npm run relay -- bond deploy makes one, and prints its address.`,
    );
  }
}

export class TooFewTokens extends StartError {
  constructor(has: string, needs: string) {
    super(`The key has ${has} and this takes ${needs}. Send it the rest first.`);
  }
}

/** A bond on a chain, with the key that calls it. */
export class Bond {
  private constructor(
    readonly address: Address,
    readonly terms: Terms,
    readonly symbol: string,
    private readonly decimals: number,
    private readonly contract: Contract,
    private readonly signer: Signer | undefined,
  ) {}

  static async at(address: Address, provider: JsonRpcProvider, signer?: Signer): Promise<Bond> {
    if ((await provider.getCode(address)) === "0x") throw new NoBond(address);
    const contract = new Contract(address, BOND, signer ?? provider);
    const terms = (await view(contract, "terms").catch(() => Promise.reject(new NoBond(address)))) as Terms;
    const token = new Contract(terms.token, TOKEN, provider);
    const [decimals, symbol] = (await Promise.all([view(token, "decimals"), view(token, "symbol")])) as [
      bigint,
      string,
    ];
    return new Bond(address, terms, symbol, Number(decimals), contract, signer);
  }

  static async deploy(artifact: { abi: unknown; bytecode: string }, terms: Terms, signer: Signer): Promise<Address> {
    const factory = new ContractFactory(artifact.abi as never, artifact.bytecode, signer);
    const contract = await (await factory.deploy(terms)).waitForDeployment();
    return (await contract.getAddress()) as Address;
  }

  /** Whole tokens in text, as units. */
  units(tokens: string): bigint {
    return parseUnits(tokens, this.decimals);
  }

  tokens(units: bigint): string {
    return `${formatUnits(units, this.decimals)} ${this.symbol}`;
  }

  async fund(units: bigint): Promise<void> {
    await this.allow(units);
    await this.call("deposit", units);
  }

  /** Shows a proof as an audit wrote it. @return The claim, or undefined when it was paid at once. */
  async show(name: string, data: string): Promise<bigint | undefined> {
    if (name.startsWith("claim") && this.terms.stake > 0n) await this.allow(this.terms.stake);
    const sent = await this.signer!.sendTransaction({ to: this.address, data });
    return this.claimedIn((await sent.wait())!);
  }

  async answer(data: string): Promise<void> {
    await (await this.signer!.sendTransaction({ to: this.address, data })).wait();
  }

  async call(
    name: "deposit" | "decide" | "announceWithdrawal" | "withdraw" | "collect",
    ...args: unknown[]
  ): Promise<ContractTransactionReceipt> {
    return (await (await this.contract.getFunction(name).send(...args)).wait())!;
  }

  async claim(id: bigint): Promise<ClaimState> {
    const { claimant, status, until, wronged, order, accepted, matched } = (await view(
      this.contract,
      "claim",
      id,
    )) as never as Record<string, bigint | string>;
    return {
      ...{ id, status: STATUS[Number(status)]!, claimant: claimant as Address, wronged: wronged as Address },
      ...{ order: order as Hex, accepted: Number(accepted), matched: Number(matched), until: Number(until) },
    };
  }

  /** All claims, oldest first. */
  async claims(): Promise<ClaimState[]> {
    const count = Number(await view(this.contract, "claimCount"));
    return Promise.all(Array.from({ length: count }, (_, index) => this.claim(BigInt(index + 1))));
  }

  async money(of: Address | undefined): Promise<{ bond: bigint; withdrawableFrom: number; owed: bigint | undefined }> {
    const [bond, from] = (await Promise.all([
      view(this.contract, "bond"),
      view(this.contract, "withdrawableFrom"),
    ])) as bigint[];
    const owed = of === undefined ? undefined : ((await view(this.contract, "owed", of)) as bigint);
    return { bond: bond!, withdrawableFrom: Number(from), owed };
  }

  // ------------------------------------------------------------------ inside

  /** The bond may take so many tokens of the key. */
  private async allow(units: bigint): Promise<void> {
    const token = new Contract(this.terms.token, TOKEN, this.signer!);
    const owner = await this.signer!.getAddress();
    const has = (await view(token, "balanceOf", owner)) as bigint;
    if (has < units) throw new TooFewTokens(this.tokens(has), this.tokens(units));
    if (((await view(token, "allowance", owner, this.address)) as bigint) >= units) return;
    await (await token.getFunction("approve").send(this.address, units)).wait();
  }

  private claimedIn({ logs }: TransactionReceipt): bigint | undefined {
    const events = logs.flatMap((log) =>
      log.address.toLowerCase() === this.address.toLowerCase() ? (BOND.parseLog(log) ?? []) : [],
    );
    return events.find(({ name }) => name === "Claimed")?.args["id"] as bigint | undefined;
  }
}

function view(contract: Contract, name: string, ...args: unknown[]): Promise<unknown> {
  return contract.getFunction(name).staticCall(...args);
}
