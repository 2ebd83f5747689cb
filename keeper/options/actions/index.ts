// SPDX-License-Identifier: MIT
// Every action of the keeper of an option clearinghouse, most urgent first.
export { poke } from "./poke.js";
export { postLevel } from "./postLevel.js";
export { fixPrice } from "./fixPrice.js";
export { deleverage } from "./deleverage.js";
export { absorb } from "./absorb.js";
export { net } from "./net.js";
export { refresh } from "./refresh.js";
export { liquidateSlice } from "./liquidateSlice.js";
export { collect } from "./collect.js";
export { processBatch } from "./processBatch.js";
export { postSmile } from "./postSmile.js";
export { list } from "./list.js";
