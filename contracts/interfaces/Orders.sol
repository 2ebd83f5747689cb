// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

/// @notice On which side of a match an order may stand.
enum Use {
    /// It only takes what rests.
    TAKER,
    /// It only rests: post-only.
    MAKER,
    /// It takes first, and what is left rests, under one signature.
    EITHER
}

/// @notice A signed wish to trade (EIP-712). Its packed form, in which it reaches the clearinghouse, is in
/// PackedOrders.
struct Order {
    /// The account that trades.
    AccountId account;
    MarketId market;
    /// Positive buys, negative sells. 1e-9 base.
    Size size;
    /// Worst price. 1e-18 quote per base. As a maker it is filled at exactly this price.
    Price limit;
    /// `sequence << 16 | lane`. Each lane holds one live order: filling or cancelling a sequence voids all lower ones
    /// of its lane. A sequence is at most milliseconds of Unix time, an hour ahead; a small counter is allowed too.
    uint64 salt;
    /// Last second of validity, Unix time.
    uint40 expiry;
    Use use;
    /// Only ever shrinks the position.
    bool reduceOnly;
    /// Largest fee rate accepted, ppm of notional.
    uint24 maxFee;
    /// Who may submit it; zero: anyone.
    address matcher;
    /// Void until the live mark is there, checked with each fill; zero: no trigger. 1e-18 quote per base.
    Price trigger;
    /// True: at or above the trigger; false: at or below it. False without a trigger, so that an order has one hash.
    bool triggerAbove;
}
