// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Ledger, Market, MarketStatus} from "../Ledger.sol";
import {priceShareDown} from "../types/Arithmetic.sol";
import {GroupId} from "../types/MarketId.sol";
import {MAX_MARK, MIN_MARK, Price, toPrice} from "../types/Price.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {FeedLib} from "./FeedLib.sol";
import {FundingLib} from "./FundingLib.sol";

/// @dev A market's mark in one operation, and the mark in the frame of each side (m~ = mark - funding, less chargeLong
/// for longs, plus chargeShort for shorts).
struct Quote {
    Price mark;
    Price funding;
    /// m~ for longs and for shorts. When the price is not fresh: each worsened by the market's stale shock.
    Price long;
    Price short;
    /// Where a jump would be measured from, now and after the next advance. Funding is added back: the market stores
    /// them without.
    Price anchor;
    Price recordedMark;
    bool fresh;
}

/// @title Marks: one read of each market of a group in an operation
library MarkLib {
    using FundingLib for Market;

    /// @dev What a source may use before its price counts as unreadable; a dead feed must not take liquidations of
    /// other legs with it.
    uint256 internal constant SOURCE_GAS = 300_000;

    /// @notice The live quotes of all markets of `group`.
    function quotes(Ledger storage ledger, GroupId group) internal view returns (Quote[] memory list) {
        list = _room(ledger.groups[group].markets);
        if (list.length == 0) revertWith(refusal(IDeleveraging.GroupUnknown.selector, arg(group)));
        for (uint256 i; i < list.length; ++i) readQuote(list[i], ledger.markets[group.market(i)]);
    }

    /// @notice The quotes at the recorded marks: the frozen ones of a group that is not NORMAL.
    function recordedQuotes(Ledger storage ledger, GroupId group) internal view returns (Quote[] memory list) {
        list = _room(ledger.groups[group].markets);
        for (uint256 i; i < list.length; ++i) _setRecorded(list[i], ledger.markets[group.market(i)]);
    }

    /// @notice The live quote of one market: its final price once settled; its recorded mark, worsened, when the source
    /// is not fresh.
    function quote(Market storage market) internal view returns (Quote memory q) {
        readQuote(q, market);
    }

    /// @notice The quote at a given mark.
    function quoteAt(Market storage market, Price mark) internal view returns (Quote memory q) {
        setQuote(q, market, mark);
    }

    /// @dev As `quote`, into memory that is there.
    function readQuote(Quote memory q, Market storage market) internal view {
        if (market.status == MarketStatus.SETTLED) return _setRecorded(q, market);
        (Price mark, bool fresh) = live(market);
        if (fresh) return setQuote(q, market, mark);

        _setRecorded(q, market);
        q.fresh = false;
        Price shock = priceShareDown(q.mark, market.params.staleShock);
        q.long = q.long - shock;
        q.short = q.short + shock;
    }

    /// @dev As `quoteAt`, into memory that is there.
    function setQuote(Quote memory q, Market storage market, Price mark) internal view {
        _set(q, market, mark, market.current());
    }

    /// @notice The last mark that an operation recorded: the frozen mark in a lock, the final one of a settled market.
    function recordedMark(Market storage market) internal view returns (Price) {
        return _recordedMark(market, market.current());
    }

    /// @notice What the market's source says now; no mark unless it is fresh.
    function live(Market storage market) internal view returns (Price mark, bool fresh) {
        if (market.heartbeat == 0) return _ask(market.priceFeed);
        (uint256 value, IPriceSource.Status status) = FeedLib.read(
            AggregatorV3Interface(market.priceFeed),
            market.heartbeat,
            market.exponent
        );
        return (toPrice(value), status == IPriceSource.Status.FRESH);
    }

    /// @notice What a source says now that is no market's: that of a collateral. As `live`.
    function liveOf(address feed, uint256 heartbeat, int256 exponent) internal view returns (Price mark, bool fresh) {
        if (heartbeat == 0) return _ask(feed);
        (uint256 value, IPriceSource.Status status) = FeedLib.read(AggregatorV3Interface(feed), heartbeat, exponent);
        return (toPrice(value), status == IPriceSource.Status.FRESH);
    }

    /// @dev `funding` is the current one.
    function _recordedMark(Market storage market, Price funding) private view returns (Price mark) {
        mark = Price.wrap(market.recordedMark) + funding;
        if (mark < MIN_MARK) mark = MIN_MARK;
        if (mark > MAX_MARK) mark = MAX_MARK;
    }

    function _setRecorded(Quote memory q, Market storage market) private view {
        Price funding = market.current();
        _set(q, market, _recordedMark(market, funding), funding);
    }

    function _set(Quote memory q, Market storage market, Price mark, Price funding) private view {
        Price tilde = mark - funding;
        q.mark = mark;
        q.funding = funding;
        q.long = tilde - toPrice(market.chargeLong);
        q.short = tilde + toPrice(market.chargeShort);
        q.anchor = Price.wrap(market.anchor) + funding;
        q.recordedMark = Price.wrap(market.recordedMark) + funding;
        q.fresh = true;
    }

    /// @dev As `new Quote[](count)`, but its quotes are not zero: each is set whole. Saves 250 gas a market in every
    /// operation.
    function _room(uint256 count) private pure returns (Quote[] memory list) {
        assembly ("memory-safe") {
            list := mload(0x40)
            mstore(list, count)
            let at := add(list, 32)
            let quote_ := add(at, mul(count, 32))
            for {
                let end := quote_
            } lt(at, end) {
                at := add(at, 32)
                quote_ := add(quote_, 224) // seven members
            } {
                mstore(at, quote_)
            }
            mstore(0x40, quote_)
        }
    }

    /// @dev A low-level call, because an answer that cannot be decoded would revert here and not in the source. The
    /// same, dearer in every read and at the mercy of a source that returns very much:
    ///
    ///     (bool ok, bytes memory answer) = source.staticcall{gas: SOURCE_GAS}(abi.encodeCall(IPriceSource.read, ()));
    ///     if (!ok || answer.length != 64) return (mark, false);
    ///     (uint256 value, uint256 status) = abi.decode(answer, (uint256, uint256));
    function _ask(address source) private view returns (Price mark, bool fresh) {
        bytes4 selector = IPriceSource.read.selector;
        bool ok;
        uint256 value;
        uint256 status;
        assembly ("memory-safe") {
            mstore(0, selector)
            ok := staticcall(SOURCE_GAS, source, 0, 4, 0, 64)
            ok := and(ok, eq(returndatasize(), 64))
            value := mload(0)
            status := mload(32)
        }
        fresh =
            ok &&
            status == uint256(IPriceSource.Status.FRESH) &&
            value >= MIN_MARK.toUint() &&
            value <= MAX_MARK.toUint();
        if (fresh) mark = toPrice(value);
    }
}
