// SPDX-License-Identifier: MIT
import type { UseQueryResult } from "@tanstack/react-query";
import { address, moment, span } from "../../format";
import { governanceText as text } from "../../text/governance";
import { Age, EmptyState, Panel, Shown, Table, type Column } from "../../ui";
import { functionOf } from "./operations";
import type { Governed, useAuthority } from "./useGovernance";

export interface RolesPanelProps {
  readonly governed: UseQueryResult<Governed>;
  readonly authority: ReturnType<typeof useAuthority>;
  readonly connected: boolean;
}

type Row = Governed["roles"][number];

/** Who may call what, and with which delay. */
export function RolesPanel({ governed, authority, connected }: RolesPanelProps) {
  const { roleColumns: columns } = text;
  const delay = (seconds: bigint) => (seconds === 0n ? text.noDelay : span(seconds));
  const nameOf = (role: bigint) => text.names[Number(role)] ?? text.role(String(role));
  const mine = authority.data?.mine;
  const listOf = ({ labels, functions }: Governed): Column<Row>[] => [
    {
      key: "role",
      title: columns.role,
      left: true,
      cell: ({ role }) => (
        <span className="font-medium">{labels.find(({ id }) => id === role)?.label ?? nameOf(role)}</span>
      ),
    },
    {
      key: "member",
      title: columns.member,
      left: true,
      cell: ({ member }) => <span title={member}>{address(member)}</span>,
    },
    { key: "delay", title: columns.delay, cell: (row) => delay(row.delay) },
    { key: "since", title: columns.since, cell: ({ since }) => moment(since), wide: true },
    {
      key: "may",
      title: columns.may,
      left: true,
      cell: ({ role }) => (
        <span className="block max-w-sm min-w-40 text-2xs whitespace-normal text-soft">
          {role === 0n
            ? text.adminMay
            : functions
                .filter((each) => each.role === role)
                .map(({ selector }) => functionOf(selector) ?? selector)
                .join(", ")}
        </span>
      ),
    },
  ];
  return (
    <Panel title={text.roles} flush aside={<Age at={governed.dataUpdatedAt} staleAfter={30_000} of={text.roles} />}>
      <p className="border-b border-line px-3 py-2 text-xs text-soft">
        {text.rolesHelp}
        {connected && mine !== undefined && (
          <span className="block text-ink">
            {text.mine}:{" "}
            {mine.length === 0
              ? text.mineNone
              : mine.map((each) => text.mineOf(nameOf(each.role), delay(BigInt(each.delay)))).join("; ")}
          </span>
        )}
      </p>
      <Shown query={governed}>
        {(data) => (
          <Table
            caption={text.roles}
            columns={listOf(data)}
            rows={data.roles.filter(({ granted }) => granted)}
            keyOf={({ id }) => id}
            empty={<EmptyState>{text.noRoles}</EmptyState>}
          />
        )}
      </Shown>
    </Panel>
  );
}
