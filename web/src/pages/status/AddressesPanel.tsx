// SPDX-License-Identifier: MIT
import { useHere } from "../../chain/useHere";
import { useVenueView } from "../../data/lens";
import { count, UNKNOWN } from "../../format";
import { statusText as text } from "../../text/status";
import { Age, Banner, Lines, Panel, Shown, Table, type Column } from "../../ui";
import { useCodes, type Coded } from "./useCodes";

/** Where everything is, and what code stands there. */
export function AddressesPanel() {
  const { deployment } = useHere();
  const query = useCodes();
  const venue = useVenueView();
  const appointed = venue.data?.vault;
  const other = appointed !== undefined && appointed.toLowerCase() !== deployment.vault.toLowerCase();
  return (
    <Panel
      title={text.addresses}
      flush
      aside={<Age at={query.dataUpdatedAt} staleAfter={180_000} of={text.addresses} />}
    >
      <div className="grid gap-2 border-b border-line px-3 py-2">
        <p className="text-xs text-soft">{text.addressesHelp}</p>
        {other && <Banner kind="warn">{text.appointed(appointed)}</Banner>}
        <Lines
          lines={[
            { label: text.chainId, value: String(deployment.chainId) },
            { label: text.genesis, value: <Genesis found={query.data?.genesis} wanted={deployment.genesisHash} /> },
            { label: text.firstBlock, value: count(deployment.firstBlock) },
            { label: text.build, value: <Code text={deployment.build} />, note: text.buildHint },
            { label: text.treasury, value: venue.data ? <Code text={venue.data.treasury} /> : UNKNOWN },
          ]}
        />
      </div>
      <Shown query={query}>
        {({ codes }) => (
          <Table caption={text.addresses} columns={columns} rows={codes} keyOf={({ address }) => address} />
        )}
      </Shown>
    </Panel>
  );
}

const columns: Column<Coded>[] = [
  {
    key: "name",
    title: text.addressColumns.name,
    left: true,
    cell: ({ name }) => <b className="font-medium">{name}</b>,
  },
  { key: "address", title: text.addressColumns.address, left: true, cell: ({ address }) => <Code text={address} /> },
  {
    key: "hash",
    title: text.addressColumns.hash,
    left: true,
    cell: ({ code }) => (code === null ? <span className="text-bad">{text.noCode}</span> : <Code text={code.hash} />),
  },
  { key: "size", title: text.addressColumns.size, cell: ({ code }) => count(code?.size) },
];

function Code({ text: shown }: { readonly text: string }) {
  return <code className="text-2xs break-all">{shown}</code>;
}

function Genesis({ found, wanted }: { readonly found: string | null | undefined; readonly wanted: string }) {
  if (found === undefined || found === null) return UNKNOWN;
  const same = found.toLowerCase() === wanted.toLowerCase();
  return <span className={same ? undefined : "text-bad"}>{same ? text.genesisSame : text.genesisOther}</span>;
}
