// SPDX-License-Identifier: MIT
import { Contract, id, type Signer } from "ethers";
import type { Artifact, Deployed } from "../../deploy/deploy-novation.js";
import { deployWith } from "../../deploy/deployWith.js";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { encodeReport, membersOf, signReport } from "./committee.js";
import { deployVerifier } from "./deployVerifier.js";

/** How the stream of a market is read. Seconds. */
export interface StreamRules {
  readonly heartbeat: number;
  readonly maxDelay: number;
  /** How many there are, of which `faulty` may fail; by default COMMITTEE. */
  readonly committee?: { readonly many: number; readonly faulty: number };
}

/** What is deployed beside a venue whose prices are pulled. */
export interface OnStreams {
  readonly proxy: Contract;
  /** Behind the proxy: its owner activates and deactivates committees. */
  readonly verifierItself: Contract;
  readonly bundle: Contract;
  readonly bundleAddress: Address;
  /** By symbol. */
  readonly sources: ReadonlyMap<string, Contract>;
}

const DECIMALS = 18;

/** The stream of a symbol, of schema 3. */
export function streamOf(symbol: string): Hex {
  return `0x0003${id(`stream of ${symbol}`).slice(6)}` as Hex;
}

/**
 * Gives markets of a venue a price source over Chainlink's real verifier, with a first report at the mark that they
 * have. For whoever may call `setPriceSource`.
 */
export async function onStreams(
  { clearinghouse, lens, markets }: Deployed,
  operator: Signer,
  artifact: (name: string) => Promise<Artifact>,
  symbols: readonly string[],
  { heartbeat, maxDelay, committee }: StreamRules,
): Promise<OnStreams> {
  const make = deployWith(artifact, operator);
  const { proxy, verifier: verifierItself } = await deployVerifier(
    operator,
    committee && membersOf(committee.many),
    committee?.faulty,
  );
  const bundle = await make("Bundle");
  const sources = new Map<string, Contract>();
  for (const symbol of symbols) {
    const market = markets.find((each) => each.symbol === symbol);
    if (market === undefined) throw new RangeError(`no market ${symbol} at this venue`);
    const feedId = streamOf(symbol);
    const { mark } = await lens.market.staticCall(clearinghouse, market.id);
    const config = { verifier: proxy, feedId, decimals: DECIMALS, heartbeat, maxDelay, lotExponent: 0 };
    const source = await make("DataStreamsPriceSource", config);
    const now = (await operator.provider!.getBlock("latest"))!.timestamp;
    const signers = committee && membersOf(committee.faulty + 1);
    const report = signReport(encodeReport({ feedId, observedAt: now, price: mark }), signers);
    await (await source.getFunction("update").send(report)).wait();
    await (await clearinghouse.setPriceSource(market.id, source)).wait();
    sources.set(symbol, source);
  }
  return { proxy, verifierItself, bundle, bundleAddress: (await bundle.getAddress()) as Address, sources };
}
