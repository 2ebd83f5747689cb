// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

/// @title Locks, and the gathering of defaulters (module Absorption)
interface IAbsorption {
    /// @notice Brings a group up to date with its prices: moves anchors on, locks it at a gap, ends a lock without
    /// defaults, notes sources that are not usable. Anyone.
    function poke(GroupId group) external;

    /// @notice Moves accounts below zero at the frozen marks into the estate of their group; locks it if need be.
    /// Anyone. An account that is not below zero is passed over.
    /// @param accounts Strictly ascending, all of `group`.
    function absorb(GroupId group, AccountId[] calldata accounts) external;

    /// @notice Registers accounts that have winning and losing legs for relief, while the lock of their group runs: the
    /// settlement charges them for what they gained net. Anyone; a gap locks the group first. In any order; who has
    /// nothing to net, or is registered, is passed over. When that is all of them: NothingToNet.
    function net(GroupId group, AccountId[] calldata accounts) external;

    /// @notice As `net`, of one account; does nothing when there is nothing to register. Anyone. A liquidation in a
    /// lock does it before it takes a losing leg away, which the account lost on.
    function netOne(AccountId account) external;

    /// @notice In a lock: has the account a leg that gained in the jump? Then it cannot take over in a liquidation.
    /// Outside of locks: no.
    function hasWon(AccountId account) external returns (bool);

    /// @notice Takes what a settlement gave a registered account back to its cash. Anyone. Whatever uses the account's
    /// cash does it first, so nobody has to.
    function creditRelief(AccountId account) external;

    /// @notice Takes what a closed position (torn up to zero, or of a settled market) is worth to its account's cash.
    /// Anyone. Reverts with AccountInsolvent when the account would be flat and owe something: `absorb` is for it. What
    /// the vault's inventory owes then the pot pays, within the group's budget.
    function collect(AccountId account, MarketId market) external;
}

/// @title The settlement of a lock (module Deleveraging)
interface ISettlement {
    /// @notice After the lock: vault payment, charges, netting and tear-up, in at most `steps` steps. Anyone; the
    /// caller of the last step gets a flat refund from the vault, if the deficit was at least `minDebt`, and never more
    /// than the deficit.
    /// @return done The group is NORMAL again.
    function deleverage(GroupId group, uint256 steps) external returns (bool done);
}

/// @title Default: lock, absorb, settle, recover
/// @notice `Money` is 1e-9 quote, `Size` 1e-9 base, `Price` 1e-18 quote per base, rates 1e-18 (1e18 = par). `lock` is
/// the number of the group's lock, from 1 on: all events of a lock carry it, so that its receipt can be recomputed from
/// events alone.
interface IDeleveraging is IAbsorption, ISettlement {
    /// @notice The group is locked until the second `until` (Unix time). `reserve`: what the vault set aside for this
    /// lock. A jump is measured from `anchors` to `frozenMarks`, of all markets of the group in their order.
    event Locked(
        GroupId indexed group,
        uint24 indexed lock,
        uint40 until,
        uint8 gapLevel,
        Money reserve,
        Price[] anchors,
        Price[] frozenMarks
    );
    /// @notice The group is NORMAL again.
    event Unlocked(GroupId indexed group, uint24 indexed lock);
    /// @notice The account is flat at zero: its positions of the group are in the estate, its cash is gone. `deficit`
    /// is what it owed, `groupDeficit` the group's so far. If it was registered for relief in this lock, it no longer
    /// is.
    event Absorbed(
        AccountId indexed account,
        GroupId indexed group,
        uint24 indexed lock,
        Money deficit,
        Money groupDeficit
    );
    /// @notice The account is registered: `relief` is the smaller of its gains and its losses in the jump, `total` that
    /// of all who are registered. It counts until the lock is settled or over, or the account is absorbed.
    event NetRegistered(
        AccountId indexed account,
        GroupId indexed group,
        uint24 indexed lock,
        Money relief,
        Money total
    );
    /// @notice Each registered account gets back `numerator / denominator` of its relief, floor: the share of the jump
    /// that winners are charged. `relieved` is the relief of all. Not emitted when nobody is charged or registered.
    event NetSettled(GroupId indexed group, uint24 indexed lock, Money relieved, Money numerator, Money denominator);
    /// @notice What the settlement of the lock gave the account back is in its cash now.
    event NetCredited(AccountId indexed account, GroupId indexed group, uint24 indexed lock, Money credit, Money cash);
    /// @notice Winners of the market's `jump` pay `charge` per unit of size; the cumulative charges of both sides.
    event Charged(
        MarketId indexed market,
        uint24 indexed lock,
        Price jump,
        Price charge,
        Price cumulativeLong,
        Price cumulativeShort,
        Size winners
    );
    /// @notice A step looked for the vault's place in the queue and came as far as `reached`; a later one nets.
    event PlaceSought(MarketId indexed market, uint24 indexed lock, NodeId reached);
    /// @notice Of the estate `netted` met its other side, the vault closed or took over the next, and `left` is torn
    /// up.
    event Netted(
        MarketId indexed market,
        uint24 indexed lock,
        Size netted,
        Size vaultClosed,
        Size vaultTook,
        Size left
    );
    /// @notice `size` of a node was torn up; `remaining` (1 = 2^95) and `proceeds` (price units per share) are its
    /// frame now.
    event NodeTornUp(
        MarketId indexed market,
        uint24 indexed lock,
        NodeId indexed node,
        bool longs,
        Size size,
        uint96 remaining,
        int160 proceeds
    );
    /// @notice The receipt of a lock that gathered `accounts` defaulters: deficit = vaultPaid + charged + shortfall.
    /// `charged` is less what registered accounts get back.
    event Deleveraged(
        GroupId indexed group,
        uint24 indexed lock,
        uint256 accounts,
        Money deficit,
        Money vaultPaid,
        Money charged,
        Money shortfall
    );
    /// @notice A new loss of `amount`; the whole `shortfall` and the recovery rate now.
    event ShortfallSuffered(Money amount, Money shortfall, uint256 rate);
    /// @notice `amount` was healed; the rest of the `shortfall` and the recovery rate now.
    event ShortfallHealed(Money amount, Money shortfall, uint256 rate);
    /// @notice `tokens` (smallest units) were given to the venue: `healed` went into a shortfall, the rest to the
    /// vault.
    event Covered(address indexed from, uint256 tokens, Money healed);

    /// @notice A mark jumped: `poke` locks the group.
    error GapOpen(GroupId group);
    /// @notice The group is locked until the second `until` (Unix time), or settling.
    error GroupLocked(GroupId group, uint256 until);
    /// @notice Only in a lock can a group be settled, and accounts be registered.
    error GroupNotLocked(GroupId group);
    /// @notice The lock ends at the second `until` (Unix time).
    error LockStillRunning(GroupId group, uint256 until);
    /// @notice The lock gathered no defaulter.
    error NothingToDeleverage(GroupId group);
    /// @notice No group has this id.
    error GroupUnknown(GroupId group);
    /// @notice None of the accounts is below zero.
    error NothingToAbsorb(GroupId group);
    /// @notice None of the accounts has relief that is not registered.
    error NothingToNet(GroupId group);
    /// @notice The list is not strictly ascending at `account`.
    error AccountsNotAscending(AccountId account);
    /// @notice A lock needs debts of at least `minimum`.
    error DebtTooSmall(GroupId group, Money debt, Money minimum);
    /// @notice The next lock for a debt may begin at the second `from` (Unix time).
    error LockedTooRecently(GroupId group, uint256 from);

    /// @notice Gives tokens to heal a shortfall; what exceeds it goes to the vault.
    function cover(uint256 amount) external;
}
