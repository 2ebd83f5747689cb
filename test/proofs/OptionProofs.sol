// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SeriesId, isSeries, ladderOf, placeOf, seriesFrom, seriesOf} from "../../contracts/options/SeriesId.sol";
import {Smile} from "../../contracts/options/Smile.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";

/// @notice Options: ids of series and words of smiles are read back as they were written.
/// @dev See PackingProofs for `check_` and `sanity_`.
contract OptionProofs {
    /// @dev Groups are numbered from 1 in turn: 2^24 is far above any.
    function check_series_roundTrips(uint24 group, uint8 index) external pure {
        SeriesId series = seriesOf(GroupId.wrap(group), index);
        assert(GroupId.unwrap(series.group()) == group && series.index() == index);
        assert(SeriesId.unwrap(seriesFrom(series.market())) == SeriesId.unwrap(series));
    }

    function sanity_series_roundTrips(uint32 group, uint8 index) external pure {
        assert(GroupId.unwrap(seriesOf(GroupId.wrap(group), index).group()) == group);
    }

    /// @dev Numbers of series are in the order of groups, then of indices: different series, different books.
    function check_series_areInOrder(uint24 group, uint8 index, uint24 other, uint8 next) external pure {
        uint256 a = SeriesId.unwrap(seriesOf(GroupId.wrap(group), index));
        uint256 b = SeriesId.unwrap(seriesOf(GroupId.wrap(other), next));
        assert((a < b) == (group < other || (group == other && index < next)));
        assert((a == b) == (group == other && index == next));
    }

    function sanity_series_areInOrder(uint24 group, uint8 index, uint24 other, uint8 next) external pure {
        uint256 a = SeriesId.unwrap(seriesOf(GroupId.wrap(group), index));
        assert((a < SeriesId.unwrap(seriesOf(GroupId.wrap(other), next))) == (index < next));
    }

    /// @dev An index is one place of one ladder. Of 256, eight times 31 are series, and the last is the perpetual.
    function check_series_haveOnePlace(uint8 index, uint8 ladder, uint8 place) external pure {
        if (ladder >= 8 || place >= 32) return;
        uint256 at = uint256(ladder) * 32 + place;
        assert(ladderOf(at) == ladder && placeOf(at) == place);
        assert(at < 256 && isSeries(at) == (place != 31 || ladder == 7));
        assert((at == index) == (ladderOf(index) == ladder && placeOf(index) == place));
    }

    function sanity_series_haveOnePlace(uint8 ladder, uint8 place) external pure {
        if (ladder >= 8 || place >= 32) return;
        assert(isSeries(uint256(ladder) * 32 + place) == (place != 31));
    }

    /// @dev Written strike by strike, read back; no strike touches another, nor the basis.
    function check_smile_roundTrips(uint256 word, uint8 strike, uint8 other, uint16 vol, int16 basis) external pure {
        if (strike >= 15 || other >= 15) return;
        Smile before = Smile.wrap(word);
        Smile later = _with(before, strike, vol);
        assert(later.vol(strike) == vol && later.basis() == before.basis());
        assert(other == strike || later.vol(other) == before.vol(other));
        Smile moved = _withBasis(before, basis);
        assert(moved.basis() == basis && moved.vol(other) == before.vol(other));
    }

    function sanity_smile_roundTrips(uint256 word, uint16 basis) external pure {
        assert(_withBasis(Smile.wrap(word), int16(basis)).basis() == int256(uint256(basis)));
    }

    function _with(Smile smile, uint256 strike, uint16 vol) private pure returns (Smile) {
        uint256 cleared = Smile.unwrap(smile) & ~(uint256(0xffff) << (16 * strike));
        return Smile.wrap(cleared | (uint256(vol) << (16 * strike)));
    }

    function _withBasis(Smile smile, int16 basis) private pure returns (Smile) {
        return Smile.wrap(((Smile.unwrap(smile) << 16) >> 16) | (uint256(uint16(basis)) << 240));
    }
}
