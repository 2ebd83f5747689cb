// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import type { SignedReport } from "./StreamReport.js";

/** Where signed reports come from. */
export interface ReportSource {
  /** The newest report of a feed that it has. Throws ReportRefused. */
  latest(feedId: Hex): Promise<SignedReport>;
}
