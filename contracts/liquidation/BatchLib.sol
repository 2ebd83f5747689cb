// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Ledger} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {Leg} from "../position/PositionLib.sol";
import {PositionLib} from "../position/PositionLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {Party, TradeLib} from "../position/TradeLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY} from "../types/Money.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {Liquidation, LiquidationLib, Taker} from "./LiquidationLib.sol";

/// @dev A batch in memory. Of the two parties only the present account's is stored as it goes.
struct Batch {
    /// The account that is liquidated now, and what all of them share.
    Liquidation taken;
    Quote[] quotes;
    /// What is left of `max` goes down in it.
    Taker to;
    /// The taker as he is after the accounts so far: `rest` has the cash that he earned, `leg` the whole position.
    Party taker;
    /// His position as it is stored.
    Leg stored;
    bool longs;
    Money earned;
    /// What the vault gets, and open interest, after the accounts so far.
    Money vaultPart;
    Size interest;
    AccountId inventory;
}

/// @title Many accounts of one market into one account: quotes and parameters are read once, the taker stored once
library BatchLib {
    using MarginLib for Health;
    using PositionLib for Leg;
    using TradeLib for Ledger;
    using TradeLib for Party;

    /// @notice Liquidates the accounts in order, as far as `to.max` goes.
    function run(
        Ledger storage ledger,
        MarketId market,
        AccountId[] calldata accounts,
        Taker memory to,
        bool longs
    ) internal {
        Batch memory b;
        _begin(ledger, b, market, to, longs);
        uint256 free = _free();
        for (uint256 i; i < accounts.length && b.to.max != 0; ++i) {
            bytes memory reason = _liquidate(ledger, b, accounts[i]);
            if (reason.length != 0) emit ILiquidation.LiquidationSkipped(accounts[i], market, reason);
            _release(free);
        }
        if (b.to.max == to.max) revert ITrading.NothingFilled();
        _end(ledger, b);
    }

    function _begin(Ledger storage ledger, Batch memory b, MarketId market, Taker memory to, bool longs) private {
        b.quotes = LiquidationLib.open(ledger, b.taken, market);
        bytes memory reason = TradeLib.groupFlaw(CashLib.read(ledger.accounts[to.id]), to.id, market);
        if (reason.length != 0) revertWith(reason);
        b.to = Taker(to.id, to.max, to.limit, to.hint);
        b.longs = longs;
        ledger.loadParty(b.taker, to.id, market, b.quotes);
        if (b.taken.locked && b.taker.wonElsewhere()) revert ILiquidation.WinningSideLocked(to.id, market);
        b.stored.set(b.taker.leg);
        b.interest = toSize(ledger.markets[market].openInterest);
        b.inventory = VaultLib.inventoryOf(ledger, market.group());
    }

    /// @dev One account: judged, taken over and stored.
    /// @return reason The encoded error when it is passed over; then nothing has changed.
    function _liquidate(Ledger storage ledger, Batch memory b, AccountId id) private returns (bytes memory reason) {
        if (id == b.inventory) return refusal(ILiquidation.NotInABatch.selector, arg(id));
        Liquidation memory taken = b.taken;
        reason = LiquidationLib.load(ledger, taken, id, b.quotes);
        if (reason.length != 0) return reason;
        if (taken.party.before.size.isLong() != b.longs) {
            return refusal(ILiquidation.OtherSide.selector, arg(id), arg(taken.market));
        }
        reason = LiquidationLib.judge(ledger, taken);
        if (reason.length == 0) reason = LiquidationLib.termsFlaw(ledger, taken, b.to);
        if (reason.length != 0) return reason;
        Size closed;
        (closed, reason) = LiquidationLib.cut(taken, b.to.max);
        if (reason.length != 0) return reason;
        if (taken.locked) taken.party.keepRelief();
        reason = _takeOver(ledger, b, closed);
    }

    /// @dev Takes `closed` over as LiquidationLib does, but leaves the taker, the vault's part and open interest in
    /// memory.
    function _takeOver(Ledger storage ledger, Batch memory b, Size closed) private returns (bytes memory reason) {
        Liquidation memory taken = b.taken;
        Size delta = b.longs ? closed : -closed;
        if (taken.locked && b.taker.leg.size.sameSide(-delta)) {
            return refusal(ILiquidation.WinningSideLocked.selector, arg(b.to.id), arg(taken.market));
        }
        (Money keeperPart, Money vaultPart) = LiquidationLib.split(ledger, taken, closed, 0);
        taken.party.cashDelta = -(keeperPart + vaultPart);
        taken.party.trade(taken.quote, -delta, taken.quote.mark, NO_MONEY);
        reason = _give(b, delta, keeperPart);
        if (reason.length != 0) return reason;

        b.vaultPart = b.vaultPart + vaultPart;
        b.to.max -= closed.toUint();
        b.interest = b.interest + taken.party.leg.size.long() - taken.party.before.size.long();
        LiquidationLib.store(ledger, taken);
        LiquidationLib.report(taken, b.to.id, closed, keeperPart, vaultPart);
    }

    /// @dev Gives `delta` at the mark and `cash` to the taker, if he and the account may be left so.
    function _give(Batch memory b, Size delta, Money cash) private pure returns (bytes memory reason) {
        (Party memory taker, Liquidation memory taken) = (b.taker, b.taken);
        taker.before.set(taker.leg);
        (taker.cashDelta, taker.onlyReduces) = (cash, true);
        taker.trade(taken.quote, delta, taken.quote.mark, NO_MONEY);
        reason = taker.marginFlaw(taken.quote, taken.params, NO_SIZE);
        if (reason.length == 0) reason = LiquidationLib.soundFlaw(taken);
        if (reason.length != 0) {
            taker.leg.set(taker.before);
            return reason;
        }
        taker.rest.addCash(taker.cashDelta);
        b.earned = b.earned + taker.cashDelta;
        b.interest = b.interest + taker.leg.size.long() - taker.before.size.long();
    }

    /// @dev Stores what was left in memory: the taker as after one trade, open interest, the vault's part.
    function _end(Ledger storage ledger, Batch memory b) private {
        MarketId market = b.taken.market;
        Party memory taker = b.taker;
        taker.before.set(b.stored);
        taker.rest.addCash(-b.earned);
        taker.cashDelta = b.earned;
        ledger.markets[market].openInterest = b.interest.toUint72();
        ledger.storeParty(taker, market, b.taken.quote, b.to.hint);
        VaultLib.credit(ledger, VaultLib.potOf(ledger), b.vaultPart);
    }

    /// @dev Where free memory begins. What an account needs of it is given back after it, so that memory does not grow
    /// with their number, which its cost would by the square.
    function _free() private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := mload(0x40)
        }
    }

    /// @dev Assumes that nothing allocated since `_free` is used again: `Batch` holds only what was there before, but
    /// for `taken.health`, which each account sets anew.
    function _release(uint256 start) private pure {
        assembly ("memory-safe") {
            mstore(0x40, start)
        }
    }
}
