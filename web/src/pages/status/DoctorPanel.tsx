// SPDX-License-Identifier: MIT
import { useIndexerHealth } from "../../data/useServices";
import { count } from "../../format";
import { statusText as text } from "../../text/status";
import { Age, Lines, Panel, Shown } from "../../ui";

/** What the indexer's own check of its rows against the chain found. */
export function DoctorPanel() {
  const query = useIndexerHealth();
  return (
    <Panel title={text.doctor} aside={<Age at={query.dataUpdatedAt} staleAfter={30_000} of={text.doctor} />}>
      <p className="mb-3 text-xs text-soft">{text.doctorHelp}</p>
      <Shown query={query}>
        {({ status, events, compared, faults, error }) => (
          <>
            <Lines
              lines={[
                {
                  label: text.columns.state,
                  value: (
                    <span data-testid="doctor" className={status === "ok" ? "text-long" : "text-warn"}>
                      {text.states[status]}
                    </span>
                  ),
                },
                { label: text.events, value: count(events) },
                { label: text.compared, value: count(compared) },
                { label: text.faults, value: faults?.length === 0 ? text.noFaults : count(faults?.length) },
              ]}
            />
            {error !== undefined && <p className="mt-2 text-xs break-words text-warn">{error}</p>}
            <ul className="mt-2 grid gap-1 text-xs">
              {faults?.map(({ kind, message, lasting }, index) => (
                <li key={index} className="break-words">
                  <span className="font-medium text-warn">{text.kinds[kind] ?? kind}</span>: {message} ·{" "}
                  {lasting ? text.lasting : text.passing}
                </li>
              ))}
            </ul>
          </>
        )}
      </Shown>
    </Panel>
  );
}
