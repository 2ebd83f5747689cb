// SPDX-License-Identifier: MIT
import type { MyAccount } from "../../chain/useMyAccount";
import { useChain } from "../../data/lens";
import { readSlices, type Slice } from "../../data/options/slices";
import { money, moment, rate } from "../../format";
import { accountText } from "../../format/account";
import { optionsText as text } from "../../text/options";
import { EmptyState, Panel, Shown, Table, type Column } from "../../ui";

/** Slices that were taken of my account, by the chain's events. */
export function SlicesPanel({ me }: { readonly me: MyAccount }) {
  const slices = useChain(["slices", String(me.id)], ({ client, here }) => readSlices(client, here, me.id));
  const { sliceColumns: columns } = text;
  const list: Column<Slice>[] = [
    { key: "time", title: columns.time, left: true, cell: ({ time }) => moment(time) },
    { key: "fraction", title: columns.fraction, cell: ({ fraction }) => rate(fraction) },
    { key: "keeper", title: columns.keeper, cell: ({ keeperReward }) => money(keeperReward, "up") },
    { key: "vault", title: columns.vault, cell: ({ vaultReward }) => money(vaultReward, "up") },
    { key: "taker", title: columns.taker, left: true, cell: ({ taker }) => accountText(taker) },
  ];
  return (
    <Panel title={text.slices} flush>
      <Shown query={slices}>
        {(rows) => (
          <Table
            caption={text.slices}
            columns={list}
            rows={rows}
            keyOf={({ tx }) => tx}
            empty={<EmptyState>{text.noSlices}</EmptyState>}
          />
        )}
      </Shown>
    </Panel>
  );
}
