// SPDX-License-Identifier: MIT
import { quantity } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Deployment } from "../../sdk/deployment.js";
import { sizeOf } from "../../sdk/state/position.js";
import { cashOf } from "../../sdk/state/recovery.js";
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import type { Finding } from "./Finding.js";
import type { Rebuilt } from "./rebuild.js";

const LENS = ILens__factory.createInterface();
const STANDING = { LIQUIDATABLE: 4n, INSOLVENT: 5n } as const;

interface View {
  readonly health: { readonly cash: bigint; readonly equity: bigint; readonly standing: bigint };
  readonly positions: readonly { readonly market: bigint; readonly size: bigint }[];
}

/**
 * The contracts against what events tell: cash and sizes of every account, and INV-1, that tokens cover what is owed.
 * And the keeper has left no account open that it should have closed.
 */
export async function checkContracts(
  rpc: Rpc,
  { clearinghouse, lens, token, tokenDecimals }: Deployment,
  { venue, head }: Rebuilt,
): Promise<Finding[]> {
  const ask = async (name: "account" | "venue", args: unknown[]): Promise<unknown> => {
    const data = LENS.encodeFunctionData(name as "account", args as never);
    const answer = await rpc.send("eth_call", [{ to: lens, data }, quantity(head)]);
    return LENS.decodeFunctionResult(name as "account", answer as string)[0];
  };
  const faults: string[] = [];
  const left: string[] = [];
  const debts = new Map<bigint, bigint>();
  let compared = 0;
  for (const account of venue.accounts.values()) {
    const view = (await ask("account", [clearinghouse, account.id])) as View;
    const told = new Map(view.positions.map(({ market, size }) => [market, size]));
    const cash = cashOf(venue, account);
    if (cash !== view.health.cash) faults.push(`account ${account.id}: cash ${cash}, on the chain ${view.health.cash}`);
    compared += 1;
    const group = venue.groups.get(account.group);
    account.legs.forEach((leg, index) => {
      const market = group?.markets[index];
      if (leg === undefined || market === undefined) return;
      const [own, theirs] = [sizeOf(market, leg), told.get(market.id) ?? 0n];
      compared += 1;
      if (own !== theirs) faults.push(`account ${account.id}, market ${market.id}: ${own}, on the chain ${theirs}`);
    });
    if (view.health.standing === STANDING.LIQUIDATABLE) left.push(`account ${account.id} is liquidatable`);
    if (view.health.standing !== STANDING.INSOLVENT) continue;
    debts.set(account.group, (debts.get(account.group) ?? 0n) - view.health.equity);
  }
  const { shortfall, held, lockedGroups } = (await ask("venue", [clearinghouse])) as Record<string, bigint>;
  const balance = `0x70a08231${clearinghouse.slice(2).toLowerCase().padStart(64, "0")}`;
  const units = BigInt((await rpc.send("eth_call", [{ to: token, data: balance }, quantity(head)])) as string);
  const tokens = units * 10n ** BigInt(9 - tokenDecimals);
  if (tokens < held!) faults.push(`tokens ${tokens} do not cover what is booked, ${held}`);
  if (lockedGroups! > 0n) left.push(`${lockedGroups} groups are locked`);
  // A debt that is too small to lock a group waits for its next lock.
  const { minDebt } = venue.parameters;
  for (const [group, debt] of debts)
    if (debt >= minDebt) left.push(`debts of ${debt} in group ${group} are not absorbed`);
  const small = [...debts.values()].reduce((sum, debt) => sum + debt, 0n);
  return [
    {
      what: "contracts",
      says: `cash and sizes of ${venue.accounts.size} accounts, ${compared} values, as the SDK rebuilds them; tokens cover the books`,
      faults,
    },
    {
      what: "keeper",
      says: `nobody liquidatable, no group locked, shortfall ${Number(shortfall) / 1e9}, debts below the least that locks ${Number(small) / 1e9}`,
      faults: left,
    },
  ];
}
