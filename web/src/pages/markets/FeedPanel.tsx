// SPDX-License-Identifier: MIT
import { PAUSE_LEVEL, SOURCE_STATUS } from "../../data/lens";
import { iso, moment, price, priceExact, span, UNKNOWN } from "../../format";
import { marketsText as text } from "../../text/markets";
import { Age, Lines, Panel, sentenceOf } from "../../ui";
import type { FundingPanelProps } from "./FundingPanel";
import { useFeed } from "./useMarkets";

export interface FeedPanelProps extends FundingPanelProps {
  readonly now: bigint | undefined;
}

/** Whether the market's price can be acted on, how old it is, and how near it is to a lock. */
export function FeedPanel({ market, view, now }: FeedPanelProps) {
  const feed = useFeed(market, view.source);
  const answer = feed.data;
  const since = (moment: bigint) => (now === undefined ? UNKNOWN : span(now > moment ? now - moment : 0n));
  const state = SOURCE_STATUS[view.sourceStatus]!;
  return (
    <Panel
      title={`${text.feed}: ${market.symbol}`}
      aside={<Age at={feed.dataUpdatedAt} staleAfter={20_000} of={text.feed} />}
    >
      <Lines
        lines={[
          {
            label: text.feedState,
            value: (
              <span data-testid="feed-state" className={view.fresh ? "text-long" : "text-warn"}>
                {text.feeds[state]}
              </span>
            ),
          },
          {
            label: text.answer,
            value: answer ? <span title={iso(answer.updatedAt)}>{moment(answer.updatedAt)}</span> : UNKNOWN,
          },
          { label: text.answerAge, value: answer ? since(answer.updatedAt) : UNKNOWN },
          {
            label: text.heartbeat,
            value: answer?.heartbeat === undefined ? UNKNOWN : span(answer.heartbeat),
          },
          { label: text.noted, value: view.staleSince === 0n ? text.notNoted : since(view.staleSince) },
          { label: text.anchor, value: <span title={priceExact(view.anchor)}>{price(view.anchor)}</span> },
          { label: text.moved, value: <span title={priceExact(view.moved)}>{price(view.moved)}</span> },
          {
            label: text.locksAbove,
            value: <span title={priceExact(view.gapThreshold)}>{price(view.gapThreshold)}</span>,
          },
          { label: text.status, value: text.statuses[view.status] },
          { label: text.mode, value: text.modes[view.mode] },
          {
            label: text.pause,
            value:
              view.pauseLevel === 0
                ? text.pauses["NONE"]
                : `${text.pauses[PAUSE_LEVEL[view.pauseLevel]!]} · ${moment(view.pausedUntil)}`,
          },
          ...(now !== undefined && view.liquidationsFrom > now
            ? [{ label: text.liquidationsFrom, value: span(view.liquidationsFrom - now) }]
            : []),
          { label: text.source, value: <code className="text-2xs break-all">{view.source}</code> },
          { label: text.feedAddress, value: <code className="text-2xs break-all">{answer?.feed ?? market.feed}</code> },
        ]}
      />
      {feed.error !== null && <p className="mt-3 text-xs text-warn">{sentenceOf(feed.error).sentence}</p>}
      <p className="mt-3 text-xs text-soft">{text.feedHelp}</p>
    </Panel>
  );
}
