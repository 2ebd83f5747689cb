// SPDX-License-Identifier: MIT
// A log to rows: the one way in, for Ponder and for tests alike.
import { decodeLog, type EventTable } from "../../sdk/state/decodeLog";
import type { VenueKind } from "../../sdk/order";
import type { VenueEvent } from "../../sdk/state/events";
import { clearinghouseEvent } from "./clearinghouse";
import { authorityEvent } from "./history/authority";
import { answered, type FedMarket } from "./history/marks";
import { count, type LogPlace } from "./history/own";
import { vaultEvent } from "./history/vault";
import type { Rows } from "./rows/Rows";
import { momentOf, type Hex } from "./scene";

/** The contracts whose logs are indexed. */
export const CONTRACTS = ["Clearinghouse", "Vault", "Authority", "Feed"] as const;
export type ContractName = (typeof CONTRACTS)[number];

export interface IndexedLog extends LogPlace {
  readonly contract: ContractName;
  /** In lower case. */
  readonly address: Hex;
  readonly topics: readonly string[];
  readonly data: string;
  readonly timestamp: bigint;
  readonly tx: Hex;
}

/** What does not change while a venue lives. */
export interface Fixed {
  readonly tables: Readonly<Record<ContractName, EventTable>>;
  readonly tokenDecimals: number;
  /** What the clearinghouse lists. */
  readonly kind: VenueKind;
  /** Whose mark an aggregator tells, by its address in lower case. */
  readonly fed: ReadonlyMap<string, readonly FedMarket[]>;
}

/** What a feed tells: an aggregator its answer, a source to which prices are brought the mark. */
interface Answer {
  readonly current?: bigint;
  readonly mark?: bigint;
}

/** Everything that one log does. A log of no event that its contract has is not one of ours. */
export async function indexLog(rows: Rows, fixed: Fixed, log: IndexedLog): Promise<void> {
  const event = decodeLog(fixed.tables[log.contract], log) as (VenueEvent & Answer) | undefined;
  if (event === undefined) return;
  const { block, logIndex, timestamp } = log;
  const moment = momentOf({ block, logIndex, timestamp }, log.tx);
  await count(rows, `${log.contract}:${event.kind}`, log);
  switch (log.contract) {
    case "Clearinghouse":
      if (OWN.has(event.kind)) return;
      return clearinghouseEvent(rows, event, moment, fixed);
    case "Vault":
      return vaultEvent(rows, event, moment);
    case "Authority":
      return authorityEvent(rows, event, moment);
    case "Feed":
      for (const market of fixed.fed.get(log.address) ?? []) {
        await answered({ ...moment, rows }, market, event.current ?? event.mark!);
      }
  }
}

/** Of what the clearinghouse is built on, not of its rules. */
export const OWN: ReadonlySet<string> = new Set(["AuthorityUpdated", "EIP712DomainChanged"]);
