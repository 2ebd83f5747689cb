// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {CollateralParams} from "../Ledger.sol";
import {AccountId} from "../types/AccountId.sol";
import {Money} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {IPriceSource} from "./IPriceSource.sol";

/// @dev A collateral as it is now. Prices: 1e-18 quote per whole token; zero when not fresh.
struct CollateralView {
    IERC20 token;
    IPriceSource source;
    uint8 decimals;
    CollateralParams params;
    Price live;
    bool fresh;
    Price anchor;
    Price recordedPrice;
    uint256 recordedAt;
    Price floor;
    /// What a unit counts for, and what the line pays for it in a lock, per whole token.
    Price counted;
    Price committed;
    /// What the vault has set aside; what all have pledged; what the vault has, and at which discount it is on offer.
    Money line;
    uint256 pledged;
    uint256 stock;
    uint256 stockDiscount;
    /// From when on all that is pledged of it is sold; 0: it is not closing.
    uint256 closesAt;
}

/// @dev What an account has pledged of one collateral.
struct PledgeView {
    uint256 id;
    /// Less the fee that is due.
    uint256 units;
    uint256 fee;
    /// What it counts for now, and what the line pays for it in a lock.
    Money counted;
    Money committed;
}

/// @dev An account with what it has pledged.
struct PledgesView {
    PledgeView[] pledges;
    Money counted;
    Money committed;
    /// All their prices are fresh.
    bool fresh;
    /// Since when they are on offer; 0: they are not, or no longer.
    uint256 offeredAt;
}

/// @title How pledges become cash, and what there is of them (module Exchange)
interface IPledgeExchange {
    /// @notice Puts the pledges of an account on offer: it can be liquidated, or its cash and positions are below zero.
    function offerPledges(AccountId account) external;

    /// @notice Ends an offer of an account that needs none any more.
    function clearOffer(AccountId account) external;

    /// @notice Buys up to `maxUnits` of an account's pledge, at the live price less a discount that grows with the time
    /// on offer, with cash of the caller's account `number`, which has no positions. At most what the account needs. Of
    /// one that is below zero with what its pledges count for, at the mark, the anchor or the recorded mark: at least
    /// at what the line pays for them in a lock. Of a collateral that is closing also what no account needs, at least
    /// at that.
    /// @param limit The highest price, 1e-18 quote per whole token; 0: any.
    function buyPledge(
        AccountId account,
        uint256 id,
        uint256 maxUnits,
        uint32 number,
        address to,
        Price limit
    ) external returns (uint256 units, Money paid);

    /// @notice The line buys what an account needs, at a fresh price, when nobody else did for `LINE_DELAY`; at once,
    /// and what it owes, when it is below zero with what its pledges count for, as above. Of a collateral that is
    /// closing all of the pledge.
    function exchangeWithLine(AccountId account, uint256 id) external returns (uint256 units, Money paid);

    /// @notice Buys of the vault's stock, at the live price less a discount that grows with its time on offer.
    function buyStock(
        uint256 id,
        uint256 maxUnits,
        uint32 number,
        address to,
        Price limit
    ) external returns (uint256 units, Money paid);

    /// @notice The account's equity to judge what is due: a pledge without a fresh price counts for the most that it
    /// can. Reverts with AccountHasStaleLeg when a position has none.
    function equityAtMost(AccountId account) external view returns (Money equity);

    /// @notice As `forMargin`, of a lock: pledges count for what the line would pay for them.
    function forLock(AccountId account) external view returns (uint256 word);

    function collateral(uint256 id) external view returns (CollateralView memory);

    function pledgesOf(AccountId account) external view returns (PledgesView memory);

    /// @notice Only itself: in a lock the line buys the least that makes the account whole at the frozen marks.
    function exchangeInLock(AccountId account) external returns (uint256 paid);

    /// @notice Only itself: the line pays the debt of an account that has no positions any more.
    function payDebt(AccountId account) external returns (int256 cash);
}

/// @title Pledges in and out, what they count for, and what governance sets (module Pledging)
interface IPledging {
    /// @notice Pledges `units` of the caller's to his account `number`.
    function pledge(uint32 number, uint256 id, uint256 units) external;

    /// @notice Takes `units` out again (the maximum: all), to `to`, under the rules of a withdrawal.
    function withdrawPledge(uint32 number, uint256 id, uint256 units, address to) external returns (uint256 sent);

    /// @notice Records the live price, when it is due and no group is locked: the recorded price becomes the anchor,
    /// and the price that was recorded before this one the recorded price.
    function recordCollateralPrice(uint256 id) external returns (bool recorded);

    /// @notice Takes the fee that an account owes on a pledge. Less than 1,000 units of it waits for a day.
    function takePledgeFee(AccountId account, uint256 id) external;

    /// @notice GOVERNOR: a new collateral, with a line of zero: nothing can be pledged until RISK sets one.
    function createCollateral(
        IERC20 token,
        IPriceSource source,
        CollateralParams calldata params
    ) external returns (uint256 id);

    /// @notice GOVERNOR: another source; while the present one is fresh it must read near it.
    function setCollateralSource(uint256 id, IPriceSource source) external;

    /// @notice RISK: parameters within their bounds, while no group is locked; what is pledged counts for at most a
    /// quarter less, once a day. A cap of zero closes the collateral: after seven days all that is pledged is sold.
    function setCollateralParams(uint256 id, CollateralParams calldata params) external;

    /// @notice RISK: sets aside `line` of the pot, or gives back what is not committed, while no group is locked.
    function setCollateralLine(uint256 id, Money line) external;

    /// @notice The account's word for margin: what is pledged counts as cash (AccountWord).
    function forMargin(AccountId account) external view returns (uint256 word);

    /// @notice Twice the worth of the vault's lines and of its stock at the price of its offer, 1e-9 quote; and one
    /// more when that is known: prices of pledges and stock are fresh, and no pledge is worth less than the line has
    /// promised for it. In one word, which is what fits into the clearinghouse.
    function vaultCollateral() external view returns (uint256 worth);

    function collateralCount() external view returns (uint256);
}

/// @title Collateral: tokens other than the settlement token that count as margin (module Pledging, which hands on to
/// Exchange)
/// @notice A unit counts at `(1 - haircut) * min(live, anchor, recorded)`, and at most at what the vault's line can pay
/// for every unit that is pledged. Nobody lends against it. `units` are the token's smallest; `Money` is 1e-9 quote.
interface ICollateral is IPledging, IPledgeExchange {
    event CollateralCreated(uint256 indexed id, IERC20 token, IPriceSource source, uint8 decimals);
    event CollateralParamsSet(uint256 indexed id, CollateralParams params);
    /// @notice From `from` on all that is pledged of it is sold, as its cap is zero; 0: it is not.
    event CollateralClosing(uint256 indexed id, uint256 from);
    event CollateralSourceSet(uint256 indexed id, IPriceSource source);
    /// @notice The vault's line is now `line`.
    event LineSet(uint256 indexed id, Money line);
    /// @notice Anchor and recorded price are so from now on.
    event CollateralPriceRecorded(uint256 indexed id, Price anchor, Price recordedPrice);
    /// @notice The lesser of both, or what the line can pay for a whole token if that is less.
    event CollateralFloorSet(uint256 indexed id, Price floor);
    /// @notice `units` arrived; the account has `pledged` of them now.
    event Pledged(AccountId indexed account, uint256 indexed id, uint256 units, uint256 pledged);
    event PledgeWithdrawn(
        AccountId indexed account,
        uint256 indexed id,
        address indexed to,
        uint256 units,
        uint256 pledged
    );
    /// @notice The vault took its fee in units, zero when only its rate changed; the account has `pledged` now. The
    /// next fee counts from here, at the collateral's rate.
    event PledgeFeeTaken(AccountId indexed account, uint256 indexed id, uint256 units, uint256 pledged);
    /// @notice The account's pledges are on offer since `since`; 0: no longer.
    event PledgesOffered(AccountId indexed account, uint256 since);
    /// @notice `buyer` bought `units` for `paid`; the account has `pledged` now.
    event PledgeBought(
        AccountId indexed account,
        uint256 indexed id,
        AccountId indexed buyer,
        uint256 units,
        Money paid,
        uint256 pledged
    );
    /// @notice The line bought `units` for `paid`, which the account has more in cash. It has `pledged` now, the line
    /// `line`. No CashChanged follows: within a fill that pays a debt that would tell what the fill tells.
    event PledgeBoughtByLine(
        AccountId indexed account,
        uint256 indexed id,
        uint256 units,
        Money paid,
        uint256 pledged,
        Money line
    );
    /// @notice `buyer` bought `units` of the vault's stock for `paid`.
    event StockSold(uint256 indexed id, AccountId indexed buyer, uint256 units, Money paid, uint256 stock);

    /// @notice This venue takes no collateral but its settlement token.
    error NoCollateral();
    error CollateralUnknown(uint256 id);
    /// @notice There are 8 at most.
    error CollateralListFull();
    /// @notice The settlement token, the clearinghouse, or a token that is listed already.
    error TokenNotAllowed(address token);
    /// @notice `wanted` units were to move, and `moved` did: a fee on transfer, or a balance that changes by itself.
    error TransferNotWhole(address token, uint256 wanted, uint256 moved);
    /// @notice The clearinghouse holds fewer units than are pledged and in stock.
    error UnitsMissing(address token, uint256 held, uint256 counted);
    /// @notice The line cannot pay for that much: it has `line`, and would need `needed`.
    error LineExhausted(uint256 id, Money line, Money needed);
    error CollateralCapReached(uint256 id, uint256 pledged, uint256 cap);
    error CollateralPriceNotFresh(uint256 id);
    /// @notice The price fell so far below its floor that nothing may be pledged until it is recorded.
    error CollateralGap(uint256 id, Price live, Price floor);
    error NothingPledged(AccountId account, uint256 id);
    /// @notice Cash and positions are not below zero, and the account may not be liquidated.
    error PledgesNotDue(AccountId account, Money alone);
    error PledgesNotOffered(AccountId account);
    error PledgesOnOffer(AccountId account, uint256 since);
    /// @notice Others may buy first: the line buys from the second `from` (Unix time).
    error LineMustWait(uint256 from);
    /// @notice Who buys pays from an account without positions.
    error BuyerHasPositions(AccountId account);
    /// @notice So much of the line is committed to what is pledged.
    error LineCommitted(uint256 id, Money committed);
    /// @notice The pot has less than is to be set aside.
    error PotTooSmall(Money pot, Money needed);
    /// @notice The vault pledges nothing.
    error VaultMayNotPledge();
    /// @notice While a shortfall is open, or a group is not NORMAL, the vault sells none of its stock.
    error StockNotForSale();
    /// @notice Only the clearinghouse calls this, in its own midst.
    error OnlyItself();
}
