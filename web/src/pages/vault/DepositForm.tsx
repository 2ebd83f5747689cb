// SPDX-License-Identifier: MIT
import { useState } from "react";
import { useConfig } from "wagmi";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { readerOf } from "../../chain/reader";
import { approvalSteps } from "../../data/approvalSteps";
import { useToken } from "../../data/token";
import { exact, tokens as showTokens } from "../../format";
import { uiText } from "../../text/ui";
import { vaultText as text } from "../../text/vault";
import { Button, Field, amountOf } from "../../ui";
import { Review } from "../../ui/Review";
import type { HolderView, VaultView } from "./useVault";

export interface DepositFormProps {
  readonly me: MyAccount;
  readonly vault: VaultView;
  readonly holder: HolderView | undefined;
}

export function DepositForm({ me, vault, holder }: DepositFormProps) {
  const here = useHere();
  const config = useConfig();
  const { vault: address, tokenDecimals: decimals } = here.deployment;
  const token = useToken(me.owner, address);
  const [typed, setTyped] = useState("");
  const [reviewed, setReviewed] = useState<bigint>();
  const chainClosed = useClosed();
  const symbol = token.data?.symbol ?? "";
  const tokens = amountOf(typed, decimals);
  const flows = vault.depositFlows;
  const tooMuch = tokens !== undefined && token.data !== undefined && tokens > token.data.balance;
  const overMax = tokens !== undefined && holder !== undefined && tokens > holder.maxDeposit;
  const problem = tooMuch
    ? text.closed.wallet
    : overMax && flows === "OPEN"
      ? text.closed.max(showTokens(holder.maxDeposit, decimals))
      : undefined;
  const closed =
    chainClosed ??
    (vault.closed ? text.classClosed : undefined) ??
    (flows !== "OPEN" ? `${text.depositsClosed}: ${text.reasons[flows]}` : undefined) ??
    (token.data === undefined || holder === undefined ? text.closed.loading : undefined) ??
    (tokens === undefined ? text.closed.amount : undefined) ??
    problem;
  const one = 10n ** BigInt(vault.decimals);
  const gets = (amount: bigint) => (vault.price === 0n ? undefined : (amount * one) / vault.price);
  const amount = reviewed === undefined ? "" : `${exact(reviewed, decimals)} ${symbol}`;
  const client = readerOf(config);
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (closed === undefined) setReviewed(tokens);
      }}
    >
      <Field
        label={text.amount}
        value={typed}
        onChange={setTyped}
        decimals={decimals}
        unit={symbol}
        problem={problem}
        help={text.depositWay}
        aside={
          <button
            type="button"
            className="min-h-6 text-accent"
            title={uiText.max}
            onClick={() => token.data && setTyped(exact(token.data.balance, decimals))}
          >
            {text.inWallet(showTokens(token.data?.balance, decimals))}
          </button>
        }
      />
      <Button kind="primary" type="submit" wide closed={closed}>
        {uiText.review}
      </Button>
      {reviewed !== undefined && (
        <Review
          of="vaultDeposit"
          title={`${text.deposit} ${amount}`}
          sentence={text.depositSentence(amount)}
          lines={[
            { label: text.lines.pays, value: amount },
            { label: text.lines.price, value: `${showTokens(vault.price, decimals, 6)} ${symbol}` },
            { label: text.lines.gets, value: showTokens(gets(reviewed), vault.decimals, 4) },
            { label: text.lines.risk, value: text.lines.riskValue, note: text.intro },
            { label: text.lines.gas, value: text.lines.gasNote },
          ]}
          steps={[
            ...approvalSteps({
              client,
              here,
              owner: me.owner,
              spender: address,
              tokens: reviewed,
              amount,
              before: token.data?.allowance ?? 0n,
              text,
            }),
            {
              title: text.stepDeposit(amount),
              call: () => callOf(calls.vaultDeposit(address, reviewed, me.owner)),
            },
          ]}
          action={text.deposit}
          closed={chainClosed}
          onClose={() => setReviewed(undefined)}
          onDone={() => setTyped("")}
        />
      )}
    </form>
  );
}
