// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Contract, ContractFactory, Wallet, type JsonRpcProvider, type JsonRpcSigner } from "ethers";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { deploymentText, type Deployment } from "../../sdk/deployment.js";
import { groupOf, type Address, type MarketId } from "../../sdk/order.js";
import { keyOf as anvilKey } from "../../sim/venue/anvil.js";
import { Chain } from "../../sim/venue/Chain.js";
import { journalOf } from "../audit/journalOf.js";
import { proofOf, Records } from "../audit/proof.js";
import { Journal } from "../journal/Journal.js";
import { NO_PAGE, type FullPage } from "../journal/page.js";
import { STAND, type Statement } from "../journal/statement.js";
import { cancelDigest } from "../order/cancel.js";
import { keyOf } from "../order/signing.js";
import { pageToWire, signedToWire } from "../order/wire.js";
import { Place, signedBy, traderOf } from "./Place.js";
import { CHAIN, CLEARINGHOUSE, NANO, hashOf } from "./people.js";

const ROOT = join(import.meta.dirname, "../..");
const DAY = 86_400;
const BLANK = `0x${"00".repeat(32)}` as const;

/** As an operator and a prover use it: each step a process of its own, on a real node. */
describe("npm run relay -- bond", function () {
  this.timeout(180_000);
  const relay = keyOf(`0x${"42".repeat(32)}`);
  const artifact = builtArtifacts(join(ROOT, "artifacts"), "npm run build");
  const [operator, prover, treasury] = [0, 2, 1].map((index) => new Wallet(anvilKey(index))) as [
    Wallet,
    Wallet,
    Wallet,
  ];
  let chain: Chain;
  let folder: string;
  let token: Contract;
  let url: string;
  let bond: string;

  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const started = (program: string, args: readonly string[], key?: string) => {
    const env = { ...process.env, ...(key !== undefined && { NOVATION_BOND_KEY: key }) };
    const child = spawn(process.execPath, ["--import", "tsx", join(ROOT, "relay", program), ...args], {
      cwd: ROOT,
      env,
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
    return new Promise<{ status: number | null; text: string }>((resolve) =>
      child.once("close", (status) => resolve({ status, text })),
    );
  };
  /** An action on the bond by a key; it has to end with this status. */
  const act = async (key: Wallet, status: number, action: string, ...args: string[]) => {
    const ended = await started("bond/main.ts", [action, "--rpc", url, "--bond", bond, ...args], key.privateKey);
    expect(ended.status, ended.text).to.equal(status);
    return ended.text;
  };
  const later = async (seconds: number) => {
    const { timestamp } = (await chain.provider.getBlock("latest"))!;
    await chain.provider.send("evm_setNextBlockTimestamp", [timestamp + seconds]);
    await chain.provider.send("evm_mine", []);
  };
  const balance = async (who: Wallet) => (await token.getFunction("balanceOf").staticCall(who.address)) as bigint;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "relay-bond-"));
    chain = await Chain.start(Math.floor(Date.now() / 1_000));
    url = (chain.provider as JsonRpcProvider)._getConnection().url;
    const signers = (await chain.provider.listAccounts()) as JsonRpcSigner[];
    const { abi, bytecode } = await artifact("MockToken");
    const deployed = await new ContractFactory(abi, bytecode, signers[0]).deploy("Quote", "QUOTE", 6);
    token = new Contract(await deployed.getAddress(), abi, signers[0]);
    for (const { address } of [operator, prover]) {
      await (await token.getFunction("mint").send(address, 1_000_000_000n)).wait();
    }
    const other = (index: number) => traderOf(200 + index).address;
    const of = { symbol: "BTC", id: 4n as MarketId, group: groupOf(4n as MarketId) };
    const market = { ...of, source: other(4), feed: other(5), aggregator: other(5), decimals: 8 };
    const made: Deployment = {
      ...{ chainId: CHAIN, genesisHash: BLANK, firstBlock: 1, tokenDecimals: 6, markets: [market], build: BLANK },
      ...{ token: (await token.getAddress()) as `0x${string}`, authority: other(1), vault: other(2) },
      ...{ lens: other(3), clearinghouse: CLEARINGHOUSE as Address },
    };
    file("deployment.json", deploymentText(made));
  });
  after(() => {
    chain.stop();
    rmSync(folder, { recursive: true });
  });

  it("deploys with the terms it is given, and refuses what the contract does", async () => {
    const who = ["--relay", relay.address, "--operator", operator.address, "--beneficiary", treasury.address];
    const common = ["deploy", "--rpc", url, "--deployment", join(folder, "deployment.json"), ...who];
    const args = [...common, "--artifacts", join(ROOT, "artifacts"), "--stake", "2.5"];
    const short = await started("bond/main.ts", [...args, "--answer-time", "60"], operator.privateKey);
    expect(short.status).to.equal(2);
    expect(short.text).to.match(/^ParameterOutOfBounds: /);
    const { status, text } = await started("bond/main.ts", args, operator.privateKey);
    expect(status, text).to.equal(0);
    bond = /^bond (0x[0-9a-fA-F]{40})$/m.exec(text)![1]!;
    expect(await act(operator, 0, "fund", "--amount", "500")).to.match(/500\.0 QUOTE, stake 2\.5 QUOTE/);
    expect(await act(treasury, 2, "fund", "--amount", "1")).to.match(/^TooFewTokens: The key has 0\.0 QUOTE/);
  });

  it("claims by what the audit of a cheating journal wrote, and pays once nobody has answered", async () => {
    const journal = new Journal(relay, CHAIN, CLEARINGHOUSE, NO_PAGE);
    const lines: string[] = [];
    const say = (orders: ReturnType<typeof signedBy>[], ...statements: Statement[]) => {
      const page: FullPage = journal.write(statements, 1_000_000).page;
      lines.push(JSON.stringify({ ...pageToWire(page), orders: orders.map(signedToWire), cancels: [] }));
    };
    const [best, worse, taker] = [
      signedBy(traderOf(1), -5, 99),
      signedBy(traderOf(2), -5, 100),
      signedBy(traderOf(3), 5, 101),
    ];
    const accepted = [best, worse, taker].map((each): Statement => {
      return { kind: "accepted", order: hashOf(each), size: 5n * NANO, stand: STAND.BOOK };
    });
    say([best, worse, taker], ...accepted);
    const fills = [{ order: hashOf(worse), size: 5n * NANO, price: worse.order.limit }];
    say([], { kind: "matched", order: hashOf(taker), fills });
    const info = { chainId: Number(CHAIN), clearinghouse: CLEARINGHOUSE, relay: relay.address, submitters: [] };
    const files = ["--journal", file("journal", lines.join("\n")), "--info", file("info", JSON.stringify(info))];
    const proofs = join(folder, "proofs");
    const found = await started("audit/main.ts", [...files, "--proofs", proofs]);
    expect(found.text).to.match(/- passed over: .* The bond takes it: claimPassedOver\./);

    const shown = await act(prover, 0, "claim", "--proofs", proofs);
    expect(shown)
      .to.match(/^claimPassedOver: claim 1$/m)
      .and.match(/claim 1 of .*: open, until /);
    expect(await act(prover, 2, "decide", "--claim", "1")).to.match(/^OutsideTime: /);
    await later(DAY + 1);
    expect(await act(prover, 0, "decide", "--claim", "1")).to.match(/: 0\.0 QUOTE.*\nclaim 1 of .*: upheld$/m);
    const before = await balance(prover);
    await act(prover, 0, "collect");
    // A tenth of the bond, and the stake.
    expect((await balance(prover)) - before).to.equal(52_500_000n);
    expect(await act(prover, 0, "status", "--of", best.signer)).to.match(/owed to .*: 200\.0 QUOTE/);
  });

  it("answers a false claim out of the journal, and has the stake; the bond is withdrawn after its notice", async () => {
    await act(operator, 0, "fund", "--amount", "100");
    const place = await Place.open();
    const [ann, bob] = [traderOf(1), traderOf(2)];
    const [best, worse] = [signedBy(ann, -5, 99), signedBy(bob, -5, 100)];
    for (const each of [best, worse]) await place.order(each);
    const signature = ann.sign(cancelDigest(hashOf(best), CHAIN, CLEARINGHOUSE));
    await place.post("/v1/cancels", { order: hashOf(best), signature });
    await place.order(signedBy(traderOf(3), 5, 101));
    const { pages, orders } = await journalOf(place.url);
    const records = new Records(
      pages,
      orders.map(({ order }) => order),
    );
    const claimed = {
      kind: "passed over",
      match: 5,
      fill: 0,
      accepted: 1,
      passed: hashOf(best),
      filled: hashOf(worse),
    } as const;
    const { name, data } = proofOf(claimed, records)!;
    const proofs = file("false", `${JSON.stringify({ name, data })}\n`);
    await act(prover, 0, "claim", "--proofs", proofs);
    expect(await act(operator, 0, "announce")).to.match(/may withdraw from /);
    expect(await act(operator, 0, "answer", "--claim", "2", "--relay-url", place.url)).to.match(
      /claim 2 of .*: answered, until/,
    );
    await later(7 * DAY + 1);
    expect(await act(operator, 2, "withdraw", "--to", operator.address)).to.match(/^ClaimsOpen: /);
    expect(await act(prover, 0, "decide", "--claim", "2")).to.match(/claim 2 of .*: rejected/);
    const before = await balance(operator);
    await act(operator, 0, "collect");
    await act(operator, 0, "withdraw", "--to", operator.address);
    expect((await balance(operator)) - before).to.equal(102_500_000n);
    await place.close();
  });

  it("refuses what it cannot do before it sends anything", async () => {
    expect((await started("bond/main.ts", [])).text).to.match(/^BadOption: Nothing is no action/);
    expect(await act(operator, 2, "fund")).to.match(/^BadOption: fund needs --amount\./);
    expect((await started("bond/main.ts", ["collect", "--rpc", url, "--bond", bond], "0x12")).text).to.match(
      /no private key/,
    );
    bond = treasury.address;
    expect(await act(operator, 2, "collect")).to.match(/^NoBond: There is no bond at /);
  });
});
