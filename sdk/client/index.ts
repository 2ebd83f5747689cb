// SPDX-License-Identifier: MIT
// The edge: ethers, a provider, a signer.
export { decodeHouseLog, decodeRevert } from "./decoding.js";
export { Follower, type FollowerOptions, type Progress, type Told } from "./Follower.js";
export {
  NotMined,
  NovationClient,
  type Addresses,
  type Done,
  type MatchWish,
  type OrderWish,
  type TakerLimits,
} from "./NovationClient.js";
export { Refused, explained, explaining } from "./Refused.js";
