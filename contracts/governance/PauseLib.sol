// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../interfaces/IGovernance.sol";
import {Ledger, Market, Pause, PauseLevel} from "../Ledger.sol";
import {MarketId} from "../types/MarketId.sol";
import {refusal, revertWith} from "../types/Refusal.sol";

/// @title Pauses: levels that only take rights away, and that end by themselves
library PauseLib {
    /// @notice The level in force for a market: the stricter of its own and the global one.
    function level(Ledger storage ledger, MarketId market) internal view returns (PauseLevel) {
        return level(ledger, ledger.markets[market], market);
    }

    /// @dev As above; `stored` is the market.
    function level(Ledger storage ledger, Market storage stored, MarketId market) internal view returns (PauseLevel) {
        PauseLevel own = stored.paused ? _level(ledger.marketPause[market]) : PauseLevel.NONE;
        PauseLevel global = globalLevel(ledger);
        return own > global ? own : global;
    }

    /// @notice The global level in force.
    function globalLevel(Ledger storage ledger) internal view returns (PauseLevel) {
        return ledger.recovery.restricted ? _level(ledger.pause) : PauseLevel.NONE;
    }

    /// @notice Reverts while liquidations of the market are paused, or for `unpauseGrace` after (time to add
    /// collateral).
    function requireLiquidations(Ledger storage ledger, MarketId market) internal view {
        uint256 from = liquidationsFrom(ledger, market);
        if (block.timestamp < from) revertWith(refusal(IGovernance.LiquidationsPaused.selector, from));
    }

    /// @notice Since when liquidations of the market are allowed again after their last pause; 0 if they were never
    /// paused.
    function liquidationsFrom(Ledger storage ledger, MarketId market) internal view returns (uint256) {
        if (ledger.anyStoppedUntil == 0) return 0; // in a slot that is read anyway
        uint256 own = ledger.marketPause[market].liquidationsStoppedUntil;
        uint256 global = ledger.pause.liquidationsStoppedUntil;
        uint256 stopped = own > global ? own : global;
        return stopped == 0 ? 0 : stopped + ledger.venue.unpauseGrace;
    }

    function _level(Pause storage pause) private view returns (PauseLevel) {
        return block.timestamp < pause.until ? pause.level : PauseLevel.NONE;
    }
}
