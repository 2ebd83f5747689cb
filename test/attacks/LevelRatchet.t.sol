// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Ratcheting a level with dust fills
/// @custom:source Class: rounding that always goes one way, repeated (Hundred Finance, April 2023, and its kind)
/// @notice A winner adds the least fill again and again. If each rounded his level up by part of a granule, he would
/// crawl to the end of the queue without giving up his gain.
/// @dev Repetitions: 200, in the heavy profile 100,000.
contract LevelRatchetAttack is Attack {
    uint256 internal constant MARK = 66_000e18;
    uint256 internal constant FILL = 2e5; // 13.2 quote
    /// The largest power of two below MARK / 2^10, 1e-18 quote.
    uint256 internal constant GRANULE = 1 << 65;

    Actor internal winner;
    Actor internal maker;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (winner, maker) = (_attacker("winner", 5_000_000), _honest("maker", 5_000_000));
        _trade(winner, maker, btc, 10e9, 60_000e18);
        _creep(btc, MARK);
    }

    function test_dustFills_moveTheLevelByNoMoreThanTheAverageDoes() public {
        uint256 fills = _repetitions(200);
        _begin();
        for (uint256 i; i < fills; ++i) this.fill();
        int256 exact = int256((60_000e18 * 10e9 + MARK * FILL * fills) / (10e9 + FILL * fills));
        int256 rank = Price.unwrap(_position(winner.id, btc).rank);
        // Bound: each fill rounds the exact level up by at most 2^-24 of a granule and a unit.
        vm.assertGe(rank, exact - 1, "a better place than the average");
        vm.assertLe(rank - exact, int256(fills * ((GRANULE >> 24) + 2)), "the level was ratcheted");
        (int256 gain, int256 loss) = _report("ratcheting a level with dust fills");
        vm.assertLe(gain, 0, "fees are all it brings");
        vm.assertLe(loss, 0, "the honest lost");
    }

    /// @dev A call of its own, so that its memory is free again.
    function fill() external {
        _trade(winner, maker, btc, int256(FILL), MARK);
    }
}
