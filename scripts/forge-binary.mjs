// Where forge's native binary is. The launcher of the npm package exits with 0 even when tests fail, so nothing that
// checks may go through it (`npx forge` is fine for looking).
import { createRequire } from "node:module";

export function forgeBinary() {
  const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  const name = process.platform === "win32" ? "forge.exe" : "forge";
  return createRequire(import.meta.url).resolve(`@foundry-rs/forge-${platform}/bin/${name}`);
}
