// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ICollateral} from "../interfaces/ICollateral.sol";
import {Collateral, Ledger} from "../Ledger.sol";
import {LiquidationLib} from "../liquidation/LiquidationLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {Money, NO_MONEY} from "../types/Money.sol";
import {CollateralLib} from "./CollateralLib.sol";

/// @title Offers of pledges: what an account needs, and since when it sells
library OfferLib {
    using MarginLib for Health;

    /// @notice For how long others may buy before the line does, and for how long an offer stands, seconds.
    uint256 internal constant LINE_DELAY = 1 hours;
    uint256 internal constant OFFER_LAPSE = 2 hours;

    /// @notice What an account with positions needs: its debt; up to initial margin when it is covered and can be
    /// liquidated. Not covered, it sells at a price of before, so no more of it than the debt. In a recovery only the
    /// debt: claims above it may be worth less than what is sold for them.
    /// @param h Its health, with pledges that have no fresh price at the most that they can count for.
    /// @param alone Its cash and positions.
    /// @param covered `isCovered`, pledges without a fresh price at what they count for.
    /// @return need Nothing: it may keep its pledges.
    function needOf(
        Ledger storage ledger,
        AccountId account,
        Health memory h,
        Money alone,
        bool covered
    ) internal view returns (Money need) {
        if (covered && ledger.recovery.shortfall == 0 && LiquidationLib.liquidatable(ledger, account, h)) {
            need = (h.initial - alone).positive();
        } else {
            need = (-alone).positive();
        }
    }

    /// @notice Does what its pledges count for cover an account's debt, at the mark, the anchor and the recorded mark?
    /// Sold for less than the committed price they would else make a debt there that nobody gained by.
    function isCovered(Health memory h) internal pure returns (bool) {
        return h.equity >= NO_MONEY && h.isSound();
    }

    /// @notice Since when an account's pledges are on offer; 0: they are not, or the offer has lapsed.
    function offeredAt(Ledger storage ledger, AccountId account) internal view returns (uint256 since) {
        since = ledger.pledgesOfferedAt[account];
        if (block.timestamp >= since + OFFER_LAPSE) since = 0;
    }

    /// @notice Since when what is pledged of a collateral that is closing is on offer as a whole, whoever pledged it;
    /// 0: it is not. From the end of its notice on one offer follows the other, each `OFFER_LAPSE` long, so nobody has
    /// to make one and none is ever old.
    function closingSince(Collateral storage c) internal view returns (uint256) {
        if (c.cap != 0) return 0; // in a slot that every sale reads anyway
        uint256 from = c.closesAt;
        if (block.timestamp < from) return 0;
        return block.timestamp - ((block.timestamp - from) % OFFER_LAPSE);
    }

    /// @notice Ends the offer of an account, if there is one.
    function end(Ledger storage ledger, AccountId account) internal {
        if (ledger.pledgesOfferedAt[account] == 0) return;
        ledger.pledgesOfferedAt[account] = 0;
        emit ICollateral.PledgesOffered(account, 0);
    }

    /// @notice Ends the offer of an account with positions that needs nothing any more at fresh `quotes`, so that its
    /// next need begins without a discount.
    function endIfCured(Ledger storage ledger, AccountId account, Quote[] memory quotes) internal {
        if (ledger.pledgesOfferedAt[account] == 0) return;
        Health memory h = CollateralLib.health(ledger, account, quotes);
        if (!h.fresh) return;
        Money alone = h.equity - (h.cash - Money.wrap(ledger.accounts[account].cash));
        if (needOf(ledger, account, h, alone, isCovered(h)) == NO_MONEY) end(ledger, account);
    }
}
