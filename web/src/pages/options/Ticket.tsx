// SPDX-License-Identifier: MIT
import { useState } from "react";
import type { DeployedOptionGroup } from "../../../../sdk/deployment.js";
import { OtherChain, useChainNow, useHead } from "../../chain/head";
import { useClosed } from "../../chain/useClosed";
import type { MyAccount } from "../../chain/useMyAccount";
import { useAdmitted } from "../../data/access";
import {
  useOptionTrade,
  type ChainView,
  type OptionGroupView,
  type PortfolioView,
  type TradeLeg,
} from "../../data/options/lens";
import { laddersOf, nameOfSeries } from "../../data/options/names";
import { useRelayHealth } from "../../data/useServices";
import { price, size as showSize } from "../../format";
import { accessText } from "../../text/access";
import { optionsText as text } from "../../text/options";
import { Banner, Button, Choice, EmptyState, Field, Lines, Panel, sentenceOf } from "../../ui";
import { useMyOrders } from "../trade/useOrders";
import { changesOf } from "./changes";
import { judge } from "./judge";
import { endOf, judgedLegs } from "./judgedLegs";
import { inOrder, tradeLegs, type LegForm } from "./legs";
import { Payoff } from "./Payoff";
import { payoffLegsOf } from "./payoffLegs";
import { QuoteForm } from "./QuoteForm";
import { SignOrders } from "./SignOrders";
import { useSender, type Wanted } from "./useSender";

export type Way = "take" | "rest" | "quote";

export interface TicketProps {
  readonly group: DeployedOptionGroup;
  readonly chain: ChainView;
  readonly state: OptionGroupView;
  readonly me: MyAccount | undefined;
  readonly portfolio: PortfolioView | undefined;
  readonly legs: readonly LegForm[];
  readonly onLegs: (legs: readonly LegForm[]) => void;
}

/** A series, or a spread of two to four: what it changes, drawn and in numbers, and the orders that are signed. */
export function Ticket({ group, chain, state, me, portfolio, legs, onLegs }: TicketProps) {
  const [way, setWay] = useState<Way>("take");
  const [asked, setAsked] = useState<readonly Wanted[]>();
  const now = useChainNow();
  const head = useHead();
  const relay = useRelayHealth();
  const orders = useMyOrders(me?.id);
  const sender = useSender(me, orders.live);
  const chainClosed = useClosed();
  const barred = useAdmitted(me?.owner).data === false;
  const ladders = laddersOf(chain);
  const nameOf = (series: bigint) => nameOfSeries(group.symbol, series, ladders);
  const set = (at: number, change: Partial<LegForm>) =>
    onLegs(legs.map((leg, index) => (index === at ? { ...leg, ...change } : leg)));
  const typed = tradeLegs(legs);
  const view = useOptionTrade(me?.id, group.group, way === "quote" ? [] : (typed ?? []));
  const nothing = head.error instanceof OtherChain || relay.error ? text.closed.relay : undefined;
  const closed = chainClosed ?? nothing ?? (now === undefined ? text.closed.loading : undefined);
  const refusal =
    view.data && me && now !== undefined && typed
      ? judge({
          ...{ account: me.id, group: state, rests: way === "rest", barred },
          legs: judgedLegs(typed, chain, portfolio, now),
          ...{ before: view.data.before, later: view.data.later },
        })
      : undefined;
  const missing = typed === undefined ? text.closed.incomplete : undefined;
  const flaw = refusal?.sentence ?? (view.error ? sentenceOf(view.error).sentence : undefined);
  const lines = view.data ? changesOf(view.data, group.symbol, state.risk) : [];

  return (
    <Panel
      title={text.ticket}
      aside={
        legs.length > 0 && (
          <Button kind="quiet" small onClick={() => onLegs([])}>
            {text.clear}
          </Button>
        )
      }
    >
      {legs.length === 0 ? (
        <EmptyState>{text.noLegs}</EmptyState>
      ) : (
        <div className="grid gap-3">
          <Choice
            label={text.way}
            value={way}
            options={(["take", "rest", "quote"] as const).map((value) => ({
              value,
              label: text.ways[value],
              hint: text.wayHints[value],
            }))}
            onChange={setWay}
          />
          <p className="text-2xs text-soft">{text.wayHints[way]}</p>
          {way === "quote" ? (
            <QuoteForm
              key={String(legs[0]!.series)}
              leg={legs[0]!}
              name={nameOf(legs[0]!.series)}
              symbol={group.symbol}
              ends={endOf(legs[0]!.series, chain)}
              closed={closed ?? (barred ? accessText.quote : undefined)}
              onAsk={setAsked}
            />
          ) : (
            <form
              className="grid gap-3"
              onSubmit={(event) => {
                event.preventDefault();
                if ((closed ?? missing ?? flaw) === undefined) setAsked(wantedOf(legs, typed!, way, chain, nameOf));
              }}
            >
              {legs.map((leg, index) => (
                <Leg
                  key={String(leg.series)}
                  leg={leg}
                  name={nameOf(leg.series)}
                  symbol={group.symbol}
                  onChange={(change) => set(index, change)}
                  onRemove={() => onLegs(legs.filter((_, at) => at !== index))}
                />
              ))}
              {legs.length > 1 && <p className="text-2xs text-soft">{text.spreadHelp[way]}</p>}
              {closed !== undefined && <Banner kind="warn">{closed}</Banner>}
              {flaw !== undefined && (
                <Banner kind="warn">
                  <span data-testid="refusal" data-error={refusal?.name}>
                    {flaw}
                  </span>
                </Banner>
              )}
              <Button type="submit" kind="primary" wide closed={closed ?? missing ?? flaw}>
                {text.review}
              </Button>
              {lines.length > 0 && (
                <section aria-label={text.changes} className="border-t border-line pt-2" data-testid="changes">
                  <Lines lines={lines} />
                </section>
              )}
              {typed && <Payoff legs={payoffLegsOf(typed, chain)} spot={Number(chain.factors.spot) / 1e18} />}
            </form>
          )}
        </div>
      )}
      {asked && now !== undefined && (
        <SignOrders
          wanted={asked}
          way={way}
          lines={lines}
          now={now}
          maxFee={BigInt(way === "quote" ? state.params.makerFee : state.params.takerFee)}
          closed={closed}
          sender={sender}
          onClose={() => setAsked(undefined)}
          onDone={() => {
            setAsked(undefined);
            onLegs([]);
          }}
        />
      )}
    </Panel>
  );
}

function wantedOf(
  legs: readonly LegForm[],
  typed: readonly TradeLeg[],
  way: Way,
  chain: ChainView,
  nameOf: (series: bigint) => string,
): readonly Wanted[] {
  const kind = way === "take" ? "ioc" : "limit";
  const list = legs.map(({ series, buys, closes = false }, index) => {
    const { size, price: limit } = typed[index]!;
    const units = size < 0n ? -size : size;
    const title = text.orderTitle(buys ? text.buy : text.sell, showSize(units, 9), nameOf(series), price(limit));
    const draft = { kind, buys, size: units, limit, reduceOnly: closes, slippage: 0n } as const;
    return { title, series, draft, buys, ends: endOf(series, chain) };
  });
  return inOrder(list);
}

interface LegProps {
  readonly leg: LegForm;
  readonly name: string;
  readonly symbol: string;
  readonly onChange: (change: Partial<LegForm>) => void;
  readonly onRemove: () => void;
}

function Leg({ leg, name, symbol, onChange, onRemove }: LegProps) {
  return (
    <fieldset className="grid gap-2 rounded border border-line p-2" data-testid="leg">
      <legend className="px-1 text-xs font-medium">{name}</legend>
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <Choice
            label={text.sideOf(name)}
            hideLabel
            value={leg.buys ? "buy" : "sell"}
            options={[
              { value: "buy", label: text.buy },
              { value: "sell", label: text.sell },
            ]}
            onChange={(side) => onChange({ buys: side === "buy", closes: false })}
          />
        </div>
        <Button kind="quiet" small aria-label={text.remove(name)} onClick={onRemove}>
          ✕
        </Button>
      </div>
      <div className="grid grid-cols-2 gap-2">
        <Field label={text.size} value={leg.size} onChange={(size) => onChange({ size })} decimals={9} unit={symbol} />
        <Field label={text.limit} value={leg.price} onChange={(price) => onChange({ price })} decimals={18} />
      </div>
      {leg.closes && <p className="text-2xs text-soft">{text.closes}</p>}
    </fieldset>
  );
}
