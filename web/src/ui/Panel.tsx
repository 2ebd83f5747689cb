// SPDX-License-Identifier: MIT
import { useId, type ReactNode } from "react";
import { classes } from "./classes";

export interface PanelProps {
  readonly title: string;
  /** At the right of the title: ages, switches. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  /** Without inner margins: tables, charts. */
  readonly flush?: boolean;
}

/** A titled part of a page. */
export function Panel({ title, aside, children, className, flush }: PanelProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={classes(
        "flex min-h-0 min-w-0 flex-col overflow-hidden rounded-md border border-line bg-panel",
        className,
      )}
    >
      <header className="flex min-h-9 shrink-0 items-center justify-between gap-2 border-b border-line px-3">
        <h2 id={id} className="text-xs font-semibold tracking-wide text-ink">
          {title}
        </h2>
        {aside && <div className="flex items-center gap-2 text-xs text-soft">{aside}</div>}
      </header>
      <div className={classes("min-h-0 flex-1 overflow-auto", !flush && "p-3")}>{children}</div>
    </section>
  );
}
