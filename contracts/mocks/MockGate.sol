// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccessGate} from "../interfaces/IAccessGate.sol";

/// @notice An access gate, and a sanctions oracle, that tests play with.
contract MockGate is IAccessGate {
    enum Mood {
        ANSWERS,
        REVERTS,
        BURNS_ALL_GAS,
        ANSWERS_TWO,
        ANSWERS_A_BYTE,
        ANSWERS_A_BOMB,
        REENTERS,
        FLIPS
    }

    error Refused();

    mapping(address owner => bool isBarred) public barred;
    Mood public mood;
    address public callee;
    bytes public payload;

    function bar(address owner, bool on) external {
        barred[owner] = on;
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    /// @notice What it tries to call when it reenters.
    function arm(address callee_, bytes calldata payload_) external {
        (callee, payload, mood) = (callee_, payload_, Mood.REENTERS);
    }

    function isSanctioned(address who) external view returns (bool) {
        return barred[who];
    }

    /// @inheritdoc IAccessGate
    function mayTrade(address owner) external view returns (bool) {
        if (mood == Mood.REVERTS) revert Refused();
        if (mood == Mood.REENTERS) {
            // It may only look, so whatever changes something fails; of that it makes a yes.
            (bool ok, ) = callee.staticcall(payload);
            return !ok && !barred[owner];
        }
        // Which answer one gets depends on the gas at hand, since a view has nothing else to go by.
        if (mood == Mood.FLIPS) return gasleft() % 2 == 0;
        (uint256 length, uint256 answer) = (32, barred[owner] ? 0 : 1);
        if (mood == Mood.ANSWERS_TWO) answer = 2;
        if (mood == Mood.ANSWERS_A_BYTE) length = 1;
        if (mood == Mood.ANSWERS_A_BOMB) length = 1_000_000;
        bool burns = mood == Mood.BURNS_ALL_GAS;
        assembly ("memory-safe") {
            if burns {
                invalid()
            }
            mstore(0, answer)
            return(0, length)
        }
    }
}
