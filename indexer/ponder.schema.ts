// SPDX-License-Identifier: MIT
export * from "./schema/state";
export * from "./schema/trading";
export * from "./schema/settlement";
export * from "./schema/vault";
export * from "./schema/governance";
export * from "./schema/own";
