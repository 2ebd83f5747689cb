// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../../contracts/interfaces/IAccounts.sol";
import {IDeleveraging} from "../../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {IInsuranceVault} from "../../../contracts/interfaces/IInsuranceVault.sol";
import {ILiquidation} from "../../../contracts/interfaces/ILiquidation.sol";
import {IPriceSource} from "../../../contracts/interfaces/IPriceSource.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Mode, PauseLevel, Phase} from "../../../contracts/Ledger.sol";
import {MockPriceSource} from "../../../contracts/mocks/MockPriceSource.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE} from "../../../contracts/types/NodeId.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {InsuranceVault} from "../../../contracts/vault/InsuranceVault.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";
import {Vm} from "../../base/TestBase.sol";
import {Fill} from "../../base/Packing.sol";

/// @notice The table of docs/prices.md, cell by cell: every entry point under every state of the price of market `a` of
/// a group.
contract PriceTableTest is Fixture {
    enum State {
        FRESH,
        STALE,
        INSANE,
        BROKEN,
        DOWN,
        GAP,
        LOCKED,
        SETTLING
    }

    enum Act {
        DEPOSIT,
        WITHDRAW_FLAT,
        WITHDRAW,
        WITHDRAW_OTHER,
        TRANSFER,
        TRANSFER_FLAT,
        INCREASE,
        REDUCE,
        INCREASE_OTHER,
        INCREASE_OTHER_WITH_LEG,
        REDUCE_OTHER_WITH_LEG,
        FILL_ORDER,
        CANCEL,
        CANCEL_BELOW,
        MARGIN_CALL,
        CLEAR_CALL,
        LIQUIDATE,
        LIQUIDATE_TO_ACCOUNT,
        LIQUIDATE_MANY,
        LIQUIDATE_TO_VAULT,
        LIQUIDATE_OTHER,
        LIQUIDATE_OTHER_TO_ACCOUNT,
        LIQUIDATE_OTHER_MANY,
        LIQUIDATE_OTHER_TO_VAULT,
        POKE,
        ABSORB,
        ABSORB_OTHER,
        DELEVERAGE,
        BUY_INVENTORY,
        COLLECT,
        CREATE_MARKET,
        SET_PRICE_SOURCE,
        SETTLE_MARKET,
        VAULT_DEPOSIT,
        VAULT_REDEEM
    }

    bytes4 internal constant OK = bytes4(0);
    uint256 internal constant STATES = 8;

    InsuranceVault internal insurance;
    GroupId internal group;
    /// The market whose price the states are about, another one, and one that is settled.
    MarketId internal a;
    MarketId internal b;
    MarketId internal c;
    uint256 internal markA;
    uint256 internal markB;

    Actor internal maker;
    /// Flat, with cash.
    Actor internal keeper;
    /// Long in `a` and `b`; long in `b` only. Rich.
    Actor internal both;
    Actor internal other;
    /// Short in `a`, called, cured by the price.
    Actor internal called;
    /// Long, mostly in `b`, below maintenance margin.
    Actor internal weak;
    /// Long in `a` only, in `b` only: little margin left.
    Actor internal thinA;
    Actor internal thinB;
    /// Has a position in `c` to collect.
    Actor internal settled;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        insurance = InsuranceVault(
            _create(type(InsuranceVault).name, abi.encode(venue, token, "Insurance", "INS", 10 minutes, 1 hours))
        );
        venue.setVault(address(insurance));
        group = venue.createGroup();
        a = _list(group, 60_000e18, Mode.QUEUE, 20_000 * BASE);
        b = _list(group, 3_000e18, Mode.QUEUE, 400_000 * BASE);
        c = _list(group, 150e18, Mode.QUEUE, 8_000_000 * BASE);
        (markA, markB) = (60_000e18, 3_000e18);
        venue.setVaultBudget(group, uint96(60_000 * QUOTE));
        token.mint(address(this), 1_000_000 * TOKEN);
        token.approve(address(insurance), type(uint256).max);
        insurance.initialise(200_000 * TOKEN);
        insurance.deposit(50_000 * TOKEN, address(this));
        insurance.requestRedeem(insurance.balanceOf(address(this)) / 2, address(this), address(this));

        maker = _actor("maker", 20_000_000);
        keeper = _actor("keeper", 5_000_000);
        both = _actor("both", 500_000);
        other = _actor("other", 500_000);
        _settleC();
        _trade(both, maker, a, 1e9, markA);
        _trade(both, maker, b, 20e9, markB);
        _trade(other, maker, b, 20e9, markB);

        called = _thin("called", a, -1e9);
        _walkA(61_800e18);
        venue.marginCall(called.id);
        _walkB(3_090e18);
        weak = _thin("weak", b, 100e9);
        _fund(weak.id, 3_500 * TOKEN);
        _trade(weak, maker, a, 1e9, markA);
        thinA = _thin("thin in a", a, 50e9);
        thinB = _thin("thin in b", b, 900e9);
        Actor memory former = _thin("former", a, 10e9);
        _walkB(3_000e18);
        _walkA(60_000e18);
        venue.marginCall(former.id);
        skip(15);
        vm.prank(keeper.owner);
        venue.liquidateToVault(former.id, a, 0, NO_NODE);
        _settleAnchors(group);
        skip(2 hours);
        _settleAnchors(group);
        venue.marginCall(weak.id);
        _settleAnchors(group);
    }

    // ------------------------------------------------------------------ the table

    function test_deposit_isAlwaysOpen() public {
        _row(Act.DEPOSIT, OK, OK, OK, OK, OK);
    }

    function test_withdraw_ofAFlatAccountDependsOnNoPrice() public {
        _row(Act.WITHDRAW_FLAT, OK, OK, OK, OK, OK);
        _row(Act.TRANSFER_FLAT, OK, OK, OK, OK, OK);
    }

    function test_withdraw_withAPositionNeedsItsPricesAndAnOpenGroup() public {
        _row(Act.WITHDRAW, OK, _stale(), _gap(), _locked(), _locked());
        _row(Act.TRANSFER, OK, _stale(), _gap(), _locked(), _locked());
        _row(Act.WITHDRAW_OTHER, OK, OK, _gap(), _locked(), _locked());
    }

    function test_settle_needsTheMarketsPriceAndAnOpenGroup() public {
        bytes4 notFresh = ITrading.PriceNotFresh.selector;
        _row(Act.INCREASE, OK, notFresh, _gap(), _locked(), _locked());
        _row(Act.REDUCE, OK, notFresh, _gap(), _locked(), _locked());
        _row(Act.FILL_ORDER, OK, notFresh, _gap(), _locked(), _locked());
    }

    function test_settle_inAnotherMarketNeedsTheLegsPriceToIncreaseOnly() public {
        _row(Act.INCREASE_OTHER, OK, OK, _gap(), _locked(), _locked());
        _row(Act.INCREASE_OTHER_WITH_LEG, OK, _stale(), _gap(), _locked(), _locked());
        _row(Act.REDUCE_OTHER_WITH_LEG, OK, OK, _gap(), _locked(), _locked());
    }

    function test_cancel_isAlwaysOpen() public {
        _row(Act.CANCEL, OK, OK, OK, OK, OK);
        _row(Act.CANCEL_BELOW, OK, OK, OK, OK, OK);
    }

    function test_marginCall_needsThePriceOfEveryLeg() public {
        _row(Act.MARGIN_CALL, OK, _stale(), OK, OK, OK);
    }

    function test_clearCall_countsAStaleLegWorsened() public {
        _row(Act.CLEAR_CALL, OK, ITrading.InsufficientMargin.selector, OK, OK, OK);
    }

    function test_liquidate_needsTheMarketsPrice() public {
        bytes4 notFresh = ITrading.PriceNotFresh.selector;
        _row(Act.LIQUIDATE, OK, notFresh, _gap(), OK, _locked());
        _row(Act.LIQUIDATE_TO_ACCOUNT, OK, notFresh, _gap(), OK, _locked());
        _row(Act.LIQUIDATE_MANY, OK, notFresh, _gap(), OK, _locked());
        _row(Act.LIQUIDATE_TO_VAULT, OK, notFresh, _gap(), IAccounts.GroupsLocked.selector, _locked());
    }

    function test_liquidate_inAnotherMarketGoesOnWithAStaleLeg() public {
        _row(Act.LIQUIDATE_OTHER, OK, OK, _gap(), OK, _locked());
        _row(Act.LIQUIDATE_OTHER_TO_ACCOUNT, OK, OK, _gap(), OK, _locked());
        _row(Act.LIQUIDATE_OTHER_MANY, OK, OK, _gap(), OK, _locked());
        // The vault has inventory in the stale market, so it takes no new risk.
        bytes4 groupsLocked = IAccounts.GroupsLocked.selector;
        _row(Act.LIQUIDATE_OTHER_TO_VAULT, OK, _stale(), _gap(), groupsLocked, _locked());
    }

    function test_poke_isAlwaysOpen() public {
        _row(Act.POKE, OK, OK, OK, OK, OK);
    }

    function test_absorb_needsTheLegsPriceToBegin() public {
        _row(Act.ABSORB, OK, IDeleveraging.NothingToAbsorb.selector, OK, OK, _locked());
        _row(Act.ABSORB_OTHER, OK, OK, OK, OK, _locked());
    }

    function test_deleverage_dependsOnTheLockAlone() public {
        bytes4 normal = IDeleveraging.GroupNotLocked.selector;
        _row(Act.DELEVERAGE, normal, normal, normal, IDeleveraging.LockStillRunning.selector, OK);
    }

    function test_buyInventory_needsTheMarketsPriceAndAnOpenGroup() public {
        _row(Act.BUY_INVENTORY, OK, ITrading.PriceNotFresh.selector, _gap(), _locked(), _locked());
    }

    function test_collect_dependsOnTheLockAlone() public {
        _row(Act.COLLECT, OK, OK, OK, _locked(), _locked());
    }

    function test_governance_waitsForTheLockAndTheGap() public {
        _row(Act.CREATE_MARKET, OK, OK, OK, _locked(), _locked());
        _row(Act.SET_PRICE_SOURCE, OK, OK, _gap(), _locked(), _locked());
        _row(Act.SETTLE_MARKET, OK, IGovernance.SourceNotDead.selector, _gap(), _locked(), _locked());
    }

    function test_vaultFlows_needThePricesOfItsInventoryAndNoLock() public {
        bytes4 closed = IInsuranceVault.VaultFlowsClosed.selector;
        _row(Act.VAULT_DEPOSIT, OK, closed, closed, closed, closed);
        _row(Act.VAULT_REDEEM, OK, closed, closed, closed, closed);
    }

    // ------------------------------------------------------------------ what the table's notes say

    function test_poke_movesAnchorsOnlyWhileAllPricesAreFresh() public {
        skip(120);
        for (uint256 state = uint256(State.STALE); state <= uint256(State.DOWN); ++state) {
            uint256 before = vm.snapshotState();
            _setPrice(b, 3_010e18);
            _apply(State(state));
            uint40 since = _group(group).anchorsDue;
            venue.poke(group);
            vm.assertEq(uint256(_group(group).anchorsDue), since, "the whole group waits");
            vm.assertEq(_market(b).recordedMark, int256(3_000e18));
            vm.revertToState(before);
        }
        _setPrice(b, 3_010e18);
        venue.poke(group);
        vm.assertEq(_market(b).recordedMark, int256(3_010e18));
    }

    function test_poke_locksAtAGapAndLeavesALockAlone() public {
        _apply(State.GAP);
        vm.assertTrue(_group(group).phase == Phase.NORMAL);
        venue.poke(group);
        vm.assertTrue(_group(group).phase == Phase.LOCKED);
        int256 frozen = _market(a).recordedMark;
        uint40 until = _group(group).until;
        _setPrice(a, 50_000e18);
        skip(60);
        venue.poke(group);
        vm.assertEq(int256(_market(a).recordedMark), frozen, "frozen");
        vm.assertEq(uint256(_group(group).until), until);
        skip(60);
        venue.poke(group); // the lock ends, and the jump since then opens the next
        vm.assertTrue(_group(group).phase == Phase.LOCKED);
        vm.assertEq(_market(a).anchor, frozen);
        vm.assertEq(_market(a).recordedMark, int256(50_000e18));
    }

    function test_gap_ofAnotherMarketLocksThoughOneIsStale() public {
        _apply(State.STALE);
        _setPrice(b, 2_900e18);
        venue.poke(group);
        vm.assertTrue(_group(group).phase == Phase.LOCKED);
        vm.assertEq(_market(a).recordedMark, int256(60_000e18), "frozen at its last mark");
    }

    function test_absorb_inALockAsksNoLivePrice() public {
        _prepare(Act.ABSORB);
        for (uint256 state = uint256(State.STALE); state <= uint256(State.DOWN); ++state) {
            uint256 before = vm.snapshotState();
            _apply(State.LOCKED);
            _applySource(State(state));
            venue.absorb(group, _list(thinA.id));
            vm.assertEq(uint256(_group(group).absorbed), 1);
            vm.revertToState(before);
        }
    }

    function test_deleverage_asksNoLivePrice() public {
        for (uint256 state = uint256(State.STALE); state <= uint256(State.DOWN); ++state) {
            uint256 before = vm.snapshotState();
            _apply(State.SETTLING);
            _applySource(State(state));
            vm.assertTrue(venue.deleverage(group, type(uint256).max));
            vm.revertToState(before);
        }
    }

    function test_lock_endsByItselfWithoutAPrice() public {
        for (uint256 state = uint256(State.STALE); state <= uint256(State.DOWN); ++state) {
            uint256 before = vm.snapshotState();
            _apply(State.LOCKED);
            _applySource(State(state));
            vm.warp(_group(group).until);
            venue.poke(group);
            vm.assertTrue(_group(group).phase == Phase.NORMAL);
            vm.revertToState(before);
        }
    }

    function test_liquidate_inALockNeedsALivePrice() public {
        _apply(State.LOCKED);
        _applySource(State.STALE);
        vm.assertEq(_outcome(Act.LIQUIDATE_TO_ACCOUNT), bytes32(ITrading.PriceNotFresh.selector));
        vm.assertEq(_outcome(Act.LIQUIDATE_OTHER_TO_ACCOUNT), bytes32(OK));
    }

    function test_liquidate_inAnotherMarketGoesOnWithoutDiscountWhenTheStaleLegTakesEquityBelowZero() public {
        Actor memory heavy = _thin("heavy", a, 1e9);
        _fund(heavy.id, 3_000 * TOKEN);
        _trade(heavy, maker, b, 20e9, markB);
        _walkB(2_820e18);
        _apply(State.STALE);
        vm.expectPartialRevert(IDeleveraging.NothingToAbsorb.selector);
        venue.absorb(group, _list(heavy.id));
        vm.prank(keeper.owner);
        vm.recordLogs();
        venue.liquidateToAccount(heavy.id, b, 0, 1e8, NO_NODE, ANY_PRICE, NEVER);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Vm.Log memory told = logs[logs.length - 1];
        vm.assertEq(told.topics[0], ILiquidation.Liquidated.selector);
        vm.assertEq(told.topics[1], bytes32(uint256(AccountId.unwrap(heavy.id))));
        vm.assertEq(told.topics[3], bytes32(uint256(AccountId.unwrap(keeper.id))));
        (uint256 closed, uint256 discount, int256 toKeeper, int256 toVault) = abi.decode(
            told.data,
            (uint256, uint256, int256, int256)
        );
        vm.assertEq(closed, 1e8);
        vm.assertEq(discount, 0);
        vm.assertTrue(toKeeper == 0 && toVault == 0);
    }

    function test_vault_withoutInventoryDependsOnNoStalePrice() public {
        vm.prank(keeper.owner);
        venue.buyInventory(a, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        for (uint256 state = uint256(State.STALE); state <= uint256(State.DOWN); ++state) {
            uint256 before = vm.snapshotState();
            _apply(State(state));
            vm.assertEq(_outcome(Act.VAULT_DEPOSIT), bytes32(OK), "deposit");
            vm.assertEq(_outcome(Act.VAULT_REDEEM), bytes32(OK), "redeem");
            vm.assertEq(_outcome(Act.LIQUIDATE_OTHER_TO_VAULT), bytes32(OK), "liquidation");
            vm.revertToState(before);
        }
    }

    function test_settleMarket_takesTheLastMarkOfADeadSource() public {
        _prepare(Act.SETTLE_MARKET);
        sources[a].set(70_000e18, IPriceSource.Status.STALE);
        venue.poke(group);
        skip(1 hours);
        venue.settleMarket(a);
        vm.assertEq(_market(a).mark, int256(60_000e18));
    }

    function test_createMarket_needsItsOwnPriceOnly() public {
        MockPriceSource source = new MockPriceSource(1e18);
        source.set(1e18, IPriceSource.Status.STALE);
        vm.expectPartialRevert(ITrading.PriceNotFresh.selector);
        venue.createMarket(group, source, Mode.QUEUE, _marketParams());
    }

    // ------------------------------------------------------------------ the machine

    /// @dev Expected outcomes: with a fresh price, with one that cannot be used (stale, insane, reverting, down), at a
    /// gap, LOCKED, SETTLING.
    function _row(Act act_, bytes4 fresh, bytes4 unusable, bytes4 gap, bytes4 locked, bytes4 settling) internal {
        bytes4[8] memory expected = [fresh, unusable, unusable, unusable, unusable, gap, locked, settling];
        uint256 before = vm.snapshotState();
        for (uint256 state; state < STATES; ++state) {
            _prepare(act_);
            _apply(State(state));
            string memory cell = string.concat(vm.toString(uint256(act_)), " in ", vm.toString(state));
            vm.assertEq(_outcome(act_), bytes32(expected[state]), cell);
            vm.revertToState(before);
        }
    }

    function _outcome(Act act_) internal returns (bytes32) {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory reason) = address(this).call(abi.encodeCall(this.act, (act_)));
        return ok ? bytes32(OK) : bytes32(bytes4(reason));
    }

    /// @dev What must be there before the price changes.
    function _prepare(Act act_) internal {
        if (act_ == Act.ABSORB) _walkA(58_000e18);
        if (act_ == Act.ABSORB_OTHER) _walkB(2_900e18);
        if (act_ == Act.SETTLE_MARKET) {
            venue.pause(a, PauseLevel.NO_NEW_RISK, 7 days);
            skip(2 days);
            _settleAnchors(group);
        }
        if (act_ == Act.MARGIN_CALL) skip(1 days); // the call of `weak` has lapsed
        if (act_ == Act.MARGIN_CALL) _settleAnchors(group);
    }

    function _apply(State state) internal {
        if (state < State.GAP) return _applySource(state);
        markA = (markA * 975) / 1000;
        _setPrice(a, markA);
        if (state == State.GAP) return;
        venue.poke(group);
        if (state == State.LOCKED) return;
        venue.absorb(group, _list(thinA.id));
        vm.warp(_group(group).until);
        vm.assertFalse(venue.deleverage(group, 0), "settling");
        vm.assertTrue(_group(group).phase == Phase.SETTLING);
    }

    function _applySource(State state) internal {
        if (state == State.STALE) sources[a].set(markA, IPriceSource.Status.STALE);
        else if (state == State.INSANE) sources[a].set(markA, IPriceSource.Status.INSANE);
        else if (state == State.DOWN) sources[a].set(markA, IPriceSource.Status.DOWN);
        else if (state == State.BROKEN) sources[a].setBroken(true);
    }

    function act(Act act_) external {
        if (act_ <= Act.TRANSFER_FLAT) _actOnCash(act_);
        else if (act_ <= Act.CANCEL_BELOW) _actOnOrders(act_);
        else if (act_ <= Act.LIQUIDATE_OTHER_TO_VAULT) _actOnWeak(act_);
        else _actOnVenue(act_);
    }

    function _actOnCash(Act act_) private {
        if (act_ == Act.DEPOSIT) return _fund(called.id, 1_000 * TOKEN); // with a margin call to look at
        vm.prank(
            act_ == Act.WITHDRAW_FLAT || act_ == Act.TRANSFER_FLAT
                ? keeper.owner
                : act_ == Act.WITHDRAW_OTHER
                    ? other.owner
                    : both.owner
        );
        if (act_ == Act.TRANSFER || act_ == Act.TRANSFER_FLAT) venue.transfer(0, 1, Money.wrap(1e9));
        else venue.withdraw(0, 1 * TOKEN, address(this));
    }

    function _actOnOrders(Act act_) private {
        if (act_ == Act.INCREASE) _trade(both, maker, a, 1e8, markA);
        else if (act_ == Act.REDUCE) _trade(both, maker, a, -1e8, markA);
        else if (act_ == Act.INCREASE_OTHER) _trade(other, keeper, b, 1e9, markB);
        else if (act_ == Act.INCREASE_OTHER_WITH_LEG) _trade(both, keeper, b, 1e9, markB);
        else if (act_ == Act.REDUCE_OTHER_WITH_LEG) _trade(both, keeper, b, -1e9, markB);
        else if (act_ == Act.FILL_ORDER) {
            Fill memory fill = _makerFill(maker, a, -1e8, markA)[0];
            vm.prank(keeper.owner);
            venue.fillOrder(a, 0, _pack(fill), NO_NODE, type(uint24).max, type(uint40).max);
        } else {
            vm.prank(both.owner);
            if (act_ == Act.CANCEL) venue.cancelOrder(1 << 16, both.id);
            else venue.cancelBelow(both.id, 7);
        }
    }

    function _actOnWeak(Act act_) private {
        bool inA = act_ <= Act.LIQUIDATE_TO_VAULT;
        (MarketId market, uint256 mark) = inA ? (a, markA) : (b, markB);
        if (act_ == Act.MARGIN_CALL) venue.marginCall(weak.id);
        else if (act_ == Act.CLEAR_CALL) venue.clearCall(called.id);
        else if (act_ == Act.LIQUIDATE || act_ == Act.LIQUIDATE_OTHER) {
            Fill[] memory fills = _makerFill(keeper, market, 1e8, mark);
            venue.liquidate(weak.id, market, 0, _pack(fills));
        } else {
            vm.prank(keeper.owner);
            if (act_ == Act.LIQUIDATE_TO_VAULT || act_ == Act.LIQUIDATE_OTHER_TO_VAULT) {
                venue.liquidateToVault(weak.id, market, 0, NO_NODE);
            } else if (act_ == Act.LIQUIDATE_MANY || act_ == Act.LIQUIDATE_OTHER_MANY) {
                venue.liquidateMany(market, _list(weak.id), 0, Size.wrap(1e8), NO_NODE, ANY_PRICE, NEVER);
            } else {
                venue.liquidateToAccount(weak.id, market, 0, 1e8, NO_NODE, ANY_PRICE, NEVER);
            }
        }
    }

    function _actOnVenue(Act act_) private {
        if (act_ == Act.POKE) venue.poke(group);
        else if (act_ == Act.ABSORB) venue.absorb(group, _list(thinA.id));
        else if (act_ == Act.ABSORB_OTHER) venue.absorb(group, _list(thinB.id));
        else if (act_ == Act.DELEVERAGE) venue.deleverage(group, type(uint256).max);
        else if (act_ == Act.BUY_INVENTORY) {
            vm.prank(keeper.owner);
            venue.buyInventory(a, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        } else if (act_ == Act.COLLECT) venue.collect(settled.id, c);
        else if (act_ == Act.CREATE_MARKET) {
            venue.createMarket(group, new MockPriceSource(1e18), Mode.QUEUE, _marketParams());
        } else if (act_ == Act.SET_PRICE_SOURCE) venue.setPriceSource(a, new MockPriceSource(markA));
        else if (act_ == Act.SETTLE_MARKET) venue.settleMarket(a);
        else if (act_ == Act.VAULT_DEPOSIT) insurance.deposit(1_000 * TOKEN, address(this));
        else insurance.processBatch();
    }

    // ------------------------------------------------------------------ building

    /// @dev An actor with initial margin and little more for `size` at the mark.
    function _thin(string memory name, MarketId market, int256 size) internal returns (Actor memory actor) {
        actor = _actor(name);
        uint256 mark = market == a ? markA : markB;
        _fund(actor.id, (((_abs(size) * mark) / 1e18) * 51) / 1e6 + TOKEN);
        _trade(actor, maker, market, size, mark);
    }

    function _settleC() internal {
        settled = _actor("settled", 10_000);
        _trade(settled, maker, c, 10e9, 150e18);
        venue.pause(c, PauseLevel.NO_NEW_RISK, 3 days);
        skip(2 days);
        venue.settleMarket(c);
        _settleAnchors(group);
    }

    function _walkA(uint256 to) internal {
        markA = _walk(a, markA, to);
    }

    function _walkB(uint256 to) internal {
        markB = _walk(b, markB, to);
    }

    function _walk(MarketId market, uint256 mark, uint256 to) private returns (uint256) {
        while (mark != to) {
            uint256 step = mark / 100;
            if (to > mark) mark = to - mark > step ? mark + step : to;
            else mark = mark - to > step ? mark - step : to;
            _setPrice(market, mark);
            _settleAnchors(group);
        }
        return mark;
    }

    function _gap() private pure returns (bytes4) {
        return IDeleveraging.GapOpen.selector;
    }

    function _locked() private pure returns (bytes4) {
        return IDeleveraging.GroupLocked.selector;
    }

    function _stale() private pure returns (bytes4) {
        return ITrading.AccountHasStaleLeg.selector;
    }
}
