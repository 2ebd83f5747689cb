// SPDX-License-Identifier: MIT
import type { Browser } from "playwright-core";
import type { Venue } from "../Venue.js";
import { access } from "./access.js";
import { accessible } from "./accessible.js";
import { batches } from "./batches.js";
import { chainOnly } from "./chainOnly.js";
import { collateral } from "./collateral.js";
import { crash } from "./crash.js";
import { funds } from "./funds.js";
import { governance } from "./governance.js";
import { hostile } from "./hostile.js";
import { marginCall } from "./marginCall.js";
import { options } from "./options.js";
import { roles } from "./roles.js";
import { trade } from "./trade.js";
import { triggers } from "./triggers.js";
import { vault } from "./vault.js";
import { accountSwitch, connect, walletErrors, wrongChain } from "./wallet.js";

/** What a walk is given. Each opens tabs of its own. */
export interface Stage {
  readonly venue: Venue;
  readonly browser: Browser;
  /** The folder of pictures. */
  readonly pictures: string;
  /** What is wrong with pages that were looked at, a line each: the walk fails by any. */
  readonly faults: string[];
}

export type Walk = (stage: Stage) => Promise<void>;

/** By name, in the order in which they are taken. */
export const WALKS: Record<string, Walk> = {
  connect,
  wrongChain,
  walletErrors,
  accountSwitch,
  batches,
  hostile,
  trade,
  triggers,
  funds,
  marginCall,
  vault,
  roles,
  governance,
  access,
  collateral,
  accessible,
  chainOnly,
  crash, // it leaves losses behind, and the vault takes no deposits any more
  options, // the last: days pass in it
};
