// SPDX-License-Identifier: MIT
import { HttpRpc, type HttpOptions } from "../../sdk/client/chain/HttpRpc.js";
import { isTrouble } from "../../sdk/client/chain/Rpc.js";
import { WrongChain } from "../config/errors.js";

/**
 * Each node that is named is of the deployment's chain: the one that takes over from another must not be of another
 * chain, and a relay neither. One that does not answer now says nothing.
 */
export async function sameChain(urls: readonly string[], options: HttpOptions, chainId: bigint): Promise<void> {
  const asked = urls.map(async (url) => {
    const node = new HttpRpc([url], { ...options, requestRetries: 0 });
    const found = await node.send("eth_chainId", []).catch((failure: unknown) => {
      if (isTrouble(failure)) return undefined;
      throw failure;
    });
    if (found !== undefined && BigInt(found as string) !== chainId) {
      throw new WrongChain(chainId, BigInt(found as string), new URL(url).host);
    }
  });
  await Promise.all(asked);
}
