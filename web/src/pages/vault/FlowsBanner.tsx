// SPDX-License-Identifier: MIT
import { vaultText as text } from "../../text/vault";
import { Banner } from "../../ui";
import type { VaultView } from "./useVault";

/** Why deposits or redeems wait, and what ends that. Nothing when both are open. */
export function FlowsBanner({ vault: { depositFlows, redeemFlows, closed } }: { readonly vault: VaultView }) {
  return (
    <>
      {closed && <Banner kind="warn">{text.classClosed}</Banner>}
      {depositFlows !== "OPEN" && (
        <Banner kind="warn">
          {depositFlows === redeemFlows
            ? `${text.depositsClosed}, ${text.redeemsClosed.toLowerCase()}`
            : text.depositsClosed}
          {": "}
          {text.reasons[depositFlows]}
        </Banner>
      )}
      {redeemFlows !== "OPEN" && redeemFlows !== depositFlows && (
        <Banner kind="warn">
          {text.redeemsClosed}: {text.reasons[redeemFlows]}
        </Banner>
      )}
    </>
  );
}
