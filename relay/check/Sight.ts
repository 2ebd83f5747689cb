// SPDX-License-Identifier: MIT
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import type {
  GroupViewStructOutput,
  MarketViewStructOutput,
} from "../../types/ethers-contracts/contracts/periphery/ILens.js";
import { quantity, type Header } from "../../sdk/client/chain/blocks.js";
import type { Overrides } from "../../chain/reports/assumed.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address, GroupId, MarketId } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";

/** What events do not tell, as of one block: live marks, anchors, phases. */
export interface Sight {
  readonly header: Header;
  readonly markets: ReadonlyMap<MarketId, MarketViewStructOutput>;
  readonly groups: ReadonlyMap<GroupId, GroupViewStructOutput>;
}

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
  const ask = async (name: "market" | "group", id: bigint) => {
    const data = LENS.encodeFunctionData(name as "market", [clearinghouse, id]);
    const call = [{ to: lens, data }, quantity(header.number)];
    const answer = await rpc.send("eth_call", assumed === undefined ? call : [...call, assumed]);
    return LENS.decodeFunctionResult(name as "market", answer as string)[0] as unknown;
  };
  const [markets, groups] = [new Map<MarketId, MarketViewStructOutput>(), new Map<GroupId, GroupViewStructOutput>()];
  const asked = [...venue.groups.values()].flatMap((group) => [
    ask("group", group.id).then((view) => groups.set(group.id, view as GroupViewStructOutput)),
    ...group.markets.map(({ id }) => ask("market", id).then((view) => markets.set(id, view as MarketViewStructOutput))),
  ]);
  await Promise.all(asked);
  return { header, markets, groups };
}
