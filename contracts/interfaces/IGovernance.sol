// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MarketParams, Mode, PauseLevel, VenueParams} from "../Ledger.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {IPriceSource} from "./IPriceSource.sol";

/// @title Governance: markets, parameters, offices, pauses (module Governance)
/// @notice `Money` is 1e-9 quote, `Price` 1e-18 quote per base. Units and bounds of parameters: ParameterLib.
interface IGovernance {
    event GroupCreated(GroupId indexed group);
    /// @notice The market trades from now on; `mode` is how its tear-ups choose, and never changes.
    event MarketCreated(MarketId indexed market, IPriceSource source, Mode mode);
    event MarketParamsSet(MarketId indexed market, MarketParams params);
    event VenueParamsSet(VenueParams params);
    event PriceSourceSet(MarketId indexed market, IPriceSource source);
    /// @notice A `poke` found the source not usable since the second `since` (Unix time); 0: usable again.
    event SourceNoted(MarketId indexed market, uint40 since);
    /// @notice What the group may cost the vault in a day.
    event VaultBudgetSet(GroupId indexed group, Money budget);
    event VaultSet(address vault);
    event TreasurySet(address treasury);
    /// @notice Who may take new risk is asked of `gate`; zero: everybody may.
    event AccessGateSet(address gate);
    /// @notice The market (0: all) is paused until the second `until` (Unix time).
    event Paused(MarketId indexed market, PauseLevel level, uint40 until);
    /// @notice The market ended at `price`.
    event MarketSettled(MarketId indexed market, Price price);
    /// @notice Fees were split between vault and treasury.
    event FeesCollected(Money vaultShare, Money treasuryShare);

    /// @notice The parameter `name` (text) must be between `low` and `high`, in its own unit.
    error ParameterOutOfBounds(bytes32 name, uint256 value, uint256 low, uint256 high);
    /// @notice A group has at most 4 markets.
    error GroupFull(GroupId group);
    /// @notice A pause of this level forbids it.
    error PausedAt(PauseLevel level);
    /// @notice The access gate does not admit the account's owner: he brings no money in and takes no new risk. He may
    /// reduce, withdraw, and while he has a position, save it by a deposit.
    error AccessDenied(AccountId account);
    /// @notice No contract is there, or it does not answer `mayTrade` with 0 or 1 within the gas of GateLib.
    error NotAGate(address gate);
    /// @notice A pause lasts at most `longest` seconds.
    error PauseTooLong(uint256 duration, uint256 longest);
    /// @notice The next pause may begin at the second `from` (Unix time).
    error PauseTooSoon(uint256 from);
    /// @notice Liquidations and absorbs go on from the second `from` (Unix time).
    error LiquidationsPaused(uint256 from);
    /// @notice The market has not ended.
    error MarketNotSettled(MarketId market);
    /// @notice The market has ended before.
    error MarketAlreadySettled(MarketId market);
    /// @notice A market ends only after two days of paused new risk.
    error NotWoundDown(MarketId market);
    /// @notice The present source works, and the new one reads so far from it or from the recorded marks that a gap
    /// would open.
    error SourceOutOfLine(MarketId market, Price mark, Price present);
    /// @notice The source is not usable now, and counts as dead from the second `from` on; 0: nobody noted it yet,
    /// `poke` does.
    error SourceNotDead(MarketId market, uint256 from);
    /// @notice The feed that a price source calls its plain feed reads otherwise than the source.
    error NotThePlainFeed(address feed);
    /// @notice The present vault has inventory, or a line or stock of a collateral.
    error VaultInUse();
    /// @notice No vault is appointed yet: see `setVault`.
    error NoVault();
    /// @notice A vault is a contract that names this clearinghouse as its own.
    error NotAVault(address vault);

    /// @notice GOVERNOR: a new clearing group.
    function createGroup() external returns (GroupId);

    /// @notice GOVERNOR: a new market of a group that is NORMAL and has fewer than 4. Its mechanism (`mode`)
    /// never changes.
    function createMarket(
        GroupId group,
        IPriceSource source,
        Mode mode,
        MarketParams calldata params
    ) external returns (MarketId);

    /// @notice RISK: parameters of a market, within the bounds of ParameterLib, only while its group is NORMAL.
    function setMarketParams(MarketId market, MarketParams calldata params) external;

    /// @notice GOVERNOR: another price source; it must read fresh, and near the recorded marks unless the present one
    /// is dead: not usable now, and noted so by a `poke` at least an hour ago.
    function setPriceSource(MarketId market, IPriceSource source) external;

    /// @notice RISK: parameters of the venue, within the bounds of ParameterLib.
    function setVenueParams(VenueParams calldata params) external;

    /// @notice RISK: what a group may cost the vault in a day, 1e-9 quote. What it promises exactly: VaultLib.
    function setVaultBudget(GroupId group, uint96 budget) external;

    /// @notice GOVERNOR: another vault, while no group is locked and the present one has no inventory.
    function setVault(address vault) external;

    /// @notice GOVERNOR: who gets the treasury's part of fees.
    function setTreasury(address treasury) external;

    /// @notice GOVERNOR: who is asked about new risk, see IAccessGate; zero: nobody.
    function setAccessGate(address gate) external;

    /// @notice GUARDIAN: pauses a market, or with market 0 everything, for at most 7 days.
    function pause(MarketId market, PauseLevel level, uint256 duration) external;

    /// @notice GOVERNOR: ends a pause early. Liquidations resume after `unpauseGrace`.
    function unpause(MarketId market) external;

    /// @notice GOVERNOR: ends a market at its live mark, or at its last mark if its source is dead; after 2
    /// days of paused new risk.
    function settleMarket(MarketId market) external;

    /// @notice Reverts with AccessDenied when the access gate does not admit the account's owner. Anyone; it changes
    /// nothing.
    function requireAdmitted(AccountId account) external;

    /// @notice Splits the collected fees between vault and treasury. Anyone.
    function collectFees() external;
}
