// SPDX-License-Identifier: MIT
// Where native binaries of Foundry are. The launcher of forge's npm package exits with 0 even when tests fail, so
// nothing that checks may go through it (`npx forge` is fine for looking); anvil's would outlive a kill of itself.
import { createRequire } from "node:module";

export function nativeBinary(tool) {
  const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  const name = process.platform === "win32" ? `${tool}.exe` : tool;
  return createRequire(import.meta.url).resolve(`@foundry-rs/${tool}-${platform}/bin/${name}`);
}

export function forgeBinary() {
  return nativeBinary("forge");
}
