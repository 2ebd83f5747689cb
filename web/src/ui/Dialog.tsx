// SPDX-License-Identifier: MIT
import { useEffect, useId, useRef, type ReactNode } from "react";
import { uiText as text } from "../text/ui";
import { Button } from "./Button";

export interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
}

/** The browser's own modal dialog: it holds the focus, closes by Escape, and gives the focus back. */
export function Dialog({ open, title, onClose, children, footer }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current!;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === ref.current && onClose()}
      className="m-auto w-[min(28rem,calc(100vw-1rem))] rounded-lg border border-line bg-panel p-0 text-ink shadow-xl"
    >
      {open && (
        <div className="grid max-h-[85vh] grid-rows-[auto_1fr_auto]">
          <header className="flex items-center justify-between border-b border-line px-4 py-2">
            <h2 id={id} className="text-sm font-semibold">
              {title}
            </h2>
            <Button kind="quiet" small onClick={onClose} aria-label={text.close}>
              ✕
            </Button>
          </header>
          <div className="overflow-y-auto px-4 py-3">{children}</div>
          {footer && <footer className="flex justify-end gap-2 border-t border-line px-4 py-3">{footer}</footer>}
        </div>
      )}
    </dialog>
  );
}
