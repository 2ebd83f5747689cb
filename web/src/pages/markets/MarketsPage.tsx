// SPDX-License-Identifier: MIT
import { appText } from "../../text/app";
import { Panel } from "../../ui";

export default function MarketsPage() {
  return <Panel title={appText.markets}>…</Panel>;
}
