// SPDX-License-Identifier: MIT
import { useChainNow } from "../../chain/head";
import { useHere } from "../../chain/useHere";
import { useMyAccount } from "../../chain/useMyAccount";
import { useAccountView } from "../../data/lens";
import { riskText as text } from "../../text/risk";
import { EmptyState, Panel } from "../../ui";
import { LightsPanel } from "./LightsPanel";
import { LockPanel } from "./LockPanel";
import { ShockPanel } from "./ShockPanel";
import { StandingPanel } from "./StandingPanel";

export default function RiskPage() {
  const { deployment } = useHere();
  const me = useMyAccount();
  const account = useAccountView(me?.id);
  const now = useChainNow();
  const groups = [...new Set(deployment.markets.map(({ group }) => group as bigint))];
  const own = account.data ? BigInt(account.data.health.group) : 0n;
  // The reader's own group first.
  const ordered = groups.sort((a, b) => Number(b === own) - Number(a === own));
  return (
    <div className="grid gap-1.5 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <h1 className="sr-only">{text.title}</h1>
      <div className="grid min-w-0 content-start gap-1.5">
        {me ? (
          <StandingPanel me={me} query={account} now={now} />
        ) : (
          <Panel title={text.title}>
            <EmptyState>{text.connect}</EmptyState>
          </Panel>
        )}
        {account.data && <LightsPanel account={account.data} />}
        {ordered.map((group) => (
          <LockPanel key={String(group)} group={group} account={own === group ? account.data : undefined} now={now} />
        ))}
      </div>
      <div className="min-w-0">
        <ShockPanel account={account.data} />
      </div>
    </div>
  );
}
