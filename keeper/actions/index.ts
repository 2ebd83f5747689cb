// SPDX-License-Identifier: MIT
// Every action of the keeper, most urgent first. A new one is a file and a line here; plan/plan.ts says in which phase
// it is considered.
export { poke } from "./poke.js";
export { deleverage } from "./deleverage.js";
export { absorb } from "./absorb.js";
export { net } from "./net.js";
export { exchangeWithLine } from "./exchangeWithLine.js";
export { offerPledges } from "./offerPledges.js";
export { liquidate } from "./liquidate.js";
export { liquidateToAccount } from "./liquidateToAccount.js";
export { liquidateMany } from "./liquidateMany.js";
export { liquidateToVault } from "./liquidateToVault.js";
export { marginCall } from "./marginCall.js";
export { marginCalls } from "./marginCalls.js";
export { clearOffer } from "./clearOffer.js";
export { recordCollateralPrice } from "./recordCollateralPrice.js";
export { processBatch } from "./processBatch.js";
export { fillOrder } from "./fillOrder.js";
export { buyInventory } from "./buyInventory.js";
