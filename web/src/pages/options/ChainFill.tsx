// SPDX-License-Identifier: MIT
import { useState } from "react";
import type { DeployedOptionGroup } from "../../../../sdk/deployment.js";
import { abs } from "../../../../sdk/arithmetic.js";
import { seriesGroup } from "../../../../sdk/options/series.js";
import { size as sizeOf } from "../../../../sdk/units.js";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useChainNow } from "../../chain/head";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { useOptionTrade, type OptionGroupView } from "../../data/options/lens";
import { exact, price, size } from "../../format";
import { accountText } from "../../format/account";
import { optionsText as text } from "../../text/options";
import { tradeText } from "../../text/trade";
import { Field, amountOf } from "../../ui";
import { Act } from "../../ui/Act";
import { TextField } from "../../ui/TextField";
import { orderFlaw } from "../trade/orderFlaw";
import { signedOrderIn } from "../trade/signedOrder";
import { changesOf } from "./changes";

const direct = tradeText.direct;
/** Seconds for which the transaction is good. */
const VALID = 600n;

export interface ChainFillProps {
  readonly me: MyAccount | undefined;
  readonly group: DeployedOptionGroup;
  readonly nameOf: (series: bigint) => string;
  readonly state: OptionGroupView;
}

/** Takes a maker's signed order by a transaction of one's own: no relay is needed. */
export default function ChainFill({ me, group, nameOf, state }: ChainFillProps) {
  const { deployment } = useHere();
  const now = useChainNow();
  const [typed, setTyped] = useState("");
  const [typedSize, setTypedSize] = useState("");
  const maker = signedOrderIn(typed);
  const order = maker?.order;
  const offered = order === undefined ? 0n : abs(order.size);
  const taken = typedSize.trim() === "" ? offered : amountOf(typedSize, 9);
  const buys = order !== undefined && order.size < 0n;
  const ours = order !== undefined && seriesGroup(order.market) === group.group;
  const wrong = order && (ours ? orderFlaw(order, me?.id, now ?? 0n) : direct.otherMarket);
  const tooMuch = taken !== undefined && taken > offered ? direct.tooMuch : undefined;
  const name = order ? nameOf(order.market) : "";
  const sentence =
    order && direct.sentence(tradeText.verbs[buys ? "buy" : "sell"], `${size(taken)} ${name}`, price(order.limit));
  const leg = { series: order?.market ?? 0n, size: buys ? (taken ?? 0n) : -(taken ?? 0n), price: order?.limit ?? 0n };
  const view = useOptionTrade(me?.id, group.group, ours && leg.size !== 0n ? [leg] : []);
  const lines = view.data ? changesOf(view.data, group.symbol, state.risk) : [];
  const missing = maker === undefined ? direct.missing : undefined;
  const noTime = now === undefined ? text.closed.loading : undefined;
  return (
    <div className="grid gap-3 p-3">
      <p className="text-xs text-soft">{direct.help}</p>
      <TextField
        label={direct.order}
        value={typed}
        onChange={setTyped}
        problem={typed.trim() === "" ? undefined : maker === undefined ? direct.noOrder : wrong}
        help={sentence}
      />
      <Field
        label={direct.size}
        value={typedSize}
        onChange={setTypedSize}
        decimals={9}
        unit={group.symbol}
        placeholder={exact(offered, 9)}
        problem={tooMuch}
      />
      <Act
        of="fillOption"
        label={direct.action}
        subject={name}
        sentence={sentence ?? ""}
        lines={[...lines, { label: direct.maker, value: order ? accountText(order.account) : "" }]}
        reward={null}
        closed={missing ?? wrong ?? tooMuch ?? (taken ? undefined : direct.noSize) ?? noTime}
        call={() => {
          const wish = { maker: maker!, size: sizeOf(taken!) };
          return callOf(
            calls.fillOrder(deployment.clearinghouse, wish, me!.number, BigInt(state.params.takerFee), now! + VALID),
          );
        }}
      />
    </div>
  );
}
