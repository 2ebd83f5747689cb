// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    FUTURE,
    LADDERS,
    PERPETUAL,
    STRIKES,
    SeriesId,
    isSeries,
    ladderOf,
    placeOf,
    seriesFrom,
    seriesOf
} from "../../../contracts/options/SeriesId.sol";
import {Smile} from "../../../contracts/options/Smile.sol";
import {GroupId, MarketId} from "../../../contracts/types/MarketId.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @title The numbers of series, all 256 of a group, and the words of smiles
contract SeriesIdTest is TestBase {
    GroupId private constant GROUP = GroupId.wrap(0x01_02_03);

    function test_aSeriesIsItsGroupAndAnIndex() public pure {
        for (uint256 i; i < 256; ++i) {
            SeriesId series = seriesOf(GROUP, i);
            vm.assertEq(SeriesId.unwrap(series), 0x01_02_03_00 + i, "number");
            vm.assertEq(GroupId.unwrap(series.group()), 0x01_02_03, "group");
            vm.assertEq(series.index(), i, "index");
            vm.assertEq(MarketId.unwrap(series.market()), 0x01_02_03_00 + i, "market");
            vm.assertTrue(seriesFrom(series.market()) == series, "and back");
            vm.assertTrue(seriesOf(GROUP, i ^ 1) != series, "its neighbour");
            vm.assertFalse(seriesOf(GROUP, i ^ 1) == series, "its neighbour");
            vm.assertFalse(seriesFrom(series.market()) != series, "itself");
        }
        vm.assertTrue(seriesOf(GROUP, 256) == seriesOf(GROUP, 0), "an index has eight bits");
    }

    function test_anIndexIsALadderAndAPlace() public pure {
        uint256 count;
        for (uint256 ladder; ladder < LADDERS; ++ladder) {
            for (uint256 place; place < 32; ++place) {
                uint256 index = 32 * ladder + place;
                vm.assertEq(ladderOf(index), ladder, "ladder");
                vm.assertEq(placeOf(index), place, "place");
                bool expected = place < 31 || index == 255;
                vm.assertEq(isSeries(index), expected, "is one");
                if (isSeries(index)) ++count;
            }
        }
        vm.assertEq(count, 8 * 31 + 1, "series of a group");
        vm.assertEq(LADDERS, 8);
        vm.assertEq(STRIKES, 15);
        vm.assertEq(FUTURE, 30, "behind a call and a put of each strike");
        vm.assertEq(PERPETUAL, 255);
    }

    function test_aSmileIsFifteenVolatilitiesAndABasis() public pure {
        uint256 word;
        for (uint256 i; i < 15; ++i) word |= (1_000 + 7 * i) << (16 * i);
        for (uint256 k; k < 5; ++k) {
            int256 basis = [int256(0), 1, -1, type(int16).max, type(int16).min][k];
            Smile smile = Smile.wrap(word | (uint256(uint16(int16(basis))) << 240));
            for (uint256 i; i < 15; ++i) vm.assertEq(smile.vol(i), 1_000 + 7 * i, "volatility");
            vm.assertEq(smile.basis(), basis, "basis");
        }
    }
}
