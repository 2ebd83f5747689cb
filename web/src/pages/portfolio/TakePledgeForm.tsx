// SPDX-License-Identifier: MIT
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import type { Collateral, PledgesView } from "../../data/collateral";
import type { AccountView } from "../../data/lens";
import { exact, tokens } from "../../format";
import { collateralText as text } from "../../text/collateral";
import { AmountForm } from "../../ui/AmountForm";
import { Review } from "../../ui/Review";
import { takeable } from "./exchange";

interface TakeProps {
  readonly me: MyAccount;
  readonly collateral: Collateral;
  readonly account: AccountView;
  readonly mine: PledgesView;
}

/** Units of a pledge back into the wallet. All that is there is asked for as "all": its fee grows meanwhile. */
export function TakePledgeForm({ me, collateral, account, mine }: TakeProps) {
  const { id, symbol, view } = collateral;
  const { decimals } = view;
  const { deployment } = useHere();
  const chainClosed = useClosed();
  const pledge = mine.pledges.find((each) => each.id === id);
  const max = pledge === undefined ? 0n : takeable(account, mine, pledge, view);
  const closed =
    chainClosed ??
    (pledge === undefined ? text.closed.nothingPledged : undefined) ??
    (max === 0n ? text.closed.nothing : undefined);
  const shown = `${tokens(max, decimals, Math.min(decimals, 6))} ${symbol}`;
  return (
    <AmountForm
      label={text.units}
      decimals={decimals}
      unit={symbol}
      max={{ amount: max, text: text.canLeave(shown), title: exact(max, decimals) }}
      closed={closed}
      missing={text.closed.units}
      problem={(units) => (units > max ? text.closed.limit(shown) : undefined)}
      ask={(units) => ({
        units: units >= (pledge?.units ?? 0n) ? ("all" as const) : units,
        amount: `${exact(units, decimals)} ${symbol}`,
      })}
      review={({ units, amount }, ends) => (
        <Review
          of="withdrawPledge"
          title={text.takeTitle(amount)}
          sentence={text.takeSentence(amount, me.owner)}
          lines={[{ label: text.gas, value: text.gasNote, note: text.takeAll }]}
          steps={[
            {
              title: text.takeTitle(amount),
              call: () => callOf(calls.withdrawPledge(deployment.clearinghouse, me.number, id, units, me.owner)),
            },
          ]}
          action={text.do.take}
          closed={chainClosed}
          {...ends}
        />
      )}
    />
  );
}
