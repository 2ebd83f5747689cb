// SPDX-License-Identifier: MIT
import type { AbiParameter } from "../abi.js";
import { lensAbi } from "../abis/lens.js";
import type { View } from "../views.js";

/** A lens's answer as a plain object, of the Result that ethers makes of it. */
export function viewOf<Name extends Parameters<typeof outputOf>[0]>(name: Name, answer: unknown): View<Name> {
  return plain(outputOf(name), answer) as View<Name>;
}

function outputOf(name: Extract<(typeof lensAbi)[number], { type: "function" }>["name"]): AbiParameter {
  const entry = lensAbi.find((each) => each.type === "function" && each.name === name);
  return (entry as { outputs: readonly AbiParameter[] }).outputs[0]!;
}

function plain(parameter: AbiParameter, value: unknown): unknown {
  const { type, components } = parameter;
  if (type.endsWith("[]")) {
    const one = { ...parameter, type: type.slice(0, -2) };
    return Array.from(value as ArrayLike<unknown>, (each) => plain(one, each));
  }
  if (components === undefined) return value;
  const members = components.map((each, i) => [each.name, plain(each, (value as ArrayLike<unknown>)[i])]);
  return Object.fromEntries(members) as unknown;
}
