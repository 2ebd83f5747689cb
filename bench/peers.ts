// SPDX-License-Identifier: MIT

/**
 * What others use for an operation, and what ours may use at most. Whole transactions, measured on the peers' own code
 * and settings.
 */
export interface Target {
  op: string;
  title: string;
  limit: number;
  /** Gas by peer. */
  peers: Record<string, number>;
}

const [DYDX, PERP, DERIVE, GMX] = ["dYdX perpetual v1", "Perp v2 (Curie)", "Derive v2", "GMX synthetics"];

export const TARGETS: readonly Target[] = [
  {
    op: "deposit",
    title: "deposit, existing account",
    limit: 48_000,
    peers: { [DYDX]: 111_917, [PERP]: 79_018, [DERIVE]: 142_905, [GMX]: 2_200_192 },
  },
  {
    op: "withdraw-1",
    title: "withdraw, one open position",
    limit: 96_000,
    peers: { [DYDX]: 111_360, [PERP]: 757_173, [DERIVE]: 315_635, [GMX]: 2_361_992 },
  },
  { op: "withdraw-3", title: "withdraw, three markets open", limit: 160_000, peers: { [PERP]: 1_898_152 } },
  {
    op: "trade-new",
    title: "trade, two signed orders, both sides new",
    limit: 210_000,
    peers: { [DYDX]: 247_428, [PERP]: 725_036, [DERIVE]: 878_470, [GMX]: 3_614_267 },
  },
  {
    op: "trade-existing",
    title: "trade, two signed orders, existing positions, level changes, reused fill slots",
    limit: 152_000,
    peers: { [DYDX]: 257_249, [PERP]: 684_700, [DERIVE]: 713_505, [GMX]: 3_379_022 },
  },
  { op: "trade-existing-fresh", title: "the same with fresh fill slots", limit: 187_000, peers: {} },
  {
    op: "fill-of-8",
    title: "per fill, one taker against 8 signed makers, existing positions, reused fill slots",
    limit: 54_500,
    peers: { [DYDX]: 90_179 },
  },
  { op: "fill-own", title: "taker's own transaction against one maker", limit: 139_000, peers: { [DYDX]: 171_662 } },
  {
    op: "liquidate",
    title: "liquidate part of a position",
    limit: 128_000,
    peers: { [DYDX]: 147_581, [PERP]: 1_349_071, [DERIVE]: 1_260_000, [GMX]: 2_578_503 },
  },
  {
    op: "liquidate-many",
    title: "liquidate parts of 50 positions in one transaction, each",
    limit: 51_000,
    peers: { [DYDX]: 147_581 },
  },
  {
    op: "deleverage-1",
    title: "absorb a defaulter and deleverage him against one level",
    limit: 240_000,
    peers: { [DYDX]: 152_660, [GMX]: 2_820_922 },
  },
  {
    op: "deleverage-1000",
    title: "charge and tear up 1,000 positions of 10 levels",
    limit: 255_000,
    peers: { [DYDX]: 152_660_000, [GMX]: 2_820_922_000 },
  },
  { op: "cancel", title: "cancel an order, reused slot", limit: 29_000, peers: {} },
  {
    op: "funding",
    title: "funding update (ours: extra in a trade)",
    limit: 0,
    peers: { [DYDX]: 34_002, [PERP]: 275_679, [DERIVE]: 232_207 },
  },
  { op: "absorb", title: "absorb one more defaulter", limit: 75_000, peers: {} },
  { op: "net-register", title: "register one account more for relief, in one transaction", limit: 60_000, peers: {} },
  { op: "net-register-10", title: "register ten in one transaction, each", limit: 60_000, peers: {} },
  {
    op: "health-collateral",
    title: "what a pledge adds to a trade of its owner, its price from the market's feed",
    limit: 9_000,
    peers: {},
  },
  { op: "health-collateral-feed", title: "the same, its price from another feed", limit: 9_000, peers: {} },
  { op: "withdraw-collateral", title: "what it adds to a withdrawal, the market's feed", limit: 9_000, peers: {} },
  { op: "exchange", title: "buy a pledge that is on offer, all that is due", limit: 160_000, peers: {} },
  {
    op: "list-insert",
    title: "list: insert a new node, exact hint",
    limit: 35_000,
    peers: { "Liquity v2": 95_406, "Liquity v1": 77_474, Livepeer: 93_525, "Solady red-black tree": 61_803 },
  },
  { op: "list-join", title: "list: join an existing node", limit: 5_000, peers: {} },
  { op: "list-remove", title: "list: remove a node", limit: 11_500, peers: {} },
  { op: "list-step", title: "list: one step of a walk", limit: 2_600, peers: {} },
  { op: "option-price", title: "one Black-76 price, the library alone", limit: 1_600, peers: { [DERIVE]: 5_498 } },
  {
    op: "margin-4",
    title: "equity and scenario margin of 4 options, arrays fresh, the library at a price that is handed over",
    limit: 62_000,
    peers: { [DERIVE]: 896_449 },
  },
  { op: "margin-8", title: "the same of 8 options", limit: 100_000, peers: { [DERIVE]: 1_549_823 } },
  { op: "margin-16", title: "of 16 options on two expiries", limit: 190_000, peers: { [DERIVE]: 3_043_829 } },
  { op: "margin-32", title: "of 32 options on four expiries", limit: 345_000, peers: { [DERIVE]: 5_683_785 } },
  { op: "option-refresh", title: "recompute a risk array, one of eight in a call", limit: 28_000, peers: {} },
  {
    op: "option-fill",
    title: "fill in an option group, eight series a side, arrays fresh",
    limit: 380_000,
    peers: { [DERIVE]: 713_505 },
  },
  { op: "net-8", title: "options: register an account of 8 legs for relief, reused slot", limit: 120_000, peers: {} },
  { op: "settle-120", title: "options: settle a lock of 120 series, no tear-up", limit: 2_400_000, peers: {} },
];

/** The peer that uses least. */
export function bestPeer({ peers }: Target): { peer: string | null; peerGas: number | null } {
  const best = Object.entries(peers).sort(([, a], [, b]) => a - b)[0];
  return { peer: best?.[0] ?? null, peerGas: best?.[1] ?? null };
}
