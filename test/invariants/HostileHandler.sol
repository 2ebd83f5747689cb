// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ParameterLib} from "../../contracts/governance/ParameterLib.sol";
import {VenueParams, MarketParams, MarketStatus, Mode, PauseLevel, Phase} from "../../contracts/Ledger.sol";
import {accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NodeId} from "../../contracts/types/NodeId.sol";
import {InsuranceVault} from "../../contracts/vault/InsuranceVault.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill, Match} from "../base/Packing.sol";
import {Handler} from "./Handler.sol";
import {HostileToken, MoodyWallet} from "./HostileToken.sol";

/// @notice The same venue among enemies: a token that cheats and calls back, a wallet whose answers mean nothing, a
/// matcher that submits fills in any order and twice, keepers and traders with arbitrary hints, a governor at the
/// bounds of his parameters, pauses; and the real insurance vault with LPs who come and go. Any named error of ours may
/// answer them, but no panic and no bare revert.
contract HostileHandler is Handler {
    uint256 internal constant WINDOW = 1 hours;
    uint256 internal constant COOLDOWN = 1 days;

    InsuranceVault internal insurance;
    MoodyWallet internal wallet;
    Actor internal walletOwner;
    MarketParams private _defaults;
    VenueParams private _venueDefaults;

    uint256 public batches;
    uint256 public walletTrades;
    uint256 public tricks;

    constructor(Mode mode, bool four) Handler(mode, four) {
        everybody.push(walletOwner.id);
        everybody.push(accountOf(address(insurance), 0));
        everybody.push(accountOf(address(insurance), GroupId.unwrap(group)));
    }

    /// @dev The stand-in's pot stays behind as an ordinary account.
    function _open(Mode mode) internal override {
        _deployVenue(mode, new HostileToken());
        insurance = InsuranceVault(
            _create(type(InsuranceVault).name, abi.encode(venue, token, "Insurance", "INS", WINDOW, COOLDOWN))
        );
        venue.setVault(address(insurance));
        token.mint(address(this), 2 * POT * TOKEN);
        token.approve(address(insurance), 2 * POT * TOKEN);
        insurance.initialise(1_000 * TOKEN);
        insurance.deposit(POT * TOKEN, address(this));
        wallet = new MoodyWallet();
        walletOwner = Actor(address(wallet), 1, accountOf(address(wallet), 0));
        _fund(walletOwner.id, 100_000 * TOKEN);
        (_defaults, _venueDefaults) = (_marketParams(), _venueParams());
    }

    // ------------------------------------------------------------------ the token

    /// @notice Arms the token for whatever moves it next.
    function trick(uint256 kind, uint256 call, uint256 who, uint256 amount) external counted {
        ++tricks;
        (address callee, bytes memory payload) = _callBack(call, _one(who), bound(amount, 1, 1e12));
        HostileToken(address(token)).arm(HostileToken.Trick(kind % 5), callee, payload);
    }

    function _tokenIsHonest() internal view override returns (bool) {
        return HostileToken(address(token)).trick() == HostileToken.Trick.NONE;
    }

    function _callBack(uint256 call, Actor memory actor, uint256 amount) private view returns (address, bytes memory) {
        call = call % 12;
        if (call == 0) return (address(venue), abi.encodeCall(venue.deposit, (actor.id, amount)));
        if (call == 1) return (address(venue), abi.encodeCall(venue.withdraw, (0, amount, actor.owner)));
        if (call == 2) return (address(venue), abi.encodeCall(venue.cover, (amount)));
        if (call == 3) return (address(venue), abi.encodeCall(venue.poke, (group)));
        if (call == 4) return (address(venue), abi.encodeCall(venue.absorb, (group, _list(actor.id))));
        if (call == 5) return (address(venue), abi.encodeCall(venue.deleverage, (group, amount % 5)));
        if (call == 6) return (address(venue), abi.encodeCall(venue.collectFees, ()));
        if (call == 7) return (address(venue), abi.encodeCall(venue.transfer, (0, 1, Money.wrap(int256(amount)))));
        if (call == 9) return (address(venue), abi.encodeCall(venue.netOne, (actor.id)));
        if (call == 10) return (address(venue), abi.encodeCall(venue.creditRelief, (actor.id)));
        if (call == 8) return (address(insurance), abi.encodeCall(insurance.processBatch, ()));
        return (address(insurance), abi.encodeCall(insurance.deposit, (amount, actor.owner)));
    }

    // ------------------------------------------------------------------ the wallet

    function mood(uint256 kind) external counted {
        wallet.setMood(MoodyWallet.Mood(kind % 6));
    }

    function walletTrade(uint256 a, uint256 m, int256 leverage, uint256 offset, bool taking) external counted {
        Actor memory other = _one(a);
        MarketId market = _any(m);
        if (offset % 2 == 0) _quiet();
        int256 size = _sized(other.id, market, leverage);
        if (size == 0) return;
        Match[] memory matches = _match(other, walletOwner, market, size, _near(market, offset));
        (matches[0].fills[0].maker.wallet, matches[0].fills[0].maker.signature) = (
            walletOwner.owner,
            "no signature at all"
        );
        if (taking) {
            matches = _match(walletOwner, other, market, size, _near(market, offset));
            (matches[0].taker.wallet, matches[0].taker.signature) = (walletOwner.owner, "no signature at all");
        }
        uint256 before = uint256(_size(walletOwner.id, market));
        _play(address(this), abi.encodeCall(venue.settle, (_pack(matches, offset % 3 == 0))));
        if (uint256(_size(walletOwner.id, market)) == before) return;
        ++walletTrades;
        vm.assertTrue(wallet.mood() == MoodyWallet.Mood.APPROVES, "a wallet that did not approve has traded");
    }

    // ------------------------------------------------------------------ the matcher and the hints

    /// @notice Several matches and makers in any order, some given twice.
    function shuffle(uint256 seed, uint256 m, int256 leverage) external counted {
        if (seed % 2 == 0) _quiet();
        MarketId market = _any(m);
        uint256 price = _near(market, seed >> 8);
        int256 size = _sized(_one(seed).id, market, leverage);
        if (size == 0) return;
        Match[] memory matches = new Match[](3);
        for (uint256 i; i < 3; ++i) {
            Actor memory taker = _one((seed >> (16 * i)) + i);
            matches[i].taker = _sign(taker, _order(taker, market, i == 2 ? -size : size, price, true));
            matches[i].fills = new Fill[](3);
            for (uint256 k; k < 3; ++k) {
                Actor memory maker = _one((seed >> (8 * (i + k))) + k);
                matches[i].fills[k] = _makerFill(maker, market, i == 2 ? size : -size, price)[0];
            }
            uint256 twice = (seed >> (60 + i)) % 3;
            matches[i].fills[twice] = matches[i].fills[(twice + 1) % 3];
        }
        (matches[0], matches[seed % 3]) = (matches[seed % 3], matches[0]);
        if (_play(address(this), abi.encodeCall(venue.settle, (_pack(matches, false))))) ++trades;
    }

    function mislead(uint48 node, bool random, uint256 m, bool longs, uint256 place) external counted {
        if (random) hint = NodeId.wrap(node);
        else {
            MarketId market = _any(m);
            uint256 count = _nodes(market, longs).length;
            if (count != 0) hint = _nodes(market, longs)[place % count].id;
        }
    }

    // ------------------------------------------------------------------ the vault's LPs

    function enterVault(uint256 who, uint256 assets) external counted {
        Actor memory actor = _one(who);
        assets = bound(assets, 1, 500_000 * TOKEN);
        token.mint(actor.owner, assets);
        vm.prank(actor.owner);
        token.approve(address(insurance), assets);
        _call(actor.owner, abi.encodeCall(insurance.deposit, (assets, actor.owner)));
    }

    function leaveVault(uint256 who, uint256 shares) external counted {
        Actor memory actor = _one(who);
        uint256 held = insurance.balanceOf(actor.owner);
        if (held == 0) return;
        shares = bound(shares, 1, held);
        _call(actor.owner, abi.encodeCall(insurance.requestRedeem, (shares, actor.owner, actor.owner)));
    }

    function processBatch(bool wait) external counted {
        (uint256 next, uint256 latest) = insurance.batches();
        if (wait && next <= latest) {
            uint256 due = insurance.dueAt(next);
            if (block.timestamp < due) vm.warp(due);
            _quiet();
        }
        uint256 supply = insurance.totalSupply();
        (uint256 worth, bool sure) = _worth();
        if (!_call(address(this), abi.encodeCall(insurance.processBatch, ()))) return;
        ++batches;
        // Who stays loses nothing by it: a share's worth is not less, within two token units.
        (uint256 after_, ) = _worth();
        if (sure)
            vm.assertGe((after_ + 2e3) * supply, worth * insurance.totalSupply(), "vault: who stays is not diluted");
    }

    function claim(uint256 who) external counted {
        Actor memory actor = _one(who);
        uint256 shares = insurance.maxRedeem(actor.owner);
        if (shares == 0) return;
        bytes memory call = abi.encodeCall(insurance.redeem, (shares, actor.owner, actor.owner));
        _call(actor.owner, call);
    }

    function _worth() private view returns (uint256, bool) {
        (Money equity, bool certain) = venue.vaultEquity();
        return (Money.unwrap(equity) > 0 ? uint256(Money.unwrap(equity)) : 0, certain);
    }

    // ------------------------------------------------------------------ the governor

    function governMarket(uint256 m, uint256 seed) external counted {
        MarketParams memory p = _defaults;
        p.initialMargin = uint24(_pick(seed, 10_000, p.initialMargin, 1_000_000));
        p.maintenanceMargin = uint24(_pick(seed >> 2, 5_000, (p.initialMargin * 3) / 5, (p.initialMargin * 3) / 4));
        p.gapThreshold = uint24(_pick(seed >> 4, 2_500, p.maintenanceMargin / 2, p.maintenanceMargin));
        p.takerFee = uint16(_pick(seed >> 6, 0, p.takerFee, 5_000));
        p.makerFee = uint16(_pick(seed >> 8, 0, p.takerFee / 4, p.takerFee));
        p.priceBand = uint24(_pick(seed >> 10, 1_000, p.initialMargin / 4, p.initialMargin / 2));
        p.staleShock = uint24(_pick(seed >> 12, 0, p.staleShock, 500_000));
        uint256 cap = (p.maintenanceMargin * 3) / 4;
        p.discountCap = uint16(_pick(seed >> 14, 500, cap / 2 + 500, cap < 50_000 ? cap : 50_000));
        p.discountFloor = uint16(_pick(seed >> 16, 500, 500, p.discountCap));
        uint256 clamp = ParameterLib.maxFundingBound(p);
        p.maxFunding = uint16(_pick(seed >> 18, 0, clamp / 2, clamp));
        p.minNotional = uint48(_pick(seed >> 20, 1e9, p.minNotional, 10_000e9));
        p.fundingDepth = uint40(_pick(seed >> 22, 1_000, p.fundingDepth, 1e12));
        _play(address(this), abi.encodeCall(venue.setMarketParams, (_any(m), p)));
    }

    function governVenue(uint256 seed, uint256 budget) external counted {
        VenueParams memory p = _venueDefaults;
        p.lockDelay = uint16(_pick(seed, 60, p.lockDelay, 1 hours));
        p.calmPeriod = uint24(_pick(seed >> 4, p.lockDelay, 1 hours, 1 days));
        p.callGrace = uint24(_pick(seed >> 6, 60, p.callGrace, 1 days));
        (uint256 min, uint256 max) = (uint256(p.callGrace) + 60, 2 * uint256(p.callGrace));
        p.callLapse = uint24(_pick(seed >> 8, min, (min + max) / 2, max));
        p.vaultDelay = uint16(_pick(seed >> 10, 5, p.vaultDelay, p.callGrace < 1 hours ? p.callGrace : 1 hours));
        p.unpauseGrace = uint16(_pick(seed >> 12, 60, p.unpauseGrace, 1 hours));
        p.callLevel = uint24(_pick(seed >> 14, 1_000_000, p.callLevel, 1_333_333));
        p.keeperShare = uint24(_pick(seed >> 16, 100_000, p.keeperShare, 900_000));
        p.vaultFeeShare = uint24(_pick(seed >> 18, 0, p.vaultFeeShare, 1_000_000));
        p.vaultDiscount = uint24(_pick(seed >> 20, 500, p.vaultDiscount, 50_000));
        p.offerRate = uint24(_pick(seed >> 22, 100, p.offerRate, 50_000));
        p.outflowRate = uint24(_pick(seed >> 24, 50_000, p.outflowRate, 1_000_000));
        p.minDebt = uint48(_pick(seed >> 26, 1e9, p.minDebt, 10_000e9));
        p.refund = uint48(_pick(seed >> 28, 0, p.refund, 100e9));
        _play(address(this), abi.encodeCall(venue.setVenueParams, (p)));
        budget = _pick(budget, 0, 500_000 * QUOTE, type(uint96).max);
        _play(address(this), abi.encodeCall(venue.setVaultBudget, (group, uint96(budget))));
    }

    function _budget() internal pure override returns (uint256) {
        return type(uint96).max;
    }

    function pause(uint256 m, uint256 level, uint256 duration, bool everything, bool undo) external counted {
        MarketId market = everything ? MarketId.wrap(0) : _any(m);
        if (undo) _play(address(this), abi.encodeCall(venue.unpause, (market)));
        else {
            bytes memory call = abi.encodeCall(
                venue.pause,
                (market, PauseLevel(level % 4), bound(duration, 0, 8 days))
            );
            _play(address(this), call);
        }
    }

    /// @notice Ends one market at its live mark.
    function windDown(uint256 m, uint256 rarely) external counted {
        if (rarely % 8 != 0) return;
        MarketId market = _any(m);
        if (_market(market).status != MarketStatus.OPEN || _group(group).phase != Phase.NORMAL) return;
        _play(address(this), abi.encodeCall(venue.pause, (market, PauseLevel.NO_NEW_RISK, 3 days)));
        skip(2 days);
        _quiet();
        _play(address(this), abi.encodeCall(venue.settleMarket, (market)));
    }

    function signer(uint256 who, uint256 other, uint256 expiry) external counted {
        (Actor memory actor, Actor memory delegate) = _two(who, other);
        expiry = bound(expiry, 0, block.timestamp * 2);
        _play(actor.owner, abi.encodeCall(venue.setSigner, (delegate.owner, expiry)));
    }

    function age(uint256 time) external counted {
        skip(bound(time, 1 days, 60 days));
    }

    // ------------------------------------------------------------------ invariants

    function check() public override {
        super.check();
        vm.assertEq(HostileToken(address(token)).entered(), 0, "INV-9: nobody is entered out of his own transfer");
        // LPs who can claim can be paid.
        uint256 claimable;
        for (uint256 i; i < ACTORS; ++i) claimable += insurance.maxWithdraw(actors[i].owner);
        vm.assertGe(token.balanceOf(address(insurance)), claimable, "vault: what is claimable is there");
    }

    /// @dev Low, middle or high.
    function _pick(uint256 seed, uint256 low, uint256 middle, uint256 high) private pure returns (uint256) {
        seed = seed % 4;
        return
            seed == 0
                ? low
                : seed == 1
                    ? high
                    : middle;
    }

    function _call(address sender, bytes memory call) private returns (bool ok) {
        bytes memory reason;
        vm.prank(sender);
        // solhint-disable-next-line avoid-low-level-calls
        (ok, reason) = address(insurance).call(call);
        if (!ok && !_isTolerated(bytes4(reason))) vm.assertEq(reason, "", "an error that was not expected");
    }

    function _isTolerated(bytes4 selector) internal pure override returns (bool) {
        // Panic(uint256), Error(string), and no data at all.
        return selector != 0x4e487b71 && selector != 0x08c379a0 && selector != bytes4(0);
    }
}
