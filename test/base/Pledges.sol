// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CollateralView, ICollateral, PledgesView} from "../../contracts/interfaces/ICollateral.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {CollateralParams, Mode} from "../../contracts/Ledger.sol";
import {MockPriceSource} from "../../contracts/mocks/MockPriceSource.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor, Fixture} from "./Fixture.sol";
import {collateralParams} from "./Parameters.sol";

/// @notice A venue with ether as a collateral at 3,000: haircut 20%, a line of 200,000, no fee. `maker` trades with
/// everybody.
abstract contract Pledges is Fixture {
    uint256 internal constant ETHER = 1e18;
    uint256 internal constant WETH = 1;
    uint256 internal constant PRICE = 3_000e18;

    ICollateral internal house;
    MockToken internal weth;
    MockPriceSource internal ethSource;
    Actor internal maker;

    function _build() internal {
        _build(Mode.QUEUE);
    }

    function _build(Mode mode) internal {
        _deployVenue(mode);
        house = ICollateral(address(venue));
        weth = new MockToken("Wrapped Ether", "WETH", 18);
        ethSource = new MockPriceSource(PRICE);
        house.createCollateral(weth, ethSource, _params());
        house.setCollateralLine(WETH, _quote(200_000));
        maker = _actor("maker", 1_000_000);
    }

    function _params() internal pure virtual returns (CollateralParams memory) {
        return collateralParams(uint96(10_000 * ETHER));
    }

    function _quote(uint256 whole) internal pure returns (Money) {
        return Money.wrap(int256(whole * QUOTE));
    }

    /// @notice An actor with `units` pledged and `cash` whole quote deposited.
    function _pledger(string memory name, uint256 units, uint256 cash) internal returns (Actor memory actor) {
        actor = _actor(name);
        if (cash != 0) _fund(actor, cash);
        _pledge(actor, units);
    }

    function _pledge(Actor memory actor, uint256 units) internal {
        _mintAndPledge(actor, weth, WETH, units);
    }

    function _withdrawPledge(Actor memory actor, uint256 units) internal returns (uint256) {
        vm.prank(actor.owner);
        return house.withdrawPledge(0, WETH, units, actor.owner);
    }

    function _setEther(uint256 price) internal {
        ethSource.set(price, IPriceSource.Status.FRESH);
    }

    /// @notice Lets anchor and recorded price catch up.
    function _recordEther() internal {
        for (uint256 i; i < 3; ++i) {
            skip(_venueParams().lockDelay);
            house.recordCollateralPrice(WETH);
        }
    }

    function _ether() internal view returns (CollateralView memory) {
        return house.collateral(WETH);
    }

    function _pledged(AccountId id) internal view returns (uint256 units) {
        PledgesView memory v = house.pledgesOf(id);
        for (uint256 i; i < v.pledges.length; ++i) if (v.pledges[i].id == WETH) units = v.pledges[i].units;
    }

    function _counted(AccountId id) internal view returns (int256) {
        return Money.unwrap(house.pledgesOf(id).counted);
    }

    function _committed(AccountId id) internal view returns (int256) {
        return Money.unwrap(house.pledgesOf(id).committed);
    }

    /// @notice A floor is rounded down to 24 bits, so figures are a millionth off at most.
    function _near(int256 a, int256 b, string memory what) internal pure {
        int256 gap = a > b ? a - b : b - a;
        vm.assertLe(gap, (b < 0 ? -b : b) / 1_000_000 + 2, what);
    }

    function _absorb(AccountId id) internal {
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = id;
        venue.absorb(solo, ids);
    }

    /// @notice INV-19 and INV-20 of ether.
    function _requireWhole() internal view {
        CollateralView memory c = _ether();
        vm.assertEq(weth.balanceOf(address(venue)), c.pledged + c.stock, "INV-19");
        int256 needed = (Price.unwrap(c.committed) * int256(c.pledged) + 1e27 - 1) / 1e27;
        vm.assertLe(needed, Money.unwrap(c.line), "INV-20");
    }
}
