// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import { uiText as text } from "../text/ui";
import { Banner } from "./Banner";
import { Button, type ButtonKind } from "./Button";
import { Dialog } from "./Dialog";

export interface PreviewLine {
  readonly label: string;
  readonly value: ReactNode;
  readonly note?: string;
}

export interface ConfirmProps {
  readonly open: boolean;
  readonly title: string;
  /** What is signed in one plain sentence: wallets show integers. */
  readonly sentence: string;
  readonly lines: readonly PreviewLine[];
  readonly action: string;
  readonly kind?: ButtonKind;
  readonly busy: boolean;
  /** What the button says meanwhile; default: that the wallet waits. */
  readonly busyText?: string;
  readonly closed?: string | undefined;
  readonly problem?: string | undefined;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

/** The plain preview beside each signature. Nothing is asked of the wallet before its button is pressed. */
export function Confirm(props: ConfirmProps) {
  const { open, title, sentence, lines, action, kind = "primary", busy, closed, problem, onConfirm, onClose } = props;
  return (
    <Dialog
      open={open}
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onClick={onClose}>
            {text.back}
          </Button>
          <Button kind={kind} busy={busy} closed={closed} onClick={onConfirm}>
            {busy ? (props.busyText ?? text.inWallet) : action}
          </Button>
        </>
      }
    >
      <p className="mb-3 text-sm">{sentence}</p>
      <Lines lines={lines} />
      {props.children}
      {problem && (
        <div className="mt-3">
          <Banner kind="bad">{problem}</Banner>
        </div>
      )}
    </Dialog>
  );
}

/** Names and values, a line each. */
export function Lines({ lines }: { readonly lines: readonly PreviewLine[] }) {
  return (
    <dl className="grid gap-1 text-xs">
      {lines.map(({ label, value, note }) => (
        <div key={label} className="flex items-baseline justify-between gap-4">
          <dt className="text-soft" title={note}>
            {label}
          </dt>
          <dd className="min-w-0 text-right">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
