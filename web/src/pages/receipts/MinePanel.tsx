// SPDX-License-Identifier: MIT
import { money, percent, size } from "../../format";
import { isOf } from "../../format/account";
import { receiptsText as text } from "../../text/receipts";
import { Panel } from "../../ui";
import type { ReceiptView } from "./view";

export interface MinePanelProps {
  readonly view: ReceiptView;
  readonly owner: string;
  readonly symbolOf: (market: bigint) => string;
}

/** What the lock meant for the reader, in sentences. */
export function MinePanel({ view, owner, symbolOf }: MinePanelProps) {
  const sentences: string[] = [];
  for (const { account, owed } of view.absorbed) {
    if (isOf(account, owner)) sentences.push(text.mineAbsorbed(money(owed, "up")));
  }
  for (const { account, market, paid, gain, tornUp = 0n } of view.payers) {
    if (!isOf(account, owner)) continue;
    const symbol = symbolOf(market);
    sentences.push(text.minePaid(money(paid, "up"), symbol));
    if (gain > 0n) sentences.push(text.mineGain(money(gain), percent((paid * 1_000_000n) / gain)));
    if (tornUp > 0n) sentences.push(text.mineTorn(size(tornUp), symbol));
  }
  for (const { account, relief, credit } of view.registered) {
    if (isOf(account, owner)) sentences.push(text.mineRelieved(money(relief), money(credit)));
  }
  return (
    <Panel title={text.mine}>
      <ul className="grid gap-1 text-sm">
        {(sentences.length === 0 ? [text.mineNone] : sentences).map((sentence) => (
          <li key={sentence} className={sentences.length === 0 ? "text-xs text-soft" : ""}>
            {sentence}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
