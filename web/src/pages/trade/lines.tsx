// SPDX-License-Identifier: MIT
import type { NodeView, PositionView } from "../../data/lens";
import { leverage, money, percent, price, priceExact, size } from "../../format";
import { tradeText as text } from "../../text/trade";
import type { PreviewLine } from "../../ui";
import { isTriggered, type Draft } from "./draft";
import { aheadOf, worstCharge, type MarketTerms, type Preview } from "./preview";

/** How far the lens's list of levels reaches. */
const WALKED = 100;
/** The jump of the worst charge that is told, ppm. */
const JUMP = 100_000n;

export interface LinesProps {
  readonly draft: Draft;
  readonly preview: Preview;
  readonly terms: MarketTerms;
  readonly queue: readonly NodeView[] | undefined;
  readonly position: PositionView | undefined;
  readonly symbol: string;
}

/** What somebody sees before signing, each with what it means. */
export function linesOf({ draft, preview, terms, queue, position, symbol }: LinesProps): PreviewLine[] {
  const { lines, lineHints } = text;
  const base = (units: bigint) => `${size(units < 0n ? -units : units)} ${symbol}`;
  const list: PreviewLine[] = [];
  if (isTriggered(draft.kind)) list.push({ label: lines.waits, value: base(preview.resting) });
  else {
    if (preview.taken !== 0n) {
      list.push({ label: lines.taken, value: base(preview.taken) });
      list.push({ label: lines.average, value: price(preview.averagePrice) });
    }
    if (preview.resting !== 0n) list.push({ label: lines.resting, value: base(preview.resting) });
    if (preview.dropped !== 0n) list.push({ label: lines.dropped, value: base(preview.dropped) });
  }
  list.push({ label: lines.fee, value: money(preview.fee, "up"), note: lineHints.fee });
  list.push({ label: lines.margin, value: money(preview.required, "up"), note: lineHints.margin });
  list.push({ label: lines.equity, value: money(preview.equityAfter) });
  const direction = preview.sizeAfter > 0n ? text.long : text.short;
  list.push({
    label: lines.position,
    value: preview.sizeAfter === 0n ? text.none : `${direction} ${base(preview.sizeAfter)}`,
  });
  if (preview.sizeAfter !== 0n) list.push({ label: lines.leverage, value: leverage(preview.leverageAfter) });
  list.push({
    label: lines.liquidation,
    value: (
      <span data-testid="liquidation-after" title={priceExact(preview.liquidationAfter)}>
        {preview.liquidationAfter === undefined ? text.none : price(preview.liquidationAfter)}
      </span>
    ),
    note: lineHints.liquidation,
  });
  if (preview.sizeAfter !== 0n) {
    list.push({ label: lines.queue, value: placeOf(preview, queue, position, terms, base), note: lineHints.queue });
    list.push({
      label: lines.charge,
      value: money(worstCharge(preview.sizeAfter, terms.mark, JUMP), "up"),
      note: lineHints.charge,
    });
  }
  return list;
}

/** The place in the ADL queue after; only winners are in danger of it. */
function placeOf(
  { gainAfter, sizeAfter }: Preview,
  queue: readonly NodeView[] | undefined,
  position: PositionView | undefined,
  { openInterest }: MarketTerms,
  base: (units: bigint) => string,
): string {
  if (gainAfter <= 0n) return text.notWinning;
  if (queue === undefined) return "…";
  const sameSide = position !== undefined && position.size !== 0n && position.size > 0n === sizeAfter > 0n;
  const own = sameSide ? { node: position.node, size: position.size < 0n ? -position.size : position.size } : undefined;
  const ahead = aheadOf(queue, gainAfter, own);
  const last = queue.at(-1);
  if (queue.length >= WALKED && last !== undefined && last.gain >= gainAfter) return text.beyond(base(ahead));
  const share = openInterest > 0n ? ` (${percent((ahead * 1_000_000n) / openInterest)})` : "";
  return `${base(ahead)}${share}`;
}
