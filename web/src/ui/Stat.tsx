// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import { classes } from "./classes";

export interface StatProps {
  readonly label: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly tone?: "long" | "short" | "warn" | "bad" | undefined;
  /** To the last digit, or what it means. */
  readonly title?: string | undefined;
}

const TONES = { long: "text-long", short: "text-short", warn: "text-warn", bad: "text-bad" } as const;

/** A number with its name above it. */
export function Stat({ label, value, note, tone, title }: StatProps) {
  return (
    <div className="min-w-0">
      <div className="truncate text-2xs text-soft">{label}</div>
      <div className={classes("truncate text-sm font-medium", tone && TONES[tone])} title={title}>
        {value}
      </div>
      {note && <div className="truncate text-2xs text-soft">{note}</div>}
    </div>
  );
}

/** Profit green with a plus, loss red with a minus: never by colour alone. */
export function toneOf(amount: bigint | undefined): "long" | "short" | undefined {
  if (amount === undefined || amount === 0n) return undefined;
  return amount > 0n ? "long" : "short";
}
