// SPDX-License-Identifier: MIT
import { useState } from "react";
import { abs } from "../../../../sdk/arithmetic.js";
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { PPM, PRICE_UNIT } from "../../../../sdk/units.js";
import { useQueue, type AccountView, type MarketView, type PositionView } from "../../data/lens";
import { useBook } from "../../data/useServices";
import { exact, leverage as showLeverage, money, percent, price, size as showSize } from "../../format";
import { tradeText as text } from "../../text/trade";
import { Banner, Button, Check, Choice, Field, Lines, Panel, amountOf, type PreviewLine } from "../../ui";
import { closedFor, flawOf, termsOf, type Situation } from "./checks";
import { KINDS, isTriggered, waitsAbove, type Draft, type Kind } from "./draft";
import { previewOf, type Preview } from "./preview";
import { Slider } from "./Slider";
import { SignOrder } from "./SignOrder";
import { linesOf } from "./lines";
import type { Poster } from "./useOrders";

export interface TicketProps {
  readonly market: DeployedMarket;
  readonly view: MarketView | undefined;
  readonly account: AccountView | undefined;
  readonly position: PositionView | undefined;
  readonly situation: Situation;
  readonly now: bigint | undefined;
  readonly poster: Poster;
  readonly form: Form;
  readonly onForm: (form: Form) => void;
}

/** What was typed, as it was typed. */
export interface Form {
  readonly kind: Kind;
  readonly buys: boolean;
  readonly size: string;
  readonly limit: string;
  readonly trigger: string;
  readonly reduceOnly: boolean;
  readonly slippage: string;
  readonly validFor: string;
}

export const NEW_FORM: Form = {
  kind: "market",
  buys: true,
  size: "",
  limit: "",
  trigger: "",
  reduceOnly: false,
  slippage: "0.5",
  validFor: "2592000",
};

export function draftOf(form: Form): Draft {
  const slippage = amountOf(form.slippage, 4) ?? 5_000n;
  return {
    kind: form.kind,
    buys: form.buys,
    size: amountOf(form.size, 9) ?? 0n,
    limit: amountOf(form.limit, 18),
    trigger: amountOf(form.trigger, 18),
    reduceOnly: form.reduceOnly,
    slippage,
  };
}

/** The form with a price that was chosen in the book. */
export function pricedForm(form: Form, price: bigint): Form {
  return { ...form, kind: form.kind === "market" ? "limit" : form.kind, limit: plainPrice(price) };
}

export interface LiveTicketProps extends Omit<TicketProps, "situation"> {
  readonly situation: Omit<Situation, "book">;
}

/** The ticket with the book as it is: it alone is drawn again with each change of the book, and not the whole page. */
export function LiveTicket({ situation, ...rest }: LiveTicketProps) {
  const { book } = useBook(rest.market.id);
  return <Ticket {...rest} situation={{ ...situation, book }} />;
}

/** Size steps of the slider: a thousandth of a whole base, or finer where that is much money. */
const STEP = 100_000n;

function Ticket(props: TicketProps) {
  const { market, view, account, position, situation, now, poster, form, onForm } = props;
  const [reviewing, setReviewing] = useState(false);
  const set = (change: Partial<Form>) => onForm({ ...form, ...change });
  const draft = draftOf(form);
  const terms = view && termsOf(view);
  const held = { size: position?.size ?? 0n, value: position?.value ?? 0n };
  const preview = terms && account && previewOfDraft(draft, account, held, terms, situation);
  const queue = useQueue(market.id, (preview?.sizeAfter ?? 0n) > 0n);
  const closed = closedFor(situation);
  const flaw = closed === undefined ? flawOf(draft, situation, preview) : undefined;
  const lines =
    preview && terms ? linesOf({ draft, preview, terms, queue: queue.data, position, symbol: market.symbol }) : [];
  const triggered = isTriggered(form.kind);
  const limited = form.kind === "limit" || form.kind === "post" || form.kind === "ioc";
  const side = form.buys ? "buy" : "sell";
  const most = terms ? PPM / terms.initialMargin : 1n;
  const current = preview?.leverageAfter;

  return (
    <Panel title={text.ticket}>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (closed === undefined && flaw === undefined) setReviewing(true);
        }}
      >
        <fieldset className="grid grid-cols-2 gap-1">
          <legend className="sr-only">{text.direction}</legend>
          {([true, false] as const).map((buys) => (
            <Button
              key={String(buys)}
              kind={form.buys === buys ? (buys ? "buy" : "sell") : "plain"}
              aria-pressed={form.buys === buys}
              onClick={() => set({ buys })}
            >
              {buys ? text.buy : text.sell}
            </Button>
          ))}
        </fieldset>
        <KindChoice kind={form.kind} onChange={(kind) => set({ kind })} />
        <p className="text-2xs text-soft">{text.kindHints[form.kind]}</p>

        {triggered && (
          <Field
            label={`${text.trigger} ${waitsAbove(form.kind, form.buys) ? text.triggerAbove : text.triggerBelow}`}
            value={form.trigger}
            onChange={(trigger) => set({ trigger })}
            decimals={18}
            placeholder={view ? price(view.mark) : "0"}
          />
        )}
        {limited && (
          <Field
            label={text.limitPrice}
            value={form.limit}
            onChange={(limit) => set({ limit })}
            decimals={18}
            placeholder={view ? price(view.mark) : "0"}
            aside={
              view && (
                <Button kind="quiet" small onClick={() => set({ limit: plainPrice(view.mark) })}>
                  {text.mark}
                </Button>
              )
            }
          />
        )}
        <Field
          label={text.size}
          value={form.size}
          onChange={(size) => set({ size })}
          decimals={9}
          unit={market.symbol}
          aside={
            position &&
            position.size !== 0n && (
              <Button
                kind="quiet"
                small
                onClick={() => set({ size: exact(abs(position.size), 9), buys: position.size < 0n, reduceOnly: true })}
              >
                {text.close}
              </Button>
            )
          }
          help={view && draft.size > 0n ? `≈ ${money((draft.size * view.mark) / PRICE_UNIT)}` : undefined}
        />
        {!triggered && terms && account && (
          <Slider
            label={text.leverage}
            hint={text.leverageHint}
            max={Number(most)}
            value={current === undefined ? 0 : Math.min(Number(most), Number(current) / 1e6)}
            shown={showLeverage(current)}
            disabled={account.health.equity <= 0n}
            onChange={(times) => set({ size: sizeFor(times, account.health.equity, held.size, form.buys, terms.mark) })}
          />
        )}
        <div className="grid grid-cols-2 gap-2">
          {!limited && (
            <Field
              label={text.slippage}
              value={form.slippage}
              onChange={(slippage) => set({ slippage })}
              decimals={4}
              unit="%"
            />
          )}
          {form.kind !== "market" && form.kind !== "ioc" && (
            <label className="grid gap-1 text-xs text-soft">
              {text.validFor}
              <select
                value={form.validFor}
                onChange={(event) => set({ validFor: event.target.value })}
                className="min-h-9 rounded border border-edge bg-raised px-2 text-sm text-ink"
              >
                {Object.entries(text.validity).map(([value, name]) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
        {!triggered && (
          <Check
            label={text.reduceOnly}
            hint={text.reduceOnlyHint}
            value={form.reduceOnly}
            onChange={(reduceOnly) => set({ reduceOnly })}
          />
        )}
        {closed !== undefined && <Banner kind="warn">{closed}</Banner>}
        {flaw !== undefined && draft.size > 0n && <Banner kind="warn">{flaw}</Banner>}
        <Button
          type="submit"
          kind={side}
          wide
          closed={closed ?? flaw ?? (poster.pending ? text.closed.pending : undefined)}
          onClick={() => setReviewing(true)}
        >
          {text.review[side]}
        </Button>
        {lines.length > 0 && (
          <section aria-label={text.before} className="border-t border-line pt-2" data-testid="preview">
            <Lines lines={lines} />
          </section>
        )}
      </form>
      {reviewing && view && terms && now !== undefined && (
        <SignOrder
          market={market}
          draft={draft}
          mark={view.mark}
          now={now}
          validFor={form.kind === "market" || form.kind === "ioc" ? 120n : BigInt(form.validFor)}
          maxFee={form.kind === "post" ? terms.makerFee : terms.takerFee}
          lines={lines}
          closed={closed ?? flaw}
          poster={poster}
          onClose={() => setReviewing(false)}
          onDone={() => {
            setReviewing(false);
            set({ size: "" });
          }}
        />
      )}
    </Panel>
  );
}

function KindChoice({ kind, onChange }: { readonly kind: Kind; readonly onChange: (kind: Kind) => void }) {
  const common = KINDS.slice(0, 3);
  const more = KINDS.slice(3);
  const options = (kinds: readonly Kind[]) =>
    kinds.map((value) => ({ value, label: text.orderKinds[value], hint: text.kindHints[value] }));
  return (
    <div className="grid gap-1">
      <Choice label={text.kind} hideLabel value={kind} options={options(common)} onChange={onChange} />
      <Choice label={text.kind} hideLabel value={kind} options={options(more)} onChange={onChange} />
    </div>
  );
}

/** To be typed on: no separators. */
function plainPrice(units: bigint): string {
  return price(units).replaceAll(",", "");
}

/** A triggered order is looked at as if it were filled at its limit; all else at the book. */
export function previewOfDraft(
  draft: Draft,
  account: AccountView,
  held: { readonly size: bigint; readonly value: bigint },
  terms: ReturnType<typeof termsOf>,
  { book }: Pick<Situation, "book">,
): Preview | undefined {
  const triggered = isTriggered(draft.kind);
  const limit = limitFor(draft, terms.mark);
  if (limit === undefined || draft.size <= 0n) return undefined;
  const wish = {
    size: draft.buys ? draft.size : -draft.size,
    limit,
    takes: !triggered && draft.kind !== "post",
    rests: triggered || draft.kind === "limit" || draft.kind === "post",
    reduceOnly: draft.reduceOnly || triggered,
  };
  const { equity, initial, maintenance, cash } = account.health;
  return previewOf({ equity, initial, maintenance, cash }, held, triggered ? takerOnly(terms) : terms, wish, book);
}

const takerOnly = (terms: ReturnType<typeof termsOf>) => ({ ...terms, makerFee: terms.takerFee });

function limitFor(draft: Draft, mark: bigint): bigint | undefined {
  if (draft.kind === "limit" || draft.kind === "post" || draft.kind === "ioc") return draft.limit;
  const from = isTriggered(draft.kind) ? draft.trigger : mark;
  if (from === undefined) return undefined;
  const by = (from * draft.slippage) / PPM;
  return draft.buys ? from + by : from - by;
}

/** The size that takes the position to `times` the equity; empty when it is there already. */
function sizeFor(times: number, equity: bigint, held: bigint, buys: boolean, mark: bigint): string {
  const target = (equity * BigInt(Math.round(times * 100)) * PRICE_UNIT) / (100n * mark);
  const own = buys ? held : -held;
  const wanted = target - own;
  const cut = wanted - (wanted % STEP);
  return cut <= 0n ? "" : exact(cut, 9);
}

export { percent, showSize };
export type { PreviewLine };
