// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import type { Rpc } from "../sdk/client/chain/Rpc.js";
import type { DeployedMarket, DeployedOptionGroup, Deployment } from "../sdk/deployment.js";
import { groupOf, type GroupId, type MarketId } from "../sdk/order.js";
import type { Hex } from "../sdk/orderHash.js";
import type { Address } from "../sdk/range.js";

/** What whoever deployed knows; the rest of a deployment file is asked from the chain. */
export interface Known {
  readonly clearinghouse: Address;
  readonly vault: Address;
  readonly lens: Address;
  /** Where a market's prices are pulled. */
  readonly bundle?: Address;
  /** Of a venue that can list collateral. */
  readonly collateralLens?: Address;
  /** In the order of listing. */
  readonly markets: readonly MarketId[];
  /** Of a market. */
  readonly symbolOf: (id: MarketId, source: Address) => string;
  readonly firstBlock: number;
  readonly build: Hex;
  /** Of an option clearinghouse. */
  readonly options?: KnownOptions;
}

export interface KnownOptions {
  readonly lens: Address;
  readonly groups: readonly Pick<DeployedOptionGroup, "symbol" | "source" | "volSource">[];
}

const ABI = new Interface([
  // The first words of the lens's answer.
  "function market(address clearinghouse, uint32 id) returns (uint32 market, uint8 status, uint8 mode, address source)",
  "function token() returns (address)",
  "function authority() returns (address)",
  "function feed() returns (address)",
  "function feedId() returns (bytes32)",
  "function aggregator() returns (address)",
  "function decimals() returns (uint8)",
  "function typeAndVersion() returns (string)",
]);

/** Stands behind the proxies of many feeds, and its AnswerUpdated does not say whose answer it tells. */
const CACHE = "DataFeedsCache ";

/** The facts of a deployment file, as the chain of `node` tells them. */
export async function describeVenue(node: Rpc, known: Known): Promise<Deployment> {
  const { markets, symbolOf, firstBlock, build, options, ...at } = known;
  const ask = async (to: string, name: string, args: unknown[] = []): Promise<unknown[]> => {
    const answer = await node.send("eth_call", [{ to, data: ABI.encodeFunctionData(name, args) }, "latest"]);
    return ABI.decodeFunctionResult(name, answer as string).toArray();
  };
  const marketOf = async (id: MarketId): Promise<DeployedMarket> => {
    const source = (await ask(at.lens, "market", [at.clearinghouse, id]))[3] as Address;
    const [read, group] = [symbolOf(id, source), groupOf(id)];
    const feed = await ask(source, "feed").then(
      ([address]) => address as Address,
      () => undefined,
    );
    if (feed === undefined) {
      // Prices are pulled: the source itself holds the newest, and tells of each.
      const stream = (await ask(source, "feedId"))[0] as Hex;
      const decimals = Number((await ask(source, "decimals"))[0]);
      return { symbol: read, id, group, source, feed: source, aggregator: source, decimals, stream };
    }
    return { symbol: read, id, group, source, ...(await feedAt(feed)) };
  };
  const feedAt = async (feed: Address) => {
    // A feed that is no proxy has no such function.
    const behind = await ask(feed, "aggregator").then(
      ([address]) => address as Address,
      () => feed,
    );
    const says = await ask(behind, "typeAndVersion").then(
      ([name]) => name as string,
      () => "",
    );
    const aggregator = says.startsWith(CACHE) ? feed : behind;
    return { feed, aggregator, decimals: Number((await ask(feed, "decimals"))[0]) };
  };
  // Groups have the numbers 1, 2, ... in the order of their creation.
  const groupAt = async ({ symbol, source, volSource }: KnownOptions["groups"][number], index: number) => {
    const read = await feedAt((await ask(source, "feed"))[0] as Address);
    return { symbol, group: BigInt(index + 1) as GroupId, source, ...read, volSource };
  };
  const chainId = BigInt((await node.send("eth_chainId", [])) as string);
  const { hash } = (await node.send("eth_getBlockByNumber", ["0x0", false])) as { hash: Hex };
  const [token] = (await ask(at.clearinghouse, "token")) as [Address];
  const [authority] = (await ask(at.clearinghouse, "authority")) as [Address];
  const tokenDecimals = Number((await ask(token, "decimals"))[0]);
  const listed = await Promise.all(markets.map(marketOf));
  const groups = await Promise.all((options?.groups ?? []).map(groupAt));
  return {
    ...{ chainId, genesisHash: hash, firstBlock, token, tokenDecimals, authority, ...at, markets: listed, build },
    ...(options && { options: { lens: options.lens, groups } }),
  };
}
