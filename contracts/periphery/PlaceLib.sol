// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ledger, Market, Queue} from "../Ledger.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {QueueLib} from "../position/QueueLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {PPM} from "../types/Arithmetic.sol";
import {MarketId} from "../types/MarketId.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {MAX_MARK, MIN_MARK, NO_PRICE, Price} from "../types/Price.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";
import {PositionView} from "./ILens.sol";
import {StandingLib} from "./StandingLib.sol";

/// @title A position's place: in the queue, and on the price axis
library PlaceLib {
    using MarginLib for Health;
    using PositionLib for Market;
    using QueueLib for Queue;

    /// @notice Nodes that the lens walks from the head; four positions stay below 50,000,000 gas.
    uint256 internal constant LONGEST_WALK = 2000;

    function positionView(
        Ledger storage ledger,
        AccountId id,
        MarketId market,
        Quote[] memory quotes
    ) internal view returns (PositionView memory view_) {
        Market storage stored = ledger.markets[market];
        Quote memory quote = quotes[market.index()];
        Leg memory leg = stored.read(ledger.positions[id.position(market)], quote);
        bool isLong = leg.shares > 0;
        view_.market = market;
        view_.size = leg.size;
        view_.value = leg.value;
        view_.level = isLong ? leg.rank : -leg.rank;
        view_.node = leg.node;
        view_.mark = quote.mark;
        view_.fresh = quote.fresh;
        Quote memory exact = MarkLib.quoteAt(stored, quote.mark); // not worsened
        view_.entry = view_.level + quote.mark - (isLong ? exact.long : exact.short);
        if (leg.size == NO_SIZE) return view_;
        view_.liquidationMark = liquidationMark(ledger, id, market, quotes);
        (view_.ahead, view_.placed) = ahead(stored.queueOf(isLong), leg.node);
        uint256 live = stored.openInterest - (isLong ? stored.estateLong : stored.estateShort);
        view_.aheadShare = live == 0 ? 0 : uint32((view_.ahead.toUint() * PPM) / live);
    }

    /// @notice The size in front of `node`.
    function ahead(Queue storage queue, NodeId node) internal view returns (Size size, bool placed) {
        NodeId place = queue.head();
        for (uint256 i; i < LONGEST_WALK && place != NO_NODE; ++i) {
            if (place == node) return (size, true);
            size = size + toSize(queue.sizeOf(place));
            place = queue.next(place);
        }
    }

    /// @notice The mark nearest to the solvent side at which the account is below maintenance margin, the others as
    /// they are.
    /// @dev Equity less maintenance is linear in the mark up to rounding, so bisection ends at two neighbours of which
    /// the contract's own arithmetic liquidates one.
    function liquidationMark(
        Ledger storage ledger,
        AccountId id,
        MarketId market,
        Quote[] memory quotes
    ) internal view returns (Price) {
        Market storage stored = ledger.markets[market];
        Health memory rest = StandingLib.healthOf(ledger, id, quotes, market.index());
        Quote memory quote = MarkLib.quoteAt(stored, quotes[market.index()].mark);
        bool isLong = ledger.positions[id.position(market)].shares() > 0;
        (Price failing, Price holding) = isLong ? (MIN_MARK, MAX_MARK) : (MAX_MARK, MIN_MARK);
        if (!_fails(ledger, id, market, rest, _moveTo(quote, failing))) return NO_PRICE;
        if (_fails(ledger, id, market, rest, _moveTo(quote, holding))) return holding;
        while ((holding - failing).abs() != Price.wrap(1)) {
            Price middle = Price.wrap((Price.unwrap(failing) + Price.unwrap(holding)) / 2);
            if (_fails(ledger, id, market, rest, _moveTo(quote, middle))) failing = middle;
            else holding = middle;
        }
        return failing;
    }

    function _fails(
        Ledger storage ledger,
        AccountId id,
        MarketId market,
        Health memory rest,
        Quote memory quote
    ) private view returns (bool) {
        Market storage stored = ledger.markets[market];
        Health memory h;
        (h.equity, h.maintenance) = (rest.equity, rest.maintenance);
        h.addLeg(
            stored.read(ledger.positions[id.position(market)], quote),
            quote,
            stored.params.initialMargin,
            stored.params.maintenanceMargin
        );
        return h.equity < h.maintenance;
    }

    /// @dev Changes `quote` in place.
    function _moveTo(Quote memory quote, Price mark) private pure returns (Quote memory) {
        Price by = mark - quote.mark;
        (quote.mark, quote.long, quote.short) = (mark, quote.long + by, quote.short + by);
        return quote;
    }
}
