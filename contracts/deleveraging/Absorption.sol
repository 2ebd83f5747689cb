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
import {ReliefLib} from "./ReliefLib.sol";

/// @title Lock, absorb, net, collect. See IClearinghouse.
contract Absorption is ClearinghouseStorage, IAbsorption {
    function poke(GroupId group) external nonReentrant {
        SourceLib.note(_ledger, group, LockLib.syncOrLock(_ledger, group));
    }

    function absorb(GroupId group, AccountId[] calldata accounts) external nonReentrant {
        AbsorbLib.absorb(_ledger, group, accounts);
    }

    function net(GroupId group, AccountId[] calldata accounts) external nonReentrant {
        AbsorbLib.net(_ledger, group, accounts);
    }

    /// @dev Not `nonReentrant`, as `creditRelief`: a liquidation calls it in its midst. Neither calls anybody.
    function netOne(AccountId account) external {
        AbsorbLib.netOne(_ledger, account);
    }

    function hasWon(AccountId account) external view returns (bool) {
        return ReliefLib.hasWon(_ledger, account);
    }

    function creditRelief(AccountId account) external {
        ReliefLib.credit(_ledger, account);
    }

    function collect(AccountId account, MarketId market) external nonReentrant {
        CollectLib.collect(_ledger, account, market);
    }
}
