// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {accountOf} from "../../contracts/types/AccountId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Loops of one unit, repeated many times
/// @custom:source Hundred Finance, April 2023, and Balancer v2, November 2025: rounding of a unit, in the attacker's
/// favour, repeated
/// @notice Deposits, withdrawals, transfers and the least trades, each of which rounds; in an untouched queue, in
/// levels torn up before, and at a recovery rate below one.
/// @dev Rounds of deposit, transfer and withdrawal, or trades: 200, in the heavy profile 100,000.
contract RoundingLoopsAttack is Attack {
    uint256 internal constant FILL = 167_000; // 10.02 quote, the least

    Actor internal attacker;
    Actor internal second;
    Actor internal honest;
    Actor internal loser;
    uint256 internal mark;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (attacker, second) = (_attacker("attacker", 500_000), _attacker("second", 500_000));
        (honest, loser) = (_honest("honest", 1_000_000), _actor("loser", 61_001));
        attackerIds.push(accountOf(attacker.owner, 1));
        mark = 60_000e18;
    }

    function test_loop_depositsAndWithdrawalsOfAUnit() public {
        token.mint(attacker.owner, 1_000);
        vm.prank(attacker.owner);
        token.approve(address(venue), type(uint256).max);
        _loop("rounding loop: deposit and withdraw a unit", this.moveAUnit.selector);
    }

    /// At r < 1, where each claim pays a fraction of a unit.
    function test_loop_depositsAndWithdrawalsOfAUnit_atRBelowOne() public {
        _shortfallOf();
        token.mint(attacker.owner, 1_000);
        vm.prank(attacker.owner);
        token.approve(address(venue), type(uint256).max);
        uint256 rate = venue.recoveryRate();
        _loop("rounding loop: deposit and withdraw a unit at r < 1", this.moveAUnit.selector);
        vm.assertGe(venue.recoveryRate(), rate, "r fell");
    }

    function test_loop_leastTrades() public {
        _loop("rounding loop: least trades", this.tradeDust.selector);
    }

    /// In levels that were torn up, where shares are not sizes: each trade may set a unit of 1e-9 base free, which goes
    /// to the estate.
    function test_loop_leastTrades_inTornUpLevels() public {
        _tearUp();
        _loop("rounding loop: least trades in torn-up levels", this.tradeDust.selector);
        vm.assertTrue(_linksAgree(btc, true) && _linksAgree(btc, false), "the queue broke");
    }

    // ------------------------------------------------------------------ the loops

    function moveAUnit() external {
        vm.startPrank(attacker.owner);
        venue.deposit(attacker.id, 3);
        venue.transfer(0, 1, Money.wrap(1));
        venue.transfer(1, 0, Money.wrap(1));
        // below par a unit of old claims as well
        venue.withdraw(0, venue.recoveryRate() < 1e18 ? 4 : 3, attacker.owner);
        vm.stopPrank();
    }

    /// @dev Odd sizes and prices, so that every product rounds; back at once.
    function tradeDust(uint256 i) external {
        uint256 price = mark + 1 + (uint256(keccak256(abi.encode(i))) % 1e18);
        int256 size = int256(FILL + (i % 7));
        _trade(attacker, second, btc, size, price);
        _trade(attacker, honest, btc, -size, price);
        _trade(honest, second, btc, size, price);
    }

    /// @dev Bound: zero. Everything rounds against who acts.
    function _loop(string memory name, bytes4 step) private {
        uint256 count = _repetitions(200);
        _begin();
        for (uint256 i; i < count; ++i) {
            if (step != this.tradeDust.selector) this.moveAUnit();
            else if (i % 3 == 0) this.tradeDust(i); // three trades
        }
        (int256 gain, int256 loss) = _report(name);
        vm.assertLe(gain, 0, "the attacker gained");
        vm.assertLe(loss, 0, "the honest lost");
    }

    /// @dev A default that tears up a third of the attacker's and of the honest party's levels.
    function _tearUp() private {
        venue.setVaultBudget(solo, 0);
        _trade(attacker, loser, btc, 10e9, 60_000e18);
        _trade(honest, loser, btc, 7e9 + 1, 60_011e18);
        Actor memory maker = _actor("maker", 5_000_000);
        _trade(attacker, maker, btc, 11e9 + 7, 60_000e18);
        _trade(honest, maker, btc, 13e9 + 3, 60_011e18);
        _settleAnchors(solo);
        mark = 66_000e18;
        _jumpAndSettle(btc, mark, loser.id);
        vm.assertGt(_nodes(btc, true)[0].remaining, 0);
        vm.assertLt(_nodes(btc, true)[0].remaining, 1 << 95, "nothing was torn up: this test says nothing");
    }

    /// @dev A late default that nobody can be charged for.
    function _shortfallOf() private {
        venue.setVaultBudget(solo, 0);
        Actor memory maker = _actor("maker", 5_000_000);
        _trade(loser, maker, btc, 20e9, 60_000e18);
        _creep(btc, 55_000e18);
        _absorb(loser.id);
        _deleverage(solo);
        vm.assertLt(venue.recoveryRate(), 1e18, "no shortfall: this test says nothing");
    }
}
