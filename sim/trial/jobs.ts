// SPDX-License-Identifier: MIT
import { Interface, type JsonRpcProvider, type TransactionDescription } from "ethers";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";

/** A transaction to the clearinghouse: what it was meant to do, and what it did. */
export interface Job {
  block: number;
  from: string;
  kind: string;
  ok: boolean;
  gas: number;
  /** Accounts or groups that it names. */
  targets: readonly string[];
  /** Of those, the ones that it changed. */
  did: readonly string[];
  /** Orders of others or an account of its own that it filled with: two of these are two purchases. */
  taken: string;
}

export interface Work {
  sent: number;
  reverted: number;
  gas: number;
  absorbed: number;
  liquidated: number;
  /** Transactions that came too late because one of the same keepers had done the job: reverted, or in vain. */
  duplicates: number;
  /** Jobs that took effect twice in one block or the next: money spent twice. */
  doubles: number;
  /** Jobs that somebody else had done before. */
  lostToOthers: number;
  /** Of an absorbed account, whoever sent it, and of a liquidation; 0 when there was none. */
  gasPerAbsorbed: number;
  gasPerLiquidation: number;
}

const ABI = new Interface(IClearinghouse__factory.abi);
/** The event that says that a job was done, and for which account. Of other jobs, whatever they changed counts. */
const DONE: Record<string, string> = {
  absorb: "Absorbed",
  liquidate: "Liquidated",
  liquidateToAccount: "Liquidated",
  liquidateMany: "Liquidated",
  liquidateToVault: "Liquidated",
  marginCall: "MarginCalled",
  tryMulticall: "MarginCalled",
};

const NEAR = 3; // blocks within which two jobs on one target are the same job

/** Sums up what `keepers` did; jobs ascend as they were mined. */
export function work(jobs: readonly Job[], keepers: ReadonlySet<string>): Work {
  const own = jobs.filter(({ from }) => keepers.has(from));
  let [duplicates, doubles, lostToOthers] = [0, 0, 0];
  for (const [index, job] of jobs.entries()) {
    if (!keepers.has(job.from)) continue;
    const earlier = jobs.slice(0, index).filter((each) => each.kind === job.kind && each.block >= job.block - NEAR);
    const before = (target: string) => earlier.find(({ did }) => did.includes(target));
    const vain = job.targets.filter((target) => !job.did.includes(target)).map(before);
    if (vain.some((each) => each && keepers.has(each.from))) ++duplicates;
    else if (vain.some((each) => each !== undefined)) ++lostToOthers;
    const again = earlier.some(
      ({ from, taken, block, did }) =>
        keepers.has(from) && taken === job.taken && block >= job.block - 1 && did.some((one) => job.did.includes(one)),
    );
    // To liquidate again is right if more is needed; the same calldata is not. A settlement takes many steps.
    if (again && job.kind in DONE) ++doubles;
  }
  const sum = (list: readonly Job[], of: (job: Job) => number) => list.reduce((total, job) => total + of(job), 0);
  const absorbs = own.filter(({ kind, ok }) => kind === "absorb" && ok);
  const liquidations = own.filter(({ kind, ok }) => kind.startsWith("liquidate") && ok);
  const anybodys = jobs.filter(({ kind, ok }) => kind === "absorb" && ok); // what it costs does not depend on who pays
  const gathered = sum(anybodys, ({ did }) => did.length);
  const absorbed = sum(absorbs, ({ did }) => did.length);
  const liquidated = sum(liquidations, ({ did }) => did.length);
  return {
    sent: own.length,
    reverted: own.filter(({ ok }) => !ok).length,
    gas: sum(own, ({ gas }) => gas),
    absorbed,
    liquidated,
    duplicates,
    doubles,
    lostToOthers,
    gasPerAbsorbed: gathered === 0 ? 0 : Math.round(sum(anybodys, ({ gas }) => gas) / gathered),
    gasPerLiquidation: liquidated === 0 ? 0 : Math.round(sum(liquidations, ({ gas }) => gas) / liquidated),
  };
}

interface RawTransaction {
  hash: string;
  from: string;
  to: string | null;
  input: string;
}

interface RawReceipt {
  transactionHash: string;
  status: string;
  gasUsed: string;
  logs: { address: string; topics: string[]; data: string }[];
}

/** The jobs in the blocks from `from` to `to`, of the chain as it is now. */
export async function jobsOf(
  provider: JsonRpcProvider,
  clearinghouse: string,
  from: number,
  to: number,
): Promise<Job[]> {
  const list: Job[] = [];
  for (let number = from; number <= to; ++number) {
    const tag = `0x${number.toString(16)}`;
    const [block, receipts] = (await Promise.all([
      provider.send("eth_getBlockByNumber", [tag, true]),
      provider.send("eth_getBlockReceipts", [tag]),
    ])) as [{ transactions: RawTransaction[] } | null, RawReceipt[] | null];
    const byHash = new Map((receipts ?? []).map((each) => [each.transactionHash, each]));
    for (const transaction of block?.transactions ?? []) {
      const receipt = byHash.get(transaction.hash);
      if (!receipt || transaction.to?.toLowerCase() !== clearinghouse.toLowerCase()) continue;
      const job = jobOf(number, transaction, receipt);
      if (job) list.push(job);
    }
  }
  return list;
}

/** A batch of calls names what its calls name. */
function targetsOf({ name, args }: TransactionDescription): string[] {
  if (name === "absorb" || name === "liquidateMany") return (args[1] as bigint[]).map(String);
  if (name !== "tryMulticall") return [String(args[0])];
  return (args[0] as string[]).flatMap((data) => {
    const inner = ABI.parseTransaction({ data });
    return inner === null ? [] : targetsOf(inner);
  });
}

function jobOf(block: number, { from, input }: RawTransaction, receipt: RawReceipt): Job | undefined {
  const call = ABI.parseTransaction({ data: input });
  if (!call) return undefined;
  const targets = targetsOf(call);
  const events = receipt.logs.map((log) => ABI.parseLog(log)).filter((event) => event !== null);
  const event = DONE[call.name];
  const named = events.filter(({ name }) => name === event).map(({ args }) => String(args[0]));
  const did = targets.filter((target) => (event === undefined ? events.length > 0 : named.includes(target)));
  const ok = receipt.status === "0x1";
  const sender = from.toLowerCase();
  return { block, from: sender, kind: call.name, ok, gas: Number(receipt.gasUsed), targets, did, taken: input };
}
