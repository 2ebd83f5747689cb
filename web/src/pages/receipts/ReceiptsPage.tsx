// SPDX-License-Identifier: MIT
import { appText } from "../../text/app";
import { Panel } from "../../ui";

export default function ReceiptsPage() {
  return <Panel title={appText.receipts}>…</Panel>;
}
