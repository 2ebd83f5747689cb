// SPDX-License-Identifier: MIT
import { useConfig } from "wagmi";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { readerOf } from "../../chain/reader";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { accessTold, useAdmitted } from "../../data/access";
import { approvalSteps } from "../../data/approvalSteps";
import type { Collateral } from "../../data/collateral";
import { exact, money, tokens } from "../../format";
import { collateralText as text } from "../../text/collateral";
import { AmountForm } from "../../ui/AmountForm";
import { Review } from "../../ui/Review";
import { pledgeRoom, worthOf } from "./exchange";

interface PledgeProps {
  readonly me: MyAccount;
  readonly collateral: Collateral;
  /** How many the account has: who holds some may add to their margin without being admitted. */
  readonly positions: number;
}

/** Tokens of the wallet into a pledge: an approval of exactly the amount where it is needed, then the pledge. */
export function PledgeForm({ me, collateral, positions }: PledgeProps) {
  const { id, symbol, view, balance, allowance } = collateral;
  const { decimals } = view;
  const config = useConfig();
  const here = useHere();
  const { clearinghouse } = here.deployment;
  const denied = accessTold(useAdmitted(me.owner).data, positions);
  const closed =
    useClosed() ??
    (positions === 0 ? denied : undefined) ??
    (view.fresh ? undefined : text.closed.stale) ??
    (view.closesAt > 0n ? text.closed.closing : undefined);
  const room = pledgeRoom(view);
  const max = balance < room ? balance : room;
  const problem = (units: bigint) => {
    if (units > balance) return text.closed.wallet;
    return units > room ? text.closed.room(`${tokens(room, decimals)} ${symbol}`) : undefined;
  };
  return (
    <AmountForm
      label={text.units}
      decimals={decimals}
      unit={symbol}
      max={{ amount: max, text: text.inWallet(tokens(balance, decimals)), title: exact(balance, decimals) }}
      closed={closed}
      missing={text.closed.units}
      problem={problem}
      ask={(units) => ({ units, amount: `${exact(units, decimals)} ${symbol}` })}
      review={({ units, amount }, ends) => (
        <Review
          of="pledge"
          title={text.pledgeTitle(amount)}
          sentence={text.pledgeSentence(amount, me.number)}
          lines={[
            { label: text.countsMore, value: money(worthOf(units, view.counted, decimals)) },
            { label: text.gas, value: text.gasNote },
          ]}
          steps={[
            ...(allowance >= units
              ? []
              : approvalSteps({
                  client: readerOf(config),
                  here,
                  token: view.token,
                  owner: me.owner,
                  spender: clearinghouse,
                  tokens: units,
                  amount,
                  before: allowance,
                  text,
                })),
            {
              title: text.stepPledge(amount),
              call: () => callOf(calls.pledge(clearinghouse, me.number, id, units)),
            },
          ]}
          action={text.do.pledge}
          closed={closed}
          {...ends}
        />
      )}
    />
  );
}
