// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Factors, Ladder, OptionGroup, OptionStorage, RiskParams} from "../options/OptionLedger.sol";
import {PortfolioLib, Portfolio} from "../options/PortfolioLib.sol";
import {RefreshLib} from "../options/RefreshLib.sol";
import {RiskParameterLib} from "../options/RiskParameterLib.sol";
import {Scene, SceneLib} from "../options/SceneLib.sol";
import {PERPETUAL, SeriesId, seriesOf} from "../options/SeriesId.sol";
import {Smile} from "../options/Smile.sol";
import {Market, MarketParams, MarketStatus, Phase} from "../Ledger.sol";
import {MarkLib} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";
import {packPosition} from "../types/Position.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

struct MarginView {
    Money equity;
    Money atAnchor;
    Money atRecorded;
    Money initial;
    Money maintenance;
    bool arraysFresh;
    /// Gas of the factors, the portfolio and its margin, all cold, at a price of the underlying that is handed over.
    uint256 used;
}

struct Terms {
    uint40 expiry;
    uint80 base;
    uint80 step;
    Smile[2] smiles;
    uint80 settlement;
}

struct Held {
    uint256 index;
    Size size;
    /// What the position is worth less than its size times the mark.
    Money offset;
}

/// @title The margin of an option group with what it reads stored by hand, for tests and for its gas
contract OptionBench is OptionStorage {
    /// @param feed A plain feed of 8 decimals.
    function setGroup(GroupId id, address feed, uint32 level, RiskParams calldata risk) external {
        Market storage perpetual = _ledger.markets[seriesOf(id, PERPETUAL).market()];
        (perpetual.priceFeed, perpetual.heartbeat, perpetual.exponent) = (feed, 1 days, 10);
        OptionGroup storage group = _options.groups[id];
        (group.level, group.levelTime, group.volHeartbeat) = (level, uint40(block.timestamp), 1 days);
        group.risk = risk;
    }

    function setFactors(GroupId id, Factors calldata anchor, Factors calldata recorded) external {
        (_options.groups[id].anchor, _options.groups[id].recorded) = (anchor, recorded);
    }

    function setLadder(GroupId id, uint256 place, Terms calldata terms) external {
        Ladder storage ladder_ = _options.groups[id].ladders[place];
        (ladder_.expiry, ladder_.base, ladder_.step) = (terms.expiry, terms.base, terms.step);
        (ladder_.smiles, ladder_.settlement) = (terms.smiles, terms.settlement);
    }

    function setParams(GroupId id, MarketParams calldata params, int88 funding) external {
        Market storage perpetual = _ledger.markets[seriesOf(id, PERPETUAL).market()];
        (perpetual.params, perpetual.funding) = (params, funding);
    }

    /// @notice The group trades, and its anchors move on from `due` on.
    function open(GroupId id, uint32 due) external {
        _ledger.markets[seriesOf(id, PERPETUAL).market()].status = MarketStatus.OPEN;
        _ledger.groups[id].anchorsDue = due;
    }

    function lock(GroupId id, uint32 until) external {
        (_ledger.groups[id].phase, _ledger.groups[id].until) = (Phase.LOCKED, until);
    }

    function setTouched(GroupId id, uint256 place, uint32 touched) external {
        _options.groups[id].ladders[place].touched = touched;
    }

    function setVersions(GroupId id, uint8 versions) external {
        _options.groups[id].versions = versions;
    }

    function hold(AccountId account, GroupId id, int112 cash, Held[] calldata legs) external {
        uint256 held;
        for (uint256 i; i < legs.length; ++i) {
            _put(account, seriesOf(id, legs[i].index), legs[i]);
            held |= 1 << legs[i].index;
        }
        _options.held[account] = held;
        (_ledger.accounts[account].cash, _ledger.accounts[account].group) = (cash, id);
    }

    /// @notice As the clearinghouse's.
    function inspect(address lens, bytes calldata call) external {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory answer) = lens.delegatecall(call);
        answer = abi.encode(ok, answer);
        assembly ("memory-safe") {
            revert(add(answer, 32), mload(answer))
        }
    }

    function refresh(SeriesId[] calldata series) external returns (uint256 used) {
        uint256 before = gasleft();
        RefreshLib.refresh(_ledger, _options, series);
        used = before - gasleft();
    }

    /// @param past Also with equity at anchor and recorded factors, as a fill needs it.
    function margin(GroupId id, AccountId account, bool past) external view returns (MarginView memory m) {
        (Price spot, ) = MarkLib.live(_ledger.markets[seriesOf(id, PERPETUAL).market()]);
        uint256 before = gasleft();
        Scene memory scene =
            past
                ? SceneLib.readAt(_ledger, _options, id, spot)
                : SceneLib.readNow(_ledger, _options, id, spot, _options.held[account]);
        Portfolio memory p = PortfolioLib.load(_ledger, _options, scene, account, PortfolioLib.NO_SERIES);
        RiskParams memory risk = _options.groups[id].risk;
        m.initial = PortfolioLib.initial(p, scene, risk);
        m.maintenance = PortfolioLib.maintenance(m.initial, risk);
        m.used = before - gasleft();
        (m.equity, m.atAnchor, m.atRecorded, m.arraysFresh) = (p.equity, p.atAnchor, p.atRecorded, p.arraysFresh);
    }

    function profits(GroupId id, AccountId account) external view returns (Money[16] memory) {
        Scene memory scene = SceneLib.read(_ledger, _options, id);
        Portfolio memory p = PortfolioLib.load(_ledger, _options, scene, account, PortfolioLib.NO_SERIES);
        return PortfolioLib.profitsOf(p, Price.wrap(int256(uint256(scene.live.spot))), _options.groups[id].risk);
    }

    function portfolio(GroupId id, AccountId account) external view returns (Portfolio memory) {
        Scene memory scene = SceneLib.read(_ledger, _options, id);
        return PortfolioLib.load(_ledger, _options, scene, account, PortfolioLib.NO_SERIES);
    }

    function array(GroupId id, uint256 index) external view returns (uint256) {
        return _options.groups[id].arrays[index];
    }

    function ladder(GroupId id, uint256 place) external view returns (Ladder memory) {
        return _options.groups[id].ladders[place];
    }

    function check(RiskParams calldata risk, uint256 gapThreshold) external pure {
        RiskParameterLib.check(risk, gapThreshold);
    }

    function _put(AccountId account, SeriesId series, Held calldata leg) private {
        NodeId node = NodeId.wrap(1);
        _ledger.positions[account.position(series.market())] = packPosition(Size.unwrap(leg.size), leg.offset, 0, node);
    }
}
