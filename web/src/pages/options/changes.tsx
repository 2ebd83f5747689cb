// SPDX-License-Identifier: MIT
import type { TradeView } from "../../data/options/lens";
import { money, moneyExact, signedMoney, size as showSize } from "../../format";
import { optionsText as text } from "../../text/options";
import type { PreviewLine } from "../../ui";
import { bindingOf, type Moves } from "./scenarios";

/** What a trade changes: before and after, each with what it means. */
export function changesOf(view: TradeView, symbol: string, moves: Moves): PreviewLine[] {
  const { before, later, greeksBefore, greeksLater, fees } = view;
  const { lines } = text;
  const change = (from: string, to: string) => `${from} → ${to}`;
  const base = (units: bigint) => `${showSize(units, 3)} ${symbol}`;
  return [
    { label: lines.fees, value: money(fees, "up"), note: lines.feesNote },
    {
      label: lines.equity,
      value: <span title={moneyExact(later.equity)}>{change(money(before.equity), money(later.equity))}</span>,
    },
    {
      label: lines.initial,
      value: (
        <span data-testid="initial-after" title={moneyExact(later.initial)}>
          {change(money(before.initial, "up"), money(later.initial, "up"))}
        </span>
      ),
      note: lines.initialNote,
    },
    { label: lines.maintenance, value: change(money(before.maintenance, "up"), money(later.maintenance, "up")) },
    {
      label: lines.binds,
      value: (
        <span data-testid="binding" className="whitespace-normal">
          {bindingOf(later, moves)}
        </span>
      ),
      note: lines.bindsNote,
    },
    {
      label: lines.delta,
      value: change(base(greeksBefore.delta), base(greeksLater.delta)),
      note: text.greekHints.delta,
    },
    {
      label: lines.gamma,
      value: change(base(greeksBefore.gamma), base(greeksLater.gamma)),
      note: text.greekHints.gamma,
    },
    {
      label: lines.vega,
      value: change(signedMoney(greeksBefore.vega), signedMoney(greeksLater.vega)),
      note: text.greekHints.vega,
    },
    {
      label: lines.theta,
      value: change(signedMoney(greeksBefore.theta), signedMoney(greeksLater.theta)),
      note: text.greekHints.theta,
    },
  ];
}
