// SPDX-License-Identifier: MIT
import { seriesKind } from "../../../../sdk/options/series.js";
import type { MarketId } from "../../../../sdk/order.js";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import type { ChainView, OptionPosition, PortfolioView } from "../../data/options/lens";
import { price, signedMoney } from "../../format";
import { optionsText as text } from "../../text/options";
import { Panel } from "../../ui";
import { Act } from "../../ui/Act";

export interface ExpiredPanelProps {
  readonly me: MyAccount;
  readonly account: PortfolioView;
  readonly chain: ChainView;
  readonly nameOf: (series: bigint) => string;
}

/** Positions of an expiry whose price is fixed, and those that a tear-up closed: each becomes cash by a call. */
export function ExpiredPanel({ me, account, chain, nameOf }: ExpiredPanelProps) {
  const { clearinghouse } = useHere().deployment;
  const fixedOf = ({ series }: OptionPosition) => {
    const kind = seriesKind(BigInt(series) as MarketId);
    if (kind.type === "perpetual") return 0n;
    return chain.ladders.find(({ place }) => Number(place) === kind.ladder)?.settlement ?? 0n;
  };
  const waiting = account.positions.filter((each) => each.size === 0n || fixedOf(each) !== 0n);
  if (waiting.length === 0) return null;
  return (
    <Panel title={text.expired}>
      <p className="mb-2 text-xs text-soft">{text.expiredHelp}</p>
      <ul className="grid gap-2 text-xs">
        {waiting.map((position) => {
          const series = BigInt(position.series);
          const fixed = fixedOf(position);
          return (
            <li key={String(series)} className="flex items-center justify-between gap-2">
              <span>
                {nameOf(series)} · {signedMoney(position.value)}
              </span>
              <Act
                of={`collect ${series}`}
                label={text.collect}
                subject={nameOf(series)}
                sentence={text.collectSentence(nameOf(series))}
                reward={null}
                lines={[
                  { label: text.collectValue, value: signedMoney(position.value) },
                  ...(fixed === 0n ? [] : [{ label: text.fixedPrice, value: price(fixed) }]),
                ]}
                call={() => callOf(calls.collect(clearinghouse, me.id, series as MarketId))}
              />
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
