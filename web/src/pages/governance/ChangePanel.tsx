// SPDX-License-Identifier: MIT
import { useState } from "react";
import { encodeFunctionData, type Address, type Hex } from "viem";
import { accessManagerAbi } from "../../../../sdk/abis/accessManager.js";
import { useHere } from "../../chain/useHere";
import type { Call } from "../../chain/useWrite";
import { PAUSE_LEVEL, useChain } from "../../data/lens";
import { exact, span } from "../../format";
import { parameterValue } from "../../format/parameter";
import { governanceText } from "../../text/governance";
import { parametersText } from "../../text/parameters";
import { Field, Panel, Tabs, amountOf } from "../../ui";
import { Act } from "../../ui/Act";
import { Select } from "../../ui/Select";
import { changeOf, changed, pauseOf } from "./proposal";
import { parametersOf } from "./scopes";
import type { Parameters } from "./useGovernance";

const text = governanceText.change;
type Option = { readonly value: string; readonly label: string };

export interface ChangePanelProps {
  readonly owner: Address;
  readonly parameters: Parameters;
  readonly scopes: readonly Option[];
}

/** A parameter's new value, and a pause: at once where the role has no delay, else announced. */
export function ChangePanel(props: ChangePanelProps) {
  return (
    <Panel title={text.title} flush>
      <Tabs
        label={text.title}
        tabs={[
          { value: "parameter", label: text.parameter, content: <ParameterForm {...props} /> },
          { value: "pause", label: text.pause, content: <PauseForm {...props} /> },
        ]}
      />
    </Panel>
  );
}

function ParameterForm({ owner, parameters, scopes }: ChangePanelProps) {
  const [scope, setScope] = useState(scopes[0]!.value);
  const [chosen, setChosen] = useState<string>();
  const [typed, setTyped] = useState("");
  const rows = parametersOf(scope, parameters) ?? [];
  const row = rows.find(({ name }) => name === chosen) ?? rows[0]!;
  const value = amountOf(typed, 0);
  const outside = value !== undefined && (value < row.low || value > row.high);
  const bounds = text.bounds(exact(row.low, 0), exact(row.high, 0));
  // Bounds depend on each other: what would leave its own is told before it is announced.
  const after = value === undefined ? [] : (parametersOf(scope, changed(scope, row.name, value, parameters)) ?? []);
  const left = after.find((each) => each.value < each.low || each.value > each.high);
  const problem = outside ? bounds : left && text.leaves(left.name, exact(left.low, 0), exact(left.high, 0));
  const data = value === undefined ? undefined : changeOf(scope, row.name, value, parameters);
  const label = scopes.find((each) => each.value === scope)!.label;
  const show = (amount: bigint) => parameterValue(amount, row.unit);
  const what = value === undefined ? "" : text.what(label, row.name, show(row.value), show(value));
  const same = value === row.value ? text.same : undefined;
  return (
    <div className="grid gap-3 p-3">
      <div className="grid gap-2 sm:grid-cols-2">
        <Select label={text.of} value={scope} options={scopes} onChange={setScope} />
        <Select
          label={text.which}
          value={row.name}
          options={rows.map(({ name }) => ({ value: name, label: parametersText.meanings[name]?.label ?? name }))}
          onChange={setChosen}
        />
      </div>
      <Field
        label={text.value(row.unit)}
        value={typed}
        onChange={setTyped}
        decimals={0}
        placeholder={exact(row.value, 0)}
        problem={problem}
        help={value === undefined ? text.now(show(row.value)) : what}
      />
      <Ask
        of="propose"
        owner={owner}
        what={what}
        data={data}
        closed={value === undefined ? text.noValue : (problem ?? same)}
      />
    </div>
  );
}

function PauseForm({ owner, scopes }: ChangePanelProps) {
  const pausable = scopes.filter(({ value }) => !value.startsWith("group-"));
  const [scope, setScope] = useState(pausable[0]!.value);
  const [level, setLevel] = useState("1");
  const [seconds, setSeconds] = useState("3600");
  const of = scope === "venue" ? governanceText.everything : pausable.find(({ value }) => value === scope)!.label;
  const what = text.pauseWhat(of, governanceText.levels[PAUSE_LEVEL[Number(level)]!]!, span(BigInt(seconds)));
  return (
    <div className="grid gap-3 p-3">
      <div className="grid gap-2 sm:grid-cols-3">
        <Select
          label={text.of}
          value={scope}
          options={pausable.map((each) =>
            each.value === "venue" ? { ...each, label: governanceText.everything } : each,
          )}
          onChange={setScope}
        />
        <Select
          label={text.level}
          value={level}
          options={[1, 2, 3].map((each) => ({
            value: String(each),
            label: governanceText.levels[PAUSE_LEVEL[each]!]!,
          }))}
          onChange={setLevel}
        />
        <Select
          label={text.lasts}
          value={seconds}
          options={["3600", "86400", "604800"].map((each) => ({ value: each, label: span(BigInt(each)) }))}
          onChange={setSeconds}
        />
      </div>
      <Ask
        of="pause"
        owner={owner}
        what={what}
        data={pauseOf(scope, Number(level), BigInt(seconds))}
        closed={undefined}
      />
    </div>
  );
}

interface AskProps {
  readonly of: string;
  readonly owner: Address;
  readonly what: string;
  readonly data: Hex | undefined;
  readonly closed: string | undefined;
}

/** Whether this address may, at once or after a delay, is asked of the AccessManager. */
function Ask({ of, owner, what, data, closed }: AskProps) {
  const { clearinghouse, authority } = useHere().deployment;
  const selector = data?.slice(0, 10) as Hex | undefined;
  const may = useChain(
    ["canCall", owner, selector ?? ""],
    async ({ client }) => {
      const args = [owner, clearinghouse, selector!] as const;
      return client.readContract({ address: authority, abi: accessManagerAbi, functionName: "canCall", args });
    },
    selector !== undefined,
  );
  const [immediate, delay] = may.data ?? [false, 0];
  const label = immediate ? text.do : text.announce;
  const call = (): Call => {
    if (immediate) return { to: clearinghouse, data: data! };
    const args = [clearinghouse, data!, 0] as const;
    return { to: authority, data: encodeFunctionData({ abi: accessManagerAbi, functionName: "schedule", args }) };
  };
  return (
    <div className="flex flex-wrap items-center justify-between gap-2">
      <p className="text-xs text-soft">
        {may.data && (immediate ? text.atOnce : delay > 0 ? text.after(span(BigInt(delay))) : text.mayNot)}
      </p>
      <Act
        of={of}
        label={label}
        subject={what}
        sentence={immediate ? text.doSentence(what) : text.announceSentence(what, span(BigInt(delay)))}
        reward={null}
        closed={closed ?? (may.data === undefined ? text.asking : immediate || delay > 0 ? undefined : text.mayNot)}
        call={call}
      />
    </div>
  );
}
