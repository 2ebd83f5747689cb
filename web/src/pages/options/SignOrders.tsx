// SPDX-License-Identifier: MIT
import { useState } from "react";
import { moment, percent } from "../../format";
import { optionsText as text } from "../../text/options";
import { Confirm, type PreviewLine } from "../../ui";
import type { Way } from "./Ticket";
import type { Sender, Wanted } from "./useSender";

/** How long orders are good for, seconds: taking ones, and resting ones. */
const SOON = 120n;
const DAY = 86_400n;

export interface SignOrdersProps {
  readonly wanted: readonly Wanted[];
  readonly way: Way;
  readonly lines: readonly PreviewLine[];
  readonly now: bigint;
  readonly maxFee: bigint;
  readonly closed: string | undefined;
  readonly sender: Sender;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** No order outlives its series. */
function earliest(end: bigint, wanted: readonly Wanted[]): bigint {
  return wanted.reduce((soonest, { ends }) => (ends !== undefined && ends < soonest ? ends : soonest), end);
}

/** The plain preview of the orders of a spread or a quote, and their signatures, one after the other. */
export function SignOrders(props: SignOrdersProps) {
  const { wanted, way, sender, maxFee, closed, onClose, onDone } = props;
  // Numbers go on while it is open: what was reviewed stays.
  const [{ lines, now }] = useState({ lines: props.lines, now: props.now });
  const [problem, setProblem] = useState<string>();
  const validFor = way === "take" ? SOON : DAY;
  const together = way === "take" && wanted.length > 1;
  const sign = async () => {
    setProblem(undefined);
    const failed = await sender.send(wanted, { now, validFor, maxFee, together });
    if (failed === undefined) onDone();
    else setProblem(failed);
  };
  return (
    <Confirm
      open
      title={text.signTitle(wanted.length)}
      sentence={text.signSentences[way](wanted.length)}
      lines={[
        ...wanted.map(({ title }, index) => ({ label: text.orderNumber(index + 1), value: title })),
        ...lines,
        { label: text.lines.until, value: moment(earliest(now + validFor, wanted)) },
        { label: text.lines.feeCap, value: percent(maxFee, 4) },
      ]}
      action={text.sign(wanted.length)}
      busy={sender.pending}
      closed={closed}
      problem={problem}
      onConfirm={() => void sign()}
      onClose={onClose}
    >
      <p className="mt-3 text-2xs text-soft">{text.signatureOnly}</p>
    </Confirm>
  );
}
