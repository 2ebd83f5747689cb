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

    /// @notice The level of this block. A deployment that is sent step by step does not know its blocks' times.
    function setLevelNow(uint32 value) external {
        level = Level(value, uint40(block.timestamp));
    }

    function setSmile(Smile value) external {
        _any = value;
    }

    /// @notice One volatility at all 15 strikes, 1e-4 a root year, without basis.
    function setFlat(uint16 vol) external {
        uint256 value;
        for (uint256 i; i < 15; ++i) value = (value << 16) | vol;
        _any = Smile.wrap(value);
    }

    function setSmileOf(uint40 expiry, Smile value) external {
        _smiles[expiry] = value;
    }

    function smile(uint40 expiry, uint80, uint80) external view returns (Smile value) {
        value = _smiles[expiry];
        if (Smile.unwrap(value) == 0) value = _any;
    }
}
