// SPDX-License-Identifier: MIT
import { isAddress } from "viem";
import { portfolioText } from "../../text/portfolio";

const text = portfolioText.closed;

/** What is wrong with a typed address; undefined: nothing. With capitals, its checksum (EIP-55) has to fit. */
export function addressProblem(typed: string): string | undefined {
  if (!/^0x[0-9a-fA-F]{40}$/.test(typed)) return text.address;
  return isAddress(typed) ? undefined : text.checksum;
}
