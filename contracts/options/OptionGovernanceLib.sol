// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ParameterLib} from "../governance/ParameterLib.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {IOptionGovernance} from "../interfaces/IOptionGovernance.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Ledger, MarketParams, Mode} from "../Ledger.sol";
import {SourceLib} from "../prices/SourceLib.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Price, toPrice} from "../types/Price.sol";
import {FactorLockLib} from "./FactorLockLib.sol";
import {IVolSource} from "./IVolSource.sol";
import {LadderLib} from "./LadderLib.sol";
import {ListingLib} from "./ListingLib.sol";
import {OptionGroup, OptionLedger, RiskParams} from "./OptionLedger.sol";
import {OptionSourceLib} from "./OptionSourceLib.sol";
import {RiskParameterLib} from "./RiskParameterLib.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {PERPETUAL, SeriesId, seriesFrom, seriesOf} from "./SeriesId.sol";
import {VolLib} from "./VolLib.sol";

/// @title What governance can set of an option group, and between which bounds
/// @notice As ParameterLib. Parameters of a group change only while it is NORMAL.
library OptionGovernanceLib {
    /// @notice Bounds of a volatility source's heartbeat, seconds.
    uint256 internal constant MIN_HEARTBEAT = 10;
    uint256 internal constant MAX_HEARTBEAT = 1 days;

    function createGroup(
        Ledger storage ledger,
        OptionLedger storage options,
        IPriceSource source,
        IVolSource volSource,
        Mode mode,
        MarketParams calldata params,
        RiskParams memory risk
    ) internal returns (GroupId id) {
        RiskParameterLib.check(risk, params.gapThreshold);
        _checkHeartbeat(volSource);
        id = ListingLib.createGroup(ledger, options, source, volSource, mode, params, risk);
        emit IOptionGovernance.RiskParamsSet(id, risk);
        emit IOptionGovernance.VolSourceSet(id, volSource);
    }

    function setRisk(Ledger storage ledger, OptionLedger storage options, GroupId id, RiskParams memory risk) internal {
        LadderLib.requireNormal(ledger, options, id);
        RiskParameterLib.check(risk, ledger.markets[seriesOf(id, PERPETUAL).market()].params.gapThreshold);
        options.groups[id].risk = risk;
        emit IOptionGovernance.RiskParamsSet(id, risk);
    }

    /// @notice The parameters of trading in a group: those of its perpetual.
    function setMarket(
        Ledger storage ledger,
        OptionLedger storage options,
        MarketId id,
        MarketParams calldata params
    ) internal {
        GroupId group = requirePerpetual(id);
        LadderLib.requireNormal(ledger, options, group);
        ParameterLib.checkMarket(params);
        RiskParameterLib.check(options.groups[group].risk, params.gapThreshold);
        ledger.markets[id].params = params;
        emit IGovernance.MarketParamsSet(id, params);
    }

    /// @notice Replaces the price source of the underlying, as ParameterLib.setSource.
    function setPriceSource(
        Ledger storage ledger,
        OptionLedger storage options,
        MarketId id,
        IPriceSource source
    ) internal {
        GroupId group = requirePerpetual(id);
        LadderLib.requireNormal(ledger, options, group);
        Scene memory present = SceneLib.read(ledger, options, group);
        uint256 since = OptionSourceLib.staleSince(ledger, group);
        bool dead = !present.spotFresh && OptionSourceLib.isDead(ledger, group);
        Price spot = ListingLib.plug(ledger, options, group, source);
        if (!dead && FactorLockLib.anyGap(ledger, options, SceneLib.read(ledger, options, group))) {
            if (!present.spotFresh) {
                revert IGovernance.SourceNotDead(id, since == 0 ? 0 : since + SourceLib.SOURCE_DEAD_TIME);
            }
            if (FactorLockLib.anyGap(ledger, options, present)) revert IDeleveraging.GapOpen(group);
            revert IGovernance.SourceOutOfLine(id, spot, toPrice(present.live.spot));
        }
        ledger.markets[id].staleSince = 0;
        emit IGovernance.PriceSourceSet(id, source);
    }

    /// @notice Replaces the source of volatilities. Its level must be usable now, and may open no gap; unless that of
    /// the present one has been stale for SOURCE_DEAD_TIME: then what it moved meanwhile is a jump, which the next
    /// `poke` locks. Whether it opens one is only known while the underlying has a fresh price.
    function setVolSource(Ledger storage ledger, OptionLedger storage options, GroupId id, IVolSource source) internal {
        LadderLib.requireNormal(ledger, options, id);
        _checkHeartbeat(source);
        OptionGroup storage group = options.groups[id];
        Scene memory present = SceneLib.read(ledger, options, id);
        if (!present.spotFresh) revert ITrading.PriceNotFresh(seriesOf(id, PERPETUAL).market());
        uint256 staleFrom = uint256(group.levelTime) + group.volHeartbeat;
        (group.volSource, group.volHeartbeat) = (source, source.heartbeat());
        uint32 level = VolLib.takeLevel(group);
        bool dead = block.timestamp >= staleFrom + SourceLib.SOURCE_DEAD_TIME;
        if (!dead && FactorLockLib.anyGap(ledger, options, SceneLib.read(ledger, options, id))) {
            if (FactorLockLib.anyGap(ledger, options, present)) revert IDeleveraging.GapOpen(id);
            revert IOptionGovernance.VolSourceOutOfLine(id, level, present.live.level);
        }
        emit IOptionGovernance.VolSourceSet(id, source);
    }

    /// @notice The group of a perpetual. Reverts when the number is not one.
    function requirePerpetual(MarketId id) internal pure returns (GroupId) {
        SeriesId series = seriesFrom(id);
        if (series.index() != PERPETUAL) revert ITrading.MarketUnknown(id);
        return series.group();
    }

    function _checkHeartbeat(IVolSource source) private view {
        uint256 heartbeat = source.heartbeat();
        if (heartbeat < MIN_HEARTBEAT || heartbeat > MAX_HEARTBEAT) {
            revert IGovernance.ParameterOutOfBounds("volHeartbeat", heartbeat, MIN_HEARTBEAT, MAX_HEARTBEAT);
        }
    }
}
