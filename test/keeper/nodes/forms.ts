// SPDX-License-Identifier: MIT
import type { Verdict } from "../../../sdk/client/chain/verdict.js";

// Where a source names an issue or a pull request, the form was read there. "As it answers here" was seen with the
// version in package.json. "Its ..." is how the node's or provider's code or documentation has it, as far as known.

/** What a node or provider sends in place of a result, and what it means. */
export interface Form {
  /** Who sends it. */
  readonly from: string;
  /** Where it is known from. */
  readonly source: string;
  readonly method: string;
  readonly params?: readonly unknown[];
  readonly status?: number;
  /** The whole body, or the error object of a JSON-RPC answer. */
  readonly body: string | { readonly code?: number | string; readonly message?: string; readonly data?: unknown };
  readonly means: Verdict;
}

/** Error(string) with the text "no", and a custom error with one word. */
export const ERROR_DATA = `0x08c379a0${"20".padStart(64, "0")}${"2".padStart(64, "0")}${"6e6f".padEnd(64, "0")}`;
const CUSTOM = `0x7a933234${"1".padStart(64, "0")}`;
const HASH = `0x${"5c".repeat(32)}`;
const GAS = { gas: "0x1000000" }; // 16,777,216

type Body = Form["body"];
const form =
  (from: string, source: string, method: string, means: Verdict, more: Partial<Form> = {}) =>
  (code: number, message: string, data?: unknown): Form => ({
    from,
    source,
    method,
    means,
    ...more,
    body: { code, message, ...(data === undefined ? {} : { data }) } satisfies Body,
  });

const call = (from: string, source: string) => form(from, source, "eth_call", "reverted");
const estimate = (from: string, source: string) => form(from, source, "eth_estimateGas", "reverted");
const trouble = (from: string, source: string, method = "eth_call", more: Partial<Form> = {}) =>
  form(from, source, method, "trouble", more);
const logs = (from: string, source: string, more: Partial<Form> = {}) =>
  form(from, source, "eth_getLogs", "too much", more);
const send = (from: string, source: string, means: Verdict, more: Partial<Form> = {}) =>
  form(from, source, "eth_sendRawTransaction", means, more);
const unknown = (from: string, source: string, more: Partial<Form> = {}) =>
  form(from, source, "eth_getBlockReceipts", "unknown method", more);

/** The call was run and fails. */
const REVERTS: readonly Form[] = [
  call("geth", "its revert error: code 3, data is what the contract returned")(3, "execution reverted: no", ERROR_DATA),
  call("geth", "the same without a reason")(3, "execution reverted", "0x"),
  call("geth before 1.9.15, erigon", "go-ethereum issue 21886")(-32000, "execution reverted"),
  call("erigon", "erigon pull request 17132: code 3 and data as geth")(3, "execution reverted", CUSTOM),
  estimate("geth", "an assert of old compilers")(-32000, "invalid opcode: INVALID"),
  form("geth", "go-ethereum issue 18973: what was asked for does not suffice", "eth_estimateGas", "reverted", {
    params: [GAS],
  })(-32000, "gas required exceeds allowance (16777216)"),
  call("nethermind", "nethermind issue 2098")(-32015, "VM execution error.", "revert"),
  call("nethermind", "cowprotocol/watch-tower issue 11")(-32015, "VM execution error.", "Reverted 0x7a933234"),
  call("nethermind", "nethermind issue 6024: no data")(-32015, "VM execution error.", "Reverted 0x"),
  call("nethermind", "naddison36/tx2uml issue 13")(-32015, "VM execution error.", "revert: Router: TOO_LITTLE"),
  call("nethermind since 1.33", "viem pull request 4092")(-32000, "execution reverted", CUSTOM),
  call("openethereum", "its call errors: a bad instruction")(-32015, "VM execution error.", "Bad instruction fe"),
  call("openethereum", "its transaction errors")(-32015, "Transaction execution error.", `Reverted ${ERROR_DATA}`),
  call("besu", "its revert reason, with a capital")(-32000, "Execution reverted", CUSTOM),
  call("besu", "the reason in the message")(-32000, "Execution reverted (no)", ERROR_DATA),
  call("reth", "as geth")(3, "execution reverted: custom error 0x7a933234", CUSTOM),
  call("reth", "an old assert")(-32003, "EVM error: InvalidFEOpcode"),
  call("anvil", "as it answers here")(3, "execution reverted: custom error 0x7a933234", CUSTOM),
  call("hardhat", "as it answers here")(
    3,
    "VM Exception while processing transaction: reverted with an unrecognized custom error (return data: 0x7a933234)",
    "0x7a933234",
  ),
  estimate("hardhat", "as it answers here")(3, "VM Exception while processing transaction: invalid opcode", "0x"),
  call("hardhat 2", "its form: data in an object")(
    -32603,
    "VM Exception while processing transaction: reverted with custom error 'No()'",
    { message: "reverted", data: CUSTOM },
  ),
  estimate("anvil", "as it answers here")(-32603, "EVM error InvalidFEOpcode"),
  call("ganache", "its errors: data by transaction")(-32000, "VM Exception while processing transaction: revert no", {
    hash: HASH,
  }),
  call("MetaMask's node", "its wrapping of internal errors")(-32603, "Internal JSON-RPC error.", {
    code: 3,
    message: "execution reverted",
    data: ERROR_DATA,
  }),
  call("MetaMask's node", "the same, wrapped once more")(-32603, "Internal error", {
    originalError: { code: 3, data: ERROR_DATA, message: "execution reverted" },
  }),
  call("sei, evmos", "their conformance files: geth's form")(
    3,
    "execution reverted: assert(false)",
    `0x4e487b71${"1".padStart(64, "0")}`,
  ),
  call("klaytn", "klaytn pull request 1195")(-32000, "err: evm: execution reverted (supplied gas 9223372036854775807)"),
  call("klaytn", "klaytn pull request 1408")(-32000, "evm: execution reverted"),
  call("hedera", "hiero-json-rpc-relay issue 2457, of a revert without data")(
    -32008,
    "[Request ID: bf1be79b-7d2f-42ee-bc82-da42c9ce5e8f] execution reverted: CONTRACT_REVERT_EXECUTED",
    "0x",
  ),
  call("filecoin", "lotus issue 11642")(
    1,
    "message execution failed: exit 33, revert reason: none, vm error: message failed with backtrace:\n00: f067183 (method 3844450837) -- contract reverted (33)\n (RetCode=33)",
  ),
  estimate("filecoin", "forest issue 4554")(
    1,
    "failed to estimate gas: message execution failed: exit 33, revert reason: none, vm error: message failed with backtrace:\n00: f0120962 (method 3844450837) -- contract reverted (33)\n (RetCode=33)",
  ),
  estimate("ganache", "ganache issue 480")(-32000, "execution error: revert"),
  call("conflux", "conflux-rust issue 1196")(-32015, "Reverted"),
  { ...call("besu behind a gateway", "errors with status 400")(-32000, "Execution reverted", CUSTOM), status: 400 },
  { ...call("a gateway", "errors with status 500")(3, "execution reverted", CUSTOM), status: 500 },
];

/** Nothing is said about what was asked. */
const TROUBLES: readonly Form[] = [
  trouble("geth", "MetaMask/metamask-extension issue 7234")(-32000, "header not found"),
  trouble("geth", "graph-node issue 2401")(-32000, "header for hash not found"),
  trouble("geth", "a node without the state, data a hash")(-32000, "header not found", HASH),
  trouble("geth", "a node without old state")(-32000, "missing trie node 5c0ee75d (path ) state is not available"),
  trouble("geth", "its evm timeout")(-32000, "execution aborted (timeout = 5s)"),
  trouble("geth", "its server timeout")(-32002, "request timed out"),
  trouble("geth", "its unknown block by hash")(-32001, "unknown block"),
  trouble("geth", "its gas cap below what was asked", "eth_estimateGas", { params: [GAS] })(
    -32000,
    "gas required exceeds allowance (10000000)",
  ),
  trouble(
    "geth",
    "a gas cap, and no gas asked",
    "eth_estimateGas",
  )(-32000, "gas required exceeds allowance (50000000)"),
  trouble("geth", "the key has no money", "eth_estimateGas")(-32000, "insufficient funds for transfer"),
  trouble("geth", "out of the gas of its own cap")(-32000, "out of gas"),
  trouble("erigon", "its internal errors")(-32000, "block not found: 21000000"),
  trouble("erigon", "a snapshot that is being made")(-32000, "execution timeout"),
  trouble("nethermind", "its missing state")(-32002, "No state available for block 21000000"),
  trouble("nethermind", "its timeouts")(-32016, "eth_call request was canceled due to enabled timeout."),
  trouble("nethermind", "its limit of concurrent calls")(
    -32005,
    "Unable to start new queued requests for eth_call. Too many queued requests.",
  ),
  trouble("nethermind", "a call that ran out of the node's gas")(-32015, "VM execution error.", "OutOfGas"),
  trouble("besu", "its errors of the world state")(-32000, "World state unavailable"),
  trouble("besu", "its errors: the block")(-39001, "Unknown block"),
  trouble("besu", "its timeouts")(-32603, "Timeout expired"),
  trouble("reth", "its block errors")(-32001, "block not found: hash 0x5c"),
  trouble("reth", "its pruned state")(-32000, "historical state 0x5c is not available"),
  trouble("reth", "its permits")(-32603, "Internal error", "semaphore closed"),
  trouble("anvil", "its forks: the upstream fails")(
    -32603,
    "failed to get account for 0x00: Max retries exceeded HTTP error 429",
  ),
  trouble("hardhat", "as it answers here: a block that it has not")(
    -32000,
    "Received invalid block tag 99. Latest block number is 12",
  ),
  trouble("Infura", "its errors: -32005 with status 429", "eth_call", { status: 429 })(
    -32005,
    "daily request count exceeded, request rate limited",
    { see: "https://infura.io/dashboard", rate: { current_rps: 13.3, allowed_rps: 10, backoff_seconds: 30 } },
  ),
  trouble("Infura", "the same with status 200")(-32005, "project ID request rate exceeded"),
  trouble("Infura", "on a limit of estimates", "eth_estimateGas")(-32005, "limit exceeded"),
  trouble("Infura", "its disabled keys", "eth_call", { status: 403 })(-32002, "rejected due to project ID settings"),
  trouble("Alchemy", "its error reference: compute units", "eth_call", { status: 429 })(
    429,
    "Your app has exceeded its compute units per second capacity. If you have retries enabled, you can safely ignore this message.",
  ),
  trouble("Alchemy", "its monthly limit", "eth_call", { status: 429 })(
    429,
    "Monthly capacity limit exceeded. Visit the dashboard to upgrade your scaling policy.",
  ),
  trouble("Alchemy", "its node errors")(-32000, "Our node is under too much load"),
  trouble("Alchemy", "its internal errors", "eth_call", { status: 500 })(-32603, "Internal server error"),
  trouble("QuickNode", "its error reference: -32007")(
    -32007,
    "50/second request limit reached - reduce calls per second or upgrade your account at quicknode.com",
  ),
  trouble("QuickNode", "its credits")(-32007, "credits limited to 500/sec"),
  trouble("QuickNode", "its daily limit", "eth_call", { status: 429 })(
    -32003,
    "daily request limit reached - upgrade your account at quicknode.com",
  ),
  trouble("QuickNode", "a node that is behind")(-32009, "unable to process request: node is syncing"),
  trouble("Ankr", "its rate limits", "eth_call", { status: 429 })(
    -32005,
    "Too many requests, reason: call rate limit exhausted, retry in 10s",
  ),
  trouble("Ankr", "without a key", "eth_call", { status: 401 })(
    -32000,
    "Unauthorized: You must authenticate your request with an API key.",
  ),
  trouble("Chainstack", "its limits", "eth_call", { status: 429 })(
    -32005,
    "You've exceeded the RPS limit available on the current plan.",
  ),
  trouble("dRPC", "its errors of free nodes")(
    30,
    "Request timeout on the free tier, please upgrade your tier to the paid one",
  ),
  trouble("dRPC", "no node of its own answers")(19, "Temporary internal error. Please retry, trace-id: 5c5c"),
  trouble("dRPC", "code 3 of its own, and no word of a revert")(3, "Retryable error occurred"),
  trouble("Blast", "its limits")(-32097, "Rate limit exceeded"),
  trouble("BlockVision", "its error code reference")(-32605, "Rate Limit: too many requests were made"),
  trouble("Goldsky", "its error codes: -32015 is a timeout there")(-32015, "Upstream node timed out"),
  trouble(
    "Monad",
    "monad-bft pull request 1752",
    "eth_estimateGas",
  )(-32603, "provider-specified max eth_call gas limit exceeded"),
  trouble(
    "a node",
    "a method that it must have",
    "eth_call",
  )(-32601, "the method eth_call does not exist/is not available"),
  trouble("a gateway", "words of a revert that is none")(-32000, "reverted to an older head, try again later"),
  trouble("a gateway", "the same of its execution")(-32000, "execution reverted to block 17, try again later"),
  trouble("bor", "bor issue 1654", "eth_getBlockReceipts")(-32000, "receipts length mismatch: 1 vs 0"),
  trouble(
    "ethrex",
    "ethrex pull request 7236",
    "eth_getLogs",
  )(-32603, "Internal Error: Could not get header for block 17"),
  trouble("geth", "beyond its head", "eth_getLogs")(-32000, "block range extends beyond current head block"),
  trouble(
    "anvil",
    "as it answers here: beyond its head",
    "eth_getLogs",
  )(-32602, "BlockOutOfRangeError: block height is 0 but requested was 5"),
  trouble("anvil", "as it answers here: a block that it has not")(
    -32602,
    "BlockOutOfRangeError: block height is 0 but requested was 99",
  ),
  trouble(
    "Infura",
    "a limit of requests is no limit of blocks",
    "eth_getLogs",
  )(-32005, "daily request count exceeded, request rate limited"),
  trouble("QuickNode", "the same", "eth_getLogs")(-32007, "15/second request limit reached"),
  trouble("geth", "old receipts are pruned", "eth_getLogs")(4444, "pruned history unavailable"),
  trouble("geth", "its pool is full", "eth_sendRawTransaction")(-32000, "txpool is full"),
  trouble("geth", "a delegated account", "eth_sendRawTransaction")(-32000, "gapped-nonce tx from delegated accounts"),
  trouble("a relay", "its simulation", "eth_sendRawTransaction")(-32603, "internal error"),
];

/** What is no JSON-RPC answer at all. */
const BODIES: readonly Form[] = [
  ...(
    [
      ["Cloudflare", "its page at status 502", 502, "<html><head><title>502 Bad Gateway</title></head></html>"],
      ["Cloudflare", "its challenge page", 403, "<!DOCTYPE html><title>Just a moment...</title>"],
      ["Cloudflare", "its code in words", 429, "error code: 1015"],
      [
        "nginx",
        "its page at status 503",
        503,
        "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>",
      ],
      ["nginx", "its page at status 504", 504, "<html><body><h1>504 Gateway Time-out</h1></body></html>"],
      ["nginx", "a page at status 200", 200, "<html><body>It works!</body></html>"],
      ["a load balancer", "an empty body", 502, ""],
      ["a load balancer", "an empty body at status 200", 200, ""],
      [
        "Ankr",
        "an error in words",
        403,
        '{"error":"message: API key disabled, reason: account disabled, json-rpc code: -32051"}',
      ],
      ["Infura", "an error in words", 401, '"invalid project id"'],
      ["AWS gateway", "its limits", 429, '{"message":"Too Many Requests"}'],
      ["AWS gateway", "its timeouts", 504, '{"message":"Endpoint request timed out"}'],
      ["a proxy", "null", 200, "null"],
      ["a proxy", "a number", 200, "17"],
      ["a proxy", "an empty list", 200, "[]"],
      ["a proxy", "neither result nor error", 200, '{"jsonrpc":"2.0","id":1}'],
      ["a proxy", "a cut answer", 200, '{"jsonrpc":"2.0","id":1,"resu'],
      ["a proxy", "the answer to another question", 200, '{"jsonrpc":"2.0","id":999999,"result":"0x01"}'],
      ["a proxy", "a result that comes with an error's status", 500, '{"jsonrpc":"2.0","id":1,"result":"0x01"}'],
      [
        "a proxy",
        "an error without a code",
        200,
        '{"jsonrpc":"2.0","id":1,"error":{"message":"upstream connect error"}}',
      ],
      ["a proxy", "an empty error", 200, '{"jsonrpc":"2.0","id":1,"error":{}}'],
      [
        "a proxy",
        "a code in words",
        200,
        '{"jsonrpc":"2.0","id":1,"error":{"code":"SERVER_ERROR","message":"no backend"}}',
      ],
    ] as const
  ).map(([from, source, status, body]): Form => ({ from, source, status, body, method: "eth_call", means: "trouble" })),
];

/** Fewer blocks may be answered for. */
const LOGS: readonly Form[] = [
  logs("Infura", "its documentation of eth_getLogs")(
    -32005,
    "query returned more than 10000 results. Try with this block range [0x1, 0x2].",
  ),
  logs("Infura", "INFURA/infura issue 237")(-32602, "range 1000000 exceeds limit of 10000"),
  logs("Infura", "its limit of time")(-32005, "query timeout exceeded"),
  logs("Alchemy", "bancorprotocol/webapp issue 523")(
    -32602,
    "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the response size.",
  ),
  logs("Alchemy", "dank_mids issue 772: -32600")(
    -32600,
    "You can make eth_getLogs requests with up to a 500 block range. Based on your parameters, this block range should work: [0x123c9b2, 0x123cba5]",
  ),
  logs("QuickNode", "arbitrum-sdk issue 609: status 413", { status: 413 })(
    -32614,
    "eth_getLogs is limited to a 10,000 range",
  ),
  logs("Ankr", "ponder issue 1940")(-32602, "maximum [from, to] blocks distance: 10000"),
  logs("Ankr", "its older form")(-32600, "block range is too wide"),
  logs("Tenderly", "boba_legacy issue 827: the reason is in the data")(-32602, "invalid params", {
    error_id: "4ed9",
    payload: "range 9009594 is bigger than range limit 2000",
  }),
  logs("BNB Chain", "alpha-wallet-android issue 2736")(-32000, "exceed maximum block range: 5000"),
  logs("Morph", "hyperindex issue 605")(
    -32000,
    "block range is larger than max block range, block range = 5120, max block range = 5000",
  ),
  logs("Cloudflare", "its gateway")(
    -32047,
    "Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800",
  ),
  logs("Avalanche", "coreth's limit")(-32000, "requested too many blocks from 0 to 16777216, maximum is set to 2048"),
  logs("Chainstack", "its limits")(-32602, "Block range limit exceeded. See more details in the documentation."),
  logs("dRPC", "its free tier")(35, "ranges over 10000 blocks are not supported on freetier"),
  logs("reth", "its limit of logs")(-32602, "query exceeds max results 20000, retry with the range 21000000-21000500"),
  logs("reth", "its limit of blocks")(-32602, "query exceeds max block range 100000"),
  logs("nethermind", "its limit of results")(-32005, "Too many logs requested. Max logs per response is 20000."),
  logs("geth", "its timeouts")(-32000, "context deadline exceeded"),
];

/** Of a transaction that was given to a node. */
const SENDS: readonly Form[] = [
  send("geth", "go-ethereum issue 22093", "known")(-32000, "already known"),
  send("geth before 1.9", "go-ethereum issue 662", "known")(-32603, "Known transaction (3b7baba5)"),
  send("geth 1.8", "Nethereum issue 336", "known")(-32000, "known transaction: 608f9e3b"),
  send("nethermind", "nethermind issue 4148", "known")(-32010, "AlreadyKnown"),
  send("besu", "ethers.js issue 1183: status 400", "known", { status: 400 })(-32000, "Known transaction"),
  send(
    "openethereum",
    "nethermind issue 1010",
    "known",
  )(-32010, "Transaction with the same hash was already imported."),
  send("erigon", "its pool's reasons", "known")(-32000, "ALREADY_EXISTS: already known"),
  send("anvil", "its pool", "known")(-32003, "transaction already imported"),
  send("hardhat", "its pool", "known")(-32000, "Known transaction: 0x5c"),
  send("evmos", "CometBFT's cache", "known")(-32000, "tx already exists in cache"),
  send("geth", "its pool", "nonce used")(-32000, "nonce too low: next nonce 5, tx nonce 4"),
  send("nethermind", "its pool", "nonce used")(-32010, "OldNonce, Current nonce: 5, nonce of rejected tx: 4"),
  send("besu", "its pool", "nonce used")(-32001, "Nonce too low"),
  send("erigon", "its pool's reasons", "nonce used")(-32000, "INTERNAL_ERROR: nonce too low"),
  send("hardhat", "its form", "nonce used")(-32000, "Nonce too low. Expected nonce to be 3 but got 1."),
  send("geth", "its pool", "underpriced")(-32000, "replacement transaction underpriced"),
  send("geth", "its pool", "underpriced")(-32000, "transaction underpriced: tip needed 1000000000, tip permitted 1"),
  send(
    "geth",
    "its base fee",
    "underpriced",
  )(-32000, "max fee per gas less than block base fee: address 0x5c, maxFeePerGas: 1, baseFee: 7"),
  send("nethermind", "its pool", "underpriced")(-32010, "FeeTooLow, EffectivePriorityFeePerGas too low 1 < 2"),
  send("nethermind", "its replacements", "underpriced")(-32010, "ReplacementNotAllowed"),
  send("besu", "its pool", "underpriced")(-32009, "Gas price below configured minimum gas price"),
  send("erigon", "its pool's reasons", "underpriced")(-32000, "could not replace existing tx"),
  send(
    "hardhat",
    "its form",
    "underpriced",
  )(-32000, "Transaction maxFeePerGas (1) is too low for the next block, which has a baseFeePerGas of 7"),
  send(
    "geth",
    "its pool",
    "no funds",
  )(-32000, "insufficient funds for gas * price + value: balance 0, tx cost 21000, overshot 21000"),
  send("nethermind", "its pool", "no funds")(-32010, "InsufficientFunds, Account balance: 0, cumulative cost: 21000"),
  send("besu", "its pool", "no funds")(-32004, "Upfront cost exceeds account balance"),
  send(
    "hardhat",
    "its form",
    "no funds",
  )(-32000, "Sender doesn't have enough funds to send tx. The max upfront cost is: 5 and the sender's balance is: 0."),
];

/** A node without a method that is not everywhere. */
const METHODS: readonly Form[] = [
  unknown("geth before 1.13", "its server")(-32601, "the method eth_getBlockReceipts does not exist/is not available"),
  unknown("hardhat", "as it answers here")(-32004, "Method eth_getBlockReceipts is not supported"),
  unknown("besu", "its disabled methods", { status: 400 })(-32601, "Method not found"),
  unknown("nethermind", "its disabled modules")(
    -32600,
    "The method 'eth_getBlockReceipts' is found but the namespace 'eth' is disabled for 'http'. Method not available",
  ),
  unknown("Alchemy", "its plans")(-32600, "eth_getBlockReceipts method is not available on the current plan"),
  unknown("Alchemy", "its free tier: the name alone")(
    -32600,
    "eth_getBlockReceipts is not available on the Free tier - upgrade to Pay As You Go, or Enterprise for access.",
  ),
  unknown("a gateway", "a method that is switched off, by its name")(-32000, "eth_getBlockReceipts is disabled"),
  unknown("a gateway", "its words, with status 501", { status: 501 })(-32000, "Not Implemented"),
  unknown("QuickNode", "its plans")(-32601, "method eth_getBlockReceipts is not included in your current plan"),
  unknown("Cloudflare", "its gateway")(-32601, "Method not found"),
];

export const FORMS: readonly Form[] = [...REVERTS, ...TROUBLES, ...BODIES, ...LOGS, ...SENDS, ...METHODS];
