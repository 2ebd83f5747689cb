// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";

import {IClearinghouse} from "./IClearinghouse.sol";
import {IERC7540Operator, IERC7540Redeem, IERC7575Share, IERC7575Vault} from "./IERC7540.sol";

/// @notice Why the vault takes and prices nothing at the moment. All but NOT_APPOINTED pass by themselves or by
/// anybody's call.
/// @dev In the order in which they are looked for.
enum Flows {
    OPEN,
    /// `initialise` has not been called.
    NOT_SEEDED,
    /// The clearinghouse has appointed no vault yet, or another one; redeems then go on after `retire`.
    NOT_APPOINTED,
    /// A clearing group is locked or settling, so that the vault may yet pay.
    GROUP_LOCKED,
    /// A price that the vault's equity depends on is not fresh, a mark has jumped, or what is pledged is worth less
    /// than the line has promised for it.
    PRICES_NOT_FRESH,
    /// The vault has no equity to price shares with.
    NO_EQUITY,
    /// The clearinghouse has a shortfall (r < 1). Stops deposits only: redeems are paid at r, like every withdrawal.
    SHORTFALL
}

/// @notice Redeem requests that are priced together. Shares, token units and Unix time.
struct Batch {
    /// Requested by all its members; fixed once the batch has closed.
    uint128 shares;
    /// Priced and burned so far, of those.
    uint128 pricedShares;
    /// Paid for them so far.
    uint128 assets;
    /// When its first request came in. It closes `window` later and is due `cooldown` after that.
    uint40 openedAt;
}

/// @title The insurance vault: tokenised shares in what stands behind the clearinghouse's traders
/// @notice An ERC-4626 vault with synchronous deposits and asynchronous redeems (ERC-7540; `requestId` is the number of
/// a batch). Its assets are its equity in the clearinghouse: the pot and the inventory it took over from liquidations.
/// Shares bear losses until they are priced, also while requested.
///
/// Rounding is in favour of the holders who stay. As ERC-7540 says, `redeem` and `withdraw` claim from priced requests
/// and take a controller as third argument, `maxRedeem` and `maxWithdraw` tell what he can claim, `previewRedeem` and
/// `previewWithdraw` always revert.
///
/// Warning: only tokens credited to the vault's pot count as assets. Tokens or shares sent to this address are lost.
interface IInsuranceVault is IERC4626, IERC7540Operator, IERC7540Redeem, IERC7575Share, IERC7575Vault {
    event Seeded(address indexed from, uint256 assets, uint256 shares);
    event BatchOpened(uint256 indexed requestId, uint256 closesAt, uint256 dueAt);
    /// @notice `shares` of a batch were burned for `assets`; `sharesLeft` remain unpriced.
    event BatchPriced(uint256 indexed requestId, uint256 shares, uint256 assets, uint256 sharesLeft);
    event ClassClosed(uint256 assets, uint256 supply);
    /// @notice A retired vault took `received` tokens out of the clearinghouse and now holds `assets`. `complete`: that
    /// was all.
    event Retired(uint256 received, uint256 assets, bool complete);

    error VaultFlowsClosed(Flows reason);
    /// @notice The class is closed for deposits, never to open again: a share was worth less than a tenth of its first
    /// price.
    error VaultClosed(uint256 assets, uint256 supply);
    error AboveFloor(uint256 assets, uint256 supply);
    error AsynchronousRedeem();
    error ZeroShares();
    error ZeroAddress();
    error AlreadySeeded();
    error SeedTooSmall(uint256 assets, uint256 minimum);
    /// @notice The token took a fee, or lied: the vault does not take such deposits.
    error AssetsLostInTransfer(uint256 sent, uint256 credited);
    error NotControllerOrOperator(address controller, address caller);
    error NoBatch();
    error BatchNotDue(uint256 requestId, uint256 dueAt);
    error StillAppointed();
    error DurationOutOfBounds(bytes32 name, uint256 value, uint256 low, uint256 high);

    /// @notice Opens the vault: takes `assets` from the caller as its seed, at least one whole token. The seed's shares
    /// go to an address that nobody has the key of, so that the vault is never empty. Anyone, once, after the
    /// clearinghouse has appointed the vault.
    function initialise(uint256 assets) external;

    /// @notice Takes `shares` of `owner` into custody, as part of the batch that is gathering. There is no way back:
    /// the shares keep bearing gains and losses until the batch is priced. By the owner, an operator of his, or out of
    /// his allowance. Always open.
    /// @return requestId The batch.
    function requestRedeem(
        uint256 shares,
        address controller,
        address owner
    ) external override returns (uint256 requestId);

    /// @notice Prices the oldest batch that is due, at the present equity per share (floor), burns its shares and takes
    /// what they are worth out of the clearinghouse. Anyone; whoever calls first after the cooldown sets the moment,
    /// not the price.
    ///
    /// If the clearinghouse can pay only part now (outflow cap, or cash bound as margin of inventory), the same part of
    /// every member's shares is priced and becomes claimable; the rest stays in the batch, bears gains and losses, and
    /// is priced by a later call. Reverts with VaultFlowsClosed, NoBatch, BatchNotDue, or the clearinghouse's error
    /// when it can pay nothing.
    /// @return requestId The batch.
    /// @return shares Burned, ceil.
    /// @return assets Token units now claimable by its members, in proportion to their shares.
    function processBatch() external returns (uint256 requestId, uint256 shares, uint256 assets);

    /// @notice Closes the class for deposits, never to open again, when a share is worth less than a tenth of its first
    /// price. Anyone. Redeems go on.
    function closeClass() external;

    /// @notice Takes this vault's cash out of a clearinghouse that has appointed another vault, so that its holders are
    /// paid from here without any outside condition. Anyone; to be repeated while the outflow cap lets only part
    /// through. This is final: a retired vault must not be appointed again.
    function retire() external returns (uint256 received, bool complete);

    function clearinghouse() external view returns (IClearinghouse);

    /// @notice Seconds for which a batch gathers requests.
    function window() external view returns (uint256);

    /// @notice Seconds from the close of a batch until it is due.
    function cooldown() external view returns (uint256);

    /// @notice Whether batches can be priced now.
    function redeemFlows() external view returns (Flows);

    /// @notice Whether deposits are taken now, as far as prices go; see also `closed`.
    function depositFlows() external view returns (Flows);

    /// @notice The class is closed for deposits, or would be at present prices.
    function closed() external view returns (bool);

    function batch(uint256 requestId) external view returns (Batch memory);

    /// @notice When a batch may be priced, Unix time.
    function dueAt(uint256 requestId) external view returns (uint256);

    /// @notice The batch that `processBatch` prices next, and the latest that has been opened. None is open if next >
    /// latest.
    function batches() external view returns (uint256 next, uint256 latest);

    /// @notice The requests of `controller` that are not wholly claimed, oldest first.
    function requestsOf(address controller) external view returns (uint256[] memory requestIds);
}
