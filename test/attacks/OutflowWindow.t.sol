// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Clearinghouse} from "../../contracts/Clearinghouse.sol";
import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {VenueParams} from "../../contracts/Ledger.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {accountOf} from "../../contracts/types/AccountId.sol";
import {Actor} from "../base/Fixture.sol";
import {VaultAttack} from "./VaultAttack.sol";

/// @dev Borrows, deposits, withdraws and pays back in one transaction, as often as it is asked to.
contract FlashBorrower {
    Clearinghouse private immutable _venue;
    MockToken private immutable _token;

    constructor(Clearinghouse venue_, MockToken token_) {
        (_venue, _token) = (venue_, token_);
    }

    function pass(uint256 amount, uint256 times) external {
        _token.mint(address(this), amount);
        _token.approve(address(_venue), amount * times);
        for (uint256 i; i < times; ++i) {
            _venue.deposit(accountOf(address(this), 0), amount);
            _venue.withdraw(0, amount, address(this));
        }
        _token.transfer(address(0xBEEF), amount);
    }
}

/// @title Using up the venue's outflow window
/// @custom:source Class: a rate limit that whoever moves most can use up (bridges' and lending markets' withdrawal
/// caps); no incident cited
/// @notice Whoever passes capital through the venue wants the day's withdrawals counted as used, or the brake taken
/// off. Only what stayed for more than a whole window may do the first, and only what others really withdrew the
/// second.
contract OutflowWindowAttack is VaultAttack {
    uint256 private constant EACH = 1_900_000;
    uint256 private constant HELD = 9_001_000;
    FlashBorrower private _flash;
    Actor[4] private _users;

    function setUp() public {
        _deployVault(1_000 * TOKEN);
        for (uint256 i; i < 4; ++i) _users[i] = _honest(string.concat("user", vm.toString(i)), EACH);
        _enter(lp, 400_000 * TOKEN);
        _flash = new FlashBorrower(venue, token);
        skip(2 days); // what is held has been there for a whole window
        vm.assertEq(_held(), HELD * TOKEN);
    }

    /// The handed case: a flash loan as the first movement of each window. Bound: nothing, it must not matter.
    function test_flashLoan_dayAfterDay_stopsNobody() public {
        _wallet(lp, true);
        _begin();
        _request(lp, insurance.balanceOf(lp) / 10);
        uint256 refused;
        for (uint256 day; day < 30; ++day) {
            _flash.pass(_held() / 3 + 1, 1 + (day % 3));
            for (uint256 hour; hour < 24; ++hour) {
                if (!_out(_users[hour % 4], TOKEN)) ++refused;
                skip(1 hours);
            }
            if (day == 2) insurance.processBatch();
        }
        vm.assertEq(refused, 0, "somebody was refused");
        uint256 claimable = insurance.maxWithdraw(lp);
        vm.prank(lp);
        insurance.withdraw(claimable, lp, lp);
        _report("flash loan in front of the outflow window, 30 days");
    }

    /// At the end of a window and at the start of the next one: seconds of capital.
    function test_parkedOverTheEdge_stopsNobody() public {
        Actor memory attacker = _attacker("attacker", 0);
        _out(_users[0], TOKEN); // a window begins
        skip(1 days - 1);
        _fund(attacker, HELD / 3);
        skip(2);
        vm.assertTrue(_out(attacker, (HELD / 3) * TOKEN), "what came in may leave");
        vm.assertTrue(_out(_users[1], EACH * TOKEN), "an honest one was refused");
        skip(1 days);
        vm.assertTrue(_out(_users[2], 1_500_000 * TOKEN), "nor a day later");
        _line("capital parked over the edge of the outflow window", 0, 0);
    }

    /// As above with others' withdrawals as the first movement of the new window, and again every day.
    function test_parkedOverEveryEdge_stopsNobody() public {
        Actor memory attacker = _attacker("attacker", 0);
        for (uint256 day; day < 10; ++day) {
            vm.assertTrue(_out(_users[day % 4], TOKEN), "the first of the window");
            if (day != 0) _tryWithdraw(attacker, type(uint256).max);
            vm.assertTrue(_out(_users[(day + 1) % 4], TOKEN), "an honest one was refused");
            skip(1 days - 10);
            _fund(attacker, HELD / 3);
            skip(11);
        }
    }

    /// In the next block, or the next hour: the window has begun before it came.
    function test_depositAndLaterWithdraw_stopsNobody() public {
        Actor memory attacker = _attacker("attacker", 0);
        uint256[3] memory waits = [uint256(12), 1 hours, 23 hours];
        for (uint256 i; i < waits.length; ++i) {
            _fund(attacker, HELD);
            skip(waits[i]);
            vm.assertTrue(_out(attacker, HELD * TOKEN), "his own");
            vm.assertTrue(_out(_users[i], 400_000 * TOKEN), "an honest one was refused");
        }
    }

    function test_flashLoan_inASmallVenue_stopsNobody() public {
        _deployVault(1_000 * TOKEN);
        Actor memory small = _honest("small", 500_000);
        _flash = new FlashBorrower(venue, token);
        for (uint256 day; day < 3; ++day) {
            _flash.pass(1_000_000 * TOKEN, 1);
            vm.assertTrue(_out(small, 100_000 * TOKEN), "the floor is for him");
            skip(1 days + 1);
        }
        vm.assertTrue(_out(small, type(uint256).max), "and all of it");
    }

    /// A cover comes in too.
    function test_coverBeforeAWithdrawal_stopsNobody() public {
        token.mint(address(this), HELD * TOKEN);
        token.approve(address(venue), HELD * TOKEN);
        venue.cover(HELD * TOKEN); // no shortfall: it goes to the vault
        vm.assertTrue(_out(_users[0], EACH * TOKEN));
    }

    /// The other way round: passing capital through must not take the brake off.
    function test_flashLoan_loosensNothing() public {
        _flash.pass(5 * HELD * TOKEN, 10);
        Actor memory attacker = _attacker("attacker", 0);
        skip(1 days - 1);
        _fund(attacker, HELD);
        _out(attacker, HELD * TOKEN);
        skip(2);
        _flash.pass(5 * HELD * TOKEN, 10);
        _outUntilTheBrake((HELD * TOKEN) / 4);
    }

    /// A window does not refill, and small amounts count like large ones.
    function test_manySmallWithdrawals_leaveAQuarterADay() public {
        _outUntilTheBrake((HELD * TOKEN) / 4);
        skip(12 hours);
        vm.assertFalse(_out(_users[0], TOKEN), "half a day later");
        skip(12 hours);
        _outUntilTheBrake((_held()) / 4);
    }

    /// What the cap is for: somebody who held a third for a whole window leaves, and the others wait for at most a day.
    function test_whaleWhoHeldAThirdForADay_makesOthersWaitForADayAtMost() public {
        Actor memory whale = _actor("whale", HELD / 3);
        skip(1 days + 1);
        _fund(whale.id, 1); // a movement: the window begins with all that he brought
        skip(1 days + 1);
        vm.assertTrue(_out(whale, (HELD / 3) * TOKEN), "it is his");
        vm.assertFalse(_out(_users[0], 10 * TOKEN), "it was the day's quarter");
        skip(1 days + 1);
        vm.assertTrue(_out(_users[0], EACH * TOKEN), "INV-11: at most an outflow window");
    }

    /// New parameters hold from the next window on: in a running one nobody's room shrinks or grows.
    function test_newRate_holdsFromTheNextWindowOn() public {
        vm.assertTrue(_out(_users[0], TOKEN));
        VenueParams memory p = _venueParams();
        (p.outflowRate, p.outflowFloor) = (50_000, uint64(10_000 * QUOTE));
        venue.setVenueParams(p);
        vm.assertTrue(_out(_users[1], EACH * TOKEN), "of this window's quarter");
        skip(1 days + 1);
        vm.assertFalse(_out(_users[2], 400_000 * TOKEN), "a twentieth is 355,050");
        vm.assertTrue(_out(_users[2], 300_000 * TOKEN));
    }

    /// The same, when what is held fell in the last window and was filled up again.
    function test_aLowInTheLastWindow_isWhatTheNextOneStartsFrom() public {
        vm.assertTrue(_out(_users[0], EACH * TOKEN));
        _fund(_users[0], EACH);
        skip(1 days + 1);
        uint256 low = (HELD - EACH) * TOKEN;
        vm.assertTrue(_out(_users[0], EACH * TOKEN), "came in in the last window");
        _outUntilTheBrake(low / 4);
    }

    function _out(Actor memory who, uint256 units) private returns (bool ok) {
        bytes4 reason;
        (ok, reason) = _tryWithdraw(who, units);
        if (!ok) vm.assertEq(bytes32(reason), bytes32(IAccounts.OutflowCapReached.selector), "another reason");
    }

    /// @dev Takes out `most` in many steps, and then nothing more.
    function _outUntilTheBrake(uint256 max) private {
        uint256 out;
        for (uint256 i; i < 25; ++i) {
            vm.assertTrue(_out(_users[1 + (i % 3)], max / 25), "within the cap");
            out += max / 25;
        }
        vm.assertFalse(_out(_users[1], max - out + 2 * TOKEN), "the brake is off");
    }

    function _held() private returns (uint256) {
        return uint256(_recovery().held) / 1e3;
    }
}
