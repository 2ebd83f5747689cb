// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ICollateral} from "../../contracts/interfaces/ICollateral.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {CollateralParams} from "../../contracts/Ledger.sol";
import {MockPriceSource} from "../../contracts/mocks/MockPriceSource.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor} from "../base/Fixture.sol";
import {collateralParams} from "../base/Parameters.sol";
import {Attack} from "./Attack.sol";

/// @dev A collateral as a test lists it.
struct Coin {
    uint256 id;
    MockToken token;
    MockPriceSource source;
}

/// @notice A venue with coins of 3,000 whose haircut is 20%, a line of 200,000 for each.
abstract contract PledgeAttack is Attack {
    ICollateral internal ledger;

    function _listCoin(string memory symbol, CollateralParams memory params) internal returns (Coin memory coin) {
        ledger = ICollateral(address(venue));
        coin.token = new MockToken(symbol, symbol, 18);
        coin.source = new MockPriceSource(3_000e18);
        coin.id = ledger.createCollateral(coin.token, coin.source, params);
        ledger.setCollateralLine(coin.id, Money.wrap(200_000e9));
    }

    function _coinParams() internal pure returns (CollateralParams memory) {
        return collateralParams(1_000e18);
    }

    function _pledgeCoin(Actor memory actor, Coin memory coin, uint256 units) internal {
        _mintAndPledge(actor, coin.token, coin.id, units);
    }

    function _setCoin(Coin memory coin, uint256 price) internal {
        coin.source.set(price, IPriceSource.Status.FRESH);
    }

    function _setCoinStale(Coin memory coin) internal {
        (uint256 price, ) = coin.source.read();
        coin.source.set(price, IPriceSource.Status.STALE);
    }

    /// @notice Lets anchor and recorded price catch up.
    function _recordCoin(Coin memory coin) internal {
        for (uint256 i; i < 3; ++i) {
            skip(_venueParams().lockDelay);
            ledger.recordCollateralPrice(coin.id);
        }
    }

    /// @notice What the line has paid of its 200,000, less what it bought is worth now. Below zero: it gained.
    function _lineLoss(Coin memory coin) internal view returns (int256) {
        int256 worth = int256(ledger.collateral(coin.id).stock) * Price.unwrap(ledger.collateral(coin.id).live);
        return 200_000e9 - Money.unwrap(ledger.collateral(coin.id).line) - worth / 1e27;
    }
}
