// SPDX-License-Identifier: MIT
import { Link } from "wouter";
import { STANDING, type AccountView } from "../../data/lens";
import { money, span } from "../../format";
import { tradeText as text } from "../../text/trade";
import { Banner } from "../../ui";

/** What brings equity up to the call level: deposits of it end a call. */
export function cureOf({ health }: AccountView): bigint {
  const missing = health.callLevel - health.equity;
  return missing > 0n ? missing : 0n;
}

/** The margin call with its countdown by the chain's clock, or what may come before and after one. */
export function MarginCall({ account, now }: { readonly account: AccountView; readonly now: bigint | undefined }) {
  const told = sentence(account, now);
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

export function sentence(
  account: AccountView,
  now: bigint | undefined,
): { kind: "warn" | "bad"; text: string } | undefined {
  const { health } = account;
  const standing = STANDING[health.standing]!;
  const cure = money(cureOf(account), "up");
  const due = BigInt(account.callDue);
  if (standing === "INSOLVENT") return { kind: "bad", text: text.call.insolvent };
  const called = due !== 0n && now !== undefined && now < BigInt(account.callLapses) && cureOf(account) > 0n;
  if (called && now >= due) return { kind: "bad", text: text.call.due(cure) };
  if (standing === "LIQUIDATABLE") return { kind: "bad", text: text.call.liquidatable(cure) };
  if (called) return { kind: "bad", text: text.call.called(cure, span(due - now)) };
  if (standing === "BELOW_CALL") return { kind: "warn", text: text.call.callable(cure) };
  if (standing === "BELOW_INITIAL") {
    return { kind: "warn", text: text.call.onlyReduce(money(health.initial - health.equity, "up")) };
  }
  return undefined;
}
