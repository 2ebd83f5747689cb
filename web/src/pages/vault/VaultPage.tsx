// SPDX-License-Identifier: MIT
import { appText } from "../../text/app";
import { Panel } from "../../ui";

export default function VaultPage() {
  return <Panel title={appText.vault}>…</Panel>;
}
