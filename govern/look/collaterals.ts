// SPDX-License-Identifier: MIT
import { Interface, type Result } from "ethers";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { PledgePrice } from "../../sdk/margin/pledge.js";
import type { CollateralParameters } from "../../sdk/parameters/collateral.js";
import type { Address } from "../../sdk/range.js";
import { ask, askIf } from "./ask.js";
import { CLEARINGHOUSE } from "./roles.js";

/** A collateral at one block, as governance sees it. */
export interface CollateralSeen {
  readonly id: bigint;
  /** Its token's own, unless another has the same or it is no name: then `collateral-N`. */
  readonly symbol: string;
  readonly token: Address;
  readonly source: Address;
  readonly params: CollateralParameters;
  /** What the vault has set aside, 1e-9 quote. */
  readonly line: bigint;
  readonly price: PledgePrice;
}

const TOKEN = new Interface(["function symbol() view returns (string)"]);
const NAME = /^[A-Za-z][A-Za-z0-9._/-]{0,31}$/;

/** What a venue takes as collateral, in the order of its listing; an option venue takes none. */
export async function readCollaterals(
  rpc: Rpc,
  { clearinghouse, options }: Deployment,
  block: number,
  time?: bigint,
): Promise<CollateralSeen[]> {
  if (options !== undefined) return [];
  const [count] = (await ask(rpc, CLEARINGHOUSE, clearinghouse, "collateralCount", [], block, time)) as [bigint];
  const ids = Array.from({ length: Number(count) }, (_, i) => BigInt(i + 1));
  const seen = await Promise.all(
    ids.map(async (id) => {
      const [answer] = await ask(rpc, CLEARINGHOUSE, clearinghouse, "collateral", [id], block, time);
      const { token, source, params, line, counted, committed, fresh } = (answer as Result).toObject();
      const [name] = (await askIf(rpc, TOKEN, token as Address, "symbol")) ?? [""];
      return {
        ...{ id, name: name as string, token: token as Address, source: source as Address, line: line as bigint },
        params: (params as Result).toObject() as CollateralParameters,
        price: { counted, committed, fresh } as PledgePrice,
      };
    }),
  );
  return seen.map(({ name, ...each }) => {
    const isOwn = NAME.test(name) && seen.filter((other) => other.name === name).length === 1;
    return { ...each, symbol: isOwn ? name : `collateral-${each.id}` };
  });
}
