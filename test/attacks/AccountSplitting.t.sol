// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Escaping by splitting accounts
/// @custom:source Class: Sybil attacks (J. Douceur, 2002); and liquidations too small to be worth their gas (Aave, CRV,
/// 22 November 2022, left bad debt)
/// @notice Many small accounts instead of a large one: to be charged less, or to default in more pieces than keepers
/// can gather in a lock.
contract AccountSplittingAttack is Attack {
    uint32 internal constant PARTS = 50;
    uint32 internal constant MIN = 200;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0);
    }

    function test_splitting_isChargedTheSame() public {
        (Actor memory whole, Actor memory split) = (_honest("whole", 500_000), _attacker("split", 0));
        (Actor memory loser, Actor memory maker) = (_actor("loser", 61_000), _actor("maker", 5_000_000));
        _trade(whole, loser, btc, 10e9, 60_000e18);
        for (uint32 i = 1; i <= PARTS; ++i) {
            Actor memory part = _numbered(split, i);
            _fund(part.id, 10_000 * TOKEN);
            _trade(part, maker, btc, int256(10e9) / int32(PARTS), 60_000e18);
        }
        _settleAnchors(solo);
        _begin();
        _jumpAndSettle(btc, 72_000e18, loser.id);
        // Bound: equal to rounding; both held 10 units through the jump.
        int256 more = _change().attacker - (_change().traders - 5e9); // less the keeper's refund
        _line("splitting a winner", more, -more);
        vm.assertLe(more, 2_000, "the split winner kept more");
        vm.assertLt(_change().traders, 120_000e9, "nobody was charged: this test says nothing");
    }

    /// A loser of least positions. Each that a keeper does not reach in the lock leaves its debt to nobody: the vault,
    /// then everybody. The promise has this condition (docs/design.md, section 5, iii), so what is asserted is its
    /// price: the debts left out, no more.
    function test_splittingALoser_costsTheDebtsOfThoseLeftOut() public {
        (Actor memory winner, Actor memory split) = (_attacker("winner", 500_000), _attacker("split", 0));
        _honest("bystander", 1_000_000);
        AccountId[] memory ids = new AccountId[](MIN);
        for (uint32 i = 1; i <= MIN; ++i) {
            Actor memory part = _numbered(split, i);
            _fund(part.id, 520_000);
            _trade(winner, part, btc, 167_000, 60_000e18); // 10.02 quote, the least
            ids[i - 1] = part.id;
        }
        _settleAnchors(solo);
        _begin();
        _setPrice(btc, 72_000e18);
        venue.poke(solo);
        venue.absorb(solo, _half(ids, 0));
        _deleverage(solo);

        int256 left;
        for (uint256 i = MIN / 2; i < MIN; ++i) left -= _equity(ids[i]);
        int256 before = _equity(winner.id);
        skip(120);
        venue.absorb(solo, _half(ids, MIN / 2));
        _deleverage(solo);
        vm.assertLe(_equity(winner.id), before + 10, "the winner gained by the late ones");
        (, int256 loss) = _report("splitting a loser, 100 of 200 least accounts not reached in the lock");
        vm.assertLe(loss, left + 1e9, "more than the debts left out");
        vm.assertGt(loss, 0, "nobody was left out: this test says nothing");
    }

    function _half(AccountId[] memory ids, uint256 from) private pure returns (AccountId[] memory half) {
        half = new AccountId[](MIN / 2);
        for (uint256 i; i < half.length; ++i) half[i] = ids[from + i];
    }
}
