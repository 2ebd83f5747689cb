// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IClearinghouse} from "../../../contracts/interfaces/IClearinghouse.sol";
import {IPriceSource} from "../../../contracts/interfaces/IPriceSource.sol";
import {CollateralParams} from "../../../contracts/Ledger.sol";
import {CollateralLens} from "../../../contracts/periphery/CollateralLens.sol";
import {ExchangeView, ICollateralLens} from "../../../contracts/periphery/ICollateralLens.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Actor} from "../../base/Fixture.sol";
import {Pledges} from "../../base/Pledges.sol";

/// @title The lens of pledges: what it says is what the calls then do
contract CollateralLensTest is Pledges {
    CollateralLens internal views;
    Actor internal alice;
    Actor internal buyer;

    function setUp() public {
        _build();
        views = new CollateralLens();
        alice = _pledger("alice", 10 * ETHER, 100);
        _trade(alice, maker, btc, 2e9, 60_000e18);
        _settleAnchors(solo);
        buyer = _actor("buyer", 100_000);
    }

    function test_refusesWhatIsNoClearinghouse() public {
        AccountId[] memory none = new AccountId[](0);
        vm.expectRevert(abi.encodeWithSelector(ICollateralLens.NotAClearinghouse.selector, address(token)));
        views.exchanges(IClearinghouse(address(token)), none);
    }

    function test_whileNothingIsDue() public view {
        ExchangeView memory v = _view();
        vm.assertEq(Money.unwrap(v.need), 0);
        vm.assertEq(v.pledges.length, 1);
        vm.assertEq(v.pledges[0].units, 10 * ETHER);
        vm.assertEq(Money.unwrap(v.counted), _counted(alice.id));
        vm.assertEq(Money.unwrap(v.pledges[0].committed), _committed(alice.id));
        vm.assertTrue(v.ready && v.covered);
        vm.assertEq(v.offeredAt, 0);
        vm.assertEq(v.pledges[0].buyable, 0);
    }

    function test_whatIsBuyable_isWhatABuyerGets_atThePriceItSays() public {
        _creep(btc, 59_500e18);
        house.offerPledges(alice.id);
        _wait(solo, 15 minutes);
        ExchangeView memory v = _view();
        vm.assertEq(v.lineFrom, v.offeredAt + 1 hours);
        vm.assertEq(v.lapsesAt, v.offeredAt + 2 hours);
        vm.assertEq(v.pledges[0].discount, 50_000, "a quarter of an hour at 20% an hour");
        vm.assertEq(Price.unwrap(v.pledges[0].price), 2_850e18);
        vm.assertEq(-Money.unwrap(v.need), Money.unwrap(v.alone));
        vm.prank(buyer.owner);
        (uint256 units, Money paid) = house.buyPledge(alice.id, WETH, type(uint256).max, 0, buyer.owner, Price.wrap(0));
        vm.assertEq(units, v.pledges[0].buyable);
        vm.assertGe(Money.unwrap(paid), Money.unwrap(v.need));
        vm.assertEq(Money.unwrap(_view().need), 0, "nothing is due any more");
    }

    function test_belowZeroWithItsPledges_nobodyPaysLessThanTheLine() public {
        _creep(btc, 59_500e18);
        house.offerPledges(alice.id);
        _setEther(90e18);
        ExchangeView memory v = _view();
        vm.assertFalse(v.covered);
        vm.assertEq(-Money.unwrap(v.need), Money.unwrap(v.alone), "its debt");
        vm.assertEq(Price.unwrap(v.pledges[0].price), Price.unwrap(_ether().committed));
        vm.prank(buyer.owner);
        (uint256 units, ) = house.buyPledge(alice.id, WETH, type(uint256).max, 0, buyer.owner, Price.wrap(0));
        vm.assertEq(units, v.pledges[0].buyable);
    }

    function test_closing_allOfItIsBuyable_whoeverPledgedIt() public {
        Actor memory flat = _pledger("flat", 3 * ETHER, 0);
        CollateralParams memory p = _params();
        p.cap = 0;
        house.setCollateralParams(WETH, p);
        skip(7 days - 1);
        vm.assertEq(_view(flat.id).pledges[0].buyable, 0, "not yet");
        skip(1 + 15 minutes);
        ExchangeView memory v = _view(flat.id);
        vm.assertEq(v.pledges[0].buyable, 3 * ETHER);
        vm.assertEq(Price.unwrap(v.pledges[0].price), 2_850e18);
        vm.assertEq(_view().pledges[0].buyable, 10 * ETHER, "and of who needs nothing");
        vm.prank(buyer.owner);
        (uint256 units, ) = house.buyPledge(flat.id, WETH, type(uint256).max, 0, buyer.owner, Price.wrap(2_850e18));
        vm.assertEq(units, v.pledges[0].buyable);
    }

    function test_notReady_withAStaleLeg_norInAGap() public {
        ethSource.set(PRICE, IPriceSource.Status.STALE);
        vm.assertTrue(_view().ready, "a stale pledge counts for the most that it can");
        _setEther(PRICE);
        _setStale(btc);
        vm.assertFalse(_view().ready);
        _setPrice(btc, _price(btc));
        vm.assertTrue(_view().ready);
        _setPrice(btc, 57_000e18);
        vm.assertFalse(_view().ready, "a gap");
        venue.poke(solo);
        vm.assertFalse(_view().ready, "a lock");
    }

    function _view() private view returns (ExchangeView memory) {
        return _view(alice.id);
    }

    function _view(AccountId id) private view returns (ExchangeView memory) {
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = id;
        return views.exchanges(venue, ids)[0];
    }
}
