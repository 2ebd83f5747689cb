// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode, Phase} from "../../contracts/Ledger.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Fixture} from "../base/Fixture.sol";

/// @notice Answers `read` with a status that does not exist, or with too little.
contract MalformedSource {
    uint256 public length;

    constructor(uint256 length_) {
        length = length_;
    }

    function read() external view {
        uint256 size = length;
        assembly {
            mstore(0, 1000000000000000000)
            mstore(32, 9)
            return(0, size)
        }
    }
}

contract MalformedSourceTest is Fixture {
    function setUp() public {
        _deployVenue(Mode.QUEUE);
    }

    function test_poke_readsASourceThatAnswersAnUnknownStatusAsInsane() public {
        _check(64);
    }

    function test_poke_readsASourceThatAnswersTooLittleAsInsane() public {
        _check(32);
    }

    function test_poke_readsASourceWithoutCodeAsInsane() public {
        MarketId market = quad.market(0);
        vm.etch(address(sources[market]), "");
        venue.poke(quad);
    }

    /// @dev A lock that begins before the source (an upgradeable proxy, say) goes wrong never ends: no poke, no
    /// deleverage without an absorb, and setPriceSource wants NORMAL.
    function test_lock_endsThoughASourceIsMalformed() public {
        MarketId market = quad.market(0);
        _setPrice(quad.market(1), 3_300e18);
        venue.poke(quad);
        vm.etch(address(sources[market]), address(new MalformedSource(64)).code);
        vm.store(address(sources[market]), 0, bytes32(uint256(64)));
        skip(120);
        venue.poke(quad);
        vm.assertTrue(_group(quad).phase == Phase.NORMAL);
    }

    function _check(uint256 length) internal {
        MarketId market = quad.market(0);
        vm.etch(address(sources[market]), address(new MalformedSource(length)).code);
        vm.store(address(sources[market]), 0, bytes32(length));
        venue.poke(quad);
    }
}
