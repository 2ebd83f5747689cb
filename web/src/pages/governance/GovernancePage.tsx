// SPDX-License-Identifier: MIT
import { appText } from "../../text/app";
import { Panel } from "../../ui";

export default function GovernancePage() {
  return <Panel title={appText.governance}>…</Panel>;
}
