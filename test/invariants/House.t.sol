// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {TestBase} from "../base/TestBase.sol";
import {Handler} from "./Handler.sol";

abstract contract HouseInvariants is TestBase {
    Handler internal handler;

    function _play(Mode mode, bool four) internal {
        handler = new Handler(mode, four);
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](26);
        selectors[0] = Handler.deposit.selector;
        selectors[1] = Handler.withdraw.selector;
        selectors[2] = Handler.transfer.selector;
        selectors[3] = Handler.trade.selector;
        selectors[4] = Handler.fillOrder.selector;
        selectors[5] = Handler.roll.selector;
        selectors[6] = Handler.cancel.selector;
        selectors[7] = Handler.collectFees.selector;
        selectors[8] = Handler.cover.selector;
        selectors[9] = Handler.marginCall.selector;
        selectors[10] = Handler.liquidate.selector;
        selectors[11] = Handler.buyInventory.selector;
        selectors[12] = Handler.poke.selector;
        selectors[13] = Handler.absorb.selector;
        selectors[14] = Handler.deleverage.selector;
        selectors[15] = Handler.resolve.selector;
        selectors[16] = Handler.collect.selector;
        selectors[17] = Handler.drift.selector;
        selectors[18] = Handler.gap.selector;
        selectors[19] = Handler.source.selector;
        selectors[20] = Handler.wait.selector;
        selectors[21] = Handler.calm.selector;
        selectors[22] = Handler.squeeze.selector;
        selectors[23] = Handler.crash.selector;
        // Again, so that the rest meets positions in an open market.
        selectors[24] = Handler.trade.selector;
        selectors[25] = Handler.trade.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
    }
}

/// @notice A play of fixed seed meets every kind of event, so the invariants above do not hold for want of any.
contract PlayTest is TestBase {
    function test_play_meetsEveryKindOfEvent_oneMarket() public {
        Handler handler = _played(Mode.QUEUE, false, 300);
        vm.assertGt(handler.trades(), 10, "trades");
        vm.assertGt(handler.liquidations(), 0, "liquidations");
        vm.assertGt(handler.absorptions(), 0, "absorptions");
        vm.assertGt(handler.locks(), 0, "locks");
        vm.assertGt(handler.settlements(), 0, "settlements");
        vm.assertGt(handler.shortfalls(), 0, "shortfalls");
        vm.assertGt(handler.comparisons(), 0, "comparisons");
    }

    function test_play_meetsTradesAbsorptionsAndSettlements_fourMarkets() public {
        Handler handler = _played(Mode.PRORATA, true, 110);
        vm.assertGt(handler.trades(), 10, "trades");
        vm.assertGt(handler.absorptions(), 0, "absorptions");
        vm.assertGt(handler.settlements(), 0, "settlements");
        vm.assertGt(handler.comparisons(), 0, "comparisons");
    }

    function _played(Mode mode, bool four, uint256 plays) internal returns (Handler handler) {
        handler = new Handler(mode, four);
        for (uint256 i; i < plays; ++i) {
            uint256 x = uint256(keccak256(abi.encode(i)));
            uint256 y = uint256(keccak256(abi.encode(x)));
            uint256 kind = x % 16;
            if (kind < 8) handler.trade(x >> 8, x >> 16, x >> 24, int256(y), y >> 8, x >> 255 == 1);
            else if (kind < 10) handler.crash(x >> 8, int256(y), y, x >> 16);
            else if (kind < 14) handler.squeeze(x >> 8, x >> 16, x >> 24, y, y >> 8);
            else handler.deposit(x >> 8, y);
        }
        handler.check();
    }
}

contract SoloQueueInvariants is HouseInvariants {
    function setUp() public {
        _play(Mode.QUEUE, false);
    }

    function invariant_theHouseKeepsItsPromises() public {
        handler.check();
    }
}

contract SoloProrataInvariants is HouseInvariants {
    function setUp() public {
        _play(Mode.PRORATA, false);
    }

    function invariant_theHouseKeepsItsPromises() public {
        handler.check();
    }
}

contract QuadQueueInvariants is HouseInvariants {
    function setUp() public {
        _play(Mode.QUEUE, true);
    }

    function invariant_theHouseKeepsItsPromises() public {
        handler.check();
    }
}

contract QuadProrataInvariants is HouseInvariants {
    function setUp() public {
        _play(Mode.PRORATA, true);
    }

    function invariant_theHouseKeepsItsPromises() public {
        handler.check();
    }
}
