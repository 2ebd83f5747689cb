// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Black76Lib} from "../options/Black76Lib.sol";
import {Price} from "../types/Price.sol";

/// @title Prices of options, for tests and for the gas of one
contract Black76Bench {
    struct Terms {
        Price forward;
        Price strike;
        uint256 deviation;
        bool isCall;
    }

    function prices(Terms[] calldata terms) external pure returns (Price[] memory list) {
        list = new Price[](terms.length);
        for (uint256 i; i < terms.length; ++i) list[i] = _price(terms[i]);
    }

    /// @return price The price.
    /// @return used What one price takes, and nothing else: neither the reading of its terms nor the call.
    function gasOf(Terms calldata terms) external view returns (Price price, uint256 used) {
        (Price forward, Price strike, uint256 deviation, bool isCall) = (
            terms.forward,
            terms.strike,
            terms.deviation,
            terms.isCall
        );
        uint256 before = gasleft();
        price = Black76Lib.price(forward, strike, deviation, isCall);
        used = before - gasleft();
    }

    function _price(Terms calldata terms) private pure returns (Price) {
        return Black76Lib.price(terms.forward, terms.strike, terms.deviation, terms.isCall);
    }
}
