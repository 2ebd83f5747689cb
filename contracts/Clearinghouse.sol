// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ClearinghouseStorage} from "./ClearinghouseStorage.sol";
import {LockLib} from "./deleveraging/LockLib.sol";
import {GateLib} from "./governance/GateLib.sol";
import {ParameterLib} from "./governance/ParameterLib.sol";
import {IAccounts} from "./interfaces/IAccounts.sol";
import {IClearinghouse} from "./interfaces/IClearinghouse.sol";
import {IAbsorption, ISettlement} from "./interfaces/IDeleveraging.sol";
import {IDeleveraging} from "./interfaces/IDeleveraging.sol";
import {IGovernance} from "./interfaces/IGovernance.sol";
import {ILiquidationByAccount, ILiquidationByOrders, ILiquidationByVault} from "./interfaces/ILiquidation.sol";
import {IMulticall, Outcome} from "./interfaces/IMulticall.sol";
import {IPriceSource} from "./interfaces/IPriceSource.sol";
import {IBatchTrading, IDirectTrading} from "./interfaces/ITrading.sol";
import {ITrading} from "./interfaces/ITrading.sol";
import {Account, VenueParams, Ledger, MarketParams, Mode, Outflow, PauseLevel} from "./Ledger.sol";
import {CallLib} from "./position/CallLib.sol";
import {CashLib} from "./position/CashLib.sol";
import {Health, MarginLib} from "./position/MarginLib.sol";
import {OutflowLib} from "./position/OutflowLib.sol";
import {RecoveryLib} from "./position/RecoveryLib.sol";
import {TokenLib} from "./position/TokenLib.sol";
import {NAME, OrderLib, VERSION} from "./trading/OrderLib.sol";
import {SignerLib} from "./trading/SignerLib.sol";
import {AccountId, accountOf} from "./types/AccountId.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {GroupId, MarketId} from "./types/MarketId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "./types/Money.sol";
import {NodeId} from "./types/NodeId.sol";
import {Price} from "./types/Price.sol";
import {revertWith} from "./types/Refusal.sol";
import {Size} from "./types/Size.sol";
import {VaultLib} from "./vault/VaultLib.sol";

/// @dev Where the code lives that does not fit into one contract; fixed at construction. See ClearinghouseStorage.
struct Modules {
    address trading;
    address direct;
    address byOrders;
    address byAccount;
    address byVault;
    address absorption;
    address deleveraging;
    address governance;
    /// `NoPledging`: no collateral but the settlement token.
    address pledging;
}

/// @title Novation's clearinghouse
/// @notice The counterparty of every position. It holds all collateral in one settlement token and all state in one
/// `Ledger`. What follows is its specification; docs/design.md has the reasons.
///
/// ACCOUNTS
/// - An account is an owner and a number. It trades the 1 to 4 markets of one clearing group with shared cash.
/// - Only the owner withdraws. Signers that he lists may sign and cancel orders.
/// MARGIN
/// - A fill leaves both accounts at initial margin or above, or only reduces and does not lower equity / maintenance.
/// - No fill and no withdrawal takes an account below zero at the marks that a jump is measured from.
/// FUNDING
/// - A cumulative price per market shifts the price axis of both sides: what one side pays the other gets.
/// - It is never booked to a position, so no operation loops over positions.
/// LIQUIDATION
/// - Below maintenance margin: at once. Below the call level: after a margin call and its grace.
/// - It closes the least that restores initial margin: against signed orders, to a keeper's account, or to the vault.
/// DELEVERAGING
/// - Anchor: the mark that a jump is measured from, at least `lockDelay` old. Recorded mark: the next anchor.
/// - Estate: the positions of absorbed accounts, on nobody's account until they are netted, taken over or torn up.
/// - A jump of a mark, or a default, locks the group. Marks are frozen, and nobody enters or leaves a winning side.
/// - In the lock anyone gathers defaulters. Then one settlement at the frozen marks ends it:
///   1. the vault pays, within the group's budget;
///   2. all winners of the jump pay the same charge per unit, at most their gain from it;
///   3. what is left of the estate is torn up against the other side, through the queue.
/// - What then is missing is shared by all claims: each is paid at the recovery rate r, 1 unless a shortfall is open.
/// LIVENESS
/// - `poke`, `absorb` and `deleverage` are anyone's, in steps of bounded gas.
/// - Every pause ends by itself. The time of a lock is bounded; then anyone ends it: `poke` when nobody was absorbed,
///   else `deleverage`. Deposits are open while no token is missing here, but for the access gate.
/// ACCESS
/// - An access gate, off by default, may keep an owner from new risk and from bringing money in. It never keeps anybody
///   from reducing, from saving a position by a deposit, or from leaving.
/// BATCHES
/// - `multicall` and `tryMulticall` make several calls of one sender: each is checked as if it came alone.
/// ROLES
/// - GOVERNOR lists markets with their price sources and appoints vault and treasury.
/// - RISK sets parameters within bounds in code. GUARDIAN pauses, for a bounded time.
/// - None of them can move a balance or send a trader's tokens anywhere.
/// - Who lists a source chooses its prices: SECURITY.md says what each role could do at worst.
///
/// Assumes of the token:
/// - a transfer takes what it says from the sender, or reverts. A fee may be taken on the way;
/// - balances change by transfers only. If units are missing here, deposits stop (`TokensMissing`). Units that nobody
///   sent are nobody's;
/// - `decimals` is at most 18. Whatever it says later, a unit stays worth what it was.
/// Assumes of a price source:
/// - a price that it calls fresh is the market's price, within the market's gap threshold;
/// - reading costs bounded gas. It may revert or stop: then the market has no fresh price, which allows no new risk, no
///   withdrawal with a position in it, and no absorb.
/// Assumes of keepers:
/// - somebody absorbs while a lock runs. A defaulter who is not absorbed then waits for the next lock, which may have
///   other winners or none.
contract Clearinghouse is IClearinghouse, ClearinghouseStorage, AccessManaged, EIP712 {
    using CashLib for Ledger;
    using LockLib for Ledger;
    using MarginLib for Health;
    using MarginLib for Ledger;
    using OrderLib for Ledger;
    using OutflowLib for Ledger;
    using RecoveryLib for *;
    using TokenLib for IERC20;

    /// @inheritdoc IClearinghouse
    IERC20 public immutable token;

    /// @notice 1e-9 quote per smallest token unit, with at most 9 decimals; else 1, and `_unitsPerNano` is larger.
    uint256 private immutable _nanoPerUnit;
    uint256 private immutable _unitsPerNano;

    address private immutable _trading;
    address private immutable _direct;
    address private immutable _byOrders;
    address private immutable _byAccount;
    address private immutable _byVault;
    address private immutable _absorption;
    address private immutable _deleveraging;
    address private immutable _governance;
    address private immutable _pledging;

    constructor(
        IERC20 token_,
        address authority_,
        address treasury_,
        VenueParams memory venue,
        Modules memory modules
    ) AccessManaged(authority_) EIP712(NAME, VERSION) {
        if (treasury_ == address(0)) revert ZeroAddress();
        (_trading, _direct, _governance) = (modules.trading, modules.direct, modules.governance);
        (_byOrders, _byAccount, _byVault) = (modules.byOrders, modules.byAccount, modules.byVault);
        (_absorption, _deleveraging, _pledging) = (modules.absorption, modules.deleveraging, modules.pledging);
        token = token_;
        uint256 decimals = token_.requireSupported();
        _nanoPerUnit = decimals < 9 ? 10 ** (9 - decimals) : 1;
        _unitsPerNano = decimals > 9 ? 10 ** (decimals - 9) : 1;
        _ledger.treasury = treasury_;
        emit TreasurySet(treasury_);
        ParameterLib.setVenue(_ledger, venue);
    }

    // ------------------------------------------------------------------ accounts

    /// @inheritdoc IAccounts
    function deposit(AccountId account, uint256 amount) external nonReentrant returns (Money credited) {
        return _deposit(account, amount);
    }

    /// @inheritdoc IAccounts
    function depositWithPermit(
        AccountId account,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (Money credited) {
        // Somebody may have used the permit already; what counts is the allowance.
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        return _deposit(account, amount);
    }

    /// @inheritdoc IAccounts
    function withdraw(uint32 number, uint256 amount, address to) external nonReentrant returns (uint256 paid) {
        if (to == address(0)) revert ZeroAddress();
        if (to == address(this)) revert RecipientIsClearinghouse();
        if (_ledger.outflow.uncoveredGroups != 0) revert WithdrawalsWait(_ledger.outflow.uncoveredGroups);
        AccountId id = accountOf(msg.sender, number);
        (Account storage account, Money max) = _withdrawable(id);
        Money claims = amount == type(uint256).max ? _toMoney(_toUnits(max)) : _toMoney(amount);
        if (claims == NO_MONEY) revert ZeroAmount();
        if (claims > max) revert InsufficientWithdrawable(id, claims, max);

        Outflow memory window = _ledger.beforeOutflow();
        (Money worth, Money cash) = _ledger.withdraw(account, id, claims);
        paid = _toUnits(worth);
        if (paid == 0) revert ZeroAmount();
        Money gone = _toMoney(paid);
        if (gone != worth) _ledger.recovery.held += (worth - gone).toUint88(); // less than a unit stays with the venue
        _ledger.requireAllowed(window, gone);

        emit Withdrawn(id, to, paid, claims, cash);
        token.pay(to, paid);
    }

    /// @inheritdoc IAccounts
    function transfer(uint32 from, uint32 to, Money amount) external nonReentrant {
        AccountId fromId = accountOf(msg.sender, from);
        AccountId toId = accountOf(msg.sender, to);
        if (amount <= NO_MONEY) revert ZeroAmount();
        (Account storage source, Money max) = _withdrawable(fromId);
        if (amount > max) revert InsufficientWithdrawable(fromId, amount, max);

        _ledger.transfer(fromId, toId, amount);
        Account storage target = _ledger.accounts[toId];
        emit Transferred(fromId, toId, amount, Money.wrap(source.cash), Money.wrap(target.cash));
        if (target.calledAt != 0) CallLib.clearIfCured(_ledger, toId);
    }

    /// @inheritdoc IAccounts
    function setSigner(address signer, uint256 expiry) external {
        if (signer == msg.sender) revert SignerIsOwner();
        emit SignerSet(msg.sender, signer, SignerLib.list(_ledger, msg.sender, signer, expiry));
    }

    // ------------------------------------------------------------------ trading

    /// @inheritdoc IBatchTrading
    function settle(bytes calldata) external {
        _delegate(_trading);
    }

    /// @inheritdoc IDirectTrading
    function fillOrder(MarketId, uint32, bytes calldata, NodeId, uint24, uint40) external {
        _delegate(_direct);
    }

    /// @inheritdoc ITrading
    function cancelOrder(uint64 salt, AccountId account) external {
        _requireSigner(account);
        OrderLib.requireSequence(salt >> 16);
        _ledger.cancel(account, salt);
        emit OrderCancelled(account, salt);
    }

    /// @inheritdoc ITrading
    function cancelBelow(AccountId account, uint48 sequence) external {
        _requireSigner(account);
        OrderLib.requireSequence(sequence);
        if (sequence > _ledger.accounts[account].minSequence) _ledger.accounts[account].minSequence = sequence;
        emit OrdersCancelledBelow(account, _ledger.accounts[account].minSequence);
    }

    /// @inheritdoc IGovernance
    function requireAdmitted(AccountId) external {
        _delegate(_governance);
    }

    /// @inheritdoc IGovernance
    function collectFees() external {
        _delegate(_governance);
    }

    // ------------------------------------------------------------------ margin calls and liquidation

    /// @inheritdoc ILiquidationByVault
    function marginCall(AccountId) external {
        _delegate(_byVault);
    }

    /// @inheritdoc ILiquidationByVault
    function clearCall(AccountId) external {
        _delegate(_byVault);
    }

    /// @inheritdoc ILiquidationByOrders
    function liquidate(AccountId, MarketId, uint32, bytes calldata) external {
        _delegate(_byOrders);
    }

    /// @inheritdoc ILiquidationByAccount
    function liquidateToAccount(AccountId, MarketId, uint32, uint256, NodeId, Price, uint40) external {
        _delegate(_byAccount);
    }

    /// @inheritdoc ILiquidationByAccount
    function liquidateMany(MarketId, AccountId[] calldata, uint32, Size, NodeId, Price, uint40) external {
        _delegate(_byAccount);
    }

    /// @inheritdoc ILiquidationByVault
    function liquidateToVault(AccountId, MarketId, uint32, NodeId) external {
        _delegate(_byVault);
    }

    // ------------------------------------------------------------------ default

    /// @inheritdoc IAbsorption
    function poke(GroupId) external {
        _delegate(_absorption);
    }

    /// @inheritdoc IAbsorption
    function absorb(GroupId, AccountId[] calldata) external {
        _delegate(_absorption);
    }

    /// @inheritdoc IAbsorption
    function net(GroupId, AccountId[] calldata) external {
        _delegate(_absorption);
    }

    /// @inheritdoc IAbsorption
    function netOne(AccountId) external {
        _delegate(_absorption);
    }

    /// @inheritdoc IAbsorption
    function hasWon(AccountId) external returns (bool) {
        _delegate(_absorption);
    }

    /// @inheritdoc IAbsorption
    function creditRelief(AccountId) external {
        _delegate(_absorption);
    }

    /// @inheritdoc ISettlement
    function deleverage(GroupId, uint256) external returns (bool) {
        _delegate(_deleveraging);
    }

    /// @inheritdoc IDeleveraging
    function cover(uint256 amount) external nonReentrant {
        (Money arrived, ) = _pull(amount);
        _ledger.recovery.held += arrived.toUint88();
        Money left = _ledger.recovery.heal(arrived);
        if (left > NO_MONEY) VaultLib.credit(_ledger, VaultLib.potOf(_ledger), left);
        emit Covered(msg.sender, _toUnits(arrived), arrived - left);
    }

    /// @inheritdoc IAbsorption
    function collect(AccountId, MarketId) external {
        _delegate(_absorption);
    }

    /// @inheritdoc ILiquidationByVault
    function buyInventory(MarketId, uint32, uint256, NodeId, Price, uint40) external {
        _delegate(_byVault);
    }

    // ------------------------------------------------------------------ governance

    /// @inheritdoc IGovernance
    function createGroup() external returns (GroupId) {
        _delegate(_governance);
    }

    /// @inheritdoc IGovernance
    function createMarket(GroupId, IPriceSource, Mode, MarketParams calldata) external returns (MarketId) {
        _delegate(_governance);
    }

    /// @inheritdoc IGovernance
    function setMarketParams(MarketId, MarketParams calldata) external {
        _delegate(_governance);
    }

    /// @inheritdoc IGovernance
    function setPriceSource(MarketId, IPriceSource) external {
        _delegate(_governance);
    }

    /// @inheritdoc IGovernance
    function setVenueParams(VenueParams calldata) external {
        _delegate(_governance);
    }

    /// @inheritdoc IGovernance
    function setVaultBudget(GroupId, uint96) external {
        _delegate(_governance);
    }

    /// @inheritdoc IGovernance
    function setVault(address) external {
        _delegate(_governance);
    }

    /// @inheritdoc IGovernance
    function setTreasury(address) external {
        _delegate(_governance);
    }

    /// @inheritdoc IGovernance
    function setAccessGate(address) external {
        _delegate(_governance);
    }

    /// @inheritdoc IGovernance
    function pause(MarketId, PauseLevel, uint256) external {
        _delegate(_governance);
    }

    /// @inheritdoc IGovernance
    function unpause(MarketId) external {
        _delegate(_governance);
    }

    /// @inheritdoc IGovernance
    function settleMarket(MarketId) external {
        _delegate(_governance);
    }

    // ------------------------------------------------------------------ collateral

    /// @notice The functions of ICollateral. Here, and not one by one, so that no other function is found later for
    /// them.
    fallback() external {
        _delegate(_pledging);
    }

    // ------------------------------------------------------------------ several calls at once

    /// @inheritdoc IMulticall
    /// @dev Not `nonReentrant`: each call takes the guard for itself.
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results) {
        results = new bytes[](calls.length);
        for (uint256 i; i < calls.length; ++i) {
            bool success;
            (success, results[i]) = _callSelf(calls[i]);
            if (!success) revertWith(results[i]);
        }
    }

    /// @inheritdoc IMulticall
    function tryMulticall(bytes[] calldata calls) external returns (Outcome[] memory outcomes) {
        outcomes = new Outcome[](calls.length);
        for (uint256 i; i < calls.length; ++i) {
            uint256 given = gasleft();
            (bool success, bytes memory result) = _callSelf(calls[i]);
            // Without gas there is no error either. Of what was given a 64th stays here, and one in each contract
            // between here and where the gas ended.
            if (!success && result.length == 0 && gasleft() < given / 8) revert CallOutOfGas(i);
            outcomes[i] = Outcome(success, result);
        }
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IClearinghouse
    function vaultEquity() external view virtual returns (Money equity, bool certain) {
        return VaultLib.equity(_ledger);
    }

    /// @inheritdoc IClearinghouse
    function lockedGroups() external view returns (uint256) {
        return _ledger.outflow.lockedGroups;
    }

    /// @inheritdoc IClearinghouse
    function recoveryRate() external view returns (uint256) {
        return _ledger.recovery.rate();
    }

    /// @inheritdoc IClearinghouse
    function vault() external view returns (address) {
        return _ledger.vault;
    }

    /// @inheritdoc IClearinghouse
    function accessGate() external view returns (address) {
        return _ledger.accessGate;
    }

    /// @inheritdoc IClearinghouse
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IClearinghouse
    /// @dev Whatever `lens` does is undone: this always reverts, with the answer as its data.
    function inspect(address lens, bytes calldata call) external {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory answer) = lens.delegatecall(call);
        answer = abi.encode(ok, answer);
        assembly ("memory-safe") {
            revert(add(answer, 32), mload(answer))
        }
    }

    // ------------------------------------------------------------------ inside

    /// @dev Runs the module with this call's data and returns or reverts with what it answers.
    function _delegate(address module) internal {
        assembly ("memory-safe") {
            let at := mload(0x40)
            calldatacopy(at, 0, calldatasize())
            let ok := delegatecall(gas(), module, at, calldatasize(), 0, 0)
            returndatacopy(at, 0, returndatasize())
            if iszero(ok) {
                revert(at, returndatasize())
            }
            return(at, returndatasize())
        }
    }

    /// @dev By delegatecall, so that `msg.sender` stays.
    function _callSelf(bytes calldata call) private returns (bool success, bytes memory result) {
        // solhint-disable-next-line avoid-low-level-calls
        return address(this).delegatecall(call);
    }

    function _deposit(AccountId id, uint256 amount) private returns (Money credited) {
        if (id.owner() == address(0)) revert ZeroAddress();
        bool restricted;
        (credited, restricted) = _pull(amount);
        if (restricted) GateLib.requireDeposit(_ledger, id); // here, where its word has been read
        (Account storage account, Money cash) = _ledger.deposit(id, credited);
        emit Deposited(id, msg.sender, _toUnits(credited), cash);

        if (account.calledAt != 0) CallLib.clearIfCured(_ledger, id);
    }

    /// @dev What arrives counts, so a token that takes a fee is credited by what is here afterwards. Of a token that
    /// takes units away from here nobody pays in any more: it would be paid out to others.
    /// @return arrived Claims at par. restricted: as in `Recovery`, from the same word as what is held.
    function _pull(uint256 amount) private returns (Money arrived, bool restricted) {
        if (amount == 0) revert ZeroAmount();
        uint88 held;
        (held, restricted) = (_ledger.recovery.held, _ledger.recovery.restricted);
        _ledger.beforeInflow(held);
        uint256 before = token.balanceOf(address(this));
        if (_toMoney(before) < toMoney(held)) revert TokensMissing(toMoney(held), _toMoney(before));
        token.take(msg.sender, amount);
        arrived = _toMoney(token.balanceOf(address(this)) - before);
        if (arrived == NO_MONEY) revert NothingArrived();
    }

    /// @dev What may leave an account. With positions: prices fresh, no gap, no lock.
    function _withdrawable(AccountId id) internal virtual returns (Account storage account, Money max) {
        bytes memory reason = _ledger.withheld(id);
        if (reason.length != 0) revertWith(reason);
        account = _ledger.accounts[id];
        AccountWord word = CashLib.refresh(_ledger, account, id, CashLib.read(account));
        if (word.open() == 0) return (account, word.cash().positive());

        Health memory h = _ledger.health(id, _ledger.syncOpen(word.group()), MarginLib.NO_MARKET);
        if (!h.fresh) revert AccountHasStaleLeg(id);
        max = minMoney(h.withdrawable(), h.alone(word.cash()).positive());
    }

    function _requireSigner(AccountId account) private view {
        address owner = account.owner();
        if (msg.sender != owner && SignerLib.expiryOf(_ledger, owner, msg.sender) < block.timestamp) {
            revert SignerNotAuthorised(owner, msg.sender);
        }
    }

    /// @dev Tokens to claims at par, floor.
    function _toMoney(uint256 units) private view returns (Money) {
        return Money.wrap(SafeCast.toInt256((units * _nanoPerUnit) / _unitsPerNano));
    }

    /// @dev Claims at par to tokens, floor.
    function _toUnits(Money amount) private view returns (uint256) {
        return (amount.toUint() * _unitsPerNano) / _nanoPerUnit;
    }
}
