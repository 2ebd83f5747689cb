// SPDX-License-Identifier: MIT
import { cureOf } from "../../data/cure";
import type { AccountView } from "../../data/lens";
import { STANDING } from "../../data/lens/names";
import { money, span } from "../../format";
import { tradeText } from "../../text/trade";

const text = tradeText.call;

export interface CallTold {
  readonly kind: "warn" | "bad";
  readonly text: string;
}

type Called = Pick<AccountView, "callDue" | "callLapses"> & {
  readonly health: Pick<AccountView["health"], "standing" | "callLevel" | "equity" | "initial">;
};

/** The margin call with its time left by the chain's clock, or what may come before and after one. */
export function callTold(account: Called, now: bigint | undefined): CallTold | undefined {
  const { health } = account;
  const standing = STANDING[health.standing]!;
  const cure = money(cureOf(account), "up");
  const due = BigInt(account.callDue);
  if (standing === "INSOLVENT") return { kind: "bad", text: text.insolvent };
  const called = due !== 0n && now !== undefined && now < BigInt(account.callLapses) && cureOf(account) > 0n;
  if (called && now >= due) return { kind: "bad", text: text.due(cure) };
  if (standing === "LIQUIDATABLE") return { kind: "bad", text: text.liquidatable(cure) };
  if (called) return { kind: "bad", text: text.called(cure, span(due - now)) };
  if (standing === "BELOW_CALL") return { kind: "warn", text: text.callable(cure) };
  if (standing === "BELOW_INITIAL") {
    return { kind: "warn", text: text.onlyReduce(money(health.initial - health.equity, "up")) };
  }
  return undefined;
}
