// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {IOptionGovernance} from "../../contracts/interfaces/IOptionGovernance.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {MarketParams, PauseLevel} from "../../contracts/Ledger.sol";
import {MockAggregator} from "../../contracts/mocks/MockAggregator.sol";
import {MockAggregatorProxy} from "../../contracts/mocks/MockAggregatorProxy.sol";
import {MockGate} from "../../contracts/mocks/MockGate.sol";
import {MockVolSource} from "../../contracts/mocks/MockVolSource.sol";
import {OptionProbe} from "../../contracts/mocks/OptionProbe.sol";
import {RiskParams} from "../../contracts/options/OptionLedger.sol";
import {ChainlinkPriceSource} from "../../contracts/prices/ChainlinkPriceSource.sol";
import {Actor} from "../base/Fixture.sol";
import {Match, Packing} from "../base/Packing.sol";
import {OptionVenue} from "./OptionVenue.sol";
import {flatSmile} from "./Parameters.sol";

contract OptionGovernanceTest is OptionVenue {
    function setUp() public {
        _deployOptions();
    }

    function _newVols(uint32 level) private returns (MockVolSource source) {
        source = new MockVolSource(1 hours);
        source.setLevel(level, uint40(block.timestamp));
        source.setSmile(flatSmile(6_000, 0));
    }

    function test_aVolSourceOpensNoGap() public {
        skip(60);
        MockVolSource far = _newVols(1.2e9);
        vm.expectRevert(
            abi.encodeWithSelector(IOptionGovernance.VolSourceOutOfLine.selector, group, uint32(1.2e9), uint32(1e9))
        );
        venue.setVolSource(group, far);
        venue.setVolSource(group, _newVols(1.1e9));
    }

    function test_aDeadVolSourceIsReplacedByAnyLevel() public {
        skip(1 hours + 50 minutes);
        (, int256 answer, , , ) = feed.latestRoundData();
        feed.setAnswer(answer);
        MockVolSource far = _newVols(1.2e9);
        vm.expectPartialRevert(IOptionGovernance.VolSourceOutOfLine.selector);
        venue.setVolSource(group, far);
        skip(11 minutes);
        far = _newVols(1.2e9);
        venue.setVolSource(group, far);
        (, bool certain) = venue.vaultEquity();
        vm.assertFalse(certain, "a gap");
        venue.poke(group);
        vm.assertEq(abi.decode(_ask(abi.encodeCall(OptionProbe.phase, (group))), (uint8)), 1, "which the poke locks");
        (, certain) = venue.vaultEquity();
        vm.assertFalse(certain, "a lock");
    }

    function test_aVolSourceHasABoundedHeartbeat() public {
        MockVolSource slow = new MockVolSource(1 days + 1);
        slow.setLevel(1e9, uint40(block.timestamp));
        vm.expectPartialRevert(IGovernance.ParameterOutOfBounds.selector);
        venue.setVolSource(group, slow);
    }

    function test_aPriceSourceOpensNoGap() public {
        MockAggregator far = new MockAggregator(8, 4_200e8);
        ChainlinkPriceSource source = _source(new MockAggregatorProxy(far));
        vm.expectRevert(abi.encodeWithSelector(IGovernance.SourceOutOfLine.selector, _perpetual(), 4_200e18, 4_000e18));
        venue.setPriceSource(_perpetual(), source);
        far.setAnswer(4_020e8);
        venue.setPriceSource(_perpetual(), source);
    }

    function test_parametersAreOfThePerpetual() public {
        MarketParams memory params = _marketParams();
        params.takerFee = 400;
        vm.expectRevert(abi.encodeWithSelector(ITrading.MarketUnknown.selector, _call(7)));
        venue.setMarketParams(_call(7), params);
        venue.setMarketParams(_perpetual(), params);
        vm.expectRevert(abi.encodeWithSelector(ITrading.MarketUnknown.selector, _call(7)));
        venue.pause(_call(7), PauseLevel.NO_NEW_RISK, 1 hours);
    }

    function test_theScanRangeHoldsTwoGaps() public {
        RiskParams memory risk = _riskParams();
        risk.scanRange = 49_999;
        vm.expectPartialRevert(IGovernance.ParameterOutOfBounds.selector);
        venue.setRiskParams(group, risk);
        risk.scanRange = 200_000;
        venue.setRiskParams(group, risk);
    }

    function test_volatilityMovesAtMostByTheRootOfTime() public {
        RiskParams memory risk = _riskParams();
        risk.volPower = 500_001;
        bytes4 selector = IGovernance.ParameterOutOfBounds.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, bytes32("volPower"), 500_001, 0, 500_000));
        venue.setRiskParams(group, risk);
        risk.volPower = 500_000;
        venue.setRiskParams(group, risk);
    }

    function test_rolesAreAsked() public {
        vm.prank(makeAddr("stranger"));
        vm.expectPartialRevert(bytes4(keccak256("AccessManagedUnauthorized(address)")));
        venue.setRiskParams(group, _riskParams());
        vm.prank(makeAddr("stranger"));
        vm.expectPartialRevert(bytes4(keccak256("AccessManagedUnauthorized(address)")));
        venue.setVolSource(group, vols);
    }

    function test_aGateIsAskedBeforeNewRisk() public {
        Actor memory maker = _actor("maker", 100_000);
        Actor memory taker = _actor("taker", 100_000);
        _trade(taker, maker, _call(7), int256(BASE));
        MockGate gate = new MockGate();
        gate.bar(taker.owner, true);
        venue.setAccessGate(address(gate));
        Match[] memory matches = new Match[](1);
        matches[0] = _match(taker, maker, _call(7), int256(BASE), _mark(_call(7)));
        vm.expectPartialRevert(IGovernance.AccessDenied.selector);
        venue.settle(Packing.pack(matches, true));
        _trade(taker, maker, _call(7), -int256(BASE)); // both may close
    }
}
