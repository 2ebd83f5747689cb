// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MarketParams} from "../../../contracts/Ledger.sol";
import {Params, ParamsLib} from "../../../contracts/types/Params.sol";
import {packed} from "../../base/PackedParams.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @title The words of a market's parameters are the struct of the ledger
contract ParamsTest is TestBase {
    MarketParams internal _stored;

    function testFuzz_read_hasTheMembersOfTheStruct(MarketParams memory p) public {
        _stored = p;
        Params memory words = ParamsLib.read(_stored);
        vm.assertEq(words.initialMargin(), p.initialMargin, "initialMargin");
        vm.assertEq(words.maintenanceMargin(), p.maintenanceMargin, "maintenanceMargin");
        vm.assertEq(words.priceBand(), p.priceBand, "priceBand");
        vm.assertEq(words.makerFee(), p.makerFee, "makerFee");
        vm.assertEq(words.takerFee(), p.takerFee, "takerFee");
        vm.assertEq(words.discountFloor(), p.discountFloor, "discountFloor");
        vm.assertEq(words.discountCap(), p.discountCap, "discountCap");
        vm.assertEq(words.maxFunding(), p.maxFunding, "maxFunding");
        vm.assertEq(words.softCap(), p.softCap, "softCap");
        vm.assertEq(words.hardCap(), p.hardCap, "hardCap");
        vm.assertEq(words.minNotional(), p.minNotional, "minNotional");
        vm.assertEq(words.fundingDepth(), p.fundingDepth, "fundingDepth");
        Params memory same = packed(p);
        vm.assertTrue(words.rates == same.rates && words.limits == same.limits, "packed");
        Params memory rates = ParamsLib.readRates(_stored);
        vm.assertTrue(rates.rates == words.rates && rates.limits == 0, "without the second word");
    }

    function testFuzz_setForLiquidation_dropsTheTakersFeeAndWidensTheBandAlone(
        MarketParams memory p,
        uint24 band
    ) public pure {
        Params memory words = packed(p);
        words.setForLiquidation(band);
        p.takerFee = 0;
        if (band > p.priceBand) p.priceBand = band;
        Params memory expected = packed(p);
        vm.assertTrue(words.rates == expected.rates && words.limits == expected.limits);
    }
}
