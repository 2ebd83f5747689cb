// SPDX-License-Identifier: MIT
import { appText } from "../../text/app";
import { Panel } from "../../ui";

export default function KeepersPage() {
  return <Panel title={appText.keepers}>…</Panel>;
}
