// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAbsorption} from "../interfaces/IDeleveraging.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {FactorLockLib} from "./FactorLockLib.sol";
import {OptionAbsorbLib} from "./OptionAbsorbLib.sol";
import {OptionCollectLib} from "./OptionCollectLib.sol";
import {OptionStorage} from "./OptionLedger.sol";
import {OptionReliefLib} from "./OptionReliefLib.sol";
import {OptionSourceLib} from "./OptionSourceLib.sol";
import {seriesFrom} from "./SeriesId.sol";

/// @title Lock, absorb, net, collect of option groups. See IAbsorption.
contract OptionAbsorption is OptionStorage, IAbsorption {
    function poke(GroupId group) external nonReentrant {
        bool fresh = FactorLockLib.syncOrLock(_ledger, _options, group).spotFresh;
        OptionSourceLib.note(_ledger, group, fresh);
    }

    function absorb(GroupId group, AccountId[] calldata accounts) external nonReentrant {
        OptionAbsorbLib.absorb(_ledger, _options, group, accounts);
    }

    function net(GroupId group, AccountId[] calldata accounts) external nonReentrant {
        OptionAbsorbLib.net(_ledger, _options, group, accounts);
    }

    /// @dev Not `nonReentrant`, as `creditRelief`: a liquidation calls it in its midst. Neither calls anybody.
    function netOne(AccountId account) external {
        OptionAbsorbLib.netOne(_ledger, _options, account);
    }

    function hasWon(AccountId account) external view returns (bool) {
        return OptionReliefLib.hasWon(_ledger, _options, account);
    }

    function creditRelief(AccountId account) external {
        OptionReliefLib.credit(_ledger, _options, account);
    }

    function collect(AccountId account, MarketId market) external nonReentrant {
        OptionCollectLib.collect(_ledger, _options, account, seriesFrom(market));
    }
}
