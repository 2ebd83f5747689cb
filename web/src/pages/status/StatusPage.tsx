// SPDX-License-Identifier: MIT
import { appText } from "../../text/app";
import { Panel } from "../../ui";

export default function StatusPage() {
  return <Panel title={appText.status}>…</Panel>;
}
