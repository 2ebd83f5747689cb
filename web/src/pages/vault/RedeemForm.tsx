// SPDX-License-Identifier: MIT
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { exact, moment, tokens as showTokens } from "../../format";
import { vaultText as text } from "../../text/vault";
import { AmountForm } from "../../ui/AmountForm";
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
  const chainClosed = useClosed();
  const { decimals } = vault;
  const closed = chainClosed ?? (holder === undefined || now === undefined ? text.closed.loading : undefined);
  const due = now === undefined ? undefined : nextDue(vault.open, now, vault.window, vault.cooldown);
  const worth = (amount: bigint) => (amount * vault.price) / 10n ** BigInt(decimals);
  return (
    <AmountForm
      label={text.shares}
      decimals={decimals}
      unit={text.unitShares}
      help={() => due !== undefined && text.redeemHelp(moment(due))}
      max={{ amount: holder?.shares, text: text.inWallet(showTokens(holder?.shares, decimals, 2)) }}
      closed={closed}
      missing={text.closed.amount}
      problem={(shares) => (holder !== undefined && shares > holder.shares ? text.closed.shares : undefined)}
      ask={(shares) => ({ shares, amount: `${exact(shares, decimals)} ${text.unitShares}` })}
      review={({ shares, amount }, ends) => (
        <Review
          of="requestRedeem"
          title={`${text.redeem} ${amount}`}
          sentence={text.redeemSentence(amount)}
          lines={[
            { label: text.lines.gives, value: exact(shares, decimals) },
            {
              label: text.lines.worth,
              value: `${showTokens(worth(shares), tokenDecimals)} ${symbol}`,
              note: text.worthNote,
            },
            { label: text.lines.due, value: moment(due) },
            { label: text.lines.gas, value: text.lines.gasNote },
          ]}
          steps={[
            {
              title: text.stepRedeem(amount),
              call: () => callOf(calls.requestRedeem(address, shares, me.owner, me.owner)),
            },
          ]}
          action={text.redeem}
          closed={chainClosed}
          {...ends}
        >
          <p className="mt-3 text-xs text-warn">{text.worthNote}</p>
        </Review>
      )}
    />
  );
}
