// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Order} from "../../contracts/interfaces/Orders.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {MockWallet} from "../../contracts/mocks/MockWallet.sol";
import {OrderLib} from "../../contracts/trading/OrderLib.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {Actor} from "../base/Fixture.sol";
import {Match, Packing} from "../base/Packing.sol";
import {Attack} from "./Attack.sol";

/// @title Signature replay across chains, accounts and versions; malleability
/// @custom:source Omni bridge on EthereumPoW, September 2022 (chain id not checked); SWC-117 (malleability), SWC-121
/// (replay)
/// @notice The attacker has an order that the victim signed once, for one account of one venue on one chain, and
/// submits it wherever it could count a second time.
contract SignatureReplayAttack is Attack {
    uint256 internal constant CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    Actor internal victim;
    Actor internal attacker;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (attacker, victim) = (_attacker("attacker", 500_000), _honest("victim", 500_000));
        _fund(accountOf(victim.owner, 1), 500_000 * TOKEN);
        honestIds.push(accountOf(victim.owner, 1));
        _begin();
    }

    function test_replay_onAnotherChain() public {
        Match[] memory m = _signed();
        vm.chainId(block.chainid + 1);
        _resign(m);
        _isNobodys("signature replayed on another chain", m);
    }

    function test_replay_inAnotherVenue() public {
        Match[] memory m = _signed();
        _deployVenue(Mode.QUEUE);
        (attacker, victim) = (_actor("attacker", 500_000), _actor("victim", 500_000));
        _begin();
        _resign(m);
        _isNobodys("signature replayed in another venue", m);
    }

    /// @dev The domain of version 2 of this venue: what a later deployment would have signed.
    function test_replay_ofAnotherVersion() public {
        Match[] memory m = _signed();
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Novation"),
                keccak256("2"),
                block.chainid,
                address(venue)
            )
        );
        bytes32 digest = MessageHashUtils.toTypedDataHash(
            domain,
            keccak256(abi.encode(OrderLib.ORDER_TYPEHASH, m[0].fills[0].maker.order))
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(victim.key, digest);
        m[0].fills[0].maker.signature = abi.encodePacked(r, s, v);
        _isNobodys("signature of another version", m);
    }

    function test_replay_forAnotherAccountOfTheVictim() public {
        Match[] memory m = _signed();
        m[0].fills[0].maker.order.account = accountOf(victim.owner, 1);
        _isNobodys("signature replayed for another account", m);
    }

    /// Two wallets with one owner: what he signed for one must not count for the other.
    function test_replay_forAnotherWalletOfTheSigner() public {
        (AccountId first, AccountId second) = (_walletAccount(), _walletAccount());
        Match[] memory m = _signed();
        Order memory order = m[0].fills[0].maker.order;
        order.account = first;
        m[0].fills[0].maker = _sign(victim, order);
        m[0].fills[0].maker.wallet = first.owner();
        uint256 start = vm.snapshotState();
        venue.settle(_pack(m, true)); // for the first it is good
        vm.revertToState(start);
        m[0].fills[0].maker.order.account = second;
        m[0].fills[0].maker.wallet = second.owner();
        _isRefused("signature replayed for another wallet", m, _refusal(second.owner()));
    }

    function test_replay_ofAFilledOrder() public {
        Match[] memory m = _signed();
        venue.settle(_pack(m, true));
        m[0].taker = _sign(attacker, _order(attacker, btc, -1e9, 60_000e18, true));
        bytes memory filled = abi.encodeWithSelector(
            ITrading.OrderCancelledOrFilled.selector,
            victim.id,
            m[0].fills[0].maker.order.salt
        );
        _begin();
        _isRefused("filled order replayed", m, filled);
    }

    /// The same signature in its other form (n - s) cannot be packed: its highest bit is where the parity stands. As an
    /// order is known by account and salt, it would be the same order anyway.
    function test_malleability_otherForm() public {
        Match[] memory m = _signed();
        (bytes32 r, uint256 s, ) = Packing.split(m[0].fills[0].maker.signature);
        uint256 other = CURVE_ORDER - s;
        vm.assertEq(other >> 255, 1, "the other form fits");
        m[0].fills[0].maker.signature = abi.encodePacked(r, other);
        _isNobodys("malleated signature", m);
        m[0].fills[0].maker.signature = abi.encodePacked(r, (other << 1) >> 1);
        _isNobodys("malleated signature", m);
    }

    function test_malleability_otherParity() public {
        Match[] memory m = _signed();
        (bytes32 r, uint256 s, uint8 v) = Packing.split(m[0].fills[0].maker.signature);
        m[0].fills[0].maker.signature = abi.encodePacked(r, s | (v == 27 ? 1 << 255 : 0));
        _isNobodys("signature of the other parity", m);
    }

    // ------------------------------------------------------------------ inside

    /// @dev The attacker sells to the victim's bid, both signed for this venue on this chain.
    function _signed() private returns (Match[] memory) {
        return _match(attacker, victim, btc, -1e9, 60_000e18);
    }

    /// @dev The attacker signs anew for where we are now; the victim does not.
    function _resign(Match[] memory m) private view {
        m[0].taker = _sign(attacker, m[0].taker.order);
    }

    function _isRefused(string memory name, Match[] memory m, bytes memory reason) private {
        vm.expectRevert(reason);
        venue.settle(_pack(m, true));
        venue.settle(_pack(m, false)); // a lenient batch skips it
        (int256 gain, int256 loss) = _report(name);
        vm.assertEq(gain, 0, "the attacker gained");
        vm.assertEq(loss, 0, "the victim lost");
    }

    /// @dev The signature recovers an address that the victim has not listed.
    function _isNobodys(string memory name, Match[] memory m) private {
        vm.expectPartialRevert(ITrading.SignerNotAuthorised.selector);
        venue.settle(_pack(m, true));
        venue.settle(_pack(m, false));
        (int256 gain, int256 loss) = _report(name);
        vm.assertEq(gain, 0, "the attacker gained");
        vm.assertEq(loss, 0, "the victim lost");
    }

    function _refusal(address signer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITrading.BadSignature.selector, signer);
    }

    function _walletAccount() private returns (AccountId id) {
        id = accountOf(address(new MockWallet(victim.owner)), 0);
        _fund(id, 500_000 * TOKEN);
    }
}
