// SPDX-License-Identifier: MIT
import { useState } from "react";
import { price, size as showSize } from "../../format";
import { optionsText as text } from "../../text/options";
import { Banner, Button, Field, amountOf } from "../../ui";
import type { LegForm } from "./legs";
import type { Wanted } from "./useSender";

export interface QuoteFormProps {
  readonly leg: LegForm;
  readonly name: string;
  readonly symbol: string;
  readonly ends: bigint | undefined;
  readonly closed: string | undefined;
  readonly onAsk: (wanted: readonly Wanted[]) => void;
}

/** A maker's quote of one series: a bid and an ask, which only rest. */
export function QuoteForm({ leg, name, symbol, ends, closed, onAsk }: QuoteFormProps) {
  const [size, setSize] = useState(leg.size);
  const [bid, setBid] = useState("");
  const [ask, setAsk] = useState("");
  const units = amountOf(size, 9);
  const [low, high] = [amountOf(bid, 18), amountOf(ask, 18)];
  const flaw =
    units === undefined || (low === undefined && high === undefined)
      ? text.closed.quote
      : low !== undefined && high !== undefined && low >= high
        ? text.closed.crossed
        : undefined;
  const wanted = (): Wanted[] =>
    ([true, false] as const).flatMap((buys) => {
      const limit = buys ? low : high;
      if (limit === undefined) return [];
      const title = text.orderTitle(buys ? text.bid : text.ask, showSize(units, 9), name, price(limit));
      const draft = { kind: "post", buys, size: units!, limit, reduceOnly: false, slippage: 0n } as const;
      return [{ title, series: leg.series, draft, ends }];
    });
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if ((closed ?? flaw) === undefined) onAsk(wanted());
      }}
    >
      <p className="text-xs font-medium">{name}</p>
      <Field label={text.quoteSize} value={size} onChange={setSize} decimals={9} unit={symbol} />
      <div className="grid grid-cols-2 gap-2">
        <Field label={text.bid} value={bid} onChange={setBid} decimals={18} />
        <Field label={text.ask} value={ask} onChange={setAsk} decimals={18} />
      </div>
      {closed !== undefined && <Banner kind="warn">{closed}</Banner>}
      <Button type="submit" kind="primary" wide closed={closed ?? flaw}>
        {text.review}
      </Button>
    </form>
  );
}
