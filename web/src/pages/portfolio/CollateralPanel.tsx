// SPDX-License-Identifier: MIT
import { useState } from "react";
import * as calls from "../../../../sdk/viem/calls.js";
import { LINE_DELAY } from "../../../../sdk/margin/offer.js";
import { callOf } from "../../chain/callOf";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import type { Collateral, Pledging } from "../../data/collateral";
import type { AccountView, VenueView } from "../../data/lens";
import { exact, moment, money, moneyExact, percent, price, priceExact, span, tokens } from "../../format";
import { collateralText as text } from "../../text/collateral";
import { Age, Banner, Lines, Panel, Stat, Tabs, type PreviewLine } from "../../ui";
import { Act } from "../../ui/Act";
import { Select } from "../../ui/Select";
import { BuyPledgeForm } from "./BuyPledgeForm";
import { exchangeOf, exchangeTold, lineBuysWhole, recordClosed, saleOf, whyCounted, type Exchange } from "./exchange";
import { PledgeForm } from "./PledgeForm";
import { TakePledgeForm } from "./TakePledgeForm";

export interface CollateralProps {
  readonly me: MyAccount;
  readonly account: AccountView;
  readonly venue: VenueView;
  readonly pledging: Pledging;
  readonly now: bigint;
  /** When the pledges were read, ms. */
  readonly readAt: number;
}

/** Tokens that count as margin: what is pledged, what it counts for and why, and when it is exchanged. */
export function CollateralPanel({ me, account, venue, pledging, now, readAt }: CollateralProps) {
  const { deployment } = useHere();
  const { collaterals, mine } = pledging;
  const [chosen, setChosen] = useState(String(collaterals[0]!.id));
  const collateral = collaterals.find(({ id }) => String(id) === chosen) ?? collaterals[0]!;
  const exchange = exchangeOf(account, mine, venue.shortfall, now);
  const calm = exchange.kind === "none" || exchange.kind === "notDue";
  return (
    <Panel title={text.title} aside={<Age at={readAt} staleAfter={20_000} of={text.ageOf} />}>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 content-start gap-3">
          <p className="text-xs text-soft">{text.help}</p>
          <div className="grid grid-cols-2 gap-4">
            <Stat label={text.counted} value={money(mine.counted)} title={moneyExact(mine.counted)} />
            <Stat label={text.committed} value={money(mine.committed)} title={text.committedHint} />
          </div>
          <div data-testid="exchange">
            <Banner
              kind={calm ? "info" : "warn"}
              action={
                mine.pledges.length > 0 && (
                  <Act
                    of="offerPledges"
                    label={text.offer}
                    subject={text.offerSubject}
                    sentence={text.offerSentence}
                    reward={null}
                    closed={offerClosed(exchange)}
                    call={() => callOf(calls.offerPledges(deployment.clearinghouse, me.id))}
                  />
                )
              }
            >
              {exchangeTold(exchange, now)}
            </Banner>
          </div>
          {collaterals.map((each) => (
            <One key={String(each.id)} of={each} {...{ me, venue, pledging, exchange, now }} />
          ))}
        </div>
        <section aria-label={text.actions} className="grid min-w-0 content-start gap-3">
          {collaterals.length > 1 && (
            <Select
              label={text.which}
              value={chosen}
              onChange={setChosen}
              options={collaterals.map(({ id, symbol }) => ({ value: String(id), label: symbol }))}
            />
          )}
          <Tabs
            key={chosen}
            label={text.actions}
            tabs={[
              {
                value: "pledge",
                label: text.tabs.pledge,
                content: padded(<PledgeForm me={me} collateral={collateral} positions={account.positions.length} />),
              },
              {
                value: "take",
                label: text.tabs.take,
                content: padded(<TakePledgeForm {...{ me, collateral, account, mine }} />),
              },
              {
                value: "buy",
                label: text.tabs.buy,
                content: padded(<BuyPledgeForm {...{ me, collateral, account, venue, now }} />),
              },
            ]}
          />
        </section>
      </div>
    </Panel>
  );
}

const padded = (form: React.ReactNode) => <div className="pt-3">{form}</div>;

function offerClosed({ kind }: Exchange): string | undefined {
  if (kind === "offered" || kind === "lineBuys") return text.closed.onOffer;
  if (kind === "belowZero") return text.closed.belowZero;
  if (kind === "waits") return text.closed.waits;
  return kind === "due" ? undefined : text.closed.notDue;
}

function lineClosed({ kind, since }: Exchange, now: bigint): string | undefined {
  if (kind === "belowZero" || kind === "lineBuys") return undefined;
  if (kind === "offered") return text.closed.lineWaits(span(since + LINE_DELAY - now));
  if (kind === "waits") return text.closed.waits;
  return kind === "due" ? text.closed.offerFirst : text.closed.notDue;
}

interface OneProps extends Pick<CollateralProps, "me" | "venue" | "pledging" | "now"> {
  readonly of: Collateral;
  readonly exchange: Exchange;
}

function One({ of, me, venue, pledging, exchange, now }: OneProps) {
  const { deployment } = useHere();
  const { id, symbol, view, balance } = of;
  const { decimals, params } = view;
  const pledge = pledging.mine.pledges.find((each) => each.id === id);
  const units = (amount: bigint) => (
    <span title={exact(amount, decimals)}>{`${tokens(amount, decimals, Math.min(decimals, 6))} ${symbol}`}</span>
  );
  const at = (value: bigint) => <span title={priceExact(value)}>{text.perToken(price(value), symbol)}</span>;
  const sale = pledge && saleOf(view, pledge, exchange, venue, now);
  const lines: PreviewLine[] = [
    { label: text.lines.pledged, value: pledge ? units(pledge.units) : text.none },
    { label: text.lines.counts, value: money(pledge?.counted ?? 0n) },
    { label: text.lines.perToken, value: at(view.counted) },
    {
      label: text.lines.live,
      value: view.fresh ? (
        <>
          {at(view.live)} · {text.fresh}
        </>
      ) : (
        text.stale
      ),
    },
    { label: text.lines.floor, value: at(view.floor), note: text.floorNote },
    { label: text.lines.lock, value: pledge ? money(pledge.committed) : at(view.committed) },
    { label: text.lines.fee, value: percent(params.feeRate), note: text.feeNote },
    ...(pledge ? [{ label: text.lines.feeDue, value: units(pledge.fee) }] : []),
    ...(sale
      ? [
          {
            label: text.lines.discount,
            value: text.discount(text.perToken(price(sale.price), symbol), percent(sale.discount)),
          },
        ]
      : []),
    ...(view.closesAt > 0n ? [{ label: text.lines.closes, value: moment(view.closesAt), note: text.closesNote }] : []),
    { label: text.lines.wallet, value: units(balance) },
  ];
  return (
    <section aria-label={symbol} className="rounded border border-line p-3">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-sm font-semibold">{symbol}</h3>
        <div className="flex flex-wrap gap-2">
          {pledge && (
            <Act
              of={`exchangeWithLine${id}`}
              label={text.line}
              subject={symbol}
              sentence={text.lineSentence(symbol)}
              reward={null}
              closed={lineBuysWhole(view, venue, now) ? undefined : lineClosed(exchange, now)}
              call={() => callOf(calls.exchangeWithLine(deployment.clearinghouse, me.id, id))}
            />
          )}
          <Act
            of={`recordCollateralPrice${id}`}
            label={text.record}
            subject={symbol}
            sentence={text.recordSentence}
            reward={null}
            closed={recordClosed(view, venue, now)}
            call={() => callOf(calls.recordCollateralPrice(deployment.clearinghouse, id))}
          />
        </div>
      </div>
      <Lines lines={lines} />
      <p className="mt-2 text-xs text-soft">{whyCounted(view)}</p>
    </section>
  );
}
