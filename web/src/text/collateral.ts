// SPDX-License-Identifier: MIT
// What is said of tokens that count as margin beside the settlement token.
export const collateralText = {
  title: "Collateral",
  ageOf: "Age of the collateral's numbers",
  help:
    "Tokens that you pledge let you trade. They are lent to nobody, and never leave as cash: " +
    "when your cash and positions do not suffice, they are sold for you.",
  counted: "Counts as margin",
  countedHint: "In your equity, now.",
  committed: "The line pays in a lock",
  committedHint: "What the vault has set aside for your pledges, whatever happens to their prices in a lock.",
  none: "nothing",

  lines: {
    pledged: "Pledged",
    counts: "Counts for",
    perToken: "Counted price",
    live: "Price now",
    floor: "Floor",
    lock: "Line pays in a lock",
    fee: "Fee a year",
    feeDue: "Fee due",
    discount: "On offer at",
    wallet: "In your wallet",
    room: "Room for more",
    closes: "All of it is sold from",
  },
  fresh: "fresh",
  stale: "stale",
  perToken: (price: string, symbol: string) => `${price} a ${symbol}`,
  discount: (price: string, discount: string) => `${price}, ${discount} below the price of now`,
  feeNote: "of the units, taken from the pledge",
  closesNote: "the collateral is closing; what you can take back before is yours in units, the rest in cash",
  floorNote: "the lesser of the last two recorded prices, or what the line can pay",

  why: {
    live: (haircut: string) => `The price of now is below the floor: it counts, less ${haircut}.`,
    floor: (haircut: string) =>
      `The floor counts, less ${haircut}: a price that rises counts once it has been recorded.`,
    line: (haircut: string) => `What the vault's line can pay bounds the price: that counts, less ${haircut}.`,
    stale: (haircut: string) =>
      `The price is stale: the floor counts, less ${haircut} twice, and you can open no new positions until it is fresh.`,
  },

  exchange: {
    none: "Nothing is pledged, so nothing is exchanged.",
    notDue:
      "Not due. It is exchanged when your cash and positions are below zero, or when the account may be liquidated.",
    noLonger: (lapse: string) => `On offer, and no longer due: nobody can buy. The offer ends in ${lapse}.`,
    waits: (need: string) =>
      `Due: ${need} is missing. It waits until the group is open and its prices are fresh. In a lock the line pays.`,
    due: (need: string) => `Due now: ${need} is missing. Anyone may put your pledges on offer.`,
    belowZero: (need: string) =>
      `Below zero with your pledges: ${need} is missing. The line buys at once, by anyone's call; others pay no less.`,
    offered: (since: string, need: string, line: string) =>
      `On offer since ${since}: ${need} is missing. The discount grows; the line buys in ${line}.`,
    lineBuys: (since: string, need: string, lapse: string) =>
      `On offer since ${since}: ${need} is missing. The line buys now, by anyone's call. The offer ends in ${lapse}.`,
  },

  record: "Record the price",
  recordSentence: "You record the price of now. The recorded one becomes the anchor, and the floor follows.",
  offer: "Put on offer",
  offerSubject: "your pledges",
  offerSentence: "You put your pledges on offer: anyone may buy what the account needs, at a discount that grows.",
  line: "Exchange with the line",
  lineSentence: (symbol: string) => `The vault's line buys what the account needs of its ${symbol}, and pays in cash.`,

  which: "Collateral",
  actions: "Pledge, take back, buy",
  tabs: { pledge: "Pledge", take: "Take back", buy: "Buy" },
  units: "Units",
  inWallet: (amount: string) => `Wallet: ${amount}`,
  canLeave: (amount: string) => `Can leave: ${amount}`,
  canBuy: (amount: string) => `On sale: ${amount}`,
  to: "Arrives at",
  pledgeTitle: (amount: string) => `Pledge ${amount}`,
  pledgeSentence: (amount: string, number: number) =>
    `You pledge ${amount} to your account #${number}. It counts as margin, and you can take it back.`,
  countsMore: "Counts for at least",
  stepReset: "Set the old approval to zero",
  stepApprove: (amount: string) => `Approve ${amount}`,
  stepPledge: (amount: string) => `Pledge ${amount}`,
  takeTitle: (amount: string) => `Take back ${amount}`,
  takeSentence: (amount: string, to: string) => `You take back ${amount}, to ${to}.`,
  takeAll: "The fee that is due is taken first.",
  buyHelp: "What another account has on offer. You pay cash of this account, which has to be without positions.",
  seller: "Owner of the account",
  sellerNumber: "Its number",
  buyTitle: (amount: string) => `Buy ${amount}`,
  buySentence: (amount: string, cost: string, account: string) =>
    `You buy at most ${amount} of what ${account} pledged, for at most ${cost} of your cash. It goes to your wallet.`,
  atMost: "At most, for a whole token",
  paysCash: "Leaves your cash",
  gas: "Costs",
  gasNote: "gas for each transaction",
  do: { pledge: "Pledge", take: "Take back", buy: "Buy" },

  closed: {
    loading: "It is still being read.",
    locked: "A group is locked: prices of collateral stand still until it is settled.",
    stale: "Its price is stale.",
    recordAgain: (left: string) => `It was recorded a moment ago: again in ${left}.`,
    units: "Give an amount.",
    wallet: "The wallet does not have that much.",
    room: (amount: string) => `At most ${amount} more can be pledged: the cap, or what the vault's line can pay.`,
    limit: (amount: string) => `About ${amount} can leave now.`,
    nothingPledged: "Nothing of it is pledged.",
    nothing: "Nothing can leave now: it is needed as margin.",
    notOffered: "Nothing of this account is on offer.",
    closing: "It is closing: nothing more comes in.",
    positions: "This account has positions: buy with one that has none.",
    cash: "The account's cash does not suffice.",
    tooMuch: (amount: string) => `At most ${amount} is on sale.`,
    number: "A number from 0.",
    seller: "Give the account whose pledge you buy.",
    own: "This is your own account.",
    notDue: "Nothing of yours has to be exchanged.",
    onOffer: "They are on offer already.",
    lineWaits: (left: string) => `Others may buy first: the line buys in ${left}.`,
    offerFirst: "Put them on offer first.",
    belowZero: "The line buys at once: no offer is needed.",
    waits: "The group is locked, or a price is stale.",
  },
} as const;
