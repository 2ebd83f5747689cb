// SPDX-License-Identifier: MIT
import { useParams } from "wouter";
import { useChainNow } from "../../chain/head";
import { marketOfSymbol } from "../../chain/services";
import { useHere } from "../../chain/useHere";
import { marketParameters } from "../../data/parameters";
import { marketsText as text } from "../../text/markets";
import { Age, Banner, Panel, Shown } from "../../ui";
import { ParameterTable } from "../../ui/ParameterTable";
import { FeedPanel } from "./FeedPanel";
import { FundingPanel } from "./FundingPanel";
import { InterestPanel } from "./InterestPanel";
import { MarketList } from "./MarketList";
import { QueuesPanel } from "./QueuesPanel";
import { useMarkets } from "./useMarkets";

/** All markets, and one of them in full: it is named in the address. */
export default function MarketsPage() {
  const here = useHere();
  const { symbol } = useParams<{ symbol?: string }>();
  const asked = marketOfSymbol(here, symbol);
  const market = asked ?? here.deployment.markets[0]!;
  const query = useMarkets();
  const now = useChainNow();
  const view = query.data?.find((row) => row.market.id === market.id)?.view;
  return (
    <div className="grid grid-cols-1 gap-1.5 lg:grid-cols-2">
      <h1 className="sr-only">{text.title}</h1>
      <div className="grid min-w-0 gap-1.5 lg:col-span-2">
        {symbol !== undefined && asked === undefined && <Banner kind="warn">{text.unknownMarket(symbol)}</Banner>}
        <Panel title={text.all} flush aside={<Age at={query.dataUpdatedAt} staleAfter={20_000} of={text.ageOf} />}>
          <Shown query={query}>{(rows) => <MarketList rows={rows} chosen={market.id} now={now} />}</Shown>
        </Panel>
      </div>
      {view && (
        <>
          <FundingPanel market={market} view={view} />
          <InterestPanel market={market} view={view} />
          <div className="min-w-0 lg:col-span-2">
            <QueuesPanel key={String(market.id)} market={market} mark={view.mark} />
          </div>
          <FeedPanel market={market} view={view} now={now} />
          <Panel title={`${text.parameters}: ${market.symbol}`} flush>
            <p className="border-b border-line px-3 py-2 text-xs text-soft">{text.parametersHelp}</p>
            <ParameterTable caption={`${text.parameters}: ${market.symbol}`} rows={marketParameters(view.params)} />
          </Panel>
        </>
      )}
    </div>
  );
}
