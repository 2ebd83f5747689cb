// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode, Phase} from "../../contracts/Ledger.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill, Match} from "../base/Packing.sol";
import {NodeView} from "../base/TestLens.sol";
import {Attack} from "./Attack.sol";

/// @title A queue too long to walk in one transaction
/// @custom:source Our own review; class: Liquity v1's and Aave's lists, whose walks ran out of gas
/// @notice Averaging at a low mark makes levels of the low mark's granule anywhere between it and the first entry. The
/// attacker makes thousands of them, with the vault's place in the middle, so that a settlement in which the vault
/// takes inventory has to walk.
contract LongQueueAttack is Attack {
    uint256 internal constant HIGH = 45_000e18;
    uint256 internal constant LOW = 9_400e18;
    /// Between two levels, at least the granule at LOW.
    uint256 internal constant SPAN = 20_000e18;
    /// EIP-7825.
    uint256 internal constant MAX_GAS = 16_777_216;

    Actor internal crowd;
    Actor internal deep;
    Actor internal loser;
    uint256 internal crowded;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (crowd, deep) = (_actor("crowd"), _honest("deep", 40_000_000));
        loser = _actor("loser", 5_000);
    }

    function test_settlementOverALongQueue_isSplitByItsSteps() public {
        uint256 levels = _build();
        _default();

        uint256 start = vm.snapshotState();
        (bytes32 outcome, uint256 max, uint256 steps) = _settle(1);
        vm.assertGt(steps, levels / 3 / 6, "the walk is short: this test says nothing");
        // Six nodes, or what netting costs.
        vm.assertLt(max, 400_000, "a step of unbounded gas");
        vm.revertToState(start);
        (bytes32 other, uint256 gas, ) = _settle(100);
        vm.assertEq(other, outcome, "steps changed the outcome");
        vm.assertLt(gas, MAX_GAS, "a transaction too large");
        vm.revertToState(start);
        (other, , ) = _settle(7);
        vm.assertEq(other, outcome, "steps changed the outcome");
        _log(
            string.concat(
                vm.toString(levels),
                " levels: steps ",
                vm.toString(steps),
                ", the largest ",
                vm.toString(max),
                "; a hundred at once ",
                vm.toString(gas)
            )
        );
        _line("a settlement over a long queue, stuck", 0, 0);
    }

    /// Between two steps anybody can deposit into the vault's inventory account; the walk goes on, and what the vault
    /// takes stays.
    function test_depositsBetweenSteps_changeNeitherPlaceNorSize() public {
        _build();
        _default();
        uint256 start = vm.snapshotState();
        _settle(1);
        AccountId inventory = accountOf(vault.owner, 1);
        int256 took = _size(inventory, btc);
        vm.assertLt(took, 0, "the vault took nothing: this test says nothing");
        vm.revertToState(start);
        for (bool done; !done;) {
            _fund(inventory, 1_000 * TOKEN);
            done = venue.deleverage(solo, 1);
        }
        vm.assertEq(_size(inventory, btc), took);
        vm.assertTrue(_linksAgree(btc, false), "links");
    }

    /// The vault has inventory of the side already, so that it leaves its node and enters another: its own node must
    /// not be the hint.
    function test_theVaultsOwnNodeOnTheWay_isNoHint() public {
        _build();
        for (uint256 i; i < 2; ++i) {
            _default();
            _settle(1);
            vm.assertTrue(_linksAgree(btc, false), "links");
            _fund(loser, 5_000);
            _settleAnchors(solo);
        }
        NodeView[] memory shorts = _nodes(btc, false);
        for (uint256 i = 1; i < shorts.length; ++i) vm.assertGe(shorts[i].rank, shorts[i - 1].rank, "order");
    }

    /// The mark is beyond all levels, as at a new high or low: the vault's place is before the head. From the tail all
    /// levels would be passed in one step, and beyond QueueLib.MAX_WALK the settlement would revert for ever.
    function test_placeBeforeTheHead_isNotSoughtFromTheTail() public {
        _build(2_100, 46_000e18);
        _default();
        (, uint256 max, ) = _settle(1);
        vm.assertTrue(_nodes(btc, false)[0].id == _position(accountOf(vault.owner, 1), btc).node, "not the head");
        vm.assertLt(max, 400_000, "a step of unbounded gas");
        _line("a settlement at a new high over a long queue, stuck", 0, 0);
    }

    // ------------------------------------------------------------------ inside

    function _build() private returns (uint256 levels) {
        levels = _repetitions(600);
        if (levels > 4_300) levels = 4_300; // a granule apart
        _build(levels, 31_500e18);
    }

    /// @dev Shorts of HIGH that average down at LOW, each to a level of its own; then the mark rises to `mark`.
    function _build(uint256 levels, uint256 mark) private {
        crowded = levels;
        _creep(btc, HIGH);
        for (uint256 i; i < levels; i += 50) this.fund(i, i + 50);
        for (uint256 i; i < levels; i += 50) this.sell(i, i + 50, levels, HIGH);
        _creep(btc, LOW);
        for (uint256 i; i < levels; i += 50) this.sell(i, i + 50, levels, LOW);
        _creep(btc, mark);
        vm.assertGt(_nodes(btc, false).length, (levels * 9) / 10, "levels");
    }

    function fund(uint256 from, uint256 to) external {
        for (uint256 i = from; i < to; ++i) _fund(_at(i), 1_000 * TOKEN);
    }

    /// @dev Some of the crowd sell to the deep account; each names his neighbour's node as the hint. A call of its own:
    /// its memory is free again.
    function sell(uint256 from, uint256 to, uint256 levels, uint256 price) external {
        Match[] memory m = new Match[](1);
        m[0].fills = new Fill[](to - from);
        NodeId hint = from == 0 ? NO_NODE : _position(_at(from - 1), btc).node;
        uint256 sum;
        for (uint256 i = from; i < to; ++i) {
            uint256 level = 41_500e18 - (i * SPAN) / levels;
            uint256 size = price == HIGH ? 1e7 : (1e7 * (HIGH - level)) / (level - LOW);
            m[0].fills[i - from] = _makerFill(Actor(crowd.owner, crowd.key, _at(i)), btc, -int256(size), price)[0];
            m[0].fills[i - from].hint = hint;
            sum += size;
        }
        m[0].taker = _sign(deep, _order(deep, btc, int256(sum), price, true));
        venue.settle(_pack(m, true));
    }

    function _at(uint256 i) private view returns (AccountId) {
        return accountOf(crowd.owner, uint32(i));
    }

    /// @dev A short with little margin, a jump, and the end of the lock.
    function _default() private {
        uint256 mark = _price(btc);
        Match[] memory m = _match(loser, deep, btc, -int256(90_000e27 / mark), mark);
        // His place may be more than QueueLib.MAX_WALK nodes from both ends.
        m[0].hint = _position(_at(mark < 41_500e18 ? ((41_500e18 - mark) * crowded) / SPAN : 0), btc).node;
        venue.settle(_pack(m, true));
        _settleAnchors(solo);
        _setPrice(btc, (mark * 108) / 100);
        venue.poke(solo);
        _absorb(loser.id);
        vm.warp(_group(solo).until);
    }

    function _settle(uint256 steps) private returns (bytes32 outcome, uint256 max, uint256 calls) {
        for (bool done; !done; ++calls) {
            vm.cool(address(venue)); // as in a transaction of its own
            uint256 gas = gasleft();
            done = venue.deleverage(solo, steps);
            gas -= gasleft();
            if (gas > max) max = gas;
        }
        vm.assertTrue(_group(solo).phase == Phase.NORMAL);
        outcome = keccak256(
            abi.encode(
                _position(accountOf(vault.owner, 1), btc),
                _equity(deep.id),
                _equity(_at(3)),
                _cash(pot),
                _nodes(btc, false),
                _nodes(btc, true)
            )
        );
    }
}
