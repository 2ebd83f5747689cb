// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { AbiCoder, Interface, decodeBytes32String } from "ethers";
import { artifacts, network } from "hardhat";
import { ReportRefused } from "../../chain/reports/ReportRefused.js";
import { checkChain } from "../../deploy/check/checkChain.js";
import { checkContracts } from "../../deploy/check/checkContracts.js";
import { SHAPES, checkParameters, contractsOf } from "../../deploy/check/checkParameters.js";
import { checkReports } from "../../deploy/check/checkReports.js";
import { stepsToForget } from "../../deploy/check/begunSteps.js";
import { missingConfirmations } from "../../deploy/check/confirmations.js";
import { readGiven } from "../../deploy/check/readGiven.js";
import { readInstances } from "../../deploy/check/readInstances.js";
import { readJournal } from "../../deploy/check/readJournal.js";
import { deployNovation } from "../../deploy/deploy-novation.js";
import { readParameters } from "../../deploy/parameters.js";
import { MARKET_BOUNDS } from "../../sdk/parameters/market.js";
import { VENUE_BOUNDS } from "../../sdk/parameters/venue.js";
import { folder } from "../sim/files/folder.js";

type Values = Record<string, bigint>;
type Table = Record<string, (values: Values) => readonly [bigint, bigint]>;

const local = () => structuredClone(readParameters("local")["Local"]!);
const address = (digit: number) => `0x${String(digit).repeat(digit < 10 ? 40 : 20)}`;
const governed = () => ({
  ...structuredClone(readParameters("sepolia")["Sepolia"]!),
  governor: address(1),
  risk: address(2),
  guardian: address(3),
  treasury: address(4),
});

const ADDED = ["token", "verifier", "governor", "risk", "guardian", "treasury"];

describe("bounds of parameters before a deployment", () => {
  it("are those of the contract: at each bound and one beyond it, with the same first refusal", async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const artifact = (name: string) => artifacts.readArtifact(name);
    const { clearinghouse, markets } = await deployNovation({ deployer: deployer!, artifact, handOver: false });
    const { venue, btcMarket } = local() as { venue: Values; btcMarket: Values };
    const sets = [
      { bounds: MARKET_BOUNDS as unknown as Table, base: btcMarket, name: "setMarketParams", before: [markets[0]!.id] },
      { bounds: VENUE_BOUNDS as unknown as Table, base: venue, name: "setVenueParams", before: [] },
    ];
    for (const { bounds, base, name, before } of sets) {
      const fragment = clearinghouse.interface.getFunction(name as never) as unknown as {
        inputs: { components?: { name: string; type: string }[] }[];
      };
      const types = new Map(fragment.inputs.at(-1)!.components!.map((each) => [each.name, each.type]));
      expect([...types.keys()].sort()).to.deep.equal(Object.keys(bounds).sort());
      const values: Values = Object.fromEntries(Object.entries(base).map(([key, value]) => [key, BigInt(value)]));
      for (const key of Object.keys(bounds)) {
        const [low, high] = bounds[key]!(values);
        for (const value of [low - 1n, low, high, high + 1n]) {
          if (value < 0n || value >= 1n << BigInt(types.get(key)!.slice(4))) continue;
          const tried = { ...values, [key]: value };
          const expected = Object.keys(bounds)
            .map((each) => [each, tried[each]!, ...bounds[each]!(tried)] as const)
            .find(([, is, from, to]) => is < from || is > to);
          const data = (clearinghouse.interface as Interface).encodeFunctionData(name, [...before, tried]);
          const answer = await ethers.provider
            .call({ to: clearinghouse, from: deployer!, data })
            .catch((e) => e.data as string);
          const error = answer === "0x" ? undefined : clearinghouse.interface.parseError(answer)!;
          const said = error && [decodeBytes32String(error.args[0]), ...[...error.args].slice(1)];
          expect(said, `${key} = ${value}`).to.deep.equal(expected && [...expected]);
        }
      }
    }
  });

  it("hold the files of all networks", () => {
    expect(checkParameters("Local", local())).to.deep.equal([]);
    expect(checkParameters("Sepolia", governed(), address(9))).to.deep.equal([]);
  });

  it("name the parameter as text, with what it may be, and tell of all problems at once", () => {
    const given = local();
    (given["venue"] as Values)["callLevel"] = 1n;
    (given["btcMarket"] as Values)["makerFee"] = 401n;
    given["btcHeartbeat"] = 0;
    given["vaultWindow"] = 3_601;
    expect(checkParameters("Local", given)).to.have.members([
      "Local.venue.callLevel is 1 and must be from 1000000 to 1333333.",
      "Local.btcMarket.makerFee is 401 and must be from 0 to 400.",
      "Local.btcHeartbeat is 0 and must be from 1 to 259200.",
      "Local.vaultWindow is 3601 and may be at most vaultCooldown, 3600.",
    ]);
  });

  it("refuse a vault's seed below a token, and a price beyond the contracts' largest mark", () => {
    const given = { ...local(), vaultSeed: 999_999n, btcAnswer: 10n ** 14n + 1n, solAnswer: 0 };
    expect(checkParameters("Local", given)).to.have.members([
      "Local.vaultSeed is 999999 and must be from 1000000 to 1000000000000000000.",
      "Local.btcAnswer is 100000000000001 and must be from 1 to 100000000000000.",
      "Local.solAnswer is 0 and must be from 1 to 100000000000000.",
    ]);
  });

  it("name the addresses that must be contracts", () => {
    expect(contractsOf("Sepolia", governed()).map(([path]) => path)).to.deep.equal([
      "Sepolia.token",
      "Sepolia.btcFeed",
      "Sepolia.ethFeed",
    ]);
    expect(contractsOf("Local", local())).to.deep.equal([]);
  });

  it("hold a market whose prices are pulled to its stream and its source's bounds", () => {
    const pulled = (): Record<string, unknown> => ({
      ...structuredClone(readParameters("streams")["Streams"]!),
      ...Object.fromEntries(ADDED.map((name, i) => [name, address(20 + i)])),
    });
    expect(checkParameters("Streams", pulled(), address(9))).to.deep.equal([]);
    expect(contractsOf("Streams", pulled()).map(([path, , kind]) => [path, kind])).to.deep.equal([
      ["Streams.token", "token"],
      ["Streams.verifier", "verifier"],
    ]);
    const { ethStream: stream } = pulled() as { ethStream: string };
    const said = (change: Record<string, unknown>) =>
      checkParameters("Streams", { ...pulled(), ...change }, address(9));
    expect(said({ ethStream: stream.slice(0, 60) })).to.deep.equal([
      "Streams.ethStream is no id of a stream: 0x and 64 hex digits in lower case. Copy it again.",
    ]);
    expect(said({ ethStream: stream.replace("0x0003", "0x0007") })).to.deep.equal([
      "Streams.ethStream is of schema 7. Give a stream of schema 2, 3, 4 or 8.",
    ]);
    expect(said({ ethMaxDelay: 121 })).to.deep.equal([
      "Streams.ethMaxDelay is 121 and may be at most ethHeartbeat, 120.",
    ]);
    expect(said({ ethHeartbeat: 86_401, ethDecimals: 37 })).to.have.members([
      "Streams.ethHeartbeat is 86401 and must be from 1 to 86400.",
      "Streams.ethDecimals is 37 and must be from 0 to 36.",
    ]);
  });

  it("refuse what is no verifier proxy, and streams without a report", async () => {
    const abi = new Interface([
      "function typeAndVersion() view returns (string)",
      "function s_feeManager() view returns (address)",
    ]);
    const said = (name: string) =>
      checkContracts(
        "Streams",
        { verifier: address(21), token: address(21) },
        {
          chainId: "7",
          time: 0n,
          codeAt: async () => "0x01",
          call: async (_, data) =>
            data === abi.encodeFunctionData("typeAndVersion")
              ? abi.encodeFunctionResult("typeAndVersion", [name])
              : abi.encodeFunctionResult("s_feeManager", [address(1)]),
        },
      );
    expect((await said("VerifierProxy 2.0.0")).filter((line) => line.startsWith("Streams.verifier"))).to.deep.equal([]);
    expect((await said("FeeManager 2.1.0")).filter((line) => line.startsWith("Streams.verifier"))).to.deep.equal([
      `Streams.verifier is no verifier proxy: ${address(21)} says that it is FeeManager 2.1.0. Give Chainlink's VerifierProxy of this chain.`,
    ]);
    const stream = ["Streams.ethStream", `0x0003${"ab".repeat(30)}`] as const;
    const none = { latest: () => Promise.reject(new ReportRefused("ReportUnavailable", "the server answers 401")) };
    expect(await checkReports([stream], none)).to.deep.equal([
      "Streams.ethStream: --reports has no report of it that can be used. ReportUnavailable: the server answers 401.",
    ]);
  });

  it("refuse unknown names with the nearest known one, missing ones, and what is no integer", () => {
    const given = local();
    given["governerDelay"] = given["governorDelay"];
    delete given["governorDelay"];
    (given["venue"] as Record<string, unknown>)["lockdelay"] = 1;
    (given["solMarket"] as Record<string, unknown>)["takerFee"] = 1.5;
    given["vaultSeed"] = 2 ** 60;
    given["btcBudget"] = "17";
    expect(checkParameters("Local", given)).to.have.members([
      "Local has no parameter governerDelay. Did you mean governorDelay?",
      "Local.governorDelay is missing. Add it.",
      "Local.venue has no parameter lockdelay. Did you mean lockDelay?",
      'Local.solMarket.takerFee is no whole number. Write 7, or "7n" from 2^53 on.',
      'Local.vaultSeed is no whole number. Write 7, or "7n" from 2^53 on.',
      'Local.btcBudget is no whole number. Write 7, or "7n" from 2^53 on.',
    ]);
    expect(checkParameters("Locale", given)[0]).to.equal(
      "There is no module Locale. Choose one of Local, Sepolia, Streams, LocalOptions, Volatilities, SepoliaOptions.",
    );
    expect(Object.keys(SHAPES)).to.deep.equal([
      ...["Local", "Sepolia", "Streams", "LocalOptions", "Volatilities", "SepoliaOptions"],
    ]);
  });
});

describe("roles before a deployment", () => {
  const said = (change: Record<string, unknown>) =>
    checkParameters("Sepolia", { ...governed(), ...change }, address(9));

  it("are distinct, nobody's zero, and none of them the deployer", () => {
    const zero = address(0);
    expect(said({ governor: zero })).to.deep.equal([
      "Sepolia.governor is the zero address, and nobody could ever grant a role again. Give an address that somebody has the key of.",
    ]);
    expect(said({ guardian: zero })[0]).to.match(/guardian is the zero address\. Give/);
    expect(said({ treasury: zero })[0]).to.match(/treasury is the zero address/);
    expect(said({ governor: address(9) })[0]).to.match(/governor is the deployer, who gives up/);
    expect(said({ guardian: address(1) })).to.deep.equal([
      "Sepolia.guardian is the same address as governor. Give each its own.",
    ]);
    expect(said({ risk: address(3) })).to.have.length(1);
    expect(said({ treasury: address(1) }), "the governor may be the treasury").to.deep.equal([]);
    expect(said({ token: address(4) })).to.have.length(1);
    // An access gate may be left out, or be zero: both are none.
    expect(said({})).to.deep.equal([]);
    expect(said({ accessGate: zero })).to.deep.equal([]);
    expect(said({ accessGate: address(5) })).to.deep.equal([]);
    expect(said({ accessGate: "0x12" })[0]).to.match(/accessGate is no address/);
    for (const wrong of ["0x12", address(1).slice(2), "XE65GB6LDNXYOFTX0NSV3FUWKOWIXAMJK36"]) {
      expect(said({ governor: wrong })[0], wrong).to.match(/governor is no address/);
    }
    for (const nobodys of ["dead", "1", "9"].map((end) => `0x${end.padStart(40, "0")}`)) {
      expect(said({ governor: nobodys })[0], nobodys).to.match(/governor is an address that nobody has the key of/);
    }
  });
});

describe("contracts before a deployment", () => {
  it("are what they are given for: a token, and feeds of their markets that answer now", async () => {
    const { ethers } = await network.create();
    const token = await ethers.deployContract("MockToken", ["USDC", "USDC", 6]);
    const [btc, eth] = [await feedOf("BTC / USD", 112_000n), await feedOf("ETH / USD", 4_000n)];
    async function feedOf(name: string, answer: bigint) {
      const feed = await ethers.deployContract("MockAggregator", [8, answer * 10n ** 8n]);
      names.set((await feed.getAddress()).toLowerCase(), name);
      return feed;
    }
    const given = {
      ...governed(),
      token: await token.getAddress(),
      btcFeed: await btc.getAddress(),
      ethFeed: await eth.getAddress(),
    };
    const said = async (change: object) =>
      checkContracts(
        "Sepolia",
        { ...given, ...change },
        {
          chainId: "7",
          time: BigInt((await ethers.provider.getBlock("latest"))!.timestamp),
          codeAt: (address) => ethers.provider.getCode(address),
          call: async (to, data) => {
            const name = names.get(to.toLowerCase());
            if (data === DESCRIPTION) return name && AbiCoder.defaultAbiCoder().encode(["string"], [name]);
            return ethers.provider.call({ to, data }).catch(() => undefined);
          },
        },
      );
    expect(await said({})).to.deep.equal([]);
    expect(await said({ token: address(5) })).to.deep.equal([
      `Sepolia.token: chain 7 has no contract at ${address(5)}. Give the address on this chain.`,
    ]);
    expect((await said({ token: given.btcFeed }))[0]).to.match(/^Sepolia\.token is no token: .* answer balanceOf\./);
    expect((await said({ ethFeed: given.token }))[0]).to.match(/^Sepolia\.ethFeed is no feed: .* answer latestRound/);
    expect(await said({ btcFeed: given.ethFeed, ethFeed: given.btcFeed })).to.deep.equal([
      "Sepolia.btcFeed is a feed of ETH / USD. Give one of btc.",
      "Sepolia.ethFeed is a feed of BTC / USD. Give one of eth.",
    ]);
    const silent = {
      chainId: "7",
      time: 0n,
      codeAt: async () => "0x01",
      call: () => Promise.reject(new Error("busy")),
    };
    const failure: unknown = await checkContracts("Sepolia", given, silent).catch((each: unknown) => each);
    expect((failure as Error).message, "a node in trouble says nothing of a contract").to.equal("busy");
    names.clear(); // a feed that does not say of what it is
    expect(await said({})).to.deep.equal([]);
    await ethers.provider.send("evm_increaseTime", [4_501]);
    await ethers.provider.send("evm_mine", []);
    await eth.setAnswer(0n);
    const late = await said({});
    expect(late[0]).to.match(/^Sepolia\.btcFeed answered 45\d\d s ago, and btcHeartbeat is 4500\. Wait/);
    expect(late[1]).to.equal("Sepolia.ethFeed answers 0, which is no price. Give another feed.");
  });

  const names = new Map<string, string>();
  const DESCRIPTION = new Interface(["function description() view returns (string)"]).encodeFunctionData("description");
});

describe("a deployment's journal", () => {
  const hash = `0x${"a".repeat(64)}`;
  const confirmed = (futureId: string, blockNumber: number, blockHash: string) => ({
    futureId,
    hash: "0x1",
    networkInteractionId: 1,
    type: "TRANSACTION_CONFIRM",
    receipt: { blockHash, blockNumber, logs: [], status: "SUCCESS" },
  });
  const complete = (futureId: string, address: string) => ({
    futureId,
    result: { address, type: "SUCCESS" },
    type: "DEPLOYMENT_EXECUTION_STATE_COMPLETE",
  });
  const text = (...entries: object[]) => entries.map((entry) => `\n${JSON.stringify(entry)}`).join("");
  const begun = { chainId: 31_337, type: "DEPLOYMENT_INITIALIZE" };

  it("says its chain, the last block of a step, and what is there: what a wipe forgets is not", () => {
    const done = text(begun, confirmed("A", 1, "0xbb"), complete("A", address(1)), confirmed("B", 3, hash));
    const found = { chainId: "31337", last: { number: 3, hash }, firstBlock: 1, addresses: { A: address(1) } };
    expect(readJournal("j", done)).to.deep.equal(found);
    const wiped = done + text({ futureId: "A", type: "WIPE_APPLY" });
    expect(readJournal("j", wiped)).to.deep.equal({ ...found, addresses: {} });
    const nothing = { chainId: undefined, last: undefined, firstBlock: undefined, addresses: {} };
    expect(readJournal("j", "")).to.deep.equal(nothing);
    expect(readJournal("j", `${text(begun)}\n{"futureId":"A","ha`)).to.equal(
      "j:3 is cut off: the process was stopped while it wrote. Remove that line, then give the same command again.",
    );
  });

  it("gets the confirmation of a nonce that Ignition did not note before it was killed, though that of a later one", async () => {
    const sent = (futureId: string, nonce: number, hash = `0x${nonce}`) => ({
      ...{ futureId, nonce, networkInteractionId: 1, type: "TRANSACTION_SEND" },
      transaction: { hash, fees: {} },
    });
    const done = (futureId: string, hash: string) => ({ ...confirmed(futureId, 9, "0xbb"), hash });
    const log = { address: address(2), data: "0x", logIndex: "0x3", topics: ["0x7"], transactionHash: "0x4" };
    const mined = { blockHash: "0xaa", blockNumber: "0x8", contractAddress: address(1), status: "0x1", logs: [log] };
    const missing = (text: string, found = mined as object | null) =>
      missingConfirmations(text, async (hash) => (hash === "0x5" ? (found as never) : null));
    const tangled = text(begun, sent("A", 4), done("A", "0x4"), sent("B", 5), sent("C", 6), done("C", "0x6"));
    const added = await missing(tangled);
    expect(JSON.parse(added)).to.deep.equal({
      ...{ futureId: "B", hash: "0x5", networkInteractionId: 1, type: "TRANSACTION_CONFIRM" },
      receipt: {
        ...{ blockHash: "0xaa", blockNumber: 8, contractAddress: address(1), status: "SUCCESS" },
        logs: [{ address: address(2), data: "0x", logIndex: 3, topics: ["0x7"] }],
      },
    });
    expect(await missing(tangled + added), "once").to.equal("");
    expect(JSON.parse(await missing(tangled, { ...mined, status: "0x0" })).receipt.status).to.equal("FAILURE");
    expect(await missing(tangled, null), "not there").to.equal("");
    expect(await missing(text(begun, sent("A", 4), done("A", "0x4"), sent("B", 5))), "Ignition's to wait for").to.equal(
      "",
    );
    const again = text(sent("B", 5, "0x55"), sent("B", 5));
    expect(JSON.parse(await missing(tangled + again)).hash, "with other fees").to.equal("0x5");
    for (const type of ["WIPE_APPLY", "ONCHAIN_INTERACTION_DROPPED"]) {
      expect(await missing(tangled + text({ futureId: "B", networkInteractionId: 1, type })), type).to.equal("");
    }
  });

  it("forgets a step that has begun and sent nothing, once, and none that asks, waits or is done", () => {
    const begins = (futureId: string, kind = "CALL") => ({ futureId, type: `${kind}_EXECUTION_STATE_INITIALIZE` });
    const asks = (futureId: string) => ({ futureId, type: "NETWORK_INTERACTION_REQUEST" });
    const kinds = ["CALL", "DEPLOYMENT", "SEND_DATA"];
    const killed = text(begun, begins("A"), asks("A"), ...kinds.map((kind) => begins(kind, kind)));
    const forgotten = stepsToForget(killed);
    expect(
      forgotten
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).to.deep.equal(kinds.map((futureId) => ({ futureId, type: "WIPE_APPLY" })));
    expect(stepsToForget(killed + forgotten), "once").to.equal("");
    expect(stepsToForget(killed + forgotten + text(begins("CALL"))), "begun again").to.contain('"CALL"');
    expect(stepsToForget(text(begun, begins("READ", "STATIC_CALL"), begins("AT", "CONTRACT_AT")))).to.equal("");
    expect(stepsToForget(text(begun, begins("A"), asks("A"), confirmed("A", 9, "0xbb")))).to.equal("");
    expect(stepsToForget("")).to.equal("");
  });

  it("is gone on with only on the chain that has its last block, and otherwise the way out is said", async () => {
    const last = { number: 3, hash };
    const chain = (is: string | undefined) => ({ chainId: "31337", hashOf: async () => is });
    expect(await checkChain("d", { chainId: "31337", last }, chain(hash))).to.equal(undefined);
    expect(await checkChain("d", { chainId: "31337", last: undefined }, chain(undefined))).to.equal(undefined);
    expect(await checkChain("d", { chainId: undefined, last: undefined }, chain(undefined))).to.equal(undefined);
    expect(await checkChain("d", { chainId: "31337", last }, chain("0xbb"))).to.equal(
      `d is of another chain: its block 3 is ${hash}, here it is 0xbb. Give --reset to begin anew (it forgets d), or move that folder away to keep it.`,
    );
    expect(await checkChain("d", { chainId: "31337", last }, chain(undefined))).to.match(
      /^d is of another chain: its block 3 .*, this one has no such block \(.*\)\. Give --reset/,
    );
    expect(await checkChain("d", { chainId: "1", last }, chain(hash))).to.match(
      /^d is of chain 1, and this is chain 31337\. Give --reset/,
    );
  });
});

describe("Ignition's cache of runs of local nodes", () => {
  const files = folder();
  after(() => files.remove());

  it("that was cut off, or is of another form, is as good as none", () => {
    expect(readInstances(files.write('{"chain-31337":"0x1"}', "whole.json"))).to.deep.equal({ "chain-31337": "0x1" });
    for (const text of ["", '{"chain-31337":"0x', "null", "[7]", "7", "\0\0"]) {
      expect(readInstances(files.write(text, "cut.json")), text).to.deep.equal({});
    }
    expect(readInstances(`${files.path}/none.json`)).to.deep.equal({});
  });
});

describe("a file of parameters", () => {
  const files = folder();
  after(() => files.remove());
  const read = (text: string, name = "p.json") => {
    const found = readGiven(files.write(text, name), "Local");
    return Array.isArray(found) ? found.map((each) => each.replace(`${files.path}/`, "")) : found;
  };

  it("is taken with or without a byte order mark", () => {
    expect(read('\ufeff{ "Local": { "a": "7n", "b": 1 } }')).to.deep.equal({ a: 7n, b: 1 });
  });

  for (const [what, text, message] of [
    ["cut off", '{ "Local": {', /^p\.json cannot be read as JSON: .*\. Mend it\.$/],
    ["empty", "", /^p\.json cannot be read as JSON: /],
    ["null", "null", /^p\.json must hold \{ "Local": \{ \.\.\. \} \}\.$/],
    ["a list", "[]", /^p\.json must hold/],
    ["of another module", '{ "Sepolia": {}, "Local": {} }', /^p\.json holds Sepolia, which is not the module Local\./],
    ["without the module", "{}", /^p\.json has no part Local: it must hold/],
    ["with null for the module", '{ "Local": null }', /^p\.json: Local is no object/],
    ["with a number for the module", '{ "Local": 5 }', /^p\.json: Local is no object/],
    [
      "with a parameter twice",
      '{ "Local": { "venue": { "lockDelay": 60, "b": "a\\": ", "lockDelay": 300 } } }',
      /^p\.json says lockDelay twice\. Take one/,
    ],
    ["with a parameter twice, once in escapes", '{ "Local": { "a": 1, "\\u0061": 2 } }', /^p\.json says a twice/],
    [
      "with a part twice",
      '{ "Local": { "b": { "a": 1 }, "c": { "a": 1 } }, "Local": {} }',
      /^p\.json says Local twice/,
    ],
  ] as const) {
    it(`${what} is refused`, () => {
      const found = read(text);
      expect(found).to.have.length(1);
      expect((found as string[])[0]).to.match(message);
    });
  }

  it("has a name that Ignition takes for a file's", () => {
    expect(read("{}", "p.txt")).to.deep.equal(["p.txt must be named .json. Rename it."]);
  });
});

describe("programs: npm run deploy", function () {
  this.timeout(60_000);
  for (const [what, given, message] of [
    ["a folder of deployments elsewhere", ["--deployment-id", "../../elsewhere"], "--deployment-id must be a letter"],
    ["another sender than the admin", ["--default-sender", address(1)], "--default-sender cannot be used"],
    ["a network that nobody named", ["--network", "nowhere"], '"nowhere"'],
  ] as const) {
    it(`refuses ${what} before anything is sent or written`, () => {
      const usual = ["deploy/modules/Local.ts", "--network", "local", "--parameters", "deploy/parameters/local.json"];
      const env = { ...process.env, NODE_OPTIONS: "" };
      const command = ["--import", "tsx", "deploy/main.ts", ...usual, ...given];
      const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8", env });
      expect(stderr)
        .to.include(message)
        .and.match(/deploy: nothing was sent\.\n$/);
      expect(status).to.equal(2);
    });
  }
});
