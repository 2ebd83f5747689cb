// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";
import type { CollateralViewStructOutput } from "../../types/ethers-contracts/contracts/interfaces/ICollateral.sol/ICollateral.js";
import { IInsuranceVault__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IInsuranceVault__factory.js";
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import type {
  GroupViewStructOutput,
  MarketViewStructOutput,
} from "../../types/ethers-contracts/contracts/periphery/ILens.js";
import { COLLATERAL } from "../actions/Kind.js";
import { quantity, type Header } from "../../sdk/client/chain/blocks.js";
import { RpcFailed, type Rpc } from "../../sdk/client/chain/Rpc.js";
import { pledgePriceOf, type PledgePrice } from "../../sdk/margin/pledge.js";
import type { Address, GroupId } from "../../sdk/order.js";
import { assumed, type Overrides } from "../../chain/reports/assumed.js";
import type { Brought } from "../../chain/reports/Reports.js";
import type { Group, Venue } from "../../sdk/state/Venue.js";
import { price, type Price } from "../../sdk/units.js";
import type { BatchState } from "../plan/Snapshot.js";

/** What events do not tell, as of one block. */
export interface GroupLook {
  readonly group: GroupViewStructOutput;
  readonly markets: readonly MarketViewStructOutput[];
}

/** What a collateral's price is, and so what a whole token counts for. 1e-18 quote. */
export interface CollateralLook extends PledgePrice {
  readonly live: Price;
}

export interface Look {
  readonly header: Header;
  readonly groups: ReadonlyMap<GroupId, GroupLook>;
  /** By collateral. */
  readonly collaterals: ReadonlyMap<bigint, CollateralLook>;
  readonly batch: BatchState | undefined;
}

export interface Addresses {
  readonly clearinghouse: Address;
  readonly lens: Address;
  readonly vault: Address;
}

export const LENS = ILens__factory.createInterface();
const VAULT = IInsuranceVault__factory.createInterface();
const OPEN = 0n;
const ASKED = 3;

/** Answers of a contract at a block. */
export class Reader {
  constructor(
    private readonly rpc: Rpc,
    private readonly to: Address,
    private readonly abi: Interface,
    private readonly block: number,
    /** What is taken to be there already. */
    private readonly assumed?: Overrides,
  ) {}

  /** A node without the state of the block may say that there is nothing: then another one is asked. */
  async ask(name: string, args: readonly unknown[]): Promise<readonly unknown[]> {
    return this.askFor(name, args, (answer) => this.abi.decodeFunctionResult(name, answer));
  }

  /** The same, with a decoder, which throws when it is given nothing. */
  async askFor<T>(name: string, args: readonly unknown[], decode: (answer: string) => T): Promise<T> {
    const data = this.abi.encodeFunctionData(name, args);
    for (let asked = 0; asked < ASKED; ++asked) {
      const call = [{ to: this.to, data }, quantity(this.block)];
      const answer = await this.rpc.send("eth_call", this.assumed === undefined ? call : [...call, this.assumed]);
      const values = decodedBy(decode, answer);
      if (values !== undefined) return values;
      this.rpc.turn?.();
    }
    throw new RpcFailed("eth_call", `${this.to} answers nothing that ${name} answers`, "useless");
  }
}

function decodedBy<T>(decode: (answer: string) => T, answer: unknown): T | undefined {
  try {
    return decode(answer as string);
  } catch {
    return undefined;
  }
}

/** Prices, recorded marks and phases of all groups at a block. */
export async function look(rpc: Rpc, venue: Venue, at: Addresses, header: Header, vaultDuties: boolean): Promise<Look> {
  const lens = new Reader(rpc, at.lens, LENS, header.number);
  const entries = [...venue.groups.values()].map(async (group): Promise<[GroupId, GroupLook]> => [
    group.id,
    await lookAt(lens, at, group),
  ]);
  const collateral = new Reader(rpc, at.clearinghouse, COLLATERAL, header.number);
  const [groups, collaterals, batch] = await Promise.all([
    Promise.all(entries),
    Promise.all([...venue.collaterals.keys()].map((id) => collateralAt(collateral, id))),
    vaultDuties ? batchAt(rpc, at.vault, header) : undefined,
  ]);
  return { header, groups: new Map(groups), collaterals: new Map(collaterals), batch };
}

async function collateralAt(reader: Reader, id: bigint): Promise<[bigint, CollateralLook]> {
  const [view] = await reader.ask("collateral", [id]);
  const own = view as CollateralViewStructOutput;
  return [id, { live: price(own.live), ...pledgePriceOf(own) }];
}

/** The same with reports that are not on the chain yet: groups of which none is brought stay as they are. */
export async function lookAhead(
  rpc: Rpc,
  venue: Venue,
  at: Addresses,
  seen: Look,
  brought: ReadonlyMap<GroupId, readonly Brought[]>,
): Promise<Look> {
  const groups = new Map(seen.groups);
  await Promise.all(
    [...brought].map(async ([id, reports]) => {
      const lens = new Reader(rpc, at.lens, LENS, seen.header.number, assumed(reports));
      groups.set(id, await lookAt(lens, at, venue.groups.get(id)!));
    }),
  );
  return { ...seen, groups };
}

async function lookAt(lens: Reader, at: Addresses, { id, markets }: Pick<Group, "id" | "markets">): Promise<GroupLook> {
  const [group, ...views] = await Promise.all([
    lens.ask("group", [at.clearinghouse, id]),
    ...markets.map((market) => lens.ask("market", [at.clearinghouse, market.id])),
  ]);
  return {
    group: group[0] as GroupViewStructOutput,
    markets: views.map(([view]) => view as MarketViewStructOutput),
  };
}

/** The oldest batch of redeems that waits for its price. */
export async function batchAt(rpc: Rpc, at: Address, { number }: Header): Promise<BatchState | undefined> {
  const vault = new Reader(rpc, at, VAULT, number);
  const [id, latest] = (await vault.ask("batches", [])) as [bigint, bigint];
  if (id > latest) return undefined;
  const [[batch], [dueAt], [flows]] = (await Promise.all([
    vault.ask("batch", [id]),
    vault.ask("dueAt", [id]),
    vault.ask("redeemFlows", []),
  ])) as unknown as [[{ shares: bigint; openedAt: bigint }], [bigint], [bigint]];
  if (batch.openedAt === 0n || batch.shares === 0n) return undefined;
  return { id, dueAt, open: flows === OPEN };
}
