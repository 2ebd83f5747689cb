// SPDX-License-Identifier: MIT
// The contracts' ABIs as constants, a file each: a bundler keeps those that are imported.
export { clearinghouseAbi } from "./clearinghouse.js";
export { clearinghouseFunctionsAbi } from "./clearinghouseFunctions.js";
export { clearinghouseEventsAbi } from "./clearinghouseEvents.js";
export { clearinghouseErrorsAbi } from "./clearinghouseErrors.js";
export { inheritedEventsAbi } from "./inheritedEvents.js";
export { optionFunctionsAbi } from "./optionFunctions.js";
export { optionEventsAbi } from "./optionEvents.js";
export { optionErrorsAbi } from "./optionErrors.js";
export { vaultAbi } from "./vault.js";
export { lensAbi } from "./lens.js";
export { optionLensAbi } from "./optionLens.js";
export { collateralLensAbi } from "./collateralLens.js";
export { tokenAbi } from "./token.js";
export { accessManagerAbi } from "./accessManager.js";
export { priceSourceAbi } from "./priceSource.js";
export { accessGateAbi } from "./accessGate.js";
export { attestationGateAbi } from "./attestationGate.js";
export { merkleGateAbi } from "./merkleGate.js";
export { chainlinkPriceSourceAbi } from "./chainlinkPriceSource.js";
export { dataStreamsPriceSourceAbi } from "./dataStreamsPriceSource.js";
export { relayBondAbi } from "./relayBond.js";
