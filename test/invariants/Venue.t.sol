// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {TestBase} from "../base/TestBase.sol";
import {Handler} from "./Handler.sol";
import {HostileHandler} from "./HostileHandler.sol";

abstract contract VenueInvariants is TestBase {
    Handler internal handler;
    /// The promises are looked at after every so many calls; `CHECK_EVERY` says after how many, for long campaigns.
    uint256 private _every;

    function _play(Mode mode, bool four) internal {
        _target(new Handler(mode, four));
    }

    function _target(Handler handler_) internal {
        handler = handler_;
        _every = vm.envOr("CHECK_EVERY", uint256(1));
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](31);
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
        selectors[26] = Handler.pass.selector;
        selectors[27] = Handler.liquidateMany.selector;
        selectors[28] = Handler.callEverybody.selector;
        selectors[29] = Handler.trigger.selector;
        selectors[30] = Handler.net.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
    }

    function _look() internal {
        if (handler.calls() % _every == 0) handler.check();
    }

    function afterInvariant() public {
        handler.check();
    }
}

/// @notice A play of fixed seed meets every kind of event, so the invariants above do not hold for want of any.
contract PlayTest is TestBase {
    function test_play_meetsEveryKindOfEvent_oneMarket() public {
        Handler handler = _played(Mode.QUEUE, false, 300);
        vm.assertGt(handler.trades(), 10, "trades");
        vm.assertGt(handler.triggered(), 0, "triggers that were reached");
        vm.assertGt(handler.liquidations(), 0, "liquidations");
        vm.assertGt(handler.takenInBatches(), 0, "liquidations in batches");
        vm.assertGt(handler.absorptions(), 0, "absorptions");
        vm.assertGt(handler.locks(), 0, "locks");
        vm.assertGt(handler.settlements(), 0, "settlements");
        vm.assertGt(handler.shortfalls(), 0, "shortfalls");
        vm.assertGt(handler.passes(), 0, "passes");
        vm.assertGt(handler.comparisons(), 0, "comparisons");
    }

    function test_play_meetsTradesAbsorptionsAndSettlements_fourMarkets() public {
        Handler handler = _played(Mode.PRORATA, true, 110);
        vm.assertGt(handler.trades(), 10, "trades");
        vm.assertGt(handler.registrations(), 0, "registrations");
        vm.assertGt(handler.credited(), 0, "settlements that give relief back");
        vm.assertGt(handler.absorptions(), 0, "absorptions");
        vm.assertGt(handler.settlements(), 0, "settlements");
        vm.assertGt(handler.comparisons(), 0, "comparisons");
    }

    function test_play_meetsEnemies_oneMarket() public {
        _playedHostile(Mode.QUEUE, false);
    }

    function test_play_meetsEnemies_fourMarkets() public {
        _playedHostile(Mode.PRORATA, true);
    }

    function _playedHostile(Mode mode, bool four) internal {
        HostileHandler handler = new HostileHandler(mode, four);
        for (uint256 i; i < 200; ++i) {
            uint256 x = uint256(keccak256(abi.encode(i)));
            uint256 y = uint256(keccak256(abi.encode(x)));
            uint256 kind = x % 16;
            if (kind < 4) handler.trade(x >> 8, x >> 16, x >> 24, int256(y), y >> 8, x >> 255 == 1);
            else if (kind == 4) handler.shuffle(y, x >> 8, int256(y >> 128) % 100);
            else if (kind == 5) handler.walletTrade(x >> 8, x >> 16, int256(y), y >> 8, y >> 255 == 1);
            else if (kind == 6) handler.mood(x >> 8);
            else if (kind == 7) handler.enterVault(x >> 8, y);
            else if (kind == 8) handler.leaveVault(x >> 8, y);
            else if (kind == 9) handler.processBatch(true);
            else if (kind == 10) handler.claim(x >> 8);
            else if (kind == 11) handler.governMarket(x >> 8, y);
            else if (kind == 12) handler.governVenue(x, y);
            else if (kind == 13) handler.mislead(uint48(x >> 8), x >> 255 == 1, y, y >> 255 == 1, y >> 8);
            else if (kind == 14) handler.trick(x >> 8, x >> 16, y, y >> 8);
            else handler.crash(x >> 8, int256(y), y, x >> 16);
            handler.check();
        }
        vm.assertGt(handler.trades(), 10, "trades");
        vm.assertGt(handler.walletTrades(), 0, "trades of the wallet");
        vm.assertGt(handler.batches(), 0, "batches");
        vm.assertGt(handler.locks(), 0, "locks");
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
            else if (kind == 14) handler.deposit(x >> 8, y);
            else handler.pass(y);
            if (i % 10 == 0) handler.trigger(x >> 16, x >> 8, x >> 24, int256(y), y >> 8, y >> 16);
        }
        handler.check();
    }
}

contract SoloQueueInvariants is VenueInvariants {
    function setUp() public {
        _play(Mode.QUEUE, false);
    }

    function invariant_theVenueKeepsItsPromises() public {
        _look();
    }
}

contract SoloProrataInvariants is VenueInvariants {
    function setUp() public {
        _play(Mode.PRORATA, false);
    }

    function invariant_theVenueKeepsItsPromises() public {
        _look();
    }
}

contract QuadQueueInvariants is VenueInvariants {
    function setUp() public {
        _play(Mode.QUEUE, true);
    }

    function invariant_theVenueKeepsItsPromises() public {
        _look();
    }
}

contract QuadProrataInvariants is VenueInvariants {
    function setUp() public {
        _play(Mode.PRORATA, true);
    }

    function invariant_theVenueKeepsItsPromises() public {
        _look();
    }
}

abstract contract HostileInvariants is VenueInvariants {
    function _playHostile(Mode mode, bool four) internal {
        _target(new HostileHandler(mode, four));
        bytes4[] memory selectors = new bytes4[](14);
        selectors[0] = HostileHandler.trick.selector;
        selectors[1] = HostileHandler.mood.selector;
        selectors[2] = HostileHandler.walletTrade.selector;
        selectors[3] = HostileHandler.shuffle.selector;
        selectors[4] = HostileHandler.mislead.selector;
        selectors[5] = HostileHandler.enterVault.selector;
        selectors[6] = HostileHandler.leaveVault.selector;
        selectors[7] = HostileHandler.processBatch.selector;
        selectors[8] = HostileHandler.claim.selector;
        selectors[9] = HostileHandler.governMarket.selector;
        selectors[10] = HostileHandler.governVenue.selector;
        selectors[11] = HostileHandler.pause.selector;
        selectors[12] = HostileHandler.windDown.selector;
        selectors[13] = HostileHandler.age.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
    }
}

contract HostileSoloQueueInvariants is HostileInvariants {
    function setUp() public {
        _playHostile(Mode.QUEUE, false);
    }

    function invariant_theVenueKeepsItsPromises() public {
        _look();
    }
}

contract HostileQuadProrataInvariants is HostileInvariants {
    function setUp() public {
        _playHostile(Mode.PRORATA, true);
    }

    function invariant_theVenueKeepsItsPromises() public {
        _look();
    }
}
