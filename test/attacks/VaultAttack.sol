// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {InsuranceVault} from "../../contracts/vault/InsuranceVault.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @notice An attack on the insurance vault itself: the real one, over the real venue.
abstract contract VaultAttack is Attack {
    uint256 internal constant WINDOW = 1 hours;
    uint256 internal constant COOLDOWN = 1 days;

    InsuranceVault internal insurance;
    /// An LP who attacks.
    address internal lp = address(0xBAD19);
    Actor private _counterparty;

    function _deployVault(uint256 seed) internal {
        _deployVault(seed, new MockToken("Quote", "QUOTE", 6));
    }

    function _deployVault(uint256 seed, MockToken token_) internal {
        _deployVenue(Mode.QUEUE, token_);
        insurance = InsuranceVault(
            _create(type(InsuranceVault).name, abi.encode(venue, token, "Insurance", "INS", WINDOW, COOLDOWN))
        );
        venue.setVault(address(insurance));
        token.mint(address(this), seed);
        token.approve(address(insurance), seed);
        insurance.initialise(seed);
    }

    function _enter(address who, uint256 assets) internal returns (uint256 shares) {
        token.mint(who, assets);
        vm.startPrank(who);
        token.approve(address(insurance), assets);
        shares = insurance.deposit(assets, who);
        vm.stopPrank();
    }

    function _request(address who, uint256 shares) internal {
        vm.prank(who);
        insurance.requestRedeem(shares, who, who);
    }

    /// @notice Token units that an LP's shares, requested or not, and his wallet are worth.
    function _holds(address who) internal view returns (uint256) {
        uint256[] memory requests = insurance.requestsOf(who);
        uint256 shares = insurance.balanceOf(who);
        for (uint256 i; i < requests.length; ++i) shares += insurance.pendingRedeemRequest(requests[i], who);
        return insurance.convertToAssets(shares) + insurance.maxWithdraw(who) + token.balanceOf(who);
    }

    /// @notice A default in a jump whose deficit, `quote`, the vault pays.
    function _loseInDefault(uint256 quote) internal {
        Actor memory loser = _defaulter(quote);
        _setPrice(btc, 54_000e18);
        venue.poke(solo);
        _absorb(loser.id);
        _deleverage(solo);
    }

    /// @notice Somebody who owes `quote` (and a bit, for his fee) when the mark is 54,000: at five times margin a tenth
    /// costs half of it more than he has. Counterparty and he are neither attacker nor honest.
    function _defaulter(uint256 quote) internal returns (Actor memory loser) {
        (loser, _counterparty) = (_actor("defaulter"), _actor("counterparty", quote * 20));
        // size * 6,000 - margin = quote, with a margin of size * 3,100.
        uint256 size = (quote * 1e9) / 2_900;
        _fund(loser.id, ((size * 3_124) * TOKEN) / 1e9);
        _trade(loser, _counterparty, btc, int256(size), 60_000e18);
        _settleAnchors(solo);
    }
}
