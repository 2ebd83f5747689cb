// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {VenueParams, Mode} from "../../contracts/Ledger.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill} from "../base/Packing.sol";
import {Attack, Wealth} from "./Attack.sol";

/// @title A keeper who is his own maker
/// @custom:source Class: a reward that is split by one way of an action and kept whole by another; found in a review of
/// this venue
/// @notice A keeper liquidates against an order of his own second wallet, at the whole discount, so that nothing of it
/// is left for the vault.
contract OwnMakerOrderAttack is Attack {
    uint256 private constant MARK = 58_200e18;

    Actor internal loser;
    Actor internal keeper;
    Actor internal second;
    uint256 private _keeperShare = 500_000;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        loser = _honest("loser", 32_000);
        Actor memory counterparty = _honest("counterparty", 5_000_000);
        (keeper, second) = (_attacker("keeper", 200_000), _attacker("second", 200_000));
        _trade(loser, counterparty, btc, 10e9, 60_000e18);
        _creep(btc, MARK); // equity about 13,760 of a maintenance margin of 17,460
        venue.collectFees();
        _begin();
    }

    function test_ownOrder_atTheWholeDiscountIsPassedOver() public {
        Fill[] memory fills = _makerFill(second, btc, 10e9, MARK - (MARK * _discount()) / 1e6);
        (, bytes4 reason) = _liquidate(fills);
        vm.assertEq(bytes32(reason), bytes32(ITrading.NothingFilled.selector), "beyond the keeper's share");
    }

    /// Bound: what a takeover by the keeper's own account would have given him.
    function test_ownOrder_leavesTheVaultItsPartOfTheWholeDiscount() public {
        int256 pot = _cash(vault.id);
        uint256 start = vm.snapshotState();
        (int256 closed, int256 cost) = _takeOver();
        int256 vaults = _cash(vault.id) - pot;
        Wealth memory plain = _change();
        vm.revertToState(start);

        int256 equity = _equity(loser.id);
        (bool ok, ) = _liquidate(_makerFill(second, btc, 10e9, _worst()));
        vm.assertTrue(ok, "at the keeper's share of the discount");
        vm.assertEq(10e9 - _size(loser.id, btc), closed, "it closes as much");
        vm.assertApproxEqAbs(equity - _equity(loser.id), cost, 4, "and costs the account as much");
        vm.assertEq(_cash(vault.id) - pot, vaults, "the vault's part");
        (int256 gain, ) = _report("a keeper's own maker order at his share of the discount");
        vm.assertLe(gain, plain.attacker, "nothing is won by it");
    }

    /// Whatever makers ask for, the account pays the whole discount and the vault has its part; what makers leave is
    /// the keeper's.
    function testFuzz_byOrders_costsTheWholeDiscount(uint256 asked, uint256 share, uint256 part) public {
        _setShare(bound(share, 100_000, 900_000));
        uint256 max = (_discount() * _share()) / 1e6;
        asked = bound(asked, 0, max);
        part = bound(part, 1e8, 9e9);
        Fill[] memory fills = new Fill[](2);
        fills[0] = _makerFill(second, btc, int256(part), MARK - (MARK * asked) / 1e6)[0];
        fills[1] = _makerFill(_attacker("third", 200_000), btc, 10e9, MARK - (MARK * (max - asked)) / 1e6)[0];
        int256 equity = _equity(loser.id);
        int256 pot = _cash(vault.id);
        uint256 discount = _discount();
        (bool ok, ) = _liquidate(fills);
        vm.assertTrue(ok);
        int256 notional = (10e9 - _size(loser.id, btc)) * 58_200;
        vm.assertApproxEqAbs(equity - _equity(loser.id), (notional * int256(discount)) / 1e6, 8, "the whole discount");
        int256 vaults = (notional * int256(discount) * int256(1e6 - _share())) / 1e12;
        vm.assertApproxEqAbs(_cash(vault.id) - pot, vaults, 3, "the vault's part");
        vm.assertGe(_cash(keeper.id), 200_000e9, "the keeper pays nothing");
    }

    /// An order that is better than the mark is the account's gain, and the keeper's share is not touched by it.
    function test_betterThanTheMark_isTheAccountsGain() public {
        int256 pot = _cash(vault.id);
        uint256 discount = _discount();
        (bool ok, ) = _liquidate(_makerFill(second, btc, 10e9, MARK + 100e18));
        vm.assertTrue(ok);
        int256 cost = ((10e9 - _size(loser.id, btc)) * 58_200 * int256(discount)) / 1e6;
        vm.assertApproxEqAbs(_cash(vault.id) - pot, cost / 2, 2, "the vault's");
        vm.assertApproxEqAbs(_cash(keeper.id) - 200_000e9, cost / 2, 2, "the keeper's");
    }

    function _takeOver() private returns (int256 closed, int256 cost) {
        int256 equity = _equity(loser.id);
        vm.prank(keeper.owner);
        venue.liquidateToAccount(loser.id, btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        return (10e9 - _size(loser.id, btc), equity - _equity(loser.id));
    }

    function _liquidate(Fill[] memory fills) private returns (bool ok, bytes4 reason) {
        return _try(keeper.owner, abi.encodeCall(venue.liquidate, (loser.id, btc, 0, _pack(fills))));
    }

    /// @dev The worst price that leaves the vault its part.
    function _worst() private returns (uint256) {
        return MARK - (MARK * ((_discount() * _share()) / 1e6)) / 1e6;
    }

    function _share() private view returns (uint256) {
        return _keeperShare;
    }

    function _setShare(uint256 share) private {
        VenueParams memory p = _venueParams();
        p.keeperShare = uint24(share);
        _keeperShare = share;
        venue.setVenueParams(p);
    }

    /// @dev From docs/design.md, not from the code: floor at maintenance margin, cap at half of it.
    function _discount() private returns (uint256) {
        uint256 equity = uint256(_equity(loser.id));
        uint256 maintenance = (10e9 * 58_200 * 30_000) / 1e6;
        return 2_500 + (12_500 * 2 * (maintenance - equity)) / maintenance;
    }
}
