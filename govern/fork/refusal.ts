// SPDX-License-Identifier: MIT
import { decodeRevert } from "../../sdk/client/decoding.js";
import type { Hex } from "../../sdk/orderHash.js";
import { MANAGER } from "../look/logs.js";

/** What a contract's refusal means. */
export function refusalOf(data: Hex): { name: string; sentence: string } {
  const own = decodeRevert(data);
  if (own !== undefined) return { name: own.name, sentence: own.sentence };
  try {
    const parsed = MANAGER.parseError(data);
    if (parsed !== null) {
      const args = parsed.fragment.inputs.map(({ name }, i) => `${name} ${String(parsed.args[i])}`).join(", ");
      return { name: parsed.name, sentence: `The AccessManager says so of ${args}.` };
    }
  } catch {
    // of none of our contracts
  }
  return {
    name: data === "0x" ? "no reason" : data.slice(0, 74),
    sentence: "It is no error of ours: look at the target.",
  };
}
