// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { proveDeployment } from "../../sdk/client/proveDeployment.js";
import {
  DEPLOYMENT_FORMAT,
  deployedContracts,
  deploymentText,
  parseDeployment,
  type Deployment,
} from "../../sdk/deployment.js";
import * as errors from "../../sdk/deploymentErrors.js";
import type { GroupId, MarketId } from "../../sdk/order.js";
import type { Address } from "../../sdk/range.js";

const at = (digit: string) => `0x${digit.repeat(40)}` as Address;
const hash = (digit: string) => `0x${digit.repeat(64)}` as const;
const CASED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

const market = (symbol: string, id: bigint) => ({
  symbol,
  id: id as MarketId,
  group: (id >> 2n) as GroupId,
  source: at("a"),
  feed: at("b"),
  aggregator: at("c"),
  decimals: 8,
});

const DEPLOYMENT: Deployment = {
  chainId: 31_337n,
  genesisHash: hash("1"),
  firstBlock: 3,
  token: at("1"),
  tokenDecimals: 6,
  authority: at("2"),
  clearinghouse: CASED,
  vault: at("4"),
  lens: at("5"),
  markets: [market("BTC", 4n), market("ETH", 5n), market("SOL", 8n)],
  build: hash("2"),
};

const optionGroup = (symbol: string, group: bigint) => ({
  symbol,
  group: group as GroupId,
  ...{ source: at("a"), feed: at("b"), aggregator: at("c"), decimals: 8, volSource: at("d") },
});

const OPTIONS: Deployment = {
  ...DEPLOYMENT,
  markets: [],
  options: { lens: at("6"), groups: [optionGroup("ETH", 1n), optionGroup("BTC", 2n)] },
};

/** The file's text with some fields put differently. */
const withFields = (fields: object) => JSON.stringify({ ...JSON.parse(deploymentText(DEPLOYMENT)), ...fields });
const withMarket = (fields: object, index = 1) => {
  const { markets } = JSON.parse(deploymentText(DEPLOYMENT)) as { markets: object[] };
  return withFields({ markets: markets.map((each, i) => (i === index ? { ...each, ...fields } : each)) });
};

describe("the deployment file", () => {
  const read = (text: string) => () => parseDeployment(text, "venue.json");

  it("is read as it was written, and what it does not know is left out", () => {
    expect(parseDeployment(deploymentText(DEPLOYMENT), "f")).to.deep.equal(DEPLOYMENT);
    expect(parseDeployment(withFields({ note: "of Monday" }), "f")).to.deep.equal(DEPLOYMENT);
  });

  it("names the lens of pledges where there is one, and refuses it as any other contract", () => {
    const lens = { ...DEPLOYMENT, collateralLens: at("7") };
    expect(parseDeployment(deploymentText(lens), "f")).to.deep.equal(lens);
    expect(deployedContracts(lens)).to.deep.include(["collateralLens", at("7")]);
    expect(deployedContracts(DEPLOYMENT).map(([name]) => name)).to.not.include("collateralLens");
    for (const value of [null, 7, "0x", at("0")]) {
      expect(read(withFields({ collateralLens: value })), String(value))
        .to.throw(errors.DeploymentFieldBad)
        .with.property("field", "collateralLens");
    }
    expect(read(withFields({ collateralLens: at("5") }))).to.throw(errors.DeploymentContradicts, "lens");
  });

  it("is not written when it could not be read", () => {
    const large = { ...DEPLOYMENT, chainId: 2n ** 53n };
    expect(() => deploymentText(large))
      .to.throw(errors.DeploymentFieldBad)
      .with.property("field", "chainId");
    expect(() => deploymentText({ ...DEPLOYMENT, lens: CASED })).to.throw(errors.DeploymentContradicts);
  });

  it("that is no JSON, no object or of another form is refused", () => {
    for (const text of ["", "{", "null", "7", "[]", '"x"']) {
      expect(read(text), text).to.throw(errors.DeploymentNotJson, "venue.json");
    }
    for (const format of [undefined, 0, 2, "1", null]) {
      expect(read(withFields({ format })), String(format)).to.throw(errors.DeploymentOtherFormat, "format 1");
    }
    expect(read('{"Local#Clearinghouse":"0x"}')).to.throw(errors.DeploymentOtherFormat, "none");
    expect(DEPLOYMENT_FORMAT).to.equal(1);
  });

  it("that lacks a field, or has one that does not fit, is refused by the field's name", () => {
    const fields: Record<string, unknown[]> = {
      chainId: [undefined, 0, -1, 1.5, "7", 2 ** 53],
      genesisHash: [undefined, "0x", hash("A"), hash("1").slice(1), 7],
      firstBlock: [undefined, -1, 0.5, "3"],
      tokenDecimals: [undefined, -1, 256, "6"],
      build: [undefined, "", `${hash("2")}0`],
      markets: [undefined, null, {}, []],
    };
    for (const name of ["token", "authority", "clearinghouse", "vault", "lens"]) {
      fields[name] = [undefined, null, 7, "0x", at("0"), `${at("1")}1`, CASED.replace("aA", "aa")];
    }
    for (const [field, values] of Object.entries(fields)) {
      for (const value of values) {
        expect(read(withFields({ [field]: value })), `${field} ${String(value)}`)
          .to.throw(errors.DeploymentFieldBad, field)
          .with.property("field", field);
      }
    }
  });

  it("of which a market does not fit is refused by the market's place", () => {
    const fields: Record<string, unknown[]> = {
      symbol: [undefined, "", "B C", "x".repeat(33), 7],
      id: [undefined, 3, 2 ** 32, "4"],
      group: [undefined, 0, 2 ** 30, "1"],
      source: [undefined, at("0"), "0x"],
      feed: [undefined, at("0"), "0x"],
      aggregator: [undefined, at("0"), "0x"],
      decimals: [undefined, -1, 256, "8"],
    };
    for (const [field, values] of Object.entries(fields)) {
      for (const value of values) {
        expect(read(withMarket({ [field]: value })), `${field} ${String(value)}`)
          .to.throw(errors.DeploymentFieldBad)
          .with.property("field", `markets[1].${field}`);
      }
    }
    expect(read(withFields({ markets: [7] }))).to.throw(errors.DeploymentFieldBad, "markets[0]");
  });

  it("that contradicts itself is refused", () => {
    expect(read(withMarket({ group: 2 }))).to.throw(errors.DeploymentContradicts, "id 5, of group 1, and says group 2");
    expect(read(withMarket({ id: 4 }))).to.throw(errors.DeploymentContradicts, "BTC and ETH have one id, 4");
    expect(read(withMarket({ symbol: "BTC" }))).to.throw(errors.DeploymentContradicts, "one symbol");
    const other = CASED.toLowerCase();
    expect(read(withFields({ vault: other }))).to.throw(errors.DeploymentContradicts, "clearinghouse and vault");
  });
});

describe("the deployment file of an option venue", () => {
  const text = deploymentText(OPTIONS);
  const read = (options: unknown, more: object = {}) => {
    const changed = JSON.stringify({ ...JSON.parse(text), options, ...more });
    return () => parseDeployment(changed, "options.json");
  };
  const { options } = JSON.parse(text) as { options: { lens: string; groups: Record<string, unknown>[] } };
  const second = (fields: object) => ({ ...options, groups: [options.groups[0], { ...options.groups[1], ...fields }] });

  it("is read as it was written, without markets", () => {
    expect(parseDeployment(text, "f")).to.deep.equal(OPTIONS);
    expect(read({ ...options, note: "of Monday" })()).to.deep.equal(OPTIONS);
  });

  it("has no markets, and only it has none", () => {
    const { markets } = JSON.parse(deploymentText(DEPLOYMENT)) as { markets: object[] };
    expect(read(options, { markets })).to.throw(errors.DeploymentContradicts, "BTC is a market");
    expect(read(undefined)).to.throw(errors.DeploymentFieldBad, "at least 1").with.property("field", "markets");
    expect(read(options, { markets: undefined }))
      .to.throw(errors.DeploymentFieldBad)
      .with.property("field", "markets");
  });

  it("that lacks a field, or has one that does not fit, is refused by the field's name", () => {
    for (const [given, field] of [
      [null, "options"],
      [[], "options"],
      [{ ...options, lens: at("0") }, "options.lens"],
      [{ ...options, lens: undefined }, "options.lens"],
      [{ ...options, groups: [] }, "options.groups"],
      [{ ...options, groups: {} }, "options.groups"],
      [{ ...options, groups: [7] }, "options.groups[0]"],
      ...Object.entries({
        symbol: [undefined, "", "E T"],
        group: [undefined, 0, 2 ** 24, "1"],
        source: [undefined, at("0")],
        feed: [undefined, at("0")],
        aggregator: [undefined, "0x"],
        decimals: [undefined, 256],
        volSource: [undefined, at("0"), 7],
      }).flatMap(([name, values]) =>
        values.map((value) => [second({ [name]: value }), `options.groups[1].${name}`] as const),
      ),
    ] as const) {
      expect(read(given), field).to.throw(errors.DeploymentFieldBad, "options.json").with.property("field", field);
    }
  });

  it("that contradicts itself is refused", () => {
    expect(read(second({ group: 1 }))).to.throw(errors.DeploymentContradicts, "ETH and BTC have one group, 1");
    expect(read(second({ symbol: "ETH" }))).to.throw(errors.DeploymentContradicts, "one symbol, ETH");
    expect(read({ ...options, lens: at("5") })).to.throw(errors.DeploymentContradicts, "lens and options.lens");
  });
});

describe("a node is held against the deployment file", () => {
  const answers = { eth_chainId: "0x7a69", eth_getBlockByNumber: { hash: hash("1") }, eth_getCode: "0x60" };
  const proved = (other: object, deployment = DEPLOYMENT, missing?: string) =>
    proveDeployment(
      {
        send: async (method, [first]) =>
          method === "eth_getCode" && first === missing
            ? "0x"
            : { ...answers, ...other }[method as keyof typeof answers],
      },
      deployment,
      "venue.json",
    ).then(
      () => "proved",
      (failure: unknown) => failure,
    );

  it("the right one passes, also when it no longer serves block 0", async () => {
    expect(await proved({})).to.equal("proved");
    expect(await proved({ eth_getBlockByNumber: null })).to.equal("proved");
  });

  it("another chain, another run of a local one, and one without the contracts do not", async () => {
    const chain = await proved({ eth_chainId: "0x1" });
    expect(chain).to.be.instanceOf(errors.DeploymentOfOtherChain).and.include({ fact: "chain id", found: "1" });
    const run = await proved({ eth_getBlockByNumber: { hash: hash("3") } });
    expect(run)
      .to.be.instanceOf(errors.DeploymentOfOtherChain)
      .and.include({ fact: "genesis", found: hash("3") });
    const bare = await proved({ eth_getCode: "0x" });
    expect(bare)
      .to.be.instanceOf(errors.DeploymentNotThere)
      .and.include({ contract: "token", address: at("1") });
  });

  it("one without the lens of options is not an option venue's", async () => {
    expect(await proved({}, OPTIONS)).to.equal("proved");
    const bare = await proved({}, OPTIONS, at("6"));
    expect(bare)
      .to.be.instanceOf(errors.DeploymentNotThere)
      .and.include({ contract: "options.lens", address: at("6") });
  });
});
