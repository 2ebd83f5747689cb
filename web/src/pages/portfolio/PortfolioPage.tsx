// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { useHere } from "../../chain/useHere";
import { useMyAccount, type MyAccount } from "../../chain/useMyAccount";
import { cureOf } from "../../data/cure";
import { STANDING, type AccountView } from "../../data/lens";
import { money, moneyExact, signedMoney } from "../../format";
import { portfolioText as text } from "../../text/portfolio";
import { Age, EmptyState, Panel, Shown, Stat, Tabs, toneOf } from "../../ui";
import { AccessBanner } from "../trade/AccessBanner";
import { AccountsPanel } from "./AccountsPanel";
import { AttestationPanel } from "./AttestationPanel";
import { CollateralPanel } from "./CollateralPanel";
import { CollectPanel } from "./CollectPanel";
import { DepositForm, type DepositFacts } from "./DepositForm";
import { EquityPanel } from "./EquityPanel";
import { HistoryPanel } from "./HistoryPanel";
import { readHistory } from "./history";
import { KeysPanel } from "./KeysPanel";
import { TransferForm } from "./TransferForm";
import { useAccounts } from "./useAccounts";
import { useFunds, type Funds } from "./useFunds";
import { WithdrawForm, type WithdrawFacts } from "./WithdrawForm";

export default function PortfolioPage() {
  const me = useMyAccount();
  if (me === undefined) {
    return (
      <Panel title={text.title}>
        <EmptyState>{text.connect}</EmptyState>
      </Panel>
    );
  }
  return <Mine key={me.owner} me={me} />;
}

function Mine({ me }: { readonly me: MyAccount }) {
  const { services } = useHere();
  const funds = useFunds(me);
  const accounts = useAccounts(me.owner, me.number);
  const history = useQuery({
    queryKey: ["indexer", "history", String(me.id)],
    refetchInterval: 6_000,
    retry: false,
    queryFn: () => readHistory(services.indexer, me.id),
  });
  const { account: mine, venue, pledging, now } = funds;
  const waiting = (funds.account.data?.positions ?? []).filter(({ size }) => size === 0n);
  return (
    <div className="grid gap-1.5 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <h1 className="sr-only">{text.title}</h1>
      <div className="grid gap-1.5 empty:hidden lg:col-span-2">
        <AccessBanner owner={me.owner} positions={funds.account.data?.positions.length ?? 0} />
        <AttestationPanel me={me} />
      </div>
      <div className="grid min-w-0 content-start gap-1.5">
        <Panel
          title={text.account(me.number)}
          aside={<Age at={funds.account.dataUpdatedAt} staleAfter={20_000} of={text.ageOf} />}
        >
          <Shown query={funds.account}>
            {(account) => <Totals account={account} counted={pledging.data?.mine.counted ?? 0n} />}
          </Shown>
        </Panel>
        <EquityPanel me={me} history={history.data} />
      </div>
      <div className="grid min-w-0 content-start gap-1.5">
        <section aria-label={text.funds} className="rounded-md border border-line bg-panel">
          <Tabs
            label={text.funds}
            tabs={[
              {
                value: "deposit",
                label: text.deposit,
                content: padded(<DepositForm me={me} facts={depositFacts(funds)} />),
              },
              {
                value: "withdraw",
                label: text.withdraw,
                content: padded(<WithdrawForm me={me} facts={withdrawFacts(funds)} />),
              },
              {
                value: "transfer",
                label: text.transfer,
                content: padded(<TransferForm me={me} funds={funds} numbers={accounts.numbers} />),
              },
            ]}
          />
        </section>
        <CollectPanel account={me.id} waiting={waiting} />
      </div>
      {pledging.data && mine.data && venue.data && now !== undefined && (
        <div className="min-w-0 lg:col-span-2">
          <CollateralPanel
            key={String(me.id)}
            {...{ me, now, account: mine.data, venue: venue.data, pledging: pledging.data }}
            readAt={pledging.dataUpdatedAt}
          />
        </div>
      )}
      <div className="grid min-w-0 gap-1.5 lg:col-span-2 xl:grid-cols-2">
        <AccountsPanel me={me} query={accounts.query} />
        <KeysPanel me={me} />
      </div>
      <div className="min-w-0 lg:col-span-2">
        <HistoryPanel me={me} query={history} />
      </div>
    </div>
  );
}

function depositFacts({ token, account: { data: account }, now, decimals }: Funds): DepositFacts {
  return {
    ...{ token: token.data, now, decimals },
    positions: account?.positions.length ?? 0,
    equity: account?.health.equity,
    cure: account && account.callDue !== 0 ? cureOf(account) : 0n,
  };
}

function withdrawFacts({ token, account, venue, limit, decimals }: Funds): WithdrawFacts {
  const { equity, initial } = account.data?.health ?? {};
  return { token: token.data, decimals, limit, recoveryRate: venue.data?.recoveryRate, equity, initial };
}

const padded = (form: React.ReactNode) => <div className="p-3">{form}</div>;

interface TotalsProps {
  readonly account: AccountView;
  /** What is pledged adds so much to equity. */
  readonly counted: bigint;
}

function Totals({ account: { health, positions }, counted }: TotalsProps) {
  const value = positions.reduce((sum, position) => sum + position.value, 0n);
  const standing = STANDING[health.standing]!;
  const tone = standing === "FLAT" || standing === "SOUND" ? undefined : standing === "BELOW_INITIAL" ? "warn" : "bad";
  return (
    <div className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4 xl:grid-cols-7">
      <div className="col-span-2 min-w-0 sm:col-span-1">
        <div className="text-2xs text-soft" title={text.equityHint}>
          {text.equity}
        </div>
        <div data-testid="equity" className="truncate text-xl font-semibold" title={moneyExact(health.equity)}>
          {money(health.equity)}
        </div>
      </div>
      <Stat label={text.cash} value={money(health.cash)} title={moneyExact(health.cash)} />
      <Stat
        label={text.positions}
        value={signedMoney(positions.length === 0 ? 0n : value)}
        tone={toneOf(value)}
        title={text.positionsHint}
      />
      {counted > 0n && <Stat label={text.pledged} value={money(counted)} title={text.pledgedHint} />}
      <Stat label={text.free} value={money(health.withdrawable)} title={text.freeHint} />
      <Stat label={text.margin} value={money(health.initial, "up")} title={moneyExact(health.initial)} />
      <Stat label={text.maintenance} value={money(health.maintenance, "up")} title={moneyExact(health.maintenance)} />
      <Stat label={text.standing} value={text.standings[standing]} tone={tone} />
    </div>
  );
}
