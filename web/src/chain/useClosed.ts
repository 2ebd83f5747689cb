// SPDX-License-Identifier: MIT
import { useAccount } from "wagmi";
import { OtherChain, useHead } from "./head";
import { useHere } from "./useHere";
import { appText } from "../text/app";
import { chainText } from "../text/chain";
import { dataText } from "../text/data";

/** Why nothing can be signed or sent at all now; undefined: it can. */
export function useClosed(): string | undefined {
  const { isConnected, chainId } = useAccount();
  const { deployment, services } = useHere();
  const head = useHead();
  if (!isConnected) return appText.connectFirst;
  if (head.error instanceof OtherChain) return dataText.closed.otherChain;
  if (head.error) return dataText.closed.chainAway;
  if (BigInt(chainId ?? 0) !== deployment.chainId) return chainText.wrongChain(services.chainName);
  return undefined;
}
