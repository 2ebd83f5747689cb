// SPDX-License-Identifier: MIT
import { AT_ONCE, alarm } from "./Alarm.js";

/** The relay broke its word, by its own signed journal and the chain. */
export const relayFraud = alarm({
  name: "RelayFraud",
  severity: "page",
  part: "relay",
  holds: AT_ONCE,
  find: ({ violations }) =>
    [...new Set(violations.map(({ kind }) => kind))].map((kind) => {
      const own = violations.filter((each) => each.kind === kind);
      const proofs = own.filter(({ isProof }) => isProof).length;
      const taken = proofs > 0 ? ` The bond takes ${proofs} of them as proof.` : "";
      return { subject: kind, says: `${own.length} times: ${own[0]!.says}${taken}` };
    }),
});
