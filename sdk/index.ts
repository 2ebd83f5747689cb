// SPDX-License-Identifier: MIT
// The pure part: no chain library, no clock, no network.
export * from "./units.js";
export { OutOfRange } from "./range.js";
export * from "./decimal.js";
export * from "./order.js";
export { isTriggered } from "./trigger.js";
export { SequenceTooHigh, highestSequence, laneOf, saltAt, sequenceAllowed, sequenceOf } from "./salt.js";
export { typedOrderV4, type TypedDataV4 } from "./typedOrderV4.js";
export { BadSignature, compactSignature, normalSignature, signerOf, unwrappedSignature } from "./signature.js";
export { Malformed } from "./packing/bytes.js";
export { packOrder, unpackOrder, type Packable, type Unpacked } from "./packing/order.js";
export {
  OtherMarket,
  packBatch,
  packMaker,
  packMakers,
  unpackBatch,
  unpackMakers,
  type Batch,
  type FillWish,
  type MatchWish,
} from "./packing/batch.js";
export { orderDigest, orderHash, type Hex, type Keccak } from "./orderHash.js";
export {
  NoAccount,
  WrongSigner,
  signOrder,
  type Eip1193Wallet,
  type EthersSigner,
  type SignOptions,
  type SignedOrder,
  type ViemWallet,
} from "./signOrder.js";
export { NO_NODE, exactRank, levelUp, rankOf, withGeneration, type NodeId } from "./level.js";
export { grossDown, grossUp, sharesDown, sizeDown, tearUp, type Frame } from "./frame.js";
export {
  PERPETUAL_INDEX,
  seriesGroup,
  seriesHeld,
  seriesIndex,
  seriesKind,
  seriesOf,
  type SeriesId,
  type SeriesKind,
} from "./options/series.js";
export { laddersOf } from "./options/listed.js";
export { QUOTE_LANES, quoteLane } from "./options/quoteLane.js";
export {
  OptionDesk,
  OutlivesSeries,
  type NamedPortfolio,
  type NamedPosition,
  type OptionReader,
  type OrderSigner,
  type Quote as SeriesQuote,
  type QuoteSide,
  type SeriesWish,
  type TradeLeg,
} from "./options/OptionDesk.js";
export {
  SeriesNameUnknown,
  expiryName,
  seriesName,
  seriesNamed,
  strikeOf,
  type Ladder,
  type Ladders,
} from "./options/seriesName.js";
export { signatureOf, type AbiEntry, type AbiParameter } from "./abi.js";
export {
  DEPLOYED_CONTRACTS,
  DEPLOYMENT_FORMAT,
  deployedContracts,
  deploymentText,
  parseDeployment,
  venueKindOf,
  type DeployedMarket,
  type DeployedOptionGroup,
  type DeployedOptionVenue,
  type Deployment,
} from "./deployment.js";
export * from "./deploymentErrors.js";
export { ATTESTATION_TYPES, typedAttestation, type Attestation } from "./access/attestation.js";
export { decodeError, errorTable, namedError, sentenceOf, type ErrorTable, type NamedError } from "./errors.js";
export { MARKET_BOUNDS, MARKET_UNITS, type MarketParameters } from "./parameters/market.js";
export { RISK_UNITS, riskBounds, type RiskParameters } from "./parameters/risk.js";
export { VENUE_BOUNDS, VENUE_UNITS, type VenueParameters } from "./parameters/venue.js";

export type { EventKind, EventOf, VenueEvent, Place } from "./state/events.js";
export { decodeLog, eventTable, type EventTable, type Log } from "./state/decodeLog.js";
export { createVenue } from "./state/Venue.js";
export type * from "./state/Venue.js";
export type * from "./state/OptionGroup.js";
export { ladderOfSeries, optionGroupIn, seriesListed } from "./state/options.js";
export { accountsOf } from "./state/accountsOf.js";
export { apply, revertTo } from "./state/apply.js";
export { MissedEvent } from "./state/MissedEvent.js";
export { ReorgTooDeep } from "./state/Journal.js";
export { fundingAt } from "./state/funding.js";
export { groupIn, marketIn, sideOf } from "./state/lookup.js";
export { sizeOf } from "./state/position.js";
export { pendingCredit } from "./state/relief.js";
export { sizeOfNode } from "./state/queue.js";
export { cashOf, protectedCash, rateOf } from "./state/recovery.js";
export { remainingOf } from "./state/trading.js";

export { healthOf, type Health } from "./margin/health.js";
export { legOf, type Leg } from "./margin/leg.js";
export { LinearOnly } from "./margin/LinearOnly.js";
export { liquidationMark } from "./margin/liquidationMark.js";
export { movedTo, quoteOf, seenAt, type Quote, type Seen } from "./margin/quote.js";
export { ratioNotLower, staysSound } from "./margin/soundness.js";
export { STANDINGS, callLevelOf, isLiquidatable, standingOf, type Standing } from "./margin/standing.js";
export { withdrawableOf } from "./margin/withdrawable.js";
export { FLOWS, MARKET_STATUSES, PAUSE_LEVELS, PHASES, SOURCE_STATUSES } from "./views.js";
export type * from "./views.js";
export { nettingOf, type Netting } from "./receipt/netting.js";
export type * from "./receipt/Receipt.js";
export type * from "./receipt/OptionReceipt.js";
export { OptionReceiptVerifier } from "./receipt/OptionReceiptVerifier.js";
export { ReceiptVerifier } from "./receipt/ReceiptVerifier.js";
export { verifyReceipt } from "./receipt/verifyReceipt.js";
export { queueHint } from "./queue/hint.js";
export { placeInQueue, type QueuePlace } from "./queue/place.js";

export { ViewsDiffer, previewTrade, refusalOfTrade, type TradePreview, type TradeWish } from "./ticket/previewTrade.js";
export { placeAmong, type PlaceAhead } from "./ticket/placeAmong.js";
export { largestTrade } from "./ticket/largestTrade.js";
export { quoteOfView } from "./ticket/quoteOfView.js";
export { increaseRate } from "./ticket/increaseRate.js";
export { toCure, tokensFor } from "./ticket/cure.js";
export { withdrawLimit, type WithdrawLimit } from "./ticket/withdrawLimit.js";
export { worstCharge } from "./ticket/worstCharge.js";
export { ProfitBook, unrealisedAt } from "./profit/ProfitBook.js";
export type { Ending, PositionProfit } from "./profit/PositionProfit.js";
