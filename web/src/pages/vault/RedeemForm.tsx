// SPDX-License-Identifier: MIT
import { useState } from "react";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { exact, moment, tokens as showTokens } from "../../format";
import { uiText } from "../../text/ui";
import { vaultText as text } from "../../text/vault";
import { Button, Field, amountOf } from "../../ui";
import { Review } from "../../ui/Review";
import { nextDue } from "./batches";
import type { HolderView, VaultView } from "./useVault";

export interface RedeemFormProps {
  readonly me: MyAccount;
  readonly vault: VaultView;
  readonly holder: HolderView | undefined;
  readonly symbol: string;
  /** The chain's clock. */
  readonly now: bigint | undefined;
}

/** Shares into the batch that gathers. Always open: the chain alone is needed. */
export function RedeemForm({ me, vault, holder, symbol, now }: RedeemFormProps) {
  const { vault: address, tokenDecimals } = useHere().deployment;
  const [typed, setTyped] = useState("");
  const [reviewed, setReviewed] = useState<bigint>();
  const chainClosed = useClosed();
  const { decimals } = vault;
  const shares = amountOf(typed, decimals);
  const tooMuch = shares !== undefined && holder !== undefined && shares > holder.shares;
  const problem = tooMuch ? text.closed.shares : undefined;
  const closed =
    chainClosed ??
    (holder === undefined || now === undefined ? text.closed.loading : undefined) ??
    (shares === undefined ? text.closed.amount : undefined) ??
    problem;
  const due = now === undefined ? undefined : nextDue(vault.open, now, vault.window, vault.cooldown);
  const worth = (amount: bigint) => (amount * vault.price) / 10n ** BigInt(decimals);
  const amount = reviewed === undefined ? "" : `${exact(reviewed, decimals)} ${text.unitShares}`;
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (closed === undefined) setReviewed(shares);
      }}
    >
      <Field
        label={text.shares}
        value={typed}
        onChange={setTyped}
        decimals={decimals}
        unit={text.unitShares}
        problem={problem}
        help={due !== undefined && text.redeemHelp(moment(due))}
        aside={
          <button
            type="button"
            className="min-h-6 text-accent"
            title={uiText.max}
            onClick={() => holder && setTyped(exact(holder.shares, decimals))}
          >
            {text.inWallet(showTokens(holder?.shares, decimals, 2))}
          </button>
        }
      />
      <Button kind="primary" type="submit" wide closed={closed}>
        {uiText.review}
      </Button>
      {reviewed !== undefined && (
        <Review
          of="requestRedeem"
          title={`${text.redeem} ${amount}`}
          sentence={text.redeemSentence(amount)}
          lines={[
            { label: text.lines.gives, value: exact(reviewed, decimals) },
            {
              label: text.lines.worth,
              value: `${showTokens(worth(reviewed), tokenDecimals)} ${symbol}`,
              note: text.worthNote,
            },
            { label: text.lines.due, value: moment(due) },
            { label: text.lines.gas, value: text.lines.gasNote },
          ]}
          steps={[
            {
              title: text.stepRedeem(amount),
              call: () => callOf(calls.requestRedeem(address, reviewed, me.owner, me.owner)),
            },
          ]}
          action={text.redeem}
          closed={chainClosed}
          onClose={() => setReviewed(undefined)}
          onDone={() => setTyped("")}
        >
          <p className="mt-3 text-xs text-warn">{text.worthNote}</p>
        </Review>
      )}
    </form>
  );
}
