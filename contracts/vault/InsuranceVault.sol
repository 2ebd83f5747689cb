// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IAccounts} from "../interfaces/IAccounts.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {IERC7540Operator, IERC7540Redeem, IERC7575Share, IERC7575Vault} from "../interfaces/IERC7540.sol";
import {Batch, Flows, IInsuranceVault} from "../interfaces/IInsuranceVault.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {Money, NO_MONEY} from "../types/Money.sol";

/// @dev A controller's part of a batch. 16 + 16 | 16 bytes.
struct Request {
    uint128 shares;
    uint128 claimedShares;
    uint128 claimedAssets;
}

/// @dev A controller's requests that are not wholly claimed: `ids[next...]`, in the order in which batches are priced.
struct Requests {
    uint256[] ids;
    uint256 next;
}

/// @title Novation's insurance vault
///
/// ASSETS. The vault's equity in the clearinghouse over pot and inventory, floor, times the recovery rate. Nothing else
/// counts, so a transfer to this address moves no price. SHARES. 10^6 virtual shares and a seed that nobody can redeem:
/// to move the price of a share by a factor, one has to give the vault that many times the seed, most of it to others.
/// Every conversion rounds in favour of those who stay. DEPOSITS. At once, at the present price, while all prices are
/// fresh, no group is locked and no shortfall is open. REDEEMS. In batches: requested, escrowed, priced together after
/// a cooldown. Nobody can leave a loss that he sees coming, as long as somebody prices a batch when it is due (whoever
/// stays has reason to): one that nobody prices waits for who chooses the moment. CLAIMS. Priced batches hold their
/// tokens here, out of reach of every later loss. A controller's requests are claimed oldest first. CLOSING. Below a
/// tenth of its first price the class takes no deposits any more; a new vault is deployed and appointed. RETIREMENT. A
/// vault that is no longer appointed takes its cash out and pays its batches from here. ROLES. None. The
/// clearinghouse's governance can appoint another vault; it cannot move what is here.
contract InsuranceVault is IInsuranceVault, ERC4626, ERC165, ReentrancyGuardTransient {
    using Math for uint256;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    uint256 public constant MIN_WINDOW = 10 minutes;
    uint256 public constant MIN_COOLDOWN = 1 hours;
    uint256 public constant MAX_COOLDOWN = 30 days;

    /// @notice Who has the seed's shares: an address without a known key.
    address public constant SEED_HOLDER = 0x000000000000000000000000000000000000dEaD;

    /// @dev The class closes when a share is worth less than one part in this of its first price.
    uint256 private constant FLOOR_DIVISOR = 10;

    uint8 private constant OFFSET = 6;
    uint256 private constant VIRTUAL_SHARES = 10 ** OFFSET;

    /// @dev The recovery rate at par.
    uint256 private constant PAR = 1e18;

    /// @dev The most that the clearinghouse can count as held, 1e-9 quote: `Recovery.held`.
    uint256 private constant MAX_HELD = type(uint88).max;

    /// @dev The pot is the vault's account 0.
    uint32 private constant POT = 0;
    uint256 private constant MONEY_DECIMALS = 9;

    /// @inheritdoc IInsuranceVault
    IClearinghouse public immutable clearinghouse;
    /// @inheritdoc IInsuranceVault
    uint256 public immutable window;
    /// @inheritdoc IInsuranceVault
    uint256 public immutable cooldown;

    // Money per token unit, or token units per Money when the token has more than 9 decimals; the other one is 1.
    uint256 private immutable _nanoPerUnit;
    uint256 private immutable _unitsPerNano;

    mapping(address controller => mapping(address operator => bool)) public isOperator;

    mapping(uint256 requestId => Batch members) private _batches;
    mapping(address controller => mapping(uint256 requestId => Request)) private _requests;
    mapping(address controller => Requests list) private _lists;

    // Batches are numbered from 1. 5 + 5 + 4 * 1 bytes, and what a retired vault holds for shares not yet priced: 16.
    // In all 30.
    uint40 private _pricedBatches;
    uint40 private _latestBatch;
    bool private _seeded;
    bool private _closed;
    bool private _retired;
    bool private _drained;
    uint128 private _idle;

    constructor(
        IClearinghouse clearinghouse_,
        IERC20Metadata token_,
        string memory name_,
        string memory symbol_,
        uint256 window_,
        uint256 cooldown_
    ) ERC20(name_, symbol_) ERC4626(token_) {
        _requireWithin("cooldown", cooldown_, MIN_COOLDOWN, MAX_COOLDOWN);
        _requireWithin("window", window_, MIN_WINDOW, cooldown_);
        (clearinghouse, window, cooldown) = (clearinghouse_, window_, cooldown_);
        uint256 decimals_ = token_.decimals();
        _nanoPerUnit = decimals_ < MONEY_DECIMALS ? 10 ** (MONEY_DECIMALS - decimals_) : 1;
        _unitsPerNano = decimals_ > MONEY_DECIMALS ? 10 ** (decimals_ - MONEY_DECIMALS) : 1;
        // The clearinghouse pulls only from whoever calls it, and is what this vault trusts anyway.
        IERC20(token_).forceApprove(address(clearinghouse_), type(uint256).max);
    }

    // ------------------------------------------------------------------ opening and deposits

    /// @inheritdoc IInsuranceVault
    function initialise(uint256 assets) external nonReentrant {
        if (_seeded) revert AlreadySeeded();
        if (!_appointed()) revert VaultFlowsClosed(Flows.NOT_APPOINTED);
        uint256 minimum = 10 ** (decimals() - OFFSET);
        if (assets < minimum) revert SeedTooSmall(assets, minimum);

        _seeded = true;
        uint256 shares = assets * VIRTUAL_SHARES;
        _transferIn(msg.sender, assets);
        _mint(SEED_HOLDER, shares);

        emit Deposit(msg.sender, SEED_HOLDER, assets, shares);
        emit Seeded(msg.sender, assets, shares);
    }

    /// @inheritdoc IERC4626
    function deposit(
        uint256 assets,
        address receiver
    ) public override(ERC4626, IERC4626) nonReentrant returns (uint256 shares) {
        uint256 total = _requireDeposits();
        uint256 max = _room();
        if (assets > max) revert ERC4626ExceededMaxDeposit(receiver, assets, max);
        shares = _toSharesDown(_claimable(assets, Math.Rounding.Floor), total);
        if (shares == 0) revert ZeroShares();
        _deposit(msg.sender, receiver, assets, shares);
    }

    /// @inheritdoc IERC4626
    function mint(
        uint256 shares,
        address receiver
    ) public override(ERC4626, IERC4626) nonReentrant returns (uint256 assets) {
        if (shares == 0) revert ZeroShares();
        uint256 total = _requireDeposits();
        uint256 max = _toSharesDown(_room(), total);
        if (shares > max) revert ERC4626ExceededMaxMint(receiver, shares, max);
        assets = _claimable(_toAssetsUp(shares, total), Math.Rounding.Ceil);
        _deposit(msg.sender, receiver, assets, shares);
    }

    /// @inheritdoc IInsuranceVault
    function closeClass() external nonReentrant {
        (Flows flows, uint256 total) = _redeemState();
        if (flows != Flows.OPEN && flows != Flows.NO_EQUITY) revert VaultFlowsClosed(flows);
        if (_closed) revert VaultClosed(total, totalSupply());
        if (!_belowFloor(total)) revert AboveFloor(total, totalSupply());
        _closed = true;
        emit ClassClosed(total, totalSupply());
    }

    // ------------------------------------------------------------------ redeems

    /// @inheritdoc IERC7540Operator
    function setOperator(address operator, bool approved) external returns (bool) {
        isOperator[msg.sender][operator] = approved;
        emit OperatorSet(msg.sender, operator, approved);
        return true;
    }

    /// @inheritdoc IInsuranceVault
    function requestRedeem(
        uint256 shares,
        address controller,
        address owner
    ) external nonReentrant returns (uint256 requestId) {
        if (shares == 0) revert ZeroShares();
        if (controller == address(0)) revert ZeroAddress();
        if (owner != msg.sender && !isOperator[owner][msg.sender]) _spendAllowance(owner, msg.sender, shares);

        requestId = _gatheringBatch();
        _batches[requestId].shares += shares.toUint128();
        Request storage request = _requests[controller][requestId];
        if (request.shares == 0) _lists[controller].ids.push(requestId);
        request.shares += shares.toUint128();
        _transfer(owner, address(this), shares);

        emit RedeemRequest(controller, owner, requestId, msg.sender, shares);
    }

    /// @inheritdoc IInsuranceVault
    function processBatch() external nonReentrant returns (uint256 requestId, uint256 shares, uint256 assets) {
        requestId = uint256(_pricedBatches) + 1;
        if (requestId > _latestBatch) revert NoBatch();
        if (block.timestamp < dueAt(requestId)) revert BatchNotDue(requestId, dueAt(requestId));
        (Flows flows, uint256 total) = _redeemState();
        if (flows != Flows.OPEN) revert VaultFlowsClosed(flows);

        Batch storage batch_ = _batches[requestId];
        uint256 pending = batch_.shares - batch_.pricedShares;
        uint256 worth = _toAssetsDown(pending, total);
        // before assets leave: a token that calls out must not see a price that never was
        _burn(address(this), pending);
        (shares, assets) = _pay(pending, worth);
        if (shares != pending) _mint(address(this), pending - shares);
        batch_.pricedShares += shares.toUint128();
        batch_.assets += assets.toUint128();
        if (shares == pending) _pricedBatches = requestId.toUint40();

        emit BatchPriced(requestId, shares, assets, pending - shares);
    }

    /// @inheritdoc IERC4626
    /// @dev Claims `shares` of `controller`'s priced requests, oldest first; a part of a request pays in proportion,
    /// floor, until its last share takes what is left of it.
    function redeem(
        uint256 shares,
        address receiver,
        address controller
    ) public override(ERC4626, IERC4626) nonReentrant returns (uint256 assets) {
        _requireController(controller);
        Requests storage list = _lists[controller];
        uint256 left = shares;
        while (left != 0) {
            (Request storage request, uint256 heldShares, uint256 heldAssets) = _oldest(list, controller);
            if (heldShares == 0) revert ERC4626ExceededMaxRedeem(controller, shares, shares - left);
            uint256 taken = Math.min(left, heldShares);
            uint256 worth = heldAssets.mulDiv(taken, heldShares);
            _claim(list, request, taken, worth);
            left -= taken;
            assets += worth;
        }

        emit Withdraw(msg.sender, receiver, controller, assets, shares);
        _transferOut(receiver, assets);
    }

    /// @inheritdoc IERC4626
    /// @dev Claims exactly `assets`. Shares are counted floor: they are burned already and only measure what the
    /// controller has left.
    function withdraw(
        uint256 assets,
        address receiver,
        address controller
    ) public override(ERC4626, IERC4626) nonReentrant returns (uint256 shares) {
        _requireController(controller);
        Requests storage list = _lists[controller];
        uint256 left = assets;
        while (left != 0) {
            (Request storage request, uint256 heldShares, uint256 heldAssets) = _oldest(list, controller);
            if (heldShares == 0) revert ERC4626ExceededMaxWithdraw(controller, assets, assets - left);
            uint256 worth = Math.min(left, heldAssets);
            uint256 taken = worth == heldAssets ? heldShares : heldShares.mulDiv(worth, heldAssets);
            _claim(list, request, taken, worth);
            left -= worth;
            shares += taken;
        }

        emit Withdraw(msg.sender, receiver, controller, assets, shares);
        _transferOut(receiver, assets);
    }

    /// @inheritdoc IInsuranceVault
    function retire() external nonReentrant returns (uint256 received, bool complete) {
        if (!_seeded) revert VaultFlowsClosed(Flows.NOT_SEEDED);
        if (_appointed()) revert StillAppointed();

        _retired = true;
        uint256 claims;
        (claims, received) = _takeOut(type(uint256).max, clearinghouse.recoveryRate());
        complete = claims == 0 || claims == type(uint256).max;
        if (complete) _drained = true;
        _idle += received.toUint128();

        emit Retired(received, _idle, complete);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IERC4626
    function totalAssets() public view override(ERC4626, IERC4626) returns (uint256 total) {
        if (_retired || !_appointed()) return _idle;
        (total, ) = _equity();
    }

    /// @inheritdoc IERC4626
    function previewDeposit(uint256 assets) public view override(ERC4626, IERC4626) returns (uint256) {
        return _toSharesDown(_claimable(assets, Math.Rounding.Floor), totalAssets());
    }

    /// @inheritdoc IERC4626
    function previewMint(uint256 shares) public view override(ERC4626, IERC4626) returns (uint256) {
        return _claimable(_toAssetsUp(shares, totalAssets()), Math.Rounding.Ceil);
    }

    /// @inheritdoc IERC4626
    function previewRedeem(uint256) public pure override(ERC4626, IERC4626) returns (uint256) {
        revert AsynchronousRedeem();
    }

    /// @inheritdoc IERC4626
    function previewWithdraw(uint256) public pure override(ERC4626, IERC4626) returns (uint256) {
        revert AsynchronousRedeem();
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address receiver) public view override(ERC4626, IERC4626) returns (uint256) {
        (bool open, uint256 total) = _takesDeposits(receiver);
        uint256 max = open ? _room() : 0;
        return _toSharesDown(max, total) == 0 ? 0 : max;
    }

    /// @inheritdoc IERC4626
    function maxMint(address receiver) public view override(ERC4626, IERC4626) returns (uint256) {
        (bool open, uint256 total) = _takesDeposits(receiver);
        return open ? _toSharesDown(_room(), total) : 0;
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address controller) public view override(ERC4626, IERC4626) returns (uint256 shares) {
        (shares, ) = _claimableBy(controller);
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address controller) public view override(ERC4626, IERC4626) returns (uint256 assets) {
        (, assets) = _claimableBy(controller);
    }

    /// @inheritdoc IERC7540Redeem
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256) {
        (uint256 priced, ) = _priced(_requests[controller][requestId], _batches[requestId]);
        return _requests[controller][requestId].shares - priced;
    }

    /// @inheritdoc IERC7540Redeem
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares) {
        (shares, ) = _held(_requests[controller][requestId], _batches[requestId]);
    }

    /// @inheritdoc IInsuranceVault
    function redeemFlows() external view returns (Flows flows) {
        (flows, ) = _redeemState();
    }

    /// @inheritdoc IInsuranceVault
    function depositFlows() external view returns (Flows flows) {
        (flows, ) = _depositState();
    }

    /// @inheritdoc IInsuranceVault
    function closed() external view returns (bool) {
        return _closed || (_seeded && _belowFloor(totalAssets()));
    }

    /// @inheritdoc IInsuranceVault
    function batch(uint256 requestId) external view returns (Batch memory) {
        return _batches[requestId];
    }

    /// @inheritdoc IInsuranceVault
    function dueAt(uint256 requestId) public view returns (uint256) {
        return uint256(_batches[requestId].openedAt) + window + cooldown;
    }

    /// @inheritdoc IInsuranceVault
    function batches() external view returns (uint256 next, uint256 latest) {
        return (uint256(_pricedBatches) + 1, _latestBatch);
    }

    /// @inheritdoc IInsuranceVault
    function requestsOf(address controller) external view returns (uint256[] memory requestIds) {
        Requests storage list = _lists[controller];
        requestIds = new uint256[](list.ids.length - list.next);
        for (uint256 i; i < requestIds.length; ++i) requestIds[i] = list.ids[list.next + i];
    }

    /// @inheritdoc IERC7575Share
    function share() external view returns (address) {
        return address(this);
    }

    /// @inheritdoc IERC7575Vault
    function vault(address asset_) external view returns (address) {
        return asset_ == asset() ? address(this) : address(0);
    }

    /// @notice ERC-165: ERC-7540 operators and redeems, ERC-7575 as vault and as share token.
    function supportsInterface(bytes4 id) public view override returns (bool) {
        return
            id == type(IERC7540Operator).interfaceId ||
            id == type(IERC7540Redeem).interfaceId ||
            id == type(IERC4626).interfaceId ^ type(IERC7575Share).interfaceId ||
            id == type(IERC7575Vault).interfaceId ||
            super.supportsInterface(id);
    }

    // ------------------------------------------------------------------ inside: flows and prices

    function _requireDeposits() private view returns (uint256 total) {
        Flows flows;
        (flows, total) = _depositState();
        if (_closed) revert VaultClosed(total, totalSupply());
        if (flows != Flows.OPEN) revert VaultFlowsClosed(flows);
        if (_belowFloor(total)) revert VaultClosed(total, totalSupply());
    }

    /// @dev Whether a deposit for `receiver` goes through now, and the assets that price it.
    function _takesDeposits(address receiver) private view returns (bool open, uint256 total) {
        Flows flows;
        (flows, total) = _depositState();
        open = flows == Flows.OPEN && !_closed && !_belowFloor(total) && receiver != address(0);
    }

    /// @dev Token units that the clearinghouse can still take, in whole 1e-9 quote: what it counts as held is at most
    /// its balance.
    function _room() private view returns (uint256) {
        uint256 units = IERC20(asset()).balanceOf(address(clearinghouse)).ceilDiv(_unitsPerNano);
        return (MAX_HELD / _nanoPerUnit).saturatingSub(units) * _unitsPerNano;
    }

    /// @dev At r < 1 a deposit would be credited at par but counted at r: its owner would lose the difference to the
    /// other holders.
    function _depositState() private view returns (Flows flows, uint256 total) {
        (flows, total) = _redeemState();
        if (flows != Flows.OPEN) return (flows, total);
        if (_retired) return (Flows.NOT_APPOINTED, total);
        if (clearinghouse.recoveryRate() < PAR) return (Flows.SHORTFALL, total);
    }

    /// @dev A retired vault that has taken everything out depends on nobody any more.
    function _redeemState() private view returns (Flows, uint256 total) {
        if (!_seeded) return (Flows.NOT_SEEDED, 0);
        if (_retired || !_appointed()) return (_drained ? Flows.OPEN : Flows.NOT_APPOINTED, _idle);
        bool fresh;
        (total, fresh) = _equity();
        if (clearinghouse.lockedGroups() != 0) return (Flows.GROUP_LOCKED, total);
        if (!fresh) return (Flows.PRICES_NOT_FRESH, total);
        return (total == 0 ? Flows.NO_EQUITY : Flows.OPEN, total);
    }

    function _appointed() private view returns (bool) {
        return clearinghouse.vault() == address(this);
    }

    /// @dev Equity times the recovery rate in token units, floor; 0 when negative.
    function _equity() private view returns (uint256 total, bool fresh) {
        Money equity;
        (equity, fresh) = clearinghouse.vaultEquity();
        uint256 claims = (equity > NO_MONEY ? equity : NO_MONEY).toUint();
        total = (claims.mulDiv(clearinghouse.recoveryRate(), PAR) * _unitsPerNano) / _nanoPerUnit;
    }

    /// @dev A share costs 1 / VIRTUAL_SHARES token units at first, so at a tenth of that, supply = 10 * assets *
    /// VIRTUAL_SHARES.
    function _belowFloor(uint256 total) private view returns (bool) {
        return total * VIRTUAL_SHARES * FLOOR_DIVISOR < totalSupply();
    }

    function _toSharesDown(uint256 assets, uint256 total) private view returns (uint256) {
        return assets.mulDiv(totalSupply() + VIRTUAL_SHARES, total + 1);
    }

    function _toAssetsDown(uint256 shares, uint256 total) private view returns (uint256) {
        return shares.mulDiv(total + 1, totalSupply() + VIRTUAL_SHARES);
    }

    function _toAssetsUp(uint256 shares, uint256 total) private view returns (uint256) {
        return shares.mulDiv(total + 1, totalSupply() + VIRTUAL_SHARES, Math.Rounding.Ceil);
    }

    /// @dev What a holder who leaves is paid for shares: as a batch is, in whole 1e-9 quote until the vault is retired.
    function _convertToAssets(uint256 shares, Math.Rounding rounding) internal view override returns (uint256 assets) {
        assets = super._convertToAssets(shares, rounding);
        return _retired ? assets : _claimable(assets, rounding);
    }

    /// @dev What a deposit gets, which is taken in whole 1e-9 quote.
    function _convertToShares(uint256 assets, Math.Rounding rounding) internal view override returns (uint256) {
        return super._convertToShares(_claimable(assets, rounding), rounding);
    }

    /// @dev Token units that claims of 1e-9 quote can express.
    function _claimable(uint256 assets, Math.Rounding rounding) private view returns (uint256) {
        return assets.mulDiv(1, _unitsPerNano, rounding) * _unitsPerNano;
    }

    // ------------------------------------------------------------------ inside: money

    /// @dev Assets go straight on into the pot. The whole amount must be credited, to the last nano-quote, and none of
    /// it may come out of the tokens that wait here for claimants.
    function _transferIn(address from, uint256 assets) internal override {
        IERC20 token = IERC20(asset());
        uint256 before = token.balanceOf(address(this));
        super._transferIn(from, assets);
        uint256 arrived = token.balanceOf(address(this)).saturatingSub(before);
        if (arrived != assets) revert AssetsLostInTransfer(assets, arrived);
        uint256 credited = clearinghouse.deposit(accountOf(address(this), POT), assets).toUint();
        uint256 expected = (assets * _nanoPerUnit) / _unitsPerNano;
        if (credited != expected) revert AssetsLostInTransfer(assets, (credited * _unitsPerNano) / _nanoPerUnit);
    }

    /// @dev Pays `assets` for `pending` shares: all of it, or what the clearinghouse can pay now for as many of them.
    /// Shares that are worth nothing are done with as well: they must not stop the batches behind them.
    function _pay(uint256 pending, uint256 assets) private returns (uint256 shares, uint256 paid) {
        if (_retired) {
            _idle -= assets.toUint128();
            return (pending, assets);
        }
        uint256 rate = clearinghouse.recoveryRate();
        uint256 wanted = _claimable(assets.mulDiv(PAR, rate), Math.Rounding.Floor);
        uint256 claims;
        (claims, paid) = _takeOut(wanted, rate);
        shares = claims == wanted ? pending : pending.mulDiv(claims, wanted, Math.Rounding.Ceil);
    }

    /// @dev Takes up to `wanted` claims (token units at par; the maximum: all there are) out of the pot, fewer if the
    /// clearinghouse says so. What arrived counts, so that no claim can ever be short.
    /// @return claims That left the pot: `wanted`, fewer, or 0 when there were none.
    function _takeOut(uint256 wanted, uint256 rate) private returns (uint256 claims, uint256 received) {
        IERC20 token = IERC20(asset());
        uint256 before = token.balanceOf(address(this));
        claims = wanted;
        while (claims != 0) {
            try clearinghouse.withdraw(POT, claims, address(this)) {
                break;
            } catch (bytes memory reason) {
                uint256 possible = _possible(reason, rate);
                // Claims beyond tokens and shortfall are paid more than the rate, and never above par.
                if (possible >= claims) possible = _possible(reason, PAR);
                if (possible >= claims) _bubble(reason); // cannot happen; it bounds the loop
                claims = possible;
            }
        }
        received = token.balanceOf(address(this)) - before;
    }

    /// @dev How many claims (token units at par) a refused withdrawal could have asked for; reverts as it did when it
    /// could ask for none.
    function _possible(bytes memory reason, uint256 rate) private view returns (uint256 claims) {
        bytes4 selector = bytes4(reason);
        if (selector == IAccounts.ZeroAmount.selector) return 0; // nothing there
        Money left;
        if (selector == IAccounts.OutflowCapReached.selector) {
            (, left, ) = abi.decode(Bytes.slice(reason, 4), (Money, Money, uint256));
            claims = left.toUint().mulDiv(PAR, rate); // the cap counts what is paid
        } else if (selector == IAccounts.InsufficientWithdrawable.selector) {
            (, , left) = abi.decode(Bytes.slice(reason, 4), (AccountId, Money, Money));
            claims = left.toUint();
        }
        claims = (claims * _unitsPerNano) / _nanoPerUnit;
        if (claims == 0) _bubble(reason);
    }

    function _bubble(bytes memory reason) private pure {
        assembly ("memory-safe") {
            revert(add(reason, 32), mload(reason))
        }
    }

    // ------------------------------------------------------------------ inside: requests

    /// @dev The batch that gathers requests now, opened if need be.
    function _gatheringBatch() private returns (uint256 requestId) {
        requestId = _latestBatch;
        if (requestId != 0 && block.timestamp < uint256(_batches[requestId].openedAt) + window) return requestId;
        requestId = uint256(++_latestBatch);
        _batches[requestId].openedAt = block.timestamp.toUint40();
        emit BatchOpened(requestId, block.timestamp + window, dueAt(requestId));
    }

    /// @dev The oldest request of a controller that is not wholly claimed, and what of it can be claimed now: nothing
    /// if there is none.
    function _oldest(
        Requests storage list,
        address controller
    ) private view returns (Request storage request, uint256 shares, uint256 assets) {
        uint256 requestId = list.next < list.ids.length ? list.ids[list.next] : 0;
        request = _requests[controller][requestId];
        (shares, assets) = _held(request, _batches[requestId]);
    }

    function _claim(Requests storage list, Request storage request, uint256 shares, uint256 assets) private {
        request.claimedShares += shares.toUint128();
        request.claimedAssets += assets.toUint128();
        if (request.claimedShares == request.shares) ++list.next;
    }

    /// @dev A request's part of what has been priced of its batch, floor.
    function _priced(
        Request storage request,
        Batch storage batch_
    ) private view returns (uint256 shares, uint256 assets) {
        if (batch_.pricedShares == 0) return (0, 0);
        shares = uint256(request.shares).mulDiv(batch_.pricedShares, batch_.shares);
        assets = uint256(request.shares).mulDiv(batch_.assets, batch_.shares);
    }

    /// @dev The same, less what was claimed.
    function _held(
        Request storage request,
        Batch storage batch_
    ) private view returns (uint256 shares, uint256 assets) {
        (shares, assets) = _priced(request, batch_);
        (shares, assets) = (shares - request.claimedShares, assets - request.claimedAssets);
    }

    /// @dev Batches are priced in their order, so nothing is claimable behind the first request that has nothing.
    function _claimableBy(address controller) private view returns (uint256 shares, uint256 assets) {
        Requests storage list = _lists[controller];
        for (uint256 i = list.next; i < list.ids.length; ++i) {
            (uint256 heldShares, uint256 heldAssets) = _held(_requests[controller][list.ids[i]], _batches[list.ids[i]]);
            if (heldShares == 0) break;
            shares += heldShares;
            assets += heldAssets;
        }
    }

    function _requireController(address controller) private view {
        if (msg.sender != controller && !isOperator[controller][msg.sender]) {
            revert NotControllerOrOperator(controller, msg.sender);
        }
    }

    function _decimalsOffset() internal pure override returns (uint8) {
        return OFFSET;
    }

    function _requireWithin(bytes32 name, uint256 value, uint256 low, uint256 high) private pure {
        if (value < low || value > high) revert DurationOutOfBounds(name, value, low, high);
    }
}
