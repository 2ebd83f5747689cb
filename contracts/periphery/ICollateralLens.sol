// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {AccountId} from "../types/AccountId.sol";
import {Money} from "../types/Money.sol";
import {Price} from "../types/Price.sol";

/// @dev What an account has pledged of one collateral, and who could buy how much of it now.
struct PledgeStanding {
    uint256 id;
    /// The token's smallest units, less the fee that is due.
    uint256 units;
    uint256 fee;
    /// What it counts for in equity, and what the line pays for it in a lock. 1e-9 quote.
    Money counted;
    Money committed;
    /// Of a whole token: what a buyer pays now, 1e-18 quote, and the discount on offer, ppm. Zero: it is not on offer,
    /// nothing of it is needed, or there is no fresh price.
    Price price;
    uint256 discount;
    /// How much of it the account's need is worth at that price; all of it when its collateral is closing.
    uint256 buyable;
}

/// @dev An account's pledges together. As the next call would find it, before that moves anything.
struct ExchangeView {
    AccountId account;
    PledgeStanding[] pledges;
    /// Cash and positions without what is pledged, 1e-9 quote.
    Money alone;
    Money counted;
    Money committed;
    /// What has to be exchanged: what `alone` is below zero by; below initial margin by when the account can be
    /// liquidated and is covered.
    Money need;
    /// All prices of its legs are fresh, and nothing is locked, jumping or paused: an offer or an exchange is possible
    /// now.
    bool ready;
    /// What its pledges count for covers it, at the mark, the anchor and the recorded mark. Else the line may buy at
    /// once, and nobody below what it pays.
    bool covered;
    /// Since when its pledges are on offer, from when the line buys, and when the offer lapses. 0: they are not.
    uint256 offeredAt;
    uint256 lineFrom;
    uint256 lapsesAt;
}

/// @title Views over pledges, for wallets and keepers
interface ICollateralLens {
    error NotAClearinghouse(address clearinghouse);

    /// @notice Where the pledges of some accounts stand: what they count for, what is due to be exchanged, and at what
    /// discount.
    function exchanges(
        IClearinghouse clearinghouse,
        AccountId[] calldata ids
    ) external view returns (ExchangeView[] memory);
}
