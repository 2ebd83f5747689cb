// SPDX-License-Identifier: MIT
import { money, moneyExact, percent } from "../../format";
import { receiptsText as text } from "../../text/receipts";
import type { ReceiptView } from "./view";

/** deficit = vault + winners + shortfall, drawn and told. */
export function PaidBar({ deficit, vaultPaid, charged, shortfall }: ReceiptView) {
  const parts = [
    { label: text.vaultPaid, amount: vaultPaid, colour: "bg-accent" },
    { label: text.winnersPaid, amount: charged, colour: "bg-warn" },
    { label: text.shortfall, amount: shortfall, colour: "bg-bad" },
  ];
  const share = (amount: bigint) => (deficit > 0n ? (amount * 1_000_000n) / deficit : 0n);
  return (
    <div className="grid gap-3">
      <div className="flex items-baseline justify-between">
        <span className="text-xs text-soft">{text.deficit}</span>
        <span className="text-xl font-semibold" title={moneyExact(deficit)} data-testid="deficit">
          {money(deficit, "up")}
        </span>
      </div>
      <div aria-hidden="true" className="flex h-2 overflow-hidden rounded bg-raised">
        {parts.map(({ label, amount, colour }) => (
          <span key={label} className={colour} style={{ width: `${Number(share(amount)) / 10_000}%` }} />
        ))}
      </div>
      <dl className="grid gap-1 text-xs">
        {parts.map(({ label, amount, colour }) => (
          <div key={label} className="flex items-center gap-2">
            <span aria-hidden="true" className={`size-2 rounded-sm ${colour}`} />
            <dt className="flex-1 text-soft">{label}</dt>
            <dd className="text-soft">{deficit > 0n ? percent(share(amount)) : ""}</dd>
            <dd className="w-28 text-right" title={moneyExact(amount)}>
              {amount === 0n ? text.nothing : money(amount, "up")}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
