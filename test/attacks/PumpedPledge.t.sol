// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CollateralView, ICollateral} from "../../contracts/interfaces/ICollateral.sol";
import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {MockPriceSource} from "../../contracts/mocks/MockPriceSource.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor} from "../base/Fixture.sol";
import {collateralParams} from "../base/Parameters.sol";
import {Attack} from "./Attack.sol";

/// @title A thin collateral is pumped, pledged, and lost to oneself
/// @custom:source Mango Markets, 11 October 2022: a pumped coin was collateral for what left
/// @notice The attacker has a coin at 3,000 of which nobody else trades much. He holds both sides of a perpetual in two
/// accounts: the one that loses has nothing but the coin, so that the vault pays his other one for it.
///
/// In the figures each coin counts at what it is worth outside at the end, wherever it is.
contract PumpedPledgeAttack is Attack {
    uint256 private constant COIN = 1;
    uint256 private constant UNITS = 50e18;

    ICollateral private house;
    MockToken private coin;
    MockPriceSource private coinSource;
    Actor private loser;
    Actor private winner;
    Actor private bystander;
    int256 private _gain;
    int256 private _loss;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        house = ICollateral(address(venue));
        coin = new MockToken("Thin", "THIN", 18);
        coinSource = new MockPriceSource(3_000e18);
        house.createCollateral(coin, coinSource, collateralParams(1_000e18));
        house.setCollateralLine(COIN, Money.wrap(200_000e9));
        loser = _attacker("loser", 0);
        winner = _attacker("winner", 400_000);
        bystander = _honest("bystander", 100_000);
    }

    /// A pump counts nothing before it has stood for two delays: bound zero.
    function test_pump_forLessThanTwoDelays() public {
        _pledge(30_000);
        skip(120);
        house.recordCollateralPrice(COIN);
        _loseToOneself(13_000);
        _score("a thin collateral pumped to ten times, for one delay", 3_000);
        vm.assertLe(_gain, 0);
        vm.assertLe(_loss, 0);
    }

    /// One that stands for two delays is a price like any other. The line bounds what it costs the vault, and nobody
    /// else pays. The line is what RISK chose for this coin.
    function test_pump_forTwoDelays_costsAtMostTheLine() public {
        _pledge(30_000);
        _recordTwice();
        _loseToOneself(40_000);
        _score("a thin collateral pumped to ten times, for two delays: bounded by its line of 200,000", 3_000);
        vm.assertGt(_gain, 0, "the limit is real");
        vm.assertLe(_gain, 200_000e9, "more than the line");
        vm.assertLe(_loss, 200_000e9);
    }

    /// He loses by a jump what his pledge counted for, after a fall by 15%. The line pays 2,400 for coins worth 2,550.
    function test_fallWithinTheHaircut() public {
        _pledge(3_000);
        coinSource.set(2_550e18, IPriceSource.Status.FRESH);
        _loseToOneself(13_000);
        _score("a loss to oneself after a fall within the haircut", 2_550);
        vm.assertLe(_gain, 0);
        vm.assertLe(_loss, 0, "the vault lost");
    }

    /// Beyond the haircut, and not recorded yet: the option that the line sells. It pays 2,400 for coins worth 1,500.
    /// The bound is that difference on all that is pledged.
    function test_fallBeyondTheHaircut_notRecordedYet() public {
        _pledge(3_000);
        _loseToOneself(13_000, 1_500);
        _score("a loss to oneself, the collateral fallen by half and not recorded", 1_500);
        vm.assertLe(_gain, 900e9 * 50, "more than beyond the haircut");
        vm.assertLe(_loss, 900e9 * 50);
    }

    /// The same once it was recorded: bound zero.
    function test_fallBeyondTheHaircut_recorded() public {
        _pledge(3_000);
        coinSource.set(1_500e18, IPriceSource.Status.FRESH);
        _recordTwice();
        _loseToOneself(7_000);
        _score("a loss to oneself, the collateral fallen by half and recorded", 1_500);
        vm.assertLe(_gain, 0);
        vm.assertLe(_loss, 0);
    }

    /// He closes at a loss to himself, and his debt is paid by the line: at the counted price, below the price of now.
    function test_closingAtALoss() public {
        _pledge(3_000);
        _trade(loser, winner, btc, 8e9, 61_000e18);
        _close(59_000e18);
        _score("closing at a loss to oneself, paid by the line", 3_000);
        vm.assertLe(_gain, 0);
        vm.assertLe(_loss, 0);
    }

    /// The feed stops at 3,000 while the coin falls to 2,550. Nobody may buy, nor does the line of who is covered;
    /// but it pays a debt at the haircut price less the haircut once more, 1,920 a coin. Bound zero.
    function test_exchange_atAStalePrice() public {
        _pledge(3_000);
        _trade(loser, winner, btc, 8e9, 60_000e18);
        _creep(btc, 59_000e18);
        coinSource.set(3_000e18, IPriceSource.Status.STALE);
        house.offerPledges(loser.id);
        vm.prank(bystander.owner);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.CollateralPriceNotFresh.selector, COIN));
        house.buyPledge(loser.id, COIN, 1e18, 0, bystander.owner, Price.wrap(0));
        vm.expectPartialRevert(ICollateral.LineMustWait.selector);
        house.exchangeWithLine(loser.id, COIN);
        uint256 snapshot = vm.snapshotState();
        _wait(solo, 1 hours);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.CollateralPriceNotFresh.selector, COIN));
        house.exchangeWithLine(loser.id, COIN);
        vm.revertToState(snapshot);
        _close(59_000e18);
        coinSource.set(2_550e18, IPriceSource.Status.FRESH);
        _score("an exchange at a stale price", 2_550);
        vm.assertLe(_gain, 0);
        vm.assertLe(_loss, 0);
    }

    /// Mark and coin have jumped, and a feed or a keeper is behind: no pledge at the price of before. Bound zero.
    function test_pledge_betweenJumpAndBill() public {
        _pledge(3_000);
        _trade(loser, winner, btc, 8e9, 60_000e18);
        _settleAnchors(solo);
        _setPrice(btc, 47_000e18);
        _refusedPledge(loser, IDeleveraging.GapOpen.selector);
        house.recordCollateralPrice(COIN); // the fall is not due to be recorded
        coinSource.set(2_500e18, IPriceSource.Status.FRESH);
        _refusedPledge(bystander, ICollateral.CollateralGap.selector);
        venue.poke(solo);
        _refusedPledge(loser, IDeleveraging.GroupLocked.selector);
        _line("a pledge between a jump and its bill", 0, 0);
    }

    // ------------------------------------------------------------------ inside

    function _refusedPledge(Actor memory who, bytes4 reason) private {
        coin.mint(who.owner, 1e18);
        vm.startPrank(who.owner);
        coin.approve(address(venue), 1e18);
        vm.expectPartialRevert(reason);
        house.pledge(0, COIN, 1e18);
        vm.stopPrank();
    }

    function _pledge(uint256 price) private {
        coinSource.set(price * 1e18, IPriceSource.Status.FRESH);
        _mintAndPledge(loser, coin, COIN, UNITS);
    }

    function _recordTwice() private {
        for (uint256 i; i < 2; ++i) {
            skip(120);
            house.recordCollateralPrice(COIN);
        }
    }

    function _loseToOneself(uint256 fall) private {
        _loseToOneself(fall, 0);
    }

    /// @dev The loser buys 8 coins of his other account, the mark falls, and he is absorbed. `coinPrice`: of the thin
    /// coin from before the jump on; zero: as it is.
    function _loseToOneself(uint256 fall, uint256 coinPrice) private {
        _trade(loser, winner, btc, 8e9, 60_000e18);
        _settleAnchors(solo);
        if (coinPrice != 0) coinSource.set(coinPrice * 1e18, IPriceSource.Status.FRESH);
        _setPrice(btc, (60_000 - fall) * 1e18);
        venue.poke(solo);
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = loser.id;
        venue.absorb(solo, ids);
        skip(120);
        if (_group(solo).absorbed != 0) venue.deleverage(solo, type(uint256).max);
        else venue.poke(solo);
        if (_account(loser.id).open != 0) _close(_price(btc));
    }

    function _close(uint256 price) private {
        _trade(loser, winner, btc, -_size(loser.id, btc), price);
    }

    /// @dev All that the attacker, and all that the vault has more than at first, each coin at `worth`, wherever it is.
    function _score(string memory name, uint256 worth) private {
        if (_account(loser.id).pledged != 0) {
            vm.prank(loser.owner);
            house.withdrawPledge(0, COIN, type(uint256).max, loser.owner);
        }
        CollateralView memory c = house.collateral(COIN);
        int256 own = _cash(loser.id) + _total(winner.id) + int256((coin.balanceOf(loser.owner) * worth) / 1e9);
        _gain = own - 400_000e9 - int256((UNITS * worth) / 1e9);
        AccountId inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        int256 others = _cash(pot) + _total(inventory) + Money.unwrap(c.line) + int256((c.stock * worth) / 1e9);
        others +=
            int256(uint256(_recovery().fees)) +
            _cash(accountOf(treasury, 0)) +
            _cash(accountOf(address(this), 0));
        _loss = int256(POT * QUOTE) - others;
        _line(name, _gain, _loss);
        vm.assertEq(_recovery().shortfall, 0, "never by others' claims");
        vm.assertEq(_cash(bystander.id), 100_000e9);
        vm.assertEq(c.pledged, 0);
    }

    function _total(AccountId id) private returns (int256) {
        return _account(id).open == 0 ? int256(_cash(id)) : _equity(id);
    }
}
