// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CollateralView, PledgesView} from "../../contracts/interfaces/ICollateral.sol";
import {CollateralParams, Mode, Phase} from "../../contracts/Ledger.sol";
import {Health} from "../../contracts/position/MarginLib.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor} from "../base/Fixture.sol";
import {Pledges} from "../base/Pledges.sol";

/// @notice Traders of one market with ether pledged, and keepers who absorb within each lock. Ether moves as it likes;
/// a call may be refused by name, and never by a panic.
contract PledgeHandler is Pledges {
    uint256 private constant ACTORS = 5;
    /// What rounding may draw from the seed a call, 1e-9 quote.
    int256 private constant ROUNDING = 1_000;
    bytes4 private constant PANIC = 0x4e487b71;

    Actor[] private _actors;
    AccountId[] private _everybody;

    uint256 public calls;
    uint256 public pledges;
    uint256 public withdrawals;
    uint256 public sales;
    uint256 public boughtByLine;
    uint256 public wound;
    uint256 public exchangedInLocks;
    uint256 public absorptions;
    uint256 public settlements;
    uint256 public covered;
    /// Given to the clearinghouse by a plain transfer.
    uint256 public donated;

    constructor(Mode mode) {
        _build(mode);
        CollateralParams memory p = _params();
        p.feeRate = 50_000;
        house.setCollateralParams(WETH, p);
        venue.setVaultBudget(solo, uint96(5_000 * QUOTE)); // so that winners pay, too
        for (uint256 i; i < ACTORS; ++i) {
            Actor memory actor = _actor(string.concat("pledger", vm.toString(i)), 2_000);
            _actors.push(actor);
            _everybody.push(actor.id);
            _pledge(actor, 5 * ETHER);
        }
        _everybody.push(maker.id);
        _everybody.push(pot);
        _everybody.push(accountOf(vault.owner, GroupId.unwrap(solo)));
        _everybody.push(accountOf(treasury, 0));
        _everybody.push(accountOf(address(this), 0));
    }

    // ------------------------------------------------------------------ what traders do

    function pledge(uint256 who, uint256 units) external {
        Actor memory actor = _begin(who);
        units = bound(units, 1, 20 * ETHER);
        weth.mint(actor.owner, units);
        vm.prank(actor.owner);
        weth.approve(address(venue), units);
        if (_call(actor.owner, abi.encodeCall(house.pledge, (0, WETH, units)))) ++pledges;
    }

    function withdrawPledge(uint256 who, uint256 units) external {
        Actor memory actor = _begin(who);
        units = bound(units, 1, 10 * ETHER);
        if (_call(actor.owner, abi.encodeCall(house.withdrawPledge, (0, WETH, units, actor.owner)))) ++withdrawals;
    }

    function trade(uint256 who, int256 size) external {
        Actor memory actor = _begin(who);
        size = bound(size, -3e9, 3e9);
        if (size == 0) return;
        bytes memory batch = _pack(_match(actor, maker, btc, size, _price(btc)), true);
        _call(address(this), abi.encodeCall(venue.settle, (batch)));
    }

    function close(uint256 who) external {
        Actor memory actor = _begin(who);
        int256 size = _account(actor.id).open == 0 ? int256(0) : _size(actor.id, btc);
        if (size == 0) return;
        bytes memory batch = _pack(_match(actor, maker, btc, -size, _price(btc)), true);
        _call(address(this), abi.encodeCall(venue.settle, (batch)));
    }

    function deposit(uint256 who, uint256 amount) external {
        _fund(_begin(who).id, bound(amount, 1, 5_000 * TOKEN));
    }

    /// No lending: what leaves is at most cash and positions.
    function withdraw(uint256 who, uint256 amount) external {
        Actor memory actor = _begin(who);
        amount = bound(amount, 1, 5_000 * TOKEN);
        int256 alone = _alone(actor.id);
        bool left = _call(actor.owner, abi.encodeCall(venue.withdraw, (0, amount, actor.owner)));
        if (left) vm.assertLe(int256(amount * 1e3), alone, "a pledge lent money");
    }

    // ------------------------------------------------------------------ what others do

    function sell(uint256 who, uint256 units) external {
        Actor memory actor = _begin(who);
        _call(address(this), abi.encodeCall(house.offerPledges, (actor.id)));
        units = bound(units, 1, 20 * ETHER);
        Price any = Price.wrap(0);
        _fund(accountOf(address(this), 9), 20_000 * TOKEN);
        bytes memory call = abi.encodeCall(house.buyPledge, (actor.id, WETH, units, 9, address(this), any));
        if (_call(address(this), call)) ++sales;
    }

    function line(uint256 who) external {
        Actor memory actor = _begin(who);
        if (_call(address(this), abi.encodeCall(house.offerPledges, (actor.id)))) _pass(1 hours);
        if (_call(address(this), abi.encodeCall(house.exchangeWithLine, (actor.id, WETH)))) ++boughtByLine;
    }

    function liquidate(uint256 who, uint256 size) external {
        Actor memory actor = _begin(who);
        size = bound(size, 1, 3e9);
        bytes memory call = abi.encodeCall(
            venue.liquidateToAccount,
            (actor.id, btc, 0, size, NO_NODE, ANY_PRICE, NEVER)
        );
        _call(maker.owner, call);
    }

    function setLine(uint256 amount) external {
        ++calls;
        _call(address(this), abi.encodeCall(house.setCollateralLine, (WETH, _quote(bound(amount, 0, 400_000)))));
    }

    function setHaircut(uint256 haircut) external {
        ++calls;
        CollateralParams memory p = _params();
        p.haircut = uint24(bound(haircut, 150_000, 500_000));
        p.feeRate = 50_000;
        _call(address(this), abi.encodeCall(house.setCollateralParams, (WETH, p)));
    }

    /// Closed, for as long as it takes to sell what is pledged. No sale takes anything from anybody at the committed
    /// price.
    function windDown(uint256 units) external {
        ++calls;
        CollateralParams memory p = _ether().params;
        p.cap = 0;
        if (!_call(address(this), abi.encodeCall(house.setCollateralParams, (WETH, p)))) return;
        skip(7 days);
        for (uint256 i; i < 4; ++i) {
            skip(_venueParams().lockDelay);
            house.recordCollateralPrice(WETH);
            _keep();
        }
        _fund(accountOf(address(this), 9), 20_000 * TOKEN);
        for (uint256 i; i < ACTORS; ++i) _sellWhole(_actors[i].id, bound(units, 1, 5 * ETHER), 0);
        skip(1 hours);
        _keep();
        for (uint256 i; i < ACTORS; ++i) _sellWhole(_actors[i].id, 0, 1);
        p.cap = uint96(10_000 * ETHER);
        _call(address(this), abi.encodeCall(house.setCollateralParams, (WETH, p)));
        for (uint256 i; i < ACTORS; ++i) this.pledge(i, 2 * ETHER);
    }

    function _sellWhole(AccountId id, uint256 units, uint256 byLine) private {
        if (_pledged(id) == 0) return;
        house.takePledgeFee(id, WETH);
        int256 before = _alone(id) + _committed(id);
        bytes memory call =
            byLine == 1
                ? abi.encodeCall(house.exchangeWithLine, (id, WETH))
                : abi.encodeCall(house.buyPledge, (id, WETH, units, 9, address(this), Price.wrap(0)));
        if (!_call(address(this), call)) return;
        vm.assertGe(_alone(id) + _committed(id), before - 2, "a sale took something");
        ++wound;
    }

    function record() external {
        ++calls;
        _call(address(this), abi.encodeCall(house.recordCollateralPrice, (WETH)));
    }

    function buyStock(uint256 units) external {
        ++calls;
        _fund(accountOf(address(this), 9), 20_000 * TOKEN);
        units = bound(units, 1, 5 * ETHER);
        _call(address(this), abi.encodeCall(house.buyStock, (WETH, units, 9, address(this), Price.wrap(0))));
    }

    /// Donations change nothing.
    function donate(uint256 units) external {
        ++calls;
        donated += bound(units, 1, ETHER);
        weth.mint(address(venue), bound(units, 1, ETHER));
    }

    // ------------------------------------------------------------------ prices and time

    function ether_(uint256 price) external {
        ++calls;
        _setEther(bound(price, 1_000e18, 6_000e18));
    }

    function wait(uint256 time) external {
        ++calls;
        _pass(bound(time, 1, 4 hours));
    }

    function _pass(uint256 time) private {
        uint256 end = block.timestamp + time;
        for (; block.timestamp < end; _keep()) {
            skip(_lesser(end - block.timestamp, _venueParams().lockDelay));
            house.recordCollateralPrice(WETH);
        }
    }

    function drift(int256 move) external {
        ++calls;
        _setPrice(btc, _moved(bound(move, -15_000, 15_000)));
        skip(_venueParams().lockDelay);
        _keep();
    }

    /// A jump, with ether falling by anything while the group is locked.
    function gap(int256 move, uint256 etherPrice) external {
        ++calls;
        move = bound(move, -250_000, 250_000);
        _setPrice(btc, _moved(move));
        _lockAndResolve(bound(etherPrice, 500e18, 6_000e18));
    }

    // ------------------------------------------------------------------ promises

    function check() external {
        CollateralView memory c = _ether();
        vm.assertEq(weth.balanceOf(address(venue)), c.pledged + c.stock + donated, "INV-19");
        int256 needed = (Price.unwrap(c.committed) * int256(c.pledged) + 1e27 - 1) / 1e27;
        vm.assertLe(needed, Money.unwrap(c.line), "INV-20");
        uint256 units;
        int256 claims = Money.unwrap(c.line) + int256(uint256(_recovery().fees));
        for (uint256 i; i < _everybody.length; ++i) {
            AccountId id = _everybody[i];
            PledgesView memory v = house.pledgesOf(id);
            for (uint256 k; k < v.pledges.length; ++k) units += v.pledges[k].units + v.pledges[k].fee;
            vm.assertEq(v.pledges.length, _account(id).pledged == 0 ? 0 : 1, "the mask");
            claims += _account(id).open == 0 ? int256(_cash(id)) : _alone(id);
            vm.assertTrue(_account(id).open != 0 || _cash(id) >= 0, "INV-1: flat and owes something");
        }
        claims += _cash(accountOf(address(this), 9));
        vm.assertEq(units, c.pledged, "INV-19: accounts");
        vm.assertTrue(_group(solo).phase == Phase.NORMAL, "keepers are awake");
        int256 tokens = int256(uint256(_recovery().held) + _recovery().shortfall);
        vm.assertLe(claims, tokens + ROUNDING * int256(calls + 1), "INV-1");
    }

    // ------------------------------------------------------------------ inside

    function _begin(uint256 who) private returns (Actor memory) {
        ++calls;
        return _actors[who % ACTORS];
    }

    /// Keepers: a gap is locked and settled, and who is below zero is exchanged or absorbed.
    function _keep() private {
        venue.poke(solo);
        if (_group(solo).phase != Phase.NORMAL) _resolve();
        for (uint256 i; i < ACTORS; ++i) {
            if (_account(_actors[i].id).open == 0 || _equity(_actors[i].id) >= 0) continue;
            _call(address(this), abi.encodeCall(house.exchangeWithLine, (_actors[i].id, WETH)));
            _absorbOne(_actors[i].id);
        }
        if (_group(solo).phase != Phase.NORMAL) _resolve();
    }

    function _lockAndResolve(uint256 etherPrice) private {
        bool solvent = _allSolventAtTheAnchors();
        uint256 shortfall = _recovery().shortfall;
        venue.poke(solo);
        if (_group(solo).phase == Phase.NORMAL) return;
        _setEther(etherPrice); // after the lock: it moves no floor
        vm.assertFalse(house.recordCollateralPrice(WETH), "a floor moved in a lock");
        _resolve();
        if (!solvent) return;
        ++covered;
        vm.assertEq(_recovery().shortfall, shortfall, "INV-21");
    }

    /// With what the line would pay for their pledges.
    function _allSolventAtTheAnchors() private returns (bool) {
        for (uint256 i; i < _everybody.length; ++i) {
            AccountId id = _everybody[i];
            if (_account(id).open == 0) continue;
            Health memory h = _health(id);
            if (Money.unwrap(h.atAnchor) + _committed(id) - _counted(id) < 0) return false;
        }
        return true;
    }

    function _resolve() private {
        for (uint256 i; i < _everybody.length; ++i) {
            if (_account(_everybody[i]).open != 0) _absorbOne(_everybody[i]);
        }
        skip(_venueParams().lockDelay);
        if (_group(solo).absorbed == 0) {
            venue.poke(solo);
            if (_group(solo).phase == Phase.NORMAL) return;
            _resolve(); // a jump meanwhile
            return;
        }
        venue.deleverage(solo, type(uint256).max);
        ++settlements;
    }

    function _absorbOne(AccountId id) private {
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = id;
        uint256 before = _ether().stock;
        uint256 absorbed = _group(solo).absorbed;
        if (!_call(address(this), abi.encodeCall(venue.absorb, (solo, ids)))) return;
        if (_ether().stock != before) ++exchangedInLocks;
        if (_group(solo).absorbed != absorbed) ++absorptions;
    }

    function _alone(AccountId id) private returns (int256) {
        int256 equity = _account(id).open == 0 ? int256(_cash(id)) + _counted(id) : _equity(id);
        return equity - _counted(id);
    }

    function _moved(int256 ppm) private view returns (uint256) {
        uint256 mark = uint256((int256(_price(btc)) * (1_000_000 + ppm)) / 1_000_000);
        return
            mark < 20_000e18
                ? 20_000e18
                : mark > 200_000e18
                    ? 200_000e18
                    : mark;
    }

    function _call(address sender, bytes memory call) private returns (bool ok) {
        bytes memory data;
        vm.prank(sender);
        // solhint-disable-next-line avoid-low-level-calls
        (ok, data) = address(venue).call(call);
        if (ok) return true;
        vm.assertTrue(data.length >= 4 && bytes4(data) != PANIC, "refused without a name");
    }

    function _lesser(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
