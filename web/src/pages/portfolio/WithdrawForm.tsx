// SPDX-License-Identifier: MIT
import { useState } from "react";
import type { Address } from "viem";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import type { TokenView } from "../../data/token";
import { exact, money, moneyExact, rate, tokens as showTokens } from "../../format";
import { portfolioText as text } from "../../text/portfolio";
import { AmountForm } from "../../ui/AmountForm";
import { Review } from "../../ui/Review";
import { TextField } from "../../ui/TextField";
import { addressProblem } from "./addressProblem";
import { toMoney, toTokens } from "./units";
import type { WithdrawLimit } from "./withdrawLimit";

const PAR = 10n ** 18n;

/** What the form stands on, of either clearinghouse. */
export interface WithdrawFacts {
  readonly token: TokenView | undefined;
  readonly decimals: number;
  readonly limit: WithdrawLimit | undefined;
  readonly recoveryRate: bigint | undefined;
  /** The account's; undefined: not known yet. */
  readonly equity: bigint | undefined;
  readonly initial: bigint | undefined;
}

interface WithdrawProps {
  readonly me: MyAccount;
  readonly facts: WithdrawFacts;
}

/** Cash out of the account. The chain alone is needed; why it is not more is always said. */
export function WithdrawForm({ me, facts }: WithdrawProps) {
  const { deployment } = useHere();
  const { token, equity, initial, limit, decimals, recoveryRate: rateNow } = facts;
  const [to, setTo] = useState<string>();
  const chainClosed = useClosed();
  const symbol = token?.symbol ?? "";
  const max = limit && toTokens(limit.max, decimals);
  const target = to ?? me.owner;
  const wrong = addressProblem(target);
  const closed =
    chainClosed ??
    (max === undefined ? text.closed.loading : undefined) ??
    (max === 0n ? text.closed.nothing : undefined);
  const paid = (claims: bigint) => (rateNow === undefined ? undefined : (claims * rateNow) / PAR);
  return (
    <AmountForm
      label={text.amount}
      decimals={decimals}
      unit={symbol}
      max={{ amount: max, text: text.canLeave(showTokens(max, decimals)), title: moneyExact(limit?.max) }}
      closed={closed}
      missing={text.closed.amount}
      problem={(tokens) =>
        max !== undefined && tokens > max ? text.closed.limit(showTokens(max, decimals)) : undefined
      }
      wrong={wrong}
      ask={(tokens) => ({ tokens, target: target as Address, amount: `${exact(tokens, decimals)} ${symbol}` })}
      review={({ tokens, target, amount }, ends) => (
        <Review
          of="withdraw"
          title={`${text.withdraw} ${amount}`}
          sentence={text.withdrawSentence(amount, target)}
          lines={[
            {
              label: text.lines.receives,
              value: `${showTokens(toTokens(paid(toMoney(tokens, decimals)) ?? 0n, decimals), decimals)} ${symbol}`,
            },
            { label: text.lines.recovery, value: rate(rateNow), note: text.noteRecovery },
            {
              label: text.lines.equityAfter,
              value: money(equity === undefined ? undefined : equity - toMoney(tokens, decimals)),
            },
            {
              label: text.lines.marginLeft,
              value: money(
                equity === undefined || initial === undefined
                  ? undefined
                  : equity - initial - toMoney(tokens, decimals),
              ),
            },
            { label: text.lines.gas, value: text.lines.gasNote },
          ]}
          steps={[
            {
              title: text.stepWithdraw(amount),
              call: () => callOf(calls.withdraw(deployment.clearinghouse, me.number, tokens, target)),
            },
          ]}
          action={text.do.withdraw}
          closed={chainClosed}
          {...ends}
        />
      )}
    >
      {limit && (
        <ul data-testid="withdraw-limit" className="grid gap-1 text-xs text-soft">
          {limit.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <TextField
        label={text.toAddress}
        value={target}
        onChange={setTo}
        problem={wrong}
        help={to === undefined || to === me.owner ? undefined : text.toAddressHelp}
      />
    </AmountForm>
  );
}
