// SPDX-License-Identifier: MIT
// What `npm run` offers. Of each command its parts, and of each part what it does, what it runs, what it needs and its
// options. A part without `options` knows its own: the tool says which it has, and refuses others. The part "" is what
// the command does by itself.

/**
 * @typedef {"run" | "types" | "shipped" | "all"} Build for npm start, for every day with types, as it ships, both; see
 * build.mjs
 */
/**
 * @typedef {object} Part
 * @property {string} says
 * @property {string[][]} run one after the other
 * @property {Build} [build]
 * @property {string[]} [options]
 * @property {string | string[]} [service] the folder of a service, or of several: what it needs beside the rest is
 *   installed first. `run` is called in the root, so its files import from the service's node_modules by where they are
 * @property {{ run: string[][], service: string }} [workers] what is run instead, and what it needs, with `--workers`
 * @property {boolean} [shipped] works on the build that ships
 * @property {Record<string, string>} [env]
 */

const tsx = (file, ...args) => ["node", "--import", "tsx", file, ...args];
const check = (file, says, options) => ({ says, run: [tsx(file)], options });

const queue = (name) => ({ run: [tsx(`sim/queue/${name}.ts`)], service: "sim" });

const WORDS = [["node", "scripts/words.mjs"]];
const FORMAT = [["prettier", "--check", "."]];
const SOL = [["solhint", "--max-warnings", "0", "--disc", "--noPoster", "contracts/**/*.sol", "test/**/*.sol"]];
const vite = (...args) => ["node", "web/node_modules/vite/bin/vite.js", ...args];
const SIZES = ["node", "web/scripts/sizes.mjs"];
const BUILD_PAGE = vite("build", "web", "--config", "web/vite.config.ts", "--logLevel", "warn");
const PAGE = [BUILD_PAGE, SIZES];
const TYPES = [
  ["hardhat", "build", "--quiet"],
  ["tsc", "--noEmit"],
];

/** @type {Record<string, Record<string, Part>>} */
export const COMMANDS = {
  start: {
    "": {
      says: "plays the crash of 10 October 2025 on a chain of its own",
      run: [tsx("sim/oct10/main.ts")],
      build: "run",
    },
  },
  build: {
    "": {
      says: "compiles contracts and tests, makes types and the SDK's ABIs",
      run: [["hardhat", "build"]],
      build: "types",
      options: ["--force"],
    },
    shipped: { says: "compiles the contracts as they ship, too", run: [], build: "all", options: [] },
    sdk: { says: "makes sdk/dist, the package", run: [["tsc", "-p", "sdk"]], build: "types", options: [] },
  },
  test: {
    "": {
      says: "all tests but the programs; takes files and the options of `hardhat test`, e.g. --grep, --coverage",
      run: [["hardhat", "test"]],
    },
    solidity: { says: "those in Solidity", run: [["hardhat", "test", "solidity"]] },
    mocha: { says: "those in TypeScript", run: [["hardhat", "test", "mocha"]] },
    programs: {
      says: "those that start our commands as processes: each loads all that it needs, so they take minutes",
      run: [["hardhat", "test", "mocha", "--grep", "programs:"]],
    },
  },
  "test:invariants": {
    "": {
      says: "the invariants, deeper, in forge; takes the options of `forge test`",
      run: [["node", "scripts/forge.mjs", "deep", "test", "--match-path", "test/invariants/**"]],
    },
  },
  lint: {
    "": {
      says: "all of the following",
      run: [...WORDS, ...FORMAT, ...SOL, ...TYPES],
      options: [],
    },
    words: { says: "widths and words of comments and pages", run: WORDS, options: [] },
    format: { says: "prettier", run: FORMAT, options: [] },
    sol: {
      says: "solhint",
      run: SOL,
      options: [],
    },
    types: { says: "the compiler of TypeScript", run: TYPES, options: [] },
  },
  format: {
    "": { says: "formats all sources", run: [["prettier", "--write", "--log-level", "warn", "."]], options: [] },
    prose: { says: "wraps comments and pages at 120 columns", run: [["node", "scripts/reflow.mjs"]], options: [] },
  },
  gas: {
    "": { says: "gas of every operation against its floor", run: [tsx("bench/gas.ts")], build: "all", shipped: true },
  },
  bench: {
    "": { says: "gas against size", run: [tsx("bench/growth.ts")], build: "all", shipped: true },
    keeper: { says: "from a price to the accounts at risk, 10 million positions", run: [tsx("bench/keeper.ts")] },
    sdk: { says: "bytes that a page loads of the SDK", run: [tsx("bench/sdkSize.ts")], build: "types", options: [] },
    indexer: {
      says: "events of a real chain indexed, then asked for by many clients; --events, --clients, --apis, --rpc",
      run: [tsx("indexer/bench/main.ts")],
      build: "types",
      service: "indexer",
    },
    relay: {
      says: "orders a second of a whole relay beside a plain book; --orders, --threads, --sockets; --options: with series of options",
      run: [tsx("relay/bench/main.ts")],
      build: "types",
      service: "relay",
    },
    govern: {
      says: "from a file to the report of a proposal with 10,000 accounts in it; --accounts, --most",
      run: [tsx("govern/bench/main.ts")],
      build: "all",
      service: "govern",
    },
    streams: {
      says: "gas of a signed report: alone, and with what needs it",
      run: [tsx("sim/pulled/gas.ts")],
      build: "all",
      shipped: true,
      options: [],
    },
    throughput: {
      says: "blocks until a crash of 10,000 accounts is cleared",
      run: [tsx("bench/throughput.ts")],
      build: "all",
      shipped: true,
    },
  },
  size: {
    "": { says: "sizes of what ships against EIP-170", run: [tsx("scripts/size.ts")], build: "shipped", options: [] },
  },
  prove: {
    "": { says: "symbolic and SMT proofs", run: [tsx("scripts/prove.ts")] },
  },
  assure: {
    "": {
      says: "all of the following, short, in one table: 20 minutes. --only NAME for some",
      run: [tsx("scripts/assure.ts")],
    },
    layout: check("scripts/layout.ts", "writes where storage is; --check compares", ["--check"]),
    loops: check("scripts/loops.ts", "every loop and its bound; --check compares", ["--check"]),
    campaign: { says: "the invariants under as many random calls as wanted", run: [tsx("scripts/campaign.ts")] },
    differential: {
      says: "100,000 operations against the reference",
      run: [["hardhat", "test", "mocha", "test/differential/differential.test.ts"]],
      env: { NOVATION_DIFFERENTIAL_SEEDS: "25", NOVATION_DIFFERENTIAL_OPERATIONS: "1000" },
    },
    coverage: check("scripts/coverage.ts", "what the Solidity tests run; --check, --uncovered", [
      "--check",
      "--uncovered",
    ]),
    mutate: { says: "do the tests notice wrong contracts?", run: [tsx("scripts/mutate.ts")] },
    slither: check("scripts/slither.ts", "Slither's findings are answered", []),
    descriptor: {
      says: "what hardware wallets are told of an order, by the linter of ERC-7730; with --deployment, to publish it",
      run: [tsx("scripts/descriptor.ts")],
    },
  },
  lab: {
    "": {
      says: "all of the following in one report; --workers N",
      run: [tsx("sim/report/main.ts")],
      workers: queue("report"),
      build: "all",
      shipped: true,
    },
    replay: {
      says: "a day's prices and positions on the contracts; --workers N",
      run: [tsx("sim/replay/main.ts")],
      workers: queue("replay"),
      build: "all",
      shipped: true,
    },
    stress: {
      says: "crashes and attacks on the contracts; --workers N",
      run: [tsx("sim/stress/main.ts")],
      workers: queue("stress"),
      build: "all",
      shipped: true,
    },
    calibrate: { says: "parameters from a price history", run: [tsx("sim/calibrate/main.ts")] },
    net: { says: "what a charge net of losses changes, on a model of the lock", run: [tsx("sim/lock/figures.ts")] },
    options: {
      says: "portfolios of options through crashes, and smiles from quotes, on a model; its locks on the contracts",
      run: [tsx("sim/options/main.ts")],
      build: "types",
    },
    collateral: {
      says: "collateral and market through crashes, each under several rules, on a model; its locks on the contracts",
      run: [tsx("sim/collateral/main.ts")],
      build: "types",
    },
    worker: {
      says: "does the jobs of runs that share its DATABASE_URL, on any machine",
      run: [tsx("sim/queue/worker.ts")],
      build: "all",
      shipped: true,
      service: "sim",
    },
    bench: {
      says: "how a run grows faster with workers, and what the queue itself costs",
      run: [tsx("sim/queue/bench.ts")],
      build: "all",
      shipped: true,
      service: "sim",
    },
    test: {
      says: "the queue's tests; takes files",
      run: [["node", "--import", "tsx", "--test", "--test-concurrency", "1", "sim/test/*.test.ts"]],
      build: "all",
      shipped: true,
      service: "sim",
      options: [],
    },
    types: {
      says: "the compiler of TypeScript on the queue",
      run: [["tsc", "-p", "sim", "--noEmit"]],
      build: "types",
      service: "sim",
      options: [],
    },
  },
  keeper: {
    "": { says: "keeps a venue", run: [tsx("keeper/main.ts")], build: "types" },
    watch: { says: "what a running keeper sees", run: [tsx("keeper/watch.ts")] },
    trial: { says: "a keeper in a crash on a real node, with faults", run: [tsx("sim/trial/main.ts")], build: "all" },
  },
  indexer: {
    "": {
      says: "indexes a venue and serves its history",
      run: [tsx("indexer/main.ts")],
      build: "types",
      service: "indexer",
    },
    test: {
      says: "the indexer's tests: a real node, a real PostgreSQL, and faults",
      run: [["node", "--import", "tsx", "--test", "--test-concurrency", "1", "indexer/test/*.test.ts"]],
      build: "types",
      service: "indexer",
      options: [],
    },
    types: {
      says: "the compiler of TypeScript on the indexer",
      run: [["tsc", "-p", "indexer"]],
      build: "types",
      service: "indexer",
      options: [],
    },
  },
  relay: {
    "": {
      says: "takes orders, matches and settles them",
      run: [tsx("relay/main.ts")],
      build: "types",
      service: "relay",
    },
    audit: {
      says: "proves price-time priority over a relay's journal and the chain",
      run: [tsx("relay/audit/main.ts")],
      build: "types",
      service: "relay",
    },
    bond: {
      says: "deploys, funds, claims and shows the bond that stands behind a relay's word",
      run: [tsx("relay/bond/main.ts")],
      build: "all",
      service: "relay",
    },
    test: {
      says: "the relay's tests; takes files and the options of mocha",
      run: [["node", "scripts/relay-tests.mjs"]],
      build: "types",
      service: "relay",
    },
    types: {
      says: "the compiler of TypeScript on the relay",
      run: [["tsc", "-p", "relay", "--noEmit"]],
      build: "types",
      options: [],
      service: "relay",
    },
  },
  venue: {
    "": {
      says: "a whole venue on this machine: chain, keeper, relay, indexer, people who trade, the page",
      run: [BUILD_PAGE, tsx("venue/main.ts")],
      build: "types",
      service: ["relay", "indexer", "web"],
    },
    test: {
      says: "a venue in a crash, and under faults; takes the options of node --test",
      run: [["node", "--import", "tsx", "--test", "--test-concurrency", "1", "venue/test/*.test.ts"]],
      build: "types",
      service: ["relay", "indexer"],
    },
  },
  web: {
    "": {
      says: "serves the built page with its services' addresses and its security headers; builds it first",
      run: [...PAGE, ["node", "web/scripts/serve.mjs"]],
      service: "web",
    },
    dev: {
      says: "serves the page while it is written",
      run: [vite("web", "--config", "web/vite.config.ts")],
      service: "web",
    },
    build: { says: "makes web/dist, static files, and says their sizes", run: PAGE, service: "web" },
    sizes: {
      says: "what is loaded when, gzip; ends with 1 above the limit",
      run: [SIZES],
      service: "web",
      options: [],
    },
    test: {
      says: "the page's tests without a browser",
      run: [["node", "--import", "tsx", "--test", "web/test/*.test.ts", "web/src/**/*.test.ts"]],
      service: "web",
      options: [],
    },
    types: {
      says: "the compiler of TypeScript on the page",
      run: [["tsc", "-p", "web", "--noEmit"]],
      service: "web",
      options: [],
    },
    e2e: {
      says: "the page in a browser, on a venue of its own, with pictures; takes names of walks, and --keep",
      run: [...PAGE, tsx("web/e2e/main.ts")],
      build: "types",
      service: ["web", "relay", "indexer"],
    },
    journey: {
      says: "npm run venue as its user starts it, and a deposit and a trade on its page, in a browser",
      run: [tsx("web/e2e/journey.ts")],
      build: "types",
      service: ["web", "relay", "indexer"],
      options: [],
    },
    lighthouse: {
      says: "how fast the built page is there, by Lighthouse, on a venue of its own; ends with 1 above a limit",
      run: [...PAGE, tsx("web/measure/lighthouse.ts")],
      build: "types",
      service: ["web", "web/measure", "relay", "indexer"],
    },
    frames: {
      says: "how the trade page paints while a large book changes, on a venue of its own; --seconds N",
      run: [...PAGE, tsx("web/measure/frames.ts")],
      build: "types",
      service: ["web", "relay", "indexer"],
    },
    wallets: {
      says: "the page with MetaMask's and OneKey's own providers, on a venue of its own",
      run: [...PAGE, tsx("web/measure/wallets/main.mjs")],
      build: "types",
      service: ["web", "web/measure", "relay", "indexer"],
    },
    memory: {
      says: "what the page's heap is through a crash on `npm run venue`; --minutes N; ends with 1 above a limit",
      run: [...PAGE, tsx("web/measure/memory.ts")],
      build: "types",
      service: ["web", "relay", "indexer"],
    },
  },
  chain: {
    "": {
      says: "a local chain; takes the options of anvil",
      run: [["anvil", "--hardfork", "osaka", "--block-time", "1", "--mixed-mining"]],
    },
  },
  deploy: {
    "": {
      says: "checks parameters and deploys with Ignition",
      run: [tsx("deploy/main.ts")],
      build: "shipped",
      shipped: true,
    },
    test: {
      says: "an option venue on a node of its own: killed three times, gone on, given again, its roles checked",
      run: [tsx("venue/options/playDeployment.ts")],
      build: "shipped",
      options: [],
    },
  },
  govern: {
    "": {
      says: "changes of a venue as proposals: what there is to choose from",
      run: [tsx("govern/main.ts")],
      service: "govern",
    },
    propose: {
      says: "what a file wishes, simulated for everybody: report, calls, Safe's and Governor's files",
      run: [tsx("govern/commands/propose.ts")],
      build: "types",
      service: "govern",
    },
    list: {
      says: "what waits in the AccessManager, in votes and timelocks, decoded, with who scheduled it and its times",
      run: [tsx("govern/commands/list.ts")],
      build: "types",
      service: "govern",
    },
    check: {
      says: "is the chain as files say? Roles, delays, parameters, code; ends with 1 when not",
      run: [tsx("govern/commands/check.ts")],
      build: "types",
      service: "govern",
    },
    drill: {
      says: "emergencies on a copy of the chain: pause, dead feed, wind-down, vault, a stolen key",
      run: [tsx("govern/commands/drill.ts")],
      build: "types",
      service: "govern",
    },
    state: {
      says: "the venue as it is, as a file for check and for proposals",
      run: [tsx("govern/commands/state.ts")],
      build: "types",
      service: "govern",
    },
    test: {
      says: "its tests, on real nodes; takes the options of node --test",
      run: [["node", "--import", "tsx", "--test", "--test-concurrency", "1", "govern/test/*.test.ts"]],
      build: "types",
      service: "govern",
    },
    types: {
      says: "the compiler of TypeScript on it",
      run: [["tsc", "-p", "govern", "--noEmit"]],
      build: "types",
      service: "govern",
      options: [],
    },
  },
  watch: {
    "": {
      says: "follows a venue and its services, and raises named alarms: lines, webhook, Prometheus",
      run: [tsx("watch/main.ts")],
      build: "types",
      service: ["relay", "govern"],
    },
    bench: {
      says: "what a look costs with many accounts; --accounts N",
      run: [tsx("watch/bench/main.ts")],
      build: "all",
    },
    test: {
      says: "its tests: every alarm caused on a real node; takes the options of node --test",
      run: [["node", "--import", "tsx", "--test", "--test-concurrency", "1", "watch/test/*.test.ts"]],
      build: "types",
      service: ["relay", "indexer", "govern"],
    },
  },
  attacks: {
    "": { says: "plays the attack book", run: [tsx("scripts/attacks.ts")] },
  },
};
