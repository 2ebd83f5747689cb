// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChargeLib} from "../../contracts/deleveraging/ChargeLib.sol";
import {ReliefLib} from "../../contracts/deleveraging/ReliefLib.sol";
import {Account, Group, Market, Phase, Queue} from "../../contracts/Ledger.sol";
import {Tally} from "../../contracts/options/IMarginDesk.sol";
import {Curve, CurveLib} from "../../contracts/options/CurveLib.sol";
import {FactorLockLib} from "../../contracts/options/FactorLockLib.sol";
import {OptionCollectLib} from "../../contracts/options/OptionCollectLib.sol";
import {Factors, Ladder, OptionGroup, OptionStorage, Round} from "../../contracts/options/OptionLedger.sol";
import {Holding, PortfolioLib} from "../../contracts/options/PortfolioLib.sol";
import {RefreshLib} from "../../contracts/options/RefreshLib.sol";
import {RiskArrayLib, Scan, Shocks} from "../../contracts/options/RiskArrayLib.sol";
import {Scene, SceneLib} from "../../contracts/options/SceneLib.sol";
import {
    FUTURE,
    LADDERS,
    PERPETUAL,
    SeriesId,
    ladderOf,
    placeOf,
    seriesFrom,
    seriesOf
} from "../../contracts/options/SeriesId.sol";
import {TallyLib} from "../../contracts/options/TallyLib.sol";
import {PositionLib} from "../../contracts/position/PositionLib.sol";
import {QueueLib} from "../../contracts/position/QueueLib.sol";
import {RecoveryLib} from "../../contracts/position/RecoveryLib.sol";
import {Quote} from "../../contracts/prices/MarkLib.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money, toMoney} from "../../contracts/types/Money.sol";
import {Node} from "../../contracts/types/Node.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {Position} from "../../contracts/types/Position.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Size} from "../../contracts/types/Size.sol";

/// @dev A leg in a lock: its size, and what a long of its series gained. touched: its size may have a part of a unit.
struct LegThen {
    uint256 index;
    int256 size;
    int256 jump;
    bool touched;
}

/// @dev An account in its group: at the stored factors (in a lock: the frozen ones), and at the anchor's. 1e-9
/// quote.
struct Stance {
    int256 cash;
    int256 recorded;
    int256 anchored;
    /// What it is registered for in a lock that runs; what it could be registered for; what an earlier lock owes it.
    int256 registered;
    int256 relief;
    int256 credit;
    uint256 held;
    bool open;
    GroupId group;
    LegThen[] legs;
}

struct GroupLook {
    Phase phase;
    Round round;
    uint24 lockNumber;
    uint32 absorbed;
    uint256 end;
    int256 deficit;
    int256 reserve;
    int256 relieved;
    uint256 live;
    uint8 listed;
    uint40 nextExpiry;
}

/// @dev What a trade of a series by an account is priced with.
struct Terms {
    uint256 value;
    uint256 forward;
    uint256 spot;
    int256 size;
}

/// @dev A position that somebody asks to collect.
struct Claim {
    Phase phase;
    bool closed;
    bool holds;
    int256 size;
    uint256 held;
    /// At the stored factors, with what a lock owes it.
    int256 equity;
}

struct LadderLook {
    uint40 expiry;
    uint80 base;
    uint80 step;
    uint80 settlement;
    bool closed;
}

/// @notice What the plays with option groups look at, and what must hold of the storage at any time; run through
/// `inspect`.
contract OptionLook is OptionStorage {
    using CurveLib for Curve;
    using CurveLib for Ladder;
    using PositionLib for Market;
    using QueueLib for Queue;

    /// @notice A promise that does not hold.
    error Broken(string what, uint256 a, uint256 b);

    // ------------------------------------------------------------------ views

    function group(GroupId id) external view returns (GroupLook memory v) {
        Group storage stored = _ledger.groups[id];
        OptionGroup storage options = _options.groups[id];
        (v.phase, v.lockNumber, v.absorbed) = (stored.phase, stored.lockNumber, stored.absorbed);
        (v.deficit, v.reserve) = (int256(uint256(stored.deficit)), int256(uint256(stored.reserve)));
        if (stored.relievedLock == stored.lockNumber) v.relieved = int256(uint256(stored.relieved));
        (v.round, v.live, v.listed, v.nextExpiry) = (options.round, options.live, options.listed, options.nextExpiry);
        if (stored.phase != Phase.NORMAL) v.end = FactorLockLib.endOf(_ledger, id);
    }

    /// @notice Prices and volatilities are fresh, and there is neither a lock nor a gap.
    function isOpen(GroupId id) external view returns (bool) {
        if (_ledger.groups[id].phase != Phase.NORMAL) return false;
        Scene memory scene = SceneLib.read(_ledger, _options, id);
        return scene.fresh && !FactorLockLib.anyGap(_ledger, _options, scene);
    }

    function ladders(GroupId id) external view returns (LadderLook[8] memory list) {
        OptionGroup storage stored = _options.groups[id];
        for (uint256 i; i < LADDERS; ++i) {
            Ladder storage ladder = stored.ladders[i];
            list[i].expiry = ladder.expiry;
            (list[i].base, list[i].step, list[i].settlement) = (ladder.base, ladder.step, ladder.settlement);
            list[i].closed = ladder.expiry != 0 && OptionCollectLib.isClosed(_options, id, i << 5);
        }
    }

    function terms(AccountId id, MarketId market) external view returns (Terms memory t) {
        uint256 index = seriesFrom(market).index();
        Scene memory scene = SceneLib.read(_ledger, _options, seriesFrom(market).group());
        t.value = SceneLib.quote(_ledger, _options, scene, index).mark.toUint();
        t.spot = scene.live.spot;
        t.forward = index == PERPETUAL ? scene.live.spot : scene.now_.forward.toUint();
        t.size = _sizeOf(id, market);
    }

    /// @notice The marks of a ladder's calls, and its forward.
    function calls(GroupId id, uint256 place) external view returns (uint256[15] memory list, uint256 forward) {
        Scene memory scene = SceneLib.read(_ledger, _options, id);
        for (uint256 i; i < 15; ++i) {
            list[i] = SceneLib.quote(_ledger, _options, scene, (place << 5) | (i << 1)).mark.toUint();
        }
        forward = scene.now_.forward.toUint();
    }

    /// @notice The groups in which accounts hold anything; zero: none.
    function groupsOf(AccountId[] calldata ids) external view returns (uint256[] memory list) {
        list = new uint256[](ids.length);
        for (uint256 i; i < ids.length; ++i) {
            if (_options.held[ids[i]] != 0) list[i] = GroupId.unwrap(_ledger.accounts[ids[i]].group);
        }
    }

    /// @notice What accounts are worth at the stored factors.
    function equities(AccountId[] calldata ids) external view returns (int256[] memory list) {
        list = new int256[](ids.length);
        for (uint256 i; i < ids.length; ++i) list[i] = _equity(ids[i]);
    }

    /// @notice Are all accounts of the group solvent at its anchors?
    function solvent(AccountId[] calldata ids, GroupId id) external view returns (bool) {
        Scene memory scene = SceneLib.readRecorded(_options, id);
        for (uint256 i; i < ids.length; ++i) {
            if (_options.held[ids[i]] == 0 || _ledger.accounts[ids[i]].group != id) continue;
            Holding[] memory list = PortfolioLib.holdings(_ledger, _options, scene, ids[i]);
            (, Money anchored, ) = PortfolioLib.equityOf(_ledger, ids[i], list);
            if (Money.unwrap(anchored + _credit(ids[i])) < 0) return false;
        }
        return true;
    }

    /// @notice Does the account lose more when the underlying rises by a percent than when it falls?
    function losesUp(AccountId id) external view returns (bool) {
        Scene memory scene = SceneLib.read(_ledger, _options, _ledger.accounts[id].group);
        uint80 spot = scene.live.spot;
        int256[2] memory worth;
        for (uint80 i; i < 2; ++i) {
            (scene.live.spot, scene.ladder, scene.past) = ((spot / 100) * (99 + 2 * i), 0, 0);
            Holding[] memory list = PortfolioLib.holdings(_ledger, _options, scene, id);
            (Money equity, , ) = PortfolioLib.equityOf(_ledger, id, list);
            worth[i] = Money.unwrap(equity);
        }
        return worth[1] < worth[0];
    }

    /// @notice The options that accounts hold, whose risk arrays a keeper would refresh.
    function risky(AccountId[] calldata ids, GroupId id) external view returns (SeriesId[] memory list) {
        uint256 held;
        for (uint256 i; i < ids.length; ++i) if (_ledger.accounts[ids[i]].group == id) held |= _options.held[ids[i]];
        held &= ~(uint256(1) << PERPETUAL);
        list = new SeriesId[](PortfolioLib.countOf(held));
        for (uint256 i; held != 0; held &= held - 1) list[i++] = seriesOf(id, PortfolioLib.lowestOf(held));
    }

    function claim(AccountId id, MarketId market) external view returns (Claim memory c) {
        return _claim(id, market);
    }

    /// @notice The positions of an account that are closed, or torn up to zero.
    function collectable(AccountId id) external view returns (MarketId[] memory list) {
        GroupId its = _ledger.accounts[id].group;
        list = new MarketId[](PortfolioLib.countOf(_options.held[id]));
        uint256 count;
        for (uint256 set = _options.held[id]; set != 0; set &= set - 1) {
            uint256 index = PortfolioLib.lowestOf(set);
            MarketId market = seriesOf(its, index).market();
            if (OptionCollectLib.isClosed(_options, its, index) || _sizeOf(id, market) == 0) list[count++] = market;
        }
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    /// @notice Margin, as an operation finds it that first moves anchors on. (What `inspect` does is undone.)
    function tallies(AccountId[] calldata ids) external returns (Tally[] memory list) {
        list = new Tally[](ids.length);
        for (uint256 i; i < ids.length; ++i) list[i] = _tally(ids[i]);
    }

    function stances(AccountId[] calldata ids) external view returns (Stance[] memory list) {
        list = new Stance[](ids.length);
        Scene memory scene;
        for (uint256 i; i < ids.length; ++i) {
            if (scene.group != _ledger.accounts[ids[i]].group) {
                scene = SceneLib.readRecorded(_options, _ledger.accounts[ids[i]].group);
            }
            list[i] = _stance(ids[i], scene);
        }
    }

    /// @notice All that a settlement leaves behind, but for what is credited later.
    function digest(AccountId[] calldata ids, GroupId id) external view returns (bytes32 sum) {
        for (uint256 i; i < ids.length; ++i) {
            Stance memory s = _stance(ids[i], SceneLib.readRecorded(_options, _ledger.accounts[ids[i]].group));
            sum = keccak256(abi.encode(sum, s.cash + s.credit, s.recorded + s.credit, s.held, s.open));
            for (uint256 k; k < s.legs.length; ++k) sum = keccak256(abi.encode(sum, s.legs[k].index, s.legs[k].size));
        }
        for (uint256 set = _options.groups[id].live; set != 0; set &= set - 1) {
            Market storage book = _ledger.markets[seriesOf(id, PortfolioLib.lowestOf(set)).market()];
            sum = keccak256(abi.encode(sum, book.openInterest, book.estateLong, book.estateShort));
            sum = keccak256(
                abi.encode(sum, book.chargeLong, book.chargeShort, _queue(book.longs), _queue(book.shorts))
            );
        }
        return keccak256(abi.encode(sum, _ledger.recovery.shortfall, _options.groups[id].live));
    }

    /// @notice How many nodes and series a settlement may have to look at.
    function work(GroupId id) external view returns (uint256 series, uint256 nodes) {
        for (uint256 set = _options.groups[id].live; set != 0; set &= set - 1) {
            ++series;
            Market storage book = _ledger.markets[seriesOf(id, PortfolioLib.lowestOf(set)).market()];
            (, , uint256 longs) = _side(book, true);
            (, , uint256 shorts) = _side(book, false);
            nodes += longs + shorts;
        }
    }

    function recovery() external view returns (uint256 held, uint256 shortfall) {
        return (_ledger.recovery.held, _ledger.recovery.shortfall);
    }

    // ------------------------------------------------------------------ what must hold

    /// @notice Reverts with what does not hold. `slack`: what rounding may have left, 1e-9 quote.
    function check(AccountId[] calldata ids, uint256 groups, uint256 slack, uint256 seed) external view {
        _checkCash(ids, groups, slack);
        uint256 locked;
        uint256 uncovered;
        for (uint32 i = 1; i <= groups; ++i) {
            GroupId id = GroupId.wrap(i);
            if (_ledger.groups[id].phase != Phase.NORMAL) ++locked;
            if (_ledger.groups[id].uncovered) ++uncovered;
            _checkSeries(ids, id);
            _checkTimes(id);
            _checkRelieved(ids, id);
            _checkLadder(id, seed);
        }
        _hold(_ledger.outflow.lockedGroups == locked, "groups that are not NORMAL are counted", locked, 0);
        _hold(_ledger.outflow.uncoveredGroups == uncovered, "groups that are uncovered are counted", uncovered, 0);
    }

    function _checkCash(AccountId[] calldata ids, uint256 groups, uint256 slack) private view {
        int256 backed = int256(uint256(_ledger.recovery.held) + _ledger.recovery.shortfall);
        int256 owed = int256(uint256(_ledger.recovery.fees));
        for (uint32 i = 1; i <= groups; ++i) {
            Group storage stored = _ledger.groups[GroupId.wrap(i)];
            backed += int256(uint256(stored.deficit));
            owed += int256(uint256(stored.reserve)) + _takenSoFar(GroupId.wrap(i));
            bool kept = stored.vaultSpent <= stored.vaultBudget || stored.vaultSpent <= 500_000e9;
            _hold(kept, "budget: no more left the pot than it allows", stored.vaultSpent, stored.vaultBudget);
        }
        uint256 fresh;
        for (uint256 i; i < ids.length; ++i) {
            Account storage account = _ledger.accounts[ids[i]];
            owed += _equity(ids[i]);
            _hold((account.open != 0) == (_options.held[ids[i]] != 0), "open says that it holds something", i, 0);
            _hold(account.open != 0 || account.cash >= 0, "INV-1: nobody is flat and owes something", i, 0);
            if (!account.hasProtected) continue;
            uint256 amount = RecoveryLib.protectedOf(_ledger.recovery, ids[i]);
            fresh += amount;
            _hold(amount == 0 || int256(amount) <= account.cash, "INV-1: protection is at most the cash", i, amount);
        }
        _hold(fresh <= _ledger.recovery.protectedCash, "INV-1: protected deposits are at most their total", fresh, 0);
        int256 off = backed - owed;
        if (off > int256(slack)) revert Broken("INV-1: a token or shortfall without a claim", uint256(off), slack);
        if (-off > int256(slack)) revert Broken("INV-1: claims without a token", uint256(-off), slack);
    }

    /// @dev A settlement that has stopped among its charges: what they took, less what those registered have got back
    /// of it. The deficit falls by that when all are booked.
    function _takenSoFar(GroupId id) private view returns (int256) {
        OptionGroup storage stored = _options.groups[id];
        Group storage group = _ledger.groups[id];
        if (group.phase != Phase.SETTLING || stored.round != Round.CHARGING) return 0;
        Money share = toMoney(stored.shareNumerator);
        Money back = ReliefLib.shareOf(ChargeLib.relieved(group), share, toMoney(stored.shareDenominator));
        return int256(uint256(stored.gains)) - Money.unwrap(back);
    }

    function _checkSeries(AccountId[] calldata ids, GroupId id) private view {
        OptionGroup storage stored = _options.groups[id];
        uint256 held;
        for (uint256 i; i < ids.length; ++i) {
            if (_ledger.accounts[ids[i]].group == id) held |= _options.held[ids[i]];
        }
        for (uint256 set = held | stored.live; set != 0; set &= set - 1) {
            uint256 index = PortfolioLib.lowestOf(set);
            Market storage book = _ledger.markets[seriesOf(id, index).market()];
            bool live = (stored.live >> index) & 1 != 0;
            _hold(live == (book.openInterest != 0), "live says that something is open", index, book.openInterest);
            if (book.estateLong != 0 || book.estateShort != 0) {
                _hold((stored.estates >> index) & 1 != 0, "an estate is noted", index, 0);
            }
            if (index != PERPETUAL && (stored.ladders[ladderOf(index)].touched >> placeOf(index)) & 1 == 0) {
                _hold(book.chargeLong == 0 && book.chargeShort == 0, "a charged series is touched", index, 0);
            }
            uint256 longs = _checkSide(ids, id, index, true) + book.estateLong;
            uint256 shorts = _checkSide(ids, id, index, false) + book.estateShort;
            _hold(longs == book.openInterest, "INV-13: longs are open interest", index, longs);
            _hold(shorts == book.openInterest, "INV-13: shorts are open interest", index, shorts);
        }
    }

    /// @dev What all accounts have of one side of a series.
    struct Members {
        uint256 sizes;
        uint256 shares;
        uint256 count;
    }

    function _checkSide(
        AccountId[] calldata ids,
        GroupId id,
        uint256 index,
        bool longs
    ) private view returns (uint256 total) {
        Members memory m = _members(ids, id, index, longs);
        uint256 shares;
        (total, shares, ) = _side(_ledger.markets[seriesOf(id, index).market()], longs);
        _hold(m.shares == shares, "INV-2: nodes' shares are positions' shares", index, m.shares);
        _hold(m.sizes <= total && m.sizes + m.count >= total, "INV-2: within a unit each", m.sizes, total);
    }

    function _members(
        AccountId[] calldata ids,
        GroupId id,
        uint256 index,
        bool longs
    ) private view returns (Members memory m) {
        MarketId market = seriesOf(id, index).market();
        for (uint256 i; i < ids.length; ++i) {
            AccountId account = ids[i];
            if (_ledger.accounts[account].group != id || (_options.held[account] >> index) & 1 == 0) continue;
            Position position = _ledger.positions[account.position(market)];
            _hold(position.node() != NO_NODE, "what is held is a position", index, i);
            if ((position.shares() > 0) != longs) continue;
            if (!_ledger.markets[market].queueOf(longs).nodes[position.node()].linked()) continue;
            ++m.count;
            m.shares += _abs(position.shares());
            m.sizes += _abs(_sizeOf(account, market));
        }
    }

    /// @dev Size and shares of all nodes, whose order and links hold.
    function _side(Market storage book, bool longs) private view returns (uint256 size, uint256 shares, uint256 count) {
        Queue storage queue = book.queueOf(longs);
        NodeId before = NO_NODE;
        for (NodeId node = queue.head(); node != NO_NODE; ++count) {
            Node stored = queue.nodes[node];
            _hold(stored.prev() == before, "INV-7: links agree", count, 0);
            if (before != NO_NODE) _hold(before.rank() <= node.rank(), "INV-7: sorted by gain", count, 0);
            size += queue.sizeOf(node);
            shares += stored.shares();
            (before, node) = (node, stored.next());
        }
        _hold(queue.nodes[NO_NODE].prev() == before, "INV-7: the tail is the last", count, 0);
    }

    /// @dev Time of factors: in order, and never beyond an expiry whose price is not fixed.
    function _checkTimes(GroupId id) private view {
        OptionGroup storage stored = _options.groups[id];
        (uint256 anchor, uint256 recorded) = (stored.anchor.time, stored.recorded.time);
        _hold(anchor <= recorded && recorded <= block.timestamp, "time of factors", anchor, recorded);
        uint256 next;
        for (uint256 i; i < LADDERS; ++i) {
            Ladder storage ladder = stored.ladders[i];
            uint256 expiry = ladder.expiry;
            if (expiry == 0 || ladder.settlement != 0) continue;
            _hold(recorded < expiry, "INV-17: no factors pass an expiry that is not fixed", recorded, expiry);
            if (next == 0 || expiry < next) next = expiry;
        }
        _hold(next == stored.nextExpiry, "the next expiry is the earliest open one", next, stored.nextExpiry);
        bool settling = _ledger.groups[id].phase == Phase.SETTLING;
        _hold(
            settling == (stored.round != Round.NONE),
            "a round is of a settlement that waits",
            uint256(stored.round),
            0
        );
        _hold(_ledger.groups[id].phase != Phase.NORMAL || _ledger.groups[id].deficit == 0, "no deficit is left", 0, 0);
        _hold(_ledger.groups[id].phase != Phase.NORMAL || _ledger.groups[id].reserve == 0, "no reserve is left", 0, 0);
    }

    /// @dev INV-6: the group's relief is that of those who are registered.
    function _checkRelieved(AccountId[] calldata ids, GroupId id) private view {
        Group storage stored = _ledger.groups[id];
        if (stored.phase != Phase.LOCKED) return;
        uint256 sum;
        for (uint256 i; i < ids.length; ++i) sum += uint256(_registered(ids[i], id));
        uint256 relieved = stored.relievedLock == stored.lockNumber ? stored.relieved : 0;
        _hold(sum == relieved, "INV-6: the relief of all is that of each", sum, relieved);
    }

    /// @dev INV-18 and INV-16 of one ladder: bounds and parity of its marks, and one of its stored arrays.
    function _checkLadder(GroupId id, uint256 seed) private view {
        OptionGroup storage stored = _options.groups[id];
        uint256 place = seed % LADDERS;
        if ((stored.listed >> place) & 1 == 0) return;
        Scene memory scene = SceneLib.read(_ledger, _options, id);
        Ladder storage ladder = stored.ladders[place];
        Curve memory curve = ladder.at(scene.live, (scene.live.versions >> place) & 1);
        int256 forward = Price.unwrap(curve.mark(FUTURE));
        for (uint256 strike; strike < 15; ++strike) {
            int256 call = Price.unwrap(curve.mark(strike << 1));
            int256 put = Price.unwrap(curve.mark((strike << 1) | 1));
            int256 at = Price.unwrap(curve.strikeOf(strike << 1));
            _hold(call - put == forward - at, "INV-18: parity", strike, 0);
            _hold(call >= 0 && call <= forward, "INV-18: a call is worth at most the forward", strike, 0);
            _hold(put >= 0 && put <= at, "INV-18: a put is worth at most its strike", strike, 0);
        }
        uint256 picked = (seed >> 8) % 15;
        if (ladder.expiry <= ladder.riskTime || (ladder.computed >> picked) & 1 == 0) return;
        if (ladder.riskPrint != RefreshLib.printOf(curve, RefreshLib.wordOf(stored.risk))) return;
        Factors memory then = scene.live;
        (then.spot, then.level, then.time) = (ladder.riskSpot, ladder.riskLevel, ladder.riskTime);
        Curve memory past = ladder.at(then, (then.versions >> place) & 1);
        Shocks memory shocks = RiskArrayLib.shocksOf(stored.risk);
        Scan memory scan = RiskArrayLib.scanOf(shocks, then.spot, past.expiry - then.time);
        uint256 array = RiskArrayLib.arrayOf(past, shocks, scan, picked << 1);
        _hold(
            array == stored.arrays[(place << 5) | (picked << 1)],
            "INV-16: an array is of its factors",
            place,
            picked
        );
    }

    // ------------------------------------------------------------------ inside

    function _hold(bool holds, string memory what, uint256 a, uint256 b) private pure {
        if (!holds) revert Broken(what, a, b);
    }

    function _tally(AccountId id) private returns (Tally memory t) {
        GroupId its = _ledger.accounts[id].group;
        if (_options.held[id] == 0) {
            t.cash = Money.wrap(_ledger.accounts[id].cash) + _credit(id);
            (t.equity, t.atAnchor, t.atRecorded) = (t.cash, t.cash, t.cash);
            return t;
        }
        Scene memory scene = SceneLib.read(_ledger, _options, its);
        FactorLockLib.sync(_ledger, _options, scene);
        t = TallyLib.tallyOf(_options, PortfolioLib.load(_ledger, _options, scene, id, PortfolioLib.NO_SERIES), scene);
        Money credit = _credit(id);
        (t.equity, t.atAnchor, t.atRecorded) = (t.equity + credit, t.atAnchor + credit, t.atRecorded + credit);
    }

    /// @dev `scene`: of its group, at the stored factors.
    function _stance(AccountId id, Scene memory scene) private view returns (Stance memory s) {
        Account storage account = _ledger.accounts[id];
        (s.cash, s.held, s.open, s.group) = (account.cash, _options.held[id], account.open != 0, account.group);
        s.credit = Money.unwrap(_credit(id));
        (s.recorded, s.anchored) = (s.cash, s.cash);
        if (s.held == 0) return s;
        Holding[] memory list = PortfolioLib.holdings(_ledger, _options, scene, id);
        (Money recorded, Money anchored, ) = PortfolioLib.equityOf(_ledger, id, list);
        (s.anchored, s.recorded) = (Money.unwrap(anchored), Money.unwrap(recorded));
        s.registered = _registered(id, s.group);
        s.legs = new LegThen[](list.length);
        (int256 gains, int256 losses) = (0, 0);
        for (uint256 i; i < list.length; ++i) {
            uint256 index = list[i].index;
            LegThen memory leg = s.legs[i];
            (leg.index, leg.size) = (index, Size.unwrap(list[i].leg.size));
            leg.jump = Price.unwrap(list[i].quote.recordedMark - list[i].quote.anchor);
            leg.touched = SceneLib.isTouched(_options, scene, index);
            int256 moved = (leg.size * leg.jump) / 1e18;
            if (moved > 0) gains += moved;
            else losses -= moved;
        }
        if (_ledger.groups[s.group].phase == Phase.LOCKED) s.relief = gains < losses ? gains : losses;
    }

    function _claim(AccountId id, MarketId market) private view returns (Claim memory c) {
        (GroupId its, uint256 index) = (seriesFrom(market).group(), seriesFrom(market).index());
        (c.phase, c.closed) = (_ledger.groups[its].phase, OptionCollectLib.isClosed(_options, its, index));
        c.held = _options.held[id];
        c.holds = _ledger.accounts[id].group == its && (c.held >> index) & 1 != 0;
        if (c.holds) c.size = _sizeOf(id, market);
        c.equity = _equity(id);
    }

    /// @dev At the stored factors.
    function _equity(AccountId id) private view returns (int256) {
        int256 cash = _ledger.accounts[id].cash + Money.unwrap(_credit(id));
        if (_options.held[id] == 0) return cash;
        Scene memory scene = SceneLib.readRecorded(_options, _ledger.accounts[id].group);
        scene.hasPast = false; // so nothing is computed at the anchor
        Holding[] memory list = PortfolioLib.holdings(_ledger, _options, scene, id);
        (Money equity, , ) = PortfolioLib.equityOf(_ledger, id, list);
        return Money.unwrap(equity) + Money.unwrap(_credit(id));
    }

    function _credit(AccountId id) private view returns (Money credit) {
        (credit, ) = ReliefLib.pending(_ledger, id);
    }

    function _registered(AccountId id, GroupId its) private view returns (int256) {
        if (!_ledger.accounts[id].isNetted) return 0;
        bool same =
            _ledger.reliefs[id].group == its && _ledger.reliefs[id].lockNumber == _ledger.groups[its].lockNumber;
        if (!same || _ledger.groups[its].phase != Phase.LOCKED) return 0;
        return int256(uint256(_ledger.reliefs[id].amount));
    }

    function _sizeOf(AccountId id, MarketId market) private view returns (int256) {
        Quote memory sizeOnly;
        return Size.unwrap(_ledger.markets[market].read(_ledger.positions[id.position(market)], sizeOnly).size);
    }

    function _queue(Queue storage queue) private view returns (bytes32 sum) {
        for (NodeId node = queue.head(); node != NO_NODE; node = queue.next(node)) {
            sum = keccak256(abi.encode(sum, node, queue.nodes[node].shares(), queue.sizeOf(node)));
        }
    }

    function _abs(int256 x) private pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }
}
