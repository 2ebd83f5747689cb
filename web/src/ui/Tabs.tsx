// SPDX-License-Identifier: MIT
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { classes } from "./classes";

export interface Tab {
  readonly value: string;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

export interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  /** Which is shown; undefined: it keeps that itself. */
  readonly value?: string;
  readonly onChange?: (value: string) => void;
  readonly aside?: ReactNode;
}

/** Tabs as the ARIA practices have them: one stop of the tab key, arrows, Home and End move between them. */
export function Tabs({ label, tabs, value, onChange, aside }: TabsProps) {
  const [own, setOwn] = useState(tabs[0]!.value);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const shown = value ?? own;
  const choose = (next: string) => {
    setOwn(next);
    onChange?.(next);
  };
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.value === shown);
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = (to + tabs.length) % tabs.length;
    choose(tabs[index]!.value);
    (list.current?.children[index] as HTMLElement | undefined)?.focus();
  };
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 items-center justify-between border-b border-line pr-3">
        <div ref={list} role="tablist" aria-label={label} onKeyDown={move} className="flex overflow-x-auto">
          {tabs.map((tab) => (
            <button
              key={tab.value}
              type="button"
              role="tab"
              id={`${id}-${tab.value}`}
              aria-controls={`${id}-panel`}
              aria-selected={tab.value === shown}
              tabIndex={tab.value === shown ? 0 : -1}
              onClick={() => choose(tab.value)}
              className={classes(
                "min-h-9 border-b-2 px-3 text-xs whitespace-nowrap",
                tab.value === shown ? "border-accent text-ink" : "border-transparent text-soft hover:text-ink",
              )}
            >
              {tab.label}
            </button>
          ))}
        </div>
        {aside}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${shown}`}
        className="min-h-0 flex-1 overflow-auto"
      >
        {tabs.find((tab) => tab.value === shown)?.content}
      </div>
    </div>
  );
}
