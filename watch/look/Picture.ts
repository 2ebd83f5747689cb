// SPDX-License-Identifier: MIT
import type { Header } from "../../sdk/client/chain/blocks.js";
import type { GroupView, MarketView, VenueView } from "../../sdk/views.js";

// What the readers see, each part by a reader of its own. Rules look at nothing else.

export interface MarketSeen {
  readonly symbol: string;
  readonly view: MarketView;
  /** Seconds since the feed's last answer, by the chain's clock, and after how many it is stale; if there is a feed. */
  readonly age: bigint | undefined;
  readonly heartbeat: bigint | undefined;
}

export interface GroupSeen {
  readonly id: bigint;
  /** "group 1 (BTC, ETH)". */
  readonly name: string;
  readonly view: GroupView;
  readonly markets: readonly MarketSeen[];
  /** What a keeper would have to do now for everybody: one sentence each. */
  readonly duties: readonly string[];
  /** Accounts below maintenance margin, and below zero. */
  readonly liquidatable: number;
  readonly insolvent: number;
}

/** The venue at one block. */
export interface VenueSeen {
  readonly header: Header;
  readonly view: VenueView;
  readonly groups: readonly GroupSeen[];
  readonly accounts: number;
  /** What the vault's groups may cost it, together; and what a share is worth of its first price, ppm, if it tells. */
  readonly budgets: bigint;
  readonly sharePrice: bigint | undefined;
}

/** An expiry that is listed in an option group. */
export interface ExpirySeen {
  /** "ETH-25DEC26". */
  readonly name: string;
  readonly expiry: bigint;
  readonly isFixed: boolean;
  /** A smile was posted since the anchors, which another one has to wait for. */
  readonly isPending: boolean;
  /** One of its series has open interest, or an estate. */
  readonly isOpen: boolean;
  /** When its risk arrays were computed last, Unix time; undefined: never. */
  readonly computedAt: bigint | undefined;
}

export interface OptionGroupSeen {
  /** "group 1 (ETH options)". */
  readonly name: string;
  readonly phase: "NORMAL" | "LOCKED" | "SETTLING";
  readonly gapped: boolean;
  readonly until: bigint;
  readonly absorbed: bigint;
  /** The underlying has a fresh price; when the level was observed, and since when it is too old. */
  readonly spotFresh: boolean;
  readonly levelTime: bigint;
  readonly levelStaleFrom: bigint;
  readonly expiries: readonly ExpirySeen[];
  /** Whoever acts in a lock changes it. */
  readonly state: string;
}

/** The option groups of a clearinghouse of options, at one block. */
export interface OptionsSeen {
  /** Of the block, Unix seconds. */
  readonly time: bigint;
  readonly groups: readonly OptionGroupSeen[];
}

export interface NodeSeen {
  /** Host and port: the rest of an address may hold a key. */
  readonly host: string;
  /** Undefined: it did not answer, for the reason that is told. */
  readonly head: Header | undefined;
  readonly why: string;
  /** It is of the deployment's chain. Undefined: it could not be asked. */
  readonly isOurs: boolean | undefined;
  /** Seconds by the watch's own clock since its head was another one. */
  readonly silent: number;
}

/** Two nodes at the highest block that both have. */
export interface NodePair {
  readonly hosts: string;
  readonly block: number;
  readonly isForked: boolean;
  /** On one chain, and yet: what they answer differently. */
  readonly differs: readonly string[];
}

export interface NodesSeen {
  readonly nodes: readonly NodeSeen[];
  /** The first with each of the others; only those that could be compared. */
  readonly pairs: readonly NodePair[];
}

export interface ServiceSeen {
  readonly name: string;
  readonly isWell: boolean;
  readonly says: string;
}

export interface IndexerSeen {
  /** As it says itself. */
  readonly status: string;
  readonly indexed: number;
  /** Seconds that its history ends before the head. */
  readonly lag: number;
  /** Figures that were held against the chain, and those that differ. */
  readonly compared: number;
  readonly differs: readonly { readonly subject: string; readonly says: string }[];
}

export interface GovernanceSeen {
  readonly drift: readonly { readonly subject: string; readonly says: string }[];
  /** Scheduled calls that can still be executed. */
  readonly calls: readonly { readonly subject: string; readonly says: string }[];
}

export interface RelaySeen {
  readonly pages: number;
  readonly violations: readonly { readonly kind: string; readonly says: string; readonly isProof: boolean }[];
}

/** How the readers themselves are. */
export interface ReaderSeen {
  readonly name: string;
  /** Why its last look failed; undefined: it did not. */
  readonly failure: string | undefined;
}

export interface Picture {
  readonly venue: VenueSeen;
  readonly options: OptionsSeen;
  readonly nodes: NodesSeen;
  readonly services: readonly ServiceSeen[];
  readonly indexer: IndexerSeen;
  readonly governance: GovernanceSeen;
  readonly relay: RelaySeen;
  readonly readers: readonly ReaderSeen[];
}
