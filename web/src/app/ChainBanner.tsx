// SPDX-License-Identifier: MIT
import { useAccount, useSwitchChain } from "wagmi";
import { OtherChain, useHead } from "../chain/head";
import { tell } from "../chain/refusal";
import { useHere } from "../chain/useHere";
import { chainText } from "../text/chain";
import { dataText } from "../text/data";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";

/** What stops everything: the wallet on another chain, the node away, or of another chain. */
export function ChainBanner() {
  const { isConnected, chainId } = useAccount();
  const { services, deployment } = useHere();
  const { mutate, isPending, error } = useSwitchChain();
  const head = useHead();
  const id = Number(deployment.chainId);
  const banners = [];
  if (head.error) {
    const { otherChain, chainAway } = dataText.closed;
    banners.push(
      <Banner key="node" kind="bad" urgent>
        {head.error instanceof OtherChain ? otherChain : chainAway}
      </Banner>,
    );
  }
  if (isConnected && chainId !== id) {
    banners.push(
      <Banner
        key="wallet"
        kind="warn"
        urgent
        action={
          // A wallet that answers 4902 is asked to add the chain first: wagmi does that for injected wallets.
          <Button small busy={isPending} onClick={() => mutate({ chainId: id })}>
            {chainText.switchChain(services.chainName)}
          </Button>
        }
      >
        {chainText.wrongChain(services.chainName)}
        {error && <span className="block text-bad">{tell(error).sentence}</span>}
      </Banner>,
    );
  }
  return banners.length === 0 ? null : <div className="grid gap-1.5 px-1.5 pt-1.5">{banners}</div>;
}
