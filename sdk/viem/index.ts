// SPDX-License-Identifier: MIT
// The edge: viem, a public client, a wallet client.
export * as calls from "./calls.js";
export * as optionCalls from "./optionCalls.js";
export type { Permit, VaultCall, VenueCall } from "./calls.js";
export type { OptionCall, SliceTerms } from "./optionCalls.js";
export { decodeRevert, decodeVenueLog } from "../client/decoding.js";
export { Refused, explained, explaining } from "../client/Refused.js";
export { ApprovalRefused, ApprovalTooSmall } from "../client/approve.js";
export { NotMined, Replaced, Reverted, type WaitOptions } from "../client/wait.js";
export { Follower, type FollowerOptions, type FollowerState, type Progress, type Told } from "../client/Follower.js";
export { VenueReader, type Addresses, type At, type RequestView, type VaultView } from "./VenueReader.js";
export {
  NovationClient,
  WrongChain,
  type AnyCall,
  type Clients,
  type Done,
  type OrderWish,
  type TakerLimits,
} from "./NovationClient.js";
export { optionDesk, optionReader } from "./optionDesk.js";
export { admitted } from "./admitted.js";
export { present } from "./present.js";
export { NoPermit } from "./permit.js";
export type { Limit } from "./limit.js";
