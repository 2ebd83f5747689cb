// SPDX-License-Identifier: MIT
// The edge: ethers, a provider, a signer.
export { decodeHouseLog, decodeRevert } from "./decoding.js";
export { HttpRpc, type HttpOptions } from "./chain/HttpRpc.js";
export { RpcFailed, RpcRefused, isTrouble, type Rpc, type Trouble } from "./chain/Rpc.js";
export { NoRawQuestions, rpcOf, type RpcSource } from "./chain/rpcOf.js";
export { revertDataOf, verdictOf, type NodeError, type Verdict } from "./chain/verdict.js";
export { IncompleteBlock, type Header } from "./chain/blocks.js";
export { Follower, type FollowerOptions, type FollowerState, type Progress, type Told } from "./Follower.js";
export { ChainMoving, NodeBehind } from "./following.js";
export {
  NotMined,
  NovationClient,
  type Addresses,
  type Done,
  type MatchWish,
  type OrderWish,
} from "./NovationClient.js";
export { Refused, explained, explaining } from "./Refused.js";
