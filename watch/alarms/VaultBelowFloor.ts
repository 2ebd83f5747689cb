// SPDX-License-Identifier: MIT
import { AT_ONCE, alarm, type Finding } from "./Alarm.js";
import { moneyText, shareText } from "./text.js";

const PPM = 1_000_000n;

/** The vault cannot pay much of what its budgets promise, or its shares have lost much of their first price. */
export const vaultBelowFloor = alarm({
  name: "VaultBelowFloor",
  severity: "page",
  part: "venue",
  holds: AT_ONCE,
  find: ({ view, groups, budgets, sharePrice }, { vaultFloor, vaultPrice }) => {
    const found: Finding[] = [];
    // What a lock has set aside comes back, or pays.
    const cash = groups.reduce((sum, group) => sum + group.view.reserve, view.vaultCash as bigint);
    const floor = (budgets * BigInt(vaultFloor)) / 100n;
    if (cash < floor) {
      const promised = `${vaultFloor}% of the budgets of ${moneyText(budgets)}`;
      found.push({ subject: "cash", says: `the vault has ${moneyText(cash)}, less than ${promised}` });
    }
    if (sharePrice !== undefined && sharePrice * 100n < PPM * BigInt(vaultPrice)) {
      found.push({
        subject: "shares",
        says: `a share of the vault is worth ${shareText(sharePrice)} of its first price`,
      });
    }
    return found;
  },
});
