// SPDX-License-Identifier: MIT
import { useState } from "react";
import { encodeEventTopics, getAddress, pad, type Address } from "viem";
import { clearinghouseEventsAbi } from "../../../../sdk/abis/clearinghouseEvents.js";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useChainNow, useHead } from "../../chain/head";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { allVenueLogs } from "../../data/logs";
import { useChain } from "../../data/lens";
import { address as short, iso, moment, span, UNKNOWN } from "../../format";
import { portfolioText as text } from "../../text/portfolio";
import { uiText } from "../../text/ui";
import { Age, Button, EmptyState, Panel, Shown, Table, type Column } from "../../ui";
import { Review } from "../../ui/Review";
import { Select } from "../../ui/Select";
import { TextField } from "../../ui/TextField";
import { addressProblem } from "./addressProblem";
import { signersOf, stateOf, type Signer } from "./signers";

type Asked = { readonly key: Address; readonly until: bigint };

/** Keys that sign for the owner: by the chain's own events, so that none is missed. */
export function KeysPanel({ me }: { readonly me: MyAccount }) {
  const { deployment } = useHere();
  const head = useHead();
  const now = useChainNow();
  const closed = useClosed();
  const [asked, setAsked] = useState<Asked>();
  const query = useChain(
    ["signers", me.owner],
    async ({ client }) => {
      const [kind] = encodeEventTopics({ abi: clearinghouseEventsAbi, eventName: "SignerSet" });
      const logs = await allVenueLogs(client, {
        address: deployment.clearinghouse,
        from: BigInt(deployment.firstBlock),
        to: head.data!.number,
        topics: [kind as `0x${string}`, pad(me.owner)],
      });
      return signersOf(
        logs.map(({ event }) => event),
        me.owner,
      );
    },
    head.data !== undefined,
  );
  const { keyColumns: columns } = text;
  const list: Column<Signer>[] = [
    {
      key: "key",
      title: columns.key,
      left: true,
      cell: ({ key }) => (
        <code title={key} className="font-mono">
          {short(key)}
        </code>
      ),
    },
    {
      key: "state",
      title: columns.state,
      left: true,
      cell: (signer) => (now === undefined ? UNKNOWN : text.keyStates[stateOf(signer, now)]),
    },
    {
      key: "until",
      title: columns.until,
      cell: ({ until }) => (until <= 1n ? UNKNOWN : <span title={isoOf(until)}>{momentOf(until)}</span>),
    },
    {
      key: "left",
      title: columns.left,
      cell: (signer) =>
        now !== undefined && stateOf(signer, now) === "active" && signer.until < FAR
          ? span(signer.until - now)
          : UNKNOWN,
    },
    {
      key: "actions",
      title: columns.actions,
      cell: (signer) =>
        now !== undefined &&
        stateOf(signer, now) === "active" && (
          <Button small kind="danger" closed={closed} onClick={() => setAsked({ key: signer.key, until: 0n })}>
            {text.keyRevoke}
          </Button>
        ),
    },
  ];
  return (
    <Panel title={text.keys} flush aside={<Age at={query.dataUpdatedAt} staleAfter={20_000} of={text.keysAge} />}>
      <p className="px-3 pt-2 text-xs text-soft">{text.keysHelp}</p>
      <AddKey me={me} now={now} closed={closed} onAsk={setAsked} />
      <div className="border-t border-line">
        <Shown query={query}>
          {(signers) => (
            <Table
              caption={text.keys}
              columns={list}
              rows={signers}
              keyOf={({ key }) => key}
              empty={<EmptyState>{text.noKeys}</EmptyState>}
            />
          )}
        </Shown>
      </div>
      {asked && <KeyReview asked={asked} closed={closed} onClose={() => setAsked(undefined)} />}
    </Panel>
  );
}

interface AddKeyProps {
  readonly me: MyAccount;
  readonly now: bigint | undefined;
  readonly closed: string | undefined;
  readonly onAsk: (asked: Asked) => void;
}

function AddKey({ me, now, closed, onAsk }: AddKeyProps) {
  const [typed, setTyped] = useState("");
  const [seconds, setSeconds] = useState("604800");
  const own = typed.toLowerCase() === me.owner.toLowerCase() ? text.keyOwn : undefined;
  const problem = typed === "" ? undefined : (addressProblem(typed.trim()) ?? own);
  const missing = typed === "" ? text.closed.address : problem;
  const off = closed ?? missing ?? (now === undefined ? text.closed.loading : undefined);
  return (
    <form
      className="flex flex-wrap items-start gap-2 px-3 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (off === undefined) onAsk({ key: getAddress(typed.trim()), until: now! + BigInt(seconds) });
      }}
    >
      <div className="min-w-56 flex-1">
        <TextField label={text.key} value={typed} onChange={setTyped} problem={problem} placeholder="0x…" />
      </div>
      <div className="w-32">
        <Select
          label={text.keyEnd}
          value={seconds}
          options={Object.entries(text.keyEnds).map(([value, label]) => ({ value, label }))}
          onChange={setSeconds}
        />
      </div>
      <div className="pt-5">
        <Button type="submit" closed={off}>
          {uiText.review}
        </Button>
      </div>
    </form>
  );
}

interface KeyReviewProps {
  readonly asked: Asked;
  readonly closed: string | undefined;
  readonly onClose: () => void;
}

/** What the key will be able to do, and what not, beside the signature. */
function KeyReview({ asked: { key, until }, closed, onClose }: KeyReviewProps) {
  const { deployment } = useHere();
  const revokes = until === 0n;
  return (
    <Review
      of="setSigner"
      title={revokes ? text.keyRevokeTitle : text.keyAddTitle}
      sentence={revokes ? text.keyRevokeSentence(key) : text.keyAddSentence(key, moment(until))}
      lines={[{ label: text.lines.gas, value: text.lines.gasNote }]}
      steps={[
        {
          title: revokes ? `${text.keyRevoke} ${short(key)}` : `${text.keyAdd}: ${short(key)}`,
          call: () => callOf(calls.setSigner(deployment.clearinghouse, key, until)),
        },
      ]}
      action={revokes ? text.keyRevoke : text.keyAdd}
      kind={revokes ? "danger" : "primary"}
      closed={closed}
      onClose={onClose}
    >
      {revokes ? (
        <p className="mt-3 text-xs text-soft">{text.keyRevokeNote}</p>
      ) : (
        <div className="mt-3 grid grid-cols-2 gap-3 text-xs">
          <Powers title={text.can} list={text.keyCan} />
          <Powers title={text.cannot} list={text.keyCannot} />
        </div>
      )}
    </Review>
  );
}

function Powers({ title, list }: { readonly title: string; readonly list: readonly string[] }) {
  return (
    <div>
      <h3 className="mb-1 font-medium">{title}</h3>
      <ul className="grid list-disc gap-0.5 pl-4 text-soft">
        {list.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </div>
  );
}

/** Later than any calendar: shown as a far end. */
const FAR = 2n ** 40n;
const momentOf = (seconds: bigint): string => (seconds < FAR ? moment(seconds) : "∞");
const isoOf = (seconds: bigint): string => (seconds < 253_402_300_800n ? iso(seconds) : String(seconds));
