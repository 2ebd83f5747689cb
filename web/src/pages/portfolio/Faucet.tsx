// SPDX-License-Identifier: MIT
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Address } from "viem";
import { z } from "zod/v4-mini";
import { useHere } from "../../chain/useHere";
import { ask } from "../../data/ask";
import { portfolioText } from "../../text/portfolio";
import { Banner, Button, sentenceOf } from "../../ui";

const text = portfolioText.faucet;
const funded = z.object({ funded: z.string() });

/** Of a venue with play money: an empty wallet is given some. Nothing is shown where there is no faucet. */
export function Faucet({ owner }: { readonly owner: Address }) {
  const { faucet } = useHere().services;
  const queries = useQueryClient();
  const asked = useMutation({
    mutationFn: () => ask({ service: "faucet", url: faucet!, schema: funded, body: { address: owner } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["chain"] }),
  });
  if (faucet === undefined) return null;
  return (
    <Banner
      kind={asked.error ? "bad" : "info"}
      action={
        <Button small busy={asked.isPending} onClick={() => asked.mutate()}>
          {text.ask}
        </Button>
      }
    >
      {asked.error ? sentenceOf(asked.error).sentence : asked.isSuccess ? text.asked : text.why}
    </Banner>
  );
}
