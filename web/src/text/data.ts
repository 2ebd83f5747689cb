// SPDX-License-Identifier: MIT
// What is said of data: its age, and why something is not shown.
const NAMES: Record<string, string> = {
  relay: "The relay",
  indexer: "The indexer",
  chain: "The node",
  faucet: "The faucet",
};

export const dataText = {
  absurd: (service: string, where: string) =>
    `${NAMES[service] ?? service} gave an answer that cannot be right (${where}). It is not shown, and nothing is signed by it.`,
  away: (service: string) => `${NAMES[service] ?? service} does not answer.`,
  loading: "Loading…",
  stale: "stale",
  ago: (span: string) => `${span} ago`,
  never: "not heard of yet",
  retry: "Try again",
  bookProblems: {
    closed: "The relay is away: the book is not shown, because it would be old.",
    gap: "A change of the book was missed. It is asked for again.",
    checksum: "The book's checksum does not agree. It is asked for again.",
    unsorted: "The relay sent a book out of order. It is asked for again.",
    crossed: "The relay sent a crossed book. It is asked for again.",
    malformed: "The relay sent something that is no book. It is asked for again.",
  } as Record<string, string>,
  status: {
    chain: "Chain",
    indexer: "Indexer",
    relay: "Relay",
    block: (number: string) => `block ${number}`,
    behind: (count: string) => `${count} behind`,
    away: "away",
    otherChain: "other chain",
    stopped: (span: string) => `no block for ${span}`,
  },
  closed: {
    chainAway: "The node does not answer, so nothing can be checked or sent. Actions open again when it does.",
    otherChain: "The node is of another chain than the venue. Nothing is signed until that is mended.",
    relayAway: "The relay is away. What the chain alone can do still works: cancel, deposit, withdraw, redeem.",
    indexerAway: "The indexer is away: history and charts are missing. Trading works.",
    priceStale: "The market's price is not fresh. Fills wait for its next update; orders that rest may be signed.",
    bookStale: "The book is not in order now. Market orders open again when it is.",
  },
} as const;
