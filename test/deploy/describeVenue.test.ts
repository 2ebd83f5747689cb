// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Interface, toBeHex } from "ethers";
import { describeVenue } from "../../deploy/describeVenue.js";
import type { Address } from "../../sdk/range.js";

const at = (digit: string) => `0x${digit.repeat(40)}` as Address;
const [LENS, SOURCE, FEED, BEHIND, HOUSE] = [at("1"), at("2"), at("3"), at("4"), at("5")];

const ABI = new Interface([
  "function market(address, uint32) returns (uint32, uint8, uint8, address)",
  "function token() returns (address)",
  "function authority() returns (address)",
  "function feed() returns (address)",
  "function aggregator() returns (address)",
  "function decimals() returns (uint8)",
  "function typeAndVersion() returns (string)",
]);

/** A node of a venue with one market. `says`: what the contract behind the feed's proxy calls itself. */
function node(says: string | undefined) {
  const answers: Record<string, unknown[] | undefined> = {
    [`${LENS} market`]: [257, 1, 0, SOURCE],
    [`${HOUSE} token`]: [at("6")],
    [`${HOUSE} authority`]: [at("7")],
    [`${SOURCE} feed`]: [FEED],
    [`${FEED} aggregator`]: [BEHIND],
    [`${FEED} decimals`]: [8],
    [`${at("6")} decimals`]: [6],
    [`${BEHIND} typeAndVersion`]: says === undefined ? undefined : [says],
  };
  const send = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    if (method === "eth_chainId") return "0x1";
    if (method === "eth_getBlockByNumber") return { hash: toBeHex(1, 32) };
    const [{ to, data }] = params as [{ to: string; data: string }];
    const { name } = ABI.parseTransaction({ data })!;
    const answer = answers[`${to} ${name}`];
    if (answer === undefined) throw new Error("execution reverted");
    return ABI.encodeFunctionResult(name, answer);
  };
  return { send };
}

async function aggregatorOf(says: string | undefined): Promise<Address> {
  const known = { clearinghouse: HOUSE, vault: at("8"), lens: LENS, markets: [257n as never], firstBlock: 1 };
  const venue = await describeVenue(node(says), { ...known, symbolOf: () => "BTC", build: toBeHex(0, 32) as never });
  return venue.markets[0]!.aggregator;
}

describe("the aggregator that a deployment file names", () => {
  it("is what stands behind the feed's proxy, if that serves this feed alone", async () => {
    expect(await aggregatorOf("AccessControlledOCR2Aggregator 1.0.0")).to.equal(BEHIND);
  });

  it("is what stands behind the proxy when that does not say what it is", async () => {
    expect(await aggregatorOf(undefined)).to.equal(BEHIND);
  });

  it("is the feed where a cache of many feeds stands behind it: the cache's AnswerUpdated names no feed", async () => {
    expect(await aggregatorOf("DataFeedsCache 1.0.0")).to.equal(FEED);
  });
});
