// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { quantity, type Header } from "../../sdk/client/chain/blocks.js";
import { RpcRefused, type Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address, MarketId } from "../../sdk/order.js";
import { reasonOf } from "../send/refusal.js";
import { updating } from "./bundle.js";
import { PulledSources, type Held, type PulledSource } from "./PulledSource.js";
import { ReportRefused } from "./ReportRefused.js";
import type { Brought, Reports } from "./Reports.js";

/** A market and where its price comes from. */
export interface MarketSource {
  readonly id: MarketId;
  readonly source: Address;
}

/** A market whose prices are pulled, as of a block: with a report to bring, or why there is none. */
export type Pulled = { readonly market: MarketId; readonly source: PulledSource; readonly held: Held } & (
  | { readonly brought: Brought; readonly refused?: never }
  | { readonly brought?: never; readonly refused: ReportRefused }
);

/** Errors of Chainlink's verifier and fee manager, to be named. */
const VERIFIER = new Interface([
  "error BadVerification()",
  "error VerifierNotFound(bytes32 configDigest)",
  "error DigestNotSet(bytes32 configDigest)",
  "error DigestInactive(bytes32 configDigest)",
  "error IncorrectSignatureCount(uint256 numSigners, uint256 expectedNumSigners)",
  "error MismatchedSignatures(uint256 rsLength, uint256 ssLength)",
  "error NonUniqueSignatures()",
  "error AccessForbidden()",
  "error InvalidDeposit()",
  "error ExpiredReport()",
  "error InvalidQuote()",
  "error Unauthorized()",
]);

/** Finds, as of a block, the reports that markets lack, and lets the verifier judge them before anybody pays. */
export class Puller {
  private readonly sources: PulledSources;

  constructor(
    private readonly rpc: Rpc,
    private readonly reports: Reports,
    /** Who will send them: he has the ether for their fees. */
    private readonly sender: Address,
  ) {
    this.sources = new PulledSources(rpc);
  }

  /** Of these markets those whose prices are pulled, each with the report to bring or the reason for none. */
  async pull(markets: readonly MarketSource[], header: Header): Promise<Pulled[]> {
    const found = await Promise.all(
      markets.map(async ({ id, source: at }): Promise<Pulled | undefined> => {
        const source = await this.sources.of(at);
        const held = source && (await this.sources.held(source, header.number));
        return source && held && this.pullOne(id, source, held, header);
      }),
    );
    return found.filter((each) => each !== undefined);
  }

  private async pullOne(market: MarketId, source: PulledSource, held: Held, header: Header): Promise<Pulled> {
    try {
      const brought = await this.reports.bring(source, held, Number(header.timestamp));
      await this.verify(brought, header);
      return { market, source, held, brought };
    } catch (failure) {
      if (!(failure instanceof ReportRefused)) throw failure;
      return { market, source, held, refused: failure };
    }
  }

  /** Would the chain take it? */
  private async verify(brought: Brought, { number }: Header): Promise<void> {
    const { to, data, value = 0n } = updating(brought);
    const call = { from: this.sender, to, data, ...(value > 0n && { value: quantity(value) }) };
    try {
      await this.rpc.send("eth_call", [call, quantity(number)]);
    } catch (failure) {
      if (!(failure instanceof RpcRefused) || failure.verdict === "trouble") throw failure;
      throw new ReportRefused("ReportNotVerified", nameOf(failure) ?? reasonOf(failure));
    }
  }
}

function nameOf(failure: RpcRefused): string | undefined {
  const text = [failure.message, JSON.stringify(failure.data) ?? ""].join(" ");
  for (const [data] of text.matchAll(/0x[0-9a-f]{8,}/gi)) {
    const error = parsed(data);
    if (error !== null) return `${error.name}(${error.args.join(", ")})`;
  }
  return undefined;
}

/** Of all that stands in a message, most is no error. */
function parsed(data: string) {
  try {
    return VERIFIER.parseError(data);
  } catch {
    return null;
  }
}
