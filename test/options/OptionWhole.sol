// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {OptionVenue} from "./OptionVenue.sol";
import {StoredBook, WholeGroup, WholeProbe} from "./WholeProbe.sol";

/// @notice A venue of which a test says all that is stored of a group after an operation: the state before, and what
/// changes.
abstract contract OptionWhole is OptionVenue {
    WholeProbe private _wholes;

    function _deployWhole() internal {
        _deployOptions();
        _wholes = new WholeProbe();
        skip(17);
    }

    function _whole(GroupId id) internal returns (WholeGroup memory) {
        return abi.decode(_askAt(address(_wholes), abi.encodeCall(WholeProbe.whole, (id))), (WholeGroup));
    }

    function _whole() internal returns (WholeGroup memory) {
        return _whole(group);
    }

    function _book(MarketId market) internal returns (StoredBook memory) {
        return abi.decode(_askAt(address(_wholes), abi.encodeCall(WholeProbe.book, (market))), (StoredBook));
    }

    function _fundingOf(MarketId market) internal returns (int88) {
        return abi.decode(_askAt(address(_wholes), abi.encodeCall(WholeProbe.fundingOf, (market))), (int88));
    }

    /// @dev Is the account registered for relief?
    function _isNetted(AccountId id) internal returns (bool) {
        return abi.decode(_askAt(address(_wholes), abi.encodeCall(WholeProbe.isNetted, (id))), (bool));
    }

    /// @dev All that is stored of the group is as in `expected`.
    function _requireWhole(GroupId id, WholeGroup memory expected) internal {
        WholeGroup memory w = _whole(id);
        vm.assertEq(abi.encode(w.group), abi.encode(expected.group), "group");
        vm.assertEq(abi.encode(w.options), abi.encode(expected.options), "options");
        vm.assertEq(abi.encode(w.perpetual), abi.encode(expected.perpetual), "perpetual");
        vm.assertEq(abi.encode(w.ladders), abi.encode(expected.ladders), "ladders");
        vm.assertEq(abi.encode(w), abi.encode(expected), "and the rest");
    }

    function _requireWhole(WholeGroup memory expected) internal {
        _requireWhole(group, expected);
    }

    function _quote(int256 quote) internal pure returns (Money) {
        return Money.wrap(quote * int256(QUOTE));
    }
}
