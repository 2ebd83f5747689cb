// SPDX-License-Identifier: MIT
// What each parameter is and does, in a sentence; docs/parameters.md has the whole of it.

interface Meaning {
  readonly label: string;
  readonly meaning: string;
}

export const parametersText = {
  columns: { name: "Parameter", value: "Now", low: "From", high: "To" },
  boundsHint: "What the contracts would take while all other parameters stay as they are.",
  meanings: {
    initialMargin: { label: "Initial margin", meaning: "Equity that a new position needs, of its notional." },
    maintenanceMargin: { label: "Maintenance margin", meaning: "Below it an account may be liquidated at once." },
    gapThreshold: { label: "Gap threshold", meaning: "A mark that jumps further from its anchor locks the group." },
    priceBand: { label: "Price band", meaning: "Fills further from the mark are refused." },
    takerFee: { label: "Taker fee", meaning: "Of the notional, for whoever takes an order." },
    makerFee: { label: "Maker fee", meaning: "Of the notional, for whoever gave the order that is taken." },
    staleShock: {
      label: "Stale shock",
      meaning: "By how much a position is worsened in margin while its price is not fresh.",
    },
    discountFloor: { label: "Discount, least", meaning: "Of a liquidation at maintenance margin." },
    discountCap: { label: "Discount, most", meaning: "Of a liquidation at half of maintenance margin and below." },
    maxFunding: { label: "Funding clamp", meaning: "The funding rate is never further from zero, of the mark." },
    minNotional: { label: "Least notional", meaning: "Of a position and of a fill, in quote." },
    softCap: { label: "Soft cap", meaning: "Open interest from which initial margin of an increase rises." },
    hardCap: { label: "Hard cap", meaning: "Fills that raise open interest above it are refused." },
    fundingDepth: {
      label: "Funding depth",
      meaning: "Notional, in quote, that moves the funding rate half-way to a fill's premium.",
    },
    lockDelay: { label: "Lock delay", meaning: "Length of a lock, and age of an anchor: time for keepers to absorb." },
    calmPeriod: {
      label: "Calm period",
      meaning: "A lock within this time of the last doubles the gap threshold; each such period halves it again.",
    },
    callGrace: { label: "Call grace", meaning: "From a margin call to liquidation above maintenance margin." },
    callLapse: { label: "Call lapse", meaning: "A margin call is void after this time." },
    vaultDelay: { label: "Vault delay", meaning: "From a margin call to a takeover by the vault: others go first." },
    unpauseGrace: { label: "Grace after a pause", meaning: "No liquidations for so long after a pause of them." },
    callLevel: { label: "Call level", meaning: "Equity below this share of maintenance margin may be called." },
    keeperShare: { label: "Keeper's share", meaning: "Of a liquidation's discount. Makers are paid out of it." },
    vaultFeeShare: { label: "Vault's share of fees", meaning: "The rest of trading fees is the treasury's." },
    vaultDiscount: { label: "Vault's discount", meaning: "What the vault keeps at least when it takes over." },
    offerRate: { label: "Offer rate", meaning: "Growth of the discount on the vault's inventory." },
    outflowRate: { label: "Outflow rate", meaning: "What may leave the venue in a day, net, of the tokens held." },
    outflowFloor: { label: "Outflow floor", meaning: "The day's outflow is never capped below this, in quote." },
    minDebt: { label: "Least debt", meaning: "Debt, in quote, that locks a group without a gap." },
    refund: { label: "Refund", meaning: "To the caller of a settlement's last step, in quote, out of the vault." },
    vaultBudget: { label: "Vault budget", meaning: "What a group may cost the vault in a day, in quote." },
    source: { label: "Price source", meaning: "The contract that tells the mark." },
    vault: { label: "Vault", meaning: "The insurance vault that is appointed." },
    treasury: { label: "Treasury", meaning: "Who gets the treasury's part of fees." },
    accessGate: { label: "Access gate", meaning: "Who is asked whether an owner may take new risk; zero: nobody." },
    pause: { label: "Pause", meaning: "What is not allowed." },
    pausedUntil: { label: "Paused until", meaning: "A pause ends by itself." },
    settledAt: { label: "Final price", meaning: "The market ended at it." },
  } as Record<string, Meaning>,
} as const;
