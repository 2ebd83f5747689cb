// SPDX-License-Identifier: MIT
import type { Signer } from "ethers";
import { USE, parseSize, price, type Address, type MarketId, type SignedOrder } from "../index.js";
import { AgentClient, NotForAgents, type Addresses } from "../client/index.js";

/** A key without money quotes for an owner who has authorised it (setSigner), and for no account of its own. */
export async function quoteFor(
  key: Signer,
  addresses: Addresses,
  owner: Address,
  market: MarketId,
): Promise<{ order: SignedOrder; until: bigint }> {
  const agent = await AgentClient.connect(key, addresses, { owner, number: 0 }); // NotAuthorised without setSigner
  const until = await agent.authorisedUntil();
  const { mark } = await agent.market(market);
  const wish = { market, size: parseSize("-0.05"), limit: price(mark), expiry: until, use: USE.MAKER };
  const order = await agent.signOrder(wish);
  try {
    await agent.withdraw();
  } catch (failure) {
    if (!(failure instanceof NotForAgents)) throw failure; // "an agent's key cannot withdraw for the owner: ..."
  }
  return { order, until };
}
