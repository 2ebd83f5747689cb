// SPDX-License-Identifier: MIT
import { useState } from "react";
import { abs } from "../../../../sdk/arithmetic.js";
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { size as sizeOf } from "../../../../sdk/units.js";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import type { AccountView, MarketView, PositionView } from "../../data/lens";
import { exact, price, size } from "../../format";
import { accountText } from "../../format/account";
import { tradeText } from "../../text/trade";
import { Field, Panel, amountOf } from "../../ui";
import { Act } from "../../ui/Act";
import { TextField } from "../../ui/TextField";
import { termsOf } from "./checks";
import { linesOf } from "./lines";
import { orderFlaw } from "./orderFlaw";
import { previewOfDraft } from "./Ticket";
import { signedOrderIn } from "./signedOrder";

const text = tradeText.direct;
/** Seconds for which the transaction is good. */
const VALID = 600n;

export interface DirectFillProps {
  readonly me: MyAccount;
  readonly market: DeployedMarket;
  readonly view: MarketView;
  readonly account: AccountView;
  readonly position: PositionView | undefined;
  readonly now: bigint;
}

/** Takes a maker's signed order by a transaction of one's own: how a position is closed while no relay is there. */
export default function DirectFill({ me, market, view, account, position, now }: DirectFillProps) {
  const { deployment } = useHere();
  const [typed, setTyped] = useState("");
  const [typedSize, setTypedSize] = useState("");
  const maker = signedOrderIn(typed);
  const order = maker?.order;
  const held = position?.size ?? 0n;
  const terms = termsOf(view);
  const buys = order !== undefined && order.size < 0n;
  // What is offered; if it closes what is held, no more than that.
  const offered = order === undefined ? 0n : abs(order.size);
  const closes = held !== 0n && held > 0n !== buys;
  const all = closes && abs(held) < offered ? abs(held) : offered;
  const taken = typedSize.trim() === "" ? all : amountOf(typedSize, 9);
  const wrong = order && (order.market === market.id ? orderFlaw(order, me.id, now) : text.otherMarket);
  const tooMuch = taken !== undefined && order !== undefined && taken > offered ? text.tooMuch : undefined;
  const shown = `${size(taken ?? 0n)} ${market.symbol}`;
  const sentence = order && text.sentence(tradeText.verbs[buys ? "buy" : "sell"], shown, price(order.limit));
  const draft = {
    ...{ kind: "ioc" as const, buys, size: taken ?? 0n, limit: order?.limit },
    ...{ trigger: undefined, reduceOnly: false, slippage: 0n },
  };
  const level = order && taken ? [{ price: order.limit as bigint, size: taken }] : [];
  const book = { bids: buys ? [] : level, asks: buys ? level : [], sequence: 0 };
  const preview =
    order && taken
      ? previewOfDraft(draft, account, { size: held, value: position?.value ?? 0n }, terms, { book })
      : undefined;
  const lines = preview ? linesOf({ draft, preview, terms, queue: undefined, position, symbol: market.symbol }) : [];
  return (
    <Panel title={text.title}>
      <div className="grid gap-3">
        <p className="text-xs text-soft">{text.help}</p>
        <TextField
          label={text.order}
          value={typed}
          onChange={setTyped}
          problem={typed.trim() === "" ? undefined : maker === undefined ? text.noOrder : wrong}
          help={sentence}
        />
        <Field
          label={text.size}
          value={typedSize}
          onChange={setTypedSize}
          decimals={9}
          unit={market.symbol}
          placeholder={exact(all, 9)}
          problem={tooMuch}
        />
        <Act
          of="fillOrder"
          label={text.action}
          subject={market.symbol}
          sentence={sentence ?? ""}
          lines={[...lines, { label: text.maker, value: order ? accountText(order.account) : "" }]}
          reward={null}
          closed={maker === undefined ? text.missing : (wrong ?? tooMuch ?? (taken ? undefined : text.noSize))}
          call={() =>
            callOf(
              calls.fillOrder(
                deployment.clearinghouse,
                { maker: maker!, size: sizeOf(taken!) },
                me.number,
                terms.takerFee,
                now + VALID,
              ),
            )
          }
        />
      </div>
    </Panel>
  );
}
