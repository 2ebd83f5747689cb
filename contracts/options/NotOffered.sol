// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IOptionClearinghouse} from "../interfaces/IOptionClearinghouse.sol";
import {OptionStorage} from "./OptionLedger.sol";

/// @title What a clearinghouse of options does not do: all of it ends in one error
contract NotOffered is OptionStorage {
    fallback() external {
        revert IOptionClearinghouse.NotOffered(msg.sig);
    }
}
