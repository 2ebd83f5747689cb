// SPDX-License-Identifier: MIT
// npm run bench -- streams: gas of a signed report alone, and of what needs it with and without one, of the build that
// ships, on a real node with Chainlink's verifier.
import { join } from "node:path";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { localGroups } from "../../deploy/deploy-novation.js";
import { encodeReport, membersOf, signReport } from "../streams/committee.js";
import { streamOf } from "../streams/onStreams.js";
import { Chain, type Request } from "../venue/Chain.js";
import { deployVenue } from "../venue/deployVenue.js";
import { LocalVenue, ROLL, type Market } from "../venue/LocalVenue.js";
import { member } from "../venue/orders.js";
import { toNano, toPrice } from "../venue/units.js";

const [ANNA, BERT] = [member("anna"), member("bert")];
const START = 1_760_000_000;
const PRICE = 100_000;
/** Chainlink's tests have four members; a committee of 31 of which 10 may fail is that of a network's size. */
const COMMITTEES = [
  { many: 4, faulty: 1 },
  { many: 31, faulty: 10 },
];

type Row = readonly [what: string, gas: bigint];

for (const committee of COMMITTEES) {
  console.log(`\n${committee.faulty + 1} signatures of ${committee.many}`);
  for (const [what, gas] of await measure(committee)) console.log(`${what.padEnd(52)} ${gas.toLocaleString("en")}`);
}
process.exit();

async function measure(committee: { many: number; faulty: number }): Promise<Row[]> {
  const artifact = builtArtifacts(join(import.meta.dirname, "../../build/artifacts"), "npm run bench -- streams");
  const groups = [[{ ...localGroups()[0]![0]!, answer: BigInt(PRICE) * 10n ** 8n }]];
  const streams = { symbols: ["BTC"], heartbeat: 60, maxDelay: 10, committee };
  const chain = await Chain.start(START);
  const venue = new LocalVenue(await deployVenue(chain, { artifact, groups, streams, handOver: false }));
  try {
    return await rows(venue, venue.listed("BTC", PRICE), membersOf(committee.faulty + 1));
  } finally {
    venue.stop();
  }
}

async function rows(venue: LocalVenue, btc: Market, signers: ReturnType<typeof membersOf>): Promise<Row[]> {
  const { bundle, sources } = venue.streams!;
  const source = sources.get("BTC")!;
  const report = (price: number, observedAt = venue.now + 1) =>
    signReport(encodeReport({ feedId: streamOf("BTC"), observedAt, price: toPrice(price) }), signers);
  const update = (price: number, observedAt?: number) => venue.call(source, "update", [report(price, observedAt)]);
  const bundled = (price: number, { to, data }: Request) =>
    venue.call(bundle, "run", [[[String(source.target), report(price), 0]], [[to, data]]]);
  const gasOf = async (request: Request) => (await venue.must([request]))[0]!.gasUsed;
  const roll = async () => {
    for (let i = 0; i < 2; ++i) {
      const at = venue.now + ROLL;
      await venue.must([update(PRICE, at), venue.poke(btc.group)], at);
    }
  };
  const trade = () => {
    const entry = { member: ANNA, size: toNano(0.1), limit: toPrice(PRICE) };
    return venue.match(btc, [entry], { taker: BERT });
  };

  await venue.fund(20_000_000_000n);
  await venue.deposit([
    [ANNA.account, 10_000],
    [BERT.account, 1_000_000],
  ]);
  await roll();
  await venue.must([update(PRICE), trade()]);
  await roll();

  const list: Row[] = [];
  list.push(["update", await gasOf(update(PRICE))]);
  list.push(["update, no newer than what is stored", await gasOf(update(PRICE, venue.now - 1))]);
  await venue.must([trade()]); // slots that a first trade writes are warm by value
  const [snapshot] = [await venue.chain.snapshot()];
  await venue.must([update(PRICE)]);
  list.push(["settle, one maker, both hold", await gasOf(trade())]);
  await venue.chain.restore(snapshot);
  list.push(["update and settle, in a bundle", await gasOf(bundled(PRICE, trade()))]);

  const absorb = venue.call(venue.deployed.clearinghouse, "absorb", [btc.group, [ANNA.account]]);
  await venue.must([
    update(PRICE),
    venue.match(btc, [{ member: ANNA, size: toNano(1.5), limit: toPrice(PRICE) }], { taker: BERT }),
  ]);
  await roll();
  const [before] = [await venue.chain.snapshot()];
  await venue.must([update(PRICE * 0.9)]);
  list.push(["absorb of one, which locks the group", await gasOf(absorb)]);
  await venue.chain.restore(before);
  list.push(["update and absorb, in a bundle", await gasOf(bundled(PRICE * 0.9, absorb))]);
  return list;
}
