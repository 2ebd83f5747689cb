// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { keccak256, type Hex } from "viem";
import { useConfig } from "wagmi";
import { readerOf } from "../../chain/reader";
import { useHere } from "../../chain/useHere";
import { placesOf, type Place } from "./places";

export interface Coded extends Place {
  /** Null: there is no code. */
  readonly code: { readonly hash: Hex; readonly size: number } | null;
}

/** The code behind each address, and whether block 0 is the deployment's. */
export function useCodes() {
  const config = useConfig();
  const { deployment } = useHere();
  return useQuery({
    queryKey: ["codes", deployment.clearinghouse],
    refetchInterval: 60_000,
    retry: 1,
    queryFn: async () => {
      const client = readerOf(config);
      const [genesis, ...codes] = await Promise.all([
        client.getBlock({ blockNumber: 0n }).then(
          ({ hash }) => hash,
          () => undefined, // nodes that keep no old blocks
        ),
        ...placesOf(deployment).map(async (place): Promise<Coded> => {
          const code = (await client.request({ method: "eth_getCode", params: [place.address, "latest"] })) as Hex;
          return { ...place, code: code === "0x" ? null : { hash: keccak256(code), size: (code.length - 2) / 2 } };
        }),
      ]);
      return { genesis, codes };
    },
  });
}
