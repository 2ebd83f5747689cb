// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { useHere } from "../../chain/useHere";
import { indexerApi } from "../../data/indexer/api";
import { useRelayTrades } from "../../data/useServices";
import { clock, price, size, UNKNOWN } from "../../format";
import { tradeText as text } from "../../text/trade";
import { Age, EmptyState, Panel, classes } from "../../ui";

const SHOWN = 40;

interface Line {
  readonly key: string;
  readonly buys: boolean;
  readonly price: bigint;
  readonly size: bigint;
  /** Unix seconds; undefined: matched, and not mined yet. */
  readonly time: number | undefined;
}

/** What was filled on the chain, and above it what the relay matched and is not mined yet. */
export function TapePanel({ market }: { readonly market: DeployedMarket }) {
  const { services } = useHere();
  const matched = useRelayTrades(market.id);
  const mined = useQuery({
    queryKey: ["indexer", "trades", String(market.id)],
    refetchInterval: 3_000,
    queryFn: () => indexerApi.trades(services.indexer, market.id, SHOWN),
  });
  const lines: Line[] = mined.data
    ? mined.data.map((fill) => ({
        key: fill.id,
        buys: fill.size > 0n,
        price: fill.price,
        size: fill.size < 0n ? -fill.size : fill.size,
        time: fill.time,
      }))
    : matched.flatMap(({ number, side, fills }) =>
        fills.map((fill, index) => ({ key: `${number}-${index}`, buys: side === "buy", ...fill, time: undefined })),
      );
  return (
    <Panel
      title={text.tape}
      flush
      aside={<Age at={mined.dataUpdatedAt} staleAfter={15_000} of={text.tape} />}
      className="h-full"
    >
      {lines.length === 0 ? (
        <EmptyState>{text.noTrades}</EmptyState>
      ) : (
        <div className="relative h-full overflow-auto" tabIndex={0} role="region" aria-label={text.tape}>
          <table className="w-full text-xs">
            <caption className="sr-only">{text.tape}</caption>
            <thead>
              <tr className="text-2xs text-soft">
                <th scope="col" className="sticky top-0 bg-panel px-3 py-1 text-left font-normal">
                  {text.price}
                </th>
                <th scope="col" className="sticky top-0 bg-panel py-1 text-right font-normal">
                  {text.size}
                </th>
                <th scope="col" className="sticky top-0 bg-panel px-3 py-1 text-right font-normal">
                  {text.time}
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.slice(0, SHOWN).map((line) => (
                <tr key={line.key} className="leading-5">
                  <td className={classes("px-3", line.buys ? "text-long" : "text-short")}>
                    {price(line.price)}
                    <span className="sr-only"> {line.buys ? text.verbs.buy : text.verbs.sell}</span>
                    <span aria-hidden="true"> {line.buys ? "▲" : "▼"}</span>
                  </td>
                  <td className="text-right">{size(line.size)}</td>
                  <td className="px-3 text-right text-soft">{line.time === undefined ? UNKNOWN : clock(line.time)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
