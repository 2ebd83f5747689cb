// SPDX-License-Identifier: MIT
import { useVenueView } from "../../data/lens";
import { count, money, moneyExact, moment, rate } from "../../format";
import { statusText as text } from "../../text/status";
import { Age, Lines, Panel, Shown, type PreviewLine } from "../../ui";

const PAR = 10n ** 18n;

/** What a claim is worth on a withdrawal, and what of it may leave now. */
export function RecoveryPanel() {
  const query = useVenueView();
  return (
    <Panel title={text.recovery} aside={<Age at={query.dataUpdatedAt} staleAfter={20_000} of={text.recovery} />}>
      <p className="mb-3 text-xs text-soft">{text.recoveryHelp}</p>
      <Shown query={query}>
        {(venue) => (
          <Lines
            lines={[
              {
                label: text.rate,
                value: (
                  <span
                    data-testid="recovery"
                    className={venue.recoveryRate < PAR ? "font-medium text-bad" : undefined}
                  >
                    {rate(venue.recoveryRate, 4)}
                  </span>
                ),
              },
              amountLine(text.held, venue.held),
              amountLine(text.shortfall, venue.shortfall, "up"),
              { ...amountLine(text.protected, venue.protectedCash), note: text.protectedHint },
              amountLine(text.outflow, venue.outflowLeft),
              {
                label: text.window,
                value: venue.outflowWindowEnds === 0n ? text.noWindow : moment(venue.outflowWindowEnds),
              },
              { label: text.lockedGroups, value: text.ofGroups(count(venue.lockedGroups), count(venue.groups)) },
              { label: text.uncovered, value: text.ofGroups(count(venue.uncoveredGroups), count(venue.groups)) },
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
}

function amountLine(label: string, amount: bigint, rounding: "down" | "up" = "down"): PreviewLine {
  return { label, value: <span title={moneyExact(amount)}>{money(amount, rounding)}</span> };
}
