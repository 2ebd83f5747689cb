// SPDX-License-Identifier: MIT
import { STANDINGS } from "./standings.js";

export const keepersText = {
  title: "Keepers",
  intro:
    "Anyone keeps the venue in order: no call here needs a permission. Each is tried first, with its gas, before it is signed.",

  risk: "Accounts at risk",
  riskHelp:
    "The nearest to liquidation, found by the indexer and read again from the chain. Positions are at live prices.",
  riskAway:
    "The indexer is away, so nobody can be found here. An account whose number you know can be looked up below.",
  noRisk: "No account with a position is known.",
  lookUp: "Look up an account",
  lookUpHelp: "Its id, or its owner's address for account #0; address#number for another.",
  lookUpProblem: "Write an address, address#number, or an account's id.",
  riskColumns: {
    account: "Account",
    standing: "Standing",
    equity: "Equity",
    maintenance: "Maintenance",
    ratio: "Equity of it",
    call: "Margin call",
    actions: "Calls",
  },
  ratioHint: "At 100% the account may be liquidated.",
  standings: { FLAT: "flat", ...STANDINGS } as Record<string, string>,
  called: (span: string) => `called ${span} ago`,
  notCalled: "none",

  locks: "Locks and settlements",
  locksHelp:
    "Poke locks a group whose mark jumped, moves anchors, ends a lock that gathered nobody, and notes dead feeds. Absorb gathers accounts below zero. Register nets gains and losses of hedged accounts. Deleverage settles a lock that is over.",
  groupColumns: {
    group: "Group",
    phase: "Phase",
    due: "Due",
    left: "In",
    absorbed: "Absorbed",
    deficit: "They owe",
    actions: "Calls",
  },
  phases: { NORMAL: "open", LOCKED: "locked", SETTLING: "settling" } as Record<string, string>,
  dues: {
    gap: "a mark jumped: lock it",
    anchors: "anchors move",
    lock: "the lock ends",
    lift: "end the lock",
    settle: "settle it",
    settling: "settle on",
  } as Record<string, string>,
  dueNow: "due now",

  inventory: "Inventory on offer",
  inventoryHelp:
    "Positions that the vault took over, at the mark less a discount which grows with time. You take the same side.",
  noInventory: "The vault offers nothing now.",
  inventoryColumns: {
    market: "Market",
    size: "Size",
    discount: "Discount",
    price: "Price",
    mark: "Mark",
    gain: "Gain at the mark",
    actions: "Calls",
  },
  long: "Long",
  short: "Short",
  amount: "Size to take",
  all: "All of it",
  amountProblem: "More than is on offer.",

  chores: "Chores",
  choresHelp: "Calls that pay nothing but keep the venue going.",
  batch: "Oldest redeem batch",
  batchOf: (id: string, state: string) => `#${id}: ${state}`,
  noBatch: "none is open",
  fees: "Trading fees to split",
  choreColumns: { name: "What", state: "State", actions: "Call" },

  calls: {
    poke: "Poke",
    absorb: "Absorb",
    net: "Register",
    deleverage: "Deleverage",
    marginCall: "Call margin",
    clearCall: "Clear call",
    liquidateToVault: "Into the vault",
    buyInventory: "Take",
    processBatch: "Price it",
    collectFees: "Split fees",
  },
  sentences: {
    poke: (group: string) => `You bring the group ${group} to where the chain's clock and prices say that it is.`,
    absorb: (count: string, group: string) =>
      `You gather ${count} below zero in the group ${group}. Their positions go into the estate and their cash is gone.`,
    net: (count: string, group: string) =>
      `You register ${count} of the group ${group}: the charge goes by what each gained less what it lost.`,
    deleverage: (group: string) =>
      `You settle the lock of the group ${group}, as far as one transaction does. Nobody can change the outcome.`,
    marginCall: (account: string) =>
      `You record a margin call of ${account}. It gets its grace to add margin; then it may be liquidated.`,
    clearCall: (account: string) => `You clear the margin call of ${account}, which is above the call level again.`,
    liquidateToVault: (account: string, size: string) =>
      `You hand ${size} of ${account} to the insurance vault, as far as it takes it.`,
    buyInventory: (size: string, account: string) =>
      `Your account ${account} takes ${size} from the vault, at no worse a price than the mark of now.`,
    processBatch: (id: string) => `You price redeem batch #${id} at the vault's equity of now.`,
    collectFees: "You split the trading fees between vault and treasury.",
  },
  accounts: (count: number) => (count === 1 ? "1 account" : `${count} accounts`),
  lines: {
    atMost: (amount: string) => `at most ${amount}`,
    limit: "No worse than",
    price: "Price now",
    discount: "Discount",
    size: "Size",
    notional: "Notional at the mark",
  },
  rewards: {
    refund: (amount: string) => `at most ${amount}, by the last step`,
    discount: (amount: string) => `${amount} below the mark`,
  },
  closed: {
    nobody: "Nobody below zero is known in this group.",
    nobodyHedged: "Nobody to register is known in this group.",
    normal: "The group is not locked.",
    locked: "The lock is not over yet.",
    empty: "The lock gathered nobody: poke ends it.",
    notDue: "It is not due yet.",
    noFees: "There are no fees to split.",
    noBatch: "No batch is open.",
    standing: "Its equity is above the call level.",
    called: "A margin call is recorded already.",
    notCalled: "No margin call is recorded.",
    noCall: "Call its margin first.",
    amount: "Give a size.",
  },
} as const;
