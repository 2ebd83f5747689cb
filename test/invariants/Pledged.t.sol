// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {TestBase} from "../base/TestBase.sol";
import {PledgeHandler} from "./PledgeHandler.sol";

/// @title INV-19 to INV-21, and INV-1 with collateral
contract PledgedInvariants is TestBase {
    PledgeHandler internal handler;

    function setUp() public {
        handler = new PledgeHandler(Mode.QUEUE);
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](21);
        selectors[0] = PledgeHandler.pledge.selector;
        selectors[1] = PledgeHandler.withdrawPledge.selector;
        selectors[2] = PledgeHandler.trade.selector;
        selectors[3] = PledgeHandler.close.selector;
        selectors[4] = PledgeHandler.deposit.selector;
        selectors[5] = PledgeHandler.withdraw.selector;
        selectors[6] = PledgeHandler.sell.selector;
        selectors[7] = PledgeHandler.line.selector;
        selectors[8] = PledgeHandler.liquidate.selector;
        selectors[9] = PledgeHandler.setLine.selector;
        selectors[10] = PledgeHandler.setHaircut.selector;
        selectors[11] = PledgeHandler.record.selector;
        selectors[12] = PledgeHandler.buyStock.selector;
        selectors[13] = PledgeHandler.donate.selector;
        selectors[14] = PledgeHandler.ether_.selector;
        selectors[15] = PledgeHandler.wait.selector;
        selectors[16] = PledgeHandler.drift.selector;
        selectors[17] = PledgeHandler.gap.selector;
        selectors[18] = PledgeHandler.trade.selector;
        selectors[19] = PledgeHandler.gap.selector;
        selectors[20] = PledgeHandler.windDown.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
    }

    function invariant_pledges_areHeldWhole_andCovered() public {
        handler.check();
    }
}

/// @notice A play of fixed seed meets every kind of event, so the invariants do not hold for want of any.
contract PledgedPlayTest is TestBase {
    function test_play_meetsEveryKindOfEvent() public {
        PledgeHandler handler = new PledgeHandler(Mode.QUEUE);
        for (uint256 i; i < 450; ++i) {
            _step(handler, uint256(keccak256(abi.encode("plays", i))));
            handler.check();
        }
        vm.assertGt(handler.pledges(), 5, "pledges");
        vm.assertGt(handler.withdrawals(), 5, "withdrawals");
        vm.assertGt(handler.sales(), 0, "sales");
        vm.assertGt(handler.boughtByLine(), 0, "bought by the line in time");
        vm.assertGt(handler.wound(), 10, "sold as it closed");
        vm.assertGt(handler.exchangedInLocks(), 3, "exchanged in locks");
        vm.assertGt(handler.absorptions(), 3, "absorptions");
        vm.assertGt(handler.settlements(), 3, "settlements");
        vm.assertGt(handler.covered(), 3, "locks in which all were solvent at the anchors");
    }

    function _step(PledgeHandler handler, uint256 seed) private {
        uint256 kind = seed % 20;
        (uint256 a, uint256 b) = (seed >> 8, uint256(keccak256(abi.encode(seed))));
        if (kind == 0) handler.pledge(a, b);
        else if (kind == 1) handler.withdrawPledge(a, b);
        else if (kind <= 4) handler.trade(a, int256(b));
        else if (kind == 5) handler.close(a);
        else if (kind == 6) handler.deposit(a, b);
        else if (kind == 7) handler.withdraw(a, b);
        else if (kind == 8) _slide(handler, a, b);
        else if (kind == 9) for (uint256 k; k < 5; ++k) handler.line(k);
        else if (kind == 10) handler.liquidate(a, b);
        else if (kind == 11) handler.setLine(a);
        else if (kind == 12) handler.setHaircut(a);
        else if (kind == 13) handler.buyStock(a);
        else if (kind == 14) handler.donate(a);
        else if (kind == 15) handler.ether_(a);
        else if (kind == 16) handler.wait(a);
        else if (kind == 17) handler.drift(int256(a));
        else if (kind == 18) handler.gap(int256(a), b);
        else if (b % 4 == 0) handler.windDown(a);
    }

    /// Marks go one way for a while, and who comes due on the way is sold.
    function _slide(PledgeHandler handler, uint256 seed, uint256 units) private {
        for (uint256 i; i < 6; ++i) {
            handler.drift(seed % 2 == 0 ? int256(15_000) : -15_000);
            for (uint256 k; k < 5; ++k) handler.sell(k, units);
        }
    }
}
