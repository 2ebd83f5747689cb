// SPDX-License-Identifier: MIT
export * from "../../sdk/client/chain/HttpRpc.js";
