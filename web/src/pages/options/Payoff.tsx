// SPDX-License-Identifier: MIT
import { useState } from "react";
import { optionsText as text } from "../../text/options";
import { Button } from "../../ui";
import { breakEvens, payoffOf, type PayoffLeg, type PayoffPoint } from "./payoff";

const POINTS = 81;
/** Of the points, those that the table has. */
const EACH = 10;
/** Above and below the lines there is room for what they reach. */
const [WIDTH, HEIGHT, HEAD, FOOT] = [352, 170, 16, 16];
/** How far it reaches to each side, in deviations until the last expiry, and at least and at most, of the price. */
const [REACH, LEAST, MOST] = [2, 0.06, 0.6];

export interface PayoffProps {
  readonly legs: readonly PayoffLeg[];
  readonly spot: number;
}

const plain = (value: number) =>
  value.toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 }).replace("-", "−");

/** What the legs are worth at prices of the underlying, at expiry and now: drawn, told, and as a table. */
export function Payoff({ legs, spot }: PayoffProps) {
  const [asTable, setAsTable] = useState(false);
  const reach = Math.min(MOST, Math.max(LEAST, ...legs.map(({ vol, years }) => REACH * vol * Math.sqrt(years))));
  const strikes = legs.filter(({ strike }) => strike > 0).map(({ strike }) => Math.abs(strike / spot - 1) * 1.2);
  const wide = Math.min(0.9, Math.max(reach, ...strikes));
  const points = payoffOf(legs, spot * (1 - wide), spot * (1 + wide), POINTS);
  const zeros = breakEvens(points).map(plain);
  const told = text.payoffTold({
    low: plain(Math.min(...points.map(({ atExpiry }) => atExpiry))),
    high: plain(Math.max(...points.map(({ atExpiry }) => atExpiry))),
    from: plain(points[0]!.spot),
    to: plain(points.at(-1)!.spot),
    zeros,
  });
  return (
    <figure className="grid gap-1" data-testid="payoff">
      <div className="flex items-center justify-between">
        <figcaption className="text-xs text-soft">{text.payoff}</figcaption>
        <Button kind="quiet" small aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? text.asDrawing : text.asTable}
        </Button>
      </div>
      {asTable ? <PointsTable points={points} /> : <Drawing points={points} spot={spot} label={told} />}
      <p className="text-2xs text-soft">{told}</p>
    </figure>
  );
}

function Drawing({
  points,
  spot,
  label,
}: {
  readonly points: readonly PayoffPoint[];
  readonly spot: number;
  readonly label: string;
}) {
  const values = points.flatMap(({ now, atExpiry }) => [now, atExpiry]);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const span = high - low || 1;
  const [first, last] = [points[0]!.spot, points.at(-1)!.spot];
  const x = (at: number) => ((at - first) / (last - first)) * WIDTH;
  const y = (value: number) => HEAD + ((high - value) / span) * (HEIGHT - FOOT - HEAD - HEAD);
  const line = (of: (point: PayoffPoint) => number) =>
    points
      .map((point, index) => `${index === 0 ? "M" : "L"}${x(point.spot).toFixed(1)} ${y(of(point)).toFixed(1)}`)
      .join("");
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="w-full rounded bg-raised">
      <line x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} className="stroke-edge" strokeWidth="1" />
      <line x1={x(spot)} x2={x(spot)} y1="0" y2={HEIGHT - FOOT} className="stroke-line" strokeWidth="1" />
      <path d={line(({ now }) => now)} className="fill-none stroke-soft" strokeWidth="1.5" strokeDasharray="4 3" />
      <path d={line(({ atExpiry }) => atExpiry)} className="fill-none stroke-accent" strokeWidth="2" />
      <g className="fill-soft text-[10px]">
        <text x="3" y={HEIGHT - 4}>
          {plain(first)}
        </text>
        <text x={x(spot)} y={HEIGHT - 4} textAnchor="middle">
          {plain(spot)}
        </text>
        <text x={WIDTH - 3} y={HEIGHT - 4} textAnchor="end">
          {plain(last)}
        </text>
        <text x="3" y="12">
          {plain(high)}
        </text>
        <text x="3" y={HEIGHT - FOOT - 4}>
          {plain(low)}
        </text>
      </g>
    </svg>
  );
}

function PointsTable({ points }: { readonly points: readonly PayoffPoint[] }) {
  const rows = points.filter((_, index) => index % EACH === 0);
  return (
    <table className="w-full text-xs">
      <caption className="sr-only">{text.payoff}</caption>
      <thead className="text-2xs text-soft">
        <tr>
          {[text.priceThere, text.worthNow, text.worthAtExpiry].map((name) => (
            <th key={name} scope="col" className="py-0.5 text-right font-normal">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ spot, now, atExpiry }) => (
          <tr key={spot} className="border-t border-line">
            {[spot, now, atExpiry].map((value, index) => (
              <td key={index} className="py-0.5 text-right">
                {plain(value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
