// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {Mode, Phase} from "../../contracts/Ledger.sol";
import {GasBurningWallet, HugeAnswerWallet} from "../../contracts/mocks/BadWallets.sol";
import {accountOf} from "../../contracts/types/AccountId.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill, Match} from "../base/Packing.sol";
import {Attack} from "./Attack.sol";

/// @notice A source that needs much gas, as one over several feeds does.
contract HungrySource is IPriceSource {
    uint256 private immutable _mark;

    constructor(uint256 mark) {
        _mark = mark;
    }

    function plainFeed() external pure returns (AggregatorV3Interface, uint24, int8) {
        return (AggregatorV3Interface(address(0)), 0, 0);
    }

    function read() external view returns (uint256, Status) {
        uint256 start = gasleft();
        uint256 x;
        while (start - gasleft() < 150_000) x = uint256(keccak256(abi.encode(x)));
        return (_mark, Status.FRESH);
    }
}

/// @title Gas griefing
/// @custom:source SWC-126 (insufficient gas griefing); and wallets that burn a relayer's gas in isValidSignature
/// @notice Makers whose wallets burn all the gas they get fill a batch; and a caller gives so little gas that a price
/// read fails and nothing else.
contract GasGriefingAttack is Attack {
    Actor internal taker;
    Actor internal maker;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (taker, maker) = (_honest("taker", 100_000), _honest("maker", 100_000));
    }

    /// Bound: WALLET_GAS (300,000) and what any refused maker costs, a wallet: 50 of them do not fill a transaction of
    /// 2^24 gas. And the good maker behind them is filled.
    function test_badWallets_costABatchBoundedGas_andStopNothing() public {
        _begin();
        uint256 plain = _gasOf(0, address(0));
        uint256 burning = (_gasOf(10, address(new GasBurningWallet())) - plain) / 10;
        uint256 huge = (_gasOf(10, address(new HugeAnswerWallet(2_000_000))) - plain) / 10;
        _log(string.concat("gas a bad maker: ", vm.toString(burning), ", ", vm.toString(huge)));
        vm.assertLe(burning, 320_000, "a gas burning wallet");
        vm.assertLe(huge, 320_000, "a wallet with a huge answer");
        vm.assertGt((2 ** 24 - plain) / burning, 50, "a few wallets take a batch with them");
        (, int256 loss) = _report("gas griefing of a batch");
        vm.assertEq(loss, 0, "the honest lost");
    }

    /// A poke at a gap with any gas limit: it reverts, or it locks at the live mark. A read that failed for want of gas
    /// would freeze the last mark.
    function test_insufficientGas_neverTurnsAFreshPriceIntoAStaleOne() public {
        Actor memory loser = _actor("loser", 8_000);
        _trade(loser, maker, btc, 2e9, 60_000e18);
        _settleAnchors(solo);
        vm.etch(address(_hungry()), address(new HungrySource(50_000e18)).code);
        _begin();
        uint256 locked;
        for (uint256 gas = 20_000; gas < 600_000; gas += 2_500) {
            uint256 start = vm.snapshotState();
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, ) = address(venue).call{gas: gas}(abi.encodeCall(venue.absorb, (solo, _list(loser.id))));
            if (ok) {
                ++locked;
                vm.assertTrue(_group(solo).phase == Phase.LOCKED, "it went through without a lock");
                vm.assertEq(_market(btc).recordedMark, 50_000e18, "frozen at a mark that was not live");
                vm.assertEq(uint256(_group(solo).absorbed), 1, "nobody was absorbed");
            }
            vm.revertToState(start);
        }
        vm.assertGt(locked, 10, "it never had enough: this test says nothing");
        (, int256 loss) = _report("insufficient gas at a price read");
        vm.assertEq(loss, 0, "the honest lost");
    }

    function _hungry() private returns (IPriceSource source) {
        source = new HungrySource(60_000e18);
        venue.setPriceSource(btc, source);
    }

    /// @dev Gas of a batch with one good maker behind `count` bad ones.
    function _gasOf(uint256 count, address wallet) private returns (uint256 gas) {
        uint256 start = vm.snapshotState();
        Match[] memory m = _match(taker, maker, btc, 1e9, 60_000e18);
        Fill[] memory fills = new Fill[](count + 1);
        for (uint256 i; i < count; ++i) {
            Actor memory bad = Actor(wallet, maker.key, accountOf(wallet, uint32(i)));
            fills[i] = _makerFill(bad, btc, -1e9, 60_000e18)[0];
        }
        fills[count] = m[0].fills[0];
        m[0].fills = fills;
        gas = gasleft();
        venue.settle(_pack(m, false));
        gas -= gasleft();
        vm.assertEq(_size(taker.id, btc), 1e9, "the good maker was not filled");
        vm.revertToState(start);
    }
}
