// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { z } from "zod/v4-mini";
import { accessManagerAbi } from "../../../../sdk/abis/accessManager.js";
import { lensAbi } from "../../../../sdk/abis/lens.js";
import { useHere } from "../../chain/useHere";
import type { Address } from "../../../../sdk/order.js";
import { askIndexer } from "../../data/indexer/api";
import { addressText, count, shortText, time, whole } from "../../data/indexer/schemas";
import { readMarket, useChain } from "../../data/lens";

const MOST = 500;
const list = <S extends z.ZodMiniType>(row: S) => z.array(row).check(z.maxLength(MOST));
/** A call's data: an operation with more is not one of this venue. */
const data = z.string().check(z.maxLength(20_000), z.regex(/^0x([0-9a-f]{2})*$/));
const value = z.string().check(z.maxLength(120));

const schema = z.object({
  operations: list(
    z.object({
      id: shortText,
      hash: z.string().check(z.regex(/^0x[0-9a-f]{64}$/)),
      nonce: count,
      caller: addressText,
      target: addressText,
      data,
      state: z.enum(["SCHEDULED", "EXECUTED", "CANCELLED"]),
      readyAt: time,
      endedAt: z.nullable(time),
    }),
  ),
  roles: list(
    z.object({ id: shortText, role: whole, member: addressText, delay: whole, since: whole, granted: z.boolean() }),
  ),
  labels: list(z.object({ id: whole, label: shortText })),
  functions: list(z.object({ selector: z.string().check(z.regex(/^0x[0-9a-f]{8}$/)), role: whole })),
  parameters: list(
    z.object({ id: shortText, scope: shortText, name: shortText, before: z.nullable(value), after: value, time }),
  ),
});

export type Governed = z.output<typeof schema>;
export type OperationRow = Governed["operations"][number];
export type ChangeRow = Governed["parameters"][number];

/** Operations, roles and changes, by the indexer. */
export function useGoverned() {
  const { services } = useHere();
  return useQuery({
    queryKey: ["indexer", "governance"],
    refetchInterval: 8_000,
    retry: false,
    queryFn: () => askIndexer(services.indexer, `/v1/governance?limit=${MOST}`, schema),
  });
}

/** Parameters, budgets and pauses, by the chain. */
export function useParameters() {
  const { deployment } = useHere();
  const groups = [...new Set(deployment.markets.map(({ group }) => group as bigint))];
  return useChain(["parameters"], async ({ client, here }) => {
    const { lens, clearinghouse } = here.deployment;
    const contract = { address: lens, abi: lensAbi } as const;
    const [venue, markets, budgets] = await Promise.all([
      client.readContract({ ...contract, functionName: "venue", args: [clearinghouse] }),
      Promise.all(deployment.markets.map(({ id }) => readMarket(client, here, id))),
      Promise.all(
        groups.map((group) =>
          client.readContract({ ...contract, functionName: "group", args: [clearinghouse, Number(group)] }),
        ),
      ),
    ]);
    return { venue, markets, groups: budgets };
  });
}

export type Parameters = NonNullable<ReturnType<typeof useParameters>["data"]>;

/** How long an operation may be executed once it is ready, seconds; and which of the venue's roles an address has. */
export function useAuthority(owner: Address | undefined) {
  return useChain(["authority", owner ?? ""], async ({ client, here }) => {
    const contract = { address: here.deployment.authority, abi: accessManagerAbi } as const;
    const [expiration, mine] = await Promise.all([
      client.readContract({ ...contract, functionName: "expiration" }),
      Promise.all(
        (owner === undefined ? [] : ROLES).map(async (role) => {
          const args = [role, owner!] as const;
          const [member, delay] = await client.readContract({ ...contract, functionName: "hasRole", args });
          return { role, member, delay };
        }),
      ),
    ]);
    return { expiration: BigInt(expiration), mine: mine.filter(({ member }) => member) };
  });
}

/** The venue's roles: admin, governor, risk, guardian. */
const ROLES = [0n, 1n, 2n, 3n] as const;
