// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {IPledging} from "../interfaces/ICollateral.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {CollateralParams, Ledger} from "../Ledger.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {Money} from "../types/Money.sol";
import {CollateralLib} from "./CollateralLib.sol";
import {CollateralParameterLib} from "./CollateralParameterLib.sol";
import {PledgeLib} from "./PledgeLib.sol";

/// @title Pledging: collateral other than the settlement token. See ICollateral.
/// @notice Called with a function that it has not, it hands on to the module Exchange.
contract Pledging is ClearinghouseStorage, IPledging, AccessManaged {
    using CollateralLib for Ledger;

    address private immutable _exchange;

    constructor(address exchange) AccessManaged(address(1)) {
        _exchange = exchange;
    }

    /// @dev What is not here is in the module Exchange.
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        address exchange = _exchange;
        assembly ("memory-safe") {
            let at := mload(0x40)
            calldatacopy(at, 0, calldatasize())
            let ok := delegatecall(gas(), exchange, at, calldatasize(), 0, 0)
            returndatacopy(at, 0, returndatasize())
            if iszero(ok) {
                revert(at, returndatasize())
            }
            return(at, returndatasize())
        }
    }

    function pledge(uint32 number, uint256 id, uint256 units) external nonReentrant {
        PledgeLib.pledge(_ledger, accountOf(msg.sender, number), id, units);
    }

    function withdrawPledge(
        uint32 number,
        uint256 id,
        uint256 units,
        address to
    ) external nonReentrant returns (uint256) {
        return PledgeLib.withdraw(_ledger, accountOf(msg.sender, number), id, units, to);
    }

    function recordCollateralPrice(uint256 id) external nonReentrant returns (bool) {
        _ledger.collateralOf(id);
        return _ledger.record(id);
    }

    function takePledgeFee(AccountId account, uint256 id) external nonReentrant {
        _ledger.collateralOf(id);
        PledgeLib.takeDueFee(_ledger, account, id);
    }

    // ------------------------------------------------------------------ governance

    function createCollateral(
        IERC20 token,
        IPriceSource source,
        CollateralParams calldata params
    ) external restricted returns (uint256) {
        return CollateralParameterLib.create(_ledger, token, source, params);
    }

    function setCollateralSource(uint256 id, IPriceSource source) external restricted {
        CollateralParameterLib.setSource(_ledger, id, source);
    }

    function setCollateralParams(uint256 id, CollateralParams calldata params) external restricted {
        CollateralParameterLib.setParams(_ledger, id, params);
    }

    function setCollateralLine(uint256 id, Money line) external restricted {
        CollateralParameterLib.setLine(_ledger, id, line);
    }

    // ------------------------------------------------------------------ what the other modules ask

    function forMargin(AccountId account) external view returns (uint256) {
        return AccountWord.unwrap(_ledger.forMargin(account));
    }

    // ------------------------------------------------------------------ views

    function vaultCollateral() external view returns (uint256) {
        (Money worth, bool known) = _ledger.vaultWorth();
        return (worth.toUint() << 1) | (known ? 1 : 0);
    }

    function collateralCount() external view returns (uint256) {
        return _ledger.collateralCount;
    }
}
