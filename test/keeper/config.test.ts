// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Wallet } from "ethers";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig, readConfig } from "../../keeper/config/Config.js";
import * as errors from "../../keeper/config/errors.js";
import { readKeys } from "../../keeper/config/keys.js";
import { parseOptions } from "../../keeper/config/options.js";
import { prove } from "../../keeper/run/prove.js";
import { SqliteStore } from "../../chain/store/SqliteStore.js";
import { DeploymentOfOtherChain } from "../../sdk/deploymentErrors.js";
import { RpcFailed, type Rpc } from "../../sdk/client/chain/Rpc.js";

const A = `0x${"a1".repeat(20)}` as const;

describe("what keeps a keeper from starting is named", () => {
  const folder = mkdtempSync(join(tmpdir(), "keeper-"));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const key = `0x${"11".repeat(32)}`;
  const sources = (more: object) => ({ keystores: [], passwordFile: undefined, env: {}, ...more });

  it("options", () => {
    expect(() => parseOptions([])).to.throw(errors.NoRpc, "--rpc URL");
    expect(() => parseOptions(["--rpc", "http://x"])).to.throw(errors.NoDeployment, "--deployment FILE");
    expect(() => parseOptions(["--gas"])).to.throw(errors.UnknownOption, "--gas");
    expect(parseOptions(["--help"])).to.equal(undefined);
    const parsed = parseOptions(["--rpc", "http://x,http://y", "--deployment", "d", "--dry-run"])!;
    expect(parsed).to.deep.include({ rpc: ["http://x", "http://y"], deployment: "d", dryRun: true, port: 9464 });
  });

  it("an address of a node that is none, without the key that it may hold", () => {
    for (const url of [
      "wss://node.example/v3/secret-key",
      "node.example/v3/secret-key",
      "https//node.example/secret-key",
      "ftp://user:secret-key@node.example",
    ]) {
      for (const option of ["--rpc", "--relay"]) {
        const args = ["--rpc", "http://x", "--deployment", "d", option, url];
        expect(() => parseOptions(args), url)
          .to.throw(errors.BadUrl, option)
          .with.property("message")
          .that.does.not.contain("secret-key");
      }
    }
  });

  it("configuration", () => {
    const said = (value: unknown) => () => parseConfig(value, "c.json");
    expect(said({ bumb: 1 })).to.throw(errors.ConfigUnreadable, "bumb");
    expect(said({ bump: 5 })).to.throw(errors.ConfigUnreadable, "bump");
    for (const name of ["pollInterval", "silence", "requestTimeout"]) {
      expect(said({ [name]: 2 ** 31 }), "a timer would ring at once").to.throw(errors.ConfigUnreadable, name);
      expect(parseConfig({ [name]: 2 ** 31 - 1 }, "c.json")).to.include({ [name]: 2 ** 31 - 1 });
    }
    expect(said({ maxFee: "1 gwei" })).to.throw(errors.ConfigUnreadable, "maxFee");
    expect(() => readConfig(file("bad.json", "{"))).to.throw(errors.ConfigUnreadable, "bad.json");
    expect(parseConfig({ maxFee: "7" }, "c.json")).to.include({ maxFee: 7n, replaceAfter: 3 });
  });

  it("keys: none, bad, keystore, password", async () => {
    const caught = (more: object) => readKeys(sources(more)).then(String, (failure: unknown) => failure);
    expect(await caught({})).to.be.instanceOf(errors.NoKey);
    expect(await caught({ env: { NOVATION_KEEPER_KEY: "0x12" } })).to.be.instanceOf(errors.BadKey);
    const order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"; // of the curve's group
    for (const none of ["0".repeat(64), order, "f".repeat(64)]) {
      expect(await caught({ env: { NOVATION_KEEPER_KEY: `${key},0x${none}` } })).to.be.instanceOf(errors.BadKey);
    }
    expect(await caught({ keystores: [join(folder, "none")] })).to.be.instanceOf(errors.KeystoreUnreadable);
    expect(await caught({ keystores: [file("k.json", "{}")] })).to.be.instanceOf(errors.KeystoreUnreadable);

    const wallet = new Wallet(key);
    const scrypt = { scrypt: { N: 2, r: 1, p: 1 } };
    const { encryptKeystoreJson } = await import("ethers");
    const store = file("good.json", await encryptKeystoreJson(wallet, "secret", scrypt));
    expect(await caught({ keystores: [store] })).to.be.instanceOf(errors.NoPassword);
    const wrong = { keystores: [store], env: { NOVATION_KEEPER_PASSWORD: "wrong" } };
    expect(await caught(wrong)).to.be.instanceOf(errors.WrongPassword);
    const [opened] = await readKeys(sources({ keystores: [store], passwordFile: file("pw", "secret\n") }));
    expect(opened!.address).to.equal(wallet.address);
    const two = await readKeys(sources({ env: { NOVATION_KEEPER_KEY: `${key},0x${"22".repeat(32)}` } }));
    expect(two.length).to.equal(2);
    for (const twice of [
      { env: { NOVATION_KEEPER_KEY: `${key},0x${"AB".repeat(32)},0x${"ab".repeat(32)}` } },
      { keystores: [store, store], passwordFile: file("pw", "secret") },
    ]) {
      expect(await caught(twice), "two lanes of one key would take each other's nonces").to.be.instanceOf(
        errors.KeyTwice,
      );
    }
  });

  it("node: silent, of another chain, without the venue; database", async () => {
    const genesisHash = `0x${"5c".repeat(32)}` as const;
    const facts = { chainId: 1n, genesisHash, firstBlock: 0, tokenDecimals: 6 };
    const deployment = { ...facts, clearinghouse: A, lens: A, vault: A };
    const block = (hash: string) => ({ number: "0x0", hash, parentHash: hash, timestamp: "0x1", transactions: [] });
    const node = (answers: Record<string, unknown>): Rpc => ({
      send: async (method) => {
        if (method in answers) return answers[method];
        throw new RpcFailed(method, "refused");
      },
    });
    const caught = (answers: object) =>
      prove(node(answers as never), deployment).then(String, (failure: unknown) => failure);
    expect(await caught({})).to.be.instanceOf(errors.NodeUnreachable);
    expect(await caught({ eth_chainId: "0x2" })).to.be.instanceOf(errors.WrongChain);
    const other = { eth_chainId: "0x1", eth_getBlockByNumber: block(`0x${"6d".repeat(32)}`) };
    expect(await caught(other)).to.be.instanceOf(DeploymentOfOtherChain);
    const same = { eth_chainId: "0x1", eth_getBlockByNumber: block(genesisHash) };
    expect(await caught({ ...same, eth_getCode: "0x" })).to.be.instanceOf(errors.NoVenue);
    expect(() => new SqliteStore(folder, "x")).to.throw(errors.DatabaseUnusable, "--database");
  });
});
