// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import { tell } from "../chain/refusal";
import { Absurd, Away } from "../data/ask";
import { dataText } from "../text/data";
import { Button } from "./Button";

export function EmptyState({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className="grid place-items-center gap-2 px-4 py-8 text-center text-xs text-soft">
      <p className="max-w-prose">{children}</p>
      {action}
    </div>
  );
}

export function Loading() {
  return (
    <div role="status" className="px-4 py-8 text-center text-xs text-soft">
      {dataText.loading}
    </div>
  );
}

/** Any failure as a sentence; what a program said stands below, for whoever reports it. */
export function sentenceOf(failure: unknown): { readonly sentence: string; readonly detail?: string | undefined } {
  if (failure instanceof Absurd || failure instanceof Away) return { sentence: failure.message };
  const { sentence, detail } = tell(failure);
  return { sentence, detail };
}

export function ErrorState({ failure, retry }: { readonly failure: unknown; readonly retry?: () => void }) {
  const { sentence, detail } = sentenceOf(failure);
  return (
    <div role="alert" className="grid gap-2 px-4 py-6 text-center text-xs">
      <p className="text-bad">{sentence}</p>
      {detail && <p className="break-words text-soft">{detail}</p>}
      {retry && (
        <div>
          <Button small onClick={retry}>
            {dataText.retry}
          </Button>
        </div>
      )}
    </div>
  );
}

interface QueryLike<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPending?: boolean;
  readonly refetch?: () => unknown;
}

/** A query's three states. Data that is there stays while it is asked for again; its age tells how old it is. */
export function Shown<T>({
  query,
  children,
}: {
  readonly query: QueryLike<T>;
  readonly children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ErrorState failure={query.error} retry={() => void query.refetch?.()} />;
  return <Loading />;
}
