// SPDX-License-Identifier: MIT
import type { Provider, Signer, TransactionReceipt } from "ethers";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import type { IClearinghouse } from "../../types/ethers-contracts/contracts/interfaces/IClearinghouse.js";
import type { ILens } from "../../types/ethers-contracts/contracts/periphery/ILens.js";
import type { AccountView, MarketView, OrderView, SettlementView, ShockView, View } from "../views.js";
import { packBatch, type MatchWish } from "../packing/batch.js";
import { packOrder } from "../packing/order.js";
import {
  accountOf,
  buildOrder,
  groupIdOf,
  type AccountId,
  type Address,
  type GroupId,
  type MarketId,
  type Order,
} from "../order.js";
import { addressOf, bigintOf, uintOf } from "../range.js";
import { sequenceOf } from "../salt.js";
import { signOrder, type EthersSigner, type SignedOrder } from "../signOrder.js";
import type { VenueEvent } from "../state/events.js";
import { PPM } from "../units.js";
import { decodeVenueLog } from "./decoding.js";
import { Refused, explaining } from "./Refused.js";
import { SaltClock } from "./SaltClock.js";
import { ethersChain } from "./ethersChain.js";
import { viewOf } from "./viewOf.js";
import { Reverted, checkedWait, sendAndWait, type Sent, type WaitOptions } from "./wait.js";

export interface Addresses {
  readonly clearinghouse: Address;
  readonly lens: Address;
}

type Wanted = Parameters<typeof buildOrder>[0];

/** What an order asks for, of one of the owner's accounts. Without a salt it gets one of lane 0 by the clock. */
export type OrderWish = Omit<Wanted, "account" | "salt"> & { readonly salt?: bigint; readonly number?: number };

/** A mined transaction and the clearinghouse's events in it. */
export interface Done {
  readonly receipt: TransactionReceipt;
  readonly events: readonly VenueEvent[];
}

/** A millionfold. */
const MAX_MOVE = PPM * PPM;

/** What every client of a clearinghouse can do, whomever it acts for. */
export abstract class VenueClient {
  readonly clearinghouse: IClearinghouse;
  readonly lens: ILens;
  protected readonly provider: Provider;
  private readonly salts = new SaltClock(() => this.chainTime());

  protected constructor(
    readonly signer: Signer,
    /** The owner that it acts for. */
    readonly owner: Address,
    readonly addresses: Addresses,
    readonly chainId: bigint,
    private readonly wait: WaitOptions,
  ) {
    checkedWait(wait); // before anything is sent
    addressOf(addresses.clearinghouse, "clearinghouse");
    addressOf(addresses.lens, "lens");
    this.clearinghouse = IClearinghouse__factory.connect(addresses.clearinghouse, signer);
    this.lens = ILens__factory.connect(addresses.lens, signer);
    this.provider = signer.provider!;
  }

  /** The salt of a new order by the clock, above all that this client gave out in the lane. */
  nextSalt(lane = 0n): Promise<bigint> {
    return this.salts.next(lane);
  }

  /**
   * Submits matches of one group. Strict: the first bad order refuses the batch; else it is passed over and told by
   * an event.
   */
  settle(matches: readonly MatchWish[], strict = false): Promise<Done> {
    const batch = packBatch({ strict, matches });
    return this.done(() => this.clearinghouse.settle(batch));
  }

  market(id: MarketId): Promise<MarketView> {
    return this.look("market", () => this.lens.market(this.addresses.clearinghouse, uintOf(id, 32, "market id")));
  }

  /**
   * What `deleverage` would do to a locked group if its lock ended now; while it is settling, what is left to do. The
   * chain runs it and undoes it: a settlement too long for one call of the node is told as far as it came (`done`).
   */
  settlement(id: GroupId): Promise<SettlementView> {
    return this.look("settlement", () => this.lens.settlement.staticCall(this.addresses.clearinghouse, groupIdOf(id)));
  }

  /** What a sudden move of a market's mark by `move` ppm would do to accounts, which are told in ascending order. */
  shock(id: MarketId, move: bigint, accounts: readonly AccountId[]): Promise<ShockView> {
    uintOf(id, 32, "market id");
    bigintOf(move, -PPM, MAX_MOVE, "move in ppm");
    const ids = [...new Set(accounts.map((account) => uintOf(account, 192, "account id")))];
    ids.sort((a, b) => (a < b ? -1 : 1));
    return this.look("shock", () => this.lens.shock.staticCall(this.addresses.clearinghouse, id, move, ids));
  }

  /** What is left of an order, and why it could not be filled if the caller submitted it. */
  orderState(signed: SignedOrder): Promise<OrderView> {
    return this.look("order", async () =>
      this.lens.order(
        this.addresses.clearinghouse,
        signed.order.market,
        packOrder(signed),
        await this.signer.getAddress(),
      ),
    );
  }

  protected accountView(id: AccountId): Promise<AccountView> {
    return this.look("account", () => this.lens.account(this.addresses.clearinghouse, uintOf(id, 192, "account id")));
  }

  private look<Name extends Parameters<typeof viewOf>[0]>(
    name: Name,
    ask: () => Promise<unknown>,
  ): Promise<View<Name>> {
    return explaining(async () => viewOf(name, await ask()));
  }

  /** Signs an order of the owner's account `number`. */
  protected async signed({ number = 0, salt, ...wish }: OrderWish): Promise<SignedOrder> {
    const account = accountOf(this.owner, number);
    const order = buildOrder({ ...wish, account, salt: salt ?? (await this.nextSalt()) } as Wanted);
    await this.salts.check(sequenceOf(order.salt));
    return signOrder(order, this.signer as unknown as EthersSigner, this.chainId, this.addresses.clearinghouse);
  }

  protected async cancelled({ salt, account }: Pick<Order, "salt" | "account">): Promise<Done> {
    uintOf(account, 192, "account id");
    await this.salts.check(sequenceOf(salt));
    return this.done(() => this.clearinghouse.cancelOrder(salt, account));
  }

  protected async cancelledBelow(account: AccountId, sequence: bigint): Promise<Done> {
    await this.salts.check(sequence);
    return this.done(() => this.clearinghouse.cancelBelow(account, sequence));
  }

  /** Sends, waits, and explains what was refused. */
  protected done(send: () => Promise<Sent>): Promise<Done> {
    return explaining(async () => {
      const { sent, receipt } = await sendAndWait(ethersChain(this.provider), send, this.wait);
      if (receipt.status === 0) throw await this.reasonOf(sent, receipt);
      const { clearinghouse } = this.addresses;
      const logs = receipt.logs.filter(({ address }) => address.toLowerCase() === clearinghouse.toLowerCase());
      return { receipt, events: logs.map(decodeVenueLog).filter((event) => event !== undefined) };
    });
  }

  protected async chainTime(): Promise<bigint> {
    const block = await this.provider.getBlock("latest");
    if (block === null) throw new RangeError("the node has no block: try again when it has");
    return BigInt(block.timestamp);
  }

  /** What the contracts say to the same call now, in the block it was in. */
  private async reasonOf({ from, to, data, value }: Sent, receipt: TransactionReceipt): Promise<Error> {
    for (const blockTag of [receipt.blockNumber, receipt.blockNumber - 1]) {
      const failure: unknown = await explaining(() => this.provider.call({ from, to, data, value, blockTag })).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure instanceof Refused) return failure;
    }
    return new Reverted(receipt.hash, receipt);
  }
}
