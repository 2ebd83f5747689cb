// SPDX-License-Identifier: MIT
import type { Signer } from "ethers";
import type { IClearinghouse } from "../../types/ethers-contracts/contracts/interfaces/IClearinghouse.js";
import { NO_NODE, type NodeId } from "../level.js";
import { accountOf, numberOf, type AccountId, type Address, type Order } from "../order.js";
import { packMaker } from "../packing/batch.js";
import { addressOf, bigintOf, uintOf } from "../range.js";
import type { SignedOrder } from "../signOrder.js";
import type { Money, Size } from "../units.js";
import { approve } from "./approve.js";
import { VenueClient, type Addresses, type Done, type OrderWish } from "./VenueClient.js";
import type { AccountView } from "../views.js";
import type { WaitOptions } from "./wait.js";

/** How long a fill may wait to be mined when its taker says nothing else, seconds. */
const PATIENCE = 600n;

/** What a taker accepts: the largest fee rate, ppm of notional, and the last second, Unix time. */
export interface TakerLimits {
  readonly maxFee?: bigint;
  readonly deadline?: bigint;
}

/**
 * A trader at a clearinghouse, over an ethers signer, who acts for his own accounts. Every method that sends waits
 * until it is mined; every
 * refusal of the contracts is thrown as Refused, with a sentence that says what to do. A key that acts for another's
 * account: AgentClient.
 */
export class NovationClient extends VenueClient {
  /** @param signer With a provider. */
  static async connect(signer: Signer, addresses: Addresses, wait: WaitOptions = {}): Promise<NovationClient> {
    if (signer.provider === null) throw new TypeError("the signer has no provider: connect it to one first");
    const { chainId } = await signer.provider.getNetwork();
    return new NovationClient(signer, addressOf(await signer.getAddress(), "signer"), addresses, chainId, wait);
  }

  /** The id of the caller's account `number`. */
  accountId(number = 0): AccountId {
    return accountOf(this.owner, number);
  }

  /** Deposits token units into the caller's account, with an approval first if there is none that suffices. */
  async deposit(tokens: bigint, number = 0): Promise<Done> {
    uintOf(tokens, 256, "tokens");
    const { owner, provider, addresses } = this;
    const [account, token] = [this.accountId(number), await this.clearinghouse.token()];
    await approve({ provider, token, owner, spender: addresses.clearinghouse, tokens }, (data) =>
      this.done(() => this.signer.sendTransaction({ to: token, data })),
    );
    return this.done(() => this.clearinghouse.deposit(account, tokens));
  }

  /** Withdraws claims, in token units, to the caller or `to`; "all": all that is withdrawable. */
  async withdraw(tokens: bigint | "all", number = 0, to: Address = this.owner): Promise<Done> {
    const max = 2n ** 256n - 1n;
    const amount = tokens === "all" ? max : bigintOf(tokens, 0n, max - 1n, "tokens");
    addressOf(to, "recipient");
    const of = numberOf(this.accountId(number));
    return this.done(() => this.clearinghouse.withdraw(of, amount, to));
  }

  /** Moves claims between two of the caller's accounts. */
  async transfer(from: number, to: number, amount: Money): Promise<Done> {
    const [source, target] = [numberOf(this.accountId(from)), numberOf(this.accountId(to))];
    bigintOf(amount, 0n, 2n ** 255n - 1n, "amount");
    return this.done(() => this.clearinghouse.transfer(source, target, amount));
  }

  /** Lets a key sign and cancel orders until the Unix second `expiry`; 0 revokes it. It can never withdraw. */
  async setSigner(key: Address, expiry: bigint): Promise<Done> {
    addressOf(key, "key");
    uintOf(expiry, 40, "expiry in seconds"); // milliseconds would be 50,000 years
    return this.done(() => this.clearinghouse.setSigner(key, expiry));
  }

  /**
   * Several calls of the caller's in one transaction, all or nothing. `build` encodes them, e.g.
   * `(venue) => [venue.encodeFunctionData("transfer", [0, 1, amount]), ...]`.
   */
  async multicall(build: (venue: IClearinghouse["interface"]) => readonly string[]): Promise<Done> {
    const calls = [...build(this.clearinghouse.interface)];
    if (calls.length === 0) throw new RangeError("no call: give at least one");
    return this.done(() => this.clearinghouse.multicall(calls));
  }

  /** Signs an order of the caller's; sends nothing. */
  signOrder(wish: OrderWish): Promise<SignedOrder> {
    return this.signed(wish);
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
    const of = numberOf(this.accountId(number));
    const packed = packMaker({ maker, size });
    uintOf(hint, 48, "hint");
    const maxFee = uintOf(limits.maxFee ?? (await this.market(maker.order.market)).params.takerFee, 24, "fee cap");
    const deadline = uintOf(limits.deadline ?? (await this.chainTime()) + PATIENCE, 40, "deadline in seconds");
    const { market } = maker.order;
    return this.done(() => this.clearinghouse.fillOrder(market, of, packed, hint, maxFee, deadline));
  }

  /** Voids an order, and every lower sequence of its lane. */
  cancel(order: Pick<Order, "salt" | "account">): Promise<Done> {
    return this.cancelled(order);
  }

  /** Voids every order of an account below a sequence. */
  async cancelBelow(sequence: bigint, number = 0): Promise<Done> {
    return this.cancelledBelow(this.accountId(number), sequence);
  }

  /** An account with its positions at live prices: the caller's, or any. */
  async account(id: AccountId = this.accountId()): Promise<AccountView> {
    return this.accountView(id);
  }
}
