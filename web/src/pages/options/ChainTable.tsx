// SPDX-License-Identifier: MIT
import type { DeployedOptionGroup } from "../../../../sdk/deployment.js";
import { seriesOf, type SeriesId, type SeriesKind } from "../../../../sdk/options/series.js";
import type { ChainView, LadderView } from "../../data/options/lens";
import { useBest } from "../../data/useServices";
import { percent, price, priceExact, size, span, UNKNOWN } from "../../format";
import { optionsText as text } from "../../text/options";
import { Button, classes } from "../../ui";
import { limitAt, type LegForm } from "./legs";

export interface ChainTableProps {
  readonly group: DeployedOptionGroup;
  readonly ladder: LadderView;
  readonly perpetual: ChainView["perpetual"];
  /** What I hold, by series. */
  readonly positions: ReadonlyMap<bigint, bigint>;
  readonly nameOf: (series: bigint) => string;
  readonly now: bigint | undefined;
  readonly onLeg: (leg: LegForm) => void;
}

type Option = LadderView["future"];

/** An expiry: calls on the left, strikes in the middle, puts on the right; then the future and the perpetual. */
export function ChainTable(props: ChainTableProps) {
  const { group, ladder, perpetual, positions, nameOf, now } = props;
  const place = Number(ladder.place);
  const of = (kind: SeriesKind) => seriesOf(group.group, kind);
  const left = now === undefined ? undefined : BigInt(ladder.expiry) - now;
  const spot = perpetual.mark;
  const at = ladder.strikes.findIndex(({ strike }) => strike > spot);
  const half = (series: SeriesId, option: Option, mirrored: boolean) => {
    const cells = [
      <Held key="held" size={positions.get(series)} />,
      <Cell key="delta">{size(option.greeks.delta, 3)}</Cell>,
      <Best key="bid" series={series} name={nameOf(series)} mark={option.mark} sells onLeg={props.onLeg} />,
      <Cell key="mark" title={priceExact(option.mark)} strong>
        {price(option.mark)}
      </Cell>,
      <Best key="ask" series={series} name={nameOf(series)} mark={option.mark} onLeg={props.onLeg} />,
    ];
    return mirrored ? [...cells.slice(2), cells[1], cells[0]] : cells;
  };
  return (
    <div className="grid gap-2 pb-2">
      <p className="px-3 pt-2 text-xs text-soft">
        {ladder.settlement !== 0n
          ? text.fixedAt(price(ladder.settlement))
          : left === undefined
            ? ""
            : left > 0n
              ? text.expiresIn(span(left))
              : text.awaitsPrice}
      </p>
      <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={text.chain}>
        <table className="w-full border-collapse text-xs" data-testid="chain">
          <caption className="sr-only">{text.chainCaption}</caption>
          <thead className="text-2xs text-soft">
            <tr>
              <th scope="colgroup" colSpan={5} className="px-2 py-1 text-center font-medium text-ink">
                {text.calls}
              </th>
              <th scope="colgroup" colSpan={2} className="px-2 py-1 text-center font-medium text-ink">
                {text.strike}
              </th>
              <th scope="colgroup" colSpan={5} className="px-2 py-1 text-center font-medium text-ink">
                {text.puts}
              </th>
            </tr>
            <tr>
              <Heads names={["held", "delta", "bid", "mark", "ask"]} />
              <Heads names={["strike", "vol"]} />
              <Heads names={["bid", "mark", "ask", "delta", "held"]} />
            </tr>
          </thead>
          <tbody>
            {ladder.strikes.map((row, strike) => (
              <tr
                key={strike}
                className={classes("border-t hover:bg-raised", strike === at ? "border-accent" : "border-line")}
              >
                {half(of({ type: "call", ladder: place, strike }), row.call, false)}
                <th scope="row" className="bg-raised px-2 py-1 text-center font-semibold whitespace-nowrap">
                  {price(row.strike, 0)}
                </th>
                <Cell title={row.arrayFresh ? text.arrayFresh : text.arrayStale}>{percent(row.vol * 100n, 1)}</Cell>
                {half(of({ type: "put", ladder: place, strike }), row.put, true)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={text.linear}>
        <table className="w-full border-collapse text-xs">
          <caption className="sr-only">{text.linear}</caption>
          <thead className="text-2xs text-soft">
            <tr>
              <Heads names={["series", "held", "delta", "bid", "mark", "ask"]} />
            </tr>
          </thead>
          <tbody>
            {(
              [
                [of({ type: "future", ladder: place }), ladder.future],
                [of({ type: "perpetual" }), perpetual],
              ] as const
            ).map(([series, option]) => (
              <tr key={String(series)} className="border-t border-line hover:bg-raised">
                <th scope="row" className="px-2 py-1 text-right font-medium whitespace-nowrap">
                  {nameOf(series)}
                </th>
                {half(series, option, false)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Heads({ names }: { readonly names: readonly (keyof typeof text.columns)[] }) {
  return names.map((name) => (
    <th
      key={name}
      scope="col"
      title={text.columnHints[name]}
      className={classes("px-2 py-1 font-normal whitespace-nowrap", name === "strike" ? "text-center" : "text-right")}
    >
      {text.columns[name]}
    </th>
  ));
}

interface CellProps {
  readonly title?: string;
  readonly strong?: boolean;
  readonly children: React.ReactNode;
}

function Cell({ title, strong, children }: CellProps) {
  return (
    <td title={title} className={classes("px-2 py-1 text-right whitespace-nowrap", strong && "font-medium")}>
      {children}
    </td>
  );
}

function Held({ size: units }: { readonly size: bigint | undefined }) {
  if (units === undefined || units === 0n) return <Cell>{""}</Cell>;
  return (
    <Cell>
      <span className={units > 0n ? "text-long" : "text-short"}>
        {units > 0n ? "+" : ""}
        {size(units)}
      </span>
    </Cell>
  );
}

interface BestProps {
  readonly series: SeriesId;
  readonly name: string;
  readonly mark: bigint;
  readonly sells?: boolean;
  readonly onLeg: (leg: LegForm) => void;
}

/** The best of the relay's bids or asks; pressed, it is a leg of the ticket: at the mark while nobody quotes. */
function Best({ series, name, mark, sells = false, onLeg }: BestProps) {
  const best = useBest(series, sells ? "bids" : "asks");
  const label = (sells ? text.sellAt : text.buyAt)(name, best === undefined ? text.noQuote : price(best.price));
  return (
    <td className="px-1 py-0.5 text-right">
      <Button
        kind="quiet"
        small
        aria-label={label}
        title={label}
        onClick={() => onLeg({ series, buys: !sells, size: "", price: limitAt(best?.price, mark) })}
      >
        <span className={classes(best && (sells ? "text-long" : "text-short"))}>
          {best === undefined ? UNKNOWN : price(best.price)}
        </span>
      </Button>
    </td>
  );
}
