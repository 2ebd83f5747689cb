// SPDX-License-Identifier: MIT

/** An example that was published: spot, strike, rate, yield, years, volatility, and what the option is worth. */
export interface Published {
  readonly source: string;
  readonly isCall: boolean;
  readonly spot: string;
  readonly strike: string;
  readonly rate: string;
  /** The yield of the underlying; equal to the rate for a futures price. */
  readonly carry: string;
  readonly years: readonly [numerator: bigint, denominator: bigint];
  readonly volatility: string;
  readonly value: string;
}

const HAUG =
  "E. G. Haug, The Complete Guide to Option Pricing Formulas, 1998; also in QuantLib, test-suite/europeanoption.cpp";

type Row = readonly [
  kind: "call" | "put",
  strike: string,
  spot: string,
  carry: string,
  rate: string,
  years: [bigint, bigint],
  volatility: string,
  value: string,
];

const haug = ([kind, strike, spot, carry, rate, years, volatility, value]: Row, page: string): Published => ({
  source: `${HAUG}, ${page}`,
  isCall: kind === "call",
  spot,
  strike,
  rate,
  carry,
  years,
  volatility,
  value,
});

const PAGES_2_TO_8: readonly Row[] = [
  ["call", "65", "60", "0", "0.08", [1n, 4n], "0.3", "2.1334"],
  ["put", "95", "100", "0.05", "0.1", [1n, 2n], "0.2", "2.4648"],
  ["put", "19", "19", "0.1", "0.1", [3n, 4n], "0.28", "1.7011"],
  ["call", "19", "19", "0.1", "0.1", [3n, 4n], "0.28", "1.7011"],
  ["call", "1.6", "1.56", "0.08", "0.06", [1n, 2n], "0.12", "0.0291"],
  ["put", "70", "75", "0.05", "0.1", [1n, 2n], "0.35", "4.087"],
];

/** Page 24: strike 100, rate and yield 10%: by years and volatility, at a spot of 90, 100 and 110. */
const PAGE_24 = [
  { kind: "call", years: [1n, 10n], volatility: "0.15", values: ["0.0205", "1.8734", "9.9413"] },
  { kind: "call", years: [1n, 10n], volatility: "0.25", values: ["0.315", "3.1217", "10.3556"] },
  { kind: "call", years: [1n, 10n], volatility: "0.35", values: ["0.9474", "4.3693", "11.1381"] },
  { kind: "call", years: [1n, 2n], volatility: "0.15", values: ["0.8069", "4.0232", "10.5769"] },
  { kind: "call", years: [1n, 2n], volatility: "0.25", values: ["2.7026", "6.6997", "12.7857"] },
  { kind: "call", years: [1n, 2n], volatility: "0.35", values: ["4.9329", "9.3679", "15.3086"] },
  { kind: "put", years: [1n, 10n], volatility: "0.15", values: ["9.921", "1.8734", "0.0408"] },
  { kind: "put", years: [1n, 10n], volatility: "0.25", values: ["10.2155", "3.1217", "0.4551"] },
  { kind: "put", years: [1n, 10n], volatility: "0.35", values: ["10.8479", "4.3693", "1.2376"] },
  { kind: "put", years: [1n, 2n], volatility: "0.15", values: ["10.3192", "4.0232", "1.0646"] },
  { kind: "put", years: [1n, 2n], volatility: "0.25", values: ["12.2149", "6.6997", "3.2734"] },
  { kind: "put", years: [1n, 2n], volatility: "0.35", values: ["14.4452", "9.3679", "5.7963"] },
] as const;

const page24 = PAGE_24.flatMap(({ kind, years, volatility, values }) =>
  ["90", "100", "110"].map((spot, i) =>
    haug([kind, "100", spot, "0.1", "0.1", [years[0], years[1]], volatility, values[i]!], "page 24"),
  ),
);

const page27 = haug(["call", "40", "42", "0.08", "0.04", [3n, 4n], "0.35", "5.0975"], "page 27");

export const PUBLISHED: readonly Published[] = [
  ...PAGES_2_TO_8.map((row) => haug(row, "pages 2 to 8")),
  ...page24,
  page27,
  {
    source: "MathWorks, Financial Toolbox, blkprice(20, 20, 0.09, 4/12, 0.25)",
    isCall: true,
    spot: "20",
    strike: "20",
    rate: "0.09",
    carry: "0.09",
    years: [4n, 12n],
    volatility: "0.25",
    value: "1.1166",
  },
  {
    source: "SAS, Functions and CALL Routines, blackclprc(50, .25, 48, .05, .25)",
    isCall: true,
    spot: "48",
    strike: "50",
    rate: "0.05",
    carry: "0.05",
    years: [1n, 4n],
    volatility: "0.25",
    value: "1.55130142723117",
  },
  {
    source: "Lyra v2, Black76 test: forward and strike 1500, volatility 1, seven days of 365",
    isCall: true,
    spot: "1500",
    strike: "1500",
    rate: "0",
    carry: "0",
    years: [7n, 365n],
    volatility: "1",
    value: "82.8050806686",
  },
];
