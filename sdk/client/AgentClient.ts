// SPDX-License-Identifier: MIT
import type { Signer } from "ethers";
import { accountOf, type AccountId, type Address, type Order } from "../order.js";
import { OutOfRange, addressOf, countOf, numberOfRange } from "../range.js";
import type { SignedOrder } from "../signOrder.js";
import { VenueClient, type Addresses, type Done, type OrderWish } from "./VenueClient.js";
import { Refused, explaining } from "./Refused.js";
import type { AccountView } from "../views.js";
import type { WaitOptions } from "./wait.js";

/** What the clearinghouse keeps of a key that was revoked: the two stay known to each other. */
const REVOKED = 1n;

/** Whose account an agent acts for. */
export interface Principal {
  readonly owner: Address;
  /** Of the account among the owner's. */
  readonly number: number;
}

export interface AgentOptions extends WaitOptions {
  /** The block of the deployment, or an earlier one: since when authorisations are looked for. Default 0. */
  readonly fromBlock?: number;
  /** Blocks a query; nodes limit it. Default: all at once. */
  readonly blocksAQuery?: number;
}

/** The owner has not authorised the key, or no longer. */
export class NotAuthorised extends Error {
  override readonly name = "NotAuthorised";

  constructor(
    readonly owner: Address,
    readonly key: Address,
    /** The Unix second until which it was; 0: never, or revoked. */
    readonly until: bigint,
  ) {
    const since = until === 0n ? "is not authorised to act" : `was authorised until ${dateOf(until)}`;
    super(`${key} ${since} for ${owner}: the owner has to call setSigner`);
  }
}

/** What an agent's key cannot do, or would do for itself instead of for the owner. */
export class NotForAgents extends Error {
  override readonly name = "NotForAgents";

  constructor(
    readonly action: string,
    readonly advice: string,
  ) {
    super(`an agent's key cannot ${action} for the owner: ${advice}`);
  }
}

/** The key is the owner's own. */
export class NotAnAgent extends Error {
  override readonly name = "NotAnAgent";

  constructor(readonly owner: Address) {
    super(`${owner} is the owner's own key: use NovationClient`);
  }
}

/** The order is of another account than the one that the agent acts for. */
export class OtherAccount extends Error {
  override readonly name = "OtherAccount";

  constructor(
    readonly account: AccountId,
    readonly principal: AccountId,
  ) {
    super(`account ${account} is not the one that this client acts for, ${principal}: connect one for it`);
  }
}

/**
 * A key that an owner has authorised (setSigner), acting for one account of his and for nothing else: it signs and
 * cancels orders of it and
 * submits matches. It cannot withdraw, transfer or authorise. Before each act the chain is asked whether the key may
 * still act.
 */
export class AgentClient extends VenueClient {
  private constructor(
    signer: Signer,
    readonly key: Address,
    readonly principal: Principal,
    addresses: Addresses,
    chainId: bigint,
    private readonly options: AgentOptions,
  ) {
    super(signer, principal.owner, addresses, chainId, options);
  }

  /**
   * @param signer The agent's key, with a provider. @param principal The owner that it acts for: there is no default.
   */
  static async connect(
    signer: Signer,
    addresses: Addresses,
    principal: Principal,
    options: AgentOptions = {},
  ): Promise<AgentClient> {
    if (signer.provider === null) throw new TypeError("the signer has no provider: connect it to one first");
    if (typeof principal !== "object" || principal === null) {
      throw new OutOfRange(principal, "principal", "the owner's address and the number of his account");
    }
    const { owner, number } = principal;
    accountOf(owner, number); // checked before anything is asked
    countOf(options.fromBlock ?? 0, "fromBlock");
    numberOfRange(options.blocksAQuery ?? 1, 1, Number.MAX_SAFE_INTEGER, "blocksAQuery");
    const key = addressOf(await signer.getAddress(), "signer");
    if (key.toLowerCase() === owner.toLowerCase()) throw new NotAnAgent(owner);
    const { chainId } = await signer.provider.getNetwork();
    const client = new AgentClient(signer, key, { owner, number }, addresses, chainId, options);
    await client.requireAuthorised();
    return client;
  }

  /** The account that it acts for. */
  get accountId(): AccountId {
    return accountOf(this.principal.owner, this.principal.number);
  }

  /** The Unix second until which the key may act, as the owner last said; 0: never authorised, or revoked. */
  async authorisedUntil(): Promise<bigint> {
    const { fromBlock = 0, blocksAQuery } = this.options;
    const filter = this.clearinghouse.filters.SignerSet(this.owner, this.key);
    const head = await this.provider.getBlockNumber();
    const step = blocksAQuery ?? head + 1;
    for (let to = head; to >= fromBlock; to -= step) {
      const logs = await this.clearinghouse.queryFilter(filter, Math.max(fromBlock, to - step + 1), to);
      logs.sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index); // not every node does
      const expiry = logs.at(-1)?.args.expiry;
      if (expiry !== undefined) return expiry > REVOKED ? expiry : 0n;
    }
    return 0n;
  }

  /** Signs an order of the owner's account; sends nothing. It can be filled while the key is authorised. */
  async signOrder(wish: Omit<OrderWish, "number">): Promise<SignedOrder> {
    const { number } = this.principal;
    const other = (wish as OrderWish).number ?? number;
    if (other !== number) throw new OtherAccount(accountOf(this.owner, other), this.accountId);
    await this.requireAuthorised();
    return this.signed({ ...wish, number });
  }

  /** Voids an order of the owner's account, and every lower sequence of its lane. */
  async cancel(order: Pick<Order, "salt" | "account">): Promise<Done> {
    if (order.account !== this.accountId) throw new OtherAccount(order.account, this.accountId);
    await this.requireAuthorised();
    return this.cancelled(order);
  }

  /** Voids every order of the owner's account below a sequence. */
  async cancelBelow(sequence: bigint): Promise<Done> {
    await this.requireAuthorised();
    return this.cancelledBelow(this.accountId, sequence);
  }

  /** The owner's account with its positions at live prices. */
  account(): Promise<AccountView> {
    return this.accountView(this.accountId);
  }

  withdraw(..._: unknown[]): Promise<never> {
    return refuse("withdraw", "only the owner's own key withdraws (NovationClient)");
  }

  transfer(..._: unknown[]): Promise<never> {
    return refuse("transfer", "only the owner's own key moves claims between his accounts (NovationClient)");
  }

  setSigner(..._: unknown[]): Promise<never> {
    return refuse("authorise keys", "only the owner's own key does (NovationClient)");
  }

  /** It would be paid by the agent's tokens. */
  deposit(..._: unknown[]): Promise<never> {
    return refuse("deposit", "tokens would be the agent's own. The owner deposits (NovationClient)");
  }

  /** The clearinghouse would fill it for the agent's own account. */
  fillOrder(..._: unknown[]): Promise<never> {
    return refuse(
      "fillOrder",
      "it takes for the sender's own account. Sign a taker order (use: USE.TAKER) and settle it",
    );
  }

  /** Asks the chain, not the events: a call that changes nothing, as the key. */
  private async requireAuthorised(): Promise<void> {
    try {
      await explaining(() => this.clearinghouse.cancelBelow.staticCall(this.accountId, 0n));
    } catch (failure) {
      if (!(failure instanceof Refused) || failure.error.name !== "SignerNotAuthorised") throw failure;
      throw new NotAuthorised(this.owner, this.key, await this.authorisedUntil());
    }
  }
}

async function refuse(action: string, advice: string): Promise<never> {
  throw new NotForAgents(action, advice);
}

function dateOf(seconds: bigint): string {
  const date = new Date(Number(seconds) * 1_000);
  return Number.isNaN(date.getTime()) ? `second ${seconds}` : date.toISOString().replace(".000Z", "Z");
}
