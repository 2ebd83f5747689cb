// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {Clearinghouse, Modules} from "../../contracts/Clearinghouse.sol";
import {Exchange} from "../../contracts/collateral/Exchange.sol";
import {Pledging} from "../../contracts/collateral/Pledging.sol";
import {Absorption} from "../../contracts/deleveraging/Absorption.sol";
import {Deleveraging} from "../../contracts/deleveraging/Deleveraging.sol";
import {Governance} from "../../contracts/governance/Governance.sol";
import {ICollateral} from "../../contracts/interfaces/ICollateral.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {Order, Use} from "../../contracts/interfaces/Orders.sol";
import {Account, Group, VenueParams, MarketParams, Mode} from "../../contracts/Ledger.sol";
import {LiquidationByAccount} from "../../contracts/liquidation/LiquidationByAccount.sol";
import {LiquidationByOrders} from "../../contracts/liquidation/LiquidationByOrders.sol";
import {LiquidationByVault} from "../../contracts/liquidation/LiquidationByVault.sol";
import {MockPriceSource} from "../../contracts/mocks/MockPriceSource.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {Health} from "../../contracts/position/MarginLib.sol";
import {Leg} from "../../contracts/position/PositionLib.sol";
import {DirectTrading} from "../../contracts/trading/DirectTrading.sol";
import {OrderLib} from "../../contracts/trading/OrderLib.sol";
import {Trading} from "../../contracts/trading/Trading.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Fill, Match, Packing, SignedOrder} from "./Packing.sol";
import {venueParams} from "./Parameters.sol";
import {TestBase} from "./TestBase.sol";
import {MarketView, NodeView, RecoveryView, TestLens} from "./TestLens.sol";

/// @dev Somebody with a key. `id` is his account 0.
struct Actor {
    address owner;
    uint256 key;
    AccountId id;
}

/// @dev What makes an address eligible as a vault; its key signs in the tests.
contract VaultStandIn {
    Clearinghouse public immutable clearinghouse;

    constructor(Clearinghouse clearinghouse_) {
        clearinghouse = clearinghouse_;
    }
}

/// @notice A venue with two groups: `solo` (one market, `btc`) and `quad` (four markets). Amounts: money 1e-9 quote,
/// size 1e-9 base, price 1e-18.
/// @dev The test contract is admin of the AccessManager, so it holds every role. `_deployVenue(mode)` from `setUp`.
abstract contract Fixture is TestBase {
    uint256 internal constant QUOTE = 1e9;
    uint256 internal constant BASE = 1e9;
    uint256 internal constant TOKEN = 1e6;
    uint256 internal constant START = 1_700_000_000;
    uint256 internal constant POT = 1_000_000;
    /// No limit and no deadline of a takeover.
    Price internal constant ANY_PRICE = Price.wrap(0);
    uint40 internal constant NEVER = type(uint40).max;

    MockToken internal token;
    AccessManager internal manager;
    Clearinghouse internal venue;
    TestLens internal lens;
    address internal treasury;
    Actor internal vault;
    AccountId internal pot;

    GroupId internal solo;
    GroupId internal quad;
    MarketId internal btc;
    mapping(MarketId market => MockPriceSource) internal sources;

    uint64 private _sequence;

    // ------------------------------------------------------------------ deployment

    function _deployVenue(Mode mode) internal {
        _deployVenue(mode, new MockToken("Quote", "QUOTE", 6));
    }

    function _deployVenue(Mode mode, MockToken token_) internal {
        vm.warp(START);
        token = token_;
        manager = AccessManager(_create(type(AccessManager).name, abi.encode(address(this))));
        lens = TestLens(_create(type(TestLens).name, ""));
        treasury = makeAddr("treasury");
        venue = _newVenue(token);
        vault = _actor("vault");
        pot = vault.id;
        vm.etch(vault.owner, address(new VaultStandIn(venue)).code);
        venue.setVault(vault.owner);
        solo = venue.createGroup();
        quad = venue.createGroup();
        btc = _list(solo, 60_000e18, mode, 20_000 * BASE);
        _list(quad, 60_000e18, mode, 20_000 * BASE);
        _list(quad, 3_000e18, mode, 400_000 * BASE);
        _list(quad, 150e18, mode, 8_000_000 * BASE);
        _list(quad, 0.5e18, mode, 2_000_000_000 * BASE);
        venue.setVaultBudget(solo, uint96(500_000 * QUOTE));
        venue.setVaultBudget(quad, uint96(500_000 * QUOTE));
        _fund(vault, POT);
    }

    function _modules() internal returns (Modules memory) {
        return
            Modules({
                trading: _create(type(Trading).name, ""),
                direct: _create(type(DirectTrading).name, ""),
                byOrders: _create(type(LiquidationByOrders).name, ""),
                byAccount: _create(type(LiquidationByAccount).name, ""),
                byVault: _create(type(LiquidationByVault).name, ""),
                absorption: _create(type(Absorption).name, ""),
                deleveraging: _create(type(Deleveraging).name, ""),
                governance: _create(type(Governance).name, ""),
                pledging: _create(type(Pledging).name, abi.encode(_create(type(Exchange).name, "")))
            });
    }

    function _newVenue(MockToken token_) private returns (Clearinghouse) {
        bytes memory arguments = abi.encode(token_, address(manager), treasury, _venueParams(), _modules());
        return Clearinghouse(_create(type(Clearinghouse).name, arguments));
    }

    function _list(GroupId group, uint256 mark, Mode mode, uint256 softCap) internal returns (MarketId market) {
        MockPriceSource source = new MockPriceSource(mark);
        MarketParams memory params = _marketParams();
        (params.softCap, params.hardCap) = (uint72(softCap), uint72((softCap * 3) / 2));
        market = venue.createMarket(group, source, mode, params);
        sources[market] = source;
    }

    function _venueParams() internal pure virtual returns (VenueParams memory) {
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
                takerFee: 400,
                staleShock: 50_000,
                discountFloor: 2_500,
                discountCap: 15_000,
                maxFunding: 60,
                softCap: uint72(20_000 * BASE),
                hardCap: uint72(30_000 * BASE),
                minNotional: uint48(10 * QUOTE),
                fundingDepth: 1_000_000
            });
    }

    // ------------------------------------------------------------------ actors and orders

    function _actor(string memory name) internal returns (Actor memory actor) {
        (actor.owner, actor.key) = makeAddrAndKey(name);
        actor.id = accountOf(actor.owner, 0);
    }

    /// @notice An actor with `quote` whole quote deposited.
    function _actor(string memory name, uint256 quote) internal returns (Actor memory actor) {
        actor = _actor(name);
        _fund(actor, quote);
    }

    function _fund(Actor memory actor, uint256 quote) internal {
        _fund(actor.id, quote * 10 ** token.decimals());
    }

    /// @param units Token units.
    function _fund(AccountId id, uint256 units) internal {
        token.mint(address(this), units);
        token.approve(address(venue), units);
        venue.deposit(id, units);
    }

    /// @notice Mints units of a collateral to an actor, who pledges them.
    function _mintAndPledge(Actor memory actor, MockToken coin, uint256 id, uint256 units) internal {
        coin.mint(actor.owner, units);
        vm.startPrank(actor.owner);
        coin.approve(address(venue), units);
        ICollateral(address(venue)).pledge(0, id, units);
        vm.stopPrank();
    }

    /// @notice An unsigned order that never expires, with a salt of its own.
    function _order(
        Actor memory actor,
        MarketId market,
        int256 size,
        uint256 limit,
        bool taker
    ) internal returns (Order memory) {
        return
            Order({
                account: actor.id,
                market: market,
                size: Size.wrap(size),
                limit: Price.wrap(int256(limit)),
                salt: ++_sequence << 16,
                expiry: type(uint40).max,
                use: taker ? Use.TAKER : Use.MAKER,
                reduceOnly: false,
                maxFee: 5_000,
                matcher: address(0),
                trigger: Price.wrap(0),
                triggerAbove: false
            });
    }

    function _sign(Actor memory actor, Order memory order) internal view returns (SignedOrder memory) {
        bytes32 digest = MessageHashUtils.toTypedDataHash(
            venue.domainSeparator(),
            keccak256(abi.encode(OrderLib.ORDER_TYPEHASH, order))
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(actor.key, digest);
        return SignedOrder(order, address(0), abi.encodePacked(r, s, v));
    }

    function _pack(Match[] memory matches, bool strict) internal pure returns (bytes memory) {
        return Packing.pack(matches, strict);
    }

    function _pack(Fill[] memory fills) internal pure returns (bytes memory) {
        return Packing.pack(fills);
    }

    function _pack(Fill memory fill) internal pure returns (bytes memory) {
        return Packing.pack(fill);
    }

    function _makerFill(
        Actor memory maker,
        MarketId market,
        int256 size,
        uint256 price
    ) internal returns (Fill[] memory fills) {
        fills = new Fill[](1);
        fills[0] = Fill(_sign(maker, _order(maker, market, size, price, false)), _abs(size), NO_NODE);
    }

    function _match(
        Actor memory taker,
        Actor memory maker,
        MarketId market,
        int256 size,
        uint256 price
    ) internal returns (Match[] memory matches) {
        matches = new Match[](1);
        matches[0].taker = _sign(taker, _order(taker, market, size, price, true));
        matches[0].fills = _makerFill(maker, market, -size, price);
    }

    /// @notice `taker` buys `size` (sells when negative) from `maker` at `price`; reverts with the clearinghouse's
    /// error.
    function _trade(Actor memory taker, Actor memory maker, MarketId market, int256 size, uint256 price) internal {
        venue.settle(_pack(_match(taker, maker, market, size, price), true));
    }

    // ------------------------------------------------------------------ prices and time

    function _setPrice(MarketId market, uint256 mark) internal {
        sources[market].set(mark, IPriceSource.Status.FRESH);
    }

    function _setStale(MarketId market) internal {
        (uint256 mark, ) = sources[market].read();
        sources[market].set(mark, IPriceSource.Status.STALE);
    }

    function _price(MarketId market) internal view returns (uint256 mark) {
        (mark, ) = sources[market].read();
    }

    /// @notice Lets the group's anchors and recorded marks catch up with the present prices.
    function _settleAnchors(GroupId group) internal {
        for (uint256 i; i < 2; ++i) {
            skip(_venueParams().lockDelay);
            venue.poke(group);
        }
    }

    /// @notice Time passes while somebody keeps the group's anchors moving on.
    function _wait(GroupId group, uint256 time) internal {
        uint256 end = block.timestamp + time;
        for (uint256 delay = _venueParams().lockDelay; block.timestamp < end; venue.poke(group)) {
            skip(end - block.timestamp < delay ? end - block.timestamp : delay);
        }
    }

    /// @notice The mark drifts to `mark` by 1% at a time, slowly enough for the anchors to follow: no gap ever opens.
    function _creep(MarketId market, uint256 mark) internal {
        uint256 present = _price(market);
        while (present != mark) {
            uint256 step = present / 100;
            if (mark > present) present = mark - present > step ? present + step : mark;
            else present = present - mark > step ? present - step : mark;
            _setPrice(market, present);
            _settleAnchors(market.group());
        }
    }

    // ------------------------------------------------------------------ looking

    function _look(bytes memory call) internal returns (bytes memory answer) {
        // solhint-disable-next-line avoid-low-level-calls
        (, bytes memory data) = address(venue).call(abi.encodeCall(venue.inspect, (address(lens), call)));
        bool ok;
        (ok, answer) = abi.decode(data, (bool, bytes));
        vm.assertTrue(ok, "the lens failed");
    }

    function _health(AccountId id) internal returns (Health memory) {
        return abi.decode(_look(abi.encodeCall(lens.health, (id))), (Health));
    }

    function _recordedHealth(AccountId id) internal returns (Health memory) {
        return abi.decode(_look(abi.encodeCall(lens.recordedHealth, (id))), (Health));
    }

    function _chargedEquity(AccountId id) internal returns (int256) {
        return abi.decode(_look(abi.encodeCall(lens.chargedEquity, (id))), (int256));
    }

    function _equity(AccountId id) internal returns (int256) {
        return Money.unwrap(_health(id).equity);
    }

    function _cash(AccountId id) internal returns (int256) {
        return _account(id).cash;
    }

    function _position(AccountId id, MarketId market) internal returns (Leg memory) {
        return abi.decode(_look(abi.encodeCall(lens.position, (id, market))), (Leg));
    }

    function _positionWord(AccountId id, MarketId market) internal returns (uint256) {
        return abi.decode(_look(abi.encodeCall(lens.positionWord, (id, market))), (uint256));
    }

    function _size(AccountId id, MarketId market) internal returns (int256) {
        return Size.unwrap(_position(id, market).size);
    }

    function _account(AccountId id) internal returns (Account memory) {
        return abi.decode(_look(abi.encodeCall(lens.account, (id))), (Account));
    }

    function _group(GroupId id) internal returns (Group memory) {
        return abi.decode(_look(abi.encodeCall(lens.group, (id))), (Group));
    }

    function _market(MarketId id) internal returns (MarketView memory) {
        return abi.decode(_look(abi.encodeCall(lens.market, (id))), (MarketView));
    }

    function _recovery() internal returns (RecoveryView memory) {
        return abi.decode(_look(abi.encodeCall(lens.recovery, ())), (RecoveryView));
    }

    function _nodes(MarketId id, bool longs) internal returns (NodeView[] memory) {
        return abi.decode(_look(abi.encodeCall(lens.nodes, (id, longs))), (NodeView[]));
    }

    function _linksAgree(MarketId id, bool longs) internal returns (bool) {
        return abi.decode(_look(abi.encodeCall(lens.linksAgree, (id, longs))), (bool));
    }

    // ------------------------------------------------------------------ odds and ends

    function _list(AccountId id) internal pure returns (AccountId[] memory ids) {
        ids = new AccountId[](1);
        ids[0] = id;
    }

    /// @notice In ascending order, as `absorb` wants them.
    function _sorted(AccountId[] memory ids) internal pure returns (AccountId[] memory) {
        for (uint256 i = 1; i < ids.length; ++i) {
            for (uint256 j = i; j > 0 && AccountId.unwrap(ids[j]) < AccountId.unwrap(ids[j - 1]); --j) {
                (ids[j], ids[j - 1]) = (ids[j - 1], ids[j]);
            }
        }
        return ids;
    }

    function _abs(int256 x) internal pure returns (uint256) {
        return x < 0 ? uint256(-x) : uint256(x);
    }
}
