// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {GridLib} from "../options/GridLib.sol";
import {Factors, Ladder} from "../options/OptionLedger.sol";
import {Smile} from "../options/Smile.sol";
import {SmileLib} from "../options/SmileLib.sol";

/// @title Expiries, strikes and what is checked of a smile, without a group, for tests
contract GridBench {
    Ladder private _ladder;

    function strikes(uint256 spot, uint256 term) external pure returns (uint80, uint80) {
        return GridLib.strikes(spot, term);
    }

    function requireOnGrid(uint256 expiry) external view {
        GridLib.requireOnGrid(expiry);
    }

    function monthOf(uint256 time) external pure returns (uint256) {
        return GridLib.monthOf(time);
    }

    /// @notice As a post is checked.
    function check(uint80 base, uint80 step, uint40 expiry, Factors calldata factors, Smile smile) external {
        (_ladder.expiry, _ladder.base, _ladder.step) = (expiry, base, step);
        (_ladder.smiles[0], _ladder.smiles[1]) = (smile, smile);
        SmileLib.check(_ladder, factors, 0);
    }

    function requireNear(Smile previous, Smile next, uint256 move, uint256 term) external pure {
        SmileLib.requireNear(previous, next, move, term);
    }
}
