// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../interfaces/IAccounts.sol";
import {Ledger, Outflow} from "../Ledger.sol";
import {shareDown} from "../types/Arithmetic.sol";
import {CastLib} from "../types/CastLib.sol";
import {Money, maxMoney, toMoney} from "../types/Money.sol";

/// @title The outflow window: a brake on withdrawals of the venue in a day
/// @notice In a window of a day the tokens held may fall by a share of what they were at its start, or by a floor. Only
/// the net counts: what came in during a window may leave in it.
///
/// A window begins with the first movement of tokens after the last one, and before that movement is booked. What it
/// starts from had to be there all through the last window: the least that was held in it, and what is held now. So
/// nothing that comes in can use up what others may withdraw, unless it stays for more than a whole window. It is then
/// really held, and its owner's leaving is what the cap is for. The price: tokens are behind the brake only after a
/// whole window. A venue that grows is braked by what it held a day ago.
library OutflowLib {
    uint256 internal constant WINDOW = 1 days;

    /// @notice Before tokens come in to those `held`: begins a new window if the last one is over, and notes how little
    /// was held in it.
    /// @dev What is held is least just before something comes in, or at the end. So withdrawals need not note it.
    function beforeInflow(Ledger storage ledger, uint88 held) internal {
        Outflow storage stored = ledger.outflow;
        if (held >= stored.lowest && block.timestamp < uint256(stored.since) + WINDOW) return;
        (ledger.outflow, ) = _present(ledger, held);
    }

    /// @notice Before tokens go out: begins a new window if the last one is over.
    /// @return window The window that they leave in.
    function beforeOutflow(Ledger storage ledger) internal returns (Outflow memory window) {
        bool begins;
        (window, begins) = _present(ledger, ledger.recovery.held);
        if (begins) ledger.outflow = window;
    }

    /// @notice After `paid` went out in `window`: reverts when less is held than it allows.
    function requireAllowed(Ledger storage ledger, Outflow memory window, Money paid) internal view {
        (Money held, Money minHeld) = (toMoney(ledger.recovery.held), toMoney(window.minHeld));
        if (held >= minHeld) return;
        revert IAccounts.OutflowCapReached(paid, (held + paid - minHeld).positive(), window.since + WINDOW);
    }

    /// @notice The window that a movement now would meet.
    function current(Ledger storage ledger) internal view returns (Outflow memory window) {
        (window, ) = _present(ledger, ledger.recovery.held);
    }

    /// @dev As `current`, of `held` tokens, and whether it begins now.
    function _present(Ledger storage ledger, uint88 held) private view returns (Outflow memory window, bool begins) {
        window = ledger.outflow;
        if (held < window.lowest) window.lowest = held;
        uint256 ends = uint256(window.since) + WINDOW;
        if (block.timestamp < ends) return (window, false);
        begins = true;

        // After a whole window without any movement all that is held was there.
        Money start = toMoney(block.timestamp < ends + WINDOW ? window.lowest : held);
        Money max = maxMoney(shareDown(start, ledger.venue.outflowRate), toMoney(ledger.venue.outflowFloor));
        window.minHeld = (start - max).positive().toUint88();
        (window.lowest, window.since) = (held, CastLib.toUint40(block.timestamp));
    }
}
