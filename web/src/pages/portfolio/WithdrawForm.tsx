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
import { uiText } from "../../text/ui";
import { Button, Field, amountOf } from "../../ui";
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
  const [typed, setTyped] = useState("");
  const [to, setTo] = useState<string>();
  const [reviewed, setReviewed] = useState<{ readonly tokens: bigint; readonly to: Address }>();
  const chainClosed = useClosed();
  const symbol = token.data?.symbol ?? "";
  const tokens = amountOf(typed, decimals);
  const max = limit && toTokens(limit.max, decimals);
  const target = to ?? me.owner;
  const wrong = addressProblem(target);
  const tooMuch = tokens !== undefined && max !== undefined && tokens > max;
  const closed =
    chainClosed ??
    (max === undefined ? text.closed.loading : undefined) ??
    (max === 0n ? text.closed.nothing : undefined) ??
    (tokens === undefined ? text.closed.amount : undefined) ??
    (tooMuch ? text.closed.limit(showTokens(max, decimals)) : undefined) ??
    wrong;
  const rateNow = venue.data?.recoveryRate;
  const paid = (claims: bigint) => (rateNow === undefined ? undefined : (claims * rateNow) / PAR);
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (closed === undefined) setReviewed({ tokens: tokens!, to: target as Address });
      }}
    >
      <Field
        label={text.amount}
        value={typed}
        onChange={setTyped}
        decimals={decimals}
        unit={symbol}
        problem={tooMuch ? text.closed.limit(showTokens(max, decimals)) : undefined}
        aside={
          <button
            type="button"
            className="min-h-6 text-accent"
            title={moneyExact(limit?.max)}
            onClick={() => max !== undefined && setTyped(exact(max, decimals))}
          >
            {text.canLeave(showTokens(max, decimals))}
          </button>
        }
      />
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
      <Button kind="primary" type="submit" wide closed={closed}>
        {uiText.review}
      </Button>
      {reviewed && (
        <Review
          of="withdraw"
          title={`${text.withdraw} ${exact(reviewed.tokens, decimals)} ${symbol}`}
          sentence={text.withdrawSentence(`${exact(reviewed.tokens, decimals)} ${symbol}`, reviewed.to)}
          lines={[
            {
              label: text.lines.receives,
              value: `${showTokens(toTokens(paid(toMoney(reviewed.tokens, decimals)) ?? 0n, decimals), decimals)} ${symbol}`,
            },
            { label: text.lines.recovery, value: rate(rateNow), note: text.noteRecovery },
            {
              label: text.lines.equityAfter,
              value: money(account.data && account.data.health.equity - toMoney(reviewed.tokens, decimals)),
            },
            {
              label: text.lines.marginLeft,
              value: money(
                account.data &&
                  account.data.health.equity - account.data.health.initial - toMoney(reviewed.tokens, decimals),
              ),
            },
            { label: text.lines.gas, value: text.lines.gasNote },
          ]}
          steps={[
            {
              title: text.stepWithdraw(`${exact(reviewed.tokens, decimals)} ${symbol}`),
              call: () => callOf(calls.withdraw(deployment.clearinghouse, me.number, reviewed.tokens, reviewed.to)),
            },
          ]}
          action={text.do.withdraw}
          closed={chainClosed}
          onClose={() => setReviewed(undefined)}
          onDone={() => setTyped("")}
        />
      )}
    </form>
  );
}
