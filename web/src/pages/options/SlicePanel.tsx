// SPDX-License-Identifier: MIT
import { useState } from "react";
import type { AccountId } from "../../../../sdk/order.js";
import * as optionCalls from "../../../../sdk/viem/optionCalls.js";
import { callOf } from "../../chain/callOf";
import { useHere } from "../../chain/useHere";
import { useMyAccount } from "../../chain/useMyAccount";
import { useOptionPortfolio, type PortfolioView } from "../../data/options/lens";
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

/** An account that somebody knows, and the slice that may be taken of it. */
export function SlicePanel({ now }: { readonly now: bigint | undefined }) {
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
        {asked !== undefined && <Shown query={account}>{(view) => <Found id={asked} view={view} now={now} />}</Shown>}
      </div>
    </Panel>
  );
}

interface FoundProps {
  readonly id: bigint;
  readonly view: PortfolioView;
  readonly now: bigint | undefined;
}

function Found({ id, view, now }: FoundProps) {
  const { clearinghouse } = useHere().deployment;
  const me = useMyAccount();
  const { equity, initial, maintenance } = view.margin;
  const sound = view.positions.length === 0 || equity >= maintenance;
  return (
    <div className="grid content-start gap-3">
      <div className="grid grid-cols-3 gap-x-4">
        <Stat label={portfolioText.equity} value={money(equity)} title={moneyExact(equity)} />
        <Stat label={portfolioText.margin} value={money(initial, "up")} title={moneyExact(initial)} />
        <Stat label={portfolioText.maintenance} value={money(maintenance, "up")} title={moneyExact(maintenance)} />
      </div>
      <div>
        <Act
          of="slice"
          label={text.takeSlice}
          subject={accountText(id)}
          sentence={text.sliceSentence(accountText(id))}
          reward={null}
          closed={sound ? text.notBelow : now === undefined ? text.closed.loading : undefined}
          call={() => callOf(optionCalls.liquidateSlice(clearinghouse, id as AccountId, me!.number, now! + VALID))}
        />
      </div>
    </div>
  );
}
