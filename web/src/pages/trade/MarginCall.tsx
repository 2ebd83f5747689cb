// SPDX-License-Identifier: MIT
import { Link } from "wouter";
import type { AccountView } from "../../data/lens";
import { tradeText as text } from "../../text/trade";
import { Banner } from "../../ui";
import { callTold } from "./callTold";

/** The margin call with its countdown by the chain's clock, or what may come before and after one. */
export function MarginCall({ account, now }: { readonly account: AccountView; readonly now: bigint | undefined }) {
  const told = callTold(account, now);
  if (told === undefined) return null;
  return (
    <Banner
      kind={told.kind}
      urgent
      action={
        <Link to="/portfolio" className="font-medium underline">
          {text.deposit}
        </Link>
      }
    >
      {told.text}
    </Banner>
  );
}
