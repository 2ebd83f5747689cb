// SPDX-License-Identifier: MIT
import { pledgedUnits } from "../../sdk/state/collateral.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { quantity } from "../../sdk/client/chain/blocks.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { CollateralViewStructOutput } from "../../types/ethers-contracts/contracts/interfaces/ICollateral.sol/ICollateral.js";
import { ICollateral__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/ICollateral.sol/ICollateral__factory.js";
import type { Finding } from "../check/Finding.js";
import type { Rebuilt } from "../check/rebuild.js";

const COLLATERAL = ICollateral__factory.createInterface();

/** The collateral against what events tell, and INV-19 to INV-21. */
export async function checkCollateral(
  rpc: Rpc,
  { clearinghouse }: Deployment,
  { venue, head, counts }: Rebuilt,
): Promise<Finding[]> {
  const call = async (to: string, data: string) =>
    (await rpc.send("eth_call", [{ to, data }, quantity(head)])) as string;
  const books: string[] = [];
  const lines: string[] = [];
  let pledges = 0;
  for (const own of venue.collaterals.values()) {
    const answer = await call(clearinghouse, COLLATERAL.encodeFunctionData("collateral", [own.id]));
    const [view] = COLLATERAL.decodeFunctionResult("collateral", answer) as unknown as [CollateralViewStructOutput];
    for (const name of ["anchor", "recordedPrice", "floor", "line", "pledged", "stock", "closesAt"] as const) {
      if (own[name] !== view[name])
        books.push(`${name} of collateral ${own.id}: ${own[name]}, on the chain ${view[name]}`);
    }
    const balance = `0x70a08231${clearinghouse.slice(2).toLowerCase().padStart(64, "0")}`;
    const held = BigInt(await call(own.token, balance));
    if (held !== view.pledged + view.stock) {
      books.push(`units held ${held}, pledged and in stock ${view.pledged + view.stock}`);
    }
    let sum = 0n;
    for (const { pledges: all } of venue.accounts.values()) {
      const pledge = all.get(own.id);
      if (pledge === undefined) continue;
      pledges += 1;
      const { units, fee } = pledgedUnits(pledge, pledge.since);
      sum += units + fee;
    }
    if (sum !== view.pledged) books.push(`pledges add up to ${sum}, ${view.pledged} are booked`);
    const scale = 10n ** (view.decimals + 9n);
    const needed = (view.pledged * view.committed + scale - 1n) / scale;
    if (needed > view.line) lines.push(`the line has ${view.line}, and needs ${needed}`);
  }
  const { shortfall } = venue.recovery;
  const suffered = shortfall !== 0n || (counts.get("ShortfallSuffered") ?? 0) > 0;
  return [
    {
      what: "pledges",
      says: `${venue.collaterals.size} collateral and ${pledges} pledges as the SDK rebuilds them; units held are pledged or in stock (INV-19)`,
      faults: books,
    },
    { what: "line", says: "it can pay for all that is pledged (INV-20)", faults: lines },
    { what: "shortfall", says: "there was none (INV-21)", faults: suffered ? [`${shortfall}`] : [] },
  ];
}
