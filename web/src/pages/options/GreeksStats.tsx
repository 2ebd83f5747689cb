// SPDX-License-Identifier: MIT
import type { Greeks } from "../../data/options/lens";
import { signedMoney, size } from "../../format";
import { optionsText as text } from "../../text/options";
import { Stat } from "../../ui";

/** The Greeks of an account, each with its unit. */
export function GreeksStats({ greeks, symbol }: { readonly greeks: Greeks; readonly symbol: string }) {
  const { greekHints: hints, greekUnits: units, lines } = text;
  return (
    <div className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4" data-testid="greeks">
      <Stat label={lines.delta} value={`${size(greeks.delta, 3)} ${symbol}`} note={units.delta} title={hints.delta} />
      <Stat label={lines.gamma} value={`${size(greeks.gamma, 3)} ${symbol}`} note={units.gamma} title={hints.gamma} />
      <Stat label={lines.vega} value={signedMoney(greeks.vega)} note={units.vega} title={hints.vega} />
      <Stat label={lines.theta} value={signedMoney(greeks.theta)} note={units.theta} title={hints.theta} />
    </div>
  );
}
