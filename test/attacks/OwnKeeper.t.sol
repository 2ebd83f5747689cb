// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill} from "../base/Packing.sol";
import {Attack} from "./Attack.sol";

/// @title An owner who is his own keeper
/// @custom:source Euler, 13 March 2023: an account was liquidated by its owner's other address, and the reward stayed
/// with the owner
/// @notice The owner of an account below maintenance margin liquidates it himself, or by a key that he once authorised,
/// and gets back the keeper's part of the discount that he pays.
contract OwnKeeperAttack is Attack {
    uint256 private constant MARK = 58_500e18;

    Actor internal owner;
    Actor internal delegate;
    Actor internal stranger;
    AccountId internal inventory;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        owner = _attacker("owner", 32_000);
        delegate = _attacker("delegate", 200_000);
        stranger = _honest("stranger", 200_000);
        Actor memory counterparty = _honest("counterparty", 5_000_000);
        _trade(owner, counterparty, btc, 10e9, 60_000e18);
        inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        venue.collectFees();
    }

    // ------------------------------------------------------------------ the vault's way

    function test_toVault_theOwnerGetsNothing_andTheVaultKeepsItsDiscount() public {
        _below(MARK);
        int256 paper = _change().attacker;
        _toVault(owner.owner);
        (int256 gain, ) = _reportBeyond("an owner who hands himself to the vault", paper);
        vm.assertLt(gain, 0, "he pays the whole discount");
        vm.assertGe(_vaultsGain(), 5_000, "the vault keeps its discount, ppm");
        vm.assertEq(_cash(accountOf(owner.owner, 7)), 0, "nothing for his other account");
    }

    /// A stranger gets what is above the vault's discount, at most his share.
    function test_toVault_aStrangerGetsWhatTheVaultsDiscountLeaves() public {
        _below(58_350e18); // equity 15,260 of 17,505: a discount of about 5,700 ppm
        int256 before = _cash(stranger.id);
        _toVault(stranger.owner);
        int256 notional = _size(inventory, btc) * 58_350;
        vm.assertGt(_cash(stranger.id), before, "something");
        vm.assertApproxEqAbs(_vaultsGain(), 5_000, 1, "the vault keeps its discount to the ppm");
        vm.assertLt(((_cash(stranger.id) - before) * 1e6) / notional, 2_850, "less than half of it");
    }

    function test_toVault_belowAThirdOfMaintenanceMargin_theSharesAreAsEver() public {
        _below(57_400e18); // equity 5,760 of 17,220: the discount is the ratio's limit, about 10,034 ppm
        int256 before = _cash(stranger.id);
        int256 pot = _vaultWorth();
        _toVault(stranger.owner);
        vm.assertApproxEqAbs(_vaultWorth() - pot, _cash(stranger.id) - before, 40e9, "half each");
    }

    function test_toVault_aDelegateGetsNothing_whileListed() public {
        _list(owner, delegate.owner, type(uint256).max);
        _delegateGetsNothing();
    }

    function test_toVault_aDelegateGetsNothing_afterHisRevocation() public {
        _list(owner, delegate.owner, type(uint256).max);
        _list(owner, delegate.owner, 0);
        _delegateGetsNothing();
    }

    function test_toVault_aDelegateGetsNothing_revokedTwice() public {
        _list(owner, delegate.owner, type(uint256).max);
        _list(owner, delegate.owner, 0);
        _list(owner, delegate.owner, 0);
        _delegateGetsNothing();
    }

    function test_toVault_aDelegateGetsNothing_afterHisExpiry() public {
        _list(owner, delegate.owner, block.timestamp + 1);
        skip(2);
        _delegateGetsNothing();
    }

    function test_toVault_whoListsTheOwnerGetsNothing() public {
        _list(delegate, owner.owner, type(uint256).max);
        _delegateGetsNothing();
    }

    /// Who is revoked without having been listed is no acquaintance: nobody is shut out for less than a listing.
    function test_revokingAStrangerDoesNotListHim() public {
        _list(owner, stranger.owner, 0);
        _below(58_000e18);
        int256 before = _cash(stranger.id);
        _toVault(stranger.owner);
        vm.assertGt(_cash(stranger.id), before, "he is paid");
    }

    /// A revocation is one: the key signs nothing any more.
    function test_revocation_endsTheAuthority() public {
        _list(owner, delegate.owner, type(uint256).max);
        _list(owner, delegate.owner, 0);
        vm.expectRevert(abi.encodeWithSelector(ITrading.SignerNotAuthorised.selector, owner.owner, delegate.owner));
        vm.prank(delegate.owner);
        venue.cancelBelow(owner.id, 5);
    }

    // ------------------------------------------------------------------ the other ways

    function test_toAccount_aDelegateCannotTakeOver_inEitherDirection_norAfterHisRevocation() public {
        _list(owner, delegate.owner, type(uint256).max);
        _below(MARK);
        _cannotTakeOver(delegate);
        _list(owner, delegate.owner, 0);
        _cannotTakeOver(delegate);
        _list(stranger, owner.owner, 1);
        _cannotTakeOver(stranger);
    }

    /// The owner sees a keeper's takeover coming and lists him, which needs no consent: the keeper would have taken the
    /// position at the mark, without a discount. He loses the gas of a refusal, and anybody else takes over as ever.
    function test_toAccount_aKeeperListedWhileHisCallIsOnItsWayTakesNothingForNothing() public {
        _below(MARK);
        _list(owner, stranger.owner, 1);
        _cannotTakeOver(stranger);
        vm.assertEq(_size(stranger.id, btc), 0, "he has a position");
        int256 pot = _cash(vault.id);
        (bool ok, ) = _tryLiquidate(delegate, owner.id, btc, type(uint256).max);
        vm.assertTrue(ok, "somebody else");
        vm.assertApproxEqAbs(_equity(delegate.id) - 200_000e9, _cash(vault.id) - pot, 1, "half each");
        (int256 gain, ) = _reportBeyond("an owner who lists the keeper that comes for him", 0);
        vm.assertLt(gain, 0);
    }

    /// Nobody is shut out of the vault's way, and the vault cannot be shut out by being listed.
    function test_toVault_theVaultCannotBeListedAway() public {
        _list(owner, vault.owner, 1);
        _below(MARK);
        _toVault(stranger.owner);
        vm.assertGt(_size(inventory, btc), 0);
    }

    function test_toAccount_aStrangerGetsHisShare() public {
        _below(MARK);
        int256 pot = _cash(vault.id);
        (bool ok, ) = _tryLiquidate(stranger, owner.id, btc, type(uint256).max);
        vm.assertTrue(ok);
        vm.assertApproxEqAbs(_equity(stranger.id) - 200_000e9, _cash(vault.id) - pot, 1, "half each");
        vm.assertGt(_equity(stranger.id), 200_000e9);
    }

    /// By orders: makers of his are as good as he, so an owner's liquidation of himself fills at the mark or better
    /// only.
    function test_byOrders_anOwnersMakersTakeOverAtTheMark_andTheVaultHasAll() public {
        _below(MARK);
        int256 paper = _change().attacker;
        Fill[] memory fills = new Fill[](2);
        fills[0] = _makerFill(delegate, btc, 5e9, MARK - MARK / 10_000)[0];
        fills[1] = _makerFill(stranger, btc, 5e9, MARK)[0];
        int256 pot = _cash(vault.id);
        int256 equity = _equity(owner.id);
        vm.prank(owner.owner);
        venue.liquidate(owner.id, btc, 7, _pack(fills));
        vm.assertEq(_size(delegate.id, btc), 0, "below the mark: passed over");
        vm.assertGt(_size(stranger.id, btc), 0, "at the mark");
        vm.assertEq(_cash(vault.id) - pot, equity - _equity(owner.id), "the whole discount");
        vm.assertEq(_cash(accountOf(owner.owner, 7)), 0, "nothing for him");
        (int256 gain, ) = _reportBeyond("an owner who liquidates himself by orders", paper);
        vm.assertLt(gain, 0);
    }

    /// Listing the keeper that comes for him, or any maker, stops no liquidation by orders: it takes the keeper's part
    /// only.
    function test_byOrders_aKeeperListedWhileHisCallIsOnItsWay_stillLiquidates() public {
        _below(MARK);
        Fill[] memory fills = _makerFill(delegate, btc, 10e9, MARK - MARK / 10_000);
        _list(owner, stranger.owner, 1);
        int256 before = _cash(stranger.id);
        int256 pot = _cash(vault.id);
        int256 equity = _equity(owner.id);
        vm.prank(stranger.owner);
        venue.liquidate(owner.id, btc, 0, _pack(fills));
        int256 closed = _size(delegate.id, btc);
        vm.assertGt(closed, 0, "the maker is filled below the mark");
        int256 premium = (closed * int256(MARK / 10_000)) / 1e18;
        vm.assertApproxEqAbs(_cash(vault.id) - pot + premium, equity - _equity(owner.id), 3, "the rest is the vault's");
        vm.assertEq(_cash(stranger.id), before, "a listed keeper gets nothing");
    }

    /// An address that the owner lists cannot be shut out of making: a stranger's liquidation fills him as ever.
    function test_byOrders_aListedMakerIsFilledByAStrangersLiquidation() public {
        Actor memory maker = _honest("maker", 200_000);
        _list(owner, maker.owner, type(uint256).max);
        _below(MARK);
        Fill[] memory fills = _makerFill(maker, btc, 10e9, MARK - MARK / 10_000);
        vm.prank(stranger.owner);
        venue.liquidate(owner.id, btc, 0, _pack(fills));
        vm.assertGt(_size(maker.id, btc), 0);
    }

    // ------------------------------------------------------------------ inside

    function _cannotTakeOver(Actor memory who) private {
        vm.expectRevert(abi.encodeWithSelector(ITrading.SameOwner.selector, owner.owner));
        vm.prank(who.owner);
        venue.liquidateToAccount(owner.id, btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
    }

    function _delegateGetsNothing() private {
        _below(58_000e18);
        int256 before = _cash(delegate.id);
        _toVault(delegate.owner);
        vm.assertEq(_cash(delegate.id), before, "paid");
        vm.assertGe(_vaultsGain(), 5_000, "the vault keeps its discount, ppm");
    }

    int256 private _vaultBefore;

    function _below(uint256 mark) private {
        _creep(btc, mark);
        venue.marginCall(owner.id);
        skip(15);
        _vaultBefore = _vaultWorth();
        _begin();
    }

    function _toVault(address caller) private {
        uint32 number = caller == owner.owner ? 7 : 0;
        vm.prank(caller);
        venue.liquidateToVault(owner.id, btc, number, NO_NODE);
    }

    function _vaultWorth() private returns (int256) {
        return _cash(vault.id) + _equity(inventory);
    }

    /// @dev Ppm of the notional that it took, floor.
    function _vaultsGain() private returns (int256) {
        int256 notional = (_size(inventory, btc) * int256(_price(btc) / 1e15)) / 1_000;
        return ((_vaultWorth() - _vaultBefore + 3) * 1e6) / notional;
    }

    function _list(Actor memory who, address signer, uint256 expiry) private {
        vm.prank(who.owner);
        venue.setSigner(signer, expiry);
    }
}
