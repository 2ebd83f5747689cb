// SPDX-License-Identifier: MIT
import { useId, type ReactNode } from "react";
import { parseAmount, type Parsed } from "../format/parse";
import { classes } from "./classes";

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** Digits after the point that count. */
  readonly decimals: number;
  readonly unit?: string;
  /** What is wrong beside its form: too much, too little. */
  readonly problem?: string | undefined;
  readonly help?: ReactNode;
  /** Buttons beside the label. */
  readonly aside?: ReactNode;
  readonly disabled?: boolean;
  readonly autoFocus?: boolean;
  readonly placeholder?: string;
}

/** A decimal amount. What was typed stays as it was typed; `parsed` reads it exactly. */
export function Field(props: FieldProps) {
  const { label, value, onChange, decimals, unit, help, aside, disabled, autoFocus, placeholder } = props;
  const id = useId();
  const read = parsed(value, decimals);
  const problem = read && "problem" in read ? read.problem : props.problem;
  return (
    <div className="grid gap-1">
      <div className="flex items-center justify-between gap-2 text-xs">
        <label htmlFor={id} className="text-soft">
          {label}
        </label>
        {aside}
      </div>
      <div
        className={classes(
          "flex items-center rounded border bg-raised focus-within:border-accent",
          problem ? "border-bad" : "border-edge",
          disabled && "opacity-60",
        )}
      >
        <input
          id={id}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          inputMode="decimal"
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          autoFocus={autoFocus}
          placeholder={placeholder ?? "0"}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem || help ? `${id}-note` : undefined}
          className="min-h-9 w-full min-w-0 bg-transparent px-2 text-right text-sm outline-none placeholder:text-soft"
        />
        {unit && <span className="shrink-0 pr-2 text-xs text-soft">{unit}</span>}
      </div>
      {(problem || help) && (
        <p id={`${id}-note`} className={classes("text-xs", problem ? "text-bad" : "text-soft")}>
          {problem ?? help}
        </p>
      )}
    </div>
  );
}

export function parsed(text: string, decimals: number): Parsed {
  return parseAmount(text, decimals);
}

/** The amount, or undefined when there is none that can be used. */
export function amountOf(text: string, decimals: number): bigint | undefined {
  const read = parseAmount(text, decimals);
  return read && "value" in read ? read.value : undefined;
}

export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly hint?: string }[];
  readonly onChange: (value: T) => void;
  readonly hideLabel?: boolean;
}

/** One of a few, as buttons in a row: a radio group. */
export function Choice<T extends string>({ label, value, options, onChange, hideLabel }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className="min-w-0">
      <legend className={hideLabel ? "sr-only" : "mb-1 text-xs text-soft"}>{label}</legend>
      <div className="flex rounded border border-line bg-raised p-0.5">
        {options.map((option) => (
          <label
            key={option.value}
            title={option.hint}
            className={classes(
              "flex min-h-7 flex-1 cursor-pointer items-center justify-center rounded px-2 text-center text-xs",
              "has-focus-visible:outline-2 has-focus-visible:outline-accent",
              value === option.value ? "bg-panel font-medium text-ink shadow-sm" : "text-soft hover:text-ink",
            )}
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={value === option.value}
              onChange={() => onChange(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Check({ label, value, onChange, hint }: CheckProps) {
  return (
    <label className="flex min-h-6 cursor-pointer items-center gap-2 text-xs text-ink" title={hint}>
      <input
        type="checkbox"
        checked={value}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 accent-(--accent)"
      />
      {label}
    </label>
  );
}

interface CheckProps {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  readonly hint?: string;
}
