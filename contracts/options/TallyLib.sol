// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Tally} from "./IMarginDesk.sol";
import {OptionLedger, RiskParams} from "./OptionLedger.sol";
import {Portfolio, PortfolioLib} from "./PortfolioLib.sol";
import {Scene} from "./SceneLib.sol";

/// @title What of a portfolio the other modules need to know
library TallyLib {
    function tallyOf(
        OptionLedger storage options,
        Portfolio memory p,
        Scene memory scene
    ) internal view returns (Tally memory t) {
        RiskParams memory risk = options.groups[scene.group].risk;
        (t.cash, t.equity, t.legs) = (p.cash, p.equity, p.legs);
        (t.atAnchor, t.atRecorded) = (p.atAnchor, p.atRecorded);
        t.initial = PortfolioLib.initial(p, scene, risk);
        t.maintenance = PortfolioLib.maintenance(t.initial, risk);
    }
}
