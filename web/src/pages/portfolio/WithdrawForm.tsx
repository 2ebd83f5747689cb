// SPDX-License-Identifier: MIT
import { useState } from "react";
import type { Address } from "viem";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { exact, money, moneyExact, rate, tokens as showTokens } from "../../format";
import { portfolioText as text } from "../../text/portfolio";
import { AmountForm } from "../../ui/AmountForm";
import { Review } from "../../ui/Review";
import { TextField } from "../../ui/TextField";
import { addressProblem } from "./addressProblem";
import { toMoney, toTokens } from "./units";
import type { Funds } from "./useFunds";

const PAR = 10n ** 18n;

/** Cash out of the account. The chain alone is needed; why it is not more is always said. */
export function WithdrawForm({ me, funds }: { readonly me: MyAccount; readonly funds: Funds }) {
  const { deployment } = useHere();
  const { token, account, venue, limit, decimals } = funds;
  const [to, setTo] = useState<string>();
  const chainClosed = useClosed();
  const symbol = token.data?.symbol ?? "";
  const max = limit && toTokens(limit.max, decimals);
  const target = to ?? me.owner;
  const wrong = addressProblem(target);
  const closed =
    chainClosed ??
    (max === undefined ? text.closed.loading : undefined) ??
    (max === 0n ? text.closed.nothing : undefined);
  const rateNow = venue.data?.recoveryRate;
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
              value: money(account.data && account.data.health.equity - toMoney(tokens, decimals)),
            },
            {
              label: text.lines.marginLeft,
              value: money(
                account.data && account.data.health.equity - account.data.health.initial - toMoney(tokens, decimals),
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
