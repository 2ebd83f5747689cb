// SPDX-License-Identifier: MIT
import { useState } from "react";
import { useConfig } from "wagmi";
import type { Hex } from "viem";
import { readerOf, type Reader } from "../chain/reader";
import { useClosed } from "../chain/useClosed";
import { useMyAccount } from "../chain/useMyAccount";
import type { Call } from "../chain/useWrite";
import { count, grouped } from "../format";
import { actText as text } from "../text/act";
import { Button } from "./Button";
import type { PreviewLine } from "./Confirm";
import { Dialog } from "./Dialog";
import { Review } from "./Review";
import { ErrorState } from "./States";

export interface ActProps {
  /** One of a name at a time. */
  readonly of: string;
  readonly label: string;
  /** Whose it is, for screen readers: many rows have the same calls. */
  readonly subject: string;
  readonly sentence: string;
  readonly lines?: readonly PreviewLine[];
  /** What it pays; undefined: nothing. Null: the question does not arise. */
  readonly reward?: string | null | undefined;
  readonly call: () => Call | Promise<Call>;
  readonly closed?: string | undefined;
}

type Tried = { readonly call: Call; readonly gas: bigint; readonly price: bigint } | { readonly failure: unknown };

/** A call that anybody may try: tried at the present block for its gas or its refusal, shown in plain words, then signed. */
export function Act({ of, label, subject, sentence, lines = [], reward, call, closed }: ActProps) {
  const config = useConfig();
  const me = useMyAccount();
  const chainClosed = useClosed();
  const [trying, setTrying] = useState(false);
  const [tried, setTried] = useState<Tried>();
  const title = `${label}: ${subject}`;
  const attempt = async () => {
    setTrying(true);
    try {
      setTried(await triedOf(readerOf(config), me!.owner, await call()));
    } catch (failure) {
      setTried({ failure });
    } finally {
      setTrying(false);
    }
  };
  const done = () => setTried(undefined);
  return (
    <>
      <Button small aria-label={title} busy={trying} closed={chainClosed ?? closed} onClick={() => void attempt()}>
        {label}
      </Button>
      {tried && "failure" in tried && (
        <Dialog open title={`${title} · ${text.refused}`} onClose={done}>
          <ErrorState failure={tried.failure} />
          <p className="text-center text-xs text-soft">{text.refusedHelp}</p>
        </Dialog>
      )}
      {tried && "gas" in tried && (
        <Review
          of={of}
          title={title}
          sentence={sentence}
          lines={[
            ...lines,
            ...(reward === null ? [] : [{ label: text.reward, value: reward ?? text.nothing, note: text.rewardNote }]),
            { label: text.gas, value: count(tried.gas) },
            {
              label: text.cost,
              value: text.ether(grouped(tried.gas * tried.price, 18, 8, { rounding: "up", min: 2 })),
              note: text.costNote,
            },
          ]}
          steps={[{ title, call: () => tried.call }]}
          action={label}
          closed={chainClosed}
          onClose={done}
        />
      )}
    </>
  );
}

async function triedOf(client: Reader, from: Hex, call: Call): Promise<Tried> {
  const [gas, price] = await Promise.all([
    client.gasOf({ from, ...call }),
    client.request({ method: "eth_gasPrice" }) as Promise<Hex>,
  ]);
  return { call, gas, price: BigInt(price) };
}
