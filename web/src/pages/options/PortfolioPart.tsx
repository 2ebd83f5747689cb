// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { useChainNow } from "../../chain/head";
import { useHere } from "../../chain/useHere";
import { useMyAccount, type MyAccount } from "../../chain/useMyAccount";
import { useVenueView } from "../../data/lens";
import { useOptionChain, useOptionGroup, useOptionPortfolio, type PortfolioView } from "../../data/options/lens";
import { laddersOf, nameOfSeries } from "../../data/options/names";
import { useToken } from "../../data/token";
import { money, moneyExact, signedMoney, UNKNOWN } from "../../format";
import { optionsText as text } from "../../text/options";
import { portfolioText } from "../../text/portfolio";
import { Age, Banner, EmptyState, Panel, Shown, Stat, Tabs, toneOf } from "../../ui";
import { AttestationPanel } from "../portfolio/AttestationPanel";
import { DepositForm } from "../portfolio/DepositForm";
import { HistoryPanel } from "../portfolio/HistoryPanel";
import { readHistory } from "../portfolio/history";
import { WithdrawForm } from "../portfolio/WithdrawForm";
import { AccessBanner } from "../trade/AccessBanner";
import { ExpiredPanel } from "./ExpiredPanel";
import { GreeksStats } from "./GreeksStats";
import { optionLimit } from "./optionLimit";
import { OptionPositions } from "./OptionPositions";
import { ScenarioTable } from "./ScenarioTable";
import { SlicesPanel } from "./SlicesPanel";
import { withClosing, type LegForm } from "./legs";
import type { PartProps } from "./part";
import { bindingOf, type Moves } from "./scenarios";

export function PortfolioPart(props: PartProps) {
  const me = useMyAccount();
  if (me === undefined) {
    return (
      <Panel title={text.portfolio}>
        <EmptyState>{text.connect}</EmptyState>
      </Panel>
    );
  }
  return <Mine key={String(me.id)} me={me} {...props} />;
}

function Mine({ me, group, legs, onLegs }: PartProps & { readonly me: MyAccount }) {
  const { deployment, services } = useHere();
  const { tokenDecimals: decimals, clearinghouse } = deployment;
  const portfolio = useOptionPortfolio(me.id);
  const own = portfolio.data?.group ? BigInt(portfolio.data.group) : group.group;
  const chain = useOptionChain(own);
  const risk = useOptionGroup(own).data?.risk;
  const venue = useVenueView();
  const history = useQuery({
    queryKey: ["indexer", "history", String(me.id)],
    refetchInterval: 6_000,
    retry: false,
    queryFn: () => readHistory(services.indexer, me.id),
  });
  const token = useToken(me.owner, clearinghouse);
  const now = useChainNow();
  const { symbol } = deployment.options!.groups.find((each) => each.group === own) ?? group;
  const ladders = chain.data ? laddersOf(chain.data) : new Map();
  const nameOf = (series: bigint) => nameOfSeries(symbol, series, ladders);
  const { data } = portfolio;
  const known = data !== undefined && venue.data !== undefined && now !== undefined;
  const limit = known ? optionLimit(data, venue.data!, now) : undefined;
  const equity = data && (data.positions.length === 0 ? data.cash : data.margin.equity);
  const [, navigate] = useLocation();
  const close = (leg: LegForm) => {
    onLegs(withClosing(legs, leg));
    navigate(`/options/chain/${symbol}`);
  };
  const padded = (form: React.ReactNode) => <div className="p-3">{form}</div>;
  return (
    <div className="grid gap-1.5 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="grid gap-1.5 empty:hidden lg:col-span-2">
        <AccessBanner owner={me.owner} positions={data?.positions.length ?? 0} />
        <AttestationPanel me={me} />
      </div>
      <div className="grid min-w-0 content-start gap-1.5">
        <Panel
          title={portfolioText.account(me.number)}
          aside={<Age at={portfolio.dataUpdatedAt} staleAfter={20_000} of={portfolioText.ageOf} />}
        >
          <Shown query={portfolio}>{(account) => <Totals account={account} symbol={symbol} moves={risk} />}</Shown>
        </Panel>
        <Panel title={text.positions} flush>
          <Shown query={portfolio}>
            {(account) => <OptionPositions account={account} symbol={symbol} nameOf={nameOf} onClose={close} />}
          </Shown>
        </Panel>
        {data && risk && data.positions.length > 0 && (
          <Panel title={text.scenarios} flush>
            <ScenarioTable figures={data.margin} moves={risk} />
          </Panel>
        )}
        <SlicesPanel me={me} />
      </div>
      <div className="grid min-w-0 content-start gap-1.5">
        <section aria-label={portfolioText.funds} className="rounded-md border border-line bg-panel">
          <Tabs
            label={portfolioText.funds}
            tabs={[
              {
                value: "deposit",
                label: portfolioText.deposit,
                content: padded(
                  <DepositForm
                    me={me}
                    facts={{
                      ...{ token: token.data, decimals, now, equity },
                      ...{ positions: data?.positions.length ?? 0, cure: 0n },
                    }}
                  />,
                ),
              },
              {
                value: "withdraw",
                label: portfolioText.withdraw,
                content: padded(
                  <WithdrawForm
                    me={me}
                    facts={{
                      ...{ token: token.data, decimals, limit, equity },
                      ...{ recoveryRate: venue.data?.recoveryRate, initial: data?.margin.initial },
                    }}
                  />,
                ),
              },
            ]}
          />
        </section>
        {data && chain.data && <ExpiredPanel me={me} account={data} chain={chain.data} nameOf={nameOf} />}
      </div>
      <div className="min-w-0 lg:col-span-2">
        <HistoryPanel me={me} query={history} />
      </div>
    </div>
  );
}

interface TotalsProps {
  readonly account: PortfolioView;
  readonly symbol: string;
  readonly moves: Moves | undefined;
}

function Totals({ account, symbol, moves }: TotalsProps) {
  const { cash, margin, positions, greeks } = account;
  const isFlat = positions.length === 0;
  const value = positions.reduce((sum, position) => sum + position.value, 0n);
  const equity = isFlat ? cash : margin.equity;
  const below =
    isFlat || margin.equity >= margin.initial
      ? undefined
      : margin.equity >= margin.maintenance
        ? text.belowInitial
        : text.belowMaintenance;
  return (
    <div className="grid gap-3">
      <div className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-3 xl:grid-cols-5">
        <div className="min-w-0">
          <div className="text-2xs text-soft" title={portfolioText.equityHint}>
            {portfolioText.equity}
          </div>
          <div data-testid="equity" className="truncate text-xl font-semibold" title={moneyExact(equity)}>
            {money(equity)}
          </div>
        </div>
        <Stat label={portfolioText.cash} value={money(cash)} title={moneyExact(cash)} />
        <Stat label={portfolioText.positions} value={signedMoney(value)} tone={toneOf(value)} />
        <Stat label={portfolioText.margin} value={money(margin.initial, "up")} title={moneyExact(margin.initial)} />
        <Stat
          label={portfolioText.maintenance}
          value={money(margin.maintenance, "up")}
          title={moneyExact(margin.maintenance)}
        />
      </div>
      {below !== undefined && <Banner kind={below === text.belowInitial ? "warn" : "bad"}>{below}</Banner>}
      {!isFlat && (
        <>
          <GreeksStats greeks={greeks} symbol={symbol} />
          <p className="text-xs text-soft">
            {text.lines.binds}: <span className="text-ink">{moves ? bindingOf(margin, moves) : UNKNOWN}</span>
          </p>
        </>
      )}
    </div>
  );
}
