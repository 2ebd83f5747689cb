// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { encodeEventTopics, type Hex } from "viem";
import { z } from "zod/v4-mini";
import { clearinghouseEventsAbi } from "../../../../sdk/abis/clearinghouseEvents.js";
import { useHead } from "../../chain/head";
import type { Here } from "../../chain/services";
import { useHere } from "../../chain/useHere";
import { askIndexer, indexerApi } from "../../data/indexer/api";
import { whole } from "../../data/indexer/schemas";
import { allVenueLogs, type VenueLog } from "../../data/logs";
import { useChain } from "../../data/lens";
import { lockIdText } from "./lockId";
import { lockSchema, receiptSchema } from "./rows";

/** A lock in the list. Undefined: the chain's events of the list do not tell it. */
export interface LockLine {
  readonly id: string;
  readonly group: bigint;
  readonly number: bigint;
  readonly state: string;
  readonly lockedAt: bigint;
  readonly absorbed: bigint;
  readonly deficit: bigint | undefined;
  readonly vaultPaid: bigint | undefined;
  readonly charged: bigint | undefined;
  readonly shortfall: bigint | undefined;
}

const EVERY = 6_000;

export function groupsOf({ deployment }: Here): bigint[] {
  return [...new Set(deployment.markets.map(({ group }) => group as bigint))];
}

/** All locks, latest first: by the indexer, or by the chain's events where that is away. */
export function useLocks() {
  const here = useHere();
  const { services, deployment } = here;
  const head = useHead();
  const indexed = useQuery({
    queryKey: ["indexer", "locks"],
    refetchInterval: EVERY,
    retry: false,
    queryFn: async (): Promise<LockLine[]> => {
      const lists = await Promise.all(
        groupsOf(here).map((group) =>
          askIndexer(services.indexer, `/v1/groups/${group}/locks?limit=200`, z.array(lockSchema)),
        ),
      );
      const lines = lists.flat().map((lock) => ({
        ...lock,
        number: BigInt(lock.number),
        absorbed: BigInt(lock.absorbed),
        lockedAt: BigInt(lock.lockedAt),
      }));
      return lines.sort(latestFirst);
    },
  });
  const away = indexed.error !== null && indexed.data === undefined;
  const chain = useChain(
    ["locks"],
    async ({ client }) => {
      const logs = await allVenueLogs(client, {
        address: deployment.clearinghouse,
        from: BigInt(deployment.firstBlock),
        to: head.data!.number,
        topics: [TOPICS],
      });
      return linesOf(logs);
    },
    away && head.data !== undefined,
  );
  return { query: away ? chain : indexed, away };
}

const TOPICS = (["Locked", "Absorbed", "Deleveraged", "Unlocked"] as const).map(
  (eventName) => encodeEventTopics({ abi: clearinghouseEventsAbi, eventName })[0] as Hex,
);

/** Locks by their own events. */
export function linesOf(logs: readonly VenueLog[]): LockLine[] {
  const lines = new Map<string, LockLine>();
  const none = { deficit: undefined, vaultPaid: undefined, charged: undefined, shortfall: undefined };
  for (const { event, at } of logs) {
    if (event.kind === "Locked") {
      const { group, lock: number } = event;
      const id = lockIdText({ group, number });
      lines.set(id, { id, group, number, state: "LOCKED", lockedAt: at.timestamp, absorbed: 0n, ...none });
    } else if (event.kind === "Absorbed" || event.kind === "Deleveraged" || event.kind === "Unlocked") {
      const id = lockIdText({ group: event.group, number: event.lock });
      const line = lines.get(id);
      if (line === undefined) continue;
      if (event.kind === "Absorbed") lines.set(id, { ...line, absorbed: line.absorbed + 1n });
      else if (event.kind === "Unlocked")
        lines.set(id, { ...line, state: line.absorbed === 0n ? "LIFTED" : "SETTLED" });
      else {
        const { deficit, vaultPaid, charged, shortfall } = event;
        lines.set(id, { ...line, state: "SETTLING", deficit, vaultPaid, charged, shortfall });
      }
    }
  }
  return [...lines.values()].sort(latestFirst);
}

function latestFirst(a: LockLine, b: LockLine): number {
  return a.lockedAt < b.lockedAt ? 1 : a.lockedAt > b.lockedAt ? -1 : a.number < b.number ? 1 : -1;
}

const paidSchema = z.array(z.object({ lock: z.string().check(z.maxLength(24)), charge: whole }));
const absorbedSchema = z.array(z.object({ lock: z.string().check(z.maxLength(24)) }));

/** Locks in which an owner's accounts paid, with how much, or were absorbed: by the indexer. */
export function useTouched(owner: string | undefined) {
  const { services } = useHere();
  return useQuery({
    queryKey: ["indexer", "touched", owner],
    enabled: owner !== undefined,
    refetchInterval: 3 * EVERY,
    retry: false,
    queryFn: async () => {
      const accounts = await indexerApi.accountsOf(services.indexer, owner!);
      const touched = new Map<string, { readonly paid: bigint; readonly absorbed: boolean }>();
      for (const { id } of accounts.slice(0, 16)) {
        const path = `/v1/accounts/${id}`;
        const receipts = await askIndexer(services.indexer, `${path}/receipts?limit=1000`, paidSchema);
        const defaults = await askIndexer(services.indexer, `${path}/defaults?limit=1000`, absorbedSchema);
        const of = (lock: string) => touched.get(lock) ?? { paid: 0n, absorbed: false };
        for (const { lock, charge } of receipts) touched.set(lock, { ...of(lock), paid: of(lock).paid + charge });
        for (const { lock } of defaults) touched.set(lock, { ...of(lock), absorbed: true });
      }
      return touched;
    },
  });
}

/** One lock's receipt by the indexer. */
export function useReceipt(id: string) {
  const { services } = useHere();
  return useQuery({
    queryKey: ["indexer", "receipt", id],
    refetchInterval: EVERY,
    retry: false,
    queryFn: () => askIndexer(services.indexer, `/v1/locks/${id}/receipt?limit=10000`, receiptSchema),
  });
}
