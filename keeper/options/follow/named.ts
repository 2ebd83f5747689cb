// SPDX-License-Identifier: MIT
import { IOptionClearinghouse__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/IOptionClearinghouse__factory.js";
import type { AccountId, MarketId } from "../../../sdk/order.js";
import type { ChainLog } from "../../../sdk/client/chain/blocks.js";
import { IncompleteBlock } from "../../../sdk/client/chain/blocks.js";

const EVENTS = IOptionClearinghouse__factory.createInterface();

/** The type of account ids in the ABI, and of nothing else. */
const ACCOUNT = "uint192";

export interface Named {
  readonly accounts: readonly AccountId[];
  /** A market that came into being. */
  readonly listed: MarketId | undefined;
}

/** The accounts that an event names: all whose positions or cash it changes are among them. */
export function namedIn({ topics, data, block, logIndex }: ChainLog): Named {
  let event: ReturnType<typeof EVENTS.parseLog>;
  try {
    event = EVENTS.parseLog({ topics, data });
  } catch {
    throw new IncompleteBlock(block, `log ${logIndex} in a form that can be read`);
  }
  if (event === null) return { accounts: [], listed: undefined };
  const accounts = event.fragment.inputs.flatMap(({ type }, i) =>
    type === ACCOUNT ? [event.args[i] as AccountId] : [],
  );
  return { accounts, listed: event.name === "MarketCreated" ? (event.args["market"] as MarketId) : undefined };
}
