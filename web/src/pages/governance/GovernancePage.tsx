// SPDX-License-Identifier: MIT
import { useState } from "react";
import { useChainNow } from "../../chain/head";
import { useHere } from "../../chain/useHere";
import { useMyAccount } from "../../chain/useMyAccount";
import { governanceText as text } from "../../text/governance";
import { Age, Banner, Panel, Shown } from "../../ui";
import { ParameterTable } from "../../ui/ParameterTable";
import { Select } from "../../ui/Select";
import { ChangePanel } from "./ChangePanel";
import { HistoryPanel } from "./HistoryPanel";
import { OperationsPanel } from "./OperationsPanel";
import { PausesPanel } from "./PausesPanel";
import { ReportPanel } from "./ReportPanel";
import { RolesPanel } from "./RolesPanel";
import { parametersOf, scopeText } from "./scopes";
import { useAuthority, useGoverned, useParameters } from "./useGovernance";

/** What governs the venue, is announced, and has changed. */
export default function GovernancePage() {
  const { markets } = useHere().deployment;
  const me = useMyAccount();
  const governed = useGoverned();
  const parameters = useParameters();
  const authority = useAuthority(me?.owner);
  const now = useChainNow();
  const [scope, setScope] = useState("venue");
  const groups = [...new Set(markets.map(({ group }) => `group-${group}`))];
  const scopes = ["venue", ...markets.map(({ id }) => `market-${id}`), ...groups];
  const options = scopes.map((value) => ({ value, label: scopeText(value, markets) }));
  return (
    <div className="grid grid-cols-1 gap-1.5 xl:grid-cols-2">
      <h1 className="sr-only">{text.title}</h1>
      <div className="grid min-w-0 content-start gap-1.5">
        {governed.error !== null && <Banner kind="warn">{text.indexerAway}</Banner>}
        <OperationsPanel governed={governed} parameters={parameters.data} authority={authority.data} now={now} />
        {me && parameters.data && <ChangePanel owner={me.owner} parameters={parameters.data} scopes={options} />}
        <PausesPanel parameters={parameters} now={now} />
        <RolesPanel governed={governed} authority={authority} connected={me !== undefined} />
      </div>
      <div className="grid min-w-0 content-start gap-1.5">
        <Panel
          title={text.parameters}
          flush
          aside={<Age at={parameters.dataUpdatedAt} staleAfter={20_000} of={text.parameters} />}
        >
          <div className="grid gap-2 border-b border-line px-3 py-2">
            <Select label={text.of} value={scope} options={options} onChange={setScope} />
            <p className="text-xs text-soft">{text.parametersHelp}</p>
          </div>
          <Shown query={parameters}>
            {(data) => <ParameterTable caption={text.parameters} rows={parametersOf(scope, data) ?? []} />}
          </Shown>
        </Panel>
      </div>
      <div className="min-w-0 xl:col-span-2">
        <ReportPanel />
      </div>
      <div className="min-w-0 xl:col-span-2">
        <HistoryPanel governed={governed} scopes={options} />
      </div>
    </div>
  );
}
