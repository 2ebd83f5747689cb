// SPDX-License-Identifier: MIT
import { useState } from "react";
import type { AccountId, GroupId } from "../../../../sdk/order.js";
import * as calls from "../../../../sdk/viem/calls.js";
import * as optionCalls from "../../../../sdk/viem/optionCalls.js";
import { callOf } from "../../chain/callOf";
import { useHere } from "../../chain/useHere";
import { useMyAccount } from "../../chain/useMyAccount";
import { PHASE } from "../../data/lens";
import { useOptionPortfolio, type OptionGroupView, type PortfolioView } from "../../data/options/lens";
import { money, moneyExact } from "../../format";
import { accountText } from "../../format/account";
import { keepersText } from "../../text/keepers";
import { optionsText as text } from "../../text/options";
import { portfolioText } from "../../text/portfolio";
import { Panel, Shown, Stat } from "../../ui";
import { Act } from "../../ui/Act";
import { TextField } from "../../ui/TextField";
import { accountTyped } from "../keepers/duties";

/** Seconds for which the transaction is good. */
const VALID = 600n;

export interface SlicePanelProps {
  readonly state: OptionGroupView;
  readonly now: bigint | undefined;
}

/** An account that somebody knows, and the slice that may be taken of it. */
export function SlicePanel({ state, now }: SlicePanelProps) {
  const [typed, setTyped] = useState("");
  const asked = accountTyped(typed);
  const account = useOptionPortfolio(asked);
  return (
    <Panel title={text.slice}>
      <div className="grid gap-3 md:grid-cols-[24rem_1fr]">
        <TextField
          label={keepersText.lookUp}
          value={typed}
          onChange={setTyped}
          help={keepersText.lookUpHelp}
          problem={typed.trim() !== "" && asked === undefined ? keepersText.lookUpProblem : undefined}
        />
        {asked !== undefined && (
          <Shown query={account}>{(view) => <Found id={asked} view={view} state={state} now={now} />}</Shown>
        )}
      </div>
    </Panel>
  );
}

interface FoundProps extends SlicePanelProps {
  readonly id: bigint;
  readonly view: PortfolioView;
}

function Found({ id, view, state, now }: FoundProps) {
  const { clearinghouse } = useHere().deployment;
  const me = useMyAccount();
  const own = BigInt(state.group) as GroupId;
  const { equity, initial, maintenance } = view.margin;
  const sound = view.positions.length === 0 || equity >= maintenance;
  return (
    <div className="grid content-start gap-3">
      <div className="grid grid-cols-3 gap-x-4">
        <Stat label={portfolioText.equity} value={money(equity)} title={moneyExact(equity)} />
        <Stat label={portfolioText.margin} value={money(initial, "up")} title={moneyExact(initial)} />
        <Stat label={portfolioText.maintenance} value={money(maintenance, "up")} title={moneyExact(maintenance)} />
      </div>
      <div className="flex gap-1">
        <Act
          of="slice"
          label={text.takeSlice}
          subject={accountText(id)}
          sentence={text.sliceSentence(accountText(id))}
          reward={null}
          closed={sound ? text.notBelow : now === undefined ? text.closed.loading : undefined}
          call={() => callOf(optionCalls.liquidateSlice(clearinghouse, id as AccountId, me!.number, now! + VALID))}
        />
        {(["register", "absorb"] as const).map((kind) => (
          <Act
            key={kind}
            of={kind}
            label={text[kind]}
            subject={accountText(id)}
            sentence={text[`${kind}Sentence`](accountText(id))}
            reward={null}
            closed={PHASE[state.phase] === "LOCKED" ? undefined : text.notLocked}
            call={() => callOf(calls[kind === "register" ? "net" : "absorb"](clearinghouse, own, [id as AccountId]))}
          />
        ))}
      </div>
    </div>
  );
}
