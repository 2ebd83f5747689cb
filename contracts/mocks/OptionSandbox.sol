// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {OptionAbsorption} from "../options/OptionAbsorption.sol";
import {OptionDeleveraging} from "../options/OptionDeleveraging.sol";
import {OptionSandboxActions} from "./OptionSandboxActions.sol";
import {OptionSandboxViews} from "./OptionSandboxViews.sol";

/// @title Option groups without their trading, for tests of locks and settlements
contract OptionSandbox is OptionAbsorption, OptionDeleveraging, OptionSandboxActions, OptionSandboxViews {}
