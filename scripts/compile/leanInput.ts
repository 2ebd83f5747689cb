// SPDX-License-Identifier: MIT
import type { CompilerInput, CompilerOutput } from "hardhat/types/solidity";

/**
 * How tests are optimised, and the contracts inside of them. Without any pass the code would be so much longer that it
 * takes the compiler more time; what is left out here takes more than it saves.
 */
export const HARDLY = {
  details: { peephole: true, jumpdestRemover: false, deduplicate: false, inliner: false, cse: false },
};

const TEST = /^project\/test\//;

/**
 * Asks the compiler for what is read, and no more. The listing of opcodes is a third of a build's output. Of a job of
 * tests, only the tests have artifacts. The syntax trees that a failed test is traced by are more than half of what
 * such a job puts out: forge traces it.
 */
export function leanInput(input: CompilerInput): CompilerInput {
  const wanted = Object.values(input.settings.outputSelection)
    .flatMap((contracts) => contracts["*"] ?? [])
    .filter((output) => !output.endsWith(".opcodes"));
  const outputs = [...new Set(wanted)];
  const isOfTests = JSON.stringify(input.settings.optimizer) === JSON.stringify(HARDLY);
  const outputSelection = isOfTests
    ? Object.fromEntries(
        Object.keys(input.sources)
          .filter((file) => TEST.test(file))
          .map((file) => [file, { "*": outputs }]),
      )
    : { "*": { "": ["ast"], "*": outputs } };
  return { ...input, settings: { ...input.settings, outputSelection } };
}

/** The EVM of the tests asks that the fields be there which the compiler was not asked for. */
export function withFields(output: CompilerOutput): CompilerOutput {
  for (const { evm } of Object.values(output.contracts ?? {}).flatMap((each) => Object.values(each))) {
    for (const code of [evm?.bytecode, evm?.deployedBytecode]) if (code) code.opcodes ??= "";
  }
  for (const source of Object.values(output.sources ?? {})) {
    source.ast ??= { id: source.id, src: `0:0:${source.id}`, nodeType: "SourceUnit", nodes: [] };
  }
  return output;
}
