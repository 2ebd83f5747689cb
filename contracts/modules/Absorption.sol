// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {AbsorbLib} from "../libraries/AbsorbLib.sol";
import {LockLib} from "../libraries/LockLib.sol";
import {SourceLib} from "../libraries/SourceLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId} from "../types/MarketId.sol";

/// @title Lock and absorb. See IClearinghouse.
contract Absorption is ClearinghouseStorage {
    function poke(GroupId group) external nonReentrant {
        SourceLib.note(_ledger, group, LockLib.syncOrLock(_ledger, group));
    }

    function absorb(GroupId group, AccountId[] calldata accounts) external nonReentrant {
        AbsorbLib.absorb(_ledger, group, accounts);
    }
}
