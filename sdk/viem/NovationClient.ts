// SPDX-License-Identifier: MIT
import { encodeFunctionData, type Account, type Client, type TransactionReceipt } from "viem";
import { call, getChainId, sendTransaction, signTypedData } from "viem/actions";
import { approve } from "../client/approve.js";
import { decodeVenueLog } from "../client/decoding.js";
import { Refused, explaining } from "../client/Refused.js";
import { SaltClock } from "../client/SaltClock.js";
import { Reverted, checkedWait, sendAndWait, type Sent, type WaitOptions } from "../client/wait.js";
import { NO_NODE, type NodeId } from "../level.js";
import { accountOf, buildOrder, numberOf, type AccountId, type GroupId, type MarketId, type Order } from "../order.js";
import type { Hex } from "../orderHash.js";
import type { FillWish, MatchWish } from "../packing/batch.js";
import { addressOf, uintOf, type Address } from "../range.js";
import { sequenceOf } from "../salt.js";
import { NoAccount, signOrder, type SignedOrder } from "../signOrder.js";
import type { VenueEvent } from "../state/events.js";
import type { Money, Size } from "../units.js";
import type { AccountView } from "../views.js";
import * as calls from "./calls.js";
import type { Limit } from "./limit.js";
import { signPermit } from "./permit.js";
import { VenueReader, type Addresses } from "./VenueReader.js";
import { viemChain } from "./viemChain.js";

/** How long a call may wait to be mined when its sender says nothing else, seconds. */
const PATIENCE = 600n;
/** Steps of a settlement in one call when nothing else is said. */
const STEPS = 100n;

type Wanted = Parameters<typeof buildOrder>[0];

/** What an order asks for, of one of the owner's accounts. Without a salt it gets one of lane 0 by the clock. */
export type OrderWish = Omit<Wanted, "account" | "salt"> & { readonly salt?: bigint; readonly number?: number };

/** A mined transaction and the clearinghouse's events in it. */
export interface Done {
  readonly receipt: TransactionReceipt;
  readonly events: readonly VenueEvent[];
}

/** What a taker accepts: the largest fee rate, ppm of notional, and the last second, Unix time. */
export interface TakerLimits {
  readonly maxFee?: bigint;
  readonly deadline?: bigint;
}

/** A public client of the venue's chain, and a wallet client with an account. */
export interface Clients {
  readonly publicClient: Client;
  readonly walletClient: Client;
}

/** The wallet is on another chain than the venue: nothing is signed. */
export class WrongChain extends Error {
  override readonly name = "WrongChain";

  constructor(
    readonly expected: bigint,
    readonly actual: bigint,
  ) {
    super(`the wallet is on chain ${actual} and the venue on ${expected}: switch the wallet's chain, and try again`);
  }
}

/** One of `calls`. */
export interface AnyCall {
  readonly address: Address;
  readonly abi: readonly unknown[];
  readonly functionName: string;
  readonly args: readonly unknown[];
}

/**
 * A trader at a clearinghouse, over clients of viem, who acts for his own accounts. The methods are those of
 * novation-sdk/client, and those that keepers and holders of vault shares call. Each one that sends is simulated first
 * and waits until it is mined; every refusal of the contracts is thrown as Refused.
 */
export class NovationClient extends VenueReader {
  private readonly salts = new SaltClock(() => this.chainTime());

  private constructor(
    publicClient: Client,
    readonly walletClient: Client,
    private readonly signer: Account,
    /** The owner that it acts for. */
    readonly owner: Address,
    addresses: Addresses,
    readonly chainId: bigint,
    private readonly wait: WaitOptions,
  ) {
    super(publicClient, addresses);
    checkedWait(wait); // before anything is sent
  }

  static async connect(clients: Clients, addresses: Addresses, wait: WaitOptions = {}): Promise<NovationClient> {
    const { publicClient, walletClient } = clients;
    const signer = walletClient.account as Account | undefined;
    if (signer === undefined) throw new NoAccount();
    const owner = addressOf(signer.address, "signer");
    const chainId = BigInt(await getChainId(publicClient));
    return new NovationClient(publicClient, walletClient, signer, owner, addresses, chainId, wait);
  }

  /** The id of the owner's account `number`. */
  accountId(number = 0): AccountId {
    return accountOf(this.owner, number);
  }

  /** An account with its positions at live prices: the owner's, or any. */
  account(id: AccountId = this.accountId()): Promise<AccountView> {
    return this.accountView(id);
  }

  // ---------------------------------------------------------------- accounts

  /** Deposits token units into the owner's account, with an approval first if there is none that suffices. */
  async deposit(tokens: bigint, number = 0): Promise<Done> {
    const made = calls.deposit(this.venueAddress, this.accountId(number), tokens);
    await this.approved(this.venueAddress, tokens);
    return this.send(made);
  }

  /** The same with a signature in the approval's place (ERC-2612). `NoPermit`: the token takes none. */
  async depositWithPermit(tokens: bigint, number = 0, deadline?: bigint): Promise<Done> {
    uintOf(tokens, 256, "tokens");
    const account = this.accountId(number);
    await this.requireChain();
    const { token } = await this.contracts();
    const permit = await signPermit(this.publicClient, this.walletClient, {
      token,
      owner: this.owner,
      spender: this.venueAddress,
      tokens,
      deadline: deadline ?? (await this.soon()),
      chainId: this.chainId,
    });
    return this.send(calls.depositWithPermit(this.venueAddress, account, tokens, permit));
  }

  /** Withdraws claims, in token units, to the owner or `to`; "all": all that is withdrawable. */
  async withdraw(tokens: bigint | "all", number = 0, to: Address = this.owner): Promise<Done> {
    return this.send(calls.withdraw(this.venueAddress, numberOf(this.accountId(number)), tokens, to));
  }

  /** Moves claims between two of the owner's accounts. */
  async transfer(from: number, to: number, amount: Money): Promise<Done> {
    return this.send(calls.transfer(this.venueAddress, from, to, amount));
  }

  /** Lets a key sign and cancel orders until the Unix second `expiry`; 0 revokes it. It can never withdraw. */
  async setSigner(key: Address, expiry: bigint): Promise<Done> {
    return this.send(calls.setSigner(this.venueAddress, key, expiry));
  }

  /** Several encoded calls of the owner's (encodeFunctionData) in one transaction, all or nothing. */
  async multicall(encoded: readonly Hex[]): Promise<Done> {
    return this.send(calls.multicall(this.venueAddress, encoded));
  }

  // ---------------------------------------------------------------- orders

  /** The salt of a new order by the clock, above all that this client gave out in the lane. */
  nextSalt(lane = 0n): Promise<bigint> {
    return this.salts.next(lane);
  }

  /** Signs an order of the owner's; sends nothing. */
  async signOrder({ number = 0, salt, ...wish }: OrderWish): Promise<SignedOrder> {
    const account = accountOf(this.owner, number);
    const order = buildOrder({ ...wish, account, salt: salt ?? (await this.nextSalt()) } as Wanted);
    await this.salts.check(sequenceOf(order.salt));
    await this.requireChain();
    const { walletClient, publicClient } = this;
    const wallet = {
      account: this.signer,
      signTypedData: (typed: never) => signTypedData(walletClient, typed),
      request: publicClient.request as never,
    };
    return signOrder(order, wallet, this.chainId, this.venueAddress);
  }

  /**
   * Submits matches of one group. Strict: the first bad order refuses the batch; else it is passed over and told by
   * an event.
   */
  async settle(matches: readonly MatchWish[], strict = false): Promise<Done> {
    return this.send(calls.settle(this.venueAddress, { strict, matches }));
  }

  /**
   * Takes up to `size` of a signed maker order, at its limit. `hint`: see queueHint. What `limits` leaves open: at most
   * the taker fee of now, within ten minutes.
   */
  async fillOrder(
    maker: SignedOrder,
    size: Size,
    number = 0,
    hint: NodeId = NO_NODE,
    limits: TakerLimits = {},
  ): Promise<Done> {
    const maxFee = limits.maxFee ?? (await this.market(maker.order.market)).params.takerFee;
    const deadline = limits.deadline ?? (await this.soon());
    return this.send(calls.fillOrder(this.venueAddress, { maker, size }, number, maxFee, deadline, hint));
  }

  /** Voids an order, and every lower sequence of its lane. */
  async cancel({ salt, account }: Pick<Order, "salt" | "account">): Promise<Done> {
    const made = calls.cancelOrder(this.venueAddress, salt, account);
    await this.salts.check(sequenceOf(salt));
    return this.send(made);
  }

  /** Voids every order of an account below a sequence. */
  async cancelBelow(sequence: bigint, number = 0): Promise<Done> {
    await this.salts.check(sequence);
    return this.send(calls.cancelBelow(this.venueAddress, this.accountId(number), sequence));
  }

  // ---------------------------------------------------------------- what keepers call

  async marginCall(account: AccountId): Promise<Done> {
    return this.send(calls.marginCall(this.venueAddress, account));
  }

  /** Clears the margin call of an account that is at its call level again. */
  async clearCall(account: AccountId): Promise<Done> {
    return this.send(calls.clearCall(this.venueAddress, account));
  }

  /** Against maker orders; the keeper's share goes to the owner's account `number`. */
  async liquidate(account: AccountId, market: MarketId, makers: readonly FillWish[], number = 0): Promise<Done> {
    return this.send(calls.liquidate(this.venueAddress, account, market, number, makers));
  }

  /** Into the owner's account `number`, at most `max` (a magnitude), within ten minutes. */
  async liquidateToAccount(
    account: AccountId,
    market: MarketId,
    max: Size,
    number = 0,
    limit: Partial<Limit> = {},
  ): Promise<Done> {
    const within = await this.limited(limit);
    return this.send(calls.liquidateToAccount(this.venueAddress, account, market, number, max, within));
  }

  /** Many accounts of one side: longs when `max` is positive, shorts when it is negative. */
  async liquidateMany(
    market: MarketId,
    accounts: readonly AccountId[],
    max: Size,
    number = 0,
    limit: Partial<Limit> = {},
  ): Promise<Done> {
    const within = await this.limited(limit);
    return this.send(calls.liquidateMany(this.venueAddress, market, accounts, number, max, within));
  }

  async liquidateToVault(account: AccountId, market: MarketId, number = 0, hint: NodeId = NO_NODE): Promise<Done> {
    return this.send(calls.liquidateToVault(this.venueAddress, account, market, number, hint));
  }

  /** Into the owner's account `number`, at most `max` (a magnitude), within ten minutes. */
  async buyInventory(market: MarketId, max: Size, number = 0, limit: Partial<Limit> = {}): Promise<Done> {
    const within = await this.limited(limit);
    return this.send(calls.buyInventory(this.venueAddress, market, number, max, within));
  }

  async poke(group: GroupId): Promise<Done> {
    return this.send(calls.poke(this.venueAddress, group));
  }

  /** The accounts in any order. */
  async absorb(group: GroupId, accounts: readonly AccountId[]): Promise<Done> {
    return this.send(calls.absorb(this.venueAddress, group, accounts));
  }

  /** In a lock: they are charged on what they gained less what they lost. In any order; the client's own by default. */
  async net(group: GroupId, accounts: readonly AccountId[] = [this.accountId()]): Promise<Done> {
    return this.send(calls.net(this.venueAddress, group, accounts));
  }

  /** To be called until an event `Deleveraged` of the group comes. */
  async deleverage(group: GroupId, steps = STEPS): Promise<Done> {
    return this.send(calls.deleverage(this.venueAddress, group, steps));
  }

  /** What was torn up of a position, or is left of it in a settled market. */
  async collect(market: MarketId, account: AccountId = this.accountId()): Promise<Done> {
    return this.send(calls.collect(this.venueAddress, account, market));
  }

  // ---------------------------------------------------------------- the vault

  /** Token units into the vault, with an approval first if there is none that suffices. */
  async vaultDeposit(tokens: bigint, receiver: Address = this.owner): Promise<Done> {
    const { vault } = await this.contracts();
    const made = calls.vaultDeposit(vault, tokens, receiver);
    await this.approved(vault, tokens);
    return this.send(made);
  }

  /** There is no way back: the shares bear gains and losses until their batch is priced. */
  async requestRedeem(shares: bigint): Promise<Done> {
    const { vault } = await this.contracts();
    return this.send(calls.requestRedeem(vault, shares, this.owner, this.owner));
  }

  /** Claims what is priced of the owner's requests. Default: all. */
  async claim(shares?: bigint, receiver: Address = this.owner): Promise<Done> {
    const { vault } = await this.contracts();
    return this.send(calls.claim(vault, shares ?? (await this.claimable()), receiver, this.owner));
  }

  async processBatch(): Promise<Done> {
    const { vault } = await this.contracts();
    return this.send(calls.processBatch(vault));
  }

  // ---------------------------------------------------------------- sending

  /** Sends one of `calls`: simulated first, then waited for. */
  async send(made: AnyCall): Promise<Done> {
    const data = encodeFunctionData(made as never);
    await this.requireChain();
    const { address: to } = made;
    await explaining(() => call(this.publicClient, { account: this.signer, to, data })); // before the wallet opens
    return this.done(to, data);
  }

  private get venueAddress(): Address {
    return this.addresses.clearinghouse;
  }

  private async soon(): Promise<bigint> {
    return (await this.chainTime()) + PATIENCE;
  }

  private async limited(limit: Partial<Limit>): Promise<Limit> {
    return { ...limit, deadline: limit.deadline ?? (await this.soon()) };
  }

  private async claimable(): Promise<bigint> {
    const requests = await this.requestsOf(this.owner);
    return requests.reduce((sum, { claimable }) => sum + claimable, 0n);
  }

  private async approved(spender: Address, tokens: bigint): Promise<void> {
    await this.requireChain();
    const { token } = await this.contracts();
    const approval = { provider: this.caller, token, owner: this.owner, spender, tokens };
    await approve(approval, (data) => this.done(token, data));
  }

  /** A wallet that is elsewhere would sign for that chain. */
  private async requireChain(): Promise<void> {
    const actual = BigInt(await getChainId(this.walletClient));
    if (actual !== this.chainId) throw new WrongChain(this.chainId, actual);
  }

  /** Sends, waits, and explains what was refused. */
  private done(to: Address, data: Hex): Promise<Done> {
    return explaining(async () => {
      const send = async (): Promise<Sent> => {
        const hash = await sendTransaction(this.walletClient, { account: this.signer, to, data, chain: null });
        return { hash, from: this.owner, nonce: undefined, to, data, value: 0n };
      };
      const { receipt } = await sendAndWait(viemChain(this.publicClient), send, this.wait);
      if (receipt.status === "reverted") throw await this.reasonOf(to, data, receipt);
      const own = receipt.logs.filter(({ address }) => address.toLowerCase() === this.venueAddress.toLowerCase());
      return { receipt, events: own.map(decodeVenueLog).filter((event) => event !== undefined) };
    });
  }

  /** What the contracts say to the same call now, in the block it was in. */
  private async reasonOf(to: Address, data: Hex, receipt: TransactionReceipt): Promise<Error> {
    for (const blockNumber of [receipt.blockNumber, receipt.blockNumber - 1n]) {
      const again = { account: this.owner, to, data, blockNumber };
      const failure: unknown = await explaining(() => call(this.publicClient, again)).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure instanceof Refused) return failure;
    }
    return new Reverted(receipt.transactionHash, receipt);
  }
}
