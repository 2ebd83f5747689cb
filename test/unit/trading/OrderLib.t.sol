// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Order} from "../../../contracts/interfaces/Orders.sol";
import {Ledger} from "../../../contracts/Ledger.sol";
import {CashLib} from "../../../contracts/position/CashLib.sol";
import {NAME, OrderLib, VERSION} from "../../../contracts/trading/OrderLib.sol";
import {AccountId, accountOf} from "../../../contracts/types/AccountId.sol";
import {MAX_MARK, MIN_MARK, Price} from "../../../contracts/types/Price.sol";
import {Size, toSize} from "../../../contracts/types/Size.sol";
import {randomOrder} from "../../base/Packing.sol";
import {TestBase} from "../../base/TestBase.sol";

contract OrderHarness {
    Ledger internal ledger;

    function fill(Order calldata order, uint256 size) external returns (uint256) {
        return OrderLib.bookFill(ledger, order.account, order.salt, toSize(size)).toUint();
    }

    function cancel(AccountId account, uint64 salt) external {
        OrderLib.cancel(ledger, account, salt);
    }

    function setMinSequence(AccountId account, uint48 sequence) external {
        ledger.accounts[account].minSequence = sequence;
    }

    function remaining(AccountId account, uint64 salt, int256 size) external view returns (uint256) {
        Order memory order;
        (order.account, order.salt, order.size) = (account, salt, Size.wrap(size));
        return this.left(order);
    }

    function left(Order memory order) external view returns (uint256) {
        return OrderLib.remaining(ledger, CashLib.read(ledger.accounts[order.account]), order).toUint();
    }

    function flaw(Order memory order, uint24 fee, Price mark) external view returns (bytes memory) {
        return OrderLib.orderFlaw(order, fee, msg.sender, mark);
    }

    function signatureFlaw(
        Order memory order,
        bytes32 digest,
        address wallet,
        bytes calldata signature
    ) external view returns (bytes memory) {
        return OrderLib.signatureFlaw(ledger, order, digest, wallet, signature);
    }

    /// @dev With what stands before and behind the order in memory.
    function hash(Order memory order) external pure returns (bytes32 hashed, bool untouched) {
        bytes32 memory_ = _allMemory();
        hashed = OrderLib.hash(order);
        untouched = memory_ == _allMemory();
    }

    function _allMemory() private pure returns (bytes32 hashed) {
        assembly ("memory-safe") {
            hashed := keccak256(0x40, sub(mload(0x40), 0x40))
        }
    }

    function domain() external view returns (bytes32) {
        return OrderLib.domain();
    }
}

contract Eip712Domain is EIP712(NAME, VERSION) {
    function ours() external view returns (bytes32) {
        return OrderLib.domain();
    }

    function theirs() external view returns (bytes32) {
        return _domainSeparatorV4();
    }
}

contract OrderLibTest is TestBase {
    uint256 internal constant SIZE = 10e9;
    uint256 internal constant LARGEST = type(uint72).max;
    bytes32 internal constant DIGEST = keccak256("an order");

    OrderHarness internal orders;
    address internal owner;
    uint256 internal key;
    AccountId internal account;

    function setUp() public {
        orders = new OrderHarness();
        (owner, key) = makeAddrAndKey("owner");
        account = accountOf(owner, 7);
    }

    function testFuzz_hash_isTheStructHashOfEip712(uint256 seed) public view {
        Order memory order = randomOrder(seed);
        (bytes32 hashed, bool untouched) = orders.hash(order);
        vm.assertEq(hashed, keccak256(abi.encode(OrderLib.ORDER_TYPEHASH, order)));
        vm.assertTrue(untouched, "what stands before it in memory is as it was");
    }

    function test_typehash_isThatOfTheReadableType() public pure {
        bytes32 expected = keccak256(
            "Order(uint192 account,uint32 market,int256 size,int256 limit,uint64 salt,uint40 expiry,uint8 use,bool reduceOnly,uint24 maxFee,address matcher,int256 trigger,bool triggerAbove)"
        );
        vm.assertEq(OrderLib.ORDER_TYPEHASH, expected);
    }

    function test_domain_isThatOfEip712() public {
        Eip712Domain other = new Eip712Domain();
        bytes32 typeHash = keccak256(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        );
        bytes32 expected = keccak256(
            abi.encode(typeHash, keccak256("Novation"), keccak256("1"), block.chainid, address(orders))
        );
        vm.assertEq(orders.domain(), expected);
        vm.assertEq(other.ours(), other.theirs(), "as OpenZeppelin builds it");
    }

    function test_flaw_rejectsSizesAndLimitsOutOfRange() public view {
        Order memory order = _order(1 << 16);
        order.size = Size.wrap(0);
        vm.assertEq(_flaw(order, 0), abi.encodeWithSelector(ITrading.OrderOutOfRange.selector));
        Price one = Price.wrap(1);
        Price[3] memory limits = [MIN_MARK - one, MAX_MARK + one, Price.wrap(0)];
        for (uint256 i; i < limits.length; ++i) {
            order = _order(1 << 16);
            order.limit = limits[i];
            vm.assertEq(_flaw(order, 0), abi.encodeWithSelector(ITrading.OrderOutOfRange.selector));
        }
    }

    function test_flaw_acceptsTheEndsOfTheRange() public view {
        Order memory order = _order(1 << 16);
        order.size = toSize(LARGEST);
        order.limit = MAX_MARK;
        vm.assertEq(_flaw(order, 0), "");
        order.size = -toSize(LARGEST);
        order.limit = MIN_MARK;
        vm.assertEq(_flaw(order, 0), "");
    }

    function test_flaw_namesWhatIsWrong() public {
        Order memory order = _order(5 << 16);
        order.maxFee = 400;
        vm.assertEq(_flaw(order, 400), "");
        vm.assertEq(_flaw(order, 401), abi.encodeWithSelector(ITrading.FeeAboveCap.selector, uint24(400), uint24(401)));
        order.matcher = address(1);
        vm.assertEq(_flaw(order, 0), abi.encodeWithSelector(ITrading.MatcherOnly.selector, address(1)));
        order.matcher = address(this);
        order.expiry = uint40(block.timestamp);
        vm.assertEq(_flaw(order, 0), "", "the last second counts");
        skip(1);
        vm.assertEq(_flaw(order, 0), abi.encodeWithSelector(ITrading.OrderExpired.selector, order.expiry));
    }

    function testFuzz_flaw_isTheTriggerUntilTheMarkIsThere(uint80 trigger, uint80 mark, bool above) public view {
        Order memory order = _order(1 << 16);
        (order.trigger, order.triggerAbove) = (Price.wrap(int256(uint256(trigger))), above && trigger != 0);
        bool there = trigger == 0 || mark == trigger || (mark > trigger) == above;
        bytes memory not = abi.encodeWithSelector(ITrading.TriggerNotReached.selector, trigger, mark);
        vm.assertEq(orders.flaw(order, 0, Price.wrap(int256(uint256(mark)))), there ? bytes("") : not);
    }

    function test_signatureFlaw_isOfWhomeverTheSignatureRecovers() public view {
        Order memory order = _order(1 << 16);
        vm.assertEq(orders.signatureFlaw(order, DIGEST, address(0), _proof(key, DIGEST)), "");
        uint256 other = uint256(keccak256("another key"));
        vm.assertEq(
            orders.signatureFlaw(order, DIGEST, address(0), _proof(other, DIGEST)),
            abi.encodeWithSelector(ITrading.SignerNotAuthorised.selector, owner, vm.addr(other))
        );
        vm.assertEq(orders.signatureFlaw(order, DIGEST, address(0), new bytes(64)), _bad(owner));
        address codeless = address(1);
        vm.assertEq(
            orders.signatureFlaw(order, DIGEST, codeless, ""),
            abi.encodeWithSelector(ITrading.SignerNotAuthorised.selector, owner, codeless)
        );
        vm.assertEq(orders.signatureFlaw(order, DIGEST, owner, ""), _bad(owner), "no wallet");
    }

    function test_remaining_isNothingOfWhatIsFilledOrCancelled() public {
        Order memory order = _order(5 << 16);
        orders.fill(order, SIZE);
        vm.assertEq(orders.left(order), 0);
        order.salt = 6 << 16;
        vm.assertEq(orders.left(order), SIZE);
        orders.cancel(account, order.salt);
        vm.assertEq(orders.left(order), 0);
    }

    function testFuzz_fill_leavesTheRestOfTheOrder(uint64 salt, uint72 size, uint256 first, uint256 second) public {
        size = uint72(bound(size, 1, LARGEST));
        first = bound(first, 0, size);
        second = bound(second, 0, size - first);
        Order memory order = _order(salt);
        vm.assertEq(orders.remaining(account, salt, int256(uint256(size))), size);
        orders.fill(order, first);
        orders.fill(order, second);
        vm.assertEq(orders.remaining(account, salt, int256(uint256(size))), size - first - second);
        vm.assertEq(orders.remaining(account, salt, -int256(uint256(size))), size - first - second, "either side");
    }

    function test_fill_reportsWhatIsFilledInAll() public {
        Order memory order = _order(5 << 16);
        vm.assertEq(orders.fill(order, 3e9), 3e9);
        vm.assertEq(orders.fill(order, 4e9), 7e9);
    }

    function testFuzz_fill_supersedesLowerSequencesOfItsLane(uint48 low, uint48 high, uint16 lane) public {
        low = uint48(bound(low, 0, type(uint48).max - 1));
        high = uint48(bound(high, uint256(low) + 1, type(uint48).max));
        orders.fill(_order(_salt(low, lane)), 4e9);
        vm.assertEq(_left(high, lane), SIZE, "a higher sequence starts whole");
        orders.fill(_order(_salt(high, lane)), 1e9);
        vm.assertEq(_left(low, lane), 0, "void");
        vm.assertEq(_left(high, lane), SIZE - 1e9, "nothing of the lower one counts");
    }

    function testFuzz_cancel_voidsItsSequenceAndLowerOnes(uint48 sequence, uint48 lower, uint16 lane) public {
        sequence = uint48(bound(sequence, 0, type(uint48).max - 1));
        lower = uint48(bound(lower, 0, sequence));
        orders.cancel(account, _salt(sequence, lane));
        vm.assertEq(_left(lower, lane), 0);
        vm.assertEq(_left(sequence, lane), 0);
        vm.assertEq(orders.remaining(account, _salt(sequence, lane), int256(LARGEST)), 0, "of the largest size, too");
        vm.assertEq(_left(sequence + 1, lane), SIZE, "higher ones live");
    }

    function testFuzz_cancel_ofALowerSequenceChangesNothing(uint48 low, uint48 high, uint16 lane) public {
        high = uint48(bound(high, 1, type(uint48).max));
        low = uint48(bound(low, 0, high - 1));
        orders.fill(_order(_salt(high, lane)), 4e9);
        orders.cancel(account, _salt(low, lane));
        vm.assertEq(_left(high, lane), SIZE - 4e9);
    }

    function testFuzz_lanes_areIndependent(uint48 sequence, uint16 lane, uint16 other, bool sameWord) public {
        sequence = uint48(bound(sequence, 1, type(uint48).max));
        if (sameWord) other = lane ^ 1; // the other half of the slot
        vm.assume(other != lane);
        orders.fill(_order(_salt(sequence, lane)), 4e9);
        vm.assertEq(_left(0, other), SIZE, "a fill does not reach it");
        orders.fill(_order(_salt(3, other)), 1e9);
        orders.cancel(account, _salt(sequence, lane));
        vm.assertEq(_left(3, other), SIZE - 1e9, "nor does a cancellation");
        orders.cancel(account, _salt(type(uint48).max, other));
        vm.assertEq(_left(type(uint48).max, other), 0);
        if (sequence < type(uint48).max) vm.assertEq(_left(sequence + 1, lane), SIZE);
    }

    function test_lanes_ofTwoAccountsAreIndependent() public {
        AccountId second = accountOf(owner, 8);
        orders.cancel(account, _salt(5, 2));
        vm.assertEq(orders.remaining(second, _salt(5, 2), int256(SIZE)), SIZE);
        vm.assertEq(orders.remaining(account, _salt(5, 2), int256(SIZE)), 0);
    }

    function testFuzz_remaining_isNothingBelowTheLeastSequence(uint48 min, uint16 lane, uint16 other) public {
        min = uint48(bound(min, 1, type(uint48).max));
        orders.setMinSequence(account, min);
        vm.assertEq(_left(min - 1, lane), 0);
        vm.assertEq(_left(min - 1, other), 0, "in every lane");
        vm.assertEq(_left(min, lane), SIZE);
    }

    function _left(uint48 sequence, uint16 lane) private view returns (uint256) {
        return orders.remaining(account, _salt(sequence, lane), int256(SIZE));
    }

    function _flaw(Order memory order, uint24 fee) private view returns (bytes memory) {
        return orders.flaw(order, fee, MAX_MARK);
    }

    function _bad(address signer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITrading.BadSignature.selector, signer);
    }

    function _proof(uint256 signer, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(signer, digest);
        return abi.encodePacked(r, uint256(s) | (v == 28 ? 1 << 255 : 0));
    }

    function _order(uint64 salt) private view returns (Order memory order) {
        order.account = account;
        order.size = toSize(SIZE);
        order.limit = Price.wrap(60_000e18);
        order.salt = salt;
        order.expiry = type(uint40).max;
    }

    function _salt(uint48 sequence, uint16 lane) private pure returns (uint64) {
        return (uint64(sequence) << 16) | lane;
    }
}
