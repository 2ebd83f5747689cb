// SPDX-License-Identifier: MIT

/** What is proved and with what; docs/assurance.md says it in formulas. */
export const CLAIMS = {
  reads: "a read changes nothing",
  order: "the order of keys is the order of gain at every price",
  packing: "what is packed into a slot is read back",
  conservation: "tear-up and charging conserve value",
  theorem: "solvent at the anchors: no shortfall",
  rounding: "rounding favours the clearinghouse",
  absorb: "absorbing commutes",
  queue: "queue operations keep order, links and totals",
  funding: "what a moved rate pays is bounded, and paid for",
  margin: "fills, liquidations and withdrawals keep margin",
  overflow: "the unchecked sums cannot overflow",
} as const;

export type Claim = keyof typeof CLAIMS;

/** A file of SMT-LIB: a model written by hand, in exact integers or reals. */
export interface Model {
  claim: Claim;
  file: string;
  bound: string;
  /** Seconds for one statement. */
  seconds: number;
}

export const MODELS: Model[] = [
  { claim: "order", file: "levels.smt2", bound: "none: any granule, any rank", seconds: 60 },
  { claim: "conservation", file: "frames.smt2", bound: "shares < 2^95, A <= 1; K, m~ any", seconds: 60 },
  { claim: "conservation", file: "charges.smt2", bound: "1 to 4 markets, amounts any", seconds: 60 },
  { claim: "conservation", file: "series.smt2", bound: "none: any number of series, by induction", seconds: 60 },
  { claim: "theorem", file: "theorem.smt2", bound: "exact reals; accounts any, unless said", seconds: 60 },
  { claim: "theorem", file: "factors.smt2", bound: "exact reals; marks any function of the factors", seconds: 60 },
  { claim: "rounding", file: "rounding.smt2", bound: "none: integers of any size", seconds: 60 },
  { claim: "queue", file: "sizes.smt2", bound: "A <= 1; shares, sizes any", seconds: 60 },
  { claim: "absorb", file: "commute.smt2", bound: "none: integers of any size", seconds: 60 },
  { claim: "funding", file: "funding.smt2", bound: "none: integers of any size", seconds: 60 },
  { claim: "margin", file: "margin.smt2", bound: "none: integers of any size", seconds: 60 },
  {
    claim: "margin",
    file: "options.smt2",
    bound: "integers, or reals where it says so; 3 scenarios for 16",
    seconds: 60,
  },
  { claim: "overflow", file: "overflow.smt2", bound: "widths of stored fields and checks", seconds: 60 },
];

/** A contract of test/proofs whose functions Halmos runs on the bytecode of the real libraries. */
export interface Harness {
  claim: Claim;
  contract: string;
  bound: string;
  /**
   * Loops are unrolled so often. Where a loop could go on, Halmos says so and the row fails, except for those in
   * `walks`.
   */
  loop: number;
  walks?: string[];
  /** How long Halmos asks whether a branch can be taken at all; more prunes more. */
  branching: string;
  /** Seconds for one assertion, and for the whole contract. */
  assertion: number;
  seconds: number;
}

export const HARNESSES: Harness[] = [
  {
    claim: "packing",
    contract: "PackingProofs",
    bound: "none: all words",
    loop: 2,
    branching: "1ms",
    assertion: 60,
    seconds: 300,
  },
  {
    claim: "packing",
    contract: "OptionProofs",
    bound: "none: all words",
    loop: 2,
    branching: "50ms",
    assertion: 60,
    seconds: 300,
  },
  {
    claim: "order",
    contract: "OrderProofs",
    bound: "marks 1e6 to 1e24, |ranks| < 2^89",
    loop: 2,
    branching: "1ms",
    assertion: 120,
    seconds: 600,
  },
  {
    claim: "queue",
    contract: "QueueProofs",
    bound: "lists of any length, untouched nodes",
    loop: 3,
    walks: ["check_predecessor_findsThePlace"],
    branching: "500ms",
    assertion: 120,
    seconds: 1_200,
  },
  {
    claim: "reads",
    contract: "ReadProofs",
    bound: "any storage and clock, one market",
    loop: 4,
    branching: "100ms",
    assertion: 120,
    seconds: 900,
  },
  {
    claim: "absorb",
    contract: "AbsorbProofs",
    bound: "two accounts, one market, untouched nodes",
    loop: 16,
    branching: "50ms",
    assertion: 120,
    seconds: 1_500,
  },
];

export interface Row {
  claim: Claim;
  statement: string;
  tool: string;
  bound: string;
  result: string;
  passed: boolean;
  seconds: number;
}
