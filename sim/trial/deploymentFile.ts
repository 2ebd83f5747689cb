// SPDX-License-Identifier: MIT

/** What a keeper is told of a venue. */
export interface DeploymentFacts {
  chainId: number;
  fromBlock: number;
  clearinghouse: string;
  lens: string;
  vault: string;
  token: string;
  tokenDecimals: number;
  groups: { id: number; markets: number[] }[];
}

/** The text of the file that a keeper reads: its format is said here alone. */
export function deploymentFile({ groups: _, token: __, ...facts }: DeploymentFacts): string {
  return `${JSON.stringify(facts, undefined, 2)}\n`;
}
