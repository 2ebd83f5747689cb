// SPDX-License-Identifier: MIT
import type { Balance } from "../venue/audit.js";
import type { Crash } from "./crash.js";
import type { Options } from "./options.js";
import type { Stage, Tally } from "./tally.js";

/** The run in one object. Amounts in quote. */
export type Summary = ReturnType<typeof summary>;

export function summary(options: Options, tally: Tally, balance: Balance, rates: number[]) {
  const { accounts, seed, mode, vault, sleep } = options;
  const liquidations = [tally.toOrders, tally.toKeeper, tally.toVault];
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const owed = (Number(balance.owed) / 1e9) * (Number(balance.rate) / 1e18);
  return {
    accounts,
    seed,
    mode: mode.toLowerCase(),
    vault,
    sleep,
    marginCalls: tally.marginCalls.times,
    liquidations: sum(liquidations.map(({ times }) => times)),
    liquidatedNotional: money(sum(liquidations.map(({ notional }) => notional))),
    locks: tally.locks,
    absorbed: tally.absorbed.times,
    vaultPaid: money(tally.vaultPaid),
    vaultTookNotional: money(tally.toVault.notional + tally.vaultTook),
    nettedNotional: money(tally.netted),
    deleverages: tally.deleverages,
    tornUpNotional: money(tally.tornUp.notional),
    positionsDeleveraged: tally.tornUp.times,
    charged: money(tally.charged),
    deficit: money(tally.deficit),
    shortfall: money(tally.shortfall),
    recoveryRate: rates[0] ?? 1,
    recoveryRateAfterCover: rates.at(-1) ?? 1,
    maxDeleverageGas: tally.maxDeleverageGas,
    negativeAccounts: [...balance.equities.values()].filter((equity) => equity < 0n).length,
    tokensHeld: money(Number(balance.held) / 1e9),
    tokensOwed: money(owed),
    roundingKept: Number(balance.held + balance.shortfall + balance.debts - balance.owed) / 1e9,
  };
}

/** The same for people: who was reached and who paid what, stage by stage. */
export function table(result: Summary, { tally, keeper, failures }: Crash): string {
  const rows: [string, string, string, string][] = [
    ["stage", "accounts", "notional", "paid"],
    ["1 margin call", ...cells(tally.marginCalls, "-")],
    [
      "1 liquidation to signed orders",
      ...cells(tally.toOrders, "at most, by the liquidated, to makers, keeper and vault"),
    ],
    ["1 liquidation to the keeper", ...cells(tally.toKeeper, "by the liquidated, to keeper and vault")],
    ["2 liquidation to the vault", ...cells(tally.toVault, "by the liquidated, to keeper and vault")],
    ["  absorbed at zero", String(tally.absorbed.accounts.size), "", `${format(result.deficit)} left unpaid by them`],
    ["2 vault pays", "", "", `${format(result.vaultPaid)} by the vault`],
    ["3 charge on the jump's winners", "", "", `${format(result.charged)} by the winners`],
    ["  netted, or closed by the vault", "", format(result.nettedNotional), ""],
    ["2 vault takes what was absorbed", "", format(tally.vaultTook), ""],
    ["4 tear-up through the queue", String(tally.tornUp.accounts.size), format(result.tornUpNotional), "nothing"],
    ["5 shortfall", "", "", `${format(result.shortfall)} by all claims, at r = ${result.recoveryRate}`],
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(([stage, accounts, notional, paid]) =>
    [stage.padEnd(widths[0]!), accounts.padStart(widths[1]!), notional.padStart(widths[2]!), paid].join("  ").trimEnd(),
  );
  const refused = [...keeper.refusals, ...failures].map(([name, times]) => `${times} x ${name}`).join(", ");
  return [
    ...lines,
    "",
    `${result.deleverages} deleverages in ${result.locks} locks, the largest used ${format(result.maxDeleverageGas)} gas; ` +
      `${result.positionsDeleveraged} positions shrank`,
    `tokens held ${format(result.tokensHeld)}, owed ${format(result.tokensOwed)}; rounding kept ${result.roundingKept.toFixed(9)}; ` +
      `accounts below zero ${result.negativeAccounts}`,
    ...(result.recoveryRate < 1 ? [`after the cover r = ${result.recoveryRateAfterCover}`] : []),
    ...(refused ? [`keeper's attempts that were refused: ${refused}`] : []),
    "INV-1 to INV-5 hold",
  ].join("\n");
}

function cells(stage: Stage, payers: string): [string, string, string] {
  const paid = payers === "-" ? "" : `${format(stage.paid)} ${payers}`;
  return [String(stage.accounts.size), stage.notional ? format(stage.notional) : "", paid];
}

function money(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function format(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}
