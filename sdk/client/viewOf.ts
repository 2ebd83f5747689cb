// SPDX-License-Identifier: MIT
import type { AbiParameter } from "../abi.js";
import { lensAbi } from "../abis/lens.js";
import { optionLensAbi } from "../abis/optionLens.js";
import type { OptionLensView, View } from "../views.js";

type NameIn<Abi extends readonly { readonly type: string; readonly name: string }[]> = Extract<
  Abi[number],
  { type: "function" }
>["name"];

/** A lens's answer as a plain object, of the Result that ethers makes of it. */
export function viewOf<Name extends NameIn<typeof lensAbi>>(name: Name, answer: unknown): View<Name> {
  return plain(outputOf(lensAbi, name), answer) as View<Name>;
}

/** The same of the lens of options. */
export function optionViewOf<Name extends NameIn<typeof optionLensAbi>>(
  name: Name,
  answer: unknown,
): OptionLensView<Name> {
  return plain(outputOf(optionLensAbi, name), answer) as OptionLensView<Name>;
}

function outputOf(abi: readonly object[], name: string): AbiParameter {
  const entries = abi as readonly { type: string; name?: string; outputs: readonly AbiParameter[] }[];
  return entries.find((each) => each.type === "function" && each.name === name)!.outputs[0]!;
}

function plain(parameter: AbiParameter, value: unknown): unknown {
  const { type, components } = parameter;
  if (type.endsWith("]")) {
    const one = { ...parameter, type: type.slice(0, type.lastIndexOf("[")) };
    return Array.from(value as ArrayLike<unknown>, (each) => plain(one, each));
  }
  if (components === undefined) return value;
  const members = components.map((each, i) => [each.name, plain(each, (value as ArrayLike<unknown>)[i])]);
  return Object.fromEntries(members) as unknown;
}
