// SPDX-License-Identifier: MIT
import type { Client } from "viem";
import { call, getBlock, getBlockNumber, readContract, simulateContract } from "viem/actions";
import { clearinghouseFunctionsAbi } from "../abis/clearinghouseFunctions.js";
import { lensAbi } from "../abis/lens.js";
import { tokenAbi } from "../abis/token.js";
import { vaultAbi } from "../abis/vault.js";
import type { Caller } from "../client/approve.js";
import { explaining } from "../client/Refused.js";
import { NO_NODE, type NodeId } from "../level.js";
import { groupIdOf, NOBODY, type AccountId, type GroupId, type MarketId } from "../order.js";
import type { Hex } from "../orderHash.js";
import { packOrder } from "../packing/order.js";
import { addressOf, bigintOf, countOf, uintOf, type Address } from "../range.js";
import type { SignedOrder } from "../signOrder.js";
import { PPM } from "../units.js";
import {
  FLOWS,
  type AccountView,
  type GroupView,
  type HealthView,
  type MarketView,
  type NodeView,
  type OrderView,
  type SettlementView,
  type ShockView,
  type VenueView,
} from "../views.js";
import { exact } from "./exact.js";

/** Where a venue is. Whatever reads a deployment file has it. */
export interface Addresses {
  readonly clearinghouse: Address;
  readonly lens: Address;
  /** Default: asked of the clearinghouse. */
  readonly token?: Address;
  readonly vault?: Address;
}

/** Which block is asked; default: the latest. */
export interface At {
  readonly blockNumber?: bigint;
}

/** What a vault is worth, and what a holder has there. Shares and token units. */
export interface VaultView {
  readonly vault: Address;
  readonly decimals: number;
  readonly totalAssets: bigint;
  readonly totalSupply: bigint;
  /** Why deposits and the pricing of redeems wait; "OPEN": they do not. */
  readonly depositFlows: (typeof FLOWS)[number];
  readonly redeemFlows: (typeof FLOWS)[number];
  readonly closed: boolean;
  /** The batch that is priced next, and the latest opened; none is open if next > latest. */
  readonly next: bigint;
  readonly latest: bigint;
  /** Seconds for which a batch gathers, and from then until it is due. */
  readonly window: bigint;
  readonly cooldown: bigint;
}

/** A request of a holder to redeem. */
export interface RequestView {
  readonly requestId: bigint;
  readonly dueAt: bigint;
  readonly pending: bigint;
  readonly claimable: bigint;
}

/** A millionfold. */
const MAX_MOVE = PPM * PPM;

/** Reads a venue through its lens, over a client of viem. What the contracts refuse is thrown as Refused. */
export class VenueReader {
  private known: Promise<{ token: Address; vault: Address }> | undefined;

  constructor(
    readonly publicClient: Client,
    readonly addresses: Addresses,
  ) {
    addressOf(addresses.clearinghouse, "clearinghouse");
    addressOf(addresses.lens, "lens");
  }

  /** An account with its positions at live prices. */
  accountView(id: AccountId, at: At = {}): Promise<AccountView> {
    return this.look("account", [this.addresses.clearinghouse, uintOf(id, 192, "account id")], at);
  }

  /** The health of many accounts, in the order given. */
  accounts(ids: readonly AccountId[], at: At = {}): Promise<readonly HealthView[]> {
    const all = ids.map((id) => uintOf(id, 192, "account id"));
    return this.look("accounts", [this.addresses.clearinghouse, all], at);
  }

  market(id: MarketId, at: At = {}): Promise<MarketView> {
    return this.look("market", [this.addresses.clearinghouse, marketId(id)], at);
  }

  /** Up to `count` nodes of a side's ADL queue behind a node (default: from the head), most profitable first. */
  queue(
    id: MarketId,
    isLong: boolean,
    count: number,
    behind: NodeId = NO_NODE,
    at: At = {},
  ): Promise<readonly NodeView[]> {
    const node = Number(uintOf(behind, 48, "node"));
    const args = [this.addresses.clearinghouse, marketId(id), isLong, node, BigInt(countOf(count, "count"))] as const;
    return this.look("queue", args, at);
  }

  group(id: GroupId, at: At = {}): Promise<GroupView> {
    return this.look("group", [this.addresses.clearinghouse, Number(groupIdOf(id))], at);
  }

  venue(at: At = {}): Promise<VenueView> {
    return this.look("venue", [this.addresses.clearinghouse], at);
  }

  /** What `deleverage` would do to a locked group if its lock ended now. `done`: the call's gas reached its end. */
  settlement(id: GroupId, gas?: bigint): Promise<SettlementView> {
    return this.tried("settlement", [this.addresses.clearinghouse, Number(groupIdOf(id))], gas);
  }

  /** What a sudden move of a market's mark by `move` ppm would do to accounts, which are told in ascending order. */
  shock(id: MarketId, move: bigint, accounts: readonly AccountId[], gas?: bigint): Promise<ShockView> {
    bigintOf(move, -PPM, MAX_MOVE, "move in ppm");
    const ids = [...new Set(accounts.map((account) => uintOf(account, 192, "account id")))];
    ids.sort((a, b) => (a < b ? -1 : 1));
    return this.tried("shock", [this.addresses.clearinghouse, marketId(id), move, ids], gas);
  }

  /** What is left of an order, and why it could not be filled if `submitter` submitted it. */
  orderState(signed: SignedOrder, submitter: Address = NOBODY, at: At = {}): Promise<OrderView> {
    const { clearinghouse } = this.addresses;
    return this.look("order", [clearinghouse, marketId(signed.order.market), packOrder(signed), submitter], at);
  }

  /** Addresses of the settlement token and of the vault. */
  contracts(): Promise<{ token: Address; vault: Address }> {
    this.known ??= this.findContracts().catch((failure: unknown) => {
      this.known = undefined;
      throw failure;
    });
    return this.known;
  }

  /** A holder's tokens and what he allows the clearinghouse or `spender` to take. Token units. */
  async tokens(
    holder: Address,
    spender: Address = this.addresses.clearinghouse,
  ): Promise<{
    readonly balance: bigint;
    readonly allowance: bigint;
    readonly decimals: number;
    readonly symbol: string;
  }> {
    const { token: address } = await this.contracts();
    const contract = { address, abi: tokenAbi } as const;
    const client = this.publicClient;
    return explaining(async () => {
      const [balance, allowance, decimals, symbol] = await Promise.all([
        readContract(client, { ...contract, functionName: "balanceOf", args: [holder] }),
        readContract(client, { ...contract, functionName: "allowance", args: [holder, spender] }),
        readContract(client, { ...contract, functionName: "decimals" }),
        readContract(client, { ...contract, functionName: "symbol" }),
      ]);
      return { balance, allowance, decimals, symbol };
    });
  }

  async vaultView(at: At = {}): Promise<VaultView> {
    const { vault } = await this.contracts();
    const client = this.publicClient;
    const contract = { address: vault, abi: vaultAbi, ...at } as const;
    return explaining(async () => {
      const [decimals, totalAssets, totalSupply, deposits, redeems, closed, [next, latest], window, cooldown] =
        await Promise.all([
          readContract(client, { ...contract, functionName: "decimals" }),
          readContract(client, { ...contract, functionName: "totalAssets" }),
          readContract(client, { ...contract, functionName: "totalSupply" }),
          readContract(client, { ...contract, functionName: "depositFlows" }),
          readContract(client, { ...contract, functionName: "redeemFlows" }),
          readContract(client, { ...contract, functionName: "closed" }),
          readContract(client, { ...contract, functionName: "batches" }),
          readContract(client, { ...contract, functionName: "window" }),
          readContract(client, { ...contract, functionName: "cooldown" }),
        ]);
      const [depositFlows, redeemFlows] = [FLOWS[deposits]!, FLOWS[redeems]!];
      return {
        vault,
        decimals,
        totalAssets,
        totalSupply,
        depositFlows,
        redeemFlows,
        closed,
        next,
        latest,
        window,
        cooldown,
      };
    });
  }

  /** The requests of a holder that are not wholly claimed, oldest first. Shares. */
  async requestsOf(controller: Address, at: At = {}): Promise<readonly RequestView[]> {
    const { vault } = await this.contracts();
    const client = this.publicClient;
    const contract = { address: vault, abi: vaultAbi, ...at } as const;
    return explaining(async () => {
      const ids = await readContract(client, { ...contract, functionName: "requestsOf", args: [controller] });
      return Promise.all(
        ids.map(async (requestId) => {
          const args = [requestId, controller] as const;
          const [dueAt, pending, claimable] = await Promise.all([
            readContract(client, { ...contract, functionName: "dueAt", args: [requestId] }),
            readContract(client, { ...contract, functionName: "pendingRedeemRequest", args }),
            readContract(client, { ...contract, functionName: "claimableRedeemRequest", args }),
          ]);
          return { requestId, dueAt, pending, claimable };
        }),
      );
    });
  }

  /** The latest block, for reading several views of one moment. */
  blockNumber(): Promise<bigint> {
    return getBlockNumber(this.publicClient, { cacheTime: 0 });
  }

  /** The clock of the latest block, Unix seconds. */
  async chainTime(): Promise<bigint> {
    return (await getBlock(this.publicClient, { blockTag: "latest" })).timestamp;
  }

  /** Runs calls and undoes them. */
  protected get caller(): Caller {
    return {
      call: async ({ from, to, data }) => {
        const account = from as Address | undefined;
        return (await call(this.publicClient, { account, to: to as Address, data: data as Hex })).data ?? "0x";
      },
    };
  }

  private async findContracts(): Promise<{ token: Address; vault: Address }> {
    const { clearinghouse: address, token, vault } = this.addresses;
    const contract = { address, abi: clearinghouseFunctionsAbi } as const;
    return explaining(async () => ({
      token: token ?? (await readContract(this.publicClient, { ...contract, functionName: "token" })),
      vault: vault ?? (await readContract(this.publicClient, { ...contract, functionName: "vault" })),
    }));
  }

  private look<T>(functionName: string, args: readonly unknown[], at: At): Promise<T> {
    const asked = { address: this.addresses.lens, abi: lensAbi, functionName, args, ...at };
    return explaining(async () => exact(await readContract(this.publicClient, asked as never)) as T);
  }

  /** What the lens answers after it has run something and undone it. */
  private tried<T>(functionName: string, args: readonly unknown[], gas: bigint | undefined): Promise<T> {
    const asked = {
      address: this.addresses.lens,
      abi: lensAbi,
      functionName,
      args,
      ...(gas === undefined ? {} : { gas }),
    };
    return explaining(async () => exact((await simulateContract(this.publicClient, asked as never)).result) as T);
  }
}

function marketId(id: MarketId): number {
  return Number(uintOf(id, 32, "market id"));
}
