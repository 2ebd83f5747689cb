// SPDX-License-Identifier: MIT
import { parseArgs } from "node:util";
import { addressOf, type Address } from "../../sdk/range.js";
import { BadOption } from "../run/options.js";

export const USAGE = `npm run relay -- bond ACTION --rpc URL [options]

What stands behind a relay's word: docs/relay.md explains the bond and its terms. NOVATION_BOND_KEY is the key that
sends; either 0x..., or @PATH of a file with it.

  deploy     a bond for a relay: --deployment FILE --relay ADDRESS --operator ADDRESS --beneficiary ADDRESS
             [--stake TOKENS] [--answer-time SECONDS] [--notice SECONDS]
             [--prover-share PPM] [--wronged-share PPM]; default 100 tokens, 1 day, 7 days, 100000, 400000
  fund       adds to it: --bond ADDRESS --amount TOKENS
  claim      shows it what an audit wrote: --bond ADDRESS --proofs FILE; pays the stake of each claim
  answer     answers a claim out of the journal: --bond ADDRESS --claim ID --relay-url URL
  decide     when the time of a claim is over: --bond ADDRESS --claim ID
  announce   begins the notice of a withdrawal: --bond ADDRESS
  withdraw   after it: --bond ADDRESS --to ADDRESS
  collect    takes what the key is owed: --bond ADDRESS
  status     what the bond has, and all claims: --bond ADDRESS [--of ADDRESS]

deploy takes the build that ships; --artifacts FOLDER takes another.`;

const ACTIONS = ["deploy", "fund", "claim", "answer", "decide", "announce", "withdraw", "collect", "status"] as const;
export type Action = (typeof ACTIONS)[number];

const text = { type: "string" } as const;
const OPTIONS = {
  ...{ rpc: text, deployment: text, relay: text, operator: text, beneficiary: text, stake: text },
  ...{ "answer-time": text, notice: text, "prover-share": text, "wronged-share": text, artifacts: text },
  ...{ bond: text, amount: text, proofs: text, claim: text, "relay-url": text, to: text, of: text },
  help: { type: "boolean" },
} as const;

type Name = Exclude<keyof typeof OPTIONS, "help">;

/** What each action cannot do without, beside --rpc. */
const NEEDS: Readonly<Record<Action, readonly Name[]>> = {
  deploy: ["deployment", "relay", "operator", "beneficiary"],
  fund: ["bond", "amount"],
  claim: ["bond", "proofs"],
  answer: ["bond", "claim", "relay-url"],
  decide: ["bond", "claim"],
  announce: ["bond"],
  withdraw: ["bond", "to"],
  collect: ["bond"],
  status: ["bond"],
};

/** The options of an action, each read in its own form. */
export class Options {
  constructor(
    readonly action: Action,
    private readonly values: Readonly<Partial<Record<Name, string>>>,
  ) {}

  text(name: Name, usual = ""): string {
    return this.values[name] ?? usual;
  }

  address(name: Name): Address {
    return addressOf(this.text(name) as Address, `--${name}`);
  }

  /** Undefined: it was not given. */
  maybeAddress(name: Name): Address | undefined {
    return this.values[name] === undefined ? undefined : this.address(name);
  }

  whole(name: Name, usual = ""): bigint {
    const given = this.text(name, usual);
    if (!/^\d{1,30}$/.test(given)) throw new BadOption(`--${name} is ${given}: give a whole number.`);
    return BigInt(given);
  }
}

/** Undefined: help is wanted. */
export function parseOptions(args: readonly string[]): Options | undefined {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (failure) {
    throw new BadOption(`${(failure as Error).message}.`);
  }
  const { values, positionals } = parsed;
  if (values.help) return undefined;
  const action = ACTIONS.find((each) => each === positionals[0]);
  if (action === undefined || positionals.length > 1) {
    throw new BadOption(`${positionals.join(" ") || "Nothing"} is no action: give one of ${ACTIONS.join(", ")}.`);
  }
  const { help: _, ...given } = values;
  const missing = (["rpc", ...NEEDS[action]] as const).filter((name) => given[name] === undefined);
  if (missing.length > 0) throw new BadOption(`${action} needs --${missing.join(" and --")}.`);
  return new Options(action, given);
}
