// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CollateralParams, Mode} from "../../contracts/Ledger.sol";
import {AccountLens} from "../../contracts/periphery/AccountLens.sol";
import {GroupLens} from "../../contracts/periphery/GroupLens.sol";
import {Lens} from "../../contracts/periphery/Lens.sol";
import {SettlementLens} from "../../contracts/periphery/SettlementLens.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Coin, PledgeAttack} from "./PledgeAttack.sol";

/// @title Small additions that hold a discount down
/// @custom:source Class: rounding in one direction, as often as one likes
/// @notice What the vault has to sell is on offer since the average of its parts. An average that is rounded down by
/// up to a second a time never grows when a part comes in each second.
contract HeldDiscountAttack is PledgeAttack {
    Coin private coin;
    Lens private views;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        CollateralParams memory p = _coinParams();
        p.feeRate = 50_000;
        coin = _listCoin("COIN", p);
        views = new Lens(address(new AccountLens()), address(new GroupLens()), address(new SettlementLens()));
    }

    /// Bound: a second in 1,024.
    function test_stock_aFeeEachSecond_holdsNothingDown() public {
        Actor memory loser = _attacker("loser", 0);
        Actor memory mallory = _attacker("mallory", 0);
        _pledgeCoin(loser, coin, 10e18);
        _pledgeCoin(mallory, coin, 1e12); // 1,586 units a second
        skip(365 days);
        ledger.takePledgeFee(loser.id, coin.id); // half a coin is the stock
        vm.assertEq(ledger.collateral(coin.id).stockDiscount, 0);
        uint256 rounds = _repetitions(900);
        for (uint256 i; i < rounds; ++i) {
            skip(1);
            ledger.takePledgeFee(mallory.id, coin.id);
        }
        vm.assertGt(
            ledger.collateral(coin.id).stock,
            0.5e18 + rounds - 1,
            "there were no fees: this test says nothing"
        );
        uint256 honest = (rounds * 200_000) / 3_600;
        if (honest > 100_000) honest = 100_000;
        uint256 discount = ledger.collateral(coin.id).stockDiscount;
        _line("a fee each second against a stock's discount, ppm of it", 0, int256((honest - discount) * 1e9));
        vm.assertGe(discount, honest - honest / 1_024 - 1);
    }

    /// What is a part worth the name is on offer from now on, and the whole since the average.
    function test_stock_aLargePart_isOnOfferSinceNow() public {
        Actor memory loser = _attacker("loser", 0);
        _pledgeCoin(loser, coin, 10e18);
        skip(365 days);
        ledger.takePledgeFee(loser.id, coin.id);
        skip(30 minutes);
        vm.assertEq(ledger.collateral(coin.id).stockDiscount, 100_000);
        uint256 before = ledger.collateral(coin.id).stock;
        _pledgeCoin(loser, coin, 50e18);
        skip(365 days);
        ledger.takePledgeFee(loser.id, coin.id);
        uint256 later = ledger.collateral(coin.id).stock;
        uint256 expected = (100_000 * before) / later;
        vm.assertLe(ledger.collateral(coin.id).stockDiscount, expected);
        vm.assertGe(ledger.collateral(coin.id).stockDiscount, expected - 60, "a second");
    }

    /// The inventory of a market grows by a liquidation only. The least that comes in is a leg of `minNotional`: what
    /// does it cost to hold the discount of a large one down for a minute?
    function test_inventory_aLeastLegEachSecond() public {
        Actor memory winner = _honest("winner", 5_000_000);
        Actor memory keeper = _honest("keeper", 0);
        Actor memory large = _honest("large", 320_000);
        Actor[30] memory small;
        for (uint256 i; i < 30; ++i) {
            small[i] = _attacker(string.concat("small", vm.toString(i)), 1);
            _trade(small[i], winner, btc, 250_000, 60_000e18); // 15
        }
        _trade(large, winner, btc, 100e9, 60_000e18);
        _settleAnchors(solo);
        _creep(btc, 58_000e18);
        venue.marginCall(large.id);
        skip(15);
        vm.prank(keeper.owner);
        venue.liquidateToVault(large.id, btc, 0, NO_NODE);
        _wait(solo, 30 minutes);
        _setPrice(btc, 57_400e18);
        venue.poke(solo);
        for (uint256 i; i < 30; ++i) venue.marginCall(small[i].id);
        skip(15);
        venue.poke(solo);
        uint256 start = block.timestamp;
        uint256 discount = _offerDiscount();
        vm.assertGt(discount, 0);
        _begin();
        for (uint256 i; i < 30; ++i) {
            skip(1);
            venue.liquidateToVault(small[i].id, btc, 0, NO_NODE);
        }
        (int256 gain, ) = _report("a least leg a second against an inventory's discount: its cost to him");
        uint256 honest = discount + ((block.timestamp - start) * 5_000) / 3_600;
        vm.assertLt(gain, 0);
        vm.assertGe(_offerDiscount(), honest - 1 - honest / 1_024);
    }

    function _offerDiscount() private view returns (uint256) {
        return views.market(venue, btc).offerDiscount;
    }
}
