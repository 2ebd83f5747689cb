// SPDX-License-Identifier: MIT
export * from "./state";
export * from "./trading";
export * from "./settlement";
export * from "./collateral";
export * from "./options";
export * from "./vault";
export * from "./governance";
export * from "./own";
