// SPDX-License-Identifier: MIT
import { appText } from "../../text/app";
import { Panel } from "../../ui";

export default function PortfolioPage() {
  return <Panel title={appText.portfolio}>…</Panel>;
}
