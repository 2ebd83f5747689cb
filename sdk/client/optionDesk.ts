// SPDX-License-Identifier: MIT
import { IOptionLens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/IOptionLens__factory.js";
import type { DeployedOptionVenue } from "../deployment.js";
import { OptionDesk, type OptionReader, type OrderSigner } from "../options/OptionDesk.js";
import { AgentClient } from "./AgentClient.js";
import type { NovationClient } from "./NovationClient.js";
import { explaining } from "./Refused.js";
import { optionViewOf } from "./viewOf.js";

/**
 * The desk for options of a client's account `number`; of an agent's client it is the account that it acts for.
 * @param options Of the deployment file.
 */
export function optionDesk(
  client: NovationClient | AgentClient,
  options: Pick<DeployedOptionVenue, "lens" | "groups">,
  number = 0,
): Promise<OptionDesk> {
  const signer: OrderSigner =
    client instanceof AgentClient
      ? {
          account: client.accountId,
          nextSalt: (lane) => client.nextSalt(lane),
          sign: (order) => client.signOrder(order),
        }
      : {
          account: client.accountId(number),
          nextSalt: (lane) => client.nextSalt(lane),
          sign: (order) => client.signOrder({ ...order, number }),
        };
  return OptionDesk.open(readerOf(client, options), options.groups, signer);
}

function readerOf(client: NovationClient | AgentClient, options: Pick<DeployedOptionVenue, "lens">): OptionReader {
  const lens = IOptionLens__factory.connect(options.lens, client.signer);
  const { clearinghouse } = client.addresses;
  return {
    chain: (group) => explaining(async () => optionViewOf("chain", await lens.chain(clearinghouse, group))),
    portfolio: (account) =>
      explaining(async () => optionViewOf("portfolio", await lens.portfolio(clearinghouse, account))),
    trade: (account, group, legs) =>
      explaining(async () => optionViewOf("trade", await lens.trade(clearinghouse, account, group, [...legs]))),
    now: async () => BigInt((await client.signer.provider!.getBlock("latest"))!.timestamp),
  };
}
