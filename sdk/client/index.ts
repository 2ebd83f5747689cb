// SPDX-License-Identifier: MIT
// The edge: ethers, a provider, a signer.
export { decodeVenueLog, decodeRevert } from "./decoding.js";
export { HttpRpc, NoNode, type HttpOptions } from "./chain/HttpRpc.js";
export { RpcFailed, RpcRefused, isTrouble, type Rpc, type Trouble } from "./chain/Rpc.js";
export { NoRawQuestions, rpcOf, type RpcSource } from "./chain/rpcOf.js";
export { revertDataOf, verdictOf, type NodeError, type Verdict } from "./chain/verdict.js";
export { IncompleteBlock, type Header } from "./chain/blocks.js";
export { proveDeployment } from "./proveDeployment.js";
export { Follower, type FollowerOptions, type FollowerState, type Progress, type Told } from "./Follower.js";
export { ChainMoving, NodeBehind } from "./following.js";
export {
  AgentClient,
  NotAnAgent,
  NotAuthorised,
  NotForAgents,
  OtherAccount,
  type AgentOptions,
  type Principal,
} from "./AgentClient.js";
export { ApprovalRefused, ApprovalTooSmall } from "./approve.js";
export { type Addresses, type Done, type OrderWish } from "./VenueClient.js";
export { NovationClient, type TakerLimits } from "./NovationClient.js";
export { optionDesk } from "./optionDesk.js";
export { Refused, explained, explaining } from "./Refused.js";
export { NotMined, Replaced, Reverted, type WaitOptions } from "./wait.js";
