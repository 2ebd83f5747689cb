// SPDX-License-Identifier: MIT
import { appText } from "../../text/app";
import { Panel } from "../../ui";

export default function TradePage() {
  return <Panel title={appText.trade}>…</Panel>;
}
