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
import { AmountForm } from "../../ui/AmountForm";
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
  const others = numbers.filter((number) => number !== me.number);
  const [chosen, setChosen] = useState<number>();
  const to = chosen === undefined || chosen === me.number ? others[0]! : chosen;
  const chainClosed = useClosed();
  const max = limit?.movable;
  const closed =
    chainClosed ??
    (max === undefined ? text.closed.loading : undefined) ??
    (max === 0n ? text.closed.nothing : undefined);
  return (
    <AmountForm
      label={text.amount}
      decimals={MONEY_DECIMALS}
      max={{ amount: max, text: text.canLeave(money(max)), title: moneyExact(max) }}
      closed={closed}
      missing={text.closed.amount}
      problem={(amount) => (max !== undefined && amount > max ? text.closed.limit(money(max)) : undefined)}
      ask={(amount) => ({ amount, to })}
      review={({ amount, to }, ends) => (
        <Review
          of="transfer"
          title={`${text.transfer} ${exact(amount, MONEY_DECIMALS)}`}
          sentence={text.transferSentence(exact(amount, MONEY_DECIMALS), me.number, to)}
          lines={[
            {
              label: `${text.lines.equityAfter}, #${me.number}`,
              value: money(account.data && account.data.health.equity - amount),
            },
            {
              label: text.lines.marginLeft,
              value: money(account.data && account.data.health.equity - account.data.health.initial - amount),
            },
            { label: text.lines.gas, value: text.lines.gasNote },
          ]}
          steps={[
            {
              title: text.stepTransfer(exact(amount, MONEY_DECIMALS), to),
              call: () => callOf(calls.transfer(deployment.clearinghouse, me.number, to, moneyUnit(amount))),
            },
          ]}
          action={text.do.transfer}
          closed={chainClosed}
          {...ends}
        />
      )}
    >
      {limit && max !== undefined && account.data && max < account.data.health.cash && (
        <p className="text-xs text-soft">{limit.reasons[0]}</p>
      )}
      <Select
        label={text.intoAccount}
        value={String(to)}
        options={others.map((number) => ({ value: String(number), label: text.account(number) }))}
        onChange={(value) => setChosen(Number(value))}
      />
    </AmountForm>
  );
}
