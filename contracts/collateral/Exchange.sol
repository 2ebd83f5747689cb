// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {IAccounts} from "../interfaces/IAccounts.sol";
import {ICollateral, IPledgeExchange} from "../interfaces/ICollateral.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {Money} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {Buyer, ExchangeLib} from "./ExchangeLib.sol";

/// @title Exchange: how pledges become cash. See ICollateral.
contract Exchange is ClearinghouseStorage, IPledgeExchange {
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

    /// @dev Not `nonReentrant`, as `payDebt`: an absorb calls it in its midst.
    function exchangeInLock(AccountId account) external onlyItself returns (uint256) {
        return ExchangeLib.inLock(_ledger, account).toUint();
    }

    function payDebt(AccountId account) external onlyItself returns (int256) {
        return Money.unwrap(ExchangeLib.payDebt(_ledger, account));
    }

    function _buyer(uint32 number, uint256 max, address to, Price limit) private view returns (Buyer memory) {
        if (to == address(0)) revert IAccounts.ZeroAddress();
        if (to == address(this)) revert IAccounts.RecipientIsClearinghouse();
        return Buyer(accountOf(msg.sender, number), max, to, limit);
    }
}
