// SPDX-License-Identifier: MIT
export { rpcOf } from "../sdk/client/chain/rpcOf.js";
