// SPDX-License-Identifier: MIT
import type { MyAccount } from "../../chain/useMyAccount";
import { STANDING, type AccountView } from "../../data/lens";
import { money, moneyExact, percent, span } from "../../format";
import { riskText as text } from "../../text/risk";
import { Age, Panel, Shown, Stat, classes } from "../../ui";
import type { UseQueryResult } from "@tanstack/react-query";

export interface StandingPanelProps {
  readonly me: MyAccount;
  readonly query: UseQueryResult<AccountView>;
  readonly now: bigint | undefined;
}

/** Equity against what has to be there. */
export function StandingPanel({ me, query, now }: StandingPanelProps) {
  return (
    <Panel title={text.account(me.number)} aside={<Age at={query.dataUpdatedAt} staleAfter={20_000} of={text.ageOf} />}>
      <Shown query={query}>{(account) => <Figures account={account} now={now} />}</Shown>
    </Panel>
  );
}

function Figures({ account, now }: { readonly account: AccountView; readonly now: bigint | undefined }) {
  const { health, callDue, callLapses } = account;
  const standing = STANDING[health.standing]!;
  const tone = standing === "FLAT" || standing === "SOUND" ? undefined : standing === "BELOW_INITIAL" ? "warn" : "bad";
  const cushion = health.equity - health.maintenance;
  const called = callDue !== 0 && now !== undefined && now < BigInt(callLapses);
  const call = !called ? text.noCall : now < BigInt(callDue) ? text.callDue(span(BigInt(callDue) - now)) : text.callNow;
  // How much of the equity is bound: at 100% the account may be liquidated.
  const used = health.equity > 0n ? (health.maintenance * 1_000_000n) / health.equity : 0n;
  const width = health.equity <= 0n ? 100 : Math.min(100, Number(used) / 10_000);
  return (
    <div className="grid gap-3">
      <div className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-3 xl:grid-cols-6">
        <div className="min-w-0">
          <div className="text-2xs text-soft">{text.equity}</div>
          <div className="truncate text-xl font-semibold" title={moneyExact(health.equity)}>
            {money(health.equity)}
          </div>
        </div>
        <Stat label={text.initial} value={money(health.initial, "up")} title={moneyExact(health.initial)} />
        <Stat label={text.maintenance} value={money(health.maintenance, "up")} title={moneyExact(health.maintenance)} />
        <Stat
          label={text.cushion}
          value={money(cushion)}
          tone={cushion < 0n ? "bad" : undefined}
          title={text.cushionHint}
        />
        <Stat label={text.standing} value={text.standings[standing]} tone={tone} />
        <Stat label={text.call} value={call} tone={called ? "bad" : undefined} />
      </div>
      <div>
        <div aria-hidden="true" className="h-1.5 overflow-hidden rounded bg-raised">
          <div
            className={classes("h-full", width > 80 ? "bg-bad" : width > 50 ? "bg-warn" : "bg-accent")}
            style={{ width: `${width}%` }}
          />
        </div>
        <p className="mt-1 text-2xs text-soft">
          {text.maintenance}: {health.equity > 0n ? percent(used, 1) : "–"} · 100%: {text.standings["LIQUIDATABLE"]}
        </p>
      </div>
    </div>
  );
}
