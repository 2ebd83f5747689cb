// SPDX-License-Identifier: MIT
import type { Client } from "viem";
import { getBlock, readContract } from "viem/actions";
import { optionLensAbi } from "../abis/optionLens.js";
import { explaining } from "../client/Refused.js";
import type { DeployedOptionVenue } from "../deployment.js";
import { OptionDesk, type OptionReader } from "../options/OptionDesk.js";
import type { Address } from "../range.js";
import { exact } from "./exact.js";
import type { NovationClient } from "./NovationClient.js";

/** The desk for options of a client's account `number`. @param options Of the deployment file. */
export function optionDesk(
  client: NovationClient,
  options: Pick<DeployedOptionVenue, "lens" | "groups">,
  number = 0,
): Promise<OptionDesk> {
  const { publicClient, addresses } = client;
  return OptionDesk.open(optionReader(publicClient, addresses.clearinghouse, options.lens), options.groups, {
    account: client.accountId(number),
    nextSalt: (lane) => client.nextSalt(lane),
    sign: (order) => client.signOrder({ ...order, number }),
  });
}

/** Asks the lens of options with a bigint for every number. */
export function optionReader(client: Client, clearinghouse: Address, lens: Address): OptionReader {
  const look = <T>(functionName: string, ...args: readonly unknown[]) => {
    const asked = { address: lens, abi: optionLensAbi, functionName, args: [clearinghouse, ...args] };
    return explaining(async () => exact(await readContract(client, asked as never)) as T);
  };
  return {
    chain: (group) => look("chain", Number(group)),
    portfolio: (account) => look("portfolio", account),
    trade: (account, group, legs) =>
      look(
        "trade",
        account,
        Number(group),
        legs.map(({ series, ...leg }) => ({ ...leg, series: Number(series) })),
      ),
    now: async () => (await getBlock(client, { blockTag: "latest" })).timestamp,
  };
}
