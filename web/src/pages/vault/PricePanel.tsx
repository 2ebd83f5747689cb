// SPDX-License-Identifier: MIT
import { lazy, Suspense, useMemo } from "react";
import { useHere } from "../../chain/useHere";
import { tokens } from "../../format";
import { vaultText as text } from "../../text/vault";
import { Age, EmptyState, Loading, Panel, Shown } from "../../ui";
import { priceOf } from "./batches";
import type { useVaultPast, VaultView } from "./useVault";

const SeriesChart = lazy(() => import("../../ui/SeriesChart"));

export interface PricePanelProps {
  readonly past: ReturnType<typeof useVaultPast>;
  readonly vault: VaultView | undefined;
  /** The chain's clock. */
  readonly now: bigint | undefined;
}

/** What a share was worth, and is. */
export function PricePanel({ past, vault, now }: PricePanelProps) {
  return (
    <Panel title={text.chart} aside={<Age at={past.dataUpdatedAt} staleAfter={30_000} of={text.chart} />} flush>
      <Shown query={past}>{({ prices }) => <Drawn prices={prices} vault={vault} now={now} />}</Shown>
    </Panel>
  );
}

interface DrawnProps extends Pick<PricePanelProps, "vault" | "now"> {
  readonly prices: readonly { readonly assets: bigint; readonly shares: bigint; readonly time: number }[];
}

function Drawn({ prices, vault, now }: DrawnProps) {
  const { deployment } = useHere();
  const { tokenDecimals } = deployment;
  const { times, lines } = useMemo(() => {
    if (vault === undefined) return { times: [], lines: [] };
    const points = [...prices].reverse().flatMap(({ assets, shares, time }) => {
      const price = priceOf(assets, shares, vault.decimals);
      return price === undefined ? [] : [{ time, price }];
    });
    if (now !== undefined) points.push({ time: Number(now), price: vault.price });
    return {
      times: points.map(({ time }) => time),
      lines: [
        {
          name: text.sharePrice,
          values: points.map(({ price }) => price),
          decimals: tokenDecimals,
          tone: "accent",
          fill: true,
          stepped: true,
          show: (value: bigint) => tokens(value, tokenDecimals, Math.min(tokenDecimals, 4)),
        },
      ],
    };
  }, [prices, vault, now, tokenDecimals]);
  if (times.length < 2) return <EmptyState>{text.noChart}</EmptyState>;
  return (
    <Suspense fallback={<Loading />}>
      <SeriesChart label={text.chartOf} times={times} lines={lines} height={200} />
    </Suspense>
  );
}
