// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Account, Ledger} from "../../../contracts/Ledger.sol";
import {CashLib} from "../../../contracts/position/CashLib.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {AccountWord} from "../../../contracts/types/AccountWord.sol";
import {GroupId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @title The word of an account is the struct of the ledger
contract AccountWordTest is TestBase {
    Account internal _account;
    Ledger internal _ledger;

    function testFuzz_read_hasTheMembersOfTheStruct(Account memory account) public {
        _account = account;
        AccountWord word = CashLib.read(_account);
        vm.assertEq(Money.unwrap(word.cash()), account.cash, "cash");
        vm.assertEq(GroupId.unwrap(word.group()), GroupId.unwrap(account.group), "group");
        vm.assertEq(word.open(), account.open, "open");
        vm.assertEq(word.isCalled(), account.calledAt != 0, "called");
        vm.assertEq(word.minSequence(), account.minSequence, "minSequence");
        vm.assertEq(word.hasProtected(), account.hasProtected, "protected");
        vm.assertEq(word.isNetted(), account.isNetted, "netted");
        bool needsRefresh = account.hasProtected || account.isNetted;
        vm.assertEq(word.needsRefresh(), needsRefresh, "refresh");
        vm.assertEq(word.isPlain(), !needsRefresh && account.pledged == 0, "plain");
    }

    function testFuzz_storeTraded_changesCashGroupAndOpenAlone(
        Account memory account,
        int112 cash,
        uint32 group,
        uint8 open
    ) public {
        AccountId id = AccountId.wrap(1);
        // The tests of RecoveryLib and of ReliefLib have what follows from these.
        (account.hasProtected, account.isNetted) = (false, false);
        _ledger.accounts[id] = account;
        AccountWord word = CashLib.read(_ledger.accounts[id]);
        CashLib.storeTraded(_ledger, _ledger.accounts[id], id, word, Money.wrap(cash), GroupId.wrap(group), open);
        (account.cash, account.group, account.open) = (cash, GroupId.wrap(group), open);
        vm.assertEq(keccak256(abi.encode(_ledger.accounts[id])), keccak256(abi.encode(account)));
    }
}
