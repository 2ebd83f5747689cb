// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {SignedVolSource, VolReport} from "../../../contracts/options/SignedVolSource.sol";
import {Smile} from "../../../contracts/options/Smile.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @title What a source of signed volatilities stores and tells, and each of its limits to the unit
contract SignedVolSourceTest is TestBase {
    uint256 private constant NOW = 1_763_020_800;
    uint24 private constant HEARTBEAT = 600;
    bytes32 private constant UNDERLYING = "ETH";
    uint40 private constant EXPIRY = uint40(NOW + 7 days);

    SignedVolSource private _source;
    address[] private _addresses;
    mapping(address signer => uint256 key) private _keys;

    function setUp() public {
        vm.warp(NOW);
        for (uint256 key = 1; key <= 3; ++key) _insert(vm.addr(key), key);
        _source = _create(HEARTBEAT, _addresses, 2);
    }

    /// @dev In the order of addresses.
    function _insert(address signer, uint256 key) private {
        _keys[signer] = key;
        _addresses.push(signer);
        for (uint256 i = _addresses.length - 1; i != 0 && _addresses[i] < _addresses[i - 1]; --i) {
            (_addresses[i], _addresses[i - 1]) = (_addresses[i - 1], _addresses[i]);
        }
    }

    function _create(uint24 heartbeat, address[] memory list, uint256 threshold) private returns (SignedVolSource) {
        return new SignedVolSource(address(new AccessManager(address(this))), UNDERLYING, heartbeat, list, threshold);
    }

    function _report(uint256 time) private pure returns (VolReport memory) {
        return VolReport(UNDERLYING, EXPIRY, 3_300e18, 100e18, Smile.wrap(12_345), 1.1e9, uint40(time));
    }

    function _levelReport(uint256 time, uint32 level) private pure returns (VolReport memory) {
        return VolReport(UNDERLYING, 0, 0, 0, Smile.wrap(0), level, uint40(time));
    }

    function _sign(VolReport memory report, uint256 count) private view returns (bytes[] memory signatures) {
        bytes32 hash = _source.hashOf(report);
        signatures = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(_keys[_addresses[i]], hash);
            signatures[i] = abi.encodePacked(r, s, v);
        }
    }

    function _brings(VolReport memory report) private {
        bytes[] memory signatures = _sign(report, 2);
        vm.expectEmit(address(_source));
        emit SignedVolSource.Reported(
            report.expiry,
            report.base,
            report.step,
            report.smile,
            report.level,
            report.observedAt
        );
        vm.assertTrue(_source.update(report, signatures));
    }

    function _refuses(VolReport memory report, bytes memory why) private {
        bytes[] memory signatures = _sign(report, 2);
        vm.expectRevert(why);
        _source.update(report, signatures);
    }

    function _requireStored(uint256 smile, uint256 level, uint256 time) private view {
        (uint32 value, uint40 at_) = _source.level();
        vm.assertEq(value, level, "level");
        vm.assertEq(at_, time, "when");
        vm.assertEq(Smile.unwrap(_source.smile(EXPIRY, 3_300e18, 100e18)), smile, "smile");
    }

    // ------------------------------------------------------------------ reports

    function test_aReportIsStored_andTold() public {
        _brings(_report(NOW));
        _requireStored(12_345, 1.1e9, NOW);
        vm.assertEq(Smile.unwrap(_source.smile(EXPIRY + 1, 3_300e18, 100e18)), 0, "of another expiry");
        vm.assertEq(Smile.unwrap(_source.smile(EXPIRY, 3_300e18 + 1, 100e18)), 0, "base");
        vm.assertEq(Smile.unwrap(_source.smile(EXPIRY, 3_300e18, 100e18 + 1)), 0, "step");
        _brings(_levelReport(NOW + 1, 1.2e9));
        _requireStored(12_345, 1.2e9, NOW + 1);
        vm.warp(NOW + HEARTBEAT);
        _requireStored(12_345, 1.2e9, NOW + 1);
        vm.warp(NOW + HEARTBEAT + 1);
        _requireStored(0, 1.2e9, NOW + 1);
    }

    /// An older smile of other strikes counts; its level does not.
    function test_theLevelIsTheNewest() public {
        _brings(_levelReport(NOW, 1.2e9));
        _brings(_report(NOW - 1));
        _requireStored(12_345, 1.2e9, NOW);
        vm.assertFalse(_source.update(_report(NOW - 1), new bytes[](0)), "the same again");
        VolReport memory same = _levelReport(NOW, 1.3e9);
        vm.assertFalse(_source.update(same, new bytes[](0)), "as new");
        bytes4 selector = SignedVolSource.ReportNotNewer.selector;
        _refuses(_levelReport(NOW - 1, 1.2e9), abi.encodeWithSelector(selector, NOW - 1, NOW));
        _refuses(_report(NOW - 2), abi.encodeWithSelector(selector, NOW - 2, NOW - 1));
        _requireStored(12_345, 1.2e9, NOW);
    }

    function test_aReportIsOfNow() public {
        _brings(_report(NOW - HEARTBEAT));
        _brings(_report(NOW + 15));
        bytes4 selector = SignedVolSource.ReportTooOld.selector;
        _refuses(_report(NOW - 601), abi.encodeWithSelector(selector, NOW - 601, NOW - 600));
        selector = SignedVolSource.ReportAhead.selector;
        _refuses(_report(NOW + 16), abi.encodeWithSelector(selector, NOW + 16, NOW + 15));
    }

    function test_aReportWithoutAnExpiryHasNothingElse() public {
        bytes memory why = abi.encodeWithSelector(SignedVolSource.StrikesWithoutExpiry.selector);
        VolReport memory report = _levelReport(NOW, 1e9);
        report.base = 1;
        _refuses(report, why);
        (report.base, report.step) = (0, 1);
        _refuses(report, why);
        (report.step, report.smile) = (0, Smile.wrap(1));
        _refuses(report, why);
        report.smile = Smile.wrap(0);
        _brings(report);
    }

    function test_whatASignerMustSign() public {
        VolReport memory report = _report(NOW);
        report.underlying = "BTC";
        bytes4 selector = SignedVolSource.ReportOfOtherUnderlying.selector;
        _refuses(report, abi.encodeWithSelector(selector, bytes32("BTC")));
        report = _report(NOW);
        bytes[] memory signatures = _sign(report, 1);
        vm.expectRevert(abi.encodeWithSelector(SignedVolSource.TooFewSignatures.selector, 1, 2));
        _source.update(report, signatures);
        signatures = _sign(report, 3);
        (signatures[1], signatures[2]) = (signatures[2], signatures[1]);
        selector = SignedVolSource.SignersOutOfOrder.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, _addresses[1], _addresses[2]));
        _source.update(report, signatures);
        signatures[2] = signatures[1];
        vm.expectRevert(abi.encodeWithSelector(selector, _addresses[2], _addresses[2]));
        _source.update(report, signatures);
        signatures[2] = "";
        vm.expectRevert(abi.encodeWithSelector(SignedVolSource.SignatureMalformed.selector, 2));
        _source.update(report, signatures);
        vm.assertTrue(_source.update(report, _sign(report, 3)), "all of them");
    }

    // ------------------------------------------------------------------ signers

    function _list(uint256 count) private pure returns (address[] memory list) {
        list = new address[](count);
        for (uint160 i; i < count; ++i) list[i] = address(i + 1);
    }

    function _error(bytes32 name, uint256 value, uint256 low, uint256 high) private pure returns (bytes memory) {
        return abi.encodeWithSelector(SignedVolSource.ParameterOutOfBounds.selector, name, value, low, high);
    }

    function create(uint24 heartbeat, uint256 count, uint256 threshold) external returns (SignedVolSource) {
        return _create(heartbeat, _list(count), threshold);
    }

    function test_limitsOfASource() public {
        SignedVolSource source = this.create(1, 1, 1);
        vm.assertEq(source.heartbeat(), 1);
        source = this.create(1 days, 32, 32);
        vm.assertEq(source.heartbeat(), 1 days);
        vm.assertEq(source.threshold(), 32);
        vm.assertEq(source.signers().length, 32);
        vm.assertEq(source.underlying(), UNDERLYING);
        vm.expectRevert(_error("heartbeat", 0, 1, 86_400));
        this.create(0, 1, 1);
        vm.expectRevert(_error("heartbeat", 86_401, 1, 86_400));
        this.create(86_401, 1, 1);
        vm.expectRevert(_error("signers", 0, 1, 32));
        this.create(1, 0, 1);
        vm.expectRevert(_error("signers", 33, 1, 32));
        this.create(1, 33, 1);
        vm.expectRevert(_error("threshold", 0, 1, 2));
        this.create(1, 2, 0);
        vm.expectRevert(_error("threshold", 3, 1, 2));
        this.create(1, 2, 3);
    }

    function test_signersAreReplaced() public {
        address[] memory list = _list(2);
        vm.expectEmit(address(_source));
        emit SignedVolSource.SignersSet(list, 1);
        _source.setSigners(list, 1);
        vm.assertEq(abi.encode(_source.signers()), abi.encode(list));
        vm.assertEq(_source.threshold(), 1);
        vm.assertTrue(_source.isSigner(address(1)) && _source.isSigner(address(2)), "the new ones");
        for (uint256 i; i < 3; ++i) vm.assertFalse(_source.isSigner(_addresses[i]), "none of the old ones");
        bytes memory why = abi.encodeWithSelector(SignedVolSource.NotASigner.selector, _addresses[0]);
        _refuses(_report(NOW), why);
        list[0] = list[1];
        bytes4 selector = SignedVolSource.SignersOutOfOrder.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, address(2), address(2)));
        _source.setSigners(list, 1);
        vm.prank(address(7));
        vm.expectPartialRevert(bytes4(keccak256("AccessManagedUnauthorized(address)")));
        _source.setSigners(list, 1);
    }
}
