// SPDX-License-Identifier: MIT
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
import { vaultText as text } from "../../text/vault";
import { AmountForm } from "../../ui/AmountForm";
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
  const chainClosed = useClosed();
  const symbol = token.data?.symbol ?? "";
  const problem = (tokens: bigint) => {
    if (token.data !== undefined && tokens > token.data.balance) return text.closed.wallet;
    const overMax = holder !== undefined && tokens > holder.maxDeposit && vault.depositFlows === "OPEN";
    return overMax ? text.closed.max(showTokens(holder.maxDeposit, decimals)) : undefined;
  };
  const closed =
    chainClosed ??
    (vault.closed ? text.classClosed : undefined) ??
    (vault.depositFlows !== "OPEN" ? `${text.depositsClosed}: ${text.reasons[vault.depositFlows]}` : undefined) ??
    (token.data === undefined || holder === undefined ? text.closed.loading : undefined);
  const one = 10n ** BigInt(vault.decimals);
  const gets = (amount: bigint) => (vault.price === 0n ? undefined : (amount * one) / vault.price);
  const client = readerOf(config);
  return (
    <AmountForm
      label={text.amount}
      decimals={decimals}
      unit={symbol}
      help={() => text.depositWay}
      max={{ amount: token.data?.balance, text: text.inWallet(showTokens(token.data?.balance, decimals)) }}
      closed={closed}
      missing={text.closed.amount}
      problem={problem}
      ask={(tokens) => ({ tokens, amount: `${exact(tokens, decimals)} ${symbol}` })}
      review={({ tokens, amount }, ends) => (
        <Review
          of="vaultDeposit"
          title={`${text.deposit} ${amount}`}
          sentence={text.depositSentence(amount)}
          lines={[
            { label: text.lines.pays, value: amount },
            { label: text.lines.price, value: `${showTokens(vault.price, decimals, 6)} ${symbol}` },
            { label: text.lines.gets, value: showTokens(gets(tokens), vault.decimals, 4) },
            { label: text.lines.risk, value: text.lines.riskValue, note: text.intro },
            { label: text.lines.gas, value: text.lines.gasNote },
          ]}
          steps={[
            ...approvalSteps({
              client,
              here,
              owner: me.owner,
              spender: address,
              tokens,
              amount,
              before: token.data?.allowance ?? 0n,
              text,
            }),
            {
              title: text.stepDeposit(amount),
              call: () => callOf(calls.vaultDeposit(address, tokens, me.owner)),
            },
          ]}
          action={text.deposit}
          closed={chainClosed}
          {...ends}
        />
      )}
    />
  );
}
