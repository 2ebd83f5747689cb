// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {TestBase} from "../base/TestBase.sol";
import {OptionHandler} from "./OptionHandler.sol";

contract OptionInvariants is TestBase {
    OptionHandler internal handler;
    /// The promises are looked at after every so many calls; `CHECK_EVERY` says after how many, for long campaigns.
    uint256 private _every;

    function setUp() public {
        handler = new OptionHandler();
        _every = vm.envOr("CHECK_EVERY", uint256(1));
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](35);
        selectors[0] = OptionHandler.deposit.selector;
        selectors[1] = OptionHandler.withdraw.selector;
        selectors[2] = OptionHandler.transfer.selector;
        selectors[3] = OptionHandler.collectFees.selector;
        selectors[4] = OptionHandler.trade.selector;
        selectors[5] = OptionHandler.spread.selector;
        selectors[6] = OptionHandler.portfolio.selector;
        selectors[7] = OptionHandler.fillOrder.selector;
        selectors[8] = OptionHandler.slice.selector;
        selectors[9] = OptionHandler.squeeze.selector;
        selectors[10] = OptionHandler.single.selector;
        selectors[11] = OptionHandler.poke.selector;
        selectors[12] = OptionHandler.absorb.selector;
        selectors[13] = OptionHandler.net.selector;
        selectors[14] = OptionHandler.creditRelief.selector;
        selectors[15] = OptionHandler.deleverage.selector;
        selectors[16] = OptionHandler.resolve.selector;
        selectors[17] = OptionHandler.finish.selector;
        selectors[18] = OptionHandler.collect.selector;
        selectors[19] = OptionHandler.collectAll.selector;
        selectors[20] = OptionHandler.drift.selector;
        selectors[21] = OptionHandler.gap.selector;
        selectors[22] = OptionHandler.fail.selector;
        selectors[23] = OptionHandler.level.selector;
        selectors[24] = OptionHandler.smile.selector;
        selectors[25] = OptionHandler.list.selector;
        selectors[26] = OptionHandler.refresh.selector;
        selectors[27] = OptionHandler.budget.selector;
        selectors[28] = OptionHandler.wait.selector;
        selectors[29] = OptionHandler.calm.selector;
        selectors[30] = OptionHandler.crash.selector;
        selectors[31] = OptionHandler.expire.selector;
        selectors[32] = OptionHandler.ruin.selector;
        selectors[33] = OptionHandler.expireInLock.selector;
        // Again: few accounts are below maintenance margin, but not below zero.
        selectors[34] = OptionHandler.squeeze.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
    }

    function invariant_theVenueKeepsItsPromises() public {
        if (handler.calls() % _every == 0) handler.check();
    }

    function afterInvariant() public {
        handler.check();
        if (handler.calls() % 4 == 0) handler.windUp(handler.calls());
        string memory file = vm.envOr("CAMPAIGN_LOG", string(""));
        if (bytes(file).length != 0) vm.writeLine(file, handler.counters());
    }
}

/// @notice A play of fixed seed meets every kind of event, so the invariants above do not hold for want of any.
contract OptionPlayTest is TestBase {
    function test_play_meetsEveryKindOfEvent() public {
        vm.pauseGasMetering();
        OptionHandler handler = new OptionHandler();
        for (uint256 i; i < 120; ++i) _step(handler, uint256(keccak256(abi.encode(i, 15))));
        handler.check();
        handler.windUp(1);
        vm.assertGt(handler.trades(), 25, "trades");
        vm.assertGt(handler.spreads(), 1, "spreads");
        vm.assertGt(handler.slices(), 1, "slices");
        vm.assertGt(handler.singles(), 0, "single legs");
        vm.assertGt(handler.locks(), 30, "locks");
        vm.assertGt(handler.absorptions(), 5, "absorptions");
        vm.assertGt(handler.registrations(), 5, "registrations");
        vm.assertGt(handler.settlements(), 5, "settlements");
        vm.assertGt(handler.tearUps(), 5, "settlements that tear up");
        vm.assertGt(handler.credited(), 3, "settlements that give relief back");
        vm.assertGt(handler.chargings(), 10, "charges");
        vm.assertGt(handler.payments(), 2, "payments of the vault");
        vm.assertGt(handler.comparisons(), 1, "comparisons");
        vm.assertGt(handler.expiriesInLock(), 2, "expiries in a lock");
        vm.assertGt(handler.smiledLocks(), 1, "smiles between a fill and a lock");
        vm.assertGt(handler.stale(), 0, "prices that are not fresh");
        vm.assertGt(handler.fixes(), 4, "prices fixed");
        vm.assertGt(handler.collected(), 20, "collected");
        vm.assertGt(handler.listings(), 3, "listings");
        vm.assertGt(handler.relistings(), 1, "ladders used again");
        vm.assertGt(handler.smiles(), 0, "smiles");
        vm.assertGt(handler.refreshes(), 2, "refreshes");
        vm.assertGt(handler.mostSeries(), 6, "series in one settlement");
    }

    function _step(OptionHandler handler, uint256 x) private {
        uint256 y = uint256(keccak256(abi.encode(x)));
        uint256 kind = x % 20;
        if (kind < 4) handler.portfolio(x >> 8, x >> 16, x >> 24, y);
        else if (kind < 6) handler.spread(x >> 8, x >> 16, x >> 24, y, int256(y >> 1), y >> 9);
        else if (kind < 8) handler.trade(x >> 8, x >> 16, x >> 24, y, int256(y >> 1), y >> 9);
        else if (kind < 10) handler.crash(x >> 8, int256(y), x >> 20, y);
        else if (kind < 13) handler.ruin(x >> 8, x >> 16, x >> 24, y);
        else if (kind == 13) handler.squeeze(x >> 8, x >> 16, y, x >> 255 == 1);
        else if (kind == 14) handler.expire(x >> 8, y);
        else if (kind == 15) handler.expireInLock(x >> 8, y);
        else if (kind == 16) handler.smile(x >> 8, x >> 16, y);
        else if (kind == 17) handler.list(x >> 8, y);
        else if (kind == 18) handler.refresh(x >> 8, y);
        else handler.collectAll();
        handler.check();
    }
}
