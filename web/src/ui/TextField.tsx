// SPDX-License-Identifier: MIT
import { useId, type ReactNode } from "react";
import { classes } from "./classes";

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly problem?: string | undefined;
  readonly help?: ReactNode;
  readonly placeholder?: string;
  readonly type?: "text" | "date";
}

/** A text that is typed: an address, a date. */
export function TextField({ label, value, onChange, problem, help, placeholder, type = "text" }: TextFieldProps) {
  const id = useId();
  return (
    <div className="grid min-w-0 gap-1 text-xs">
      <label htmlFor={id} className="text-soft">
        {label}
      </label>
      <input
        id={id}
        type={type}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem || help ? `${id}-note` : undefined}
        className={classes(
          "min-h-9 w-full min-w-0 rounded border bg-raised px-2 text-ink outline-none placeholder:text-soft focus:border-accent",
          problem ? "border-bad" : "border-edge/60",
          type === "text" && "font-mono",
        )}
      />
      {(problem || help) && (
        <p id={`${id}-note`} className={problem ? "text-bad" : "text-soft"}>
          {problem ?? help}
        </p>
      )}
    </div>
  );
}
