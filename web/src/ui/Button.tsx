// SPDX-License-Identifier: MIT
import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes";

export type ButtonKind = "primary" | "plain" | "quiet" | "buy" | "sell" | "danger";

const KINDS: Record<ButtonKind, string> = {
  primary: "bg-accent text-accent-ink hover:opacity-90",
  plain: "border border-edge bg-raised text-ink hover:border-accent",
  quiet: "text-soft hover:bg-raised hover:text-ink",
  buy: "bg-buy text-white hover:opacity-90",
  sell: "bg-sell text-white hover:opacity-90",
  danger: "border border-bad text-bad hover:bg-bad-ground",
};

export interface ButtonProps extends Omit<ComponentProps<"button">, "className"> {
  readonly kind?: ButtonKind;
  readonly small?: boolean;
  readonly wide?: boolean;
  /** It is doing what it does: it cannot be pressed again. */
  readonly busy?: boolean;
  /** Why it cannot be pressed now; it stays focusable, so that the reason is found by keyboard and reader. */
  readonly closed?: string | undefined;
  readonly children: ReactNode;
}

export function Button({ kind = "plain", small, wide, busy, closed, onClick, children, ...rest }: ButtonProps) {
  const off = busy === true || closed !== undefined || rest.disabled === true;
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      title={closed ?? rest.title}
      onClick={off ? (event) => event.preventDefault() : onClick}
      className={classes(
        "inline-flex items-center justify-center gap-1.5 rounded font-medium whitespace-nowrap transition-colors",
        small ? "min-h-6 px-2 text-xs" : "min-h-9 px-3 text-sm",
        wide && "w-full",
        KINDS[kind],
        off && "cursor-not-allowed opacity-55",
      )}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

export function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="inline-block size-3 animate-spin rounded-full border-2 border-current border-r-transparent"
    />
  );
}
