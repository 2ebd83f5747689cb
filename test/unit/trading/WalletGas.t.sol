// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Order, Use} from "../../../contracts/interfaces/Orders.sol";
import {Mode} from "../../../contracts/Ledger.sol";
import {OrderLib} from "../../../contracts/trading/OrderLib.sol";
import {accountOf} from "../../../contracts/types/AccountId.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";
import {Fill, Match} from "../../base/Packing.sol";

/// @notice What a wallet of many owners does when it is asked: a proxy in front of shared code, a handler of its own
/// for ERC-1271 which asks the wallet back, and for each signature a cold slot and an ecrecover, or the same question
/// to an owner that is such a wallet itself.
contract ManyOwners {
    address internal code;
    address internal handler;
    uint256 internal threshold;
    mapping(address owner => address) internal owners;

    error NotSigned(uint256 index);

    function setUp(address handler_, address[] calldata list) external {
        (handler, threshold) = (handler_, list.length);
        for (uint256 i; i < list.length; ++i) owners[list[i]] = address(1);
    }

    function domainSeparator() external view returns (bytes32) {
        return
            keccak256(
                abi.encode(keccak256("EIP712Domain(uint256 chainId,address verifyingContract)"), block.chainid, this)
            );
    }

    /// @dev Each signature: 32 bytes owner, 32 bytes length, and that many bytes: 65 of ECDSA, or what the wallet
    /// `owner` accepts.
    function checkSignatures(bytes32 hash, bytes calldata signatures) external view {
        uint256 offset;
        address last;
        for (uint256 i; i < threshold; ++i) {
            (address owner, uint256 length) = abi.decode(signatures[offset:offset + 64], (address, uint256));
            bytes calldata signature = signatures[offset + 64:offset + 64 + length];
            offset += 64 + length;
            if (owner <= last || owners[owner] == address(0)) revert NotSigned(i);
            last = owner;
            if (length == 65) {
                bytes32 r = bytes32(signature[:32]);
                bytes32 s = bytes32(signature[32:64]);
                if (ecrecover(hash, uint8(signature[64]), r, s) != owner) revert NotSigned(i);
            } else if (IERC1271(owner).isValidSignature(hash, signature) != IERC1271.isValidSignature.selector) {
                revert NotSigned(i);
            }
        }
    }

    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        address to = handler;
        assembly {
            calldatacopy(0, 0, calldatasize())
            mstore(calldatasize(), shl(96, caller()))
            let ok := call(gas(), to, 0, 0, add(calldatasize(), 20), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(ok) {
                revert(0, returndatasize())
            }
            return(0, returndatasize())
        }
    }
}

contract OwnersHandler {
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        ManyOwners wallet = ManyOwners(payable(msg.sender));
        wallet.checkSignatures(messageHash(wallet, hash), signature);
        return IERC1271.isValidSignature.selector;
    }

    function messageHash(ManyOwners wallet, bytes32 hash) public view returns (bytes32) {
        bytes32 inner = keccak256(abi.encode(keccak256("Message(bytes message)"), keccak256(abi.encode(hash))));
        return MessageHashUtils.toTypedDataHash(wallet.domainSeparator(), inner);
    }
}

contract OwnersProxy {
    address private immutable _code;

    constructor(address code) {
        _code = code;
    }

    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        address to = _code;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let ok := delegatecall(gas(), to, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(ok) {
                revert(0, returndatasize())
            }
            return(0, returndatasize())
        }
    }
}

/// @notice A wallet whose proxy catches what happens inside, as one does that asks several modules in turn.
contract CatchingWallet is IERC1271 {
    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        try this.burn() {
            return IERC1271.isValidSignature.selector;
        } catch {
            return 0xffffffff;
        }
    }

    function burn() external pure {
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// @notice What an ERC-1271 wallet may use, what real ones need, and what is said when one needs more.
contract WalletGasTest is Fixture {
    uint256 internal constant MARK = 60_000e18;

    address internal code;
    OwnersHandler internal handler;
    Actor internal bob;
    Actor[] internal keys;

    bytes32 internal constant HASH = bytes32(uint256(1));
    address internal _twelve;
    bytes internal _twelveSigned;
    address internal _nine;
    bytes internal _nineSigned;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        bob = _actor("bob", 100_000);
        (code, handler) = (address(new ManyOwners()), new OwnersHandler());
        Actor[] memory sorted = new Actor[](60);
        for (uint256 i; i < 60; ++i) {
            sorted[i] = _actor(string.concat("key", vm.toString(i)));
            for (uint256 j = i; j > 0 && sorted[j].owner < sorted[j - 1].owner; --j) {
                (sorted[j], sorted[j - 1]) = (sorted[j - 1], sorted[j]);
            }
        }
        for (uint256 i; i < 60; ++i) keys.push(sorted[i]);
        _twelve = _wallet(0, 12);
        _twelveSigned = _signatures(_twelve, HASH, 0, 12);
        (_nine, _nineSigned) = _nested(HASH, 3);
    }

    // Measured cold: wallets and signatures are of the transaction before. Half of the cap is left, for wallets that
    // are compiled with other settings than ours.

    function test_aWalletOfTwelveSignatures_needsLessThanHalfOfTheCap() public {
        vm.assertLt(_measure("12 signatures", _twelve, _twelveSigned), OrderLib.WALLET_GAS / 2);
    }

    function test_threeWalletsOfThreeUnderOne_needLessThanHalfOfTheCap() public {
        vm.assertLt(_measure("3 wallets of 3 under one", _nine, _nineSigned), OrderLib.WALLET_GAS / 2);
    }

    function test_aWalletOfTwelve_trades() public {
        (Match[] memory m, address wallet) = _orderOf(12);
        venue.settle(_pack(m, true));
        vm.assertEq(_size(accountOf(wallet, 0), btc), 1e9);
    }

    function test_aWalletThatNeedsMore_isSaidToBeOutOfGas_andNotToHaveSignedBadly() public {
        (Match[] memory m, address wallet) = _orderOf(60);
        vm.expectRevert(_outOfGas(wallet));
        venue.settle(_pack(m, true));
        m[0].taker.signature = _signatures(wallet, bytes32(uint256(7)), 0, 60);
        // its first owner signed something else
        vm.expectRevert(abi.encodeWithSelector(ITrading.BadSignature.selector, wallet));
        venue.settle(_pack(m, true));
    }

    /// The innermost wallet runs out; those around it have a 64th left and revert, or answer no.
    function test_aWalletInsideAWalletThatNeedsMore_isSaidToBeOutOfGas() public {
        (Match[] memory m, ) = _orderOf(1);
        bytes32 digest = _digest(m[0].taker.order);
        (address wallet, bytes memory signature) = _nested(digest, 20);
        Order memory order = m[0].taker.order;
        order.account = accountOf(wallet, 0);
        (wallet, signature) = _nested(_digest(order), 20);
        m[0].taker.order = order;
        (m[0].taker.wallet, m[0].taker.signature) = (wallet, signature);
        vm.expectRevert(_outOfGas(wallet));
        venue.settle(_pack(m, true));

        address catching = address(new CatchingWallet());
        m[0].taker.order.account = accountOf(catching, 0);
        m[0].taker.wallet = catching;
        vm.expectRevert(_outOfGas(catching));
        venue.settle(_pack(m, true));
    }

    /// With any gas limit the batch reverts as a whole, or it fills the wallet's order: who submits cannot have a good
    /// order skipped.
    function test_tooLittleGas_isNeverBlamedOnTheWallet() public {
        (Match[] memory m, address wallet) = _orderOf(12);
        m[0] = _flipped(m[0], wallet);
        uint256 filled;
        uint256 tooLow;
        for (uint256 gas = 100_000; gas < 900_000; gas += 4_000) {
            uint256 start = vm.snapshotState();
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory why) = address(venue).call{gas: gas}(
                abi.encodeCall(venue.settle, (_pack(m, false)))
            );
            if (ok) {
                ++filled;
                vm.assertEq(_size(accountOf(wallet, 0), btc), -1e9, "the wallet's order was skipped");
            } else if (bytes4(why) == ITrading.GasTooLow.selector) ++tooLow;
            vm.revertToState(start);
        }
        vm.assertGt(filled, 10, "it never had enough: this test says nothing");
        vm.assertGt(tooLow, 3, "it never had too little: this test says nothing");
    }

    // ------------------------------------------------------------------ inside

    /// @dev A match in which a wallet of `count` owners takes from bob.
    function _orderOf(uint256 count) private returns (Match[] memory m, address wallet) {
        wallet = _wallet(0, count);
        _fund(accountOf(wallet, 0), 100_000 * TOKEN);
        m = _match(keys[0], bob, btc, 1e9, MARK);
        m[0].taker.order.account = accountOf(wallet, 0);
        m[0].taker.wallet = wallet;
        m[0].taker.signature = _signatures(wallet, _digest(m[0].taker.order), 0, count);
    }

    /// @dev The same, with the wallet as the second maker of two, behind another one who is skipped.
    function _flipped(Match memory m, address wallet) private returns (Match memory flipped) {
        Fill[] memory offer = _makerFill(bob, btc, -1e9, MARK);
        offer[0].maker = m.taker;
        offer[0].maker.order.use = Use.MAKER;
        offer[0].maker.order.size = -m.taker.order.size;
        offer[0].maker.signature = _signatures(wallet, _digest(offer[0].maker.order), 0, 12);
        flipped.taker = _sign(bob, _order(bob, btc, 1e9, MARK, true));
        flipped.fills = offer;
    }

    function _digest(Order memory order) private view returns (bytes32) {
        return
            MessageHashUtils.toTypedDataHash(
                venue.domainSeparator(),
                keccak256(abi.encode(OrderLib.ORDER_TYPEHASH, order))
            );
    }

    function _outOfGas(address wallet) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITrading.WalletOutOfGas.selector, wallet, OrderLib.WALLET_GAS);
    }

    function _measure(string memory name, address wallet, bytes memory signature) private returns (uint256 gas) {
        gas = gasleft();
        bytes4 answer = IERC1271(wallet).isValidSignature(HASH, signature);
        gas -= gasleft();
        vm.assertEq(bytes32(answer), bytes32(IERC1271.isValidSignature.selector), "not accepted");
        emit Measured(name, gas);
    }

    event Measured(string name, uint256 gas);

    /// @dev A wallet whose owners are `count` keys from `first` on.
    function _wallet(uint256 first, uint256 count) private returns (address wallet) {
        address[] memory list = new address[](count);
        for (uint256 i; i < count; ++i) list[i] = keys[first + i].owner;
        wallet = address(new OwnersProxy(code));
        ManyOwners(payable(wallet)).setUp(address(handler), list);
    }

    function _signatures(
        address wallet,
        bytes32 hash,
        uint256 first,
        uint256 count
    ) private view returns (bytes memory all) {
        bytes32 message = handler.messageHash(ManyOwners(payable(wallet)), hash);
        for (uint256 i = first; i < first + count; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[i].key, message);
            all = bytes.concat(all, abi.encode(keys[i].owner, 65), abi.encodePacked(r, s, v));
        }
    }

    mapping(uint256 count => address[4]) private _nest;

    /// @dev A wallet of three wallets, each of `count` keys, and their signatures of `hash`.
    function _nested(bytes32 hash, uint256 count) private returns (address outer, bytes memory all) {
        address[4] storage nest = _nest[count];
        if (nest[0] == address(0)) _build(nest, count);
        outer = nest[0];
        bytes32 message = handler.messageHash(ManyOwners(payable(outer)), hash);
        address[] memory inner = _ascending(nest);
        for (uint256 i; i < 3; ++i) {
            uint256 first =
                (
                    inner[i] == nest[1]
                        ? 0
                        : inner[i] == nest[2]
                            ? 1
                            : 2
                ) * count;
            bytes memory part = _signatures(inner[i], message, first, count);
            all = bytes.concat(all, abi.encode(inner[i], part.length), part);
        }
    }

    function _build(address[4] storage nest, uint256 count) private {
        for (uint256 i; i < 3; ++i) nest[i + 1] = _wallet(i * count, count);
        nest[0] = address(new OwnersProxy(code));
        ManyOwners(payable(nest[0])).setUp(address(handler), _ascending(nest));
    }

    function _ascending(address[4] storage nest) private view returns (address[] memory list) {
        list = new address[](3);
        for (uint256 i; i < 3; ++i) {
            list[i] = nest[i + 1];
            for (uint256 j = i; j > 0 && list[j] < list[j - 1]; --j) (list[j], list[j - 1]) = (list[j - 1], list[j]);
        }
    }
}
