// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccessGate} from "../interfaces/IAccessGate.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Ledger, Market, PauseLevel} from "../Ledger.sol";
import {AccountId} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {PauseLib} from "./PauseLib.sol";

/// @title The access gate: what it is asked, and when
/// @notice Off by default. Then no word of storage is read for it: `Recovery.restricted` and `Market.paused` stand in
/// words that an operation reads anyway, and both are false.
/// @dev docs/decisions/access-gate.md says what is not asked, and why.
library GateLib {
    /// @notice What a gate may use for one answer. Enough for a proxy before a registry, or before another oracle.
    uint256 internal constant GATE_GAS = 60_000;
    /// @dev What the call itself takes of the gas at hand, at most: a cold account, and some words of memory.
    uint256 private constant CALL_GAS = 5_000;
    /// @notice In place of a gate while a pause forbids new risk: then nobody may.
    address internal constant NOBODY = address(1);

    /// @notice Has a pause or a gate to be looked at before a position of the market grows? `stored` is the market.
    function isRestricted(Ledger storage ledger, Market storage stored) internal view returns (bool) {
        return stored.paused || ledger.recovery.restricted;
    }

    /// @notice What has a say before a position of the market grows: the gate, NOBODY in a pause, or zero: nothing
    /// has. `stored` is the market.
    function gateOf(Ledger storage ledger, Market storage stored, MarketId market) internal view returns (address) {
        if (!isRestricted(ledger, stored)) return address(0);
        if (PauseLib.level(ledger, stored, market) >= PauseLevel.NO_NEW_RISK) return NOBODY;
        return ledger.accessGate;
    }

    /// @notice Why the account's position in the market may not grow, as `gate` from `gateOf` says; empty when it may.
    function increaseFlaw(
        Ledger storage ledger,
        address gate,
        MarketId market,
        AccountId account
    ) internal view returns (bytes memory reason) {
        if (gate == NOBODY) return refusal(IGovernance.PausedAt.selector, uint256(PauseLib.level(ledger, market)));
        if (gate == address(0) || admits(gate, account.owner())) return reason;
        return refusal(IGovernance.AccessDenied.selector, arg(account));
    }

    /// @notice Reverts when a deposit may not go into the account. Never while it has a position: whoever is barred may
    /// still save what he has. And never of the vault's accounts.
    function requireDeposit(Ledger storage ledger, AccountId account) internal view {
        if (ledger.accounts[account].open != 0 || account.owner() == ledger.vault) return;
        requireAdmitted(ledger, account);
    }

    /// @notice Reverts when there is a gate that does not admit the account's owner.
    function requireAdmitted(Ledger storage ledger, AccountId account) internal view {
        address gate = ledger.accessGate;
        if (gate == address(0) || admits(gate, account.owner())) return;
        revertWith(refusal(IGovernance.AccessDenied.selector, arg(account)));
    }

    /// @notice Is there a contract that answers 0 or 1 within the gas it may use?
    function isGate(address gate) internal view returns (bool ok) {
        (bool answered, uint256 answer) = _ask(gate, address(this));
        return answered && answer < 2;
    }

    /// @notice The gate's answer about `owner`. Reverts when so little gas is left that the caller's gas, and not the
    /// gate, would decide.
    function admits(address gate, address owner) internal view returns (bool) {
        uint256 given = gasleft();
        (bool answered, uint256 answer) = _ask(gate, owner);
        if (answered && answer == 1) return true;
        if (given - given / 64 < GATE_GAS + CALL_GAS) {
            revertWith(refusal(ITrading.GasTooLow.selector, arg(gate), GATE_GAS));
        }
        return false;
    }

    /// @dev Copies one word of the answer, however long it is. The same in Solidity, but for that and an answer other
    /// than 0 or 1, which would revert:
    ///
    ///     try IAccessGate(gate).mayTrade{gas: GATE_GAS}(owner) returns (bool said) { ... } catch {}
    function _ask(address gate, address owner) private view returns (bool answered, uint256 answer) {
        bytes4 selector = IAccessGate.mayTrade.selector;
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(4, owner)
            answered := and(gt(returndatasize(), 31), staticcall(GATE_GAS, gate, 0, 36, 0, 32))
            answer := mload(0)
        }
    }
}
