// SPDX-License-Identifier: MIT
// What Ponder runs: every event of every contract goes the same way.
import { ponder } from "ponder:registry";
import { readEvents } from "./abis";
import { CONTRACTS, indexLog, type ContractName } from "./indexer";
import { Unit } from "./rows/Unit";
import { ponderStore, type PonderDb } from "./rows/ponderStore";
import type { Hex } from "./scene";
import { fixedOf, readDeployment } from "./settings";

interface Told {
  readonly event: {
    readonly log: { address: Hex; topics: readonly Hex[]; data: Hex; logIndex: number };
    readonly block: { number: bigint; hash: Hex; timestamp: bigint };
    readonly transaction: { hash: Hex };
  };
  readonly context: { readonly db: PonderDb };
}

const fixed = fixedOf(readDeployment());
const events = readEvents();
// Names are the build's, which no type of Ponder's could know.
const on = ponder.on.bind(ponder) as unknown as (name: string, handler: (told: Told) => Promise<void>) => void;

for (const contract of CONTRACTS) {
  for (const { name } of events[contract]) on(`${contract}:${name}`, (told) => handle(contract, told));
}

async function handle(contract: ContractName, { event: { log, block, transaction }, context }: Told): Promise<void> {
  const rows = new Unit(ponderStore(context.db));
  await indexLog(rows, fixed, {
    contract,
    address: log.address.toLowerCase() as Hex,
    topics: log.topics,
    data: log.data,
    logIndex: log.logIndex,
    block: Number(block.number),
    blockHash: block.hash,
    timestamp: block.timestamp,
    tx: transaction.hash,
  });
  await rows.end();
}
