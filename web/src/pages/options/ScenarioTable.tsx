// SPDX-License-Identifier: MIT
import type { MarginFigures } from "../../data/options/lens";
import { money, moneyExact, signedMoney } from "../../format";
import { optionsText as text } from "../../text/options";
import { Lines, Table, type Column } from "../../ui";
import { bindingOf, scenariosOf, type Moves, type Scenario } from "./scenarios";

/** What the account gains or loses in each scenario; the one that decides initial margin is marked and said. */
interface ScenarioTableProps {
  readonly figures: MarginFigures;
  readonly moves: Moves;
}

export function ScenarioTable({ figures, moves }: ScenarioTableProps) {
  const { scenarioColumns: columns } = text;
  const list: Column<Scenario>[] = [
    { key: "move", title: columns.move, left: true, cell: ({ move }) => move },
    { key: "vol", title: columns.vol, left: true, cell: ({ vol }) => vol },
    {
      key: "profit",
      title: columns.profit,
      cell: ({ profit }) => (
        <span title={moneyExact(profit)} className={profit < 0n ? "text-short" : profit > 0n ? "text-long" : undefined}>
          {signedMoney(profit)}
        </span>
      ),
    },
    {
      key: "binds",
      title: columns.binds,
      left: true,
      cell: ({ binds }) => (binds ? <span className="font-medium text-warn">{text.binds}</span> : ""),
    },
  ];
  return (
    <div className="grid gap-2" data-testid="scenarios">
      <p className="px-3 pt-2 text-xs text-soft">{text.scenariosHelp}</p>
      <Table
        caption={text.scenarios}
        columns={list}
        rows={scenariosOf(figures, moves)}
        keyOf={({ move, vol }) => `${move} ${vol}`}
        marked={({ binds }) => binds}
      />
      <div className="px-3 pb-3">
        <Lines
          lines={[
            {
              label: text.lines.shortMinimum,
              value: money(figures.shortMinimum, "up"),
              note: text.lines.shortMinimumNote,
            },
            { label: text.lines.basis, value: money(figures.basis, "up"), note: text.lines.basisNote },
            { label: text.lines.binds, value: bindingOf(figures, moves) },
          ]}
        />
      </div>
    </div>
  );
}
