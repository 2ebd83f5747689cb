// SPDX-License-Identifier: MIT
export * from "../../sdk/client/chain/Rpc.js";
