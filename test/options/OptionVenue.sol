// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {Clearinghouse, Modules} from "../../contracts/Clearinghouse.sol";
import {NoPledging} from "../../contracts/collateral/NoPledging.sol";
import {Order, Use} from "../../contracts/interfaces/Orders.sol";
import {MarketParams, Mode, VenueParams} from "../../contracts/Ledger.sol";
import {MockAggregator} from "../../contracts/mocks/MockAggregator.sol";
import {MockAggregatorProxy} from "../../contracts/mocks/MockAggregatorProxy.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {MockVolSource} from "../../contracts/mocks/MockVolSource.sol";
import {OptionClearinghouse, OptionModules} from "../../contracts/OptionClearinghouse.sol";
import {NotOffered} from "../../contracts/options/NotOffered.sol";
import {OptionAbsorption} from "../../contracts/options/OptionAbsorption.sol";
import {OptionDeleveraging} from "../../contracts/options/OptionDeleveraging.sol";
import {OptionDirectTrading} from "../../contracts/options/OptionDirectTrading.sol";
import {OptionGovernance} from "../../contracts/options/OptionGovernance.sol";
import {OptionGroups} from "../../contracts/options/OptionGroups.sol";
import {RiskParams} from "../../contracts/options/OptionLedger.sol";
import {OptionLiquidation} from "../../contracts/options/OptionLiquidation.sol";
import {OptionMargin} from "../../contracts/options/OptionMargin.sol";
import {OptionMarks} from "../../contracts/options/OptionMarks.sol";
import {OptionSlices} from "../../contracts/options/OptionSlices.sol";
import {OptionTrading} from "../../contracts/options/OptionTrading.sol";
import {FUTURE, PERPETUAL, seriesOf} from "../../contracts/options/SeriesId.sol";
import {ChainlinkPriceSource} from "../../contracts/prices/ChainlinkPriceSource.sol";
import {OrderLib} from "../../contracts/trading/OrderLib.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Actor, VaultStandIn} from "../base/Fixture.sol";
import {Fill, Match, Packing, SignedOrder} from "../base/Packing.sol";
import {venueParams} from "../base/Parameters.sol";
import {TestBase} from "../base/TestBase.sol";
import {flatSmile, riskParams} from "./Parameters.sol";
import {OptionProbe, Standing} from "../../contracts/mocks/OptionProbe.sol";

/// @notice A whole clearinghouse of options with one group on an underlying at 4,000 and one ladder, three weeks away,
/// all strikes at 60% volatility. Amounts: money 1e-9 quote, size 1e-9 base, price 1e-18.
abstract contract OptionVenue is TestBase {
    uint256 internal constant QUOTE = 1e9;
    uint256 internal constant BASE = 1e9;
    uint256 internal constant TOKEN = 1e6;
    /// Thursday, 13 November 2025, 08:00 UTC.
    uint256 internal constant START = 1_763_020_800;
    uint40 internal constant EXPIRY = uint40(START + 22 days);
    uint256 internal constant SPOT = 4_000;
    uint40 internal constant NEVER = type(uint40).max;

    MockToken internal token;
    MockAggregator internal feed;
    AggregatorV3Interface internal proxy;
    MockVolSource internal vols;
    OptionClearinghouse internal venue;
    OptionProbe internal probe;
    AccessManager internal manager;
    Actor internal vault;
    GroupId internal group;

    uint64 private _sequence;

    function _deployOptions() internal {
        vm.warp(START);
        token = new MockToken("Quote", "QUOTE", 6);
        manager = new AccessManager(address(this));
        probe = new OptionProbe();
        address margin = address(new OptionMargin());
        address none = address(new NotOffered());
        address liquidation = address(new OptionLiquidation(address(new OptionSlices())));
        Modules memory modules = Modules({
            trading: address(new OptionTrading(margin)),
            direct: address(new OptionDirectTrading(margin)),
            byOrders: none,
            byAccount: liquidation,
            byVault: none,
            absorption: address(new OptionAbsorption()),
            deleveraging: address(new OptionDeleveraging()),
            governance: address(new OptionGovernance()),
            pledging: address(new NoPledging())
        });
        OptionModules memory more = OptionModules({
            margin: margin,
            marks: address(new OptionMarks()),
            groups: address(new OptionGroups()),
            liquidation: liquidation
        });
        venue = new OptionClearinghouse(token, address(manager), makeAddr("treasury"), _venueParams(), modules, more);
        vault = _actor("vault");
        vm.etch(vault.owner, address(new VaultStandIn(Clearinghouse(address(venue)))).code);
        venue.setVault(vault.owner);
        feed = new MockAggregator(8, int256(SPOT * 1e8));
        proxy = new MockAggregatorProxy(feed);
        vols = new MockVolSource(1 hours);
        vols.setLevel(1e9, uint40(block.timestamp));
        vols.setSmile(flatSmile(6_000, 0));
        group = venue.createOptionGroup(_source(proxy), vols, Mode.QUEUE, _marketParams(), _riskParams());
        venue.setVaultBudget(group, uint96(100_000 * QUOTE));
        venue.list(group, EXPIRY);
        _fund(vault, 100_000);
        _settleAnchors();
    }

    function _source(AggregatorV3Interface of_) internal virtual returns (ChainlinkPriceSource) {
        ChainlinkPriceSource.Config memory config;
        (config.feed, config.heartbeat) = (of_, 1 days);
        return new ChainlinkPriceSource(config);
    }

    function _venueParams() internal pure returns (VenueParams memory) {
        return venueParams();
    }

    function _marketParams() internal pure virtual returns (MarketParams memory) {
        return
            MarketParams({
                initialMargin: 50_000,
                maintenanceMargin: 30_000,
                gapThreshold: 20_000,
                priceBand: 20_000,
                makerFee: 100,
                takerFee: 300,
                staleShock: 50_000,
                discountFloor: 2_500,
                discountCap: 15_000,
                maxFunding: 40,
                softCap: uint72(20_000 * BASE),
                hardCap: uint72(30_000 * BASE),
                minNotional: uint48(10 * QUOTE),
                fundingDepth: 1_000_000
            });
    }

    function _riskParams() internal pure virtual returns (RiskParams memory) {
        return riskParams(16);
    }

    // ------------------------------------------------------------------ series, actors, orders

    /// @dev Of ladder 0; strike 7 is at the money.
    function _call(uint256 strike) internal view returns (MarketId) {
        return seriesOf(group, strike << 1).market();
    }

    function _put(uint256 strike) internal view returns (MarketId) {
        return seriesOf(group, (strike << 1) | 1).market();
    }

    function _future() internal view returns (MarketId) {
        return seriesOf(group, FUTURE).market();
    }

    function _perpetual() internal view returns (MarketId) {
        return seriesOf(group, PERPETUAL).market();
    }

    function _actor(string memory name) internal returns (Actor memory actor) {
        (actor.owner, actor.key) = makeAddrAndKey(name);
        actor.id = accountOf(actor.owner, 0);
    }

    function _actor(string memory name, uint256 quote) internal returns (Actor memory actor) {
        actor = _actor(name);
        _fund(actor, quote);
    }

    function _fund(Actor memory actor, uint256 quote) internal {
        token.mint(address(this), quote * TOKEN);
        token.approve(address(venue), quote * TOKEN);
        venue.deposit(actor.id, quote * TOKEN);
    }

    function _order(
        Actor memory actor,
        MarketId market,
        int256 size,
        uint256 limit,
        bool taker
    ) internal returns (Order memory order) {
        (order.account, order.market, order.size) = (actor.id, market, Size.wrap(size));
        (order.limit, order.salt, order.expiry) = (Price.wrap(int256(limit)), ++_sequence << 16, NEVER);
        (order.use, order.maxFee) = (taker ? Use.TAKER : Use.MAKER, 5_000);
    }

    /// @dev Of the next order.
    function _nextSalt() internal view returns (uint64) {
        return (_sequence + 1) << 16;
    }

    function _sign(Actor memory actor, Order memory order) internal view returns (SignedOrder memory) {
        bytes32 digest = MessageHashUtils.toTypedDataHash(
            venue.domainSeparator(),
            keccak256(abi.encode(OrderLib.ORDER_TYPEHASH, order))
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(actor.key, digest);
        return SignedOrder(order, address(0), abi.encodePacked(r, s, v));
    }

    /// @dev `taker` buys `size` (sells when negative) of `maker` at `price`.
    function _match(
        Actor memory taker,
        Actor memory maker,
        MarketId market,
        int256 size,
        uint256 price
    ) internal returns (Match memory m) {
        m.taker = _sign(taker, _order(taker, market, size, price, true));
        m.fills = new Fill[](1);
        m.fills[0] = Fill(_sign(maker, _order(maker, market, -size, price, false)), 0, NO_NODE);
    }

    function _trade(Actor memory taker, Actor memory maker, MarketId market, int256 size, uint256 price) internal {
        Match[] memory matches = new Match[](1);
        matches[0] = _match(taker, maker, market, size, price);
        venue.settle(Packing.pack(matches, true));
    }

    /// @dev At the mark.
    function _trade(Actor memory taker, Actor memory maker, MarketId market, int256 size) internal {
        _trade(taker, maker, market, size, _mark(market));
    }

    // ------------------------------------------------------------------ prices and time

    function _setSpot(uint256 quote) internal {
        feed.setAnswer(int256(quote * 1e8));
    }

    function _setLevel(uint32 level) internal {
        vols.setLevel(level, uint40(block.timestamp));
        venue.postLevel(group);
    }

    /// @dev The feed and the level are told anew, as somebody does every few minutes.
    function _tell() internal {
        (, int256 answer, , , ) = feed.latestRoundData();
        feed.setAnswer(answer);
        (uint32 level, ) = vols.level();
        vols.setLevel(level, uint40(block.timestamp));
        venue.postLevel(group);
    }

    /// @dev Anchor and recorded factors become those of now, but for two minutes.
    function _settleAnchors() internal {
        for (uint256 i; i < 2; ++i) {
            skip(120);
            _tell();
            venue.poke(group);
        }
    }

    // ------------------------------------------------------------------ views

    function _mark(MarketId market) internal returns (uint256) {
        return abi.decode(_ask(abi.encodeCall(OptionProbe.mark, (market))), (uint256));
    }

    function _standing(AccountId id) internal returns (Standing memory) {
        return abi.decode(_ask(abi.encodeCall(OptionProbe.standing, (id))), (Standing));
    }

    function _size(AccountId id, MarketId market) internal returns (int256) {
        return abi.decode(_ask(abi.encodeCall(OptionProbe.sizeOf, (id, market))), (int256));
    }

    function _cash(AccountId id) internal returns (int256) {
        return _standing(id).cash;
    }

    function _ask(bytes memory call) internal returns (bytes memory) {
        return _askAt(address(probe), call);
    }

    function _askAt(address probe_, bytes memory call) internal returns (bytes memory) {
        try venue.inspect(probe_, call) {
            revert("inspect returned");
        } catch (bytes memory answer) {
            (bool ok, bytes memory inner) = abi.decode(answer, (bool, bytes));
            if (!ok) {
                assembly ("memory-safe") {
                    revert(add(inner, 32), mload(inner))
                }
            }
            return inner;
        }
    }

    /// @dev Tokens are all claims, and every series is balanced.
    function _requireSolvent() internal {
        (uint256 held, uint256 live) = abi.decode(_ask(abi.encodeCall(OptionProbe.books, (group))), (uint256, uint256));
        vm.assertEq(held, token.balanceOf(address(venue)) * 1_000, "held");
        for (uint256 i; i < 256; ++i) {
            if ((live >> i) & 1 == 0) continue;
            bytes memory answer = _ask(abi.encodeCall(OptionProbe.book, (seriesOf(group, i).market())));
            (uint256 interest, uint256 longs, uint256 shorts) = abi.decode(answer, (uint256, uint256, uint256));
            vm.assertEq(longs, interest, "longs");
            vm.assertEq(shorts, interest, "shorts");
        }
    }
}
