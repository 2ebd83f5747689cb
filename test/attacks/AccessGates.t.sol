// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Attestation, AttestationGate} from "../../contracts/access/AttestationGate.sol";
import {ISanctionsList} from "../../contracts/access/ISanctionsList.sol";
import {MerkleGate} from "../../contracts/access/MerkleGate.sol";
import {SanctionsGate} from "../../contracts/access/SanctionsGate.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {MockGate} from "../../contracts/mocks/MockGate.sol";
import {MockWallet} from "../../contracts/mocks/MockWallet.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill, Match} from "../base/Packing.sol";
import {Attack} from "./Attack.sol";

/// @title A hostile or captured access gate, and attestations that are passed on
/// @custom:source Class: a hook that a venue calls in the middle of an operation (Uniswap v4 hooks, ERC-777), and
/// signatures replayed on another chain, contract or person
/// @notice A hostile gate is to trap somebody in a losing position, to stop a liquidation or a batch, or to
/// enter the venue again; somebody who is barred wants in by the attestation of another.
contract AccessGatesAttack is Attack {
    uint256 private constant MARK = 60_000e18;
    uint256 private constant ISSUER = 0x155;

    MockGate internal gate;
    Actor internal victim;
    Actor internal other;
    Actor internal attacker;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        gate = new MockGate();
        victim = _honest("victim", 20_000);
        other = _honest("other", 200_000);
        attacker = _attacker("attacker", 200_000);
    }

    /// Bound zero: the barred victim leaves whole, at the price at which he could have left without a gate.
    function test_barredInTheMiddle_leavesWhole() public {
        _trade(victim, other, btc, 1e9, MARK);
        _begin();
        venue.setAccessGate(address(gate));
        gate.bar(victim.owner, true);
        _trade(victim, other, btc, -1e9, MARK);
        vm.prank(victim.owner);
        venue.withdraw(0, type(uint256).max, victim.owner);
        vm.assertEq(_cash(victim.id), 0, "something is trapped");
        (int256 gain, ) = _report("a gate that bars a trader in a position");
        vm.assertEq(gain, 0);
    }

    /// A gate that bars everybody stops no liquidation: the keeper takes over, by an account and by orders.
    function test_barringEverybody_stopsNoLiquidation() public {
        Actor memory loser = _honest("loser", 4_000);
        _trade(loser, other, btc, 1e9, MARK);
        _creep(btc, 57_400e18);
        _begin();
        venue.setAccessGate(address(gate));
        gate.setMood(MockGate.Mood.BURNS_ALL_GAS);
        bytes memory makers = _pack(_makerFill(other, btc, 2e8, 57_300e18));
        venue.liquidate(loser.id, btc, 0, makers);
        vm.assertLt(_size(loser.id, btc), 1e9, "no liquidation against orders");
        int256 left = _size(loser.id, btc);
        (bool ok, ) = _tryLiquidate(attacker, loser.id, btc, type(uint256).max);
        vm.assertTrue(ok || _size(loser.id, btc) < left, "no liquidation to an account");
        _report("a gate that bars the liquidated, makers and takers");
    }

    /// It may only look, so what it calls fails. Bound zero.
    function test_reentering_changesNothing() public {
        _begin();
        venue.setAccessGate(address(gate));
        bytes[3] memory calls = [
            abi.encodeCall(venue.poke, (solo)),
            abi.encodeCall(venue.collectFees, ()),
            abi.encodeCall(venue.withdraw, (0, 1, address(gate)))
        ];
        for (uint256 i; i < calls.length; ++i) {
            gate.arm(address(venue), calls[i]);
            _trade(victim, attacker, btc, 1e8, MARK);
        }
        for (uint256 i; i < calls.length; ++i) _trade(attacker, victim, btc, 1e8, MARK);
        vm.assertEq(_size(victim.id, btc), 0);
        (int256 gain, int256 loss) = _report("a gate that calls the venue back");
        vm.assertLe(gain, 0);
        vm.assertLe(loss, (2 * 3 * 6_000e9) / 1_000, "more than fees");
    }

    /// With an answer that changes from call to call a batch fills some makers and passes over others; each fill that
    /// happens is one that both sides signed.
    function test_flipping_fillsOnlyWhatWasSigned() public {
        venue.setAccessGate(address(gate));
        gate.setMood(MockGate.Mood.FLIPS);
        _begin();
        Match[] memory m = _match(victim, attacker, btc, 4e8, MARK);
        Fill[] memory fills = new Fill[](8);
        for (uint256 i; i < 8; ++i) fills[i] = _makerFill(i % 2 == 0 ? attacker : other, btc, -5e7, MARK)[0];
        m[0].fills = fills;
        venue.settle(_pack(m, false));
        int256 taken = _size(victim.id, btc);
        vm.assertTrue(taken >= 0 && taken <= 4e8);
        vm.assertEq(_size(attacker.id, btc) + _size(other.id, btc), -taken, "longs and shorts differ");
        (int256 gain, ) = _report("a gate whose answers flip within a batch");
        vm.assertLe(gain, 0);
    }

    /// The vault and the treasury may be barred: neither trades by orders, so nothing stops.
    function test_barringVaultAndTreasury_stopsNothing() public {
        venue.setAccessGate(address(gate));
        gate.bar(vault.owner, true);
        gate.bar(treasury, true);
        Actor memory loser = _honest("loser", 4_000);
        _trade(loser, other, btc, 1e9, MARK);
        _creep(btc, 57_400e18);
        _begin();
        (bool ok, ) = _tryLiquidateToVault(attacker, loser.id, btc);
        vm.assertTrue(ok, "the vault takes nothing over");
        venue.collectFees();
        _fund(pot, TOKEN);
        _report("a gate that bars the vault and the treasury");
    }

    // ------------------------------------------------------------------ adapters

    function test_attestations_areWorthNothingElsewhere() public {
        AttestationGate access = new AttestationGate(address(manager), vm.addr(ISSUER));
        AttestationGate twin = new AttestationGate(address(manager), vm.addr(ISSUER));
        venue.setAccessGate(address(access));
        Attestation memory a = Attestation(victim.owner, 1, uint40(block.timestamp + 30 days));
        bytes memory signed = _attest(access, a);

        Attestation memory stolen = Attestation(attacker.owner, 1, a.expiry);
        _fails(access, stolen, signed, AttestationGate.NotAttested.selector, "another owner");
        _fails(twin, a, signed, AttestationGate.NotAttested.selector, "another gate");
        Attestation memory longer = Attestation(victim.owner, 1, a.expiry + 1);
        _fails(access, longer, signed, AttestationGate.NotAttested.selector, "a later expiry");
        uint256 chain = block.chainid;
        vm.chainId(chain + 1);
        _fails(access, a, signed, AttestationGate.NotAttested.selector, "another chain");
        vm.chainId(chain);

        access.present(a, signed);
        vm.assertTrue(access.mayTrade(victim.owner) && !access.mayTrade(attacker.owner));
        _fails(access, a, signed, AttestationGate.NotLonger.selector, "presented again");
        _tradeDenied(attacker, victim);
        vm.warp(a.expiry + 1);
        vm.assertFalse(access.mayTrade(victim.owner), "expired");
        _fails(access, a, signed, AttestationGate.AttestationExpired.selector, "expired");
        _line("attestations of others, replayed", 0, 0);
    }

    function test_attestations_ofAKeyWhoseAccountHasCode_areGood_andOthersAreNot() public {
        AttestationGate access = new AttestationGate(address(manager), vm.addr(ISSUER));
        Attestation memory a = Attestation(victim.owner, 1, uint40(block.timestamp + 30 days));
        bytes memory signed = _attest(access, a);
        vm.etch(vm.addr(ISSUER), address(gate).code); // as EIP-7702 does; it answers no ERC-1271
        Attestation memory stolen = Attestation(attacker.owner, 1, a.expiry);
        _fails(access, stolen, signed, AttestationGate.NotAttested.selector, "another owner");
        access.present(a, signed);
        vm.assertTrue(access.mayTrade(victim.owner));
    }

    function test_attestations_ofAWallet_areThoseThatItAcceptsItself() public {
        AttestationGate access = new AttestationGate(address(manager), address(new MockWallet(vm.addr(ISSUER))));
        AttestationGate others = new AttestationGate(address(manager), address(new MockWallet(attacker.owner)));
        Attestation memory a = Attestation(victim.owner, 1, uint40(block.timestamp + 30 days));
        _fails(others, a, _attest(others, a), AttestationGate.NotAttested.selector, "another wallet");
        access.present(a, _attest(access, a));
        vm.assertTrue(access.mayTrade(victim.owner));
    }

    function test_attestations_revokedAreGone_andStayGone() public {
        AttestationGate access = new AttestationGate(address(manager), vm.addr(ISSUER));
        Attestation memory a = Attestation(attacker.owner, 7, uint40(block.timestamp + 30 days));
        bytes memory signed = _attest(access, a);
        access.present(a, signed);
        vm.prank(attacker.owner);
        vm.expectRevert(abi.encodeWithSelector(AttestationGate.NotTheIssuer.selector, attacker.owner));
        access.revoke(victim.owner, 7);
        vm.prank(vm.addr(ISSUER));
        access.revoke(attacker.owner, 7);
        vm.assertFalse(access.mayTrade(attacker.owner));
        _fails(access, a, signed, AttestationGate.AttestationRevoked.selector, "revoked");
        Attestation memory earlier = Attestation(attacker.owner, 6, uint40(block.timestamp + 20 days));
        bytes memory old = _attest(access, earlier);
        _fails(access, earlier, old, AttestationGate.AttestationRevoked.selector, "one before it");
        // An issuer who is replaced takes all that he attested with him.
        Attestation memory b = Attestation(victim.owner, 8, a.expiry);
        bytes memory other_ = _attest(access, b);
        access.present(b, other_);
        access.setIssuer(vm.addr(ISSUER + 1));
        vm.assertFalse(access.mayTrade(victim.owner));
        _fails(access, b, other_, AttestationGate.NotAttested.selector, "of an earlier issuer");
        // And he does not come back, or what he signed would.
        vm.expectRevert(abi.encodeWithSelector(AttestationGate.IssuerBefore.selector, vm.addr(ISSUER)));
        access.setIssuer(vm.addr(ISSUER));
        vm.expectRevert(AttestationGate.NoIssuer.selector);
        access.setIssuer(address(0));
        _line("a revoked attestation, presented again", 0, 0);
    }

    function test_merkleList_admitsByProofOnly_andForgetsWithItsRoot() public {
        bytes32 mine = _leaf(victim.owner);
        bytes32 theirs = _leaf(other.owner);
        bytes32 root = mine < theirs ? keccak256(bytes.concat(mine, theirs)) : keccak256(bytes.concat(theirs, mine));
        MerkleGate access = new MerkleGate(address(manager), root);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = theirs;
        vm.expectRevert(abi.encodeWithSelector(MerkleGate.NotListed.selector, attacker.owner, root));
        access.register(attacker.owner, proof);
        vm.expectRevert(abi.encodeWithSelector(MerkleGate.NotListed.selector, attacker.owner, root));
        access.register(attacker.owner, new bytes32[](0));
        access.register(victim.owner, proof);
        vm.assertTrue(access.mayTrade(victim.owner) && !access.mayTrade(other.owner));
        access.setRoot(theirs);
        vm.assertFalse(access.mayTrade(victim.owner), "of an earlier list");
        access.register(other.owner, new bytes32[](0));
        vm.assertTrue(access.mayTrade(other.owner));
        access.setRoot(0);
        vm.assertFalse(access.mayTrade(other.owner), "an empty list");
        vm.prank(attacker.owner);
        vm.expectRevert();
        access.setRoot(root);
        _line("a list's proof for another owner", 0, 0);
    }

    function test_sanctionsOracle_barsWhoItNames() public {
        vm.expectRevert(abi.encodeWithSelector(SanctionsGate.NotAnOracle.selector, address(0xDEAD)));
        new SanctionsGate(ISanctionsList(address(0xDEAD)));
        SanctionsGate access = new SanctionsGate(ISanctionsList(address(gate)));
        venue.setAccessGate(address(access));
        _trade(attacker, victim, btc, 1e8, MARK);
        gate.bar(attacker.owner, true);
        _tradeDenied(attacker, victim);
        _trade(attacker, victim, btc, -1e8, MARK);
        _line("a sanctioned owner who goes on trading", 0, 0);
    }

    function _tradeDenied(Actor memory taker, Actor memory maker) private {
        bytes memory batch = _pack(_match(taker, maker, btc, 1e8, MARK), true);
        (bool ok, ) = _try(address(this), abi.encodeCall(venue.settle, (batch)));
        vm.assertFalse(ok, "a barred owner trades");
    }

    function _fails(
        AttestationGate access,
        Attestation memory a,
        bytes memory signed,
        bytes4 reason,
        string memory what
    ) private {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory answer) = address(access).call(abi.encodeCall(access.present, (a, signed)));
        vm.assertFalse(ok, what);
        vm.assertEq(bytes32(bytes4(answer)), bytes32(reason), what);
    }

    function _attest(AttestationGate access, Attestation memory a) private view returns (bytes memory) {
        bytes32 hashed = keccak256(abi.encode(access.ATTESTATION_TYPEHASH(), a.owner, a.id, a.expiry));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            ISSUER,
            keccak256(bytes.concat("\x19\x01", access.domainSeparator(), hashed))
        );
        return bytes.concat(r, s, bytes1(v));
    }

    function _leaf(address owner) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(owner))));
    }
}
