// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {IOptionDeleveraging} from "../../contracts/interfaces/IOptionDeleveraging.sol";
import {IOptionLiquidation} from "../../contracts/interfaces/IOptionLiquidation.sol";
import {IOptionListing} from "../../contracts/interfaces/IOptionListing.sol";
import {IOptionMargin} from "../../contracts/interfaces/IOptionMargin.sol";
import {IOptionTrading} from "../../contracts/interfaces/IOptionTrading.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Mode, Phase} from "../../contracts/Ledger.sol";
import {MockAggregator} from "../../contracts/mocks/MockAggregator.sol";
import {MockAggregatorProxy} from "../../contracts/mocks/MockAggregatorProxy.sol";
import {MockVolSource} from "../../contracts/mocks/MockVolSource.sol";
import {Tally} from "../../contracts/options/IMarginDesk.sol";
import {RiskParams} from "../../contracts/options/OptionLedger.sol";
import {FUTURE, PERPETUAL, SeriesId, ladderOf, seriesFrom, seriesOf} from "../../contracts/options/SeriesId.sol";
import {Smile} from "../../contracts/options/Smile.sol";
import {ChainlinkPriceSource} from "../../contracts/prices/ChainlinkPriceSource.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor} from "../base/Fixture.sol";
import {Match, Packing} from "../base/Packing.sol";
import {Vm} from "../base/TestBase.sol";
import {OptionVenue} from "../options/OptionVenue.sol";
import {riskParams} from "../options/Parameters.sol";
import {Claim, GroupLook, LadderLook, OptionLook, Stance, Terms} from "./OptionLook.sol";

/// @notice Plays with two option groups of a venue as traders, keepers, markets and posters of volatility do. Each
/// action predicts which errors it may meet; any other fails. What must hold of the storage at any time is in
/// OptionLook, what must hold of a call beside the call.
contract OptionHandler is OptionVenue {
    uint256 internal constant ACTORS = 6;
    uint256 internal constant GROUPS = 2;
    uint256 private constant STRIDE = 7;
    uint256 private constant WINDOW = 30 minutes;
    uint256 private constant HEARTBEAT = 1 hours;
    /// What rounding and single units of size may draw, 1e-9 quote: at first, and with each call.
    uint256 internal constant ROUNDING = 1_000_000;
    uint256 internal constant A_CALL = 100_000;

    /// @dev A feed's round, as it was told.
    struct Told {
        uint256 time;
        uint256 mark;
    }

    OptionLook internal look;
    GroupId[] internal groups;
    MockAggregator[] internal feeds;
    MockVolSource[] internal sources;
    Actor[] internal actors;
    AccountId[] internal everybody;
    mapping(uint256 g => Told[]) internal told;
    bytes4[] internal expected;

    /// Of the group's present lock: all were solvent at the anchors when it began. Unknown: false.
    mapping(uint256 g => bool) internal allSolvent;
    mapping(uint256 g => uint24) internal lockSeen;
    /// What stood when its settlement began, and whether anything but its steps happened since.
    mapping(uint256 g => bytes) internal then_;
    mapping(uint256 g => int256[256]) internal charged;
    mapping(uint256 g => bool) internal tornUp;
    bool internal disturbed;

    uint256 public calls;
    uint256 public trades;
    uint256 public spreads;
    uint256 public slices;
    uint256 public singles;
    uint256 public locks;
    uint256 public absorptions;
    uint256 public tearUps;
    uint256 public chargings;
    uint256 public payments;
    uint256 public healings;
    uint256 public stale;
    uint256 public expiriesInLock;
    uint256 public smiledLocks;
    uint256 public registrations;
    uint256 public credited;
    uint256 public settlements;
    uint256 public shortfalls;
    uint256 public comparisons;
    uint256 public fixes;
    uint256 public collected;
    uint256 public listings;
    uint256 public relistings;
    uint256 public smiles;
    uint256 public refreshes;
    uint256 public mostSeries;
    mapping(bytes4 selector => uint256) public refusals;

    constructor() {
        _deployOptions();
        look = new OptionLook();
        groups.push(group);
        feeds.push(feed);
        sources.push(vols);
        _second();
        for (uint256 i; i < ACTORS; ++i) {
            Actor memory actor = _actor(string.concat("actor", vm.toString(i)), i == 0 ? 2_000_000 : 3_000 + 3_000 * i);
            actors.push(actor);
            everybody.push(actor.id);
            everybody.push(accountOf(actor.owner, 1));
        }
        everybody.push(vault.id);
        everybody.push(accountOf(makeAddr("treasury"), 0));
        everybody.push(accountOf(address(this), 0));
        venue.setVaultBudget(groups[0], uint96(20_000 * QUOTE));
        for (uint256 g; g < GROUPS; ++g) _tellPrice(g, _spotOf(g));
    }

    function _second() private {
        MockAggregator other = new MockAggregator(8, int256(250 * 1e8));
        MockVolSource source = new MockVolSource(1 hours);
        source.setLevel(1e9, uint40(block.timestamp));
        source.setSmile(_smile(0, 0));
        AggregatorV3Interface behind = new MockAggregatorProxy(other);
        // Few legs: what is played there costs less, and meets the limit.
        groups.push(venue.createOptionGroup(_source(behind), source, Mode.QUEUE, _marketParams(), riskParams(10)));
        feeds.push(other);
        sources.push(source);
        venue.list(groups[1], EXPIRY - 14 days);
    }

    function _source(AggregatorV3Interface of_) internal override returns (ChainlinkPriceSource) {
        ChainlinkPriceSource.Config memory config;
        (config.feed, config.heartbeat) = (of_, uint24(HEARTBEAT));
        return new ChainlinkPriceSource(config);
    }

    function _riskParams() internal pure override returns (RiskParams memory) {
        return riskParams(32);
    }

    modifier counted() {
        ++calls;
        delete expected;
        _;
    }

    /// @notice What this play met: names and numbers.
    function counters() external view returns (string memory met) {
        string[25] memory names = [
            string("trades"),
            "spreads",
            "slices",
            "singles",
            "locks",
            "absorptions",
            "tearUps",
            "chargings",
            "payments",
            "healings",
            "stale",
            "expiriesInLock",
            "smiledLocks",
            "registrations",
            "credited",
            "settlements",
            "shortfalls",
            "comparisons",
            "fixes",
            "collected",
            "listings",
            "relistings",
            "smiles",
            "refreshes",
            "mostSeries"
        ];
        uint256[25] memory counts = [
            trades,
            spreads,
            slices,
            singles,
            locks,
            absorptions,
            tearUps,
            chargings,
            payments,
            healings,
            stale,
            expiriesInLock,
            smiledLocks,
            registrations,
            credited,
            settlements,
            shortfalls,
            comparisons,
            fixes,
            collected,
            listings,
            relistings,
            smiles,
            refreshes,
            mostSeries
        ];
        met = string.concat("plays=1 actions=", vm.toString(calls));
        for (uint256 i; i < names.length; ++i) met = string.concat(met, " ", names[i], "=", vm.toString(counts[i]));
    }

    // ------------------------------------------------------------------ accounts

    function deposit(uint256 who, uint256 amount) external counted {
        amount = bound(amount, 1, 4_000 * TOKEN);
        token.mint(address(this), amount);
        token.approve(address(venue), amount);
        _play(address(this), abi.encodeCall(venue.deposit, (_one(who).id, amount)));
    }

    function withdraw(uint256 who, uint256 amount, bool all) external counted {
        Actor memory actor = _one(who);
        Tally memory before = _tally(actor.id);
        if (Money.unwrap(before.cash) <= 0) return;
        amount = all ? type(uint256).max : bound(amount, 1, uint256(Money.unwrap(before.cash)) / 1e3 + 1);
        _expectMoving();
        if (!_play(actor.owner, abi.encodeCall(venue.withdraw, (0, amount, actor.owner)))) return;
        _stands(actor.id, before, true);
    }

    function transfer(uint256 who, uint256 amount, bool back) external counted {
        Actor memory actor = _one(who);
        (uint32 from, uint32 to) = back ? (1, 0) : (0, 1);
        Tally memory before = _tally(accountOf(actor.owner, from));
        if (Money.unwrap(before.cash) <= 0) return;
        _expectMoving();
        Money moved = Money.wrap(int256(bound(amount, 1, uint256(Money.unwrap(before.cash)))));
        if (_play(actor.owner, abi.encodeCall(venue.transfer, (from, to, moved)))) {
            _stands(accountOf(actor.owner, from), before, true);
        }
    }

    function collectFees(uint256 amount) external counted {
        if (amount % 4 == 0) {
            amount = bound(amount, 1, 20_000 * TOKEN);
            token.mint(address(this), amount);
            token.approve(address(venue), amount);
            (, uint256 before) = abi.decode(_look(abi.encodeCall(look.recovery, ())), (uint256, uint256));
            _play(address(this), abi.encodeCall(venue.cover, (amount)));
            (, uint256 later) = abi.decode(_look(abi.encodeCall(look.recovery, ())), (uint256, uint256));
            if (later < before) ++healings;
        } else {
            _play(address(this), abi.encodeCall(venue.collectFees, ()));
        }
    }

    // ------------------------------------------------------------------ trading

    function trade(uint256 g, uint256 a, uint256 b, uint256 s, int256 lots, uint256 away) public counted {
        Actor memory taker;
        Actor memory maker;
        (g, taker, maker) = _pair(g, a, b, away % 2 == 0);
        Match[] memory matches = new Match[](1);
        matches[0] = _any(taker, maker, _series(g, s), lots, away);
        if (matches[0].fills.length == 0) return;
        _settle(matches, away % 3 != 0, taker.id, maker.id);
    }

    /// @notice Several legs of one taker in a strict batch, as one.
    function spread(uint256 g, uint256 a, uint256 b, uint256 s, int256 lots, uint256 away) public counted {
        Actor memory taker;
        Actor memory maker;
        (g, taker, maker) = _pair(g, a, b, away % 4 != 0);
        uint256 legs = 2 + (away % 3);
        lots = bound(lots, -200, 200);
        Match[] memory matches = new Match[](legs);
        for (uint256 i; i < legs; ++i) {
            uint256 next = uint256(keccak256(abi.encode(s, i)));
            matches[i] = _any(taker, maker, _series(g, next), i % 2 == 0 ? lots : -lots, next >> 8);
            if (matches[i].fills.length == 0) return;
        }
        if (_settle(matches, true, taker.id, maker.id)) ++spreads;
    }

    /// @notice Many series at once, each by itself.
    function portfolio(uint256 g, uint256 a, uint256 b, uint256 s) external counted {
        Actor memory taker;
        Actor memory maker;
        (g, taker, maker) = _pair(g, a, b, true);
        uint256 legs = 2 + (s % 7);
        Match[] memory matches = new Match[](legs);
        uint256 count;
        for (uint256 i; i < legs; ++i) {
            uint256 next = uint256(keccak256(abi.encode(s, i)));
            Match memory m = _any(
                taker,
                maker,
                _series(g, next),
                int256(next >> 9) % (s % 3 == 0 ? int256(60) : int256(200)),
                next >> 128
            );
            if (m.fills.length != 0) matches[count++] = m;
        }
        assembly ("memory-safe") {
            mstore(matches, count)
        }
        if (count != 0) _settle(matches, false, taker.id, maker.id);
    }

    function fillOrder(uint256 g, uint256 a, uint256 b, uint256 s, int256 lots, uint256 away) external counted {
        Actor memory taker;
        Actor memory maker;
        (g, taker, maker) = _pair(g, a, b, away % 2 == 0);
        Match memory m = _any(taker, maker, _series(g, s), lots, away);
        if (m.fills.length == 0) return;
        AccountId[] memory both = _both(taker.id, maker.id);
        Tally[] memory before = _tallies(both);
        MarketId market = m.taker.order.market;
        m.fills[0].size = type(uint72).max;
        bytes memory call = abi.encodeCall(
            venue.fillOrder,
            (market, 0, Packing.pack(m.fills[0]), NO_NODE, type(uint24).max, uint40(block.timestamp))
        );
        _expectTrading();
        if (!_play(taker.owner, call)) return;
        ++trades;
        for (uint256 i; i < 2; ++i) _stands(both[i], before[i], false);
    }

    function _settle(Match[] memory matches, bool strict, AccountId taker, AccountId maker) internal returns (bool ok) {
        AccountId[] memory both = _both(taker, maker);
        MarketId market = matches[0].taker.order.market;
        if (MarketId.unwrap(market) != 0 && calls % 4 != 0) _refresh(both, seriesFrom(market).group(), matches);
        Tally[] memory before = _tallies(both);
        _expectTrading();
        if (!_play(address(this), abi.encodeCall(venue.settle, (Packing.pack(matches, strict))))) return false;
        Tally[] memory later = _tallies(both);
        if (_onlyCredited(before, later)) return false;
        ++trades;
        for (uint256 i; i < 2; ++i) _stands(both[i], before[i], false);
        return true;
    }

    /// @dev Nothing was filled: all matches were passed over. A maker who was looked at may have had his relief
    /// credited, which moves cash and no equity.
    function _onlyCredited(Tally[] memory before, Tally[] memory later) private pure returns (bool) {
        for (uint256 i; i < later.length; ++i) later[i].cash = before[i].cash;
        return keccak256(abi.encode(before)) == keccak256(abi.encode(later));
    }

    /// @dev As a keeper does before a trade: the risk arrays of what both hold, and of what they trade.
    function _refresh(AccountId[] memory both, GroupId id, Match[] memory matches) internal {
        SeriesId[] memory held = abi.decode(_look(abi.encodeCall(look.risky, (both, id))), (SeriesId[]));
        SeriesId[] memory all = new SeriesId[](held.length + matches.length);
        for (uint256 i; i < held.length; ++i) all[i] = held[i];
        for (uint256 i; i < matches.length; ++i) all[held.length + i] = seriesFrom(matches[i].taker.order.market);
        delete expected;
        _expect(IOptionMargin.SpotNotFresh.selector);
        _expect(IOptionMargin.SeriesUnknown.selector);
        if (_play(address(this), abi.encodeCall(venue.refresh, (all)))) ++refreshes;
        delete expected;
    }

    /// @dev `taker` buys some lots of `maker`, or sells, near the mark. No fill: there is nothing to trade.
    function _any(
        Actor memory taker,
        Actor memory maker,
        MarketId market,
        int256 lots,
        uint256 away
    ) internal returns (Match memory m) {
        Terms memory t = _terms(taker.id, market);
        int256 size = t.size;
        // Often all or a part of what is there is closed.
        if (away % 5 != 0 || size == 0) {
            lots = bound(lots, -200, 200);
            // A lot is 500 quote of the underlying, and something.
            size = (lots * 500e9 * 1e18) / int256(t.spot) + int256(away % 1_000);
        } else {
            size = away % 10 == 0 ? -size : -size / 2;
        }
        if (size == 0) return m;
        uint256 offset = bound(away >> 16, 0, 44_000);
        int256 price = int256(t.value) + (int256(t.forward) * (int256(offset) - 22_000)) / 1e6;
        if (away % 7 < 4) price = int256(t.value);
        if (price < 1e6) price = 1e6; // the least that an order may name
        m = _match(taker, maker, market, size, uint256(price));
    }

    // ------------------------------------------------------------------ liquidation

    function slice(uint256 a, uint256 b, uint256 fraction) public counted {
        Actor memory taken = _one(b);
        _slice(_keeper(taken.id, a), taken.id, fraction);
    }

    function _slice(Actor memory keeper, AccountId taken, uint256 fraction) private {
        fraction = fraction % 3 == 0 ? bound(fraction, 0, 1e18) : 1e18;
        delete expected;
        _expectLiquidating();
        AccountId[] memory both = _both(taken, keeper.id);
        Tally[] memory before = _tallies(both);
        int256 pot = _cashOf(vault.id);
        bytes memory call = abi.encodeCall(
            venue.liquidateSlice,
            (taken, 0, fraction, 0, Money.wrap(0), NEVER, new NodeId[](0))
        );
        if (!_play(keeper.owner, call)) return;
        ++slices;
        Tally[] memory later = _tallies(both);
        _ratioKept(before[0], later[0]);
        _sound(before[0], later[0]);
        vm.assertGe(Money.unwrap(later[0].equity), 0, "a slice leaves no debt");
        vm.assertGe(Money.unwrap(later[1].equity), Money.unwrap(later[1].initial), "the keeper is above initial");
        int256 all = Money.unwrap(before[0].equity) + Money.unwrap(before[1].equity) + pot;
        int256 left = Money.unwrap(later[0].equity) + Money.unwrap(later[1].equity) + _cashOf(vault.id);
        vm.assertLe(left, all + 10, "a slice makes nothing");
        vm.assertGe(left + int256(A_CALL), all, "a slice loses nothing");
    }

    /// @dev Somebody else who may take over what the account has, with money for it.
    function _keeper(AccountId taken, uint256 a) private returns (Actor memory keeper) {
        uint256[] memory places = _places();
        uint256 its;
        for (uint256 i; i < ACTORS; ++i) if (everybody[2 * i] == taken) its = places[2 * i];
        for (uint256 i; i < ACTORS; ++i) {
            uint256 k = ((a % ACTORS) + i) % ACTORS;
            if (actors[k].id == taken) continue;
            keeper = actors[k];
            if (places[2 * k] == 0 || (a % 4 == 0 && places[2 * k] == its)) break;
        }
        _bring(keeper.id, 40_000, 60_000);
    }

    /// @notice The market creeps against somebody until he is below maintenance, and nobody helps: then keepers take
    /// slices of him. Or they are asleep until he owes something: then he is absorbed.
    function squeeze(uint256 a, uint256 b, uint256 fraction, bool asleep) public {
        uint256[] memory places = _places();
        uint256 g;
        for (uint256 i; i < ACTORS && g == 0; ++i) {
            b = (b % ACTORS) + (i == 0 ? 0 : 1);
            g = places[2 * (b % ACTORS)];
        }
        if (g == 0) return;
        --g;
        AccountId taken = _one(b).id;
        _quiet(g);
        if (fraction % 4 != 0) _drain(1 << (b % ACTORS));
        _creep(g, taken, asleep);
        this.slice(a, b, fraction);
        if (fraction % 2 == 0) this.slice(a >> 8, b, fraction >> 8);
        if (asleep) resolve(g, fraction >> 16, fraction >> 8);
    }

    /// @dev Steps that are no gaps, with anchors that follow.
    function _creep(uint256 g, AccountId taken, bool asleep) private {
        bool up;
        for (uint256 i; i < (asleep ? 24 : 14); ++i) {
            if (i % 3 == 0) {
                Tally memory t = _tally(taken);
                Money least = asleep ? Money.wrap(0) : t.maintenance;
                if (t.equity < least || t.legs == 0) return;
                if (i == 0) up = abi.decode(_look(abi.encodeCall(look.losesUp, (taken))), (bool));
            }
            (uint32 value, ) = sources[g].level();
            if (asleep)
                sources[g].setLevel(uint32(bound((uint256(value) * 103) / 100, 0.3e9, 3e9)), uint40(block.timestamp));
            _tellPrice(g, (_spotOf(g) * (up ? 1_009_500 : 990_500)) / 1e6);
            _round(g);
        }
    }

    /// @notice In a lock: one leg on the side that lost.
    function single(uint256 a, uint256 b, uint256 s, uint256 max) external counted {
        Actor memory taken = _one(b);
        Stance memory t = _stance(taken.id);
        if (t.legs.length == 0 || (s % 8 != 0 && _group(t.group).phase != Phase.LOCKED)) return;
        Actor memory keeper = _keeper(taken.id, a);
        Stance[] memory list = _stances();
        uint256 index = s % t.legs.length;
        for (uint256 i; s % 16 != 1 && i < t.legs.length && t.legs[index].size * t.legs[index].jump >= 0; ++i) {
            index = (index + 1) % t.legs.length;
        }
        index = t.legs[index].index;
        delete expected;
        _expectLiquidating();
        AccountId[] memory both = _both(taken.id, keeper.id);
        Tally[] memory before = _tallies(both);
        max = max % 2 == 0 ? type(uint256).max : bound(max, 1, 1e12);
        bytes memory call = abi.encodeCall(
            venue.liquidateToAccount,
            (taken.id, seriesOf(t.group, index).market(), 0, max, NO_NODE, Price.wrap(0), NEVER)
        );
        if (!_play(keeper.owner, call)) return;
        ++singles;
        Tally[] memory later = _tallies(both);
        _ratioKept(before[0], later[0]);
        for (uint256 i; i < 2; ++i) _sound(before[i], later[i]);
        Stance[] memory after_ = _stances();
        for (uint256 i; i < list.length; ++i) {
            int256 was = list[i].registered != 0 ? list[i].registered : list[i].relief;
            int256 is_ = after_[i].registered != 0 ? after_[i].registered : after_[i].relief;
            vm.assertEq(is_, was, "INV-8: a loss counts for who had it");
        }
    }

    // ------------------------------------------------------------------ default

    function poke(uint256 g) external counted {
        _poke(g % GROUPS);
    }

    function absorb(uint256 g, uint256 mask) public counted {
        g = g % GROUPS;
        if (mask % 8 != 0) _poke(g);
        delete expected;
        _expect(IOptionListing.PriceNotFixed.selector);
        _expect(IDeleveraging.NothingToAbsorb.selector);
        _expect(IDeleveraging.GroupLocked.selector);
        _expect(IDeleveraging.DebtTooSmall.selector);
        _expect(IDeleveraging.LockedTooRecently.selector);
        bool solvent = mask % 4 == 1 && _group(groups[g]).phase == Phase.NORMAL && _allSolvent(g);
        bytes memory call = abi.encodeCall(venue.absorb, (groups[g], _subset(mask >> 3)));
        if (!_play(address(this), call)) return;
        ++absorptions;
        _noteLock(g, _group(groups[g]), solvent);
    }

    function net(uint256 g, uint256 mask) public counted {
        g = g % GROUPS;
        _poke(g);
        delete expected;
        _expect(IOptionListing.PriceNotFixed.selector);
        _expect(IDeleveraging.NothingToNet.selector);
        _expect(IDeleveraging.GroupNotLocked.selector);
        _expect(IDeleveraging.GroupLocked.selector);
        AccountId[] memory ids = _subset(mask);
        bytes memory call =
            mask % 5 != 0
                ? abi.encodeCall(venue.net, (groups[g], ids))
                : abi.encodeCall(venue.netOne, (everybody[mask % everybody.length]));
        if (_play(address(this), call) && _group(groups[g]).relieved != 0) ++registrations;
    }

    function creditRelief(uint256 who) external counted {
        _play(address(this), abi.encodeCall(venue.creditRelief, (everybody[who % everybody.length])));
    }

    function deleverage(uint256 g, uint256 steps) public counted {
        _deleverage(g % GROUPS, bound(steps, 0, 60));
    }

    /// @notice A lock brought to its end: an account left out stays out.
    function resolve(uint256 g, uint256 mask, uint256 steps) public {
        g = g % GROUPS;
        this.poke(g);
        if (mask % 2 == 0) net(g, mask >> 100);
        absorb(g, mask % 4 == 0 ? mask : mask | ~uint256(7)); // most often everybody
        if (_group(groups[g]).phase == Phase.NORMAL) return;
        if (_group(groups[g]).phase == Phase.LOCKED) {
            net(g, mask >> 150);
            if (mask % 10 == 0 && _group(groups[g]).absorbed != 0) _compareOrders(g, mask);
        }
        finish(g, steps);
    }

    /// @notice Whatever lock there is ends, in a bounded number of steps, whoever calls.
    function finish(uint256 g, uint256 steps) public counted {
        g = g % GROUPS;
        GroupLook memory v = _group(groups[g]);
        if (v.phase == Phase.NORMAL) return;
        if (block.timestamp < v.end) vm.warp(v.end);
        if (v.phase == Phase.LOCKED && v.absorbed == 0) {
            _poke(g);
        } else {
            (uint256 series, uint256 nodes) = abi.decode(
                _look(abi.encodeCall(look.work, (groups[g]))),
                (uint256, uint256)
            );
            uint256 most = 3 * series + nodes + 2;
            steps = bound(steps, 1, 30);
            for (uint256 done; _group(groups[g]).phase != Phase.NORMAL; done += steps) {
                vm.assertLe(done, most + steps, "a settlement takes at most three steps a series and one a node");
                _deleverage(g, steps);
                if (done == 0 && steps % 4 == 1) check(); // where it has stopped, too
            }
        }
        vm.assertTrue(
            _group(groups[g]).phase == Phase.NORMAL || _group(groups[g]).lockNumber != v.lockNumber,
            "a lock ends"
        );
    }

    // ------------------------------------------------------------------ ends of positions

    function collect(uint256 who, uint256 g, uint256 s) external counted {
        AccountId id = everybody[who % everybody.length];
        Stance memory his = _stance(id);
        if (his.legs.length == 0) return _collect(id, _series(g, s));
        _collect(id, seriesOf(his.group, his.legs[s % his.legs.length].index).market());
    }

    /// @notice All that is closed, of all.
    function collectAll() public counted {
        for (uint256 i; i < everybody.length; ++i) {
            bytes memory answer = _look(abi.encodeCall(look.collectable, (everybody[i])));
            MarketId[] memory markets = abi.decode(answer, (MarketId[]));
            for (uint256 k; k < markets.length; ++k) {
                delete expected;
                _collect(everybody[i], markets[k]);
            }
        }
    }

    /// @dev INV-17: of some size only when its series is closed; then always, but a last one that leaves a debt.
    function _collect(AccountId id, MarketId market) internal {
        Claim memory before = _claim(id, market);
        _expect(IDeleveraging.GroupLocked.selector);
        _expect(ILiquidation.NoPosition.selector);
        _expect(IOptionDeleveraging.SeriesNotClosed.selector);
        _expect(ILiquidation.AccountInsolvent.selector);
        bool ok = _play(address(this), abi.encodeCall(venue.collect, (id, market)));
        if (!before.holds) return vm.assertFalse(ok, "INV-17: nobody collects what he does not hold");
        bool may = before.phase == Phase.NORMAL && (before.closed || before.size == 0);
        if (!may) return vm.assertFalse(ok, "INV-17: collected too early");
        if (!ok) {
            bool owes = before.held & (before.held - 1) == 0 && before.equity < 0;
            return vm.assertTrue(owes, "INV-17: what is closed is collected");
        }
        if (before.size != 0) ++collected;
        vm.assertEq(_claim(id, market).equity, before.equity, "INV-17: the same, in cash");
    }

    // ------------------------------------------------------------------ prices, volatilities, time

    function drift(uint256 g, int256 move) external counted {
        g = g % GROUPS;
        _tellPrice(g, (_spotOf(g) * uint256(1e6 + bound(move, -15_000, 15_000))) / 1e6);
    }

    function gap(uint256 g, int256 move) external counted {
        g = g % GROUPS;
        _tellPrice(g, (_spotOf(g) * uint256(1e6 + bound(move, -500_000, 500_000))) / 1e6);
    }

    /// @notice No price at all, until the next.
    function fail(uint256 g) external counted {
        g = g % GROUPS;
        feeds[g].setAnswer(0);
        told[g].push(Told(block.timestamp, 0));
    }

    function level(uint256 g, int256 move, bool far) external counted {
        g = g % GROUPS;
        int256 most = far ? int256(400_000) : int256(100_000);
        (uint32 value, ) = sources[g].level();
        uint256 next = (uint256(value) * uint256(1e6 + bound(move, -most, most))) / 1e6;
        sources[g].setLevel(uint32(bound(next, 0.3e9, 3.5e9)), uint40(block.timestamp));
        _postLevel(g);
    }

    function smile(uint256 g, uint256 place, uint256 shape) external counted {
        g = g % GROUPS;
        int256 base = int256(bound(shape, 0, 2_000)) - 1_000;
        sources[g].setSmile(_smile(base, int256((shape >> 16) % 9) - 4));
        _expect(IOptionListing.LadderNotListed.selector);
        _expect(IOptionListing.LadderExpired.selector);
        _expect(IOptionListing.SmilePending.selector);
        _expect(IOptionListing.SmileArbitrage.selector);
        _expect(IOptionListing.VolMoveTooLarge.selector);
        _expect(IOptionListing.VolOutOfRange.selector);
        _expect(IOptionListing.BasisMoveTooLarge.selector);
        _expect(IOptionListing.BasisOutOfRange.selector);
        _expect(IOptionListing.FactorsNotFresh.selector);
        _expect(IDeleveraging.GroupLocked.selector);
        _expect(IDeleveraging.GapOpen.selector);
        place = place % 8;
        if (!_play(address(this), abi.encodeCall(venue.postSmile, (groups[g], place)))) return;
        ++smiles;
        _convex(g, place);
    }

    function list(uint256 g, uint256 weeks_) public counted {
        g = g % GROUPS;
        weeks_ = 1 + (weeks_ % 5);
        uint256 expiry = block.timestamp - ((block.timestamp - 1 days - 8 hours) % 1 weeks) + weeks_ * 1 weeks;
        _expect(IOptionListing.ExpiryOffGrid.selector);
        _expect(IOptionListing.ExpiryListed.selector);
        _expect(IOptionListing.LaddersFull.selector);
        _expect(IOptionListing.StrikesOutOfRange.selector);
        _expect(IOptionListing.SmileArbitrage.selector);
        _expect(IOptionListing.VolOutOfRange.selector);
        _expect(IOptionListing.BasisOutOfRange.selector);
        _expect(IOptionListing.FactorsNotFresh.selector);
        _expect(IDeleveraging.GroupLocked.selector);
        _expect(IDeleveraging.GapOpen.selector);
        LadderLook[8] memory before = _ladders(groups[g]);
        uint256 listed = _group(groups[g]).listed;
        if (!_play(address(this), abi.encodeCall(venue.list, (groups[g], uint40(expiry))))) return;
        ++listings;
        if (_group(groups[g]).listed == listed) ++relistings;
        LadderLook[8] memory later = _ladders(groups[g]);
        for (uint256 i; i < 8; ++i) {
            if (before[i].expiry == later[i].expiry) continue;
            vm.assertEq(uint256(later[i].expiry), expiry, "the ladder that was asked for");
            vm.assertTrue(before[i].expiry == 0 || before[i].settlement != 0, "no price is left open");
            vm.assertEq((_group(groups[g]).live >> (i << 5)) & 0x7fffffff, 0, "a new ladder is empty");
            _convex(g, i);
        }
    }

    function refresh(uint256 g, uint256 s) external counted {
        g = g % GROUPS;
        SeriesId[] memory series = new SeriesId[](1 + (s % 4));
        for (uint256 i; i < series.length; ++i) {
            series[i] = seriesFrom(_series(g, uint256(keccak256(abi.encode(s, i)))));
        }
        _expect(IOptionMargin.SpotNotFresh.selector);
        _expect(IOptionMargin.SeriesUnknown.selector);
        if (_play(address(this), abi.encodeCall(venue.refresh, (series)))) ++refreshes;
    }

    function budget(uint256 g, uint256 amount) external counted {
        _expect(IDeleveraging.GroupLocked.selector);
        amount = bound(amount, 0, 100_000 * QUOTE);
        _play(address(this), abi.encodeCall(venue.setVaultBudget, (groups[g % GROUPS], uint96(amount))));
    }

    function wait(uint256 time, uint256 kind) external counted {
        skip(kind % 4 == 0 ? bound(time, 1 hours, 2 days) : bound(time, 1, 300));
    }

    function calm(uint256 g) external counted {
        _quiet(g % GROUPS);
    }

    /// @notice A gap, and the lock that it brings.
    function crash(uint256 g, int256 move, uint256 mask, uint256 steps) external {
        g = g % GROUPS;
        _quiet(g);
        if (steps % 3 == 0) _drain(mask >> 200);
        if (mask % 3 == 0) skip(bound(steps, 1, 40_000));
        move = bound(move, -300_000, 300_000);
        _tellPrice(g, (_spotOf(g) * uint256(1e6 + move)) / 1e6);
        if (mask % 7 < 2) {
            sources[g].setLevel(uint32(bound(mask >> 64, 0.5e9, 2e9)), uint40(block.timestamp));
            _postLevel(g);
        }
        resolve(g, mask, steps);
    }

    /// @dev Some take out what their margin leaves.
    function _drain(uint256 mask) private {
        for (uint256 i = 1; i < ACTORS; ++i) {
            if ((mask >> i) & 1 == 0) continue;
            delete expected;
            _expectMoving();
            _play(actors[i].owner, abi.encodeCall(venue.withdraw, (0, type(uint256).max, actors[i].owner)));
        }
    }

    /// @notice Somebody takes all of one series that his margin allows, and the rest of his money out; then the price
    /// jumps beyond his margin: perhaps after a new smile, or while the feed is silent.
    function ruin(uint256 g, uint256 a, uint256 s, uint256 seed) public {
        Actor memory poor;
        Actor memory maker;
        (g, poor, maker) = _pair(g, 1 + (a % (ACTORS - 1)), a >> 128, true);
        ++calls;
        delete expected;
        MarketId market = _series(g, s);
        if (!_overload(poor, maker, market, seed % 4 == 0)) return;
        _drain(seed >> 8);
        delete expected;
        uint256 before = smiles;
        if (seed % 8 < 3) this.smile(g, ladderOf(seriesFrom(market).index()), seed >> 16);
        if (seed % 16 == 5) _silence(g, poor, maker, market);
        uint256 jump = bound(seed >> 32, 30_000, seed % 4 < 2 ? 200_000 : 550_000);
        bool up = abi.decode(_look(abi.encodeCall(look.losesUp, (poor.id))), (bool));
        if (seed % 32 < 12) {
            sources[g].setLevel(uint32(bound(seed >> 64, 0.8e9, 2.5e9)), uint40(block.timestamp));
            _postLevel(g);
        }
        _tellPrice(g, (_spotOf(g) * (up ? 1e6 + jump : 1e6 - jump)) / 1e6);
        if (seed % 4 == 1) {
            _poke(g);
            for (uint256 i; i < 3; ++i)
                this.single(a >> (8 * i), 1 + (a % (ACTORS - 1)), seed >> (100 + i), seed >> 110);
        }
        uint256 gone = absorptions;
        resolve(g, seed, seed >> 96);
        if (smiles != before && gone != absorptions) ++smiledLocks;
    }

    /// @dev As much as is accepted, halving: short, or else long.
    function _overload(Actor memory poor, Actor memory maker, MarketId market, bool long) private returns (bool) {
        Terms memory t = _terms(poor.id, market);
        int256 size = (int256(12) * _equityOf(poor.id) * 1e18) / int256(t.spot);
        if (size == 0) return false; // a slice may have left some units
        if (!long) size = -size;
        AccountId[] memory both = _both(poor.id, maker.id);
        Tally[] memory before = _tallies(both);
        Match[] memory matches = new Match[](1);
        for (uint256 i; i < 4; ++i) {
            matches[0] = _match(poor, maker, market, size >> i, t.value < 1e6 ? 1e6 : t.value);
            if (i == 0) _refresh(both, seriesFrom(market).group(), matches);
            delete expected;
            _expectTrading();
            if (!_play(address(this), abi.encodeCall(venue.settle, (Packing.pack(matches, true))))) continue;
            ++trades;
            for (uint256 k; k < 2; ++k) _stands(both[k], before[k], false);
            return true;
        }
        return false;
    }

    /// @dev The feed is silent; nobody may trade, take money out or be liquidated on old prices.
    function _silence(uint256 g, Actor memory poor, Actor memory maker, MarketId market) private {
        skip(HEARTBEAT + 1);
        Match[] memory matches = new Match[](1);
        matches[0] = _match(maker, poor, market, 1e9, 1e18);
        delete expected;
        _expectTrading();
        _play(address(this), abi.encodeCall(venue.settle, (Packing.pack(matches, true))));
        delete expected;
        _expectMoving();
        _play(poor.owner, abi.encodeCall(venue.withdraw, (0, 1, poor.owner)));
        _slice(maker, poor.id, 1);
        absorb(g, type(uint256).max);
        (uint32 value, ) = sources[g].level();
        sources[g].setLevel(value, uint40(block.timestamp));
        _postLevel(g);
    }

    /// @notice A lock that begins before an expiry and ends after it.
    function expireInLock(uint256 g, uint256 seed) public counted {
        g = g % GROUPS;
        uint256 next = _group(groups[g]).nextExpiry;
        if (next == 0) return;
        if (block.timestamp + 2 hours < next) vm.warp(next - 2 hours);
        if (block.timestamp + 10 minutes < next) {
            vm.warp(next - 10 minutes);
            _quiet(g);
        }
        if (block.timestamp + 100 < next) vm.warp(next - 1 - (seed % 100));
        int256 move = bound(int256(seed >> 64), -400_000, 400_000);
        _tellPrice(g, (_spotOf(g) * uint256(1e6 + move)) / 1e6);
        absorb(g, seed >> 8);
        if (seed % 2 == 0) net(g, seed >> 24);
        if (block.timestamp <= next) vm.warp(next + 1 + (seed % 200));
        if (_group(groups[g]).phase != Phase.NORMAL) ++expiriesInLock;
        _tellPrice(g, (_spotOf(g) * (980_000 + ((seed >> 130) % 40_000))) / 1e6);
        fix(g, seed >> 140);
        finish(g, seed >> 150);
        fix(g, seed >> 160);
        if (seed % 3 != 0) resolve(g, seed >> 16, seed >> 20);
    }

    /// @notice The next expiry: anchors minutes before it or not, its window with some rounds or none, its price, and
    /// the lock that it may bring.
    function expire(uint256 g, uint256 seed) public counted {
        g = g % GROUPS;
        uint256 next = _group(groups[g]).nextExpiry;
        if (next == 0) return;
        if (block.timestamp + 2 hours < next) vm.warp(next - 2 hours);
        if (seed % 3 != 0 && block.timestamp < next) _quiet(g);
        if (block.timestamp + WINDOW < next) vm.warp(next - WINDOW - (seed % 100));
        uint256 rounds = (seed >> 8) % 6;
        for (uint256 i; i < rounds && block.timestamp + 300 < next; ++i) {
            skip(60 + ((seed >> (16 + 4 * i)) % 500));
            if (block.timestamp >= next) break;
            int256 move = int256((seed >> (40 + 16 * i)) % 60_000) - 30_000;
            _tellPrice(g, (_spotOf(g) * uint256(1e6 + move)) / 1e6);
            if ((seed >> (i + 3)) % 4 == 0) _quiet(g);
        }
        if (block.timestamp <= next) vm.warp(next + 1 + (seed % 200));
        _tellPrice(g, (_spotOf(g) * (990_000 + ((seed >> 130) % 20_000))) / 1e6);
        if (seed % 4 == 0) finish(g, seed);
        fix(g, seed >> 140);
        if (seed % 5 != 0) resolve(g, seed, seed >> 20);
    }

    /// @notice The price of the next expiry is fixed: in any steps, by whoever calls, what the rounds say.
    function fix(uint256 g, uint256 steps) public counted {
        g = g % GROUPS;
        GroupLook memory v = _group(groups[g]);
        LadderLook[8] memory before = _ladders(groups[g]);
        for (uint256 place; place < 8; ++place) {
            if (before[place].expiry == 0 || before[place].expiry != v.nextExpiry) continue;
            (bool found, uint256 price, uint80 entry) = _average(g, before[place].expiry);
            delete expected;
            _expect(IOptionListing.NotExpired.selector);
            _expect(IOptionListing.FactorsNotFresh.selector);
            _expect(IOptionListing.PriceNotFinal.selector);
            uint80[] memory entries = new uint80[](1);
            entries[0] = entry;
            steps = bound(steps, 1, 40);
            bytes memory call = abi.encodeCall(venue.fixPrice, (groups[g], place, entries, steps));
            for (uint256 i; i < 60; ++i) {
                if (!_play(address(this), call)) return;
                uint256 settled = _ladders(groups[g])[place].settlement;
                if (settled == 0) continue;
                vm.assertTrue(found, "INV-17: fixed before it is final");
                vm.assertEq(settled, price, "INV-17: the price is what the rounds say");
                ++fixes;
                return;
            }
        }
    }

    /// @notice All expiries of all groups come and go: in the end everybody has what he is due, and every ladder can
    /// be listed again.
    function windUp(uint256 seed) public {
        for (uint256 g; g < GROUPS; ++g) {
            for (uint256 i; i < 40 && _group(groups[g]).nextExpiry != 0; ++i) {
                if (_group(groups[g]).phase != Phase.NORMAL) _clear(g, seed);
                else expire(g, (seed & ~uint256(0xff)) | (15 + (i % 3)));
            }
            vm.assertEq(uint256(_group(groups[g]).nextExpiry), 0, "every price is fixed");
            for (uint256 i; i < 6; ++i) {
                _quiet(g);
                _clear(g, seed);
            }
            vm.assertTrue(_group(groups[g]).phase == Phase.NORMAL, "every lock ends");
            collectAll();
            _requireEmpty(g);
        }
        check();
    }

    /// @dev A lock, if there is one, with all who are below zero.
    function _clear(uint256 g, uint256 seed) private {
        _poke(g);
        if (_group(groups[g]).phase == Phase.NORMAL) {
            absorb(g, type(uint256).max);
            if (_group(groups[g]).phase == Phase.NORMAL) return;
        }
        if (_group(groups[g]).phase == Phase.LOCKED) absorb(g, type(uint256).max);
        finish(g, seed);
    }

    /// @dev Of closed series nothing is open, but what somebody holds who would be flat and owe less than locks a
    /// group.
    function _requireEmpty(uint256 g) private {
        Stance[] memory list_ = _stances();
        uint256 held;
        for (uint256 i; i < list_.length; ++i) {
            if (list_[i].group != groups[g] || list_[i].held == 0) continue;
            uint256 options = list_[i].held & ~(uint256(1) << PERPETUAL);
            held |= options;
            if (options != 0) vm.assertLt(list_[i].recorded + list_[i].credit, 0, "all is collected but of a debtor");
        }
        uint256 live = _group(groups[g]).live & ~(uint256(1) << PERPETUAL);
        vm.assertEq(live & ~held, 0, "of what nobody holds nothing is open");
    }

    // ------------------------------------------------------------------ settlement, checked to the end

    function _deleverage(uint256 g, uint256 steps) internal {
        delete expected;
        _expect(IDeleveraging.GroupNotLocked.selector);
        _expect(IDeleveraging.LockStillRunning.selector);
        _expect(IDeleveraging.NothingToDeleverage.selector);
        GroupLook memory v = _group(groups[g]);
        if (v.phase == Phase.LOCKED) {
            then_[g] = abi.encode(_stances(), v.deficit, v.live);
            delete charged[g];
            (disturbed, tornUp[g]) = (false, false);
        }
        vm.recordLogs();
        bool was = disturbed;
        bool ok = _play(address(this), abi.encodeCall(venue.deleverage, (groups[g], steps)));
        disturbed = was;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (!ok) return;
        _readLogs(g, logs);
        v = _group(groups[g]);
        if (v.phase != Phase.NORMAL) return;
        ++settlements;
        if (tornUp[g]) ++tearUps;
        uint256 series;
        for (uint256 set = v.live; set != 0; set &= set - 1) ++series;
        if (series > mostSeries) mostSeries = series;
    }

    function _readLogs(uint256 g, Vm.Log[] memory logs) private {
        int256[3] memory share = [int256(0), 0, 1];
        bool seen;
        for (uint256 i; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (topic == IDeleveraging.Charged.selector) {
                // jump, charge, both cumulative charges, winners
                int256[5] memory d = abi.decode(logs[i].data, (int256[5]));
                vm.assertLe(d[1], d[0] < 0 ? -d[0] : d[0], "INV-4: a charge a unit is at most the jump");
                charged[g][uint256(logs[i].topics[1]) & 255] = d[0] > 0 ? d[1] : -d[1];
                if (d[1] != 0) ++chargings;
            } else if (topic == IDeleveraging.NodeTornUp.selector) {
                tornUp[g] = true;
            } else if (topic == IDeleveraging.NetSettled.selector) {
                share = abi.decode(logs[i].data, (int256[3]));
                vm.assertLe(share[1], share[2], "INV-4: at most all of the relief");
            } else if (topic == IDeleveraging.Deleveraged.selector) {
                seen = true;
                _checkOwed(g, logs[i].data);
            }
        }
        if (seen && !disturbed) _checkCharges(g);
    }

    function _checkOwed(uint256 g, bytes memory data) private {
        uint256[5] memory d = abi.decode(data, (uint256[5])); // accounts, deficit, vaultPaid, charged, shortfall
        (, int256 deficit, ) = abi.decode(then_[g], (Stance[], int256, uint256));
        vm.assertEq(int256(d[1]), deficit, "INV-3: the receipt names the whole deficit");
        vm.assertEq(d[1], d[2] + d[3] + d[4], "INV-3: the receipt adds up");
        if (d[2] != 0) ++payments;
        if (d[4] == 0) return;
        ++shortfalls;
        vm.assertFalse(allSolvent[g], "INV-15: a shortfall, although all were solvent at the anchors");
    }

    /// @dev INV-6 and INV-14.
    function _checkCharges(uint256 g) private {
        (Stance[] memory before, , ) = abi.decode(then_[g], (Stance[], int256, uint256));
        Stance[] memory later = _stances();
        for (uint256 i; i < 2 * ACTORS; ++i) {
            Stance memory b = before[i];
            if (b.group != groups[g] || b.held == 0) continue;
            int256 charge;
            int256 slack = 5;
            for (uint256 k; k < b.legs.length; ++k) {
                int256 unit = charged[g][b.legs[k].index];
                (int256 size, int256 jump) = (b.legs[k].size, b.legs[k].jump);
                if ((size > 0 && unit > 0) || (size < 0 && unit < 0)) charge += (size * unit) / 1e18;
                slack += 4 + (b.legs[k].touched ? 2 * ((jump < 0 ? -jump : jump) / 1e18 + 1) : int256(0));
            }
            int256 credit = later[i].credit + later[i].cash - b.credit - b.cash;
            if (credit > 0 && b.registered != 0) ++credited;
            vm.assertGe(credit, 0, "a settlement takes no cash");
            vm.assertTrue(credit == 0 || b.registered != 0, "who is not registered gets nothing back");
            vm.assertLe(credit, b.registered, "INV-4: at most all of the relief");
            int256 end = later[i].recorded + later[i].credit;
            int256 start = b.recorded + b.credit;
            _near(start - end, charge - credit, slack, "INV-6: the same charge a unit");
            if (b.registered == 0 && b.relief != 0) continue;
            int256 least = start < b.anchored + b.credit ? start : b.anchored + b.credit;
            vm.assertGe(end + slack, least, "INV-14: nobody ends below both, at the anchor and frozen");
            if (least >= 0) vm.assertGe(end + slack, 0, "no second default");
        }
    }

    function _near(int256 a, int256 b, int256 slack, string memory what) private pure {
        vm.assertApproxEqAbs(a, b, uint256(slack), what);
    }

    // ------------------------------------------------------------------ INV-8

    /// @dev The same set absorbed and registered one by one in another order, and settled in other steps, with credits
    /// asked for meanwhile, ends alike.
    function _compareOrders(uint256 g, uint256 seed) internal {
        uint256 start = vm.snapshotState();
        bytes32 together = _ended(g, seed, true);
        vm.revertToState(start);
        bytes32 apart = _ended(g, seed, false);
        vm.revertToState(start);
        ++comparisons;
        vm.assertEq(apart, together, "INV-8: order, batches and steps change nothing");
    }

    function _ended(uint256 g, uint256 seed, bool together) private returns (bytes32) {
        AccountId[] memory ids = _subset(type(uint256).max);
        GroupLook memory v = _group(groups[g]);
        if (block.timestamp < v.end) {
            if (together) {
                _quietly(abi.encodeCall(venue.net, (groups[g], ids)));
                _quietly(abi.encodeCall(venue.absorb, (groups[g], ids)));
            } else {
                for (uint256 i; i < ids.length; ++i) {
                    AccountId[] memory one = _listOf(ids[(i * STRIDE + (seed % 1_000)) % ids.length]);
                    _quietly(abi.encodeCall(venue.absorb, (groups[g], one)));
                    _quietly(abi.encodeCall(venue.net, (groups[g], one)));
                }
            }
            vm.warp(v.end);
        }
        if (_group(groups[g]).absorbed == 0) return 0;
        for (uint256 i; !venue.deleverage(groups[g], together ? 100_000 : (i + (seed % 7)) % 9); ++i) {
            vm.assertLt(i, 4_000, "it ends");
            venue.creditRelief(everybody[i % everybody.length]);
        }
        return abi.decode(_look(abi.encodeCall(look.digest, (everybody, groups[g]))), (bytes32));
    }

    function _quietly(bytes memory call) private {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory reason) = address(venue).call(call);
        if (ok) return;
        bool none =
            bytes4(reason) == IDeleveraging.NothingToAbsorb.selector ||
                bytes4(reason) == IDeleveraging.NothingToNet.selector;
        vm.assertTrue(none, "INV-8: only who is not below zero, or has nothing to net, is passed over");
    }

    // ------------------------------------------------------------------ what must hold

    function check() public virtual {
        uint256 slack = ROUNDING + calls * A_CALL;
        _look(abi.encodeCall(look.check, (everybody, GROUPS, slack, uint256(keccak256(abi.encode(calls))))));
        (uint256 held, ) = abi.decode(_look(abi.encodeCall(look.recovery, ())), (uint256, uint256));
        vm.assertGe(token.balanceOf(address(venue)) * 1e3, held, "INV-1: what is booked is there");
    }

    /// @dev INV-10. After a fill the account is above initial margin, or reduced and keeps equity and ratio; and it is
    /// sound at both sets of factors. After a withdrawal it is above initial margin.
    function _stands(AccountId id, Tally memory before, bool withdrew) internal {
        Tally memory t = _tally(id);
        _sound(before, t);
        if (t.equity >= t.initial) return;
        vm.assertFalse(withdrew && t.legs != 0, "a withdrawal leaves initial margin");
        vm.assertGe(Money.unwrap(t.equity), 0, "INV-10: equity after a fill");
        _ratioKept(before, t);
    }

    function _ratioKept(Tally memory before, Tally memory t) internal view {
        int256 slack = _roundingOf(t);
        int256 left = (Money.unwrap(t.equity) + slack) * Money.unwrap(before.maintenance);
        int256 right = Money.unwrap(before.equity) * (Money.unwrap(t.maintenance) - slack);
        vm.assertGe(left, right, "INV-10: equity / maintenance is not lower");
    }

    function _sound(Tally memory before, Tally memory t) internal view {
        int256 slack = _roundingOf(t);
        (int256 a, int256 r) = (Money.unwrap(t.atAnchor), Money.unwrap(t.atRecorded));
        vm.assertTrue(a >= -slack || a >= Money.unwrap(before.atAnchor) - slack, "sound at the anchors");
        vm.assertTrue(r >= -slack || r >= Money.unwrap(before.atRecorded) - slack, "sound at the recorded factors");
    }

    /// @dev 1e-9 quote: of money, and of each leg a unit of size at the dearer of both prices. In a torn-up node a
    /// position reads up to a unit less than what was booked.
    function _roundingOf(Tally memory t) private view returns (int256) {
        uint256 spot = _spotOf(0) > _spotOf(1) ? _spotOf(0) : _spotOf(1);
        return int256(20 + (t.legs * spot) / 1e18);
    }

    /// @dev INV-18, when a smile is taken: calls fall and are convex along the strikes.
    function _convex(uint256 g, uint256 place) private {
        bytes memory answer = _look(abi.encodeCall(look.calls, (groups[g], place)));
        (uint256[15] memory c, uint256 forward) = abi.decode(answer, (uint256[15], uint256));
        uint256 slack = (forward >> 40) + 4;
        for (uint256 i = 1; i < 15; ++i) {
            vm.assertLe(c[i], c[i - 1] + slack, "INV-18: calls fall");
            if (i < 14) vm.assertGe(c[i - 1] + c[i + 1] + slack, 2 * c[i], "INV-18: calls are convex");
        }
    }

    function _allSolvent(uint256 g) private returns (bool) {
        return abi.decode(_look(abi.encodeCall(look.solvent, (everybody, groups[g]))), (bool));
    }

    function _noteLock(uint256 g, GroupLook memory v, bool solvent) private {
        if (v.phase == Phase.NORMAL || v.lockNumber == lockSeen[g]) return;
        (lockSeen[g], allSolvent[g]) = (v.lockNumber, solvent);
        ++locks;
    }

    // ------------------------------------------------------------------ choices

    function _one(uint256 who) internal view returns (Actor memory) {
        return actors[who % ACTORS];
    }

    /// @dev Two who may trade with each other, most often in the group in which one of them has positions; and a group
    /// in which something is traded.
    function _pair(
        uint256 g,
        uint256 a,
        uint256 b,
        bool quiet
    ) internal returns (uint256 where, Actor memory taker, Actor memory maker) {
        uint256[] memory places = _places();
        (a, b) = (a % ACTORS, b % (ACTORS - 1));
        where = places[2 * a] == 0 ? g % GROUPS : places[2 * a] - 1;
        for (uint256 i; i < ACTORS - 1; ++i) {
            uint256 other = (a + 1 + ((b + i) % (ACTORS - 1))) % ACTORS;
            maker = actors[other];
            if (places[2 * other] == 0 || places[2 * other] == where + 1) break;
        }
        taker = actors[a];
        _bring(taker.id, 2_000, 8_000);
        _bring(maker.id, 2_000, 8_000);
        if (!quiet) return (where, taker, maker);
        if (!abi.decode(_look(abi.encodeCall(look.isOpen, (groups[where]))), (bool))) _quiet(where);
        for (uint256 i; i < 4 && _tradableSet(where) == 0; ++i) list(where, b + i);
    }

    /// @dev In which group everybody has positions: its number; zero: nowhere.
    function _places() internal returns (uint256[] memory) {
        return abi.decode(_look(abi.encodeCall(look.groupsOf, (everybody))), (uint256[]));
    }

    /// @dev Who has nothing left brings something.
    function _bring(AccountId id, uint256 least, uint256 amount) private {
        if (_equityOf(id) > int256(least * QUOTE)) return;
        token.mint(address(this), amount * TOKEN);
        token.approve(address(venue), amount * TOKEN);
        delete expected;
        _play(address(this), abi.encodeCall(venue.deposit, (id, amount * TOKEN)));
        delete expected;
    }

    /// @dev Ladders that trade.
    function _tradableSet(uint256 g) internal returns (uint256 set) {
        LadderLook[8] memory ladders_ = _ladders(groups[g]);
        for (uint256 i; i < 8; ++i) if (ladders_[i].expiry > block.timestamp) set |= 1 << i;
    }

    function _both(AccountId a, AccountId b) internal pure returns (AccountId[] memory list_) {
        list_ = new AccountId[](2);
        (list_[0], list_[1]) = (a, b);
    }

    /// @dev One of those that are listed: often a future, the perpetual or a strike near the money.
    function _series(uint256 g, uint256 s) internal returns (MarketId) {
        GroupId id = groups[g % GROUPS];
        uint256 kind = s % 16;
        if (kind == 0) return seriesOf(id, PERPETUAL).market();
        uint256 listed = s % 64 < 60 ? _tradableSet(g % GROUPS) : uint256(_group(id).listed);
        uint256 place = (s >> 8) % 8;
        for (uint256 i; i < 8 && (listed >> place) & 1 == 0; ++i) place = (place + 1) % 8;
        if (kind == 1) return seriesOf(id, (place << 5) | FUTURE).market();
        uint256 strike = kind < 12 ? 5 + ((s >> 16) % 5) : (s >> 16) % 15;
        return seriesOf(id, (place << 5) | (strike << 1) | ((s >> 24) & 1)).market();
    }

    function _subset(uint256 mask) internal view returns (AccountId[] memory ids) {
        ids = new AccountId[](everybody.length);
        uint256 count;
        for (uint256 i; i < everybody.length; ++i) if ((mask >> i) & 1 == 1) ids[count++] = everybody[i];
        assembly ("memory-safe") {
            mstore(ids, count)
        }
        for (uint256 i = 1; i < count; ++i) {
            for (uint256 k = i; k > 0 && AccountId.unwrap(ids[k]) < AccountId.unwrap(ids[k - 1]); --k) {
                (ids[k], ids[k - 1]) = (ids[k - 1], ids[k]);
            }
        }
    }

    function _listOf(AccountId id) private pure returns (AccountId[] memory list_) {
        list_ = new AccountId[](1);
        list_[0] = id;
    }

    // ------------------------------------------------------------------ prices

    function _spotOf(uint256 g) internal view returns (uint256) {
        for (uint256 i = told[g].length; i > 0; --i) if (told[g][i - 1].mark != 0) return told[g][i - 1].mark;
        (, int256 answer, , , ) = feeds[g].latestRoundData();
        return uint256(answer) * 1e10;
    }

    function _tellPrice(uint256 g, uint256 mark) internal {
        mark = bound(mark, 20e18, 60_000e18) / 1e10;
        feeds[g].setAnswer(int256(mark));
        told[g].push(Told(block.timestamp, mark * 1e10));
    }

    function _postLevel(uint256 g) internal {
        delete expected;
        _expect(IDeleveraging.GroupLocked.selector);
        _play(address(this), abi.encodeCall(venue.postLevel, (groups[g])));
    }

    function _smile(int256 base, int256 basis) internal pure returns (Smile) {
        uint256 word = uint256(uint16(int16(basis))) << 240;
        for (uint256 i; i < 15; ++i) {
            int256 away = int256(i) - 7;
            word |= uint256(6_000 + base / 2 + (away * away * base) / 200) << (16 * i);
        }
        return Smile.wrap(word);
    }

    function _quiet(uint256 g) internal {
        g = g % GROUPS;
        for (uint256 i; i < 2; ++i) {
            _round(g);
        }
    }

    /// @dev The price stands; after it the anchors may move on, with all fresh.
    function _round(uint256 g) internal {
        skip(121);
        _tellPrice(g, _spotOf(g));
        (uint32 value, ) = sources[g].level();
        sources[g].setLevel(value, uint40(block.timestamp));
        _postLevel(g);
        _poke(g);
    }

    /// @dev Never refused, but for an expiry whose price can be fixed: that comes first.
    function _poke(uint256 g) internal {
        bytes memory call = abi.encodeCall(venue.poke, (groups[g]));
        delete expected;
        _expect(IOptionListing.PriceNotFixed.selector);
        if (!_play(address(this), call)) {
            fix(g, 40);
            delete expected;
            _play(address(this), call);
        }
        GroupLook memory v = _group(groups[g]);
        // At a lock the anchors are what they were before; nobody's legs changed.
        if (v.phase != Phase.NORMAL && v.lockNumber != lockSeen[g]) _noteLock(g, v, _allSolvent(g));
    }

    /// @dev What the rounds say, counted anew: the average of the last 30 minutes, or the first answer after.
    function _average(uint256 g, uint256 expiry) internal view returns (bool found, uint256 price, uint80 entry) {
        Told[] storage list_ = told[g];
        // The last round that is not in the window; what is before it does not count.
        uint256 first = list_.length;
        while (first > 0 && list_[first - 1].time > expiry - WINDOW) --first;
        first = first == 0 ? list_.length : first - 1;
        (uint256 sum, uint256 weight, uint256 later) = (0, 0, 0);
        for (uint256 i = first == list_.length ? 0 : first; i < list_.length && later == 0; ++i) {
            Told memory round = list_[i];
            if (round.time > expiry) found = true;
            if (round.time > expiry) later = round.mark;
            uint256 from = round.time > expiry - WINDOW ? round.time : expiry - WINDOW;
            uint256 to = i + 1 < list_.length && list_[i + 1].time < expiry ? list_[i + 1].time : expiry;
            if (to > round.time + HEARTBEAT) to = round.time + HEARTBEAT;
            if (to <= from || round.mark == 0) continue;
            (sum, weight) = (sum + round.mark * (to - from), weight + to - from);
        }
        price = weight != 0 ? sum / weight : later;
        found = found && price != 0;
        // Rounds told before the plays began stand before the list.
        (uint80 latest, , , , ) = feeds[g].latestRoundData();
        uint256 number = first == list_.length ? 1 : uint256(latest) - (list_.length - 1 - first);
        entry = uint80((uint256(1) << 64) | number);
    }

    // ------------------------------------------------------------------ errors

    function _expect(bytes4 selector) internal {
        expected.push(selector);
    }

    function _expectMoving() internal {
        _expect(IAccounts.WithdrawalsWait.selector);
        _expect(IAccounts.OutflowCapReached.selector);
        _expect(IAccounts.InsufficientWithdrawable.selector);
        _expect(IAccounts.InsufficientTokens.selector);
        _expect(IAccounts.ZeroAmount.selector);
        _expect(IDeleveraging.GapOpen.selector);
        _expect(IDeleveraging.GroupLocked.selector);
        _expect(ITrading.AccountHasStaleLeg.selector);
    }

    function _expectTrading() internal {
        _expect(IDeleveraging.GapOpen.selector);
        _expect(IDeleveraging.GroupLocked.selector);
        _expect(ITrading.PriceNotFresh.selector);
        _expect(ITrading.InsufficientMargin.selector);
        _expect(ITrading.FillTooSmall.selector);
        _expect(ITrading.PositionTooSmall.selector);
        _expect(ITrading.OpenInterestCapReached.selector);
        _expect(ITrading.OutsidePriceBand.selector);
        _expect(ITrading.UnsoundAtAnchor.selector);
        _expect(ITrading.AccountInOtherGroup.selector);
        _expect(IOptionTrading.SeriesNotTradable.selector);
        _expect(IOptionTrading.TooManyLegs.selector);
        _expect(ILiquidation.AccountInsolvent.selector);
    }

    function _expectLiquidating() internal {
        _expectTrading();
        _expect(ILiquidation.NotLiquidatable.selector);
        _expect(ILiquidation.NoPosition.selector);
        _expect(ILiquidation.WinningSideLocked.selector);
        _expect(IOptionLiquidation.SliceWorsens.selector);
        _expect(IDeleveraging.GroupNotLocked.selector);
        _expect(IOptionListing.PriceNotFixed.selector);
    }

    function _play(address sender, bytes memory call) internal returns (bool ok) {
        disturbed = true;
        bytes memory reason;
        vm.prank(sender);
        // solhint-disable-next-line avoid-low-level-calls
        (ok, reason) = address(venue).call(call);
        if (ok) return true;
        for (uint256 i; i < expected.length; ++i) {
            if (bytes4(reason) != expected[i]) continue;
            ++refusals[bytes4(reason)];
            if (bytes4(reason) == ITrading.PriceNotFresh.selector) ++stale;
            if (bytes4(reason) == ITrading.AccountHasStaleLeg.selector) ++stale;
            return false;
        }
        vm.assertEq(reason, "", "an error that was not expected");
    }

    // ------------------------------------------------------------------ looking

    function _look(bytes memory call) internal returns (bytes memory) {
        // solhint-disable-next-line avoid-low-level-calls
        (, bytes memory answer) = address(venue).call(abi.encodeCall(venue.inspect, (address(look), call)));
        (bool ok, bytes memory inner) = abi.decode(answer, (bool, bytes));
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(inner, 32), mload(inner))
            }
        }
        return inner;
    }

    function _group(GroupId id) internal returns (GroupLook memory) {
        return abi.decode(_look(abi.encodeCall(look.group, (id))), (GroupLook));
    }

    function _ladders(GroupId id) internal returns (LadderLook[8] memory) {
        return abi.decode(_look(abi.encodeCall(look.ladders, (id))), (LadderLook[8]));
    }

    function _terms(AccountId id, MarketId market) internal returns (Terms memory) {
        return abi.decode(_look(abi.encodeCall(look.terms, (id, market))), (Terms));
    }

    function _claim(AccountId id, MarketId market) internal returns (Claim memory) {
        return abi.decode(_look(abi.encodeCall(look.claim, (id, market))), (Claim));
    }

    function _tallies(AccountId[] memory ids) internal returns (Tally[] memory) {
        return abi.decode(_look(abi.encodeCall(look.tallies, (ids))), (Tally[]));
    }

    function _tally(AccountId id) internal returns (Tally memory) {
        return _tallies(_listOf(id))[0];
    }

    function _stances() internal returns (Stance[] memory) {
        return abi.decode(_look(abi.encodeCall(look.stances, (everybody))), (Stance[]));
    }

    function _stance(AccountId id) internal returns (Stance memory) {
        return abi.decode(_look(abi.encodeCall(look.stances, (_listOf(id)))), (Stance[]))[0];
    }

    function _equityOf(AccountId id) internal returns (int256) {
        return abi.decode(_look(abi.encodeCall(look.equities, (_listOf(id)))), (int256[]))[0];
    }

    function _cashOf(AccountId id) internal returns (int256) {
        return Money.unwrap(_tally(id).cash);
    }
}
