// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {GroupId} from "../types/MarketId.sol";
import {SettlementView} from "./ILens.sol";
import {SettlementLib} from "./SettlementLib.sol";

/// @title The lens's part that previews a settlement: code for the clearinghouse's `inspect`, which undoes what it does
/// @notice It has the signature of ILens, so that a call is passed on as it came. It runs on the clearinghouse's
/// storage.
contract SettlementLens is ClearinghouseStorage {
    function settlement(IClearinghouse, GroupId id) external returns (SettlementView memory) {
        return SettlementLib.run(_ledger, id);
    }
}
