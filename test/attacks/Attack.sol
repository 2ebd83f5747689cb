// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor, Fixture} from "../base/Fixture.sol";
import {RecoveryView} from "../base/TestLens.sol";

/// @dev What each party has, 1e-9 quote: tokens in wallets, and equity at live prices times the recovery rate.
struct Wealth {
    int256 attacker;
    int256 traders;
    /// The vault's equity over pot, reserves and inventory: what its LPs have.
    int256 vault;
    /// Fees that wait to be split, and the treasury's account.
    int256 treasury;
}

interface Env {
    function envOr(string calldata name, uint256 otherwise) external view returns (uint256);
}

/// @notice A venue with honest traders, LPs and a treasury, and an attacker with as many accounts as he likes. Every
/// attack is measured: what everybody has before and after, by the venue's own views.
/// @dev Calls of the venue that attacks share go through this contract, so that a change of a signature is a change
/// here.
abstract contract Attack is Fixture {
    /// @dev Where both runners listen for log lines.
    address private constant CONSOLE = 0x000000000000000000636F6e736F6c652e6c6f67;

    AccountId[] internal attackerIds;
    AccountId[] internal honestIds;
    address[] private _attackerWallets;
    address[] private _honestWallets;
    Wealth private _before;

    // ------------------------------------------------------------------ who is who

    function _attacker(string memory name, uint256 quote) internal returns (Actor memory actor) {
        actor = _actor(name);
        if (quote != 0) _fund(actor, quote);
        attackerIds.push(actor.id);
        _attackerWallets.push(actor.owner);
    }

    function _honest(string memory name, uint256 quote) internal returns (Actor memory actor) {
        actor = _actor(name);
        if (quote != 0) _fund(actor, quote);
        honestIds.push(actor.id);
        _honestWallets.push(actor.owner);
    }

    /// @notice Counts somebody who has no account (an LP's wallet, say) among the honest or the attackers.
    function _wallet(address owner, bool honest) internal {
        if (honest) _honestWallets.push(owner);
        else _attackerWallets.push(owner);
    }

    /// @notice Another account of an attacker; `Actor.id` is its id.
    function _numbered(Actor memory actor, uint32 number) internal returns (Actor memory other) {
        other = Actor(actor.owner, actor.key, accountOf(actor.owner, number));
        attackerIds.push(other.id);
    }

    // ------------------------------------------------------------------ measuring

    /// @notice From here on gains and losses are counted.
    function _begin() internal {
        _before = _wealth();
    }

    /// @notice Gains since `_begin`, negative for losses. 1e-9 quote.
    function _change() internal returns (Wealth memory w) {
        w = _wealth();
        w.attacker -= _before.attacker;
        w.traders -= _before.traders;
        w.vault -= _before.vault;
        w.treasury -= _before.treasury;
    }

    function _wealth() internal returns (Wealth memory w) {
        w.attacker = _worth(attackerIds) + _tokens(_attackerWallets);
        // The test itself is the keeper who gets the refunds.
        w.traders = _worth(honestIds) + _tokens(_honestWallets) + _cash(accountOf(address(this), 0));
        int256 rate = int256(venue.recoveryRate());
        w.vault = (_vaultAtTheMark() * rate) / 1e18;
        // The other half of the fees that wait is in the vault's equity.
        int256 owed = _cash(accountOf(treasury, 0)) + int256(_recovery().fees) / 2;
        w.treasury = (owed * rate) / 1e18;
    }

    /// @dev As `vaultEquity`, but at the mark: a discount on offer is no loss before somebody gains it.
    function _vaultAtTheMark() private returns (int256 total) {
        address holder = venue.vault();
        total = _cash(accountOf(holder, 0)) + int256(_recovery().fees / 2);
        for (uint32 i = 1; _group(GroupId.wrap(i)).markets != 0; ++i) {
            total += _equity(accountOf(holder, i)) + int256(uint256(_group(GroupId.wrap(i)).reserve));
        }
    }

    /// @notice Ends an attack: one line for `npm run attacks`, and the two figures on it.
    /// @return gain What the attacker has more than at `_begin`.
    /// @return loss What traders, LPs and treasury have less together; negative when they gained (fees, say).
    function _report(string memory name) internal returns (int256 gain, int256 loss) {
        Wealth memory w = _change();
        (gain, loss) = (w.attacker, -(w.traders + w.vault + w.treasury));
        _line(name, gain, loss);
    }

    /// @notice As `_report`, less what the attacker's earlier positions against the honest made by themselves: `paper`,
    /// had he done nothing.
    function _reportBeyond(string memory name, int256 paper) internal returns (int256 gain, int256 loss) {
        Wealth memory w = _change();
        (gain, loss) = (w.attacker - paper, -(w.traders + w.vault + w.treasury) - paper);
        _line(name, gain, loss);
    }

    /// @dev `ATTACK|name|gain|loss`, 1e-9 quote.
    function _line(string memory name, int256 gain, int256 loss) internal view {
        _log(string.concat("ATTACK|", name, "|", vm.toString(gain), "|", vm.toString(loss)));
    }

    function _log(string memory text) internal view {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = CONSOLE.staticcall(abi.encodeWithSignature("log(string)", text));
        ok;
    }

    /// @notice How often a loop runs: `otherwise` in the quick profile; ATTACK_REPETITIONS of the environment (100,000)
    /// in the heavy one.
    function _repetitions(uint256 otherwise) internal view returns (uint256) {
        return Env(address(vm)).envOr("ATTACK_REPETITIONS", otherwise);
    }

    /// @dev Who is below zero owes nothing that anybody could collect from him: it counts as nothing.
    function _worth(AccountId[] storage ids) private returns (int256 total) {
        int256 rate = int256(venue.recoveryRate());
        for (uint256 i; i < ids.length; ++i) {
            int256 equity = _equity(ids[i]);
            if (equity > 0) total += (equity * rate) / 1e18;
        }
    }

    function _tokens(address[] storage owners) private view returns (int256 total) {
        uint256 decimals = token.decimals();
        for (uint256 i; i < owners.length; ++i) {
            uint256 units = token.balanceOf(owners[i]);
            total += int256(decimals < 9 ? units * 10 ** (9 - decimals) : units / 10 ** (decimals - 9));
        }
    }

    // ------------------------------------------------------------------ calls of the venue

    /// @notice Does what `trade` does, and says whether it went through, and with which error not.
    function _tryTrade(
        Actor memory taker,
        Actor memory maker,
        MarketId market,
        int256 size,
        uint256 price
    ) internal returns (bool ok, bytes4 reason) {
        bytes memory batch = _pack(_match(taker, maker, market, size, price), true);
        return _try(address(this), abi.encodeCall(venue.settle, (batch)));
    }

    function _try(address sender, bytes memory call) internal returns (bool ok, bytes4 reason) {
        bytes memory data;
        vm.prank(sender);
        // solhint-disable-next-line avoid-low-level-calls
        (ok, data) = address(venue).call(call);
        if (!ok) reason = bytes4(data);
    }

    /// @param units Token units; the maximum: all that can be withdrawn.
    function _tryWithdraw(Actor memory actor, uint256 units) internal returns (bool ok, bytes4 reason) {
        uint32 number = actor.id.number();
        return _try(actor.owner, abi.encodeCall(venue.withdraw, (number, units, actor.owner)));
    }

    function _tryLiquidate(
        Actor memory keeper,
        AccountId id,
        MarketId market,
        uint256 max
    ) internal returns (bool ok, bytes4 reason) {
        bytes memory call = abi.encodeCall(
            venue.liquidateToAccount,
            (id, market, keeper.id.number(), max, NO_NODE, ANY_PRICE, NEVER)
        );
        return _try(keeper.owner, call);
    }

    /// @notice A margin call, the vault's delay, and the takeover by the vault.
    function _tryLiquidateToVault(
        Actor memory keeper,
        AccountId id,
        MarketId market
    ) internal returns (bool ok, bytes4 reason) {
        (ok, reason) = _try(keeper.owner, abi.encodeCall(venue.marginCall, (id)));
        skip(_venueParams().vaultDelay);
        bytes memory call = abi.encodeCall(venue.liquidateToVault, (id, market, keeper.id.number(), NO_NODE));
        return _try(keeper.owner, call);
    }

    function _absorb(AccountId id) internal {
        venue.absorb(_account(id).group, _list(id));
    }

    /// @notice Waits for the lock's end and settles it.
    function _deleverage(GroupId group) internal {
        uint256 until = _group(group).until;
        if (block.timestamp < until) vm.warp(until);
        venue.deleverage(group, 10_000);
    }

    /// @notice The mark jumps, and keepers do at once what there is to do: lock, absorb `id`, and settle after the
    /// lock.
    function _jumpAndSettle(MarketId market, uint256 mark, AccountId id) internal {
        _setPrice(market, mark);
        venue.poke(market.group());
        _absorb(id);
        _deleverage(market.group());
    }

    // ------------------------------------------------------------------ odds and ends

    /// @notice 1e-9 quote of a size at a price.
    function _notional(uint256 size, uint256 price) internal pure returns (int256) {
        return int256((size * price) / 1e18);
    }

    function _shortfall() internal returns (uint256) {
        RecoveryView memory r = _recovery();
        return r.shortfall;
    }
}
