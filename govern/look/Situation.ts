// SPDX-License-Identifier: MIT
import { headerAt, type Header } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Deployment } from "../../sdk/deployment.js";
import { groupOf, type MarketId } from "../../sdk/order.js";
import type { GroupView, MarketView, VenueView } from "../../sdk/views.js";
import { look } from "./ask.js";
import { readCollaterals, type CollateralSeen } from "./collaterals.js";
import { perpetualOf, readOptionGroups, type OptionGroupSeen } from "./options.js";
import { readAuthority, type Authority } from "./roles.js";

/** A venue at one block, as governance sees it. */
export interface Situation {
  readonly header: Header;
  readonly deployment: Deployment;
  readonly venue: VenueView;
  readonly groups: readonly GroupView[];
  readonly markets: readonly MarketView[];
  /** Of an option venue, which has no linear groups and markets. */
  readonly options: readonly OptionGroupSeen[];
  readonly collaterals: readonly CollateralSeen[];
  readonly authority: Authority;
  /** What people call a market; later listings than the deployment file's are called `market-N`. */
  symbolOf(market: bigint): string;
}

/** Reads it at the node's head; of a fork, whose clock a call may run ahead of, at `time`. */
export async function readSituation(rpc: Rpc, deployment: Deployment, time?: bigint): Promise<Situation> {
  const header = (await headerAt(rpc, "latest"))!;
  const { clearinghouse, lens } = deployment;
  const at = header.number;
  const venue = await look(rpc, lens, "venue", [clearinghouse], at, time);
  const options = await readOptionGroups(rpc, deployment, venue.groups, at, time);
  const linear = deployment.options === undefined ? Number(venue.groups) : 0;
  const ids = Array.from({ length: linear }, (_, i) => BigInt(i + 1));
  const groups = await Promise.all(ids.map((id) => look(rpc, lens, "group", [clearinghouse, id], at, time)));
  const listed = groups.flatMap(({ group, markets }) =>
    Array.from({ length: Number(markets) }, (_, index) => (group << 2n) | BigInt(index)),
  );
  const markets = await Promise.all(listed.map((id) => look(rpc, lens, "market", [clearinghouse, id], at, time)));
  const collaterals = await readCollaterals(rpc, deployment, at, time);
  const authority = await readAuthority(rpc, deployment, at);
  const symbolOf = (id: bigint) => perpetualIn(options, id) ?? symbolIn(deployment, id);
  return { header, deployment, venue, groups, markets, options, collaterals, authority, symbolOf };
}

/** The name of an option group's perpetual. */
function perpetualIn(options: readonly OptionGroupSeen[], id: bigint): string | undefined {
  const own = options.find(({ group }) => perpetualOf(group) === id);
  return own === undefined ? undefined : `${own.symbol}-PERPETUAL`;
}

export function symbolIn({ markets }: Deployment, id: bigint): string {
  return markets.find((market) => market.id === id)?.symbol ?? `market-${id}`;
}

/** A group by the symbols of its markets: "group 1 (BTC, ETH)". */
export function groupText(
  { markets, options, symbolOf }: Pick<Situation, "markets" | "options" | "symbolOf">,
  group: bigint,
): string {
  const ofOptions = options.find((each) => each.group === group);
  if (ofOptions !== undefined) return `group ${group} (${ofOptions.symbol})`;
  const own = markets.filter(({ market }) => groupOf(market as MarketId) === group);
  return `group ${group}${own.length > 0 ? ` (${own.map(({ market }) => symbolOf(market)).join(", ")})` : ""}`;
}
