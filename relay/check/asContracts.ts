// SPDX-License-Identifier: MIT
import { sentenceOf } from "../../sdk/errors.js";
import { Refusal } from "../book/refusals.js";

/** A refusal by the name of the contracts' error, with the SDK's sentence. */
export function asContracts(name: string, args: Readonly<Record<string, unknown>> = {}): Refusal {
  return new Refusal(name, sentenceOf(name, args));
}
