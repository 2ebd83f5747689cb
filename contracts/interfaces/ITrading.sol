// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";
import {Position} from "../types/Position.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

/// @title Trading in batches (module Trading)
interface IBatchTrading {
    /// @notice Settles matches in markets of one group. Anyone may submit, unless an order names its matcher.
    /// @param batch Whether it is strict, and the matches, in the packed form of PackedOrders. Strict: the first bad
    /// order reverts the batch, with its error. Else bad makers and bad takers are skipped and reported (OrderSkipped,
    /// MatchSkipped), and a match fills as far as both sides can.
    function settle(bytes calldata batch) external;
}

/// @title Trading by a taker's own transaction (module DirectTrading)
interface IDirectTrading {
    /// @notice Takes a signed maker order of `market` with the caller's account `number`, at the maker's limit.
    /// @param maker In the packed form of PackedOrders. Its `max` is what is taken at most, and not zero.
    /// @param hint A node near the place of the caller's new level; any value is valid, only gas depends on it.
    /// @param maxFee Largest taker fee rate that the caller accepts, ppm of notional. Zero: no fee.
    /// @param deadline Last second of validity, Unix time. Zero has passed.
    function fillOrder(
        MarketId market,
        uint32 number,
        bytes calldata maker,
        NodeId hint,
        uint24 maxFee,
        uint40 deadline
    ) external;
}

/// @title Trading: signed orders against each other
/// @notice `Money` is 1e-9 quote, `Size` 1e-9 base, `Price` 1e-18 quote per base, a salt `sequence << 16 | lane`, fee
/// rates are in ppm of notional.
interface ITrading is IBatchTrading, IDirectTrading {
    /// @notice The taker bought `takerSize` (negative: sold) at `price`; `makerFilled` of the maker's order is filled
    /// in all. The maker's size changed by `-takerSize`; `makerPosition` (packed) and `makerCash` are what he has after
    /// it.
    event Traded(
        MarketId indexed market,
        AccountId indexed taker,
        AccountId indexed maker,
        Size takerSize,
        Price price,
        Money takerFee,
        Money makerFee,
        uint64 makerSalt,
        Size makerFilled,
        Position makerPosition,
        Money makerCash
    );
    /// @notice The whole state of a position after a change that no event of its own tells: signed size, packed slot,
    /// and the account's cash.
    event PositionChanged(AccountId indexed account, MarketId indexed market, Size size, Position position, Money cash);
    /// @notice The end of a match. What its taker has: the position's signed `size`, its packed slot, and cash;
    /// `filled` of his order of `salt` in all, zero when he came by himself. And the market: cumulative `funding`, its
    /// present rate (1e-18 quote per base and second), and open interest.
    event Matched(
        MarketId indexed market,
        AccountId indexed taker,
        Size size,
        Position position,
        Money cash,
        uint64 salt,
        Size filled,
        Price funding,
        int256 ratePerSecond,
        Size openInterest
    );
    /// @notice A maker order was passed over; `reason` is the encoded error.
    event OrderSkipped(AccountId indexed account, uint64 indexed salt, bytes reason);
    /// @notice The match at `index` of the batch was passed over; `reason` is the encoded error.
    event MatchSkipped(uint256 indexed index, bytes reason);
    /// @notice The order of `salt` and all of lower sequence in its lane are void.
    event OrderCancelled(AccountId indexed account, uint64 salt);
    /// @notice All orders of a lower sequence are void.
    event OrdersCancelledBelow(AccountId indexed account, uint48 sequence);

    /// @notice No market has this id.
    error MarketUnknown(MarketId market);
    /// @notice The market is settled, or was never opened.
    error MarketNotOpen(MarketId market);
    /// @notice The market is not of the batch's group.
    error WrongGroup(GroupId group, MarketId market);
    /// @notice The order was valid through the second `expiry`.
    error OrderExpired(uint40 expiry);
    /// @notice The taker's deadline of `fillOrder` is over.
    error DeadlinePassed(uint40 deadline);
    /// @notice A sequence may be at most an hour ahead of the clock, in milliseconds of Unix time.
    error SequenceTooHigh(uint256 sequence, uint256 highest);
    /// @notice Nothing is left of the order: filled, cancelled, or its lane has a higher sequence.
    error OrderCancelledOrFilled(AccountId account, uint64 salt);
    /// @notice A size of zero or above 2^72 - 1, or a limit that no mark can have.
    error OrderOutOfRange();
    /// @notice The order names `matcher` as the only one who may submit it.
    error MatcherOnly(address matcher);
    /// @notice The mark is not at or beyond the order's trigger.
    error TriggerNotReached(Price trigger, Price mark);
    /// @notice The order may only be matched as a maker.
    error NotATakerOrder();
    /// @notice The order may only be matched as the taker.
    error NotAMakerOrder();
    /// @notice Maker and taker both buy, or both sell.
    error SameDirection();
    /// @notice Nobody trades with himself.
    error SameOwner(address owner);
    /// @notice The maker's price is worse than the taker's limit.
    error LimitNotMet(Price limit, Price price);
    /// @notice The price is further from the mark than the market's `priceBand`.
    error OutsidePriceBand(Price price, Price mark);
    /// @notice The market's fee rate is above what the order or the caller accepts.
    error FeeAboveCap(uint24 cap, uint24 fee);
    /// @notice The owner has not listed this signer, or the listing is over. Of an order that is not what was signed,
    /// the signer is an address that nobody knows.
    error SignerNotAuthorised(address owner, address signer);
    /// @notice The signature is nobody's, or the wallet does not accept it.
    error BadSignature(address signer);
    /// @notice An ERC-1271 wallet used up the `cap` of gas that it may use, and did not accept the signature.
    error WalletOutOfGas(address signer, uint256 cap);
    /// @notice So little gas was left that `needed` could not be handed on to the wallet, which then did not accept.
    error GasTooLow(address signer, uint256 needed);
    /// @notice A reduce-only order of an account that has nothing to reduce.
    error NothingToReduce(AccountId account);
    /// @notice A fill below the market's minimum that closes no position.
    error FillTooSmall(Money notional, Money minimum);
    /// @notice A position would remain that is below the market's minimum.
    error PositionTooSmall(AccountId account, Money notional, Money minimum);
    /// @notice The fill would raise open interest above the market's hard cap.
    error OpenInterestCapReached(Size interest, Size cap);
    /// @notice The account would be below the margin that is required of it.
    error InsufficientMargin(AccountId account, Money equity, Money required);
    /// @notice It would take the account below zero at the recorded marks, where a jump is measured from.
    error UnsoundAtAnchor(AccountId account, Money atAnchor, Money atRecordedMark);
    /// @notice The account has positions in another group.
    error AccountInOtherGroup(AccountId account, GroupId group);
    /// @notice The market has no fresh price now.
    error PriceNotFresh(MarketId market);
    /// @notice A position of the account has no fresh price now.
    error AccountHasStaleLeg(AccountId account);
    /// @notice No maker order could be filled.
    error NothingFilled();
    /// @notice A batch without a match.
    error EmptyBatch();
    /// @notice The packed bytes are cut short, too long, or not in the form of PackedOrders, at this byte or behind it.
    error MalformedBatch(uint256 position);

    /// @notice Voids the order of `salt` and every lower sequence of its lane. By the owner or an authorised signer.
    /// Its sequence, like that of an order, is at most an hour ahead.
    function cancelOrder(uint64 salt, AccountId account) external;

    /// @notice Voids every order of the account with a sequence below `sequence`, which is at most an hour ahead. By
    /// the owner or an authorised signer.
    function cancelBelow(AccountId account, uint48 sequence) external;
}
