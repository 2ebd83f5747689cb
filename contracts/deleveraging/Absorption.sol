// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {IAbsorption} from "../interfaces/IDeleveraging.sol";
import {SourceLib} from "../prices/SourceLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {AbsorbLib} from "./AbsorbLib.sol";
import {CollectLib} from "./CollectLib.sol";
import {LockLib} from "./LockLib.sol";

/// @title Lock, absorb, collect. See IClearinghouse.
contract Absorption is ClearinghouseStorage, IAbsorption {
    function poke(GroupId group) external nonReentrant {
        SourceLib.note(_ledger, group, LockLib.syncOrLock(_ledger, group));
    }

    function absorb(GroupId group, AccountId[] calldata accounts) external nonReentrant {
        AbsorbLib.absorb(_ledger, group, accounts);
    }

    function collect(AccountId account, MarketId market) external nonReentrant {
        CollectLib.collect(_ledger, account, market);
    }
}
