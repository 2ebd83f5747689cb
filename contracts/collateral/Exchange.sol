// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {IAccounts} from "../interfaces/IAccounts.sol";
import {CollateralView, ICollateral, IPledgeExchange, PledgeView, PledgesView} from "../interfaces/ICollateral.sol";
import {Collateral, CollateralParams, Ledger} from "../Ledger.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {Money, toMoney} from "../types/Money.sol";
import {NO_PRICE, Price, toPrice} from "../types/Price.sol";
import {CollateralLib, PledgePrice} from "./CollateralLib.sol";
import {Buyer, ExchangeLib} from "./ExchangeLib.sol";
import {OfferLib} from "./OfferLib.sol";

/// @title Exchange: how pledges become cash, and what there is of them. See ICollateral.
contract Exchange is ClearinghouseStorage, IPledgeExchange {
    using CollateralLib for Collateral;
    using CollateralLib for Ledger;

    modifier onlyItself() {
        if (msg.sender != address(this)) revert ICollateral.OnlyItself();
        _;
    }

    function offerPledges(AccountId account) external nonReentrant {
        ExchangeLib.offer(_ledger, account);
    }

    function clearOffer(AccountId account) external nonReentrant {
        ExchangeLib.clear(_ledger, account);
    }

    function buyPledge(
        AccountId account,
        uint256 id,
        uint256 maxUnits,
        uint32 number,
        address to,
        Price limit
    ) external nonReentrant returns (uint256, Money) {
        return ExchangeLib.buy(_ledger, account, id, _buyer(number, maxUnits, to, limit));
    }

    function exchangeWithLine(AccountId account, uint256 id) external nonReentrant returns (uint256, Money) {
        return ExchangeLib.byLine(_ledger, account, id);
    }

    function buyStock(
        uint256 id,
        uint256 maxUnits,
        uint32 number,
        address to,
        Price limit
    ) external nonReentrant returns (uint256, Money) {
        return ExchangeLib.buyStock(_ledger, id, _buyer(number, maxUnits, to, limit));
    }

    function equityAtMost(AccountId account) external view returns (Money) {
        return ExchangeLib.equityAtMost(_ledger, account);
    }

    function forLock(AccountId account) external view returns (uint256) {
        return AccountWord.unwrap(CollateralLib.forLock(_ledger, account));
    }

    /// @dev Not `nonReentrant`, as `payDebt`: an absorb calls it in its midst.
    function exchangeInLock(AccountId account) external onlyItself returns (uint256) {
        return ExchangeLib.inLock(_ledger, account).toUint();
    }

    function payDebt(AccountId account) external onlyItself returns (int256) {
        return Money.unwrap(ExchangeLib.payDebt(_ledger, account));
    }

    // ------------------------------------------------------------------ views

    function collateral(uint256 id) external view returns (CollateralView memory v) {
        Collateral storage c = _ledger.collateralOf(id);
        PledgePrice memory p = c.priceOf();
        (v.token, v.source, v.decimals) = (c.token, c.source, c.decimals);
        v.params = CollateralParams(c.haircut, c.maxDiscount, c.discountRate, c.feeRate, c.cap);
        (v.live, v.fresh) = (p.fresh ? p.live : NO_PRICE, p.fresh);
        (v.anchor, v.recordedPrice, v.recordedAt) = (toPrice(c.anchor), toPrice(c.recordedPrice), c.recordedAt);
        (v.floor, v.counted, v.committed) = (c.floor.price(), p.counted, p.committed);
        (v.line, v.pledged, v.stock) = (toMoney(c.line), c.pledged, c.stock);
        v.stockDiscount = c.stock == 0 ? 0 : c.discountOf(c.offeredAt);
        v.closesAt = c.closesAt;
    }

    function pledgesOf(AccountId account) external view returns (PledgesView memory v) {
        uint256 mask = _ledger.accounts[account].pledged;
        (v.counted, v.committed, v.fresh) = _ledger.valueOf(account, mask);
        v.offeredAt = OfferLib.offeredAt(_ledger, account);
        uint256 count;
        for (uint256 i; mask >> i != 0; ++i) count += (mask >> i) & 1;
        v.pledges = new PledgeView[](count);
        for (uint256 i; count != 0; ++i) {
            if (mask & (1 << i) == 0) continue;
            PledgeView memory each = v.pledges[v.pledges.length - count];
            each.id = i + 1;
            (each.units, each.fee) = CollateralLib.unitsOf(_ledger.pledges[account][i + 1]);
            (each.counted, each.committed, ) = _ledger.valueOf(account, 1 << i);
            --count;
        }
    }

    function _buyer(uint32 number, uint256 max, address to, Price limit) private view returns (Buyer memory) {
        if (to == address(0)) revert IAccounts.ZeroAddress();
        if (to == address(this)) revert IAccounts.RecipientIsClearinghouse();
        return Buyer(accountOf(msg.sender, number), max, to, limit);
    }
}
