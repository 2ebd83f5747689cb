// SPDX-License-Identifier: MIT
import { useEffect, useState } from "react";
import { span } from "../format";
import { dataText as text } from "../text/data";
import { classes } from "./classes";

export interface AgeProps {
  /** When it was heard last, ms by this computer's clock; 0: never. */
  readonly at: number;
  /** From this age on it is marked as stale, ms. */
  readonly staleAfter: number;
  /** Of what, for screen readers. */
  readonly of: string;
}

/** How old something is that is shown. Stale is said in words, not by colour alone. */
export function Age({ at, staleAfter, of }: AgeProps) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const age = Math.max(0, now - at);
  const stale = at === 0 || age > staleAfter;
  return (
    <span className={classes("text-2xs whitespace-nowrap", stale ? "font-medium text-warn" : "text-soft")} title={of}>
      <span className="sr-only">{of}: </span>
      {at === 0 ? text.never : text.ago(span(age / 1_000))}
      {stale && at !== 0 && ` · ${text.stale}`}
    </span>
  );
}
