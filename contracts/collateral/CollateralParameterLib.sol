// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IAccounts} from "../interfaces/IAccounts.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {ICollateral} from "../interfaces/ICollateral.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Collateral, CollateralParams, Ledger} from "../Ledger.sol";
import {TokenLib} from "../position/TokenLib.sol";
import {MarkLib} from "../prices/MarkLib.sol";
import {PPM, priceShareDown} from "../types/Arithmetic.sol";
import {CastLib} from "../types/CastLib.sol";
import {Money, NO_MONEY, toMoney} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {CollateralLib} from "./CollateralLib.sol";

/// @title What governance can set of a collateral, and between which bounds
/// @notice Only while no group is locked: what a lock reads stands still.
library CollateralParameterLib {
    using CollateralLib for Collateral;
    using CollateralLib for Ledger;

    /// @notice For how long who has pledged knows that a collateral is closing before anything of it is sold, seconds.
    uint256 internal constant CLOSING_NOTICE = 7 days;

    function create(
        Ledger storage ledger,
        IERC20 token,
        IPriceSource source,
        CollateralParams calldata params
    ) internal returns (uint256 id) {
        _requireUnlocked(ledger);
        if (ledger.vault == address(0)) revert IGovernance.NoVault();
        id = uint256(ledger.collateralCount) + 1;
        if (id > CollateralLib.MAX_COLLATERALS) revert ICollateral.CollateralListFull();
        _requireNew(ledger, token);
        ledger.collateralCount = uint8(id);
        Collateral storage c = ledger.collaterals[id];
        uint8 decimals = uint8(TokenLib.requireSupported(token)); // at most 18
        (c.token, c.decimals) = (token, decimals);
        emit ICollateral.CollateralCreated(id, token, source, decimals);
        _setParams(c, id, params);
        Price live = _plug(c, id, source);
        c.setPrices(id, live, live, live);
    }

    /// @notice A cap of zero closes the collateral: nothing more comes in, and after `CLOSING_NOTICE` all that is
    /// pledged is sold, until the cap is raised. What is pledged counts for at most a quarter less at a time, once
    /// a day: else a higher haircut would make defaults that nobody gained by.
    function setParams(Ledger storage ledger, uint256 id, CollateralParams calldata params) internal {
        _requireUnlocked(ledger);
        Collateral storage c = ledger.collateralOf(id);
        if (params.haircut > c.haircut && c.pledged != 0) {
            uint256 most = c.haircut;
            if (block.timestamp >= uint256(c.raisedAt) + 1 days) most = PPM - ((PPM - most) * 3) / 4;
            _within("haircut", params.haircut, 0, most);
            c.raisedAt = CastLib.toUint40(block.timestamp);
        }
        _setParams(c, id, params);
        c.setFloor(id);
    }

    /// @notice Another source. While the present one is fresh the new one must read within a quarter of the haircut of
    /// it. Anchor and recorded price stay.
    function setSource(Ledger storage ledger, uint256 id, IPriceSource source) internal {
        _requireUnlocked(ledger);
        Collateral storage c = ledger.collateralOf(id);
        (Price present, bool fresh) = MarkLib.liveOf(c.priceFeed, c.heartbeat, c.exponent);
        Price live = _plug(c, id, source);
        if (fresh && (live - present).abs() > priceShareDown(present, c.haircut / 4)) {
            revert ICollateral.CollateralGap(id, live, present);
        }
        emit ICollateral.CollateralSourceSet(id, source);
    }

    /// @notice Moves the difference between the pot and the line. What is set aside is in no budget's reach, as budgets
    /// spend what is in the pot (INV-20).
    function setLine(Ledger storage ledger, uint256 id, Money line) internal {
        _requireUnlocked(ledger);
        Collateral storage c = ledger.collateralOf(id);
        Money committed = c.committedOf();
        if (line < committed) revert ICollateral.LineCommitted(id, committed);
        Money more = line - toMoney(c.line);
        Money pot = Money.wrap(ledger.accounts[VaultLib.potOf(ledger)].cash);
        if (more > NO_MONEY && more > pot) revert ICollateral.PotTooSmall(pot, more);
        c.line = line.toUint96();
        VaultLib.credit(ledger, VaultLib.potOf(ledger), -more);
        emit ICollateral.LineSet(id, line);
        c.setFloor(id);
    }

    /// @notice Reverts with ParameterOutOfBounds unless every parameter is within its bounds. A discount reaches its
    /// maximum within an hour, before the line buys, and leaves a quarter of the haircut.
    function check(CollateralParams calldata p) internal pure {
        _within("haircut", p.haircut, 20_000, 900_000);
        _within("maxDiscount", p.maxDiscount, 1_000, (uint256(p.haircut) * 3) / 4);
        _within("discountRate", p.discountRate, p.maxDiscount, PPM);
        _within("feeRate", p.feeRate, 0, 50_000);
        _within("cap", p.cap, 0, type(uint96).max / 2);
    }

    function _setParams(Collateral storage c, uint256 id, CollateralParams calldata p) private {
        check(p);
        (c.haircut, c.maxDiscount, c.discountRate) = (p.haircut, p.maxDiscount, p.discountRate);
        (c.feeRate, c.cap) = (p.feeRate, p.cap);
        emit ICollateral.CollateralParamsSet(id, p);
        if ((p.cap == 0) == (c.closesAt != 0)) return;
        c.closesAt = p.cap == 0 ? CastLib.toUint40(block.timestamp + CLOSING_NOTICE) : 0;
        emit ICollateral.CollateralClosing(id, c.closesAt);
    }

    /// @dev As that of a market: fresh, and a plain feed must say the same.
    function _plug(Collateral storage c, uint256 id, IPriceSource source) private returns (Price live) {
        bool fresh;
        (c.source, c.priceFeed, c.heartbeat) = (source, address(source), 0);
        (live, fresh) = MarkLib.liveOf(address(source), 0, 0);
        if (!fresh) revert ICollateral.CollateralPriceNotFresh(id);
        (AggregatorV3Interface feed, uint24 heartbeat, int8 exponent) = source.plainFeed();
        if (heartbeat == 0) return live;
        (c.priceFeed, c.heartbeat, c.exponent) = (address(feed), heartbeat, exponent);
        (Price plain, bool plainFresh) = MarkLib.liveOf(address(feed), heartbeat, exponent);
        if (!plainFresh || plain != live) revert IGovernance.NotThePlainFeed(address(feed));
    }

    function _requireNew(Ledger storage ledger, IERC20 token) private view {
        bool allowed = address(token) != address(this) && token != IClearinghouse(address(this)).token();
        for (uint256 i = 1; i <= ledger.collateralCount; ++i) {
            if (ledger.collaterals[i].token == token) allowed = false;
        }
        if (!allowed) revert ICollateral.TokenNotAllowed(address(token));
    }

    function _requireUnlocked(Ledger storage ledger) private view {
        if (ledger.outflow.lockedGroups != 0) revert IAccounts.GroupsLocked(ledger.outflow.lockedGroups);
    }

    function _within(bytes32 name, uint256 value, uint256 low, uint256 high) private pure {
        if (value < low || value > high) revert IGovernance.ParameterOutOfBounds(name, value, low, high);
    }
}
