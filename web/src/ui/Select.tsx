// SPDX-License-Identifier: MIT
import { classes } from "./classes";

export interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
  /** For screen readers alone: where the row says it already. */
  readonly hideLabel?: boolean;
  readonly small?: boolean;
}

/** One of many. */
export function Select({ label, value, options, onChange, hideLabel, small }: SelectProps) {
  return (
    <label className={classes("min-w-0 text-xs", hideLabel ? "inline-block" : "grid gap-1")}>
      <span className={hideLabel ? "sr-only" : "text-soft"}>{label}</span>
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={classes(
          "max-w-full rounded border border-edge/60 bg-raised text-ink",
          small ? "min-h-6 px-1" : "min-h-9 w-full px-2",
        )}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
