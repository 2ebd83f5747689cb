// SPDX-License-Identifier: MIT
// The edge: ethers, a provider, a signer.
export { decodeHouseLog, decodeRevert } from "./decoding.js";
export { Follower, type FollowerOptions, type Progress, type Told } from "./Follower.js";
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
export { Reverted, type Addresses, type Done, type MatchWish, type OrderWish } from "./HouseClient.js";
export { NovationClient, type TakerLimits } from "./NovationClient.js";
export { Refused, explained, explaining } from "./Refused.js";
export { NotMined, Replaced, type WaitOptions } from "./wait.js";
