// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAbsorption} from "../../contracts/interfaces/IDeleveraging.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";

/// @notice A token that, once armed, plays one trick in its next transfer: it keeps a fee, moves nothing, moves nothing
/// and says so, or calls somebody in the middle of it.
contract HostileToken is MockToken {
    enum Trick {
        NONE,
        FEE,
        MOVE_NOTHING,
        RETURN_FALSE,
        CALL
    }

    uint256 private constant FEE = 30_000; // ppm

    Trick public trick;
    address public callee;
    bytes public payload;
    /// How often a call out of a transfer entered the contract that makes the transfer. Not by what may: the
    /// clearinghouse calls `netOne` and `creditRelief` itself, so they are open in the middle of anything, and each
    /// counts once however often it is called (NetChargeEdges.t.sol).
    uint256 public entered;

    constructor() MockToken("Hostile", "HOST", 6) {}

    function arm(Trick trick_, address callee_, bytes calldata payload_) external {
        (trick, callee, payload) = (trick_, callee_, payload_);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return _moves() ? super.transfer(to, amount) : _lie();
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return _moves() ? super.transferFrom(from, to, amount) : _lie();
    }

    function _moves() private view returns (bool) {
        return trick != Trick.MOVE_NOTHING && trick != Trick.RETURN_FALSE;
    }

    function _lie() private returns (bool pretends) {
        pretends = trick == Trick.MOVE_NOTHING;
        trick = Trick.NONE;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0) || to == address(0) || trick == Trick.NONE) return super._update(from, to, amount);
        Trick played = trick;
        trick = Trick.NONE;
        if (played == Trick.FEE) {
            uint256 fee = (amount * FEE) / 1e6;
            super._update(from, address(0), fee);
            amount -= fee;
        }
        super._update(from, to, amount);
        if (played != Trick.CALL) return;
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = callee.call(payload);
        if (ok && msg.sender == callee && !_mayEnter(bytes4(payload))) ++entered;
    }

    function _mayEnter(bytes4 selector) private pure returns (bool) {
        return selector == IAbsorption.netOne.selector || selector == IAbsorption.creditRelief.selector;
    }
}

/// @notice A contract wallet whose answers (ERC-1271) have nothing to do with what was signed.
contract MoodyWallet {
    enum Mood {
        APPROVES,
        REFUSES,
        REVERTS,
        BURNS_ALL_GAS,
        ANSWERS_A_BYTE,
        ANSWERS_DIRT
    }

    error Refused();

    Mood public mood;

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        if (mood == Mood.APPROVES) return this.isValidSignature.selector;
        if (mood == Mood.REFUSES) return bytes4(0);
        if (mood == Mood.REVERTS) revert Refused();
        bytes32 answer = bytes32(this.isValidSignature.selector);
        uint256 length = mood == Mood.ANSWERS_A_BYTE ? 1 : 32;
        if (mood == Mood.ANSWERS_DIRT) answer |= bytes32(uint256(1));
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
