// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Account, Market} from "../../contracts/Ledger.sol";
import {OptionStorage} from "../../contracts/options/OptionLedger.sol";
import {Scene, SceneLib} from "../../contracts/options/SceneLib.sol";
import {FUTURE, PERPETUAL, SeriesId, seriesFrom} from "../../contracts/options/SeriesId.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {NodeId} from "../../contracts/types/NodeId.sol";
import {Position} from "../../contracts/types/Position.sol";
import {Actor} from "../base/Fixture.sol";
import {Vm} from "../base/TestBase.sol";
import {OptionVenue} from "./OptionVenue.sol";

/// @dev All that is stored of an account, and of its position in one series.
struct StoredAccount {
    /// Cash, group, open, and what no trade writes.
    uint256 word;
    uint256 held;
    uint256 position;
    /// Lanes 0 and 1 of its orders.
    uint256 lanes;
}

/// @dev All that a fill writes of a series and of the venue, and the prices of now.
struct StoredSeries {
    uint256 openInterest;
    int256 funding;
    int256 rate;
    uint256 fundingTime;
    uint256 estates;
    uint256 live;
    uint256 fees;
    uint256 spot;
    uint256 forward;
    uint256 mark;
}

/// @notice Reads words as they are stored, through `inspect`.
contract BooksProbe is OptionStorage {
    function account(AccountId id, MarketId market) external view returns (StoredAccount memory s) {
        Account storage stored = _ledger.accounts[id];
        uint256 word;
        assembly ("memory-safe") {
            word := sload(stored.slot)
        }
        (s.word, s.held) = (word, _options.held[id]);
        s.position = Position.unwrap(_ledger.positions[id.position(market)]);
        s.lanes = _ledger.fills[id.fills(0)].word;
    }

    function series(MarketId market) external view returns (StoredSeries memory s) {
        Market storage book = _ledger.markets[market];
        (s.openInterest, s.funding, s.rate) = (book.openInterest, book.funding, book.fundingRate);
        (s.fundingTime, s.estates) = (book.fundingTime, uint256(book.estateLong) + book.estateShort);
        SeriesId id = seriesFrom(market);
        (s.live, s.fees) = (_options.groups[id.group()].live, _ledger.recovery.fees);
        Scene memory scene = SceneLib.read(_ledger, _options, id.group());
        s.spot = scene.live.spot;
        s.mark = SceneLib.quote(_ledger, _options, scene, id.index()).mark.toUint();
        s.forward = id.index() == PERPETUAL ? s.spot : scene.now_.forward.toUint();
    }
}

/// @notice A clearinghouse of options with plain books beside it: what every fill has to leave in storage and to tell
/// in events, to the unit, by the arithmetic of docs/design.md. Of series that were never charged or torn up.
abstract contract OptionBooks is OptionVenue {
    int256 internal constant UNIT = 1e18;
    int256 private constant PPM = 1e6;

    /// @dev A position: its value is `floor(size * mark, in its side's frame) - offset`.
    struct Leg {
        int256 size;
        int256 offset;
        uint256 node;
        uint256 residue;
    }

    /// @dev A side of a trade: the leg at the present mark.
    struct Side {
        AccountId id;
        Leg before;
        int256 size;
        int256 value;
        int256 rank;
        int256 paid;
    }

    struct Deal {
        int256 size;
        int256 price;
        int256 notional;
        int256 makerFee;
        int256 takerFee;
    }

    /// @dev The series of a match: prices of now, what the mark is in the frame of either side, and what a match sums.
    struct Desk {
        MarketId market;
        int256 spot;
        int256 mark;
        int256 tilde;
        bool isOption;
        bool isPerpetual;
        int256 funding;
        int256 notional;
        int256 premium;
    }

    struct Told {
        bytes32[] topics;
        bytes data;
    }

    BooksProbe internal books;
    AccountId[] internal accounts;
    MarketId[] internal markets;

    mapping(AccountId account => mapping(MarketId market => Leg)) internal legs;
    mapping(AccountId account => uint256) private _words;
    mapping(AccountId account => int256) internal cash;
    mapping(AccountId account => uint256) internal held;
    mapping(AccountId account => mapping(uint64 salt => int256)) internal filled;
    mapping(AccountId account => uint64) internal lastSalt;
    mapping(MarketId market => int256) internal interest;
    int256 internal funding;
    int256 internal rate;
    uint256 internal fundingTime;
    int256 internal fees;
    int256 private _fundedInterest;
    Told[] private _expected;

    function _openBooks(MarketId[] memory some) internal {
        books = new BooksProbe();
        markets = some;
        _rereadFunding();
    }

    function _rereadFunding() internal {
        StoredSeries memory s = _seriesOf(_perpetual());
        (funding, rate, fundingTime, fees) = (s.funding, s.rate, s.fundingTime, int256(s.fees));
    }

    function _addAccount(Actor memory actor) internal {
        accounts.push(actor.id);
        _reread(actor.id);
    }

    /// @dev Takes cash, and what no trade writes, from storage.
    function _reread(AccountId id) internal {
        _words[id] = _accountOf(id, markets[0]).word;
        cash[id] = int256(int112(uint112(_words[id])));
    }

    function _accountOf(AccountId id, MarketId market) internal returns (StoredAccount memory) {
        return abi.decode(_askBooks(abi.encodeCall(BooksProbe.account, (id, market))), (StoredAccount));
    }

    function _seriesOf(MarketId market) internal returns (StoredSeries memory) {
        return abi.decode(_askBooks(abi.encodeCall(BooksProbe.series, (market))), (StoredSeries));
    }

    function _askBooks(bytes memory call) private returns (bytes memory) {
        try venue.inspect(address(books), call) {
            revert("inspect returned");
        } catch (bytes memory answer) {
            (bool ok, bytes memory inner) = abi.decode(answer, (bool, bytes));
            require(ok, "the probe failed");
            return inner;
        }
    }

    // ------------------------------------------------------------------ a match, by the books

    function _deskOf(MarketId market) internal returns (Desk memory d) {
        StoredSeries memory s = _seriesOf(market);
        uint256 index = seriesFrom(market).index();
        (d.market, d.spot, d.mark) = (market, int256(s.spot), int256(s.mark));
        d.isPerpetual = index == PERPETUAL;
        d.isOption = !d.isPerpetual && index & 31 != FUTURE;
        if (d.isPerpetual) d.funding = funding + rate * _elapsed();
        d.tilde = d.mark - d.funding;
    }

    function _sideOf(Desk memory d, AccountId id) internal view returns (Side memory s) {
        Leg memory leg = legs[id][d.market];
        (s.id, s.before, s.size) = (id, leg, leg.size);
        if (leg.size == 0) return s;
        s.value = _floor(leg.size * d.tilde, UNIT) - leg.offset;
        uint256 exponent = leg.node >> 40;
        s.rank = (int256((leg.node >> 16) & 0xffffff) - (1 << 23)) << exponent;
        s.rank -= int256((leg.residue << exponent) >> 24);
    }

    /// @dev One fill: `taker` buys `size` (sells when negative) of `makerId` at `price`.
    function _expectFill(
        Desk memory d,
        Side memory taker,
        AccountId makerId,
        uint64 salt,
        int256 size,
        int256 price
    ) internal returns (Deal memory deal) {
        deal = _dealOf(d, size, price);
        interest[d.market] -= _long(taker.size) + _long(legs[makerId][d.market].size);
        Side memory maker = _sideOf(d, makerId);
        _change(d, maker, -size, price, deal.makerFee);
        _change(d, taker, size, price, deal.takerFee);
        interest[d.market] += _long(taker.size) + _long(maker.size);
        _store(d, maker);
        filled[makerId][salt] += deal.size;
        lastSalt[makerId] = salt;
        fees += deal.makerFee + deal.takerFee;
        d.notional += deal.notional;
        d.premium += _floor(deal.size * (price - d.mark), UNIT);
        bytes memory terms = abi.encode(size, price, deal.takerFee, deal.makerFee, salt, filled[makerId][salt]);
        terms = bytes.concat(terms, abi.encode(_packed(makerId, d.market), cash[makerId]));
        _expectLog(
            ITrading.Traded.selector,
            MarketId.unwrap(d.market),
            AccountId.unwrap(taker.id),
            AccountId.unwrap(makerId),
            terms
        );
    }

    /// @dev The end of a match. `salt`: of the taker's order, of which `size` was filled; none when he came by himself.
    function _expectEnd(Desk memory d, Side memory taker, uint64 salt, int256 size) internal {
        if (d.isPerpetual) _bookFunding(d);
        _store(d, taker);
        int256 all;
        if (salt != 0) {
            all = filled[taker.id][salt] += size;
            lastSalt[taker.id] = salt;
        }
        bytes memory his = abi.encode(taker.size, _packed(taker.id, d.market), cash[taker.id], salt, all);
        his = bytes.concat(his, _endOf(d));
        _expectLog(ITrading.Matched.selector, MarketId.unwrap(d.market), AccountId.unwrap(taker.id), 0, his);
    }

    /// @dev Funding, rate and interest, as the end of a match tells them.
    function _endOf(Desk memory d) private view returns (bytes memory) {
        if (!d.isPerpetual) return abi.encode(0, 0, interest[d.market]);
        return abi.encode(funding, rate, interest[d.market]);
    }

    function _expectLog(bytes32 topic, uint256 a, uint256 b, uint256 c, bytes memory data) internal {
        Told storage told = _expected.push();
        told.topics = [topic, bytes32(a), bytes32(b), bytes32(c)];
        if (c == 0) told.topics.pop();
        if (b == 0) told.topics.pop();
        told.data = data;
    }

    /// @dev An option's fee is of the underlying, at most an eighth of its premium; others pay of their price.
    function _dealOf(Desk memory d, int256 size, int256 price) internal pure returns (Deal memory deal) {
        (deal.size, deal.price) = (size < 0 ? -size : size, price);
        deal.notional = _ceil(deal.size * (d.isOption ? d.spot : price), UNIT);
        deal.makerFee = _ceil(deal.notional * 100, PPM);
        deal.takerFee = _ceil(deal.notional * 300, PPM);
        if (!d.isOption) return deal;
        int256 most = _ceil(_ceil(deal.size * (price > d.mark ? price : d.mark), UNIT), 8);
        if (deal.makerFee > most) deal.makerFee = most;
        if (deal.takerFee > most) deal.takerFee = most;
    }

    function _change(Desk memory d, Side memory s, int256 delta, int256 price, int256 fee) internal pure {
        int256 gain = _floor(delta * (d.mark - price), UNIT);
        int256 rank = price - d.mark + d.tilde;
        if (delta < 0) rank = -rank;
        (int256 size, int256 own, int256 more) = (s.size, _abs(s.size), _abs(delta));
        s.size += delta;
        s.paid -= fee;
        if (size == 0) {
            (s.value, s.rank) = (gain, rank);
        } else if (size > 0 == delta > 0) {
            s.value += gain;
            s.rank = _ceil(s.rank * own + rank * more, own + more);
        } else if (more <= own) {
            int256 part = _floor(s.value * more, own);
            s.paid += part + gain;
            s.value -= part;
        } else {
            int256 kept = _floor(gain * (more - own), more);
            s.paid += s.value + gain - kept;
            (s.value, s.rank) = (kept, rank);
        }
    }

    /// @dev A reduction keeps its place in the queue; else the level at or above the rank, as wide as a granule of the
    /// underlying.
    function _store(Desk memory d, Side memory s) internal {
        Leg storage leg = legs[s.id][d.market];
        cash[s.id] += s.paid;
        uint256 bit = 1 << seriesFrom(d.market).index();
        if (s.size == 0) {
            held[s.id] &= ~bit;
            delete legs[s.id][d.market];
            return;
        }
        held[s.id] |= bit;
        bool reduced = s.before.size > 0 == s.size > 0 && _abs(s.size) <= _abs(s.before.size) && s.before.size != 0;
        if (!reduced) {
            uint256 exponent;
            for (; d.spot >> (exponent + 11) != 0; ++exponent) {}
            int256 level = _ceil(s.rank, int256(1 << exponent));
            leg.residue = ((uint256(level << exponent) - uint256(s.rank)) << 24) >> exponent;
            leg.node = (exponent << 40) | (uint256(level + (1 << 23)) << 16);
        }
        (leg.size, leg.offset) = (s.size, _ceil(s.size * d.tilde, UNIT) - s.value);
    }

    function _bookFunding(Desk memory d) private {
        int256 before = _fundedInterest;
        _fundedInterest = interest[d.market];
        int256 clamp = _floor(d.mark * 40, PPM) / 3600;
        int256 faded = before == 0 ? int256(0) : _within((rate * (8 hours - _elapsed())) / 8 hours, clamp);
        (funding, fundingTime) = (d.funding, block.timestamp);
        int256 target = _within(_floor(d.mark * d.premium, d.notional * 8 hours), clamp);
        int256 deep = _ceil(_ceil(interest[d.market] * d.mark, UNIT) * 2 * 40 * 8, 400);
        if (deep < 1_000_000 * 1e9) deep = 1_000_000 * 1e9;
        int256 move = _floor((target - faded) * d.notional, d.notional + deep);
        rate = faded + move;
        if (interest[d.market] <= before || faded == 0) return;
        int256 dilution = (faded * before) / interest[d.market] - faded;
        if (dilution < 0 != move < 0) rate += dilution;
        else if (_abs(dilution) > _abs(move)) rate = faded + dilution;
    }

    function _elapsed() private view returns (int256 elapsed) {
        elapsed = int256(block.timestamp - fundingTime);
        if (elapsed > 8 hours) elapsed = 8 hours;
    }

    // ------------------------------------------------------------------ what has to agree

    function _packed(AccountId id, MarketId market) internal view returns (uint256) {
        Leg memory leg = legs[id][market];
        uint256 high = uint256(uint88(int88(leg.size))) << 168;
        return high | (uint256(uint96(int96(leg.offset))) << 72) | (leg.residue << 48) | leg.node;
    }

    function _requireLogs() internal {
        _requireLogsBut(0);
    }

    /// @dev The venue's events since `recordLogs`, but those of a topic, are those that are expected, one by one.
    function _requireLogsBut(bytes32 topic) internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 n;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == topic) continue;
            vm.assertTrue(n < _expected.length, "an event more");
            Told memory told = _expected[n++];
            vm.assertEq(logs[i].topics.length, told.topics.length, "topics");
            for (uint256 j; j < told.topics.length; ++j) vm.assertEq(logs[i].topics[j], told.topics[j], "topic");
            vm.assertEq(logs[i].data, told.data, "data");
        }
        vm.assertEq(n, _expected.length, "events");
        delete _expected;
    }

    /// @dev Every account in every series, and every series, is stored as the books have it.
    function _requireBooks() internal {
        uint256 live;
        for (uint256 i; i < markets.length; ++i) {
            MarketId market = markets[i];
            if (interest[market] != 0) live |= 1 << seriesFrom(market).index();
            for (uint256 j; j < accounts.length; ++j) _requireAccount(accounts[j], market);
        }
        for (uint256 i; i < markets.length; ++i) {
            StoredSeries memory s = _seriesOf(markets[i]);
            vm.assertEq(int256(s.openInterest), interest[markets[i]], "interest");
            vm.assertEq(s.estates, 0, "estates");
            vm.assertEq(s.live, live, "live");
            vm.assertEq(int256(s.fees), fees, "fees");
            if (seriesFrom(markets[i]).index() != PERPETUAL) {
                vm.assertTrue(s.funding == 0 && s.rate == 0 && s.fundingTime == 0, "no funding");
                continue;
            }
            vm.assertEq(s.funding, funding, "funding");
            vm.assertEq(s.rate, rate, "rate");
            vm.assertEq(s.fundingTime, fundingTime, "time");
        }
    }

    function _requireAccount(AccountId id, MarketId market) private {
        StoredAccount memory s = _accountOf(id, market);
        vm.assertEq(s.position, _packed(id, market), "position");
        vm.assertEq(int256(int112(uint112(s.word))), cash[id], "cash");
        vm.assertEq(s.held, held[id], "held");
        vm.assertEq(uint8(s.word >> 144), held[id] == 0 ? 0 : 1, "open");
        if (held[id] != 0) vm.assertEq(uint32(s.word >> 112), GroupId.unwrap(group), "group");
        vm.assertEq(s.word >> 152, _words[id] >> 152, "nothing else");
        uint64 salt = lastSalt[id];
        uint256 lane = salt == 0 ? 0 : (uint256(salt >> 16) << 80) | uint256(filled[id][salt]);
        vm.assertEq(s.lanes, lane, "filled");
    }

    // ------------------------------------------------------------------ plain arithmetic

    function _floor(int256 a, int256 b) internal pure returns (int256) {
        return a / b - (a % b != 0 && (a < 0) != (b < 0) ? int256(1) : int256(0));
    }

    function _ceil(int256 a, int256 b) internal pure returns (int256) {
        return -_floor(-a, b);
    }

    function _abs(int256 a) internal pure returns (int256) {
        return a < 0 ? -a : a;
    }

    function _long(int256 size) internal pure returns (int256) {
        return size > 0 ? size : int256(0);
    }

    function _within(int256 x, int256 limit) internal pure returns (int256) {
        return
            x > limit
                ? limit
                : x < -limit
                    ? -limit
                    : x;
    }

    /// @dev A node as a hint.
    function _nodeOf(AccountId id, MarketId market) internal view returns (NodeId) {
        return NodeId.wrap(uint48(legs[id][market].node));
    }
}
