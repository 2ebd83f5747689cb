// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {Factors, Ladder, OptionGroup, OptionStorage, RiskParams, Round} from "../options/OptionLedger.sol";
import {LADDERS} from "../options/SeriesId.sol";
import {Smile} from "../options/Smile.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId} from "../types/MarketId.sol";

struct StoredLadder {
    uint256 expiry;
    uint256 base;
    uint256 step;
    uint256 first;
    uint256 second;
    uint256 settlement;
    uint256 round;
    uint256 riskSpot;
    uint256 riskLevel;
    uint256 riskTime;
}

struct StoredOptions {
    RiskParams risk;
    address volSource;
    uint256 level;
    uint256 levelTime;
    uint256 versions;
    uint256 listed;
    /// Series with open interest or an estate.
    uint256 live;
    /// The settlement has not charged anybody yet.
    bool measuring;
    Factors anchor;
    Factors recorded;
    StoredLadder[] ladders;
}

/// @title What an option clearinghouse stores besides the ledger; for the test that rebuilds it from events
contract OptionStorageLens is OptionStorage {
    error LensFailed(bytes reason);

    /// @notice As StorageLens.read. held: which series each account has a position in, a bit each.
    function read(
        IClearinghouse venue,
        GroupId[] calldata groups,
        AccountId[] calldata accounts
    ) external returns (StoredOptions[] memory list, uint256[] memory held) {
        try venue.inspect(address(this), abi.encodeCall(this.stored, (groups, accounts))) {} catch (
            bytes memory result
        ) {
            (bool ok, bytes memory answer) = abi.decode(result, (bool, bytes));
            if (!ok) revert LensFailed(answer);
            return abi.decode(answer, (StoredOptions[], uint256[]));
        }
    }

    function stored(
        GroupId[] calldata groups,
        AccountId[] calldata accounts
    ) external view returns (StoredOptions[] memory list, uint256[] memory held) {
        list = new StoredOptions[](groups.length);
        for (uint256 i; i < groups.length; ++i) list[i] = _group(_options.groups[groups[i]]);
        held = new uint256[](accounts.length);
        for (uint256 i; i < accounts.length; ++i) held[i] = _options.held[accounts[i]];
    }

    function _group(OptionGroup storage group) private view returns (StoredOptions memory s) {
        (s.risk, s.volSource) = (group.risk, address(group.volSource));
        (s.level, s.levelTime, s.versions) = (group.level, group.levelTime, group.versions);
        (s.listed, s.live, s.measuring) = (group.listed, group.live, group.round == Round.MEASURING);
        (s.anchor, s.recorded) = (group.anchor, group.recorded);
        s.ladders = new StoredLadder[](LADDERS);
        for (uint256 i; i < LADDERS; ++i) s.ladders[i] = _ladder(group.ladders[i]);
    }

    function _ladder(Ladder storage ladder) private view returns (StoredLadder memory s) {
        (s.expiry, s.base, s.step) = (ladder.expiry, ladder.base, ladder.step);
        (s.first, s.second) = (Smile.unwrap(ladder.smiles[0]), Smile.unwrap(ladder.smiles[1]));
        (s.settlement, s.round) = (ladder.settlement, ladder.fixing.round);
        (s.riskSpot, s.riskLevel, s.riskTime) = (ladder.riskSpot, ladder.riskLevel, ladder.riskTime);
    }
}
