// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {FeedLib} from "./FeedLib.sol";
import {IVerifierFeeManager, IVerifierProxy} from "./IVerifierProxy.sol";
import {StreamReport, StreamReportLib} from "./StreamReportLib.sol";

/// @title A mark from Chainlink Data Streams: anybody brings the next signed report. One instance a market, no owner
///
/// MARK. The price of the newest report that anybody brought, floor; never of one observed before it. STALE. The price
/// is older than the heartbeat, or its market is closed. INSANE. Nobody brought a report yet, or the newest has a price
/// that is not positive or outside MIN_MARK to MAX_MARK. DOWN: never; on a rollup whose sequencer fails nobody can
/// bring a report, so give such a market a heartbeat below the time that users need. CHOICE. Whoever brings reports may
/// choose one among those signed since the newest that is stored and not older than the longest delay; keep that short,
/// and have a keeper bring reports.
contract DataStreamsPriceSource is IPriceSource {
    /// @dev Everything is fixed at construction. Seconds.
    struct Config {
        IVerifierProxy verifier;
        /// Its first two bytes are the version of the schema.
        bytes32 feedId;
        /// Decimals of the stream's prices, as Chainlink lists them.
        uint256 decimals;
        uint256 heartbeat;
        /// How long after its observation a report may be brought, at most the heartbeat.
        uint256 maxDelay;
        /// The market's base is 10^lotExponent coins.
        uint256 lotExponent;
    }

    /// @dev 10 + 5 + 5 + 1 = 21 bytes.
    struct Stored {
        /// Zero: INSANE.
        uint80 mark;
        uint40 observedAt;
        uint40 pricedAt;
        bool isOpen;
    }

    /// @notice A report of this feed was verified. `mark` is zero of a price that is none.
    event Updated(uint256 mark, uint256 observedAt, uint256 pricedAt, bool isOpen);

    error NotAVerifier(address verifier);
    error ParameterOutOfBounds(bytes32 name, uint256 value, uint256 low, uint256 high);
    /// @notice The report is of another feed.
    error ReportOfOtherFeed(bytes32 feedId);
    /// @notice It is dated more than 15 seconds ahead of the block.
    error ReportAhead(uint256 observedAt, uint256 latest);
    /// @notice It was observed before `earliest`, the longest delay ago.
    error ReportTooOld(uint256 observedAt, uint256 earliest);
    error ReportExpired(uint256 expiresAt);

    uint256 public constant MAX_HEARTBEAT = 1 days;
    uint256 public constant MAX_LOT_EXPONENT = 9;
    uint256 public constant MAX_DECIMALS = 36;

    IVerifierProxy public immutable verifier;
    bytes32 public immutable feedId;
    uint256 public immutable decimals;
    uint256 public immutable heartbeat;
    uint256 public immutable maxDelay;
    uint256 public immutable lotExponent;

    Stored private _stored;

    constructor(Config memory config) {
        if (address(config.verifier).code.length == 0) revert NotAVerifier(address(config.verifier));
        StreamReportLib.wordsOf(StreamReportLib.schemaOf(config.feedId)); // or SchemaUnsupported
        _requireWithin("decimals", config.decimals, 0, MAX_DECIMALS);
        _requireWithin("heartbeat", config.heartbeat, 1, MAX_HEARTBEAT);
        _requireWithin("maxDelay", config.maxDelay, 1, config.heartbeat);
        _requireWithin("lotExponent", config.lotExponent, 0, MAX_LOT_EXPONENT);
        (verifier, feedId, decimals) = (config.verifier, config.feedId, config.decimals);
        (heartbeat, maxDelay, lotExponent) = (config.heartbeat, config.maxDelay, config.lotExponent);
    }

    /// @notice Stores the price of a signed report, if it was observed after the newest that is stored. Anyone. Ether
    /// that is sent pays the verifier's fee, if there is one; the rest comes back.
    /// @param signedReport As Data Streams delivers it: context, report, signatures.
    /// @return updated False when as new a report was brought before: nothing was verified then, and nothing paid.
    function update(bytes calldata signedReport) external payable returns (bool updated) {
        (, bytes memory claimed) = abi.decode(signedReport, (bytes32[3], bytes));
        if (StreamReportLib.decode(claimed, feedId).observedAt > _stored.observedAt) {
            _store(StreamReportLib.decode(_verified(signedReport), feedId));
            updated = true;
        }
        // What the fee manager returned, or was not needed.
        if (address(this).balance != 0) Address.sendValue(payable(msg.sender), address(this).balance);
    }

    /// @dev Change of the fee manager.
    receive() external payable {}

    /// @inheritdoc IPriceSource
    function read() external view returns (uint256 mark, Status status) {
        Stored memory stored = _stored;
        if (stored.mark == 0) return (0, Status.INSANE);
        if (!stored.isOpen || block.timestamp > stored.pricedAt + heartbeat) return (0, Status.STALE);
        return (stored.mark, Status.FRESH);
    }

    /// @inheritdoc IPriceSource
    /// @dev Zeros: it is no feed.
    function plainFeed() external pure returns (AggregatorV3Interface plain, uint24 longest, int8 exponent) {}

    /// @notice The newest report. `mark`: 1e-18 quote per base, zero when its price is none.
    function newest() external view returns (Stored memory) {
        return _stored;
    }

    function _verified(bytes calldata signedReport) private returns (bytes memory) {
        address manager = verifier.s_feeManager();
        if (manager == address(0)) return verifier.verify(signedReport, "");
        bytes memory payIn = abi.encode(IVerifierFeeManager(manager).i_nativeAddress());
        return verifier.verify{value: msg.value}(signedReport, payIn);
    }

    function _store(StreamReport memory report) private {
        if (report.feedId != feedId) revert ReportOfOtherFeed(report.feedId);
        uint256 latest = block.timestamp + FeedLib.MAX_AHEAD;
        if (report.observedAt > latest) revert ReportAhead(report.observedAt, latest);
        uint256 earliest = block.timestamp - maxDelay;
        if (report.observedAt < earliest) revert ReportTooOld(report.observedAt, earliest);
        if (report.expiresAt < block.timestamp) revert ReportExpired(report.expiresAt);
        uint256 mark = StreamReportLib.markOf(report.price, int256(18 + lotExponent) - int256(decimals));
        _stored = Stored(uint80(mark), uint40(report.observedAt), uint40(report.pricedAt), report.isOpen);
        emit Updated(mark, report.observedAt, report.pricedAt, report.isOpen);
    }

    function _requireWithin(bytes32 name, uint256 value, uint256 low, uint256 high) private pure {
        if (value < low || value > high) revert ParameterOutOfBounds(name, value, low, high);
    }
}
