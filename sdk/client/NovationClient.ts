// SPDX-License-Identifier: MIT
import { Contract, type ContractTransactionReceipt, type ContractTransactionResponse, type Signer } from "ethers";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import type { IClearinghouse } from "../../types/ethers-contracts/contracts/interfaces/IClearinghouse.js";
import type {
  AccountViewStructOutput,
  ILens,
  MarketViewStructOutput,
  OrderViewStructOutput,
} from "../../types/ethers-contracts/contracts/periphery/ILens.js";
import { NO_NODE, type NodeId } from "../level.js";
import {
  accountOf,
  buildOrder,
  type AccountId,
  type Address,
  type GroupId,
  type MarketId,
  type Order,
} from "../order.js";
import { signOrder, type SignedOrder } from "../signOrder.js";
import type { HouseEvent } from "../state/events.js";
import type { Money, Size } from "../units.js";
import { decodeHouseLog } from "./decoding.js";
import { explaining } from "./Refused.js";

/** The largest value of a fee cap, and of a time: any fee, at any time. */
const ANY_FEE = 0xff_ffffn;
const NEVER = 2n ** 40n - 1n;

/** What a taker accepts: the largest fee rate, ppm of notional, and the last second, Unix time. */
export interface TakerLimits {
  readonly maxFee?: bigint;
  readonly deadline?: bigint;
}

export interface Addresses {
  readonly clearinghouse: Address;
  readonly lens: Address;
}

/** One taker order against maker orders at the makers' limits. */
export interface MatchWish {
  readonly taker: SignedOrder;
  readonly hint?: NodeId;
  readonly fills: readonly { readonly maker: SignedOrder; readonly size: Size; readonly hint?: NodeId }[];
}

/** What an order asks for, of one of the caller's accounts (number 0 by default). */
export type OrderWish = Omit<Parameters<typeof buildOrder>[0], "account"> & { readonly number?: number };

/** A mined transaction and the clearinghouse's events in it. */
export interface Done {
  readonly receipt: ContractTransactionReceipt;
  readonly events: readonly HouseEvent[];
}

/** A transaction that was replaced or never mined. */
export class NotMined extends Error {
  constructor(readonly hash: string) {
    super(`transaction ${hash} was not mined: look for its replacement, or send it again`);
  }
}

/** What is used of the settlement token. */
interface Token {
  allowance(owner: Address, spender: Address): Promise<bigint>;
  approve(spender: Address, tokens: bigint): Promise<ContractTransactionResponse>;
}

const TOKEN_ABI = [
  "function allowance(address owner, address spender) view returns (uint256)",
  "function approve(address spender, uint256 tokens) returns (bool)",
];

/**
 * A trader at a clearinghouse, over an ethers signer. Every method that sends waits until it is mined; every refusal of the contracts
 * is thrown as Refused, with a sentence that says what to do.
 */
export class NovationClient {
  readonly clearinghouse: IClearinghouse;
  readonly lens: ILens;

  private constructor(
    readonly signer: Signer,
    readonly owner: Address,
    readonly addresses: Addresses,
    readonly chainId: bigint,
  ) {
    this.clearinghouse = IClearinghouse__factory.connect(addresses.clearinghouse, signer);
    this.lens = ILens__factory.connect(addresses.lens, signer);
  }

  /** @param signer With a provider. */
  static async connect(signer: Signer, addresses: Addresses): Promise<NovationClient> {
    if (signer.provider === null) throw new TypeError("the signer has no provider: connect it to one first");
    const { chainId } = await signer.provider.getNetwork();
    return new NovationClient(signer, (await signer.getAddress()) as Address, addresses, chainId);
  }

  /** The id of the caller's account `number`. */
  accountId(number = 0): AccountId {
    return accountOf(this.owner, number);
  }

  /** Deposits token units into the caller's account, with an approval first if there is none that suffices. */
  async deposit(tokens: bigint, number = 0): Promise<Done> {
    const token = new Contract(await this.clearinghouse.token(), TOKEN_ABI, this.signer) as unknown as Token;
    const { clearinghouse } = this.addresses;
    if ((await token.allowance(this.owner, clearinghouse)) < tokens) {
      await this.done(() => token.approve(clearinghouse, tokens));
    }
    return this.done(() => this.clearinghouse.deposit(this.accountId(number), tokens));
  }

  /** Withdraws claims, in token units, to the caller or `to`; "all": all that is withdrawable. */
  withdraw(tokens: bigint | "all", number = 0, to: Address = this.owner): Promise<Done> {
    const amount = tokens === "all" ? 2n ** 256n - 1n : tokens;
    return this.done(() => this.clearinghouse.withdraw(number, amount, to));
  }

  /** Moves claims between two of the caller's accounts. */
  transfer(from: number, to: number, amount: Money): Promise<Done> {
    return this.done(() => this.clearinghouse.transfer(from, to, amount));
  }

  /** Lets a key sign and cancel orders until the second `expiry`; 0 revokes it. It can never withdraw. */
  setSigner(key: Address, expiry: bigint): Promise<Done> {
    return this.done(() => this.clearinghouse.setSigner(key, expiry));
  }

  /** Signs an order of the caller's; sends nothing. */
  signOrder({ number = 0, ...wish }: OrderWish): Promise<SignedOrder> {
    const order: Order = buildOrder({ ...wish, account: this.accountId(number) });
    return signOrder(order, this.signer as never, this.chainId, this.addresses.clearinghouse);
  }

  /** Takes up to `size` of a signed maker order, at its limit. `hint`: see queueHint. Without `limits`: at any fee, at any time. */
  fillOrder(
    maker: SignedOrder,
    size: Size,
    number = 0,
    hint: NodeId = NO_NODE,
    { maxFee = ANY_FEE, deadline = NEVER }: TakerLimits = {},
  ): Promise<Done> {
    const fill = { maker, size, hint: NO_NODE };
    return this.done(() => this.clearinghouse.fillOrder(number, fill, hint, maxFee, deadline));
  }

  /** Submits matches of one group. Strict: the first bad order refuses the batch; else it is passed over and told by an event. */
  settle(group: GroupId, matches: readonly MatchWish[], strict = false): Promise<Done> {
    const batch = matches.map(({ taker, hint = NO_NODE, fills }) => ({
      ...{ taker, hint },
      fills: fills.map((fill) => ({ hint: NO_NODE, ...fill })),
    }));
    return this.done(() => this.clearinghouse.settle(group, batch, strict));
  }

  /** Voids an order, and every lower sequence of its lane. */
  cancel({ salt, account }: Pick<Order, "salt" | "account">): Promise<Done> {
    return this.done(() => this.clearinghouse.cancelOrder(salt, account));
  }

  /** Voids every order of an account below a sequence, which is at most `maxSequence` (see sequence.ts). */
  cancelBelow(sequence: bigint, number = 0): Promise<Done> {
    return this.done(() => this.clearinghouse.cancelBelow(this.accountId(number), sequence));
  }

  /** An account with its positions at live prices: the caller's, or any. */
  account(id: AccountId = this.accountId()): Promise<AccountViewStructOutput> {
    return explaining(() => this.lens.account(this.addresses.clearinghouse, id));
  }

  market(id: MarketId): Promise<MarketViewStructOutput> {
    return explaining(() => this.lens.market(this.addresses.clearinghouse, id));
  }

  /** What is left of an order, and why it could not be filled if the caller submitted it. */
  orderState(signed: SignedOrder): Promise<OrderViewStructOutput> {
    return explaining(() => this.lens.order(this.addresses.clearinghouse, signed, this.owner));
  }

  private done(send: () => Promise<ContractTransactionResponse>): Promise<Done> {
    return explaining(async () => {
      const sent = await send();
      const receipt = await sent.wait();
      if (receipt === null) throw new NotMined(sent.hash);
      const { clearinghouse } = this.addresses;
      const logs = receipt.logs.filter(({ address }) => address.toLowerCase() === clearinghouse.toLowerCase());
      return { receipt, events: logs.map(decodeHouseLog).filter((event) => event !== undefined) };
    });
  }
}
