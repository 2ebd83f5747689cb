// SPDX-License-Identifier: MIT
import { spawn, type ChildProcess } from "node:child_process";
import { HDNodeWallet } from "ethers";
import { nativeBinary } from "../../tools/binary.mjs";

/** Of anvil's unlocked accounts. */
export const MNEMONIC = "test test test test test test test test test test test junk";

/** The key of one of them, as anvil counts. */
export function keyOf(index: number): string {
  return HDNodeWallet.fromPhrase(MNEMONIC, undefined, `m/44'/60'/0'/0/${index}`).privateKey;
}

/** Starts anvil, on a free port unless one is given; ends with this process. Returns its address once it listens. */
export async function startAnvil(args: string[], port = 0): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(nativeBinary("anvil"), ["--port", String(port), "--hardfork", "osaka", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  const url = `http://${await listening(child)}`;
  const coinbase = process.env["NOVATION_COINBASE"]; // says which mutant is on
  if (coinbase) await ask(url, "anvil_setCoinbase", [coinbase]);
  return { child, url };
}

async function ask(url: string, method: string, params: unknown[]): Promise<void> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
}

/** The address that anvil prints when it is ready. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-10_000);
      const match = /Listening on (\S+)/.exec(text);
      if (match) resolve(match[1]!);
    };
    child.stdout!.on("data", read);
    child.stderr!.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`anvil ended with ${code}: ${text.slice(-500)}`)));
  });
}
