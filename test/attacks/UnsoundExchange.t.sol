// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor} from "../base/Fixture.sol";
import {Coin, PledgeAttack} from "./PledgeAttack.sol";

/// @title An exchange that takes away what makes its account whole at the anchors
/// @notice 50 coins are committed at 120,000. Their owner, long 30 bitcoin from 60,000, is whole with them at the
/// anchor of 56,100, where he has lost 117,000. At the mark of 57,100 he is so even with the 96,000 or so that they
/// count for now. If they are sold for that, and the mark comes back, he defaults without any jump: nobody gained what
/// he owes.
contract UnsoundExchangeAttack is PledgeAttack {
    Coin private coin;
    Actor private trader;
    Actor private keeper;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        coin = _listCoin("COIN", _coinParams());
        venue.setVaultBudget(solo, 0);
        keeper = _attacker("keeper", 200_000);
        trader = _honest("trader", 0);
        _pledgeCoin(trader, coin, 50e18);
        _trade(trader, _honest("winner", 500_000), btc, 30e9, 60_000e18);
        _creep(btc, 57_100e18);
        ledger.offerPledges(trader.id);
        _wait(solo, 1 hours);
        // One instant at the low, which is recorded, and is the anchor a delay later.
        skip(60);
        _setPrice(btc, 56_100e18);
        skip(60);
        venue.poke(solo);
        _setPrice(btc, 57_100e18);
        skip(_venueParams().lockDelay);
        venue.poke(solo);
    }

    function test_theLine_ofAStalePledge() public {
        _setCoinStale(coin);
        vm.assertGe(_equity(trader.id), 0);
        ledger.exchangeWithLine(trader.id, coin.id);
        _comeBack();
    }

    function test_theLine_ofAPledgeThatFell() public {
        _setCoin(coin, 2_300e18);
        ledger.exchangeWithLine(trader.id, coin.id);
        _comeBack();
    }

    function test_others_ofAPledgeThatFell() public {
        _setCoin(coin, 2_300e18);
        vm.prank(keeper.owner);
        ledger.buyPledge(trader.id, coin.id, type(uint256).max, 0, keeper.owner, Price.wrap(0));
        _comeBack();
    }

    function test_withoutAnExchange_heIsWhole() public {
        _setCoinStale(coin);
        _comeBack();
    }

    function test_whoIsSoundToo_sellsAsBefore() public {
        _creep(btc, 57_300e18);
        _setCoin(coin, 2_500e18);
        ledger.exchangeWithLine(trader.id, coin.id);
        vm.assertEq(_account(trader.id).pledged, 0, "up to initial margin, at what they count for");
        vm.assertGe(_equity(trader.id), 0);
    }

    function _comeBack() private {
        _setPrice(btc, 56_100e18);
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory reason) = address(venue).call(abi.encodeCall(venue.absorb, (solo, _list(trader.id))));
        vm.assertFalse(ok, "there is a debt that nobody gained");
        vm.assertEq(bytes32(bytes4(reason)), bytes32(IDeleveraging.NothingToAbsorb.selector));
    }
}
