// SPDX-License-Identifier: MIT
import { abs } from "../../../../sdk/arithmetic.js";
import { useHere } from "../../chain/useHere";
import { useQueue, type AccountView, type PositionView } from "../../data/lens";
import { money, percent, price, priceExact, signedMoney, size } from "../../format";
import { riskText as text } from "../../text/risk";
import { EmptyState, Lines, Panel, classes, toneOf } from "../../ui";
import { barsOf, lampsOf, LAMPS, worstCharge } from "./figures";

/** The jump of the worst charge that is told, ppm. */
const JUMP = 100_000n;
const LEVELS = 60;
const TONES = { long: "text-long", short: "text-short" } as const;

/** Each position's place in the ADL queue. Red lights for losers would be wrong: nobody closes them. */
export function LightsPanel({ account }: { readonly account: AccountView }) {
  return (
    <Panel title={text.lights} flush>
      <p className="border-b border-line px-3 py-2 text-xs text-soft">{text.lightsHelp}</p>
      {account.positions.length === 0 && <EmptyState>{text.noPositions}</EmptyState>}
      <div className="divide-y divide-line">
        {account.positions.map((position) => (
          <PositionLight key={position.market} position={position} />
        ))}
      </div>
    </Panel>
  );
}

function PositionLight({ position }: { readonly position: PositionView }) {
  const { deployment } = useHere();
  const isLong = position.size >= 0n;
  const queue = useQueue(BigInt(position.market), isLong, LEVELS);
  const symbol = deployment.markets.find(({ id }) => id === BigInt(position.market))?.symbol ?? `#${position.market}`;
  const lit = lampsOf(position);
  const own = queue.data?.find(({ node }) => node === position.node);
  const tone = toneOf(position.value);
  return (
    <article className="grid gap-3 p-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="grid content-start gap-2">
        <div className="flex items-center justify-between gap-3">
          <h3 className="text-sm font-medium">
            {symbol}{" "}
            {position.size !== 0n && (
              <span className={isLong ? "text-long" : "text-short"}>
                {isLong ? text.long : text.short} {size(abs(position.size))}
              </span>
            )}
          </h3>
          <span className={classes("text-sm", tone && TONES[tone])}>{signedMoney(position.value)}</span>
        </div>
        <Lamps lit={lit} />
        {position.size === 0n && <p className="text-xs text-soft">{text.tornUp}</p>}
        {position.size !== 0n && lit === 0 && <p className="text-xs text-soft">{text.losing}</p>}
        <Lines
          lines={[
            ...(lit > 0
              ? [
                  {
                    label: text.ahead,
                    value: `${size(position.ahead)} ${symbol} · ${
                      position.placed
                        ? text.aheadOf(percent(position.aheadShare))
                        : text.atLeast(percent(position.aheadShare))
                    }`,
                  },
                  { label: text.gain, value: price(own?.gain, 2) },
                ]
              : []),
            {
              label: text.liquidation,
              value:
                position.liquidationMark === 0n ? (
                  text.none
                ) : (
                  <span className="text-warn" title={priceExact(position.liquidationMark)}>
                    {price(position.liquidationMark)}
                  </span>
                ),
            },
            {
              label: text.worst,
              value: money(worstCharge(position.size, position.mark, JUMP), "up"),
              note: text.worstHint,
            },
          ]}
        />
      </div>
      {queue.data && position.size !== 0n && (
        <figure className="grid content-end gap-1">
          <div aria-hidden="true" className="flex h-20 items-end gap-px" title={text.levelsHint}>
            {barsOf(queue.data, position.node).map(({ node, height, mine, wins }) => (
              <span
                key={node}
                className={classes(
                  "max-w-4 min-w-0.5 flex-1 rounded-t-sm",
                  mine ? "bg-accent" : wins ? "bg-edge" : "bg-line",
                )}
                style={{ height: `${height}%` }}
              />
            ))}
          </div>
          <figcaption className="text-2xs text-soft">
            {text.levels}. {text.levelsHint}
          </figcaption>
        </figure>
      )}
    </article>
  );
}

function Lamps({ lit }: { readonly lit: number }) {
  const said = text.lampsOf(lit, LAMPS);
  return (
    <div role="img" aria-label={said} title={text.lampsHint} data-testid="lamps" data-lit={lit} className="flex gap-1">
      {Array.from({ length: LAMPS }, (_, index) => (
        <span
          key={index}
          className={classes(
            "h-2 w-7 rounded-sm border",
            index < lit
              ? lit >= 4
                ? "border-warn bg-warn"
                : "border-accent bg-accent"
              : "border-edge/60 bg-transparent",
          )}
        />
      ))}
    </div>
  );
}
