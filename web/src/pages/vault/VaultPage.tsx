// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import { useChainNow } from "../../chain/head";
import { useHere } from "../../chain/useHere";
import { useMyAccount } from "../../chain/useMyAccount";
import { useVenueView } from "../../data/lens";
import { useToken } from "../../data/token";
import { exact, tokens as showTokens } from "../../format";
import { appText } from "../../text/app";
import { vaultText as text } from "../../text/vault";
import { Age, EmptyState, Panel, Shown, Stat, Tabs } from "../../ui";
import { BatchesPanel } from "./BatchesPanel";
import { DepositForm } from "./DepositForm";
import { FlowsBanner } from "./FlowsBanner";
import { HoldingsPanel } from "./HoldingsPanel";
import { PricePanel } from "./PricePanel";
import { RedeemForm } from "./RedeemForm";
import { RequestsPanel } from "./RequestsPanel";
import { useHolder, useHoldings, useVault, useVaultPast, type HolderView, type VaultView } from "./useVault";

export default function VaultPage() {
  const { deployment } = useHere();
  const me = useMyAccount();
  const vault = useVault();
  const holder = useHolder(me?.owner);
  const holdings = useHoldings();
  const past = useVaultPast();
  const venue = useVenueView();
  const token = useToken(me?.owner ?? deployment.vault, deployment.vault);
  const now = useChainNow();
  const symbol = token.data?.symbol ?? "";
  return (
    <div className="grid gap-1.5 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <h1 className="sr-only">{text.title}</h1>
      <div className="grid min-w-0 content-start gap-1.5">
        <Panel title={text.title} aside={<Age at={vault.dataUpdatedAt} staleAfter={20_000} of={text.ageOf} />}>
          <Shown query={vault}>
            {(view) => <Totals vault={view} holder={holder.data} symbol={symbol} connected={me !== undefined} />}
          </Shown>
        </Panel>
        {vault.data && <FlowsBanner vault={vault.data} />}
        <PricePanel past={past} vault={vault.data} now={now} />
      </div>
      <div className="grid min-w-0 content-start gap-1.5">
        <section aria-label={text.act} className="rounded-md border border-line bg-panel">
          {me === undefined || vault.data === undefined ? (
            <EmptyState>{me === undefined ? appText.connectFirst : text.closed.loading}</EmptyState>
          ) : (
            <Tabs
              label={text.act}
              tabs={[
                {
                  value: "deposit",
                  label: text.deposit,
                  content: padded(<DepositForm me={me} vault={vault.data} holder={holder.data} />),
                },
                {
                  value: "redeem",
                  label: text.redeem,
                  content: padded(
                    <RedeemForm me={me} vault={vault.data} holder={holder.data} symbol={symbol} now={now} />,
                  ),
                },
              ]}
            />
          )}
        </section>
        {me && vault.data && holder.data && (
          <RequestsPanel me={me} vault={vault.data} holder={holder.data} symbol={symbol} now={now} />
        )}
      </div>
      <div className="min-w-0 lg:col-span-2">
        <HoldingsPanel query={holdings} venue={venue.data} />
      </div>
      <div className="min-w-0 lg:col-span-2">
        {vault.data && <BatchesPanel vault={vault.data} past={past.data?.batches} now={now} />}
      </div>
    </div>
  );
}

const padded = (form: ReactNode) => <div className="p-3">{form}</div>;

interface TotalsProps {
  readonly vault: VaultView;
  readonly holder: HolderView | undefined;
  readonly symbol: string;
  readonly connected: boolean;
}

function Totals({ vault, holder, symbol, connected }: TotalsProps) {
  const { tokenDecimals } = useHere().deployment;
  const share = (units: bigint | undefined) => showTokens(units, vault.decimals, 2);
  return (
    <>
      <div className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-3 xl:grid-cols-6">
        <div className="min-w-0">
          <div className="text-2xs text-soft" title={text.sharePriceHint}>
            {text.sharePrice}
          </div>
          <div data-testid="share-price" className="truncate text-xl font-semibold">
            {showTokens(vault.price, tokenDecimals, Math.min(tokenDecimals, 4))}{" "}
            <span className="text-xs font-normal text-soft">{symbol}</span>
          </div>
        </div>
        <Stat
          label={text.assets}
          value={`${showTokens(vault.totalAssets, tokenDecimals)} ${symbol}`}
          title={text.assetsHint}
        />
        <Stat label={text.supply} value={share(vault.totalSupply)} title={exact(vault.totalSupply, vault.decimals)} />
        {connected && (
          <>
            <Stat label={text.mine} value={<span data-testid="shares">{share(holder?.shares)}</span>} />
            <Stat label={text.worth} value={`${showTokens(holder?.worth, tokenDecimals)} ${symbol}`} />
            <Stat label={text.claimable} value={`${showTokens(holder?.maxWithdraw, tokenDecimals)} ${symbol}`} />
          </>
        )}
      </div>
      <p className="mt-3 max-w-prose text-xs text-soft">{text.intro}</p>
    </>
  );
}
