// SPDX-License-Identifier: MIT
import { Link } from "wouter";
import { STANDING, type AccountView } from "../../data/lens";
import { money, moneyExact } from "../../format";
import { appText } from "../../text/app";
import { tradeText as text } from "../../text/trade";
import { Age, EmptyState, Panel, Stat } from "../../ui";

interface Props {
  readonly account: AccountView | undefined;
  readonly connected: boolean;
  readonly at: number;
}

export function AccountPanel({ account, connected, at }: Props) {
  const health = account?.health;
  const standing = health && STANDING[health.standing]!;
  const bad = standing === "LIQUIDATABLE" || standing === "INSOLVENT";
  const free = health && health.equity - health.initial;
  return (
    <Panel title={text.account} aside={<Age at={at} staleAfter={15_000} of={text.ageOf} />}>
      {!connected ? (
        <EmptyState>{appText.connectFirst}</EmptyState>
      ) : (
        <div className="grid grid-cols-2 gap-3">
          <Stat label={text.equity} value={money(health?.equity)} title={moneyExact(health?.equity)} />
          <Stat label={text.free} value={money(free)} tone={free !== undefined && free < 0n ? "bad" : undefined} />
          <Stat label={text.margin} value={money(health?.initial, "up")} title={moneyExact(health?.initial)} />
          <Stat
            label={text.standing}
            value={standing ? text.standings[standing] : "–"}
            tone={bad ? "bad" : standing === "BELOW_INITIAL" || standing === "BELOW_CALL" ? "warn" : undefined}
          />
          <Link className="col-span-2 text-xs text-accent underline" to="/portfolio">
            {text.deposit}
          </Link>
        </div>
      )}
    </Panel>
  );
}
