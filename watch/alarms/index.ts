// SPDX-License-Identifier: MIT
// Every alarm. A new one is a file, a line here, a row in docs/watch.md, a section in docs/runbook.md and a test that
// causes it.
import type { Picture } from "../look/Picture.js";
import type { Alarm } from "./Alarm.js";
import { arraysStale } from "./ArraysStale.js";
import { callScheduled } from "./CallScheduled.js";
import { expiryUnfixed } from "./ExpiryUnfixed.js";
import { feedOld } from "./FeedOld.js";
import { gap } from "./Gap.js";
import { governanceDrift } from "./GovernanceDrift.js";
import { groupLocked } from "./GroupLocked.js";
import { indexerBehind } from "./IndexerBehind.js";
import { indexerWrong } from "./IndexerWrong.js";
import { levelStale } from "./LevelStale.js";
import { liquidationsLate } from "./LiquidationsLate.js";
import { lockUnattended } from "./LockUnattended.js";
import { nodeBehind } from "./NodeBehind.js";
import { nodeDown } from "./NodeDown.js";
import { nodeForked } from "./NodeForked.js";
import { nodeLies } from "./NodeLies.js";
import { nodeSilent } from "./NodeSilent.js";
import { optionsLocked } from "./OptionsLocked.js";
import { optionsUnattended } from "./OptionsUnattended.js";
import { outflowNearCap } from "./OutflowNearCap.js";
import { recoveryBelowPar } from "./RecoveryBelowPar.js";
import { relayFraud } from "./RelayFraud.js";
import { serviceDown } from "./ServiceDown.js";
import { shortfall } from "./Shortfall.js";
import { smilePending } from "./SmilePending.js";
import { vaultBelowFloor } from "./VaultBelowFloor.js";
import { watchBlind } from "./WatchBlind.js";

/** In the order of docs/watch.md. */
export const ALARMS = [
  ...[feedOld, gap, groupLocked, lockUnattended, liquidationsLate],
  ...[levelStale, smilePending, expiryUnfixed, arraysStale, optionsLocked, optionsUnattended],
  ...[shortfall, recoveryBelowPar, vaultBelowFloor, outflowNearCap],
  ...[callScheduled, governanceDrift],
  ...[relayFraud, indexerWrong, indexerBehind, serviceDown],
  ...[nodeDown, nodeSilent, nodeBehind, nodeForked, nodeLies],
  watchBlind,
] as unknown as readonly Alarm[];

/** Those that look at a part of the picture. */
export function alarmsOf(part: keyof Picture): readonly Alarm[] {
  return ALARMS.filter((each) => each.part === part);
}
