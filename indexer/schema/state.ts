// SPDX-License-Identifier: MIT
// What the chain has stored, as far as events tell it: the rows of the SDK's rebuilt venue. Units are the SDK's: money
// 1e-9 quote, size 1e-9 base, price 1e-18 quote per base, times Unix seconds.
import { index, onchainTable } from "ponder";

/** One row, `VENUE`: recovery, outflow window, offices and the parameters of all. */
export const venues = onchainTable("venues", (t) => ({
  id: t.text().primaryKey(),
  vault: t.hex().notNull(),
  treasury: t.hex().notNull(),
  /** Zero: there is none. */
  accessGate: t.hex().notNull(),
  /** JSON, amounts as text. */
  parameters: t.text().notNull(),
  anyStoppedUntil: t.bigint().notNull(),
  held: t.bigint().notNull(),
  shortfall: t.bigint().notNull(),
  fees: t.bigint().notNull(),
  protectedCash: t.bigint().notNull(),
  epoch: t.bigint().notNull(),
  index: t.bigint().notNull(),
  minHeld: t.bigint().notNull(),
  lowest: t.bigint().notNull(),
  since: t.bigint().notNull(),
}));

export const groups = onchainTable("groups", (t) => ({
  id: t.bigint().primaryKey(),
  markets: t.integer().notNull(),
  /** NORMAL, LOCKED or SETTLING. */
  phase: t.text().notNull(),
  gapLevel: t.bigint().notNull(),
  until: t.bigint().notNull(),
  lockedAt: t.bigint().notNull(),
  lastUnlock: t.bigint().notNull(),
  absorbed: t.bigint().notNull(),
  deficit: t.bigint().notNull(),
  reserve: t.bigint().notNull(),
  /** The number of the last lock, what longs gained in it by market (JSON, amounts as text), and all its relief. */
  lock: t.bigint().notNull(),
  jumps: t.text().notNull(),
  relieved: t.bigint().notNull(),
  vaultBudget: t.bigint().notNull(),
}));

/** What an option group has besides. */
export const optionGroups = onchainTable("option_groups", (t) => ({
  id: t.bigint().primaryKey(),
  /** JSON, amounts as text. */
  risk: t.text().notNull(),
  volSource: t.hex().notNull(),
  /** 1e-9, and when it was observed; null from the choice of a source to its first post. */
  level: t.bigint(),
  levelTime: t.bigint(),
  /** Bit l: which of ladder l's two smiles holds. */
  versions: t.bigint().notNull(),
  /** Factors that the last lock measured from, and to: JSON, amounts as text. */
  anchor: t.text(),
  frozen: t.text(),
}));

/** A group's listed expiries, `group-place`. What was listed at a place before is in `expiries`. */
export const ladders = onchainTable(
  "ladders",
  (t) => ({
    id: t.text().primaryKey(),
    group: t.bigint().notNull(),
    place: t.integer().notNull(),
    expiry: t.bigint().notNull(),
    /** Strikes are base + strike * step. */
    base: t.bigint().notNull(),
    step: t.bigint().notNull(),
    /** As they are packed. */
    firstSmile: t.bigint().notNull(),
    secondSmile: t.bigint().notNull(),
    /** The round up to which its price is added up. */
    fixing: t.bigint(),
    settlement: t.bigint(),
    /** What its risk arrays were computed from last. */
    riskSpot: t.bigint(),
    riskLevel: t.bigint(),
    riskTime: t.bigint(),
  }),
  (table) => ({ byGroup: index().on(table.group) }),
);

export const markets = onchainTable(
  "markets",
  (t) => ({
    id: t.bigint().primaryKey(),
    group: t.bigint().notNull(),
    index: t.integer().notNull(),
    prorata: t.boolean().notNull(),
    source: t.hex().notNull(),
    staleSince: t.bigint().notNull(),
    parameters: t.text().notNull(),
    settledAt: t.bigint(),
    /** Cumulative funding at `fundingTime`, and what it grows by a second, for at most eight hours. */
    funding: t.bigint().notNull(),
    fundingRate: t.bigint().notNull(),
    fundingTime: t.bigint().notNull(),
    chargeLong: t.bigint().notNull(),
    chargeShort: t.bigint().notNull(),
    openInterest: t.bigint().notNull(),
    estateLong: t.bigint().notNull(),
    estateShort: t.bigint().notNull(),
    offeredAt: t.bigint().notNull(),
    vaultMoved: t.bigint().notNull(),
    soughtAt: t.bigint(),
    /** Of a series: what its last collection moved, until it is known to be one. */
    collectedSize: t.bigint(),
    collectedNetted: t.bigint(),
  }),
  (table) => ({ byGroup: index().on(table.group) }),
);

/** Entry levels of both sides, `market-L-node` and `market-S-node`, with their frames. */
export const nodes = onchainTable(
  "nodes",
  (t) => ({
    id: t.text().primaryKey(),
    market: t.bigint().notNull(),
    longs: t.boolean().notNull(),
    node: t.bigint().notNull(),
    rank: t.bigint().notNull(),
    shares: t.bigint().notNull(),
    /** Size per share, 1 = 2^95. */
    remaining: t.bigint().notNull(),
    proceeds: t.bigint().notNull(),
    touched: t.boolean().notNull(),
    linked: t.boolean().notNull(),
    /** What a share paid in funding and charges with the parts that were torn up: 2^95 times price units. */
    tornFunding: t.bigint().notNull(),
    tornCharge: t.bigint().notNull(),
  }),
  (table) => ({ byRank: index().on(table.market, table.longs, table.rank) }),
);

export const accounts = onchainTable(
  "accounts",
  (t) => ({
    /** `owner << 32 | number`. */
    id: t.bigint().primaryKey(),
    owner: t.hex().notNull(),
    number: t.bigint().notNull(),
    cash: t.bigint().notNull(),
    group: t.bigint().notNull(),
    calledAt: t.bigint().notNull(),
    minSequence: t.bigint().notNull(),
    protectedAmount: t.bigint(),
    protectedEpoch: t.bigint(),
    protectedIndex: t.bigint(),
    /** What it is registered for, in which lock; and what the settlement gave it for that, until it is in its cash. */
    reliefAmount: t.bigint(),
    reliefGroup: t.bigint(),
    reliefLock: t.bigint(),
    credit: t.bigint().notNull(),
    /** Since when what it has pledged is on offer; 0: it is not. */
    pledgesOfferedAt: t.bigint().notNull(),
    firstSeen: t.int8({ mode: "number" }).notNull(),
  }),
  (table) => ({ byOwner: index().on(table.owner), byReliefLock: index().on(table.reliefLock) }),
);

/** Tokens other than the settlement token that count as margin. Prices: 1e-18 quote per whole token. */
export const collaterals = onchainTable("collaterals", (t) => ({
  id: t.bigint().primaryKey(),
  token: t.hex().notNull(),
  decimals: t.bigint().notNull(),
  source: t.hex().notNull(),
  /** JSON, amounts as text. */
  parameters: t.text().notNull(),
  anchor: t.bigint().notNull(),
  recordedPrice: t.bigint().notNull(),
  recordedAt: t.bigint().notNull(),
  /** The lesser of both, or what the line can pay for a whole token if that is less. */
  floor: t.bigint().notNull(),
  /** What the vault has set aside, and of the token's smallest units: what all have pledged, what the vault has. */
  line: t.bigint().notNull(),
  pledged: t.bigint().notNull(),
  stock: t.bigint().notNull(),
  stockOfferedAt: t.bigint().notNull(),
  /** From when on all that is pledged is sold, as the cap is zero; 0: it is not. */
  closesAt: t.bigint().notNull(),
}));

/** What an account has pledged, `account-collateral`: units, the fee since `since` included. */
export const pledges = onchainTable(
  "pledges",
  (t) => ({
    id: t.text().primaryKey(),
    account: t.bigint().notNull(),
    collateral: t.bigint().notNull(),
    units: t.bigint().notNull(),
    since: t.bigint().notNull(),
    feeRate: t.bigint().notNull(),
  }),
  (table) => ({ byAccount: index().on(table.account), byCollateral: index().on(table.collateral) }),
);

/** What an account holds of a market, `account-market`, and its running totals since it was opened. Flat: no shares. */
export const positions = onchainTable(
  "positions",
  (t) => ({
    id: t.text().primaryKey(),
    account: t.bigint().notNull(),
    market: t.bigint().notNull(),
    /** Negative for shorts; size = shares * remaining / 2^95 of the node. */
    shares: t.bigint().notNull(),
    offset: t.bigint().notNull(),
    residue: t.bigint().notNull(),
    node: t.bigint().notNull(),
    /** The number of its present or last lifecycle; 0: never held. */
    lifecycle: t.integer().notNull(),
    /** Signed size after the last change: less is left when the node was torn up since. */
    size: t.bigint().notNull(),
    /** What its size cost at entry, without funding and charges, 1e-27 quote. */
    entryCost: t.bigint().notNull(),
    /** The shares' funding and charge marks at the last change, 2^95 times 1e-27 quote. */
    fundingMark: t.bigint().notNull(),
    chargeMark: t.bigint().notNull(),
    /** Fees of fills that come before the position they open. */
    feesAhead: t.bigint().notNull(),
  }),
  (table) => ({ byMarket: index().on(table.market, table.node), byAccount: index().on(table.account) }),
);

/** The latest order of a lane, `account-lane`, and what is filled of it. */
export const lanes = onchainTable(
  "lanes",
  (t) => ({
    id: t.text().primaryKey(),
    account: t.bigint().notNull(),
    lane: t.bigint().notNull(),
    sequence: t.bigint().notNull(),
    filled: t.bigint().notNull(),
  }),
  (table) => ({ byAccount: index().on(table.account) }),
);

/** Keys that may act for an owner, `owner/signer`. */
export const signers = onchainTable(
  "signers",
  (t) => ({
    id: t.text().primaryKey(),
    owner: t.hex().notNull(),
    signer: t.hex().notNull(),
    expiry: t.bigint().notNull(),
  }),
  (table) => ({ byOwner: index().on(table.owner) }),
);

/** Of markets; 0 is everything. */
export const pauses = onchainTable("pauses", (t) => ({
  id: t.bigint().primaryKey(),
  level: t.bigint().notNull(),
  since: t.bigint().notNull(),
  until: t.bigint().notNull(),
  liquidationsStoppedUntil: t.bigint().notNull(),
}));
