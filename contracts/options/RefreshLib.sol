// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IOptionMargin} from "../interfaces/IOptionMargin.sol";
import {Ledger} from "../Ledger.sol";
import {MarkLib} from "../prices/MarkLib.sol";
import {CastLib} from "../types/CastLib.sol";
import {GroupId} from "../types/MarketId.sol";
import {Price} from "../types/Price.sol";
import {Curve, CurveLib} from "./CurveLib.sol";
import {Factors, Ladder, OptionGroup, OptionLedger, RiskParams} from "./OptionLedger.sol";
import {RiskArrayLib, Scan, Shocks} from "./RiskArrayLib.sol";
import {SceneLib} from "./SceneLib.sol";
import {FUTURE, PERPETUAL, SeriesId, isSeries, ladderOf, placeOf, seriesOf} from "./SeriesId.sol";

/// @title When a stored risk array may be used, and how anyone makes a new one
/// @notice All arrays of a ladder are of one set of factors, its risk factors. An array may be used while the present
/// spot is within 1% of these, the volatility level within 5%, they are at most an hour old, and terms, smile and risk
/// parameters are the same. Else whoever needs the array computes it, which costs gas and nothing else
/// (PortfolioLib): so nobody is kept from anything by arrays that others refreshed, or did not.
library RefreshLib {
    using CurveLib for Ladder;

    // Limits: a whole over it, and seconds.
    uint256 private constant SPOT_PART = 100;
    uint256 private constant LEVEL_PART = 20;
    uint256 private constant MAX_AGE = 1 hours;

    /// @notice Computes and stores the arrays of `series`, each a strike's call or put; for others there is nothing to
    /// do. A ladder's risk factors move to the present ones only when these are further than half of a limit away:
    /// then its other arrays are not fresh any more.
    function refresh(Ledger storage ledger, OptionLedger storage options, SeriesId[] memory series) internal {
        Run memory run;
        for (uint256 i; i < series.length; ++i) {
            SeriesId each = series[i];
            GroupId id = each.group();
            if (id != run.group) {
                _store(options, run);
                _setGroup(run, ledger, options, id);
            }
            uint256 index = each.index();
            if (!isSeries(index)) revert IOptionMargin.SeriesUnknown(SeriesId.unwrap(each));
            if (index == PERPETUAL) continue;
            if (ladderOf(index) + 1 != run.ladder) {
                _store(options, run);
                _setLadder(run, options, ladderOf(index));
            }
            if (run.curve.expiry == 0) revert IOptionMargin.SeriesUnknown(SeriesId.unwrap(each));
            _compute(run, options, index);
        }
        _store(options, run);
    }

    /// @notice What a ladder's arrays depend on beside its factors: terms, smile and risk parameters.
    /// @param risk The slot of the risk parameters.
    function printOf(Curve memory curve, uint256 risk) internal pure returns (uint64 print) {
        assembly ("memory-safe") {
            let last := mload(0x40)
            mcopy(last, add(curve, 64), 128) // smile, base, step, expiry
            mstore(add(last, 128), risk)
            print := shr(192, keccak256(last, 160))
        }
    }

    /// @notice The strikes of a ladder whose arrays may be used at `live`, a bit each.
    function freshOf(Ladder storage ladder, Factors memory live, uint64 print) internal view returns (uint256) {
        (uint256 spot, uint256 level, uint256 time) = (ladder.riskSpot, ladder.riskLevel, ladder.riskTime);
        return ladder.riskPrint == print && _within(live, spot, level, time, 1) ? ladder.computed : 0;
    }

    /// @notice The slot of a group's risk parameters.
    function wordOf(RiskParams storage risk) internal view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(risk.slot)
        }
    }

    /// @dev Where a refresh stands.
    struct Run {
        GroupId group;
        Factors live;
        RiskParams risk;
        uint256 word;
        Shocks shocks;
        // The ladder plus one, at its risk factors.
        uint256 ladder;
        Curve curve;
        Scan scan;
        Factors base;
        uint64 print;
        uint256 computed;
        /// What is to be stored.
        bool moved;
        bool changed;
    }

    function _setGroup(Run memory run, Ledger storage ledger, OptionLedger storage options, GroupId id) private view {
        OptionGroup storage group = options.groups[id];
        (run.group, run.ladder) = (id, 0);
        (Price spot, bool fresh) = MarkLib.live(ledger.markets[seriesOf(id, PERPETUAL).market()]);
        if (!fresh) revert IOptionMargin.SpotNotFresh(id);
        Factors memory live = run.live;
        live.spot = CastLib.toUint80(Price.unwrap(spot));
        (live.level, live.versions, live.time) = (group.level, group.versions, SceneLib.timeOf(group));
        run.risk = group.risk;
        run.word = wordOf(group.risk);
        run.shocks = RiskArrayLib.shocksOf(run.risk);
    }

    function _setLadder(Run memory run, OptionLedger storage options, uint256 ladder) private view {
        run.ladder = ladder + 1;
        Ladder storage stored = options.groups[run.group].ladders[ladder];
        Factors memory live = run.live;
        uint256 version = (live.versions >> ladder) & 1;
        run.curve = stored.at(live, version);
        run.print = printOf(run.curve, run.word);
        Factors memory base = run.base;
        (base.spot, base.level, base.time) = (stored.riskSpot, stored.riskLevel, stored.riskTime);
        run.computed = stored.computed;
        run.moved = stored.riskPrint != run.print || !_within(live, base.spot, base.level, base.time, 2);
        run.changed = false;
        if (run.moved) {
            (base.spot, base.level, base.time) = (live.spot, live.level, live.time);
            run.computed = 0;
        } else {
            run.curve = stored.at(base, version);
        }
        if (base.time >= run.curve.expiry) return;
        run.scan = RiskArrayLib.scanOf(run.shocks, base.spot, run.curve.expiry - base.time);
    }

    function _compute(Run memory run, OptionLedger storage options, uint256 index) private {
        uint256 place = placeOf(index);
        if (place == FUTURE || run.base.time >= run.curve.expiry) return;
        uint256 bit = 1 << (place >> 1);
        if (run.computed & bit != 0) return;
        run.computed |= bit;
        run.changed = true;
        uint256 array = RiskArrayLib.arrayOf(run.curve, run.shocks, run.scan, place);
        options.groups[run.group].arrays[index & ~uint256(1)] = array;
    }

    function _store(OptionLedger storage options, Run memory run) private {
        if (!run.changed) return;
        Ladder storage stored = options.groups[run.group].ladders[run.ladder - 1];
        stored.computed = uint16(run.computed);
        run.changed = false;
        if (!run.moved) return;
        Factors memory base = run.base;
        (stored.riskSpot, stored.riskLevel, stored.riskTime) = (base.spot, base.level, base.time);
        stored.riskPrint = run.print;
        emit IOptionMargin.RiskFactorsMoved(run.group, run.ladder - 1, base.spot, base.level, base.time);
    }

    /// @dev Is `live` within a `part` of each limit around these factors?
    function _within(
        Factors memory live,
        uint256 spot,
        uint256 level,
        uint256 time,
        uint256 part
    ) private pure returns (bool) {
        unchecked {
            // 80, 32 and 40 bits
            return
                _distance(live.spot, spot) * SPOT_PART * part <= spot &&
                _distance(live.level, level) * LEVEL_PART * part <= level &&
                _distance(live.time, time) * part <= MAX_AGE;
        }
    }

    function _distance(uint256 a, uint256 b) private pure returns (uint256) {
        unchecked {
            return a > b ? a - b : b - a;
        }
    }
}
