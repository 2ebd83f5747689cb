// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {CollateralView, ICollateral} from "../../contracts/interfaces/ICollateral.sol";
import {CollateralParams, Mode} from "../../contracts/Ledger.sol";
import {FeeToken} from "../../contracts/mocks/FeeToken.sol";
import {LyingToken} from "../../contracts/mocks/LyingToken.sol";
import {MockPriceSource} from "../../contracts/mocks/MockPriceSource.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {ReentrantToken} from "../../contracts/mocks/ReentrantToken.sol";
import {TetherToken} from "../../contracts/mocks/TetherToken.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor} from "../base/Fixture.sol";
import {collateralParams} from "../base/Parameters.sol";
import {Attack} from "./Attack.sol";
import {BlacklistToken} from "./TokenBlacklist.t.sol";

/// @notice Balances that its issuer multiplies.
contract RebasingToken is MockToken {
    uint256 public ppm = 1_000_000;

    constructor() MockToken("Rebasing", "REB", 18) {}

    function rebase(uint256 ppm_) external {
        ppm = ppm_;
    }

    function balanceOf(address who) public view override returns (uint256) {
        return (super.balanceOf(who) * ppm) / 1_000_000;
    }
}

/// @title A collateral that behaves badly
/// @custom:source Class: fee on transfer (Balancer, STA, 28 June 2020), hooks (Lendf.Me, imBTC, 19 April 2020),
/// freezing issuers, tokens that return nothing
/// @notice Each token is listed by mistake, pledged, and misbehaves. What it may do is stop its own movements; a lock
/// goes on without any.
contract HostilePledgeAttack is Attack {
    ICollateral private house;
    Actor private alice;
    Actor private bob;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        house = ICollateral(address(venue));
        alice = _attacker("alice", 0);
        bob = _honest("bob", 500_000);
    }

    function test_aFeeOnTransfer_isMeasured() public {
        FeeToken coin = new FeeToken("Fee", "FEE", 18, 0);
        uint256 id = _list(coin);
        _pledge(coin, id, 10e18);
        coin.setFee(10_000);
        coin.mint(alice.owner, 1e18);
        vm.startPrank(alice.owner);
        coin.approve(address(venue), 1e18);
        vm.expectPartialRevert(ICollateral.TransferNotWhole.selector);
        house.pledge(0, id, 1e18);
        house.withdrawPledge(0, id, 10e18, alice.owner); // what left is whole; what arrives is its own affair
        vm.stopPrank();
        _line("a token that takes a fee, switched on later", 0, 0);
        vm.assertEq(coin.balanceOf(address(venue)), 0);
    }

    function test_aRebase_isMeasured() public {
        RebasingToken coin = new RebasingToken();
        uint256 id = _list(coin);
        _pledge(coin, id, 10e18);
        coin.rebase(900_000);
        coin.mint(alice.owner, 2e18);
        vm.startPrank(alice.owner);
        coin.approve(address(venue), 2e18);
        vm.expectRevert();
        house.pledge(0, id, 1e18);
        vm.expectRevert();
        house.withdrawPledge(0, id, 1e18, alice.owner);
        vm.stopPrank();
        coin.rebase(2_000_000);
        vm.assertEq(house.collateral(id).pledged, 10e18, "what it gives counts for nothing");
        _line("a token that rebases", 0, 0);
    }

    function test_aLie_isMeasured() public {
        LyingToken coin = new LyingToken("Lie", "LIE", 18);
        uint256 id = _list(coin);
        coin.mint(alice.owner, 10e18);
        coin.setLie(LyingToken.Lie.MOVE_NOTHING);
        vm.startPrank(alice.owner);
        coin.approve(address(venue), 10e18);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.TransferNotWhole.selector, address(coin), 1e18, 0));
        house.pledge(0, id, 1e18);
        coin.setLie(LyingToken.Lie.RETURN_FALSE);
        vm.expectRevert();
        house.pledge(0, id, 1e18);
        vm.stopPrank();
        _line("a token that says yes and moves nothing", 0, 0);
    }

    function test_oneThatReturnsNothing_works() public {
        TetherToken coin = new TetherToken("Tether", "USDT", 6);
        uint256 id = house.createCollateral(IERC20(address(coin)), new MockPriceSource(1e18), _params());
        house.setCollateralLine(id, Money.wrap(100_000e9));
        coin.mint(alice.owner, 1_000e6);
        vm.startPrank(alice.owner);
        coin.approve(address(venue), 1_000e6);
        house.pledge(0, id, 1_000e6);
        house.withdrawPledge(0, id, 1_000e6, alice.owner);
        vm.stopPrank();
        _line("a token that returns nothing", 0, 0);
        vm.assertEq(coin.balanceOf(alice.owner), 1_000e6);
    }

    /// The issuer freezes the clearinghouse: nothing of it moves, and a lock still ends. Bound: what the line paid.
    function test_aFrozenToken_stopsNoLock() public {
        BlacklistToken coin = new BlacklistToken();
        uint256 id = _list(coin);
        _pledge(coin, id, 10e6);
        _trade(alice, bob, btc, 2e9, 60_000e18);
        _settleAnchors(solo);
        coin.setBlacklisted(address(venue), true);
        _setPrice(btc, 52_000e18);
        venue.poke(solo);
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = alice.id;
        venue.absorb(solo, ids);
        skip(120);
        venue.poke(solo);
        vm.assertGt(_equity(alice.id), 0, "it was exchanged");
        vm.assertEq(_recovery().shortfall, 0);
        CollateralView memory c = house.collateral(id);
        vm.assertGt(c.stock, 0);
        vm.prank(alice.owner);
        vm.expectPartialRevert(BlacklistToken.Blacklisted.selector);
        house.withdrawPledge(0, id, 1e5, alice.owner);
        int256 paid = 200_000e9 - Money.unwrap(c.line);
        _line("the issuer freezes the clearinghouse: what the line paid", 0, paid);
        vm.assertLe(paid, 24_000e9);
    }

    function test_aHook_meetsTheGuard() public {
        ReentrantToken coin = new ReentrantToken("Hook", "HOOK", 18);
        uint256 id = _list(coin);
        _pledge(coin, id, 10e18);
        bytes[3] memory tries = [
            abi.encodeCall(house.withdrawPledge, (0, id, 1e18, alice.owner)),
            abi.encodeCall(house.pledge, (0, id, 1e18)),
            abi.encodeCall(house.buyStock, (id, 1, 0, alice.owner, Price.wrap(0)))
        ];
        for (uint256 i; i < 3; ++i) {
            coin.arm(address(venue), tries[i]);
            vm.prank(alice.owner);
            house.withdrawPledge(0, id, 1e18, alice.owner);
            vm.assertTrue(coin.called());
            vm.assertFalse(coin.succeeded());
            vm.assertEq(bytes4(coin.answer()), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        }
        coin.arm(address(venue), abi.encodeCall(house.payDebt, (alice.id)));
        vm.prank(alice.owner);
        house.withdrawPledge(0, id, 1e18, alice.owner);
        vm.assertFalse(coin.succeeded(), "only itself");
        _line("a token that calls back", 0, 0);
    }

    function test_aDonation_breaksNoSum() public {
        MockToken coin = new MockToken("Coin", "COIN", 18);
        uint256 id = _list(coin);
        _pledge(coin, id, 10e18);
        int256 before = Money.unwrap(house.pledgesOf(alice.id).counted);
        coin.mint(address(venue), 1_000e18);
        vm.assertEq(Money.unwrap(house.pledgesOf(alice.id).counted), before);
        vm.assertEq(house.collateral(id).pledged, 10e18);
        vm.assertEq(house.collateral(id).stock, 0);
        vm.prank(alice.owner);
        vm.expectPartialRevert(ICollateral.NothingPledged.selector);
        house.withdrawPledge(0, id, 11e18, alice.owner);
        _line("a donation of a hundred times what is pledged", 0, 0);
    }

    /// The line is outside the pot, so a budget that spends all of the pot leaves it whole.
    function test_theLine_isNotPaidTwice() public {
        MockToken coin = new MockToken("Coin", "COIN", 18);
        uint256 id = _list(coin);
        venue.setVaultBudget(solo, uint96(2_000_000e9)); // more than the pot
        _pledge(coin, id, 10e18);
        Actor memory rich = _attacker("rich", 900_000);
        Actor memory other = _honest("other", 2_000_000);
        _trade(alice, bob, btc, 2e9, 60_000e18);
        _trade(rich, other, btc, 100e9, 60_000e18);
        _settleAnchors(solo);
        _setPrice(btc, 47_000e18); // rich owes 400,000 and alice 26,000
        venue.poke(solo);
        vm.assertEq(Money.unwrap(house.collateral(id).line), 200_000e9, "the reserve took of the line");
        vm.assertEq(_cash(pot), 0, "the reserve is the whole pot");
        vm.assertEq(int256(uint256(_group(solo).reserve)), 800_000e9);
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = alice.id;
        venue.absorb(solo, ids);
        int256 paid = 200_000e9 - Money.unwrap(house.collateral(id).line);
        vm.assertGt(paid, 23_990e9, "the line pays from its own");
        vm.assertEq(int256(uint256(_group(solo).reserve)), 800_000e9, "and not from the reserve");
        _line("a commitment paid twice through a budget", 0, 0);
    }

    /// Parameters stand still in a lock.
    function test_theHaircut_isNotLoweredInTheMiddle() public {
        MockToken coin = new MockToken("Coin", "COIN", 18);
        uint256 id = _list(coin);
        _pledge(coin, id, 10e18);
        _setPrice(btc, 52_000e18);
        venue.poke(solo);
        CollateralParams memory p = _params();
        p.haircut = 150_000;
        vm.expectRevert();
        house.setCollateralParams(id, p);
        _line("a haircut lowered in the middle of a lock", 0, 0);
    }

    // ------------------------------------------------------------------ inside

    function _params() private pure returns (CollateralParams memory) {
        return collateralParams(1e27);
    }

    function _list(MockToken coin) private returns (uint256 id) {
        id = house.createCollateral(coin, new MockPriceSource(3_000e18), _params());
        house.setCollateralLine(id, Money.wrap(200_000e9));
    }

    function _pledge(MockToken coin, uint256 id, uint256 units) private {
        _mintAndPledge(alice, coin, id, units);
    }
}
