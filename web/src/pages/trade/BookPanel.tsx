// SPDX-License-Identifier: MIT
import { memo, useDeferredValue } from "react";
import { abs } from "../../../../sdk/arithmetic.js";
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { price as showPrice, pricePlaces, size as showSize } from "../../format";
import { middle, type Level } from "../../data/relay/book";
import { useBook } from "../../data/useServices";
import { dataText } from "../../text/data";
import { tradeText as text } from "../../text/trade";
import { Age, Banner, EmptyState, Panel, classes } from "../../ui";
import { useFit } from "../../ui/useFit";

const ROWS = 14;
/** A row's height, rem: `min-h-5`. */
const ROW = 1.25;
/** A quiet book is told of again only when it changes: the stream's state says that it is alive. */
const STALE = 30_000;

interface BookProps {
  readonly market: DeployedMarket;
  readonly onPrice: (price: bigint) => void;
}

export function BookPanel({ market, onPrice }: BookProps) {
  const datum = useBook(market.id);
  const book = useDeferredValue(datum.book);
  const places = Math.max(2, pricePlaces(book?.bids[0]?.price ?? book?.asks[0]?.price ?? 0n) - 1);
  const spread = book?.asks[0] && book.bids[0] && book.asks[0].price - book.bids[0].price;
  return (
    <Panel
      title={text.book}
      flush
      aside={<Age at={datum.at} staleAfter={STALE} of={text.bookAge} />}
      className="h-full"
    >
      {book === undefined ? (
        <div className="p-3">
          <Banner kind="warn">{dataText.bookProblems[datum.problem ?? ""] ?? dataText.loading}</Banner>
        </div>
      ) : book.bids.length + book.asks.length === 0 ? (
        <EmptyState>{text.emptyBook}</EmptyState>
      ) : (
        <div className="flex h-full flex-col text-xs" data-testid="book">
          <div className="grid grid-cols-3 px-3 py-1 text-2xs text-soft">
            <span>{text.price}</span>
            <span className="text-right">{text.size}</span>
            <span className="text-right">{text.total}</span>
          </div>
          <Side levels={book.asks} asks places={places} onPrice={onPrice} />
          <div className="flex items-baseline justify-between border-y border-line bg-raised px-3 py-1">
            <span className="text-sm font-semibold">{showPrice(middle(book), places)}</span>
            <span className="text-2xs text-soft">
              {text.spread} {showPrice(spread || undefined, places)}
            </span>
          </div>
          <Side levels={book.bids} asks={false} places={places} onPrice={onPrice} />
        </div>
      )}
    </Panel>
  );
}

interface SideProps {
  readonly levels: readonly Level[];
  readonly asks: boolean;
  readonly places: number;
  readonly onPrice: (price: bigint) => void;
}

function Side({ levels, asks, places, onPrice }: SideProps) {
  const [box, fits] = useFit<HTMLDivElement>(ROW);
  const shown = levels.slice(0, Math.min(ROWS, fits));
  const totals = shown.reduce<bigint[]>((sums, { size }) => [...sums, (sums.at(-1) ?? 0n) + size], []);
  const most = totals.at(-1) ?? 1n;
  const rows = shown.map((level, index) => {
    const total = totals[index]!;
    const share = Number((total * 1_000n) / most) / 10;
    return (
      <Row
        key={String(level.price)}
        price={level.price}
        size={level.size}
        total={total}
        share={share}
        asks={asks}
        places={places}
        onPrice={onPrice}
      />
    );
  });
  return (
    // A row puts its price into the ticket, where it can be typed too: that is why rows may be low.
    <div
      ref={box}
      data-equivalent="price"
      className={classes("flex min-h-0 flex-1 overflow-hidden", asks ? "flex-col-reverse" : "flex-col")}
    >
      {rows}
    </div>
  );
}

interface RowProps {
  readonly price: bigint;
  readonly size: bigint;
  readonly total: bigint;
  readonly share: number;
  readonly asks: boolean;
  readonly places: number;
  readonly onPrice: (price: bigint) => void;
}

const Row = memo(function Row({ price, size, total, share, asks, places, onPrice }: RowProps) {
  const shown = showPrice(price, places);
  return (
    <button
      type="button"
      onClick={() => onPrice(price)}
      className="relative grid min-h-5 shrink-0 grid-cols-3 px-3 text-right text-xs leading-5 hover:bg-raised focus-visible:z-10"
    >
      <span
        aria-hidden="true"
        className={classes("absolute inset-y-0 right-0 opacity-15", asks ? "bg-short" : "bg-long")}
        style={{ width: `${share}%` }}
      />
      <span className={classes("relative text-left", asks ? "text-short" : "text-long")}>
        <span className="sr-only">{asks ? text.ask : text.bid} </span>
        {shown}
      </span>
      <span className="relative">
        <span className="sr-only">, {text.size} </span>
        {showSize(abs(size))}
      </span>
      <span className="relative text-soft">{showSize(total)}</span>
    </button>
  );
});
