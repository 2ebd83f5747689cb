// SPDX-License-Identifier: MIT
// Written by scripts/abis.mjs, from the compiler's output.
export const inheritedEventsAbi = [
  {"inputs":[{"indexed":false,"name":"authority","type":"address"}],"name":"AuthorityUpdated","type":"event"},
  {"inputs":[],"name":"EIP712DomainChanged","type":"event"},
] as const;
