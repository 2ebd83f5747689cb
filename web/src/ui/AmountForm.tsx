// SPDX-License-Identifier: MIT
import { useState, type ReactNode } from "react";
import { exact } from "../format";
import { uiText } from "../text/ui";
import { Button } from "./Button";
import { Field, amountOf } from "./Field";

export interface AmountFormProps<Asked> {
  readonly label: string;
  readonly decimals: number;
  readonly unit?: string;
  readonly help?: (amount: bigint | undefined) => ReactNode;
  /** What one click fills in, with what is said of it. */
  readonly max: { readonly amount: bigint | undefined; readonly text: string; readonly title?: string | undefined };
  /** Why nothing can be asked for now, whatever the amount. */
  readonly closed: string | undefined;
  /** What is said while there is no amount. */
  readonly missing: string;
  /** What is wrong with an amount: too much. */
  readonly problem: (amount: bigint) => string | undefined;
  /** What is wrong beside the amount. */
  readonly wrong?: string | undefined;
  readonly children?: ReactNode;
  /** What is asked for: it stays as it is while it is reviewed. */
  readonly ask: (amount: bigint) => Asked;
  readonly review: (asked: Asked, ends: { onClose: () => void; onDone: () => void }) => ReactNode;
}

/** An amount, why it cannot be used, and its review. */
export function AmountForm<Asked>(props: AmountFormProps<Asked>) {
  const { label, decimals, unit, help, max, missing, problem, wrong, children, ask, review } = props;
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState<{ readonly of: Asked }>();
  const amount = amountOf(typed, decimals);
  const tooMuch = amount === undefined ? undefined : problem(amount);
  const closed = props.closed ?? (amount === undefined ? missing : undefined) ?? tooMuch ?? wrong;
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (closed === undefined) setAsked({ of: ask(amount!) });
      }}
    >
      <Field
        label={label}
        value={typed}
        onChange={setTyped}
        decimals={decimals}
        {...(unit !== undefined && { unit })}
        problem={tooMuch}
        help={help?.(amount)}
        aside={
          <button
            type="button"
            className="min-h-6 text-accent"
            title={max.title ?? uiText.max}
            onClick={() => max.amount !== undefined && setTyped(exact(max.amount, decimals))}
          >
            {max.text}
          </button>
        }
      />
      {children}
      <Button kind="primary" type="submit" wide closed={closed}>
        {uiText.review}
      </Button>
      {asked && review(asked.of, { onClose: () => setAsked(undefined), onDone: () => setTyped("") })}
    </form>
  );
}
