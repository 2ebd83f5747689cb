// SPDX-License-Identifier: MIT
import { useState } from "react";
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { moment, percent, price, size as showSize } from "../../format";
import { tradeText as text } from "../../text/trade";
import { Confirm, type PreviewLine } from "../../ui";
import { limitOf, type Draft } from "./draft";
import type { Poster } from "./useOrders";
import { usePosts } from "./posts";

export interface SignOrderProps {
  readonly market: DeployedMarket;
  readonly draft: Draft;
  readonly mark: bigint;
  readonly now: bigint;
  readonly validFor: bigint;
  /** Ppm. */
  readonly maxFee: bigint;
  readonly lines: readonly PreviewLine[];
  readonly closed: string | undefined;
  readonly poster: Poster;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** The plain preview of an order, and its signature. What was reviewed is what is signed: it does not move any more. */
export function SignOrder(props: SignOrderProps) {
  const { market, poster, onClose, onDone, closed } = props;
  // The mark goes on while the dialog is open: the limit that was shown stays.
  const [fixed] = useState(() => ({ ...props, limit: limitOf(props.draft, props.mark)! }));
  const { draft, limit, now, validFor, maxFee } = fixed;
  const [failed, setFailed] = useState(false);
  const posts = usePosts();
  const last = posts.at(-1)?.post;
  const side = draft.buys ? "buy" : "sell";
  const what = `${showSize(draft.size, 9)} ${market.symbol}`;
  const sentence = text.sentence[draft.kind](
    text.verbs[side],
    what,
    price(limit),
    `${draft.trigger === undefined ? "" : price(draft.trigger)}`,
  );
  const title = `${text.orderKinds[draft.kind]}: ${text.verbs[side]} ${what}`;
  const lines: PreviewLine[] = [
    { label: text.lines.limit, value: price(limit) },
    ...fixed.lines,
    { label: text.lines.until, value: moment(now + validFor) },
    { label: text.lines.feeCap, value: percent(maxFee, 4) },
  ];
  const sign = async () => {
    setFailed(false);
    const signing = { market: market.id, mark: fixed.mark, now, validFor, maxFee };
    const taken = await poster.post(title, draft, signing);
    if (taken) onDone();
    else setFailed(true);
  };
  const told = failed && last && "told" in last ? last.told.sentence : undefined;
  return (
    <Confirm
      open
      title={title}
      sentence={sentence}
      lines={lines}
      action={text.sign[side]}
      kind={side}
      busy={poster.pending}
      closed={closed}
      problem={told}
      onConfirm={() => void sign()}
      onClose={onClose}
    >
      <p className="mt-3 text-2xs text-soft">{text.signatureOnly}</p>
    </Confirm>
  );
}
