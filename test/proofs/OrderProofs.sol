// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {NodeId, levelUp} from "../../contracts/types/NodeId.sol";
import {MAX_MARK, MIN_MARK, Price} from "../../contracts/types/Price.sol";

/// @notice The order of keys is the order of gain at every price (INV-7), and a level understates by less than one
/// granule.
/// @dev Marks from MIN_MARK to MAX_MARK, ranks below 2^89 in magnitude: above what a stored funding (int88), a charge
/// (uint88) and a mark can make. See PackingProofs for `check_` and `sanity_`.
contract OrderProofs {
    int256 private constant MAX = 1 << 89;

    /// @dev CLZ as the tool has it, against its definition: x lies in [2^k, 2^(k+1)).
    function check_clz_isExact(uint256 x, uint8 k) external pure {
        if (x >> k == 1) assert(_clz(x) == 255 - k);
        if (x == 0) assert(_clz(x) == 256);
    }

    function sanity_clz_isExact(uint256 x) external pure {
        assert(_clz(x) != 100);
    }

    /// @dev gain of a long = m~ - rank, of a short = -m~ - rank. Any two ranks that a node can have, any two m~.
    function check_rank_ordersGainAtEveryPrice(int256 a, int256 b, int256 tilde, int256 other) external pure {
        if (_outside(a >> 3) || _outside(b >> 3) || _outside(tilde) || _outside(other)) return;
        (Price rankA, Price rankB) = (Price.wrap(a), Price.wrap(b));
        if (rankA >= rankB) return;
        (Price m, Price n) = (Price.wrap(tilde), Price.wrap(other));
        assert(m - rankA > m - rankB && -m - rankA > -m - rankB);
        assert((m - rankA) - (m - rankB) == (n - rankA) - (n - rankB));
        assert((-m - rankA) - (-m - rankB) == (n - rankA) - (n - rankB));
    }

    /// @dev And these are the ranks that a node can have: at most 2^91, of any generation the same.
    function check_rank_isInBounds(uint48 id, uint16 generation) external pure {
        if (!_canExist(id)) return;
        int256 rank = Price.unwrap(NodeId.wrap(id).rank());
        assert(rank <= MAX << 2 && rank >= -MAX << 2);
        assert(rank == Price.unwrap(NodeId.wrap(id).withGeneration(generation).rank()));
    }

    function sanity_rank_isInBounds(uint48 id) external pure {
        if (!_canExist(id)) return;
        assert(!_outside(Price.unwrap(NodeId.wrap(id).rank())));
    }

    function sanity_rank_ordersGainAtEveryPrice(uint48 a, uint48 b) external pure {
        if (!_canExist(a) || !_canExist(b)) return;
        // The id itself is not in the order of gain: its exponent stands above its index.
        assert(a >= b || NodeId.wrap(a).rank() <= NodeId.wrap(b).rank());
    }

    /// @dev key - granule < rank <= key.
    function check_levelUp_understatesByLessThanOneGranule(int256 rank, uint256 mark) external pure {
        if (_outside(rank) || !_isMark(mark)) return;
        (NodeId level, ) = levelUp(Price.wrap(rank), Price.wrap(int256(mark)));
        int256 key = Price.unwrap(level.rank());
        assert(rank <= key && key - rank < _granule(level));
    }

    function sanity_levelUp_understatesByLessThanOneGranule(int256 rank, uint256 mark) external pure {
        if (_outside(rank) || !_isMark(mark)) return;
        (NodeId level, ) = levelUp(Price.wrap(rank), Price.wrap(int256(mark)));
        assert(Price.unwrap(level.rank()) - rank < _granule(level) - 1);
    }

    /// @dev Generation 0, not the sentinel, exponent and index as `_canExist` says; and a granule of at most mark /
    /// 2^10 (or 2 units) unless the rank is so far away that its index would not fit.
    function check_levelUp_makesAnIdThatCanExist(int256 rank, uint256 mark) external pure {
        if (_outside(rank) || !_isMark(mark)) return;
        (NodeId level, ) = levelUp(Price.wrap(rank), Price.wrap(int256(mark)));
        uint256 id = NodeId.unwrap(level);
        assert(id != 0 && id & 0xffff == 0 && _canExist(uint48(id)));
        uint256 granule = uint256(_granule(level));
        uint256 far = uint256(rank < 0 ? -rank : rank);
        assert(granule <= 2 || granule << 10 <= mark || granule << 21 <= far);
        assert(granule << 11 > mark);
    }

    function sanity_levelUp_makesAnIdThatCanExist(int256 rank, uint256 mark) external pure {
        if (_outside(rank) || !_isMark(mark)) return;
        (NodeId level, ) = levelUp(Price.wrap(rank), Price.wrap(int256(mark)));
        assert(uint256(_granule(level)) << 10 <= mark);
    }

    /// @dev At one mark, ranks up to 2^10 marks away get the same granule; that their levels are then in their order is
    /// in levels.smt2.
    function check_levelUp_keepsTheOrderOfRanks(int256 a, int256 b, uint256 mark) external pure {
        if (!_isMark(mark)) return;
        int256 near = int256(mark) << 10;
        if (a <= -near || b >= near || b <= -near || a >= near) return;
        (NodeId levelA, ) = levelUp(Price.wrap(a), Price.wrap(int256(mark)));
        (NodeId levelB, ) = levelUp(Price.wrap(b), Price.wrap(int256(mark)));
        assert(_granule(levelA) == _granule(levelB));
    }

    function sanity_levelUp_keepsTheOrderOfRanks(int256 a, int256 b, uint256 mark) external pure {
        if (!_isMark(mark) || a >= b || a < 0 || b > int256(mark)) return;
        (NodeId levelA, ) = levelUp(Price.wrap(a), Price.wrap(int256(mark)));
        (NodeId levelB, ) = levelUp(Price.wrap(b), Price.wrap(int256(mark)));
        assert(levelA.rank() < levelB.rank());
    }

    function sanity_exactRank_isAtMostOneResidueAbove(int256 rank, uint256 mark) external pure {
        if (_outside(rank) || !_isMark(mark)) return;
        (NodeId level, uint24 residue) = levelUp(Price.wrap(rank), Price.wrap(int256(mark)));
        assert(Price.unwrap(level.exactRank(residue)) == rank);
    }

    function _clz(uint256 x) private pure returns (uint256 zeros) {
        assembly ("memory-safe") {
            zeros := clz(x)
        }
    }

    /// @dev Exponent and index (less its bias at most 2^22) that `levelUp` makes for |rank| < 2^89 and a mark below
    /// 2^80.
    function _canExist(uint48 id) private pure returns (bool) {
        uint256 index = (id >> 16) & 0xffffff;
        return id >> 40 >= 1 && id >> 40 <= 69 && index >= 1 << 22 && index <= 3 << 22;
    }

    function _granule(NodeId level) private pure returns (int256) {
        return int256(1) << (NodeId.unwrap(level) >> 40);
    }

    function _outside(int256 x) private pure returns (bool) {
        return x <= -MAX || x >= MAX;
    }

    function _isMark(uint256 mark) private pure returns (bool) {
        return mark >= MIN_MARK.toUint() && mark <= MAX_MARK.toUint();
    }
}
