// SPDX-License-Identifier: MIT
import { useState } from "react";
import type { AccountId, MarketId } from "../../../../sdk/order.js";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { PositionView } from "../../data/lens";
import { signedMoney } from "../../format";
import { portfolioText as text } from "../../text/portfolio";
import { Button, Lines, Panel } from "../../ui";
import { Review } from "../../ui/Review";

/** Positions that a tear-up or a settlement closed, and whose value waits. */
export function CollectPanel({
  account,
  waiting,
}: {
  readonly account: bigint;
  readonly waiting: readonly PositionView[];
}) {
  const { deployment } = useHere();
  const closed = useClosed();
  const [asked, setAsked] = useState<PositionView>();
  const symbolOf = (id: number) => deployment.markets.find((each) => each.id === BigInt(id))?.symbol ?? `#${id}`;
  if (waiting.length === 0) return null;
  return (
    <Panel title={text.collect}>
      <p className="mb-2 text-xs text-soft">{text.collectHelp}</p>
      <Lines
        lines={waiting.map((position) => ({
          label: symbolOf(position.market),
          value: (
            <span className="inline-flex items-center gap-2">
              {signedMoney(position.value)}
              <Button small closed={closed} onClick={() => setAsked(position)}>
                {text.collectDo}
              </Button>
            </span>
          ),
        }))}
      />
      {asked && (
        <Review
          of="collect"
          title={`${text.collectDo}: ${symbolOf(asked.market)}`}
          sentence={text.collectSentence(symbolOf(asked.market))}
          lines={[
            { label: text.collectValue, value: signedMoney(asked.value) },
            { label: text.lines.gas, value: text.lines.gasNote },
          ]}
          steps={[
            {
              title: `${text.collectDo} ${symbolOf(asked.market)}`,
              call: () =>
                callOf(calls.collect(deployment.clearinghouse, account as AccountId, BigInt(asked.market) as MarketId)),
            },
          ]}
          action={text.collectDo}
          closed={closed}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Panel>
  );
}
