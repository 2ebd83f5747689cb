// SPDX-License-Identifier: MIT
export const governanceText = {
  title: "Governance",
  venue: "Venue",
  group: (markets: string) => `Group ${markets}`,
  unknown: (scope: string) => scope,
  indexerAway:
    "The indexer is away: history, roles and operations are missing. What stands below comes from the chain.",

  operations: "Pending operations",
  operationsHelp:
    "What governance has announced. An operation can be executed after its delay, and lapses a while later.",
  noOperations: "Nothing is announced.",
  operationColumns: { what: "What", by: "By", state: "State", left: "Time", actions: "Calls" },
  states: { waits: "waits", ready: "may be executed", lapsed: "lapsed" } as Record<string, string>,
  readyIn: (span: string) => `in ${span}`,
  lapsesIn: (span: string) => `lapses in ${span}`,
  undecoded: (selector: string) => `a call that this page does not know: ${selector}`,
  at: (target: string) => `at ${target}`,
  changes: (before: string, after: string) => `${before} → ${after}`,
  noChange: "no parameter changes",
  execute: "Execute",
  cancel: "Cancel",
  executeSentence: (what: string) => `You execute what was announced: ${what}. It holds at once.`,
  cancelSentence: (what: string) => `You cancel what was announced: ${what}.`,
  notYours: "Only whoever announced it can execute it.",
  notYet: "Its delay is not over.",
  lapsed: "It has lapsed: it has to be announced again.",

  past: "Past operations",
  noPast: "None yet.",
  pastColumns: { what: "What", state: "State", time: "When" },
  ended: { EXECUTED: "executed", CANCELLED: "cancelled", SCHEDULED: "lapsed" } as Record<string, string>,

  pauses: "Pauses",
  pausesHelp: "A pause ends by itself. One that stops liquidations can be repeated only after a week.",
  pauseColumns: { of: "Of", level: "Level", until: "Ends", left: "In", liquidations: "Liquidations" },
  everything: "Everything",
  levels: {
    NONE: "none",
    NO_NEW_RISK: "no new risk",
    NO_LIQUIDATION: "no liquidations either",
    REDUCE_ONLY: "reduce only: no withdrawals either",
  } as Record<string, string>,
  liquidations: { go: "allowed", from: (span: string) => `again in ${span}` },

  roles: "Roles",
  rolesHelp: "Who may call what, and how long each call has to be announced before.",
  roleColumns: { role: "Role", member: "Who", delay: "Delay", since: "Since", may: "May call" },
  names: ["ADMIN", "GOVERNOR", "RISK", "GUARDIAN"] as readonly string[],
  role: (id: string) => `Role ${id}`,
  adminMay: "decides who has the other roles",
  noDelay: "none",
  noRoles: "No role is granted.",
  mine: "Your roles",
  mineNone: "Your address has no role: you can look, and call what anybody may.",
  mineOf: (role: string, delay: string) => `${role}, delay ${delay}`,

  parameters: "Parameters",
  of: "Of",
  parametersHelp: "As they are, and what the contracts would take while the others stay as they are.",
  budgets: "Vault budget",

  report: "Report of a proposal",
  reportHelp:
    "What a proposal would do, simulated: to whom, when, and what each role can do afterwards. The file is read in your browser and sent nowhere.",
  reportFile: "The report.json that came with the proposal",
  reportNone: "This is no report of a proposal: choose the report.json that the proposal came with.",
  reportElsewhere: (clearinghouse: string, chain: string) =>
    `This report is of another venue: clearinghouse ${clearinghouse} on chain ${chain}.`,
  reportAsOf: (block: number) =>
    `As of block ${block}. Whoever made the file computed it: to be sure, compute it yourself from the proposal's file.`,

  history: "Changes",
  historyHelp: "Each value that changed, latest first.",
  historyColumns: { time: "When", scope: "Of", name: "What", change: "Before → after" },
  noHistory: "Nothing has changed since the deployment.",
  all: "All",
  first: "not set",
} as const;
