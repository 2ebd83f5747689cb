// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "../../contracts/types/AccountId.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack, Wealth} from "./Attack.sol";

/// @title What attacks have in common that give the vault's inventory margin in a lock
abstract contract GiftAttack is Attack {
    AccountId internal _inventory;
    Actor internal _head;
    Actor internal _loser;

    /// @dev What all have at the end, when the head of the queue gives nothing in the lock, and when he gives `gift`.
    function _withoutAndWith(uint256 gift) internal returns (Wealth memory without, Wealth memory given) {
        _begin();
        uint256 start = vm.snapshotState();
        _crash(0);
        without = _change();
        vm.revertToState(start);
        _crash(gift);
        given = _change();
    }

    /// @dev A jump, a default, a further fall while the lock runs, the gift, the settlement, and the next lock.
    function _crash(uint256 gift) private {
        _setPrice(btc, 54_000e18);
        venue.poke(solo);
        _absorb(_loser.id);
        vm.warp(_group(solo).until);
        _setPrice(btc, 48_600e18);
        if (gift != 0) {
            vm.startPrank(_head.owner);
            token.approve(address(venue), gift * TOKEN);
            venue.deposit(_inventory, gift * TOKEN);
            vm.stopPrank();
        }
        venue.deleverage(solo, 100);
        venue.poke(solo);
        _try(address(this), abi.encodeCall(venue.absorb, (solo, _list(_inventory))));
        if (_group(solo).absorbed != 0) _deleverage(solo);
    }
}
