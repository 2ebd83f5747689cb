// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {VenueParams, MarketParams, Mode, Phase} from "../../contracts/Ledger.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Anchors that move on into a gap
/// @custom:source Our own review: a fill was tested against the anchor that it then moved on from
/// @notice The mark rises by less than the gap threshold and falls by nearly two. From the anchor that is no gap, from
/// the recorded mark, which is the next anchor, it is. A winner leaves to a newcomer, who is then charged for a jump
/// that he did not gain.
contract AdvanceIntoAGapAttack is Attack {
    uint256 internal constant MARK = 60_000e18;
    uint256 internal constant UP = 61_150e18;
    uint256 internal constant DOWN = 58_850e18; // 3.8% below the recorded mark, 1.9% below the anchor

    Actor internal loser;
    Actor internal winner;
    Actor internal newcomer;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0);
        (loser, winner) = (_honest("loser", 303_500), _attacker("winner", 1_000_000));
        newcomer = _honest("newcomer", 1_000_000);
        _trade(loser, winner, btc, 100e9, MARK);
        _settleAnchors(solo);
    }

    function test_theFillThatWouldMoveTheAnchors_isRefused_andTheJumpIsTheWinners() public {
        _upAndDown(120);
        _assertRefused();
        venue.poke(solo);
        vm.assertTrue(_group(solo).phase == Phase.LOCKED, "the advice of GapOpen helps");
        skip(120);
        venue.poke(solo);
        _begin();
        _setPrice(btc, 56_500e18);
        venue.poke(solo);
        _absorb(loser.id);
        _deleverage(solo);
        (int256 gain, int256 loss) = _reportBeyond(
            "a winner leaves when the anchors move on",
            _notional(100e9, DOWN - 56_500e18)
        );
        vm.assertLe(gain, 0, "the winner did not pay for the default");
        vm.assertLe(loss, 0, "the honest paid more than the move");
        vm.assertEq(_shortfall(), 0, "shortfall");
    }

    /// Nor a second before the anchors are due: the recorded mark is the next anchor then, too.
    function test_theFillBeforeTheAnchorsAreDue_isRefused() public {
        _upAndDown(1);
        _assertRefused();
        _upAndDown(119);
        _assertRefused();
    }

    function test_withdrawalsWait() public {
        _upAndDown(120);
        (bool ok, bytes4 why) = _tryWithdraw(winner, 1 * TOKEN);
        vm.assertFalse(ok, "a withdrawal");
        vm.assertEq(bytes32(why), bytes32(IDeleveraging.GapOpen.selector));
    }

    /// Whoever takes over a liquidated position enters as with a fill.
    function test_liquidationsWait() public {
        Actor memory low = _honest("low", 30_500);
        _trade(low, winner, btc, 10e9, MARK);
        for (uint256 i; i < 2; ++i) {
            uint256 start = vm.snapshotState();
            _upAndDown(i == 0 ? 120 : 1);
            (bool ok, bytes4 why) = _tryLiquidate(newcomer, low.id, btc, type(uint256).max);
            vm.assertFalse(ok, "a liquidation");
            vm.assertEq(bytes32(why), bytes32(IDeleveraging.GapOpen.selector));
            vm.revertToState(start);
        }
    }

    function test_theVaultsOfferWaits() public {
        _upAndDown(120);
        (bool ok, bytes4 why) = _try(
            newcomer.owner,
            abi.encodeCall(venue.buyInventory, (btc, 0, 1e9, NO_NODE, ANY_PRICE, NEVER))
        );
        vm.assertFalse(ok, "a purchase");
        vm.assertEq(bytes32(why), bytes32(IDeleveraging.GapOpen.selector));
    }

    /// A margin call syncs too, and must not move the anchors into the gap.
    function test_aMarginCall_movesNoAnchorIntoTheGap() public {
        _upAndDown(120);
        venue.marginCall(loser.id);
        vm.assertEq(_market(btc).anchor, int256(MARK));
        vm.assertEq(_market(btc).recordedMark, int256(UP));
    }

    /// A lower threshold may open a gap at once; then the lock is the way on.
    function test_aLowerThreshold_opensAGapThatPokeLocks() public {
        _setPrice(btc, 60_600e18);
        _trade(newcomer, winner, btc, 1e9, 60_600e18);
        MarketParams memory p = _marketParams();
        p.gapThreshold = 5_000;
        venue.setMarketParams(btc, p);
        (bool ok, bytes4 why) = _tryTrade(newcomer, winner, btc, 1e9, 60_600e18);
        vm.assertFalse(ok);
        vm.assertEq(bytes32(why), bytes32(IDeleveraging.GapOpen.selector));
        venue.poke(solo);
        vm.assertTrue(_group(solo).phase == Phase.LOCKED);
    }

    /// Who enters at a mark is locked in only by a move from that mark: however long it then stands still, no gap
    /// opens.
    function testFuzz_afterAFill_noGapOpensWhileTheMarkStandsStill(uint256[16] calldata moves) public {
        VenueParams memory p = _venueParams();
        uint256 filled;
        for (uint256 i; i < moves.length; ++i) {
            _setPrice(btc, (_price(btc) * (980_000 + (moves[i] % 40_001))) / 1e6);
            skip((moves[i] >> 32) % (2 * p.lockDelay));
            (bool ok, ) = _tryTrade(newcomer, winner, btc, i % 2 == 0 ? int256(1e9) : -int256(1e9), _price(btc));
            if (!ok) {
                venue.poke(solo);
                continue;
            }
            ++filled;
            uint256 start = vm.snapshotState();
            for (uint256 k; k < 4; ++k) {
                venue.poke(solo);
                vm.assertTrue(_group(solo).phase == Phase.NORMAL, "a gap without a move");
                skip(p.lockDelay);
            }
            vm.revertToState(start);
        }
    }

    // ------------------------------------------------------------------ inside

    /// @dev Anchor 60,000, recorded mark 61,150, mark 58,850, `later` seconds after the recorded mark was recorded.
    function _upAndDown(uint256 later) private {
        if (_market(btc).recordedMark == int256(MARK)) {
            _setPrice(btc, UP);
            skip(120);
            venue.poke(solo);
        }
        skip(later);
        _setPrice(btc, DOWN);
    }

    function _assertRefused() private {
        (bool ok, bytes4 why) = _tryTrade(winner, newcomer, btc, 100e9, DOWN);
        vm.assertFalse(ok, "the winner left");
        vm.assertEq(bytes32(why), bytes32(IDeleveraging.GapOpen.selector));
    }
}
