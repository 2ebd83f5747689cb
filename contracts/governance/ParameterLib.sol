// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAccounts} from "../interfaces/IAccounts.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {IInsuranceVault} from "../interfaces/IInsuranceVault.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {
    Account,
    Group,
    VenueParams,
    Ledger,
    Market,
    MarketParams,
    MarketStatus,
    Mode,
    Pause,
    PauseLevel,
    Phase
} from "../Ledger.sol";
import {FundingLib} from "../prices/FundingLib.sol";
import {GapLib} from "../prices/GapLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {SourceLib} from "../prices/SourceLib.sol";
import {accountOf} from "../types/AccountId.sol";
import {PPM, PRICE_UNIT} from "../types/Arithmetic.sol";
import {GroupId, MAX_MARKETS_PER_GROUP, MarketId} from "../types/MarketId.sol";
import {toMoney} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {GateLib} from "./GateLib.sol";

/// @title What governance can set, and between which bounds
/// @notice The bounds are constants of the code; docs/parameters.md lists them with meaning, unit, default and
/// calculation. Parameters of a market change only while its group is NORMAL.
library ParameterLib {
    using FundingLib for Market;
    using SafeCast for uint256;

    /// @notice The longest pause; after it ends, as long must pass before the next one that stops withdrawals or
    /// liquidations.
    uint256 internal constant MAX_PAUSE = 7 days;

    /// @notice The largest discount of a liquidation, ppm: whatever margins a governor sets, a liquidation takes no
    /// more of a notional.
    uint256 internal constant MAX_DISCOUNT = 50_000;

    /// @notice A market is settled at its final price only after new risk was paused for this long.
    uint256 internal constant WIND_DOWN_NOTICE = 2 days;

    function createGroup(Ledger storage ledger) internal returns (GroupId id) {
        // How many of them are locked is counted in 16 bits (Outflow).
        uint256 count = ledger.groupCount + 1;
        if (count > type(uint16).max) {
            revert IGovernance.ParameterOutOfBounds("groups", count, 1, type(uint16).max);
        }
        ledger.groupCount = uint32(count);
        id = GroupId.wrap(uint32(count));
        emit IGovernance.GroupCreated(id);
    }

    function createMarket(
        Ledger storage ledger,
        GroupId group,
        IPriceSource source,
        Mode mode,
        MarketParams calldata params
    ) internal returns (MarketId id) {
        _requireNormal(ledger, group);
        if (ledger.vault == address(0)) revert IGovernance.NoVault();
        uint8 index = ledger.groups[group].markets;
        if (index == MAX_MARKETS_PER_GROUP) revert IGovernance.GroupFull(group);
        id = group.market(index);
        Market storage market = ledger.markets[id];
        market.status = MarketStatus.OPEN;
        market.mode = mode;
        market.fundingTime = block.timestamp.toUint32();
        checkMarket(params);
        market.params = params;

        Quote memory quote = _plug(market, id, source);
        market.anchor = quote.mark.toInt88();
        market.recordedMark = market.anchor;
        ledger.groups[group].markets = index + 1;
        emit IGovernance.MarketCreated(id, source, mode);
        emit IGovernance.MarketParamsSet(id, params);
    }

    function setMarket(Ledger storage ledger, MarketId id, MarketParams calldata params) internal {
        _requireOpen(ledger, id);
        checkMarket(params);
        ledger.markets[id].params = params;
        emit IGovernance.MarketParamsSet(id, params);
    }

    /// @notice Replaces the price source. The new one must read fresh, and no gap may open by it, unless the present
    /// one is dead: then whatever the market moved meanwhile is a jump, which the next `poke` locks and the lock's end
    /// settles.
    function setSource(Ledger storage ledger, MarketId id, IPriceSource source) internal {
        _requireOpen(ledger, id);
        Market storage market = ledger.markets[id];
        Quote memory present = MarkLib.quote(market);
        bool dead = !present.fresh && SourceLib.isDead(ledger, id);
        uint256 deadFrom = SourceLib.deadFrom(ledger, id);
        Quote memory quote = _plug(market, id, source);
        if (!dead && GapLib.isGap(ledger, id.group(), id.index(), quote)) {
            if (!present.fresh) revert IGovernance.SourceNotDead(id, deadFrom);
            if (GapLib.isGap(ledger, id.group(), id.index(), present)) revert IDeleveraging.GapOpen(id.group());
            revert IGovernance.SourceOutOfLine(id, quote.mark, present.mark);
        }
        SourceLib.clear(ledger, id);
        emit IGovernance.PriceSourceSet(id, source);
    }

    /// @dev The source must read fresh; a plain feed must say the same.
    function _plug(Market storage market, MarketId id, IPriceSource source) private returns (Quote memory quote) {
        market.source = source;
        (market.priceFeed, market.heartbeat) = (address(source), 0);
        quote = MarkLib.quote(market);
        if (!quote.fresh) revert ITrading.PriceNotFresh(id);
        (AggregatorV3Interface feed, uint24 heartbeat, int8 exponent) = source.plainFeed();
        if (heartbeat == 0) return quote;
        (market.priceFeed, market.heartbeat, market.exponent) = (address(feed), heartbeat, exponent);
        Quote memory plain = MarkLib.quote(market);
        if (!plain.fresh || plain.mark != quote.mark) revert IGovernance.NotThePlainFeed(address(feed));
    }

    function setVenue(Ledger storage ledger, VenueParams memory p) internal {
        if (ledger.outflow.lockedGroups != 0) revert IAccounts.GroupsLocked(ledger.outflow.lockedGroups);
        checkVenue(p);
        ledger.venue = p;
        emit IGovernance.VenueParamsSet(p);
    }

    function setVaultBudget(Ledger storage ledger, GroupId group, uint96 budget) internal {
        _requireNormal(ledger, group);
        ledger.groups[group].vaultBudget = budget;
        emit IGovernance.VaultBudgetSet(group, toMoney(budget));
    }

    /// @notice Pauses one market, or with market 0 everything, at `level` for `duration`. Every pause ends by itself.
    function pause(Ledger storage ledger, MarketId id, PauseLevel level, uint256 duration) internal {
        if (level == PauseLevel.NONE) revert IGovernance.ParameterOutOfBounds("level", 0, 1, 3);
        if (duration > MAX_PAUSE) revert IGovernance.PauseTooLong(duration, MAX_PAUSE);
        Pause storage stored = MarketId.unwrap(id) == 0 ? ledger.pause : ledger.marketPause[id];
        uint40 until = (block.timestamp + duration).toUint40();
        if (level >= PauseLevel.NO_LIQUIDATION) {
            // Neither scope may take over where the other one ends.
            bool everything = MarketId.unwrap(id) == 0;
            uint256 last =
                everything
                    ? ledger.anyStoppedUntil
                    : Math.max(stored.liquidationsStoppedUntil, ledger.pause.liquidationsStoppedUntil);
            if (last != 0 && block.timestamp < last + MAX_PAUSE) revert IGovernance.PauseTooSoon(last + MAX_PAUSE);
            if (!everything) _requireNoLonger(ledger, id, until);
            stored.liquidationsStoppedUntil = until;
            if (until > ledger.anyStoppedUntil) ledger.anyStoppedUntil = until;
        }
        if (stored.level == PauseLevel.NONE || block.timestamp >= stored.until)
            stored.since = block.timestamp.toUint40();
        (stored.level, stored.until) = (level, until);
        if (MarketId.unwrap(id) == 0) ledger.recovery.restricted = true;
        else {
            ledger.markets[id].paused = true;
            ledger.markets[id].stop();
        }
        emit IGovernance.Paused(id, level, until);
    }

    /// @dev A pause of one market stops the absorbs and the lock of its whole group. So within MAX_PAUSE after that of
    /// another market of the group, it must not stop them for longer.
    function _requireNoLonger(Ledger storage ledger, MarketId id, uint256 until) private view {
        GroupId group = id.group();
        for (uint256 i; i < ledger.groups[group].markets; ++i) {
            uint256 last = ledger.marketPause[group.market(i)].liquidationsStoppedUntil;
            bool longer = until > last && block.timestamp < last + MAX_PAUSE;
            if (longer) revert IGovernance.PauseTooSoon(last + MAX_PAUSE);
        }
    }

    /// @return ended It ended a stop of liquidations.
    function unpause(Ledger storage ledger, MarketId id) internal returns (bool ended) {
        Pause storage stored = MarketId.unwrap(id) == 0 ? ledger.pause : ledger.marketPause[id];
        ended = block.timestamp < stored.liquidationsStoppedUntil;
        if (ended) stored.liquidationsStoppedUntil = block.timestamp.toUint40();
        (stored.level, stored.until) = (PauseLevel.NONE, block.timestamp.toUint40());
        emit IGovernance.Paused(id, PauseLevel.NONE, stored.until);
    }

    /// @notice After a stop of liquidations was ended early: until when any is in force or was, so that prices of
    /// collateral need not wait for what is lifted (CollateralLib.record). Never 0 again, which means that none ever
    /// was. A pause of a group that is still to be created stops nobody, and does not count.
    function lowerAnyStop(Ledger storage ledger) internal {
        uint40 last = ledger.pause.liquidationsStoppedUntil;
        uint256 groups = ledger.groupCount;
        for (uint32 group = 1; group <= groups; ++group) {
            for (uint256 i; i < MAX_MARKETS_PER_GROUP; ++i) {
                uint40 stopped = ledger.marketPause[GroupId.wrap(group).market(i)].liquidationsStoppedUntil;
                if (stopped > last) last = stopped;
            }
        }
        if (last != 0) ledger.anyStoppedUntil = last;
    }

    /// @notice Winds a market down: after WIND_DOWN_NOTICE without new risk, its price is final: the live
    /// mark, or the last mark if the source is dead. Governance chooses when, not at what price; a source that only
    /// pauses is waited for, and a dead one whose asset still has a price elsewhere is replaced first.
    function settleMarket(Ledger storage ledger, MarketId id) internal {
        _requireOpen(ledger, id);
        Pause storage stored = ledger.marketPause[id];
        bool noticed =
            stored.level >= PauseLevel.NO_NEW_RISK &&
                block.timestamp < stored.until &&
                block.timestamp >= uint256(stored.since) + WIND_DOWN_NOTICE;
        if (!noticed) revert IGovernance.NotWoundDown(id);

        Market storage market = ledger.markets[id];
        Quote memory quote = MarkLib.quote(market);
        if (!quote.fresh && !SourceLib.isDead(ledger, id)) {
            revert IGovernance.SourceNotDead(id, SourceLib.deadFrom(ledger, id));
        }
        if (GapLib.isGap(ledger, id.group(), id.index(), quote)) {
            revert IDeleveraging.GapOpen(id.group()); // a jump is first cleared by a lock
        }
        Price price = quote.mark;
        market.stop();
        market.status = MarketStatus.SETTLED;
        market.recordedMark = (price - Price.wrap(market.funding)).toInt88();
        market.anchor = market.recordedMark;
        emit IGovernance.MarketSettled(id, price);
    }

    /// @notice Sets the access gate, or with zero ends it. A gate must answer.
    function setAccessGate(Ledger storage ledger, address gate) internal {
        if (gate != address(0) && !GateLib.isGate(gate)) revert IGovernance.NotAGate(gate);
        ledger.accessGate = gate;
        ledger.recovery.restricted = gate != address(0) || ledger.pause.since != 0;
        emit IGovernance.AccessGateSet(gate);
    }

    /// @notice Appoints another vault. The present one must have neither inventory nor claims left in the
    /// clearinghouse.
    function setVault(Ledger storage ledger, address vault) internal {
        // Its accounts are the vault's money, so it must be a contract that means to be this clearinghouse's vault,
        // never a trader.
        if (vault.code.length == 0 || address(IInsuranceVault(vault).clearinghouse()) != address(this)) {
            revert IGovernance.NotAVault(vault);
        }
        for (uint256 i = 1; i <= ledger.collateralCount; ++i) {
            // Lines and what was bought with them are the present vault's.
            if (ledger.collaterals[i].line != 0 || ledger.collaterals[i].stock != 0) revert IGovernance.VaultInUse();
        }
        if (ledger.vault != address(0)) {
            for (uint32 i; i <= ledger.groupCount; ++i) {
                Account storage account = ledger.accounts[accountOf(ledger.vault, i)];
                if (account.open != 0) revert IGovernance.VaultInUse();
                // It takes out its pot alone.
                if (i != 0) VaultLib.sweep(ledger, GroupId.wrap(i));
            }
        }
        ledger.vault = vault;
        emit IGovernance.VaultSet(vault);
    }

    /// @notice Reverts with ParameterOutOfBounds unless every parameter of a market is within its bounds.
    function checkMarket(MarketParams memory p) internal pure {
        within("initialMargin", p.initialMargin, 10_000, 1_000_000);
        within("maintenanceMargin", p.maintenanceMargin, 5_000, (uint256(p.initialMargin) * 3) / 4);
        within("gapThreshold", p.gapThreshold, 2_500, p.maintenanceMargin);
        within("takerFee", p.takerFee, 0, 5_000);
        within("makerFee", p.makerFee, 0, p.takerFee);
        within("priceBand", p.priceBand, 1_000, uint256(p.initialMargin) / 2);
        within("staleShock", p.staleShock, 0, 500_000);
        within("discountFloor", p.discountFloor, 500, p.discountCap);
        within("discountCap", p.discountCap, 500, Math.min(MAX_DISCOUNT, (uint256(p.maintenanceMargin) * 3) / 4));
        within("maxFunding", p.maxFunding, 0, maxFundingBound(p));
        within("minNotional", p.minNotional, 1e9, 10_000e9);
        within("softCap", p.softCap, 0, p.hardCap);
        within("hardCap", p.hardCap, 1, hardCapBound(p));
        within("fundingDepth", p.fundingDepth, 1_000, 1e12);
    }

    /// @notice The highest clamp of the funding rate, ppm an hour: what a rate at the clamp pays in FUNDING_PERIOD is
    /// at most the fees of both sides, at the lowest price that a fill may have. So who dilutes a rate by new interest
    /// pays for it (decisions/funding-depth.md).
    function maxFundingBound(MarketParams memory p) internal pure returns (uint256) {
        uint256 fees = uint256(p.takerFee) + p.makerFee;
        return (fees * (PPM - p.priceBand)) / (PPM * (FundingLib.FUNDING_PERIOD / 1 hours));
    }

    /// @notice The highest cap of open interest. Where there is funding: a fill may move the rate by 3 units by
    /// rounding, which pay on the cap for FUNDING_PERIOD at most a tenth of the fees of the least fill
    /// (decisions/funding-depth.md).
    function hardCapBound(MarketParams memory p) internal pure returns (uint256 bound) {
        bound = 1 << 70;
        if (p.maxFunding == 0) return bound;
        uint256 fees = uint256(p.minNotional) * (uint256(p.takerFee) + p.makerFee); // 1e-15 quote
        return Math.min(bound, (fees * (uint256(PRICE_UNIT) / PPM)) / (3 * 10 * FundingLib.FUNDING_PERIOD));
    }

    /// @notice As checkMarket, for the parameters of the venue.
    function checkVenue(VenueParams memory p) internal pure {
        within("lockDelay", p.lockDelay, 60, 1 hours);
        within("calmPeriod", p.calmPeriod, p.lockDelay, 1 days);
        within("callGrace", p.callGrace, 60, 1 days);
        within("callLapse", p.callLapse, uint256(p.callGrace) + 60, 2 * uint256(p.callGrace));
        within("vaultDelay", p.vaultDelay, 5, Math.min(p.callGrace, 1 hours));
        within("unpauseGrace", p.unpauseGrace, 60, 1 hours);
        within("callLevel", p.callLevel, 1_000_000, 1_333_333);
        within("keeperShare", p.keeperShare, 100_000, 900_000);
        within("vaultFeeShare", p.vaultFeeShare, 0, 1_000_000);
        within("vaultDiscount", p.vaultDiscount, 500, 50_000);
        within("offerRate", p.offerRate, 100, 50_000);
        within("outflowRate", p.outflowRate, 50_000, 1_000_000);
        within("outflowFloor", p.outflowFloor, 10_000e9, type(uint64).max);
        within("minDebt", p.minDebt, 1e9, 10_000e9);
        within("refund", p.refund, 0, 100e9);
    }

    /// @notice Reverts with ParameterOutOfBounds unless the value is within both bounds.
    function within(bytes32 name, uint256 value, uint256 low, uint256 high) internal pure {
        if (value < low || value > high) revert IGovernance.ParameterOutOfBounds(name, value, low, high);
    }

    function _requireNormal(Ledger storage ledger, GroupId group) private view {
        if (GroupId.unwrap(group) == 0 || GroupId.unwrap(group) > ledger.groupCount) {
            revert IDeleveraging.GroupUnknown(group);
        }
        Group storage stored = ledger.groups[group];
        if (stored.phase != Phase.NORMAL) revert IDeleveraging.GroupLocked(group, stored.until);
    }

    function _requireOpen(Ledger storage ledger, MarketId id) private view {
        _requireNormal(ledger, id.group());
        MarketStatus status = ledger.markets[id].status;
        if (status == MarketStatus.NONE) revert ITrading.MarketUnknown(id);
        if (status == MarketStatus.SETTLED) revert IGovernance.MarketAlreadySettled(id);
    }
}
