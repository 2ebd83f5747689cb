// SPDX-License-Identifier: MIT
import type { Names } from "../../files/market.js";
import type { Form } from "../../files/readTable.js";
import type { Row } from "../../files/Row.js";
import type { PriceRow, RoundRow } from "../input.js";

/** What a wave closed in a market, without its price: `two_pass_wave_coin_gap_per_contract.csv`. */
export const WAVES: Form = {
  needs: ["wave", "t_start_ms", "t_end_ms", "coin", "qty_contracts", "gap_per_contract_usd"],
};
/** The same with the names of the tools that read it. */
export const PLAIN_WAVES: Form = { needs: ["wave", "t_start_ms", "t_end_ms", "coin", "qty", "mark_exec_gap"] };

/**
 * A round of a row of WAVES; its price is the mark before it, as each published execution was at the mark before.
 * Undefined: its market has no prices, or its gap is nothing and so was its default.
 */
export function roundOfWave(
  row: Row,
  form: Form,
  names: Names,
  prices: ReadonlyMap<string, readonly PriceRow[]>,
): RoundRow | undefined {
  const [quantity, distance] = form === WAVES ? ["qty_contracts", "gap_per_contract_usd"] : ["qty", "mark_exec_gap"];
  const asset = row.market("coin", undefined, names);
  const [time, end] = [row.time("t_start_ms"), row.time("t_end_ms")];
  if (end < time) row.fail(`t_end_ms is before t_start_ms`);
  const wave = row.number("wave", { min: "zero" });
  if (!Number.isInteger(wave)) row.fail(`wave must be a whole number, not ${wave}`);
  const qty = row.number(quantity!);
  const gap = row.number(distance!, { min: "zero" });
  const marks = prices.get(asset);
  if (marks === undefined || gap === 0) return undefined;
  const before = marks.filter((each) => each.time <= time).at(-1);
  if (before === undefined) return row.fail(`there is no mark of ${asset} before t_start_ms: give earlier prices`);
  if (gap >= before.mark) row.fail(`${distance} is as large as the mark before it, ${before.mark}`);
  return { at: row.at, asset, time, wave, qty, gap, price: before.mark, side: "long" };
}
