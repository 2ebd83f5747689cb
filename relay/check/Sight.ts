// SPDX-License-Identifier: MIT
import type { CollateralViewStructOutput } from "../../types/ethers-contracts/contracts/interfaces/ICollateral.sol/ICollateral.js";
import { ICollateral__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/ICollateral.sol/ICollateral__factory.js";
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import type {
  GroupViewStructOutput,
  MarketViewStructOutput,
} from "../../types/ethers-contracts/contracts/periphery/ILens.js";
import { quantity, type Header } from "../../sdk/client/chain/blocks.js";
import type { Overrides } from "../../chain/reports/assumed.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address, GroupId, MarketId } from "../../sdk/order.js";
import { pledgePriceOf, type PledgePrice, type PledgePrices } from "../../sdk/margin/pledge.js";
import type { Venue } from "../../sdk/state/Venue.js";

/** What events do not tell, as of one block: live marks, anchors, phases. */
export interface Sight {
  readonly header: Header;
  readonly markets: ReadonlyMap<MarketId, MarketViewStructOutput>;
  readonly groups: ReadonlyMap<GroupId, GroupViewStructOutput>;
  /** What collaterals count for. */
  readonly pledges: PledgePrices;
}

const COLLATERAL = ICollateral__factory.createInterface();
const LENS = ILens__factory.createInterface();

/**
 * Asks the lens about every group and market, at a block.
 * @param assumed What is taken to be there already: reports that settlements will bring.
 */
export async function see(
  rpc: Rpc,
  venue: Venue,
  clearinghouse: Address,
  lens: Address,
  header: Header,
  assumed?: Overrides,
): Promise<Sight> {
  const call = (to: Address, data: string) => {
    const params = [{ to, data }, quantity(header.number)];
    return rpc.send("eth_call", assumed === undefined ? params : [...params, assumed]) as Promise<string>;
  };
  const ask = async (name: "market" | "group", id: bigint) => {
    const answer = await call(lens, LENS.encodeFunctionData(name as "market", [clearinghouse, id]));
    return LENS.decodeFunctionResult(name as "market", answer)[0] as unknown;
  };
  const priceOf = async (id: bigint): Promise<[bigint, PledgePrice]> => {
    const answer = await call(clearinghouse, COLLATERAL.encodeFunctionData("collateral", [id]));
    const [view] = COLLATERAL.decodeFunctionResult("collateral", answer);
    return [id, pledgePriceOf(view as unknown as CollateralViewStructOutput)];
  };
  const [markets, groups] = [new Map<MarketId, MarketViewStructOutput>(), new Map<GroupId, GroupViewStructOutput>()];
  const asked = [...venue.groups.values()].flatMap((group) => [
    ask("group", group.id).then((view) => groups.set(group.id, view as GroupViewStructOutput)),
    ...group.markets.map(({ id }) => ask("market", id).then((view) => markets.set(id, view as MarketViewStructOutput))),
  ]);
  const [prices] = await Promise.all([Promise.all([...venue.collaterals.keys()].map(priceOf)), ...asked]);
  return { header, markets, groups, pledges: new Map(prices) };
}
