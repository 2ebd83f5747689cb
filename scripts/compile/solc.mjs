// SPDX-License-Identifier: MIT
// Which solc compiles the everyday build and the tests: a native one where there is one already, several times faster
// with the same bytecode, npm's otherwise. Looked for in NOVATION_SOLC (a path, or "npm" for none) and where Hardhat
// keeps what it has downloaded for other projects. Nothing is downloaded, and no fault of a native compiler is more
// than a line on stderr. What ships is always compiled by npm's, which the lockfile pins.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Of npm's compiler. A test holds both against it. */
export const VERSION = "0.8.37+commit.f401782d";
export const DIGEST = "372264b436c7ed678ef5c8de8bdade94c838d7d1f93305ed0c8d7f429038380c";

/** Milliseconds. Compiling the sample takes a native compiler a tenth of a second. */
const PATIENCE = 20_000;

const SAMPLE = `pragma solidity ^0.8.30;
library L { function f(mapping(uint256 => uint128) storage m, uint256 k) internal returns (uint256 s) {
    for (uint256 i; i < k; ++i) { unchecked { s += uint256(m[i]) * k; } m[i] = uint128(s); } } }
contract Sample { mapping(uint256 => uint128) m; error E(uint256 at); event V(uint256 indexed k, uint256 s);
    function g(uint256 k, bytes calldata d) external returns (bytes32) {
        uint256 s = L.f(m, k); if (s == d.length) revert E(k); emit V(k, s); return keccak256(abi.encode(s, d)); } }
`;

/** What the sample is compiled with: both pipelines, as our contracts are. */
export function sampleInput(viaIR) {
  return JSON.stringify({
    language: "Solidity",
    sources: { "Sample.sol": { content: SAMPLE } },
    settings: {
      evmVersion: "osaka",
      viaIR,
      optimizer: { enabled: true, runs: viaIR ? 600 : 200 },
      outputSelection: { "*": { "*": ["evm.bytecode.object", "evm.deployedBytecode.sourceMap", "metadata"] } },
    },
  });
}

/**
 * Of all that the compiler says of the sample: code, source map and metadata. `compile` takes and gives standard JSON.
 */
export function digestOf(compile) {
  const hash = createHash("sha256");
  for (const viaIR of [false, true]) {
    const { evm, metadata } = JSON.parse(compile(sampleInput(viaIR))).contracts["Sample.sol"].Sample;
    hash.update(`${evm.bytecode.object} ${evm.deployedBytecode.sourceMap} ${metadata}\n`);
  }
  return hash.digest("hex");
}

/** A native compiler that is there and does as npm's does; undefined if there is none. */
export function nativeSolc(env = process.env, cache = join(root, "cache"), patience = PATIENCE) {
  const asked = env.NOVATION_SOLC;
  if (asked === "npm") return undefined;
  const path = asked || hardhatsOwn(env);
  if (path === undefined) return undefined;
  const fault = faultOf(path, cache, patience);
  if (fault === undefined) return path;
  console.error(`build: ${path} is not used, npm's compiler is: ${fault}`);
  return undefined;
}

/** npm's compiler, for Hardhat. */
export const NPM_SOLC = join(root, "node_modules/solc/soljson.js");

/** Why it cannot be trusted. A compiler without fault is remembered until its file changes. */
function faultOf(path, cache, patience) {
  const memory = join(cache, "solc.json");
  try {
    const { size, mtimeMs } = statSync(path);
    const known = JSON.stringify({ path, size, mtimeMs, VERSION, DIGEST });
    if (existsSync(memory) && readFileSync(memory, "utf8") === known) return undefined;
    const version = /\d+\.\d+\.\d+\+commit\.[0-9a-f]+/.exec(run(path, patience, ["--version"]))?.[0];
    if (version !== VERSION) return `its version is ${version ?? "unknown"}, not ${VERSION}`;
    if (digestOf((input) => run(path, patience, ["--standard-json"], input)) !== DIGEST)
      return "it compiles a sample otherwise";
    mkdirSync(cache, { recursive: true });
    writeFileSync(memory, known);
    return undefined;
  } catch (error) {
    return error.message.replace(/\s+/g, " ").slice(0, 200);
  }
}

function run(path, timeout, args, input = "") {
  const { error, status, stdout } = spawnSync(path, args, {
    input,
    encoding: "utf8",
    timeout,
    killSignal: "SIGKILL",
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`it ends with ${status}`);
  return stdout;
}

/** Where Hardhat puts a compiler that it has downloaded, and verified then. */
function hardhatsOwn(env) {
  const home = env.HOME ?? homedir();
  const places = {
    linux: [
      env.XDG_CACHE_HOME || join(home, ".cache"),
      "hardhat-nodejs",
      process.arch === "arm64" ? "linux-arm64" : "linux-amd64",
    ],
    darwin: [join(home, "Library/Caches"), "hardhat-nodejs", "macosx-amd64"],
    win32: [env.LOCALAPPDATA ?? join(home, "AppData/Local"), "hardhat-nodejs/Cache", "windows-amd64"],
  };
  const place = places[process.platform];
  if (place === undefined) return undefined;
  const [base, app, platform] = place;
  const folder = join(base, app, "compilers-v3", platform);
  const names = [`solc-${platform}-v${VERSION}`, `solc-${platform}-v${VERSION}.exe`, `solc-v${VERSION}`];
  return names.map((name) => join(folder, name)).find((path) => existsSync(path));
}
