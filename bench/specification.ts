// SPDX-License-Identifier: MIT

/** A storage slot that an operation cannot do without, named by a member that is in it. */
export interface Need {
  /** `*` stands for any key. Accounts go by their role in the operation. */
  slot: string;
  why: string;
  /** How many such slots are needed; more count against us. Default: 1. */
  max?: number;
  /** The operation need only read it, whatever the code does. */
  only?: "read";
}

/** What an operation cannot do without, by its own definition and whoever implements it. */
export interface Specification {
  slots: Need[];
  recoveries?: number;
  /** The token's function that moves the money. */
  token?: "transfer" | "transferFrom";
  /** How many marks must be read. */
  feeds?: number;
}

const need = (slot: string, why: string, more: Partial<Need> = {}): Need => ({ slot, why, ...more });

const NODES = "markets[*].*.nodes[*]";
const FRAMES = "markets[*].*.frames[*].remaining";

const cash = (who: string, why = "his cash changes: fees, realised gains, payments") =>
  need(`accounts[${who}].cash`, why);
const position = (who: string) => need(`positions[${who}][*]`, "his position changes");
const fill = (who: string) =>
  need(`fills[${who}][*].word`, "how much of his order is filled, or that it is void, is kept");
const nodes = (max: number, why: string) => need(NODES, why, { max });

/** What gives any position its value and any account its margin. */
const marks = (count = 1): Need[] => [
  need("markets[*].funding", "cumulative funding, without which no position has a value", { max: count }),
  need("markets[*].recordedMark", "the recorded marks: a jump must stop the operation", { max: count }),
  need("markets[*].chargeLong", "cumulative charges, without which no position has a value", { max: count }),
  need("markets[*].priceFeed", "where the mark is read", { max: count }),
  need("markets[*].params.initialMargin", "the margin rates", { max: count }),
  need("groups[*].phase", "whether the group is locked", { only: "read" }),
];

const fees = need("recovery.fees", "the fees of the trade are owed to the venue");

const trade = (parties: Need[], levels: Need): Need[] => [...parties, levels, ...marks(), fees];

const bothSides = [cash("taker"), cash("maker"), position("taker"), position("maker"), fill("taker"), fill("maker")];
const changedLevels = nodes(4, "both sides leave the node of their old level and join that of the new one");

const absorbed: Need[] = [
  cash("defaulter", "he leaves with nothing: cash and open markets are cleared"),
  position("defaulter"),
  nodes(1, "he leaves his node"),
  need("groups[*].deficit", "what he owes is added to the deficit"),
  need("markets[*].estateLong", "his position is added to the estate"),
  need("markets[*].funding", "funding and open interest: what he is worth, and what winners can be charged"),
  need("markets[*].recordedMark", "the frozen mark and the anchor"),
  need("markets[*].chargeLong", "cumulative charges, without which no position has a value"),
];

/** `count` hedgers of two markets, who share their levels, are registered in a lock. */
const registered = (count: number): Need[] => [
  need("reliefs[*].amount", "what he is registered for", { max: count }),
  need("accounts[*].isNetted", "that he is registered", { max: count }),
  need("positions[*][*]", "his sizes", { only: "read", max: 2 * count }),
  need("groups[*].relieved", "the relief of all"),
  need("groups[*].phase", "whether the group is locked", { only: "read" }),
  need("groups[*].deficit", "what is due, and the number of the lock", { only: "read" }),
  need("markets[*].recordedMark", "the jump", { only: "read", max: 2 }),
  need("markets[*].funding", "open interest: what all gained", { only: "read", max: 2 }),
];

/** `levels` are torn up, of them `parts` in part: a level torn up whole needs no frame. */
const settled = (levels: number, parts: number): Need[] => [
  need("groups[*].phase", "the group is NORMAL again"),
  need("groups[*].deficit", "the deficit is paid"),
  need("markets[*].openInterest", "what is torn up is gone"),
  need("markets[*].chargeLong", "longs are charged through this cumulative"),
  need("markets[*].chargeShort", "shorts are charged through this cumulative"),
  need("markets[*].estateLong", "the estate is empty"),
  need("markets[*].recordedMark", "the frozen mark becomes the anchor"),
  need("outflow.lockedGroups", "one locked group less: the vault opens again"),
  need("accounts[keeper].cash", "the caller is refunded"),
  need("accounts[pot].cash", "the vault pays the refund"),
  need("accounts[inventory].cash", "whether the vault closes or takes inventory", { only: "read" }),
  nodes(levels + 2, "each torn-up node changes, and its neighbours when it is gone"),
  ...(parts > 0
    ? [need(FRAMES, "a node torn up in part gets the frame that shrinks all its positions at once", { max: parts })]
    : []),
];

const withdrawal = (who: string): Need[] => [
  cash(who, "his cash shrinks"),
  need("recovery.held", "the total of tokens held, from which a recovery's rate follows"),
  need("outflow.minHeld", "below what the tokens held may not fall today"),
  need(`positions[${who}][*]`, "his position: margin must remain"),
  nodes(1, "whether the node of his position was torn up"),
  ...marks(),
];

/** What a pledge counts for. */
const pledge = (who: string): Need[] => [
  need(`pledges[${who}][*].units`, "how much he has pledged", { only: "read" }),
  need("collaterals[*].priceFeed", "the collateral's feed, haircut and floor", { only: "read" }),
];

export const SPECIFICATIONS = {
  deposit: {
    slots: [
      cash("trader", "his cash grows"),
      need("recovery.held", "the total of tokens held, from which a recovery's rate follows"),
    ],
    token: "transferFrom",
  },
  "withdraw-1": { slots: withdrawal("trader"), token: "transfer", feeds: 1 },
  "withdraw-3": {
    slots: [
      cash("trader", "his cash shrinks"),
      need("recovery.held", "the total of tokens held, from which a recovery's rate follows"),
      need("outflow.minHeld", "below what the tokens held may not fall today"),
      need("positions[trader][*]", "his positions: margin must remain", { max: 3 }),
      nodes(3, "whether the nodes of his positions were torn up"),
      ...marks(3),
    ],
    token: "transfer",
    feeds: 3,
  },
  "trade-new": { slots: trade(bothSides, nodes(2, "each side joins a node")), recoveries: 2, feeds: 1 },
  "trade-existing": { slots: trade(bothSides, changedLevels), recoveries: 2, feeds: 1 },
  "trade-existing-fresh": { slots: trade(bothSides, changedLevels), recoveries: 2, feeds: 1 },
  "fill-of-8": {
    slots: trade(
      [
        cash("taker"),
        position("taker"),
        fill("taker"),
        ...[cash("maker *"), position("maker *"), fill("maker *")].map((each) => ({ ...each, max: 8 })),
      ],
      nodes(14, "taker and four makers change node, four shrink; shared ones count once"),
    ),
    recoveries: 9,
    feeds: 1,
  },
  "fill-own": {
    slots: trade([cash("taker"), cash("maker"), position("taker"), position("maker"), fill("maker")], changedLevels),
    recoveries: 1,
    feeds: 1,
  },
  liquidate: {
    slots: [
      cash("debtor"),
      position("debtor"),
      cash("keeper"),
      position("keeper"),
      cash("pot", "the vault's part of the discount"),
      nodes(3, "the debtor shrinks in his node, the keeper changes his"),
      ...marks(),
    ],
    feeds: 1,
  },
  "liquidate-many": {
    slots: [
      ...[cash("debtor *"), position("debtor *")].map((each) => ({ ...each, max: 50 })),
      cash("keeper"),
      position("keeper"),
      cash("pot", "the vault's part of the discounts"),
      nodes(14, "the debtors shrink in twelve nodes, the keeper changes his"),
      ...marks(),
    ],
    feeds: 1,
  },
  cancel: { slots: [fill("trader")] },
  "lock and absorb": {
    slots: [
      ...absorbed,
      need("groups[*].phase", "the group is locked, and counts who was absorbed"),
      need("groups[*].vaultBudget", "what the vault may pay is set aside", { only: "read" }),
      need("markets[*].priceFeed", "where the mark is read"),
      need("markets[*].params.gapThreshold", "how far a mark may jump"),
      need("outflow.lockedGroups", "one locked group more: the vault closes"),
    ],
    feeds: 1,
  },
  absorb: { slots: [...absorbed, need("groups[*].phase", "whether the group is locked", { only: "read" })] },
  deleverage: { slots: settled(1, 1) },
  "deleverage-1000": { slots: settled(10, 0) },
  "net-register": { slots: registered(1) },
  "net-register-10": { slots: registered(10) },
  "net-8": {
    slots: [
      need("reliefs[*].amount", "what the account is registered for"),
      need("accounts[*].isNetted", "that it is registered"),
      need("_options.held[*]", "which series it holds", { only: "read" }),
      need("positions[*][*]", "its sizes", { only: "read", max: 8 }),
      need("groups[*].relieved", "the relief of all"),
      need("groups[*].phase", "whether the group is locked", { only: "read" }),
      need("groups[*].deficit", "the number of the lock", { only: "read" }),
      need("_options.groups[*].anchor.spot", "the factors that a jump is measured from", { only: "read" }),
      need("_options.groups[*].recorded.spot", "the frozen factors", { only: "read" }),
      need("_options.groups[*].ladders[*].expiry", "the terms of its series", { only: "read", max: 2 }),
      need("_options.groups[*].ladders[*].smiles[*]", "their volatilities", { only: "read", max: 2 }),
    ],
  },
  "settle-120": {
    slots: [
      need("groups[*].phase", "the group is NORMAL again"),
      need("groups[*].deficit", "the deficit is paid"),
      need("_options.groups[*].anchor.spot", "the frozen factors become the anchors"),
      need("_options.groups[*].recorded.spot", "the frozen factors", { only: "read" }),
      need("_options.groups[*].live", "which series have interest"),
      need("_options.groups[*].ladders[*].expiry", "the terms of the series", { only: "read", max: 8 }),
      need("_options.groups[*].ladders[*].smiles[*]", "their volatilities", { only: "read", max: 8 }),
      need("markets[*].openInterest", "open interest: what winners gained", { only: "read", max: 120 }),
      need("markets[*].chargeLong", "winners are charged through these cumulatives", { max: 120 }),
      need("outflow.lockedGroups", "one locked group less: the vault opens again"),
    ],
  },
  "trade with a pledge": {
    slots: [...trade(bothSides, changedLevels), ...pledge("taker")],
    recoveries: 2,
    feeds: 1,
  },
  "trade with a pledge, two feeds": {
    slots: [...trade(bothSides, changedLevels), ...pledge("taker")],
    recoveries: 2,
    feeds: 2,
  },
  "withdrawal by a taker": { slots: withdrawal("taker"), token: "transfer", feeds: 1 },
  "withdrawal with a pledge": {
    slots: [...withdrawal("taker"), ...pledge("taker")],
    token: "transfer",
    feeds: 1,
  },
  exchange: {
    slots: [
      cash("seller", "his cash grows"),
      cash("buyer", "his cash shrinks"),
      need("pledges[seller][*].units", "his pledge shrinks"),
      need("collaterals[*].pledged", "what all have pledged shrinks"),
      need("collaterals[*].priceFeed", "where the collateral's price is read", { only: "read" }),
      need("collaterals[*].maxDiscount", "how the discount grows", { only: "read" }),
      need("collaterals[*].token", "which token leaves", { only: "read" }),
      need("pledgesOfferedAt[seller]", "since when it is on offer; nothing is due any more"),
      need("positions[seller][*]", "his position: what he needs", { only: "read" }),
      need(NODES, "whether the node of his position was torn up", { only: "read" }),
      ...marks(),
    ],
    token: "transfer",
    feeds: 2,
  },
  "list-insert": { slots: [need("_queue.nodes[*]", "the new node and its two neighbours", { max: 3 })] },
  "list-join": { slots: [need("_queue.nodes[*]", "the node's shares grow")] },
  "list-remove": { slots: [need("_queue.nodes[*]", "the node is cleared, its neighbours linked", { max: 3 })] },
  "list-step": { slots: [need("_queue.nodes[*]", "a step reads one node", { max: 100 })] },
} satisfies Record<string, Specification>;

export type SpecificationName = keyof typeof SPECIFICATIONS;
