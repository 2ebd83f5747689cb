// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {NodeId} from "../types/NodeId.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

/// @notice A signed wish to trade (EIP-712).
struct Order {
    /// The account that trades.
    AccountId account;
    MarketId market;
    /// Positive buys, negative sells. 1e-9 base.
    Size size;
    /// Worst price. 1e-18 quote per base. A maker order is filled at exactly this price.
    Price limit;
    /// `sequence << 16 | lane`. Each lane holds one live order: filling or cancelling a sequence voids all lower ones
    /// of its lane. A sequence is at most milliseconds of Unix time, an hour ahead; a small counter is allowed too.
    uint64 salt;
    /// Last second of validity, Unix time.
    uint40 expiry;
    /// True: may only be matched as the taker; false: only as a maker.
    bool taker;
    /// Only ever shrinks the position.
    bool reduceOnly;
    /// Who may submit it; zero: anyone.
    address matcher;
    /// Largest fee rate accepted, ppm of notional.
    uint24 maxFee;
}

struct SignedOrder {
    Order order;
    /// The owner of the account, or a signer that the owner has authorised.
    address signer;
    /// 65 bytes ECDSA, or what an ERC-1271 `signer` accepts.
    bytes signature;
}

/// @notice A maker order inside a match.
struct Fill {
    SignedOrder maker;
    /// At most this much is filled. 1e-9 base.
    uint256 size;
    /// A node of the queue near the place of the maker's new level; any value is valid, only gas depends on it.
    NodeId hint;
}

/// @notice One taker order against maker orders at the makers' limits.
struct Match {
    SignedOrder taker;
    NodeId hint;
    Fill[] fills;
}
