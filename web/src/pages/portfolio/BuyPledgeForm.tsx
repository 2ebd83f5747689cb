// SPDX-License-Identifier: MIT
import { useState } from "react";
import type { Address } from "viem";
import { accountOf } from "../../../../sdk/order.js";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { usePledges, type Collateral } from "../../data/collateral";
import { useAccountView, type AccountView, type VenueView } from "../../data/lens";
import { exact, money, percent, price as showPrice, priceExact, tokens } from "../../format";
import { accountText } from "../../format/account";
import { collateralText as text } from "../../text/collateral";
import { AmountForm } from "../../ui/AmountForm";
import { Review } from "../../ui/Review";
import { TextField } from "../../ui/TextField";
import { addressProblem } from "./addressProblem";
import { costOf, exchangeOf, saleOf } from "./exchange";

interface BuyProps {
  readonly me: MyAccount;
  readonly collateral: Collateral;
  readonly account: AccountView;
  readonly venue: VenueView;
  readonly now: bigint;
}

/** What another account has on offer, with cash of this one. The price of the preview is the most that is paid. */
export function BuyPledgeForm({ me, collateral, account, venue, now }: BuyProps) {
  const { id, symbol, view } = collateral;
  const { decimals } = view;
  const { deployment } = useHere();
  const [owner, setOwner] = useState("");
  const [number, setNumber] = useState("0");
  const chainClosed = useClosed();
  const ownerWrong = owner === "" ? undefined : addressProblem(owner);
  const numberWrong = /^\d{1,9}$/.test(number) ? undefined : text.closed.number;
  const named = owner !== "" && ownerWrong === undefined && numberWrong === undefined;
  const seller = named ? accountOf(owner as Address, Number(number)) : undefined;
  const pledges = usePledges(seller).data;
  const theirs = useAccountView(seller).data;
  const known = pledges && theirs;
  const exchange = known && exchangeOf(theirs, pledges, venue.shortfall, now);
  const pledge = pledges?.pledges.find((each) => each.id === id);
  const sale = exchange && pledge && saleOf(view, pledge, exchange, venue, now);
  const { price, discount, units: max } = sale ?? { price: view.live, discount: 0n, units: 0n };
  const units = (amount: bigint) => `${tokens(amount, decimals, Math.min(decimals, 6))} ${symbol}`;
  const notForSale = () => {
    if (seller === undefined) return undefined;
    if (seller === me.id) return text.closed.own;
    if (!known) return text.closed.loading;
    return max === 0n ? text.closed.notOffered : undefined;
  };
  const closed =
    chainClosed ??
    (account.positions.length > 0 ? text.closed.positions : undefined) ??
    (view.fresh ? undefined : text.closed.stale) ??
    notForSale();
  const problem = (wanted: bigint) => {
    if (wanted > max) return text.closed.tooMuch(units(max));
    return costOf(wanted, price, decimals) > account.health.cash ? text.closed.cash : undefined;
  };
  const title = seller === undefined ? "" : accountText(seller);
  return (
    <div className="grid gap-3">
      <p className="text-xs text-soft">{text.buyHelp}</p>
      <div className="grid grid-cols-[minmax(0,1fr)_6rem] gap-2">
        <TextField label={text.seller} value={owner} onChange={setOwner} problem={ownerWrong} />
        <TextField label={text.sellerNumber} value={number} onChange={setNumber} problem={numberWrong} />
      </div>
      {max > 0n && (
        <p className="text-xs">{text.discount(text.perToken(showPrice(price), symbol), percent(discount))}</p>
      )}
      <AmountForm
        label={text.units}
        decimals={decimals}
        unit={symbol}
        max={{ amount: max, text: text.canBuy(units(max)), title: exact(max, decimals) }}
        closed={closed}
        missing={text.closed.units}
        problem={seller === undefined ? () => undefined : problem}
        wrong={seller === undefined ? (ownerWrong ?? numberWrong ?? text.closed.seller) : undefined}
        ask={(wanted) => ({ wanted, price, amount: units(wanted), seller: seller! })}
        review={({ wanted, price, amount, seller }, ends) => (
          <Review
            of="buyPledge"
            title={text.buyTitle(amount)}
            sentence={text.buySentence(amount, money(costOf(wanted, price, decimals), "up"), title)}
            lines={[
              { label: text.atMost, value: <span title={priceExact(price)}>{showPrice(price)}</span> },
              { label: text.paysCash, value: money(costOf(wanted, price, decimals), "up") },
              { label: text.gas, value: text.gasNote },
            ]}
            steps={[
              {
                title: text.buyTitle(amount),
                call: () =>
                  callOf(
                    calls.buyPledge(deployment.clearinghouse, seller, id, {
                      ...{ max: wanted, number: me.number, to: me.owner, limit: price },
                    }),
                  ),
              },
            ]}
            action={text.do.buy}
            closed={chainClosed}
            {...ends}
          />
        )}
      />
    </div>
  );
}
