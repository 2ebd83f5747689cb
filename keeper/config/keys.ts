// SPDX-License-Identifier: MIT
import { existsSync, readFileSync } from "node:fs";
import { Wallet, isKeystoreJson } from "ethers";
import { BadKey, KeyTwice, KeystoreUnreadable, NoKey, NoPassword, WrongPassword } from "./errors.js";

export interface KeySources {
  readonly keystores: readonly string[];
  readonly passwordFile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The keys to send with, the first of which owns the keeper's accounts. Never told to any log. */
export async function readKeys(sources: KeySources): Promise<Wallet[]> {
  const wallets = await read(sources);
  const addresses = wallets.map(({ address }) => address);
  const twice = addresses.find((address, i) => addresses.indexOf(address) !== i);
  if (twice !== undefined) throw new KeyTwice(twice);
  return wallets;
}

async function read({ keystores, passwordFile, env }: KeySources): Promise<Wallet[]> {
  if (keystores.length > 0) {
    return Promise.all(keystores.map((file) => open(file, passwordFile, env["NOVATION_KEEPER_PASSWORD"])));
  }
  const given = env["NOVATION_KEEPER_KEY"];
  if (given === undefined || given === "") throw new NoKey();
  return given.split(",").map((key) => walletOf(key.trim()));
}

function walletOf(key: string): Wallet {
  if (!/^0x[0-9a-fA-F]{64}$/.test(key)) throw new BadKey();
  try {
    return new Wallet(key);
  } catch {
    throw new BadKey(); // 0, or beyond the curve's group
  }
}

async function open(file: string, passwordFile: string | undefined, given: string | undefined): Promise<Wallet> {
  if (!existsSync(file)) throw new KeystoreUnreadable(file, "there is no such file");
  const text = readFileSync(file, "utf8");
  if (!isKeystoreJson(text)) throw new KeystoreUnreadable(file, "it has another format");
  const password = passwordOf(file, passwordFile, given);
  try {
    return (await Wallet.fromEncryptedJson(text, password)) as Wallet;
  } catch {
    throw new WrongPassword(file);
  }
}

function passwordOf(keystore: string, file: string | undefined, given: string | undefined): string {
  if (file !== undefined) {
    if (!existsSync(file)) throw new NoPassword(keystore);
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  }
  if (given === undefined) throw new NoPassword(keystore);
  return given;
}
