// SPDX-License-Identifier: MIT
import { CutShort, decodeParameters, signatureOf, textOf, type AbiParameter } from "./abi.js";
import { keccakText } from "./keccak.js";
import { numberOf, ownerOf, type AccountId } from "./order.js";

/** A refusal of the contracts, by name, with what to do about it. */
export interface NamedError {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What was wrong, and what to do. */
  readonly sentence: string;
  /** Of the sentence, what to do. */
  readonly advice: string;
}

// ------------------------------------------------------------------ how arguments are told

type Args = Record<string, unknown>;

const big = (value: unknown): bigint => value as bigint;
const PAUSES = ["none", "no new risk", "no liquidation", "reduce only"];
const CLAIMS = ["not there", "open", "answered", "rejected", "upheld"];
const FLOWS = [
  "open",
  "the vault is not initialised",
  "the clearinghouse has not appointed it",
  "a group is locked",
  "prices are not fresh",
  "the vault has no equity",
  "a shortfall is open",
];

/** A fixed-point number in decimal, without trailing zeros. */
function decimal(value: unknown, places: number): string {
  const [sign, digits] = big(value) < 0n ? ["-", `${-big(value)}`] : ["", `${big(value)}`];
  const padded = digits.padStart(places + 1, "0");
  const whole = padded.slice(0, -places).replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = padded.slice(-places).replace(/0+$/, "");
  return `${sign}${whole}${rest === "" ? "" : `.${rest}`}`;
}

const quote = (value: unknown): string => `${decimal(value, 9)} quote`;
const base = (value: unknown): string => `${decimal(value, 9)} base`;
const at = (value: unknown): string => decimal(value, 18);
const percent = (value: unknown): string => `${decimal(value, 4)}%`;
const account = (id: unknown): string => {
  const fits = BigInt.asUintN(192, big(id)) as AccountId; // a stranger's contract may use our errors badly
  return `account ${numberOf(fits)} of ${ownerOf(fits)}`;
};
const text = (value: unknown): string => textOf((value as string).slice(2));
const market = (id: unknown): string => `market ${big(id) & 3n} of group ${big(id) >> 2n}`;
const series = (id: unknown): string => `series ${big(id) & 255n} of group ${big(id) >> 8n}`;
const ladder = (a: Args): string => `ladder ${big(a.ladder)} of group ${big(a.group)}`;

/** A time, or "never" for one that is out of a calendar. */
function time(seconds: unknown): string {
  const date = new Date(Number(seconds) * 1_000);
  return Number.isNaN(date.getTime()) ? "a time out of range" : date.toISOString().replace(".000Z", "Z");
}

// ------------------------------------------------------------------ what to do

/** By signature, with the names of its parameters: what was wrong, and what to do. */
const SENTENCES: Record<string, (a: Args) => string> = {
  // Accounts
  "ZeroAmount()": () => "The amount is zero, or rounds to zero token units. Give a larger one.",
  "NotAToken(address token)": (a) =>
    `${a.token as string} is no token: there is no code, or it tells no balances. Give the address of an ERC-20 token.`,
  "TokenDecimalsUnknown(address token)": (a) =>
    `The token ${a.token as string} does not tell its decimals. Choose a settlement token that does.`,
  "TokenDecimalsTooHigh(uint256 decimals, uint256 max)": (a) =>
    `The token has ${big(a.decimals)} decimals, and ${big(a.max)} are supported. Choose another settlement token.`,
  "TokensMissing(int256 held, int256 present)": (a) =>
    `The token took units away from the venue: ${quote(a.present)} of ${quote(a.held)} are there. Do not deposit until somebody has sent the difference.`,
  "NothingArrived()": () => "The transfer brought no tokens. Check the token's fees and your balance.",
  "ZeroAddress()": () => "An address is missing. Give the address meant.",
  "RecipientIsClearinghouse()": () => "Tokens sent to the clearinghouse itself would be lost. Name another receiver.",
  "InsufficientWithdrawable(uint192 account, int256 requested, int256 withdrawable)": (a) =>
    `${quote(a.requested)} were asked for and ${quote(a.withdrawable)} can leave ${account(a.account)} now. ` +
    "Take at most that, or reduce positions first.",
  "WithdrawalsWait(uint256 uncoveredGroups)": (a) =>
    `Defaults in ${big(a.uncoveredGroups)} group(s) may exceed what can be charged. Withdraw after their settlement (deleverage).`,
  "OutflowCapReached(int256 requested, int256 left, uint256 windowEnds)": (a) =>
    `The venue pays out only ${quote(a.left)} more before ${time(a.windowEnds)}. Take at most that, or wait until then.`,
  "SignerIsOwner()": () => "The owner may always sign. Name another key.",
  "InsufficientTokens(int256 wanted, int256 held)": (a) =>
    `The venue holds ${quote(a.held)} of the ${quote(a.wanted)} wanted while defaults are unabsorbed. Absorb them first, or take less.`,

  // Collateral
  "NoCollateral()": () =>
    "This venue takes no collateral but its settlement token, or has no such function. Check the call.",
  "CollateralUnknown(uint256 id)": (a) => `There is no collateral ${big(a.id)}. They are numbered from 1.`,
  "CollateralListFull()": () => "There are 8 collaterals already, and no room for more. Use one of them.",
  "TokenNotAllowed(address token)": (a) =>
    `${a.token as string} is the settlement token, listed already, or no contract. List another token.`,
  "TransferNotWhole(address token, uint256 wanted, uint256 moved)": (a) =>
    `${big(a.wanted)} units of ${a.token as string} were to move, and ${big(a.moved)} did. A token that takes a fee cannot be pledged.`,
  "UnitsMissing(address token, uint256 held, uint256 counted)": (a) =>
    `${big(a.held)} units of ${a.token as string} are here, and ${big(a.counted)} are counted. Its balances change by themselves: pledge none of it.`,
  "LineExhausted(uint256 id, int256 line, int256 needed)": (a) =>
    `The vault's line for collateral ${big(a.id)} is ${quote(a.line)}, and ${quote(a.needed)} would be needed. Pledge less, or wait until it is raised.`,
  "CollateralCapReached(uint256 id, uint256 pledged, uint256 cap)": (a) =>
    `${big(a.pledged)} units of collateral ${big(a.id)} would be pledged, and ${big(a.cap)} may be. Pledge less.`,
  "CollateralPriceNotFresh(uint256 id)": (a) =>
    `The price of collateral ${big(a.id)} is not fresh. Try again after its next update.`,
  "CollateralGap(uint256 id, int256 live, int256 floor)": (a) =>
    `The price of collateral ${big(a.id)} is ${at(a.live)}, too far from ${at(a.floor)}. Record it (recordCollateralPrice), and try again.`,
  "NothingPledged(uint192 account, uint256 id)": (a) =>
    `${account(a.account)} has not that much pledged of collateral ${big(a.id)}. Give an account and an amount that it has.`,
  "PledgesNotDue(uint192 account, int256 alone)": (a) =>
    `Cash and positions of ${account(a.account)} are ${quote(a.alone)}, and it may not be liquidated. Its pledges are not for sale.`,
  "PledgesNotOffered(uint192 account)": (a) =>
    `The pledges of ${account(a.account)} are not on offer, or the offer has lapsed. Call offerPledges first.`,
  "PledgesOnOffer(uint192 account, uint256 since)": (a) =>
    `The pledges of ${account(a.account)} are on offer since ${time(a.since)}. Buy them, or let the owner deposit.`,
  "LineMustWait(uint256 from)": (a) => `Others may buy first. The vault's line buys from ${time(a.from)} on.`,
  "BuyerHasPositions(uint192 account)": (a) => `${account(a.account)} has positions. Pay from an account without any.`,
  "LineCommitted(uint256 id, int256 committed)": (a) =>
    `${quote(a.committed)} of the line for collateral ${big(a.id)} are committed to what is pledged. Leave at least that.`,
  "PotTooSmall(int256 pot, int256 needed)": (a) =>
    `The vault's pot has ${quote(a.pot)}, and ${quote(a.needed)} would be set aside. Set aside less.`,
  "VaultMayNotPledge()": () =>
    "The vault stands behind all pledges and has none of its own. Pledge from another account.",
  "StockNotForSale()": () =>
    "While a shortfall is open or a group is locked the vault sells none of its stock. Try again after that.",
  "OnlyItself()": () => "Only the clearinghouse calls this function, in its own midst. Call another one.",

  // Orders and fills
  "MarketUnknown(uint32 market)": (a) => `There is no ${market(a.market)}. Check the market's id.`,
  "MarketNotOpen(uint32 market)": (a) =>
    `${market(a.market)} is settled or was never opened. Collect what is left there.`,
  "OrderExpired(uint40 expiry)": (a) => `The order expired at ${time(a.expiry)}. Sign a new one.`,
  "DeadlinePassed(uint40 deadline)": (a) =>
    `The call was good until ${time(a.deadline)}. Look at the order again, and send it with a later deadline.`,
  "SequenceTooHigh(uint256 sequence, uint256 highest)": (a) =>
    `Sequence ${big(a.sequence)} is above ${big(a.highest)}, an hour ahead of the clock in milliseconds. Take the present time, or a counter.`,
  "OrderCancelledOrFilled(uint192 account, uint64 salt)": (a) =>
    `Order ${big(a.salt)} of ${account(a.account)} is void or filled. Sign one with a higher sequence.`,
  "OrderOutOfRange()": () =>
    "The order's size is zero or above 2^72, or no mark can reach its limit. Sign one within range.",
  "MatcherOnly(address matcher)": (a) => `Only ${a.matcher as string} may submit this order. Send it there.`,
  "TriggerNotReached(int256 trigger, int256 mark)": (a) =>
    `The mark is ${at(a.mark)} and the order waits for ${at(a.trigger)}. Submit it when the mark is there.`,
  "NotATakerOrder()": () => "The order was signed to rest only. Sign one with the use TAKER or EITHER to take.",
  "NotAMakerOrder()": () => "The order was signed to take only. Sign one with the use MAKER or EITHER to rest.",
  "SameDirection()": () => "Both orders go the same way. Match a buy with a sell.",
  "SameOwner(address owner)": (a) => `Both sides belong to ${a.owner as string}. Trade with somebody else.`,
  "LimitNotMet(int256 limit, int256 price)": (a) =>
    `The maker asks for ${at(a.price)}, which the taker's limit ${at(a.limit)} does not allow. Sign a wider limit or wait.`,
  "OutsidePriceBand(int256 price, int256 mark)": (a) =>
    `${at(a.price)} is too far from the mark ${at(a.mark)}. Quote inside the market's price band.`,
  "FeeAboveCap(uint24 cap, uint24 fee)": (a) =>
    `The fee is ${percent(a.fee)} and ${percent(a.cap)} is accepted. Give a higher maxFee.`,
  "SignerNotAuthorised(address owner, address signer)": (a) =>
    `${a.signer as string} may not act for ${a.owner as string}. The owner has to call setSigner; ` +
    "of an order, or what was signed is not this order, chain or clearinghouse.",
  "BadSignature(address signer)": (a) =>
    `The signature is not one of ${a.signer as string}. Sign this very order, for this chain and this clearinghouse.`,
  "WalletOutOfGas(address signer, uint256 cap)": (a) =>
    `The wallet ${a.signer as string} used up the ${big(a.cap)} gas that it may use and did not accept. ` +
    "Sign with fewer owners, or with a key that the owner authorises (setSigner).",
  "GasTooLow(address signer, uint256 needed)": (a) =>
    `Too little gas was left to give the contract ${a.signer as string} its ${big(a.needed)}. Send it again with a higher gas limit.`,
  "NothingToReduce(uint192 account)": (a) =>
    `The order may only reduce and ${account(a.account)} has nothing on the other side. Sign one without reduceOnly.`,
  "FillTooSmall(int256 notional, int256 minimum)": (a) =>
    `A fill of ${quote(a.notional)} is below the minimum of ${quote(a.minimum)}. Fill more, or close a whole position.`,
  "PositionTooSmall(uint192 account, int256 notional, int256 minimum)": (a) =>
    `It would leave ${account(a.account)} a position of ${quote(a.notional)}, below the minimum of ${quote(a.minimum)}. Close it whole or keep more.`,
  "OpenInterestCapReached(int256 interest, int256 cap)": (a) =>
    `Open interest would be ${base(a.interest)} and may be ${base(a.cap)}. Trade less, or only reduce.`,
  "InsufficientMargin(uint192 account, int256 equity, int256 required)": (a) =>
    `${account(a.account)} would have ${quote(a.equity)} and needs ${quote(a.required)}. Deposit, or trade less.`,
  "AccountInOtherGroup(uint192 account, uint32 group)": (a) =>
    `${account(a.account)} has positions in group ${big(a.group)}. Use another account number for this one.`,
  "PriceNotFresh(uint32 market)": (a) =>
    `The price of ${market(a.market)} is not fresh. Try again after its next update; if none comes, call poke, which notes it.`,
  "NotThePlainFeed(address feed)": (a) =>
    `The feed ${a.feed as string} reads otherwise than its price source. List a source that agrees with its feed.`,
  "AccountHasStaleLeg(uint192 account)": (a) =>
    `${account(a.account)} has a position whose price is not fresh. Try again after its next update, or only reduce.`,
  "NothingFilled()": () => "No size was filled. Look at the orders skipped, or give orders that can be filled.",
  "EmptyBatch()": () => "There is no match in the batch. Add one.",
  "MalformedBatch(uint256 position)": (a) =>
    `The packed orders cannot be read at byte ${big(a.position)}. Pack them with packBatch, packMakers or packMaker.`,
  "HintTooFar(uint48 level)": () =>
    "The hint is too far from the new entry level's place in the queue. Give a node near it (lens.queue names them).",
  "LevelExhausted(uint48 level)": () => "This entry level was torn up too often. Trade at a price 0.1% away.",

  // Access
  "AccessDenied(uint192 account)": (a) =>
    `The venue's access gate does not admit the owner of ${account(a.account)}. What is there may be reduced and withdrawn. To trade, become admitted first.`,
  "NotAGate(address gate)": (a) =>
    `${a.gate as string} does not answer mayTrade with yes or no. Give a contract that does, or zero for no gate.`,

  "NotAnOracle(address oracle)": (a) =>
    `${a.oracle as string} has no code. Give the address of a sanctions oracle (isSanctioned).`,
  "NotListed(address owner, bytes32 root)": (a) =>
    `The proof does not show that ${a.owner as string} is on the list ${a.root as string}. Take the proof of this very list.`,
  "AttestationExpired(uint40 expiry)": (a) =>
    `The attestation was good until ${time(a.expiry)}. Ask the issuer for a new one.`,
  "AttestationRevoked(address owner, uint64 id)": (a) =>
    `Attestation ${big(a.id)} of ${a.owner as string} was revoked. Ask the issuer for another one.`,
  "NotAttested(address owner, address issuer)": (a) =>
    `The signature is not one of the issuer ${a.issuer as string} for ${a.owner as string} at this gate. Present what the issuer signed for this chain and gate.`,
  "NotLonger(uint40 expiry, uint40 present)": (a) =>
    `It is good until ${time(a.expiry)}, and one that is good until ${time(a.present)} was presented. Nothing is to be done.`,
  "IssuerBefore(address issuer)": (a) =>
    `${a.issuer as string} was the issuer before, and what it signed then would be good again. Give a new key.`,
  "NoIssuer()": () => "An issuer is missing. Give the address that signs attestations.",
  "NotTheIssuer(address caller)": (a) =>
    `Only the issuer revokes an attestation, and ${a.caller as string} is not. Call it with the issuer's key.`,

  // Margin calls and liquidation
  "MarginSufficient(uint192 account, int256 equity, int256 required)": (a) =>
    `${account(a.account)} has ${quote(a.equity)}, and is called below ${quote(a.required)}. Nothing is to be done.`,
  "AlreadyCalled(uint192 account, uint40 calledAt)": (a) =>
    `${account(a.account)} was called at ${time(a.calledAt)}. Wait for the grace, then liquidate.`,
  "NotCalled(uint192 account)": (a) =>
    `${account(a.account)} has no margin call that stands. Record one first (marginCall).`,
  "NotLiquidatable(uint192 account, int256 equity, int256 required)": (a) =>
    `${account(a.account)} has ${quote(a.equity)} against ${quote(a.required)} of maintenance margin, and no call is due. Leave it.`,
  "AccountInsolvent(uint192 account, int256 equity)": (a) =>
    `${account(a.account)} is at ${quote(a.equity)}, below zero. Absorb it instead.`,
  "NoPosition(uint192 account, uint32 market)": (a) =>
    `${account(a.account)} has no position in ${market(a.market)}. Check account and market.`,
  "UnsoundAtAnchor(uint192 account, int256 atAnchor, int256 atRecordedMark)": (a) =>
    `${account(a.account)} would be below zero at a recorded mark (${quote(a.atAnchor)}, ${quote(a.atRecordedMark)}). ` +
    "Deposit, trade less, or wait until the anchors have moved.",
  "OtherSide(uint192 account, uint32 market)": (a) =>
    `The position of ${account(a.account)} in ${market(a.market)} is not on the side that the batch takes over. ` +
    "Put it into a batch of the other sign.",
  "NotInABatch(uint192 account)": (a) =>
    `${account(a.account)} is the vault's inventory. Liquidate it by a call of its own (liquidateToAccount).`,
  "CallOutOfGas(uint256 index)": (a) =>
    `Call ${big(a.index)} of the batch ran out of gas. Give the transaction more, or make fewer calls.`,
  "WinningSideLocked(uint192 account, uint32 market)": (a) =>
    `${market(a.market)} is locked and ${account(a.account)} is on the side that won. Wait for the end of the lock.`,
  "VaultMustWait(uint256 from)": (a) => `The vault takes over from ${time(a.from)} on. Wait, or liquidate another way.`,
  "VaultUnable(uint32 market)": (a) =>
    `The vault's discount would lower the account's margin ratio in ${market(a.market)}. Liquidate by orders or into an account.`,

  // Default
  "GapOpen(uint32 group)": (a) =>
    `A mark of group ${big(a.group)} has jumped from its anchor. Call poke, which locks the group.`,
  "GroupLocked(uint32 group, uint256 until)": (a) =>
    `Group ${big(a.group)} is locked until ${time(a.until)}. Afterwards poke or deleverage ends the lock; then try again.`,
  "GroupNotLocked(uint32 group)": (a) =>
    `Group ${big(a.group)} is not locked. There is nothing to settle, and nobody to register.`,
  "LockStillRunning(uint32 group, uint256 until)": (a) =>
    `The lock of group ${big(a.group)} runs until ${time(a.until)}. Deleverage then.`,
  "NothingToDeleverage(uint32 group)": (a) => `Nobody was absorbed in group ${big(a.group)}. Call poke to unlock it.`,
  "GroupUnknown(uint32 group)": (a) => `There is no group ${big(a.group)} with a market. Check the group's id.`,
  "NothingToAbsorb(uint32 group)": (a) =>
    `None of the accounts is below zero in group ${big(a.group)}. Look again after the next price.`,
  "NothingToNet(uint32 group)": (a) =>
    `None of the accounts has both gains and losses in the jump of group ${big(a.group)}, or all are registered. There is nothing to do.`,
  "AccountsNotAscending(uint192 account)": (a) =>
    `${account(a.account)} is out of order. Sort the ids ascending, each once.`,
  "DebtTooSmall(uint32 group, int256 debt, int256 minimum)": (a) =>
    `Debts of ${quote(a.debt)} do not lock group ${big(a.group)}: at least ${quote(a.minimum)} do. Add accounts, or wait.`,
  "LockedTooRecently(uint32 group, uint256 from)": (a) =>
    `Without a gap, group ${big(a.group)} can be locked again from ${time(a.from)} on. Wait until then.`,

  // Vault
  "NoInventory(uint32 market)": (a) => `The vault has nothing for sale in ${market(a.market)}. Choose another market.`,
  "GroupsLocked(uint256 lockedGroups)": (a) => `${big(a.lockedGroups)} group(s) are locked. Try again when none is.`,
  "AboveFloor(uint256 assets, uint256 supply)": () =>
    "The vault has equity left, so its class stays open. Nothing is to be done.",
  "AlreadySeeded()": () => "The vault has its seed. Deposit instead.",
  "AssetsLostInTransfer(uint256 sent, uint256 credited)": (a) =>
    `Of ${big(a.sent)} token units ${big(a.credited)} arrived. The vault takes no token that charges for transfers.`,
  "AsynchronousRedeem()": () => "Redeems cannot be previewed: request one, and claim it after its batch is priced.",
  "BatchNotDue(uint256 requestId, uint256 dueAt)": (a) =>
    `Batch ${big(a.requestId)} is priced from ${time(a.dueAt)} on. Process it then.`,
  "DurationOutOfBounds(bytes32 name, uint256 value, uint256 low, uint256 high)": (a) =>
    `${text(a.name)} is ${big(a.value)} seconds and must be from ${big(a.low)} to ${big(a.high)}. Choose one within.`,
  "NoBatch()": () => "No redeem is waiting. Request one first.",
  "NotControllerOrOperator(address controller, address caller)": (a) =>
    `${a.caller as string} may not act for ${a.controller as string}. Call from that address, or have it call setOperator.`,
  "SeedTooSmall(uint256 assets, uint256 minimum)": (a) =>
    `A seed of ${big(a.assets)} token units is below ${big(a.minimum)}. Give more.`,
  "StillAppointed()": () => "The vault is still the clearinghouse's. Appoint another one first (setVault).",
  "VaultClosed(uint256 assets, uint256 supply)": () =>
    "The vault's equity is below its floor, so its class is closed. Deposit into its successor.",
  "VaultFlowsClosed(uint8 reason)": (a) =>
    `Deposits and redeems wait: ${FLOWS[Number(a.reason)] ?? "flows are closed"}. Try again when that is over.`,
  "ZeroShares()": () => "The amount is worth no share. Give a larger one.",
  "ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)": (a) =>
    `${a.spender as string} may move ${big(a.allowance)} and needs ${big(a.needed)}. Approve that much.`,
  "ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)": (a) =>
    `${a.sender as string} has ${big(a.balance)} of the ${big(a.needed)} needed. Send less.`,
  "ERC20InvalidApprover(address approver)": () => "The zero address cannot approve. Call from an account.",
  "ERC20InvalidReceiver(address receiver)": () => "Shares cannot go to the zero address. Name a receiver.",
  "ERC20InvalidSender(address sender)": () => "Shares cannot come from the zero address. Name a sender.",
  "ERC20InvalidSpender(address spender)": () => "The zero address cannot spend. Name a spender.",
  "ERC4626ExceededMaxDeposit(address receiver, uint256 assets, uint256 max)": (a) =>
    `The vault takes ${big(a.max)} token units now, not ${big(a.assets)}. Deposit at most that; zero means that flows wait.`,
  "ERC4626ExceededMaxMint(address receiver, uint256 shares, uint256 max)": (a) =>
    `The vault mints ${big(a.max)} shares now, not ${big(a.shares)}. Take at most that; zero means that flows wait.`,
  "ERC4626ExceededMaxRedeem(address owner, uint256 shares, uint256 max)": (a) =>
    `${big(a.max)} shares of ${a.owner as string} are priced, not ${big(a.shares)}. Request the rest and wait for its batch.`,
  "ERC4626ExceededMaxWithdraw(address owner, uint256 assets, uint256 max)": (a) =>
    `${big(a.max)} token units of ${a.owner as string} are priced, not ${big(a.assets)}. Request the rest and wait for its batch.`,

  // Governance
  "ParameterOutOfBounds(bytes32 name, uint256 value, uint256 low, uint256 high)": (a) =>
    `${text(a.name)} is ${big(a.value)} and must be from ${big(a.low)} to ${big(a.high)}. Choose one within.`,
  "GroupFull(uint32 group)": (a) => `Group ${big(a.group)} has its four markets. Create another group.`,
  "PausedAt(uint8 level)": (a) =>
    `A pause is in force: ${PAUSES[Number(a.level)] ?? "unknown"}. Only reduce, or wait for its end.`,
  "PauseTooLong(uint256 duration, uint256 longest)": (a) =>
    `A pause of ${big(a.duration)} seconds is longer than ${big(a.longest)}. Choose a shorter one.`,
  "PauseTooSoon(uint256 from)": (a) => `After the last pause the next may begin at ${time(a.from)}. Wait until then.`,
  "LiquidationsPaused(uint256 from)": (a) =>
    `Liquidations and absorbs are paused, and allowed again from ${time(a.from)} on, grace included. Try again then.`,
  "MarketNotSettled(uint32 market)": (a) =>
    `${market(a.market)} is open and the position has a size. Close it by a trade; only what is torn up can be collected.`,
  "SeriesNotClosed(uint32 series)": (a) =>
    `${market(a.series)} is not closed. Collect when its price is fixed and the group was poked twice after that.`,
  "MarketAlreadySettled(uint32 market)": (a) => `${market(a.market)} has its final price. Collect positions instead.`,
  "NotWoundDown(uint32 market)": (a) =>
    `${market(a.market)} needs two days without new risk first. Pause it at that level and wait.`,
  "NoVault()": () => "No vault is appointed. Appoint one first (setVault).",
  "SourceOutOfLine(uint32 market, int256 mark, int256 present)": (a) =>
    `The new source of ${market(a.market)} reads ${at(a.mark)} and the present one, which works, ${at(a.present)}. ` +
    "List one that agrees.",
  "SourceNotDead(uint32 market, uint256 from)": (a) =>
    big(a.from) === 0n
      ? `The source of ${market(a.market)} is not usable, and nobody noted since when. Call poke, and try again an hour later.`
      : `The source of ${market(a.market)} counts as dead from ${time(a.from)} on. If it stays silent, try again then.`,
  "VaultInUse()": () =>
    "The present vault has inventory, or a line or stock of collateral. Sell it first (buyInventory, buyStock), and set its lines to zero.",
  "NotAVault(address vault)": (a) =>
    `${a.vault as string} is no vault of this clearinghouse. Deploy one that names it.`,
  "WrongGroup(uint32 group, uint32 market)": (a) =>
    `${market(a.market)} is not of group ${big(a.group)}. Settle the markets of one group in a batch.`,
  "AccessManagedUnauthorized(address caller)": (a) => `${a.caller as string} does not have the role. Ask who has it.`,
  "AccessManagedRequiredDelay(address caller, uint32 delay)": (a) =>
    `${a.caller as string} has to schedule this call ${big(a.delay)} seconds ahead (AccessManager.schedule).`,
  "AccessManagedInvalidAuthority(address authority)": (a) =>
    `${a.authority as string} is no AccessManager. Give the address of one.`,

  // Price sources, lenses
  "NotAFeed(address feed)": (a) => `${a.feed as string} does not answer as a Chainlink feed. Check its address.`,
  "SameFeedTwice(address feed)": (a) => `${a.feed as string} cannot check itself. Give another second feed.`,
  "NotAVerifier(address verifier)": (a) =>
    `Nothing is deployed at ${a.verifier as string}. Give the verifier proxy of Data Streams on this chain.`,
  "SchemaUnsupported(uint256 version)": (a) =>
    `Reports of schema ${big(a.version)} are not read here. Take a stream of schema 2, 3, 4 or 8.`,
  "ReportLength(uint256 length, uint256 expected)": (a) =>
    `The report has ${big(a.length)} bytes, its schema has ${big(a.expected)}. Bring a report of this stream.`,
  "ReportOfOtherFeed(bytes32 feedId)": (a) =>
    `The report is of stream ${a.feedId as string}. Bring one of this market's.`,
  "ReportAhead(uint256 observedAt, uint256 latest)": (a) =>
    `The report is dated ${time(a.observedAt)}, ahead of this chain's clock. Bring it again in some seconds.`,
  "ReportTooOld(uint256 observedAt, uint256 earliest)": (a) =>
    `The report was observed at ${time(a.observedAt)}; none from before ${time(a.earliest)} is taken. Bring a newer one.`,
  "ReportExpired(uint256 expiresAt)": (a) => `The report could be used until ${time(a.expiresAt)}. Bring a newer one.`,
  "AddressEmptyCode(address target)": (a) => `Nothing is deployed at ${a.target as string}. Check the address.`,
  "FailedCall()": () => "A call failed and gave no reason. Check what was called, and with how much gas.",
  "InsufficientBalance(uint256 balance, uint256 needed)": (a) =>
    `${big(a.needed)} wei are needed and ${big(a.balance)} are there. Send more ether with the call.`,
  "NotAClearinghouse(address clearinghouse)": (a) =>
    `${a.clearinghouse as string} does not answer as a clearinghouse. Check address and chain.`,
  "GasTooLow()": () =>
    "The gas of the call does not suffice for what it previews. Give it more, or ask about fewer accounts.",
  "NodeUnknown(uint32 market, bool isLong, uint48 node)": (a) =>
    `Node ${big(a.node)} has left the queue of ${market(a.market)}. Read the pages of one block, from the head.`,

  // A relay's bond
  "NotSaid(uint64 number)": (a) =>
    `Statement ${big(a.number)} is not in a page that the relay signed, or does not count here. Take it from the relay's journal.`,
  "NoFraud()": () => "What is shown breaks no promise of the relay. Run npm run relay -- audit for what does.",
  "AnswerTooSmall(uint256 shown, uint256 size)": (a) =>
    `The statements account for ${base(a.shown)} of the ${base(a.size)} asked for. Show all that took of the order.`,
  "ClaimNotIn(uint8 status)": (a) =>
    `The claim is ${CLAIMS[Number(a.status)] ?? "unknown"}, and this needs it otherwise. Read it first.`,
  "OutsideTime(uint256 from, uint256 until)": (a) =>
    `It is possible from ${time(a.from)} until ${time(a.until)}. Come back then, or it is over.`,
  "OnlyOperator(address operator)": (a) => `Only ${a.operator as string} may do this. Ask the relay's operator.`,
  "ClaimsOpen(uint256 count)": (a) => `${big(a.count)} claim(s) are open. Withdraw after they are decided.`,

  // Of libraries
  "ReentrancyGuardReentrantCall()": () =>
    "The clearinghouse was called from inside its own call. Call it again afterwards.",
  "SafeERC20FailedOperation(address token)": (a) =>
    `The token ${a.token as string} refused the transfer. Check balance and allowance.`,
  "SafeCastOverflowedIntToUint(int256 value)": () =>
    "A number is negative where it cannot be. Check the amounts given.",
  "SafeCastOverflowedUintDowncast(uint8 bits, uint256 value)": () =>
    "A number is too large for its field. Use a smaller amount.",
  "SafeCastOverflowedUintToInt(uint256 value)": () => "A number is too large for its field. Use a smaller amount.",
  "InvalidShortString()": () => "The contract's name is not a short string. Deploy it with another one.",
  "StringTooLong(string str)": (a) => `"${a.str as string}" is longer than 31 bytes. Give a shorter name.`,
  "Error(string message)": (a) => `The call was refused: ${a.message as string}.`,
  "Panic(uint256 code)": (a) =>
    `The contract stopped with panic ${big(a.code)}, which is a bug. Report the transaction.`,

  // Options
  "NotOffered(bytes4 selector)": (a) =>
    `A clearinghouse of options has no call ${a.selector as string}. Use what IOptionClearinghouse names.`,
  "SeriesNotTradable(uint32 series)": (a) =>
    `${series(a.series)} is not listed, or has expired. Trade one that is listed (list adds an expiry).`,
  "TooManyLegs(uint192 account, uint256 legs, uint256 max)": (a) =>
    `${account(a.account)} would hold ${big(a.legs)} series and may hold ${big(a.max)}. Close one, or use another account number.`,
  "OtherPositions(uint192 account, uint256 held)": (a) =>
    `${account(a.account)} holds other series than expected: ${big(a.held)} as a bit each. Look at it again.`,
  "RewardTooLow(int256 reward, int256 least)": (a) =>
    `The slice pays ${quote(a.reward)} and ${quote(a.least)} were asked for. Ask for less, or wait.`,
  "SliceWorsens(uint192 account)": (a) =>
    `What would be taken of ${account(a.account)} hedges what is left. Take a larger part, up to all of it (maxFraction 1e18).`,
  "SeriesUnknown(uint32 series)": (a) => `There is no ${series(a.series)}. Check the group's ladders.`,
  "SpotNotFresh(uint32 group)": (a) =>
    `The underlying of group ${big(a.group)} has no fresh price. Try again after its next update.`,
  "VolSourceOutOfLine(uint32 group, uint32 level, uint32 present)": (a) =>
    `The new volatility source of group ${big(a.group)} says ${decimal(a.level, 9)} and the present one ${decimal(a.present, 9)}. ` +
    "Name one that agrees.",
  "NoRoundHistory(address source)": (a) =>
    `${a.source as string} is no plain feed that tells its past rounds, so no expiry could be settled by it. Name one that is.`,
  "FactorsNotFresh(uint32 group)": (a) =>
    `The price or the volatility level of group ${big(a.group)} is not fresh. Post a level (postLevel), or wait for the feed.`,
  "ExpiryOffGrid(uint256 expiry, uint256 earliest, uint256 latest)": (a) =>
    `${time(a.expiry)} is no expiry. Choose a Friday, 08:00 UTC, from ${time(a.earliest)} to ${time(a.latest)}; ` +
    "from 28 days on, the last of a quarter.",
  "ExpiryListed(uint256 expiry, uint256 ladder)": (a) =>
    `${time(a.expiry)} is listed as ladder ${big(a.ladder)}. Trade there.`,
  "LaddersFull(uint32 group)": (a) =>
    `All eight ladders of group ${big(a.group)} are in use. Collect what is left in one that has expired.`,
  "StrikesOutOfRange(uint256 base, uint256 step)": () =>
    "The strikes that follow from the present price are out of range. List it when the price is another one.",
  "LadderNotListed(uint32 group, uint256 ladder)": (a) => `There is no ${ladder(a)}. List its expiry first.`,
  "LadderExpired(uint32 group, uint256 ladder, uint256 expiry)": (a) =>
    `${ladder(a)} expired at ${time(a.expiry)}. Post to one that has not.`,
  "LevelOutOfRange(uint256 level, uint256 low, uint256 high)": (a) =>
    `The volatility level ${decimal(a.level, 9)} is not between ${decimal(a.low, 9)} and ${decimal(a.high, 9)}. Report one that is.`,
  "LevelAhead(uint256 observedAt, uint256 latest)": (a) =>
    `The level is dated ${time(a.observedAt)}, after ${time(a.latest)}. Report it with the time at which it was seen.`,
  "LevelStale(uint256 observedAt, uint256 earliest)": (a) =>
    `The level was seen at ${time(a.observedAt)} and has to be of ${time(a.earliest)} or later. Report a newer one.`,
  "LevelNotNewer(uint256 observedAt, uint256 present)": (a) =>
    `The level of ${time(a.observedAt)} is not newer than that of ${time(a.present)}, which holds. Report a newer one.`,
  "SmileMissing(uint256 expiry, uint256 base, uint256 step)": (a) =>
    `The source has no smile for ${time(a.expiry)} with strikes from ${at(a.base)} on, ${at(a.step)} apart. Report it there first.`,
  "SmilePending(uint32 group, uint256 ladder)": (a) =>
    `A smile of ${ladder(a)} was posted since the anchors. Poke the group until both have moved on, then post.`,
  "VolOutOfRange(uint256 strike, uint256 vol, uint256 low, uint256 high)": (a) =>
    `The volatility of strike ${big(a.strike)} is ${decimal(a.vol, 2)}%, outside ${decimal(a.low, 2)}% to ${decimal(a.high, 2)}%. Report one within.`,
  "VolMoveTooLarge(uint256 strike, uint256 from, uint256 to)": (a) =>
    `The volatility of strike ${big(a.strike)} moves from ${decimal(a.from, 2)}% to ${decimal(a.to, 2)}%, more than a post may. Move it in steps.`,
  "BasisOutOfRange(int256 basis, uint256 limit)": (a) =>
    `The basis is ${decimal(a.basis, 3)}% and may be ${decimal(a.limit, 3)}% to either side for this term. Report one within.`,
  "BasisMoveTooLarge(int256 from, int256 to, uint256 limit)": (a) =>
    `The basis moves from ${decimal(a.from, 3)}% to ${decimal(a.to, 3)}%, and a post may move it by ${decimal(a.limit, 3)}%. Move it in steps.`,
  "SmileArbitrage(uint256 strike)": (a) =>
    `At strike ${big(a.strike)} the smile's call prices rise, or are not convex. Fit one without arbitrage.`,
  "NotExpired(uint256 expiry)": (a) => `It expires at ${time(a.expiry)}. Try again after that.`,
  "EarlierExpiryOpen(uint256 expiry, uint256 earlier)": (a) =>
    `The price of ${time(a.expiry)} is fixed after that of ${time(a.earlier)}. Fix the earlier one first.`,
  "PriceAlreadyFixed(uint32 group, uint256 ladder)": (a) =>
    `The price of ${ladder(a)} is fixed. Collect positions instead.`,
  "PriceNotFixed(uint256 expiry)": (a) =>
    `The price of ${time(a.expiry)} can be fixed, and comes before locks and liquidations. Fix it first.`,
  "PriceNotFinal(uint256 from)": (a) =>
    `A later round may still belong to the average. Try again after the feed's next round, or from ${time(a.from)} on.`,
  "EntryNotNamed(uint256 phase, uint256 time)": (a) =>
    `No round of phase ${big(a.phase)} was named to begin with. Name its last one at or before ${time(a.time)}.`,
  "RoundUnknown(uint80 round)": (a) => `The feed has no round ${big(a.round)}. Name one that it has.`,
  "NotTheLastRound(uint80 round, uint80 later)": (a) =>
    `Round ${big(a.later)} is later than ${big(a.round)}, and not after the time either. Name the last one.`,
  "NotTheFirstRound(uint80 round, uint80 earlier)": (a) =>
    `Round ${big(a.earlier)} is earlier than ${big(a.round)}, in the same phase. Name the first one.`,
  "RoundsOutOfOrder(uint80 round, uint256 updatedAt)": (a) =>
    `Round ${big(a.round)} of the feed is dated ${time(a.updatedAt)}, before the one that it follows. Replace the feed.`,
  "RoundsMissing(uint80 from, uint80 to)": (a) =>
    `The feed does not tell its rounds from ${big(a.from)} to ${big(a.to)}. Replace the feed.`,
  "ReportOfOtherUnderlying(bytes32 underlying)": (a) =>
    `The report is of ${text(a.underlying)}. Bring one of the source's underlying.`,
  "StrikesWithoutExpiry()": () => "A report without an expiry has neither strikes nor a smile. Leave them zero.",
  "ReportNotNewer(uint256 observedAt, uint256 stored)": (a) =>
    `The report is of ${time(a.observedAt)} and one of ${time(a.stored)} is stored. Bring a newer one.`,
  "TooFewSignatures(uint256 given, uint256 threshold)": (a) =>
    `The report has ${big(a.given)} signatures and needs ${big(a.threshold)}. Collect more.`,
  "NotASigner(address signer)": (a) =>
    `${a.signer as string} is no signer of this source, or what was signed is another report, chain or contract. Sign this one.`,
  "SignersOutOfOrder(address signer, address previous)": (a) =>
    `${a.signer as string} does not come after ${a.previous as string}. Put signers in the order of their addresses, each once.`,
  "SignatureMalformed(uint256 index)": (a) =>
    `Signature ${big(a.index)} is malformed, or has a high s. Sign the report again.`,
  "TooLittleGasToRead(uint256 gas, uint256 required)": (a) =>
    `Only ${big(a.gas)} gas were left of the ${big(a.required)} that reading a round may need. Send it again with more.`,
};

// ------------------------------------------------------------------ decoding

interface ErrorShape {
  readonly name: string;
  readonly parameters: readonly AbiParameter[];
  readonly sentence: (args: Args) => string;
}

/** How to read errors, by selector. */
export type ErrorTable = ReadonlyMap<string, ErrorShape>;

/** The signatures, with parameter names, of all errors that have a sentence. */
export const ERROR_SIGNATURES: readonly string[] = Object.keys(SENTENCES);

/**
 * The table of all errors. `hashOf`: keccak-256 of a signature in ASCII, as 0x-prefixed hex; the SDK's own by default.
 */
export function errorTable(hashOf: (signature: string) => string = keccakText): ErrorTable {
  return new Map(
    Object.entries(SENTENCES).map(([signature, sentence]): [string, ErrorShape] => {
      const [, name, list] = /^(\w+)\((.*)\)$/.exec(signature)!;
      const parameters = list === "" ? [] : list!.split(", ").map(parameterOf);
      return [
        hashOf(signatureOf({ name: name!, inputs: parameters })).slice(0, 10),
        { name: name!, parameters, sentence },
      ];
    }),
  );
}

/** The error that revert data (or the reason of a skipped order) holds; undefined when it is none of the contracts'. */
export function decodeError(table: ErrorTable, data: string): NamedError | undefined {
  const shape = typeof data === "string" ? table.get(data.slice(0, 10).toLowerCase()) : undefined;
  if (shape === undefined) return undefined;
  let args: Args;
  try {
    args = decodeParameters(shape.parameters, data.slice(10));
  } catch (failure) {
    if (failure instanceof CutShort) return undefined; // on its way, or made up by whoever reverted
    throw failure;
  }
  return told(shape.name, args, shape.sentence);
}

function parameterOf(declared: string): AbiParameter {
  const [type, name] = declared.split(" ");
  return { type: type!, name: name! };
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** An error that is known by its name and arguments. Throws a RangeError for a name that no contract has. */
export function namedError(name: string, args: Readonly<Record<string, unknown>>): NamedError {
  const found = ERROR_SIGNATURES.find((signature) => signature.startsWith(`${name}(`));
  if (found === undefined) throw new RangeError(`no error of the contracts is named ${name}`);
  return told(name, args, SENTENCES[found]!);
}

/** Its sentence: for services that refuse as the contracts would. */
export function sentenceOf(name: string, args: Readonly<Record<string, unknown>>): string {
  return namedError(name, args).sentence;
}

function told(name: string, args: Readonly<Record<string, unknown>>, say: (args: Args) => string): NamedError {
  const sentence = capitalised(say(args));
  // The last sentence says what to do: a point in a number has no space behind it.
  return { name, args, sentence, advice: sentence.slice(sentence.lastIndexOf(". ", sentence.length - 2) + 1).trim() };
}
