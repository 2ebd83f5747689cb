// SPDX-License-Identifier: MIT
import { useId, type ReactNode } from "react";

/** A word with what it means, by hover, focus or touch: the browser's own popover, nothing to load. */
export function Tooltip({ label, children }: { readonly label: ReactNode; readonly children: ReactNode }) {
  const id = `tip${useId().replace(/[^a-zA-Z0-9]/g, "")}`;
  return (
    <span className="inline-block">
      <button
        type="button"
        popoverTarget={id}
        className="min-h-6 border-b border-dotted border-edge text-left text-inherit"
        style={{ anchorName: `--${id}` } as never}
      >
        {label}
      </button>
      <span
        id={id}
        popover="auto"
        role="note"
        className="m-0 max-w-72 rounded border border-line bg-raised p-2 text-xs font-normal whitespace-normal text-ink shadow-lg"
        style={
          {
            positionAnchor: `--${id}`,
            positionArea: "bottom span-right",
            positionTryFallbacks: "flip-block, flip-inline",
          } as never
        }
      >
        {children}
      </span>
    </span>
  );
}
