// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {Mode, PauseLevel, Phase} from "../../contracts/Ledger.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Making a debt invisible
/// @custom:source Class: a position is closed and its bad debt is forgotten (accounts with debt and no collateral,
/// Compound's forks); no incident cited
/// @notice An account that owes more than it has is made flat. `absorb` looks at accounts with positions only, so
/// nobody would pay: r stays 1, and who withdraws last gets nothing.
contract HiddenDebtAttack is Attack {
    uint256 private constant MARK = 60_000e18;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0);
        venue.setVaultBudget(quad, 0);
    }

    /// The handed case. Bound: all share what nobody backs; the last one is paid like the first.
    function test_collect_ofASettledMarket_hidesNoDebt() public {
        Actor memory honest = _honest("honest", 500_000);
        Actor memory x = _attacker("X", 32_000);
        Actor memory y = _attacker("Y", 100_000);
        _wallet(vault.owner, true);
        _wallet(treasury, true);
        _begin();
        _trade(x, y, btc, 10e9, MARK);
        _creep(btc, 55_000e18); // nobody liquidates X: he owes about 18,000
        _settleMarket(btc);
        int256 owed = _equity(x.id);
        vm.assertLt(owed, -17_000e9);

        _collectIsRefused(x.id, btc, owed);
        venue.collect(y.id, btc);
        venue.absorb(solo, _list(x.id));
        _deleverage(solo);
        vm.assertEq(_cash(x.id), 0);
        uint256 rate = venue.recoveryRate();
        vm.assertEq(_shortfall(), uint256(-owed), "nobody gained in a jump");

        // Y first, the vault over days, the honest one last: each claim is worth the same.
        uint256 claims = uint256(_cash(y.id));
        vm.assertApproxEqAbs(_drain(y), (claims * rate) / 1e18 / 1e3, 2);
        venue.collectFees();
        for (uint256 i; i < 4; ++i) {
            skip(2 days + 1);
            _tryWithdraw(vault, 500_000 * TOKEN);
            _drain(vault);
        }
        skip(2 days + 1);
        vm.assertApproxEqAbs(_drain(honest), (500_000 * TOKEN * rate) / 1e18, 2, "the last one");
        _report("collecting a settled market to hide a debt");
    }

    /// In a group whose markets are all settled no gap will ever lock: a debt below minDebt must be absorbable all the
    /// same.
    function test_smallDebtInASettledGroup_isAbsorbed() public {
        Actor memory x = _actor("X", 32_000);
        Actor memory y = _actor("Y", 100_000);
        _trade(x, y, btc, 10e9, MARK);
        uint256 zero = uint256(60_000e9 * 10 - _equity(x.id)) / 10; // the mark at which he has nothing, 1e-9 quote
        _creep(btc, zero * 1e9 - 3e18); // and now owes 30
        _settleMarket(btc);
        int256 owed = _equity(x.id);
        vm.assertLt(owed, 0);
        vm.assertGt(owed, -100e9, "below minDebt");
        _collectIsRefused(x.id, btc, owed);
        venue.absorb(solo, _list(x.id));
        _deleverage(solo);
        vm.assertEq(_account(x.id).open, 0);
        vm.assertEq(_cash(x.id), 0);
        vm.assertEq(_shortfall(), uint256(-owed));
        vm.assertEq(uint256(_group(solo).phase), uint256(Phase.NORMAL));
    }

    /// While one market trades on, minDebt still guards against locks by dust.
    function test_smallDebtWhileAMarketIsOpen_stillDoesNotLock() public {
        MarketId first = quad.market(0);
        Actor memory x = _actor("X", 32_000);
        Actor memory y = _actor("Y", 100_000);
        _trade(x, y, first, 10e9, MARK);
        uint256 zero = uint256(60_000e9 * 10 - _equity(x.id)) / 10;
        _creep(first, zero * 1e9 - 3e18);
        _settleMarket(first);
        (bool ok, bytes4 reason) = _try(address(this), abi.encodeCall(venue.absorb, (quad, _list(x.id))));
        vm.assertFalse(ok);
        vm.assertEq(bytes32(reason), bytes32(IDeleveraging.DebtTooSmall.selector));
        _collectIsRefused(x.id, first, _equity(x.id));
    }

    /// Two legs, both settled: whichever is collected last is refused, and only then; what he owes is absorbed.
    function test_collect_ofTheLastOfTwoLegs_isRefused() public {
        (MarketId first, MarketId second) = (quad.market(0), quad.market(1));
        Actor memory x = _actor("X", 40_000);
        Actor memory y = _actor("Y", 1_000_000);
        _trade(x, y, first, 5e9, MARK);
        _trade(x, y, second, 100e9, 3_000e18);
        _creep(first, 61_000e18);
        _creep(second, 2_400e18); // 5,000 gained, 60,000 lost
        _settleMarket(first);
        _settleMarket(second);
        uint256 start = vm.snapshotState();
        for (uint256 order; order < 2; ++order) {
            (MarketId one, MarketId other) = order == 0 ? (first, second) : (second, first);
            venue.collect(x.id, one);
            vm.assertEq(_account(x.id).open, 1 << other.index(), "a leg stays");
            int256 owed = _equity(x.id);
            _collectIsRefused(x.id, other, owed);
            _setPrice(quad.market(2), 150e18);
            _setPrice(quad.market(3), 0.5e18);
            venue.absorb(quad, _list(x.id));
            _deleverage(quad);
            vm.assertEq(_shortfall(), uint256(-owed));
            vm.revertToState(start);
        }
    }

    /// A debt of a single unit is one too; none at all is not.
    function test_collect_atExactlyNothing_passes_andAUnitBelowDoesNot() public {
        Actor memory x = _actor("X", 32_000);
        Actor memory y = _actor("Y", 100_000);
        _trade(x, y, btc, 10e9, MARK);
        uint256 zero = uint256(60_000e9 * 10 - _equity(x.id)) / 10;
        vm.assertEq((60_000e9 * 10 - _equity(x.id)) % 10, 0, "a mark of nothing exists");
        uint256 start = vm.snapshotState();
        _creep(btc, zero * 1e9);
        _settleMarket(btc);
        vm.assertEq(_equity(x.id), 0);
        venue.collect(x.id, btc);
        vm.assertEq(_cash(x.id), 0);
        vm.revertToState(start);
        _creep(btc, zero * 1e9 - 1e8); // a ten-billionth of a quote below, times ten coins
        _settleMarket(btc);
        vm.assertEq(_equity(x.id), -1);
        _collectIsRefused(x.id, btc, -1);
    }

    /// The vault's own inventory: a settlement that would close it below zero passes it over, and it is absorbed later.
    function test_settlement_doesNotCloseAnInventoryBelowZero() public {
        venue.setVaultBudget(solo, uint96(20_000 * QUOTE));
        AccountId inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        Actor memory keeper = _actor("keeper", 1_000_000);
        Actor memory long = _actor("long", 32_000);
        _trade(long, keeper, btc, 10e9, MARK);
        _creep(btc, 58_500e18);
        (bool took, ) = _tryLiquidateToVault(keeper, long.id, btc);
        vm.assertTrue(took, "the vault took nothing: this test says nothing");
        int256 held = _size(inventory, btc);

        // A short with little margin at the present mark, opposite to the inventory.
        Actor memory short = _actor("short", 31_000);
        _trade(short, keeper, btc, -int256(10e9), 58_500e18);
        _settleAnchors(solo);
        _tryLiquidateToVault(keeper, long.id, btc);
        _sinkBelowZero(inventory, keeper);
        vm.assertLt(_equity(inventory), 0, "the inventory is not below zero");

        // The short is made a defaulter of the same lock by a mark that jumps back.
        _setPrice(btc, (_price(btc) * 1_060) / 1_000);
        vm.assertLt(_equity(inventory), 0);
        venue.poke(solo);
        if (_equity(short.id) < 0) venue.absorb(solo, _list(short.id));
        held = _size(inventory, btc);
        if (_group(solo).absorbed != 0) _deleverage(solo);
        vm.assertTrue(_account(inventory).open != 0 || _cash(inventory) >= 0, "flat, and owes");
        vm.assertEq(_size(inventory, btc), held, "it took part");
        venue.absorb(solo, _list(inventory));
    }

    /// An inventory below zero in a settled market: at a lock the pot would pay for it, so that nobody is left to be
    /// absorbed, and collect must not wait for an absorb that never comes. Bound: the pot pays what its inventory owes,
    /// within the budget; no claim is cut.
    function test_collect_ofAnInventoryBelowZero_isPaidByThePot() public {
        (AccountId inventory, int256 owed) = _settledInventoryBelowZero();
        int256 pots = _cash(pot);
        (bool ok, ) = _try(address(this), abi.encodeCall(venue.absorb, (solo, _list(inventory))));
        vm.assertFalse(ok, "absorbed: this test says nothing");
        venue.collect(inventory, btc);
        vm.assertEq(_account(inventory).open, 0);
        vm.assertEq(_cash(inventory), 0);
        vm.assertEq(_cash(pot), pots - owed);
        vm.assertEq(uint256(_group(solo).vaultSpent), uint256(owed), "counts against the budget");
        vm.assertEq(_shortfall(), 0);
    }

    /// Beyond the budget it defaults like any account.
    function test_collect_ofAnInventoryBelowItsBudget_isRefused_andAbsorbed() public {
        (AccountId inventory, int256 owed) = _settledInventoryBelowZero();
        venue.setVaultBudget(solo, uint96(uint256(owed - 1)));
        _collectIsRefused(inventory, btc, -1);
        venue.absorb(solo, _list(inventory));
        _deleverage(solo);
        vm.assertEq(_account(inventory).open, 0);
        vm.assertEq(_cash(inventory), 0);
        vm.assertEq(_shortfall(), 1);
    }

    function _settledInventoryBelowZero() private returns (AccountId inventory, int256 owed) {
        venue.setVaultBudget(solo, uint96(30_000 * QUOTE));
        inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        Actor memory keeper = _actor("keeper", 1_000_000);
        Actor memory long = _actor("long", 32_000);
        _trade(long, keeper, btc, 10e9, MARK);
        _creep(btc, 58_500e18);
        (bool took, ) = _tryLiquidateToVault(keeper, long.id, btc);
        vm.assertTrue(took, "the vault took nothing: this test says nothing");
        while (_equity(inventory) >= -1_000e9) _creep(btc, (_price(btc) * 995) / 1_000);
        _settleMarket(btc);
        owed = -_equity(inventory);
        vm.assertGt(owed, 100e9);
        vm.assertLt(owed, 30_000e9);
    }

    function _sinkBelowZero(AccountId id, Actor memory) private {
        while (_equity(id) >= 0) _creep(btc, (_price(btc) * 99) / 100);
        _creep(btc, (_price(btc) * 90) / 100);
    }

    function _settleMarket(MarketId market) private {
        venue.pause(market, PauseLevel.NO_NEW_RISK, 7 days);
        skip(2 days + 1);
        venue.poke(market.group());
        venue.settleMarket(market);
    }

    function _collectIsRefused(AccountId id, MarketId market, int256 owed) private {
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.AccountInsolvent.selector, id, Money.wrap(owed)));
        venue.collect(id, market);
    }

    function _drain(Actor memory a) private returns (uint256 got) {
        uint256 had = token.balanceOf(a.owner);
        _tryWithdraw(a, type(uint256).max);
        return token.balanceOf(a.owner) - had;
    }
}
