// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {MarketParams, VenueParams, Mode, PauseLevel} from "../Ledger.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";
import {Position} from "../types/Position.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";
import {IPriceSource} from "./IPriceSource.sol";

/// @notice A signed wish to trade (EIP-712).
struct Order {
    /// The account that trades.
    AccountId account;
    MarketId market;
    /// Positive buys, negative sells. 1e-9 base.
    Size size;
    /// Worst price. 1e-18 quote per base. A maker order is filled at exactly this price.
    Price limit;
    /// `sequence << 16 | lane`. Each lane holds one live order: filling or cancelling a sequence voids all lower ones of its lane.
    /// A sequence is at most milliseconds of Unix time, an hour ahead; a small counter is allowed too.
    uint64 salt;
    /// Last second of validity, Unix time.
    uint40 expiry;
    /// True: may only be matched as the taker; false: only as a maker.
    bool taker;
    /// Only ever shrinks the position.
    bool reduceOnly;
    /// Who may submit it; zero: anyone.
    address matcher;
    /// Largest fee rate accepted, ppm of notional.
    uint24 maxFee;
}

struct SignedOrder {
    Order order;
    /// The owner of the account, or a signer that the owner has authorised.
    address signer;
    /// 65 bytes ECDSA, or what an ERC-1271 `signer` accepts.
    bytes signature;
}

/// @notice A maker order inside a match.
struct Fill {
    SignedOrder maker;
    /// At most this much is filled. 1e-9 base.
    uint256 size;
    /// A node of the queue near the place of the maker's new level; any value is valid, only gas depends on it.
    NodeId hint;
}

/// @notice One taker order against maker orders at the makers' limits.
struct Match {
    SignedOrder taker;
    NodeId hint;
    Fill[] fills;
}

/// @title Novation's clearinghouse for perpetual futures
interface IClearinghouse {
    // ------------------------------------------------------------------ accounts

    /// @notice Cash of `account` changed to `cash` (1e-9 quote) by what no other event tells: its part of fees or of a liquidation's discount, the
    /// refund of a settlement, what a cover gives the vault, and what moves between the vault's pot, reserves and inventory.
    event CashChanged(AccountId indexed account, Money cash);
    event Deposited(AccountId indexed account, address indexed from, uint256 tokens, Money cash);
    event Withdrawn(AccountId indexed account, address indexed to, uint256 tokens, Money claims, Money cash);
    event Transferred(AccountId indexed from, AccountId indexed to, Money amount, Money fromCash, Money toCash);
    /// @notice `expiry` as it is stored: who was listed and is revoked has 1, which is past.
    event SignerSet(address indexed owner, address indexed signer, uint256 expiry);

    error ZeroAmount();
    error NothingArrived();
    error ZeroAddress();
    /// @notice Tokens sent to the clearinghouse itself would be nobody's.
    error RecipientIsClearinghouse();
    error InsufficientWithdrawable(AccountId account, Money requested, Money withdrawable);
    error WithdrawalsWait(uint256 uncoveredGroups);
    error OutflowCapReached(Money requested, Money left, uint256 windowEnds);
    error SignerIsOwner();
    error InsufficientTokens(Money wanted, Money held);

    // ------------------------------------------------------------------ trading

    event Traded(
        MarketId indexed market,
        AccountId indexed taker,
        AccountId indexed maker,
        Size takerSize,
        Price price,
        Money takerFee,
        Money makerFee,
        uint64 makerSalt,
        Size makerFilled
    );
    /// @notice The whole state of a position after a change: signed size, packed slot, and the account's cash.
    event PositionChanged(AccountId indexed account, MarketId indexed market, Size size, Position position, Money cash);
    /// @notice What is filled of a taker order in all, after a match; of a maker order Traded says it.
    event OrderFilled(AccountId indexed account, uint64 indexed salt, Size filled);
    event OrderSkipped(AccountId indexed account, uint64 indexed salt, bytes reason);
    event MatchSkipped(uint256 indexed index, bytes reason);
    event OrderCancelled(AccountId indexed account, uint64 salt);
    event OrdersCancelledBelow(AccountId indexed account, uint48 sequence);
    event FundingChanged(MarketId indexed market, Price funding, int256 ratePerSecond, Size openInterest);
    event FeesCollected(Money vaultShare, Money treasuryShare);

    error MarketUnknown(MarketId market);
    error MarketNotOpen(MarketId market);
    error WrongMarket(MarketId expected, MarketId given);
    error OrderExpired(uint40 expiry);
    /// @notice The taker's deadline of `fillOrder` is over.
    error DeadlinePassed(uint40 deadline);
    /// @notice A sequence may be at most an hour ahead of the clock, in milliseconds of Unix time.
    error SequenceTooHigh(uint256 sequence, uint256 highest);
    error OrderCancelledOrFilled(AccountId account, uint64 salt);
    /// @notice A size of zero or above 2^72 - 1, or a limit that no mark can have.
    error OrderOutOfRange();
    error MatcherOnly(address matcher);
    error NotATakerOrder();
    error NotAMakerOrder();
    error SameDirection();
    error SameOwner(address owner);
    error LimitNotMet(Price limit, Price price);
    error OutsidePriceBand(Price price, Price mark);
    error FeeAboveCap(uint24 cap, uint24 fee);
    error SignerNotAuthorised(address owner, address signer);
    error BadSignature(address signer);
    /// @notice An ERC-1271 wallet used up the `cap` of gas that it may use, and did not accept the signature.
    error WalletOutOfGas(address signer, uint256 cap);
    /// @notice So little gas was left that `needed` could not be handed on to the wallet, which then did not accept.
    error GasTooLow(address signer, uint256 needed);
    error NothingToReduce(AccountId account);
    error FillTooSmall(Money notional, Money minimum);
    error PositionTooSmall(AccountId account, Money notional, Money minimum);
    error OpenInterestCapReached(Size interest, Size cap);
    error InsufficientMargin(AccountId account, Money equity, Money required);
    error AccountInOtherGroup(AccountId account, GroupId group);
    error PriceNotFresh(MarketId market);
    /// @notice The feed that a price source calls its plain feed reads otherwise than the source.
    error NotThePlainFeed(address feed);
    error AccountHasStaleLeg(AccountId account);
    error NothingFilled();
    error EmptyBatch();

    // ------------------------------------------------------------------ margin calls and liquidation

    event MarginCalled(AccountId indexed account, Money equity, Money callLevel);
    event MarginCallCleared(AccountId indexed account);
    event Liquidated(
        AccountId indexed account,
        MarketId indexed market,
        AccountId indexed taker,
        Size closed,
        uint256 discount,
        Money keeperReward,
        Money vaultReward
    );

    error MarginSufficient(AccountId account, Money equity, Money required);
    error AlreadyCalled(AccountId account, uint40 calledAt);
    /// @notice No margin call stands: none was recorded, or it has lapsed.
    error NotCalled(AccountId account);
    error NotLiquidatable(AccountId account, Money equity, Money required);
    error AccountInsolvent(AccountId account, Money equity);
    error NoPosition(AccountId account, MarketId market);
    /// @notice It would take the account below zero at the recorded marks, where a jump is measured from.
    error UnsoundAtAnchor(AccountId account, Money atAnchor, Money atRecordedMark);
    error WinningSideLocked(AccountId account, MarketId market);
    error VaultMustWait(uint256 from);
    error VaultUnable(MarketId market);

    // ------------------------------------------------------------------ default

    /// @notice `reserve`: what the vault set aside for this lock, out of its pot.
    event Locked(GroupId indexed group, uint40 until, uint8 gapLevel, Money reserve);
    event Unlocked(GroupId indexed group);
    /// @notice The account is flat at zero: its positions of the group are in the estate, its cash is gone.
    event Absorbed(AccountId indexed account, GroupId indexed group, Money deficit, Money groupDeficit);
    event Charged(
        MarketId indexed market,
        Price jump,
        Price charge,
        Price cumulativeLong,
        Price cumulativeShort,
        Size winners
    );
    /// @notice A step of a settlement looked for the vault's place in the queue and came as far as `reached`; a later one nets.
    event PlaceSought(MarketId indexed market, NodeId reached);
    event Netted(MarketId indexed market, Size netted, Size vaultClosed, Size vaultTook, Size left);
    event NodeTornUp(
        MarketId indexed market,
        bool indexed longs,
        NodeId indexed node,
        Size size,
        uint96 remaining,
        int160 proceeds
    );
    /// @notice The receipt of a lock that gathered defaulters: deficit = vaultPaid + charged + shortfall. 1e-9 quote.
    event Deleveraged(
        GroupId indexed group,
        uint256 accounts,
        Money deficit,
        Money vaultPaid,
        Money charged,
        Money shortfall
    );
    event ShortfallSuffered(Money amount, Money shortfall, uint256 rate);
    event ShortfallHealed(Money amount, Money shortfall, uint256 rate);
    /// @notice Tokens given to the venue: `healed` of them healed a shortfall, the rest went to the vault.
    event Covered(address indexed from, uint256 tokens, Money healed);

    error GapOpen(GroupId group);
    error GroupLocked(GroupId group, uint256 until);
    error GroupNotLocked(GroupId group);
    error LockStillRunning(GroupId group, uint256 until);
    error NothingToDeleverage(GroupId group);
    error GroupUnknown(GroupId group);
    error NothingToAbsorb(GroupId group);
    error AccountsNotAscending(AccountId account);
    error DebtTooSmall(GroupId group, Money debt, Money minimum);
    error LockedTooRecently(GroupId group, uint256 from);

    // ------------------------------------------------------------------ vault

    event InventorySold(MarketId indexed market, AccountId indexed buyer, Size size, Price price);

    error NoInventory(MarketId market);
    error GroupsLocked(uint256 lockedGroups);

    // ------------------------------------------------------------------ governance

    event GroupCreated(GroupId indexed group);
    event MarketCreated(MarketId indexed market, IPriceSource source, Mode mode);
    event MarketParamsSet(MarketId indexed market, MarketParams params);
    event VenueParamsSet(VenueParams params);
    event PriceSourceSet(MarketId indexed market, IPriceSource source);
    /// @notice A `poke` found the source not usable since `since`; 0: usable again.
    event SourceNoted(MarketId indexed market, uint40 since);
    event VaultBudgetSet(GroupId indexed group, Money budget);
    event VaultSet(address vault);
    event TreasurySet(address treasury);
    event Paused(MarketId indexed market, PauseLevel level, uint40 until);
    event MarketSettled(MarketId indexed market, Price price);

    error ParameterOutOfBounds(bytes32 name, uint256 value, uint256 low, uint256 high);
    error GroupFull(GroupId group);
    error PausedAt(PauseLevel level);
    error PauseTooLong(uint256 duration, uint256 longest);
    error PauseTooSoon(uint256 from);
    error LiquidationsPaused(uint256 from);
    error MarketNotSettled(MarketId market);
    error MarketAlreadySettled(MarketId market);
    error NotWoundDown(MarketId market);
    /// @notice The present source works, and the new one reads so far from it or from the recorded marks that a gap would open.
    error SourceOutOfLine(MarketId market, Price mark, Price present);
    /// @notice The source is not usable now, and counts as dead from the second `from` on; 0: nobody noted it yet, `poke` does.
    error SourceNotDead(MarketId market, uint256 from);
    error VaultInUse();
    /// @notice No vault is appointed yet: see `setVault`.
    error NoVault();
    /// @notice A vault is a contract that names this clearinghouse as its own.
    error NotAVault(address vault);

    error WrongGroup(GroupId group, MarketId market);

    // ------------------------------------------------------------------ accounts

    /// @notice Pulls `amount` token units from the caller and credits `account` (anybody's) with what arrived. Always open.
    /// @return credited Claims, 1e-9 quote, floor.
    function deposit(AccountId account, uint256 amount) external returns (Money credited);

    /// @notice As `deposit`, with an EIP-2612 permit of the caller. A permit already used by somebody else does no harm.
    function depositWithPermit(
        AccountId account,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (Money credited);

    /// @notice Withdraws `amount` token units of claims from the caller's account `number` to `to`. At r < 1 each claim pays r.
    /// With positions: min(cash, equity) less initial margin, only while prices are fresh and the group is open and without a gap.
    /// @param amount Claims at par in token units; type(uint256).max: all that is withdrawable.
    /// @return paid Token units sent, floor.
    function withdraw(uint32 number, uint256 amount, address to) external returns (uint256 paid);

    /// @notice Moves claims (1e-9 quote) between two accounts of the caller, under the rules of a withdrawal.
    function transfer(uint32 from, uint32 to, Money amount) external;

    /// @notice Lets `signer` sign and cancel orders for all accounts of the caller through the second `expiry` (0: revoked). It can never
    /// withdraw or transfer. Who was ever listed counts as the caller's own in liquidations: neither is paid for
    /// liquidating the other, nor takes the other's positions over.
    function setSigner(address signer, uint256 expiry) external;

    // ------------------------------------------------------------------ trading

    /// @notice Settles matches in markets of one group. Anyone may submit, unless an order names its matcher.
    /// @param strict True: the first bad order reverts the batch, with its error. False: bad makers and bad takers are skipped and
    /// reported (OrderSkipped, MatchSkipped), and a match fills as far as both sides can.
    function settle(GroupId group, Match[] calldata matches, bool strict) external;

    /// @notice Takes up to `fill.size` of a signed maker order with the caller's account `number`, at the maker's limit.
    /// @param hint A node near the place of the caller's new level; any value is valid, only gas depends on it.
    /// @param maxFee Largest taker fee rate that the caller accepts, ppm of notional. Zero: no fee.
    /// @param deadline Last second of validity, Unix time. Zero has passed.
    function fillOrder(uint32 number, Fill calldata fill, NodeId hint, uint24 maxFee, uint40 deadline) external;

    /// @notice Voids the order of `salt` and every lower sequence of its lane. By the owner or an authorised signer. Its sequence, like that of an
    /// order, is at most an hour ahead.
    function cancelOrder(uint64 salt, AccountId account) external;

    /// @notice Voids every order of the account with a sequence below `sequence`, which is at most an hour ahead. By the owner or an
    /// authorised signer.
    function cancelBelow(AccountId account, uint48 sequence) external;

    /// @notice Splits the collected fees between vault and treasury. Anyone.
    function collectFees() external;

    // ------------------------------------------------------------------ margin calls and liquidation

    /// @notice Records a margin call on an account whose equity is below the call level, while all its positions have a
    /// fresh price. Anyone. It falls due after `callGrace` and lapses after `callLapse`.
    function marginCall(AccountId account) external;

    /// @notice Clears the margin call of an account whose equity is at the call level again. Anyone; whatever adds to
    /// its equity does it too.
    function clearCall(AccountId account) external;

    /// @notice Liquidates against signed maker orders at their limits, each within the keeper's share of the discount.
    /// What they leave of it is for the caller's account `keeper`; the rest of the discount is the vault's. Makers that
    /// fail are skipped. A fill is cut so that zero or at least the minimum notional remains. Who the ledger knows to
    /// be the owner's (see `setSigner`) gets no keeper's share. Makers of the owner himself get the mark.
    function liquidate(AccountId account, MarketId market, uint32 keeper, Fill[] calldata fills) external;

    /// @notice Liquidates into the caller's account `keeper`, at the mark less the keeper's share of the discount; the
    /// rest is the vault's. Refused to whom the ledger knows to be the owner's (see `setSigner`), who would get nothing
    /// for it. At most `most`, cut so that zero or at least the minimum notional remains.
    function liquidateToAccount(AccountId account, MarketId market, uint32 keeper, uint256 max, NodeId hint) external;

    /// @notice Liquidates into the vault's inventory, from `vaultDelay` after a margin call to its lapse; the caller's
    /// account `keeper` gets the keeper's share, as far as it leaves the vault `vaultDiscount`. Nothing when the ledger
    /// knows the caller to be the owner's.
    function liquidateToVault(AccountId account, MarketId market, uint32 keeper, NodeId hint) external;

    // ------------------------------------------------------------------ default

    /// @notice Brings a group up to date with its prices: moves anchors on, locks it at a gap, ends a lock without defaults, notes sources that
    /// are not usable. Anyone.
    function poke(GroupId group) external;

    /// @notice Moves accounts below zero at the frozen marks (less the charge so far implied) into the estate of their group; locks it if need
    /// be. Anyone. Who is not below zero is passed over.
    /// @param accounts Strictly ascending, all of `group`.
    function absorb(GroupId group, AccountId[] calldata accounts) external;

    /// @notice After the lock: vault payment, charges, netting and tear-up, in at most `steps` steps. Anyone; the caller of the last step
    /// gets a flat refund from the vault, if the deficit was at least `minDebt`, and never more than the deficit.
    /// @return done The group is NORMAL again.
    function deleverage(GroupId group, uint256 steps) external returns (bool done);

    /// @notice Gives tokens to heal a shortfall; what exceeds it goes to the vault.
    function cover(uint256 amount) external;

    /// @notice Takes what a closed position (torn up to zero, or of a settled market) is worth to its account's cash.
    /// Anyone. Reverts with AccountInsolvent when the account would be flat and owe something: `absorb` is for it. What
    /// the vault's inventory owes then the pot pays, within the group's budget.
    function collect(AccountId account, MarketId market) external;

    /// @notice Buys up to `most` of the vault's inventory with the caller's account `number`, at a discount that grows with the time on offer.
    function buyInventory(MarketId market, uint32 number, uint256 max, NodeId hint) external;

    // ------------------------------------------------------------------ governance

    /// @notice GOVERNOR: a new clearing group.
    function createGroup() external returns (GroupId);

    /// @notice GOVERNOR: a new market of a group that is NORMAL and has fewer than 4. Its mechanism (`mode`) is fixed for good.
    function createMarket(
        GroupId group,
        IPriceSource source,
        Mode mode,
        MarketParams calldata params
    ) external returns (MarketId);

    /// @notice RISK: parameters of a market, within the bounds of ParameterLib, only while its group is NORMAL.
    function setMarketParams(MarketId market, MarketParams calldata params) external;

    /// @notice GOVERNOR: another price source; it must read fresh, and near the recorded marks unless the present one is dead: not usable now, and
    /// noted so by a `poke` at least an hour ago.
    function setPriceSource(MarketId market, IPriceSource source) external;

    /// @notice RISK: parameters of the venue, within the bounds of ParameterLib.
    function setVenueParams(VenueParams calldata params) external;

    /// @notice RISK: what a group may cost the vault in a day, 1e-9 quote. What it promises exactly: VaultLib.
    function setVaultBudget(GroupId group, uint96 budget) external;

    /// @notice GOVERNOR: another vault, while no group is locked and the present one has no inventory.
    function setVault(address vault) external;

    /// @notice GOVERNOR: who gets the treasury's part of fees.
    function setTreasury(address treasury) external;

    /// @notice GUARDIAN: pauses a market, or with market 0 everything, for at most 7 days.
    function pause(MarketId market, PauseLevel level, uint256 duration) external;

    /// @notice GOVERNOR: ends a pause early. Liquidations resume after `unpauseGrace`.
    function unpause(MarketId market) external;

    /// @notice GOVERNOR: settles a market for good at its live mark, or at its last mark if its source is dead; after 2 days of paused new risk.
    function settleMarket(MarketId market) external;

    // ------------------------------------------------------------------ views

    /// @notice The vault's equity over pot, reserves and inventory at live prices, floor, and whether it can be relied on: fresh prices for all its
    /// legs, and no gap in any group. Reads every market.
    function vaultEquity() external view returns (Money equity, bool certain);

    /// @notice How many groups are locked or settling.
    function lockedGroups() external view returns (uint256);

    /// @notice The exchange rate r from claims to tokens, 1e18 = par.
    function recoveryRate() external view returns (uint256);

    function vault() external view returns (address);

    /// @notice The settlement token.
    function token() external view returns (IERC20);

    function domainSeparator() external view returns (bytes32);

    /// @notice Runs `call` of the contract `lens` on the clearinghouse's storage and then always reverts with abi.encode(bool ok, bytes
    /// answer): a lens reads everything with the clearinghouse's own code and can change nothing.
    function inspect(address lens, bytes calldata call) external;
}
