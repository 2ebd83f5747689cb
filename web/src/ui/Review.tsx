// SPDX-License-Identifier: MIT
import { useState, type ReactNode } from "react";
import type { TransactionReceipt } from "viem";
import { useAccount } from "wagmi";
import type { Transaction } from "../chain/transaction";
import { useBatch } from "../chain/useBatch";
import { useWrite, type Call } from "../chain/useWrite";
import { chainText } from "../text/chain";
import { uiText as text } from "../text/ui";
import type { ButtonKind } from "./Button";
import { Confirm, type PreviewLine } from "./Confirm";
import { sentenceOf } from "./States";
import { sentenceOfState } from "./Toasts";

/** A transaction of an action: most have one, a deposit with an approval has two. */
export interface Step {
  readonly title: string;
  /** What is sent; undefined: it is not needed any more. May ask for a signature first. */
  readonly call: () => Call | undefined | Promise<Call | undefined>;
}

export interface ReviewProps {
  /** The action's name, as `useWrite` takes it: one of a name at a time. */
  readonly of: string;
  readonly title: string;
  readonly sentence: string;
  readonly lines: readonly PreviewLine[];
  readonly steps: readonly Step[];
  readonly action: string;
  readonly kind?: ButtonKind;
  readonly closed?: string | undefined;
  readonly onClose: () => void;
  readonly onDone?: (receipt: TransactionReceipt | undefined) => void;
  readonly children?: ReactNode;
}

/** The plain preview of transactions, which are sent one after the other once it is confirmed. */
export function Review(props: ReviewProps) {
  const { of, title, sentence, lines, steps, action, kind, closed, onClose, onDone, children } = props;
  const write = useWrite(of);
  const batch = useBatch(of, steps.length > 1);
  const { address } = useAccount();
  const [opener] = useState(address); // what was reviewed for one account is not sent by another
  const [fixed] = useState({ sentence, lines }); // numbers go on while it is open: what was reviewed stays
  const [running, setRunning] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const run = async () => {
    setProblem(undefined);
    let receipt: TransactionReceipt | undefined;
    const onMined = (mined: TransactionReceipt) => void (receipt = mined);
    const went = (end: Transaction | undefined): boolean => {
      if (end?.stage === "mined") return true;
      setProblem(end === undefined ? chainText.alreadyRunning : sentenceOfState(end));
      return false;
    };
    try {
      const together = batch.offered ? await callsOf(steps) : [];
      if (together.length > 1) {
        setRunning(0);
        if (!went(await batch.send(title, together, onMined))) return;
      } else
        for (const [index, step] of steps.entries()) {
          setRunning(index);
          const call = await step.call();
          if (call === undefined) continue;
          if (!went(await write.send(step.title, call, onMined))) return;
        }
      onDone?.(receipt);
      onClose();
    } catch (failure) {
      setProblem(sentenceOf(failure).sentence);
    } finally {
      setRunning(undefined);
    }
  };
  return (
    <Confirm
      open
      title={title}
      sentence={fixed.sentence}
      lines={fixed.lines}
      action={action}
      {...(kind && { kind })}
      busy={running !== undefined || write.busy}
      busyText={write.state.stage === "submitted" ? chainText.stages.submitted : text.inWallet}
      closed={address === opener ? closed : chainText.accountChanged}
      problem={problem}
      onConfirm={() => void run()}
      onClose={onClose}
    >
      {children}
      {steps.length > 1 && (
        <ol className="mt-3 grid gap-1 text-xs" aria-label={text.steps}>
          {steps.map((step, index) => (
            <li key={step.title} className={running === index ? "text-ink" : "text-soft"}>
              {index + 1}. {step.title}
              {running !== undefined && running > index ? ` · ${text.done}` : ""}
            </li>
          ))}
        </ol>
      )}
      {batch.offered && <p className="mt-2 text-xs text-soft">{text.together}</p>}
    </Confirm>
  );
}

/** What is needed of the steps. */
async function callsOf(steps: readonly Step[]): Promise<Call[]> {
  const calls: Call[] = [];
  for (const step of steps) {
    const call = await step.call();
    if (call !== undefined) calls.push(call);
  }
  return calls;
}
