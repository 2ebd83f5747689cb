// SPDX-License-Identifier: MIT
import { useState } from "react";
import { useConfig } from "wagmi";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { Said } from "../../chain/refusal";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { NoPermit, usePermit } from "../../chain/usePermit";
import { readerOf } from "../../chain/reader";
import { accessTold, useAdmitted } from "../../data/access";
import { approvalSteps } from "../../data/approvalSteps";
import type { TokenView } from "../../data/token";
import { exact, moment, money, tokens as showTokens } from "../../format";
import { portfolioText as text } from "../../text/portfolio";
import { AmountForm } from "../../ui/AmountForm";
import { Review, type Step } from "../../ui/Review";
import { Faucet } from "./Faucet";
import { toMoney } from "./units";
import { wayOf, type Way } from "./wayOf";

/** How long a permit is good for, seconds. */
const PERMIT = 1_800n;

/** What the form stands on, of either clearinghouse. */
export interface DepositFacts {
  readonly token: TokenView | undefined;
  readonly decimals: number;
  readonly now: bigint | undefined;
  /** How many positions the account has: who holds some may add to their margin without being admitted. */
  readonly positions: number;
  readonly equity: bigint | undefined;
  /** What ends a margin call; zero: there is none. */
  readonly cure: bigint;
}

interface DepositProps {
  readonly me: MyAccount;
  readonly facts: DepositFacts;
}

/** Tokens of the wallet into the account: by a permit, or by an approval as the token needs. */
export function DepositForm({ me, facts }: DepositProps) {
  const { deployment } = useHere();
  const { token, positions, now, decimals, cure } = facts;
  const [refusedPermit, setRefusedPermit] = useState(false);
  const denied = accessTold(useAdmitted(me.owner).data, positions);
  const chainClosed = useClosed() ?? (positions === 0 ? denied : undefined);
  const symbol = token?.symbol ?? "";
  const wayFor = (tokens: bigint) => wayOf(token!, tokens, refusedPermit);
  const loading = token === undefined || now === undefined ? text.closed.loading : undefined;
  return (
    <AmountForm
      label={text.amount}
      decimals={decimals}
      unit={symbol}
      help={(tokens) => token && text.ways[wayFor(tokens ?? 1n)]}
      max={{ amount: token?.balance, text: text.inWallet(showTokens(token?.balance, decimals)) }}
      closed={chainClosed ?? loading}
      missing={text.closed.amount}
      problem={(tokens) => (token !== undefined && tokens > token.balance ? text.closed.wallet : undefined)}
      ask={(tokens) => ({ tokens, way: wayFor(tokens) })}
      review={(asked, ends) => (
        <DepositReview
          me={me}
          facts={facts}
          symbol={symbol}
          {...asked}
          spender={deployment.clearinghouse}
          closed={chainClosed}
          onNoPermit={() => setRefusedPermit(true)}
          {...ends}
        />
      )}
    >
      {token?.balance === 0n && <Faucet owner={me.owner} />}
      {cure > 0n && <p className="text-xs text-warn">{text.callCure(money(cure, "up"))}</p>}
    </AmountForm>
  );
}

interface DepositReviewProps {
  readonly me: MyAccount;
  readonly facts: DepositFacts;
  readonly symbol: string;
  readonly tokens: bigint;
  readonly way: Way;
  readonly spender: `0x${string}`;
  readonly closed: string | undefined;
  readonly onNoPermit: () => void;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function DepositReview(props: DepositReviewProps) {
  const { me, facts, symbol, tokens, way, spender, closed, onNoPermit, onClose, onDone } = props;
  const here = useHere();
  const config = useConfig();
  const sign = usePermit();
  const { decimals, equity } = facts;
  const [deadline] = useState(() => facts.now! + PERMIT);
  const amount = `${exact(tokens, decimals)} ${symbol}`;
  const { clearinghouse } = here.deployment;
  const credited = toMoney(tokens, decimals);
  const steps: Record<Way, Step[]> = {
    permit: [
      {
        title: text.stepPermit(amount),
        call: async () => {
          const permit = await sign(spender, tokens, deadline).catch((failure: unknown) => {
            if (!(failure instanceof NoPermit)) throw failure;
            onNoPermit();
            throw new Said({ kind: "refused", sentence: text.noPermit });
          });
          return callOf(calls.depositWithPermit(clearinghouse, me.id, tokens, permit));
        },
      },
    ],
    approve: [
      ...approvalSteps({
        client: readerOf(config),
        here,
        owner: me.owner,
        spender,
        tokens,
        amount,
        before: facts.token?.allowance ?? 0n,
        text,
      }),
      { title: text.stepDeposit(amount), call: () => callOf(calls.deposit(clearinghouse, me.id, tokens)) },
    ],
    deposit: [{ title: text.stepDeposit(amount), call: () => callOf(calls.deposit(clearinghouse, me.id, tokens)) }],
  };
  return (
    <Review
      of="deposit"
      title={`${text.deposit} ${amount}`}
      sentence={text.depositSentence[way](amount, me.number, moment(deadline))}
      lines={[
        { label: text.lines.pays, value: amount },
        { label: text.lines.gets, value: money(credited) },
        { label: text.lines.to, value: text.account(me.number) },
        { label: text.lines.equityAfter, value: money(equity === undefined ? undefined : equity + credited) },
        ...(way === "permit" ? [{ label: text.lines.until, value: moment(deadline) }] : []),
        { label: text.lines.gas, value: text.lines.gasNote },
      ]}
      steps={steps[way]}
      action={text.do.deposit}
      closed={closed}
      onClose={onClose}
      onDone={onDone}
    />
  );
}
