// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MAX_MARK, MIN_MARK, Price} from "../types/Price.sol";

/// @dev What a report of Chainlink Data Streams says, of whatever schema.
struct StreamReport {
    bytes32 feedId;
    /// Unix time of the observation, and after which the report may not be used.
    uint256 observedAt;
    uint256 expiresAt;
    /// Unix time of the price itself, at most that of the observation: off its market's hours it can be older.
    uint256 pricedAt;
    /// The price; of schema 3 the benchmark, between bid and ask; of schema 8 the middle.
    int256 price;
    /// Its market is open; always, of a schema without hours.
    bool isOpen;
}

/// @title Reports of Chainlink Data Streams, by their schema
/// @notice The first two bytes of a feed's id are the version of its schema. Reports are words of 32 bytes; the first
/// six are the same in all: feed id, valid from, observed at, two fees, expires at. Then, by version (Chainlink, Data
/// Streams, "Report schemas"): 2: price. 3: price, bid, ask. 4: price, market status. 8: last update in nanoseconds,
/// middle price, market status.
/// @dev A report of another schema decodes without complaint if only it is long enough, so the length is part of the
/// schema here.
library StreamReportLib {
    error ReportLength(uint256 length, uint256 expected);
    error SchemaUnsupported(uint256 version);

    uint256 private constant OPEN = 2; // 0: unknown, 1: closed
    uint256 private constant NANOSECONDS = 1e9;

    /// @notice The version of a feed's schema.
    function schemaOf(bytes32 feedId) internal pure returns (uint256) {
        return uint16(bytes2(feedId));
    }

    /// @notice How many words a report has. Reverts with SchemaUnsupported.
    function wordsOf(uint256 version) internal pure returns (uint256) {
        if (version == 2) return 7;
        if (version == 3 || version == 8) return 9;
        if (version == 4) return 8;
        revert SchemaUnsupported(version);
    }

    /// @notice Decodes a report of feed `feedId`, whoever signed it. Reverts with ReportLength. It does not check that
    /// the report is of that feed.
    function decode(bytes memory report, bytes32 feedId) internal pure returns (StreamReport memory r) {
        uint256 version = schemaOf(feedId);
        uint256 length = 32 * wordsOf(version);
        if (report.length != length) revert ReportLength(report.length, length);
        (r.feedId, , r.observedAt, , , r.expiresAt) = abi.decode(
            report,
            (bytes32, uint32, uint32, uint192, uint192, uint32)
        );
        (r.pricedAt, r.isOpen) = (r.observedAt, true);
        if (version == 8) {
            uint256 nanoseconds = _word(report, 6);
            if (nanoseconds / NANOSECONDS < r.pricedAt) r.pricedAt = nanoseconds / NANOSECONDS;
            (r.price, r.isOpen) = (int256(_word(report, 7)), _word(report, 8) == OPEN);
        } else {
            r.price = int256(_word(report, 6));
            if (version == 4) r.isOpen = _word(report, 7) == OPEN;
        }
    }

    /// @notice `price * 10^exponent`, floor, as a mark: zero when it is not positive, or not within MIN_MARK and
    /// MAX_MARK. Assumes -18 <= exponent <= 27.
    function markOf(int256 price, int256 exponent) internal pure returns (uint256 mark) {
        if (price <= 0) return 0;
        // A price has 192 bits, so scaled up it can have more than 256: none within range has more than 80 then.
        if (exponent >= 0) {
            if (price > Price.unwrap(MAX_MARK)) return 0;
            mark = uint256(price) * 10 ** uint256(exponent);
        } else {
            mark = uint256(price) / 10 ** uint256(-exponent);
        }
        if (mark < uint256(Price.unwrap(MIN_MARK)) || mark > uint256(Price.unwrap(MAX_MARK))) return 0;
    }

    function _word(bytes memory report, uint256 index) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(report, 32), mul(index, 32))) // within its length
        }
    }
}
