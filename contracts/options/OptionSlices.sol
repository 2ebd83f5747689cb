// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "../types/AccountId.sol";
import {ISliceDesk, Slice, Tally} from "./IMarginDesk.sol";
import {OptionStorage} from "./OptionLedger.sol";
import {PortfolioLib} from "./PortfolioLib.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {SliceLib} from "./SliceLib.sol";
import {TallyLib} from "./TallyLib.sol";

/// @title What a liquidation of an account takes over, for the module that does. See ISliceDesk.
contract OptionSlices is OptionStorage, ISliceDesk {
    function plan(AccountId id, uint256 only, uint256 maxFraction) external view returns (Slice memory) {
        return SliceLib.plan(_ledger, _options, id, only, maxFraction);
    }

    function tallyAll(AccountId id) external view returns (Tally memory) {
        Scene memory scene = SceneLib.read(_ledger, _options, _ledger.accounts[id].group);
        return
            TallyLib.tallyOf(_options, PortfolioLib.load(_ledger, _options, scene, id, PortfolioLib.NO_SERIES), scene);
    }
}
