// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {CollateralLib} from "../collateral/CollateralLib.sol";
import {OfferLib} from "../collateral/OfferLib.sol";
import {LockLib} from "../deleveraging/LockLib.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {Collateral, Phase} from "../Ledger.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {MarkLib} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {PPM, priceShareDown} from "../types/Arithmetic.sol";
import {Money, NO_MONEY} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {ExchangeView, ICollateralLens, PledgeStanding} from "./ICollateralLens.sol";
import {Present, StandingLib} from "./StandingLib.sol";

/// @dev `inspect` for callers that read: it always reverts.
interface IInspectedPledges {
    function inspect(address lens, bytes calldata call) external view;
}

/// @title The lens of pledges. See ICollateralLens.
/// @notice It asks the clearinghouse to run `read` on its own storage, so it cannot disagree with it.
contract CollateralLens is ClearinghouseStorage, ICollateralLens {
    /// @inheritdoc ICollateralLens
    function exchanges(
        IClearinghouse clearinghouse,
        AccountId[] calldata ids
    ) external view returns (ExchangeView[] memory) {
        bytes memory call = abi.encodeCall(this.read, (ids));
        try IInspectedPledges(address(clearinghouse)).inspect(address(this), call) {
            revert NotAClearinghouse(address(clearinghouse));
        } catch (bytes memory data) {
            if (data.length < 96) revert NotAClearinghouse(address(clearinghouse));
            (bool ok, bytes memory answer) = abi.decode(data, (bool, bytes));
            if (!ok) revert NotAClearinghouse(address(clearinghouse));
            return abi.decode(answer, (ExchangeView[]));
        }
    }

    /// @notice By `inspect` only: elsewhere there is no ledger.
    function read(AccountId[] calldata ids) external view returns (ExchangeView[] memory views) {
        views = new ExchangeView[](ids.length);
        for (uint256 i; i < ids.length; ++i) _read(views[i], ids[i]);
    }

    function _read(ExchangeView memory v, AccountId id) private view {
        uint256 mask = _ledger.accounts[id].pledged;
        v.account = id;
        v.alone = StandingLib.cashOf(_ledger, id);
        (v.counted, v.committed, ) = CollateralLib.valueOf(_ledger, id, mask);
        if (_ledger.accounts[id].open != 0) _setNeed(v, id);
        v.offeredAt = OfferLib.offeredAt(_ledger, id);
        if (v.offeredAt != 0) {
            v.lineFrom = v.offeredAt + OfferLib.LINE_DELAY;
            v.lapsesAt = v.offeredAt + OfferLib.OFFER_LAPSE;
        }
        uint256 count;
        for (uint256 i; mask >> i != 0; ++i) count += (mask >> i) & 1;
        v.pledges = new PledgeStanding[](count);
        for (uint256 i; count != 0; ++i) {
            if (mask & (1 << i) == 0) continue;
            _setPledge(v.pledges[v.pledges.length - count], v, i + 1);
            --count;
        }
    }

    /// @dev As OfferLib finds it.
    function _setNeed(ExchangeView memory v, AccountId id) private view {
        Present memory p = StandingLib.present(_ledger, _ledger.accounts[id].group);
        Health memory h = StandingLib.healthOf(_ledger, id, p.quotes, MarginLib.NO_MARKET);
        v.alone = h.equity - (h.cash - v.alone);
        v.covered = OfferLib.isCovered(h);
        if (!h.fresh) {
            // as `healthOf`, with its pledges at most
            AccountWord word = CollateralLib.forMarginAtMost(_ledger, id);
            MarginLib.setAccount(h, _ledger, word, id, p.quotes, MarginLib.NO_MARKET);
            MarginLib.addCash(h, StandingLib.cashOf(_ledger, id) - Money.wrap(_ledger.accounts[id].cash));
        }
        v.ready =
            h.fresh &&
            p.phase == Phase.NORMAL &&
            !p.gapped &&
            block.timestamp >= LockLib.absorbableFrom(_ledger, p.group);
        v.need = OfferLib.needOf(_ledger, id, h, v.alone, v.covered);
    }

    function _setPledge(PledgeStanding memory each, ExchangeView memory v, uint256 id) private view {
        Collateral storage c = _ledger.collaterals[id];
        each.id = id;
        (each.units, each.fee) = CollateralLib.unitsOf(_ledger.pledges[v.account][id]);
        (each.counted, each.committed, ) = CollateralLib.valueOf(_ledger, v.account, 1 << (id - 1));
        uint256 since = v.offeredAt;
        bool whole;
        if (_ledger.recovery.shortfall == 0 && _ledger.outflow.lockedGroups == 0) {
            uint256 closing = OfferLib.closingSince(c);
            if (closing != 0) (since, whole) = (closing, true);
        }
        if (since == 0 || !(whole || v.need > NO_MONEY)) return;
        (Price live, bool fresh) = MarkLib.liveOf(c.priceFeed, c.heartbeat, c.exponent);
        if (!fresh) return;
        each.discount = CollateralLib.discountOf(c, since);
        each.price = priceShareDown(live, PPM - each.discount);
        Price least = CollateralLib.committedPrice(c);
        if ((whole || !v.covered) && each.price < least) each.price = least;
        each.buyable = each.units;
        if (!whole) each.buyable = Math.min(CollateralLib.unitsUp(v.need, each.price, c.decimals), each.units);
    }
}
