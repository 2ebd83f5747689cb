// SPDX-License-Identifier: MIT
export const receiptsText = {
  title: "Receipts",
  intro:
    "When a mark jumps and accounts fall below zero, their group locks. A receipt tells what each lock cost, and who paid.",
  list: "Locks",
  listAge: "Age of the list of locks",
  fromChain: "The indexer is away. These come from the chain's own events.",
  none: "No group was ever locked here.",
  back: "All locks",
  columns: {
    lock: "Lock",
    when: "When",
    state: "State",
    absorbed: "Absorbed",
    deficit: "Deficit",
    vault: "Vault",
    winners: "Winners",
    shortfall: "Shortfall",
    mine: "You",
  },
  states: {
    LOCKED: "locked",
    SETTLING: "settling",
    SETTLED: "settled",
    LIFTED: "lifted: nobody was below zero",
    ENDED: "ended",
  } as Record<string, string>,
  name: (markets: string, number: string) => `${markets} · lock ${number}`,
  touched: "you paid",
  absorbedYou: "you were absorbed",

  missing: (lock: string) => `There is no lock ${lock} here. Look at the list.`,
  badId: "This address is no lock's: it is a group and a number, as in 1-3.",
  share: "Copy link",
  copied: "Link copied",
  receiptAge: "Age of the receipt",

  paid: "Who paid the deficit",
  deficit: "Deficit",
  vaultPaid: "The vault paid",
  winnersPaid: "Winners paid",
  shortfall: "Shared as shortfall",
  nothing: "nothing",
  times: { locked: "Locked", until: "Until at least", settled: "Settled", unlocked: "Open again" },

  mine: "Yours",
  mineNone: "No account of yours was charged or absorbed in this lock.",
  minePaid: (amount: string, market: string) => `You paid ${amount} of what the jump in ${market} brought you.`,
  mineGain: (gain: string, share: string) => `It brought you ${gain}; the charge took ${share} of that.`,
  mineTorn: (size: string, market: string) =>
    `${size} ${market} of yours was torn up at the frozen mark, without cost.`,
  mineRelieved: (relief: string, credit: string) =>
    `Other positions of yours lost ${relief} in the same jump: ${credit} of the charge came back.`,
  mineAbsorbed: (owed: string) =>
    `Your account was below zero by ${owed} and was absorbed: its positions and cash are gone, its debt too.`,

  markets: "Markets",
  marketColumns: {
    market: "Market",
    anchor: "Anchor",
    frozen: "Frozen mark",
    jump: "Jump",
    charge: "Charge a unit",
    part: "of the jump",
    winners: "Winning units",
    netted: "Netted",
    vault: "Vault took",
    torn: "Torn up",
  },
  hints: {
    anchor: "The mark from which the jump counts: it was recorded a lock's delay before.",
    charge: "What each unit of the winning side paid; never more than the jump.",
    netted: "Both sides of the absorbed positions against each other.",
    torn: "Closed through the ADL queue at the frozen mark.",
    relief: "What other positions of the account lost in the same jump, at most what it gained.",
    credit: "The same part of it as winners paid of their gains.",
  },

  absorbed: "Absorbed accounts",
  absorbedNone: "Nobody was absorbed.",
  absorbedColumns: { account: "Account", owed: "Below zero by", when: "When" },

  registered: "Charged on gains less losses",
  registeredColumns: { account: "Account", relief: "Relief", credit: "Came back" },

  payers: "Winners charged",
  payersNone: "No winner was charged.",
  payerColumns: {
    account: "Account",
    market: "Market",
    size: "Size",
    gain: "Gain of the jump",
    paid: "Paid",
    torn: "Torn up",
  },
  shown: (shown: string, all: string) => `${shown} of ${all}, what paid most first`,

  levels: "Torn-up levels",
  levelsNone: "No level of the queue was torn up.",
  levelColumns: { market: "Market", side: "Side", level: "Level", torn: "Torn up", left: "Left of it" },
  long: "long",
  short: "short",

  verify: "Verify",
  verifyHelp:
    "Recomputes this receipt here, in your browser, from all of the clearinghouse's events on the chain. The indexer is not asked.",
  verifying: (percent: string) => `Reading the chain's events: ${percent}`,
  verifyStop: "Stop",
  verified: "Verified",
  verifiedText: (events: string, head: string) =>
    `${events} events up to block ${head} give exactly this receipt: each absorbed debt, the vault's part, each charge, each torn-up level.`,
  verifiedOpen: "The lock is not over: what is known so far agrees with the rules.",
  differs: "Does not agree",
  differsText:
    "The events do not give what the rules say, or the indexer tells another receipt than the chain. Do not rely on it, and report these lines.",
  faultColumns: { where: "Where", figure: "Figure", said: "Said", expected: "Recomputed" },
  verifyFirst: "The indexer is away or does not have this lock. Verify reads the receipt from the chain.",
  recomputed: "As recomputed from the chain",
  indexerSays: "the indexer",
} as const;
