// SPDX-License-Identifier: MIT
import { appText } from "../../text/app";
import { Panel } from "../../ui";

export default function RiskPage() {
  return <Panel title={appText.risk}>…</Panel>;
}
