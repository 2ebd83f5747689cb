// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IVolSource} from "../options/IVolSource.sol";
import {Smile} from "../options/Smile.sol";

/// @notice A source of volatilities that says what the test wants. A smile for all strikes of an expiry, or one for all
/// expiries.
contract MockVolSource is IVolSource {
    struct Level {
        uint32 value;
        uint40 time;
    }

    Level public level;
    uint24 public heartbeat;
    Smile private _any;
    mapping(uint40 expiry => Smile smile) private _smiles;

    constructor(uint24 heartbeat_) {
        heartbeat = heartbeat_;
    }

    function setLevel(uint32 value, uint40 time) external {
        level = Level(value, time);
    }

    function setSmile(Smile value) external {
        _any = value;
    }

    function setSmileOf(uint40 expiry, Smile value) external {
        _smiles[expiry] = value;
    }

    function smile(uint40 expiry, uint80, uint80) external view returns (Smile value) {
        value = _smiles[expiry];
        if (Smile.unwrap(value) == 0) value = _any;
    }
}
