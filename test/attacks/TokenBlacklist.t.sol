// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {accountOf} from "../../contracts/types/AccountId.sol";
import {Actor} from "../base/Fixture.sol";
import {VaultAttack} from "./VaultAttack.sol";

/// @notice A token whose issuer can stop an address from sending and receiving, as those of the large stablecoins can.
contract BlacklistToken is MockToken {
    error Blacklisted(address who);

    mapping(address who => bool) public blacklisted;

    constructor() MockToken("Listed", "LIST", 6) {}

    function setBlacklisted(address who, bool on) external {
        blacklisted[who] = on;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (blacklisted[from]) revert Blacklisted(from);
        if (blacklisted[to]) revert Blacklisted(to);
        super._update(from, to, amount);
    }
}

/// @title The token blacklists the vault or a trader
/// @custom:source USDC: Circle froze the addresses sanctioned with Tornado Cash, August 2022
/// @notice The attacker gets himself (or the vault) blacklisted, so that a payment to him fails and takes a settlement,
/// a batch or a default of others with it.
contract TokenBlacklistAttack is VaultAttack {
    BlacklistToken internal listed;
    Actor internal winner;
    Actor internal loser;

    function setUp() public {
        listed = new BlacklistToken();
        _deployVault(1_000 * TOKEN, listed);
        (winner, loser) = (_attacker("winner", 200_000), _attacker("loser", 61_000));
        _honest("bystander", 100_000);
        _trade(winner, loser, btc, 20e9, 60_000e18);
        _settleAnchors(solo);
    }

    /// Claims are pulled by each for himself, so a settlement pays nobody: bound zero.
    function test_blacklistedTraders_stopNoSettlement_andNobodyElse() public {
        int256 deficit = _notional(20e9, 9_000e18) - _equity(loser.id);
        _begin();
        listed.setBlacklisted(winner.owner, true);
        listed.setBlacklisted(loser.owner, true);
        listed.setBlacklisted(address(insurance), true);
        _jumpAndSettle(btc, 69_000e18, loser.id);
        vm.assertEq(_size(loser.id, btc), 0, "the default was stopped");
        (, int256 loss) = _report("traders and vault blacklisted in a default");
        vm.assertLe(loss, deficit, "more than the deficit within the vault's budget");

        Actor memory other = _actor("other", 1_000);
        vm.prank(other.owner);
        vm.assertEq(venue.withdraw(0, type(uint256).max, other.owner), 1_000 * TOKEN, "others cannot leave");
        // Who is blacklisted names another receiver.
        vm.prank(winner.owner);
        vm.assertGt(venue.withdraw(0, type(uint256).max, address(0xFEED)), 0, "his claims are stuck");
    }

    /// One LP of a batch cannot stop it for the others; a blacklisted vault is stuck with its batches until it is
    /// freed, and loses nothing meanwhile.
    function test_blacklistedVault_waits_andLosesNothing() public {
        address honest = address(0x401DE2);
        _enter(honest, 50_000 * TOKEN);
        _enter(lp, 50_000 * TOKEN);
        _request(honest, insurance.balanceOf(honest));
        _request(lp, insurance.balanceOf(lp));
        skip(WINDOW + COOLDOWN);
        venue.poke(solo);
        listed.setBlacklisted(address(insurance), true);
        vm.expectPartialRevert(BlacklistToken.Blacklisted.selector);
        insurance.processBatch();
        listed.setBlacklisted(address(insurance), false);
        listed.setBlacklisted(lp, true);
        insurance.processBatch();
        uint256 shares = insurance.maxRedeem(honest);
        vm.prank(honest);
        uint256 paid = insurance.redeem(shares, honest, honest);
        int256 gain = (int256(insurance.maxWithdraw(lp)) - int256(50_000 * TOKEN)) * 1e3;
        _line("an LP or the vault blacklisted", gain, (int256(50_000 * TOKEN) - int256(paid)) * 1e3);
        vm.assertGe(paid + 2, 50_000 * TOKEN, "another LP lost");
    }

    /// A trader who cannot be paid cannot stop his own liquidation either.
    function test_blacklistedTrader_isLiquidated() public {
        _creep(btc, 61_300e18);
        listed.setBlacklisted(loser.owner, true);
        Actor memory keeper = _honest("keeper", 500_000);
        _begin();
        (bool ok, ) = _tryLiquidate(keeper, loser.id, btc, type(uint256).max);
        vm.assertTrue(ok, "he cannot be liquidated");
        (, int256 loss) = _report("a blacklisted trader is liquidated");
        vm.assertLe(loss, 0, "the honest lost");
        vm.assertEq(_cash(accountOf(loser.owner, 1)), 0);
    }
}
