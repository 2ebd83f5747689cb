// SPDX-License-Identifier: MIT
import { useState } from "react";
import { money as moneyUnit } from "../../../../sdk/units.js";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { exact, money, moneyExact } from "../../format";
import { MONEY_DECIMALS } from "../../format/decimal";
import { portfolioText as text } from "../../text/portfolio";
import { uiText } from "../../text/ui";
import { Button, Field, amountOf } from "../../ui";
import { Review } from "../../ui/Review";
import { Select } from "../../ui/Select";
import type { Funds } from "./useFunds";

export interface TransferFormProps {
  readonly me: MyAccount;
  readonly funds: Funds;
  /** Numbers to choose from. */
  readonly numbers: readonly number[];
}

/** Cash between two of the owner's accounts. */
export function TransferForm({ me, funds, numbers }: TransferFormProps) {
  const { deployment } = useHere();
  const { limit, account } = funds;
  const [typed, setTyped] = useState("");
  const others = numbers.filter((number) => number !== me.number);
  const [chosen, setChosen] = useState<number>();
  const to = chosen === undefined || chosen === me.number ? others[0]! : chosen;
  const [reviewed, setReviewed] = useState<{ readonly amount: bigint; readonly to: number }>();
  const chainClosed = useClosed();
  const amount = amountOf(typed, MONEY_DECIMALS);
  const max = limit?.movable;
  const tooMuch = amount !== undefined && max !== undefined && amount > max;
  const closed =
    chainClosed ??
    (max === undefined ? text.closed.loading : undefined) ??
    (max === 0n ? text.closed.nothing : undefined) ??
    (amount === undefined ? text.closed.amount : undefined) ??
    (tooMuch ? text.closed.limit(money(max)) : undefined);
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (closed === undefined) setReviewed({ amount: amount!, to });
      }}
    >
      <Field
        label={text.amount}
        value={typed}
        onChange={setTyped}
        decimals={MONEY_DECIMALS}
        problem={tooMuch ? text.closed.limit(money(max)) : undefined}
        aside={
          <button
            type="button"
            className="min-h-6 text-accent"
            title={moneyExact(max)}
            onClick={() => max !== undefined && setTyped(exact(max, MONEY_DECIMALS))}
          >
            {text.canLeave(money(max))}
          </button>
        }
      />
      {limit && max !== undefined && account.data && max < account.data.health.cash && (
        <p className="text-xs text-soft">{limit.reasons[0]}</p>
      )}
      <Select
        label={text.intoAccount}
        value={String(to)}
        options={others.map((number) => ({ value: String(number), label: text.account(number) }))}
        onChange={(value) => setChosen(Number(value))}
      />
      <Button kind="primary" type="submit" wide closed={closed}>
        {uiText.review}
      </Button>
      {reviewed && (
        <Review
          of="transfer"
          title={`${text.transfer} ${exact(reviewed.amount, MONEY_DECIMALS)}`}
          sentence={text.transferSentence(exact(reviewed.amount, MONEY_DECIMALS), me.number, reviewed.to)}
          lines={[
            {
              label: `${text.lines.equityAfter}, #${me.number}`,
              value: money(account.data && account.data.health.equity - reviewed.amount),
            },
            {
              label: text.lines.marginLeft,
              value: money(account.data && account.data.health.equity - account.data.health.initial - reviewed.amount),
            },
            { label: text.lines.gas, value: text.lines.gasNote },
          ]}
          steps={[
            {
              title: text.stepTransfer(exact(reviewed.amount, MONEY_DECIMALS), reviewed.to),
              call: () =>
                callOf(calls.transfer(deployment.clearinghouse, me.number, reviewed.to, moneyUnit(reviewed.amount))),
            },
          ]}
          action={text.do.transfer}
          closed={chainClosed}
          onClose={() => setReviewed(undefined)}
          onDone={() => setTyped("")}
        />
      )}
    </form>
  );
}
