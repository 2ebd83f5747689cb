// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import { classes } from "./classes";

const KINDS = {
  info: "border-line bg-raised text-ink",
  warn: "border-warn/40 bg-warn-ground text-warn",
  bad: "border-bad/40 bg-bad-ground text-bad",
  good: "border-long/40 bg-good-ground text-long",
} as const;

export interface BannerProps {
  readonly kind: keyof typeof KINDS;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** Read out at once. */
  readonly urgent?: boolean;
}

export function Banner({ kind, children, action, urgent }: BannerProps) {
  return (
    <div
      role={urgent ? "alert" : "status"}
      className={classes(
        "flex flex-wrap items-center justify-between gap-2 rounded border px-3 py-2 text-xs",
        KINDS[kind],
      )}
    >
      <div className="min-w-0 flex-1 break-words">{children}</div>
      {action}
    </div>
  );
}
