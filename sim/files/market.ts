// SPDX-License-Identifier: MIT

const CONTRACT = /[-_/.]?(PERP|PERPETUAL|SWAP)$|\.P$|_(UMCBL|DMCBL|SPBL)$|(?<=.USD[TC]?)M$/;
const APART = /[-_/: ](USDT|USDC|FDUSD|TUSD|BUSD|DAI|USD)$/;
// Not BUSD and TUSD: nothing tells BTC in BUSD from BTCB in USD, while BNBUSD and DOTUSD are common. Their files need
// --asset.
const JOINED = /^(.{2,}?)(USDT|USDC|FDUSD|USD)$/;

/** Coins of their own, though they end like a market's quote. */
const COINS = new Set(["FDUSD", "TUSD", "BUSD", "PYUSD", "CRVUSD", "RLUSD", "SUSD", "LUSD", "GUSD", "USDT", "USDC"]);

/** Other names of a base. */
const BASES: Readonly<Record<string, string>> = { XBT: "BTC", BITCOIN: "BTC", ETHEREUM: "ETH", SOLANA: "SOL" };

// BTC/USD:BTC, which says in what it settles; XXBTZUSD; PF_XBTUSD and PI_XBTUSD.
const SETTLED = /^([A-Z0-9]+\/[A-Z0-9]+):[A-Z0-9]+$/;
const MARKED = /^X([A-Z]{3})Z(USD)$/;
const KIND = /^P[FI]_(?=.*USD$)/;

/** The venue before a name, as in BINANCE:BTCUSDT; BTC:USD is a base and its quote. */
const VENUE = /^[A-Z0-9]+:(.+)$/;

// Nothing that cannot be seen, in which two names of one market could differ.
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}\-_/:. ]*$/u;
/** Alphabets with letters that look like Latin ones. */
const ALIKE = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

const MULTIPLIER = /^(1000000|10000|1000|1M)(?=[A-Z])|^k(?=[A-Z]{3,}$)|(?<=^[A-Z]{3,})(1000000|10000|1000)$/;

/**
 * The name of a market: its base in capitals. BTC, btc, BTCUSDT, BTC-USD, BTC/USDT:USDT, BTC-PERP, BTCUSD_PERP, XBTUSD,
 * BINANCE:BTCUSDT and Bitcoin are one market, BTC. A dated future (BTCUSDT_250328) and a multiple (1000SHIB) keep their
 * names: they have other prices.
 */
export function marketOf(name: string): string {
  let rest = name.normalize("NFKC"); // letters as wide as Chinese ones are the same letters
  rest = /^k[A-Z]{3,}/.test(rest) ? rest : rest.toUpperCase();
  const [, listed = ""] = VENUE.exec(rest) ?? [];
  if (!COINS.has(listed) && (APART.test(listed) || JOINED.test(listed.replace(CONTRACT, "")))) rest = listed;
  rest = rest.replace(SETTLED, "$1").replace(MARKED, "$1$2").replace(KIND, "").replace(CONTRACT, "");
  for (let before = ""; before !== rest;) {
    before = rest;
    rest = rest.replace(APART, "");
  }
  if (!COINS.has(rest)) rest = JOINED.exec(rest)?.[1] ?? rest;
  return Object.hasOwn(BASES, rest) ? BASES[rest]! : rest;
}

/** Whether a name is that of `asset` in a quote which `marketOf` cannot tell from the end of another coin's name. */
export function isQuotedIn(name: string, asset: string): boolean {
  const market = marketOf(asset);
  return ["BUSD", "TUSD", "DAI"].some((quote) => name.toUpperCase() === market + quote);
}

/** The coin whose multiple a market is: SHIB for 1000SHIB, SHIB1000 and kSHIB. */
export function coinOf(market: string): string {
  return market.replace(MULTIPLIER, "");
}

/** The names of markets within one source: one each. */
export class Names {
  private readonly seen = new Map<string, { name: string; at: string }>();

  /** The market of a name, or why another name of it cannot stand beside the first. */
  market(name: string, at: string): { market: string } | string {
    if (!NAME.test(name) || ALIKE.test(name)) {
      const isOdd = (each: string) => ALIKE.test(each) || !/[\p{L}\p{N}\-_/:.]/u.test(each);
      const odd = [...name].find(isOdd) ?? name.slice(0, 1);
      const code = odd === "" ? "nothing" : `U+${odd.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
      return `asset "${name}" is no name of a market, as it holds or begins with ${code}: write letters and digits, as BTC`;
    }
    const market = marketOf(name);
    const coin = coinOf(market);
    const first = this.seen.get(coin);
    if (first === undefined) this.seen.set(coin, { name, at });
    if (first === undefined || first.name === name) return { market };
    return (
      `"${name}" and "${first.name}" (${first.at}) are two names of one market, ${coin}: ` +
      `rows of one market come from one source and have one name; rename them, or leave one of both out`
    );
  }
}

/** The market in a file's name as the exchange's kline files have it: BTCUSDT-1m-2025-01.csv. */
export function nameInFile(file: string): string | undefined {
  const base = file.split(/[/\\]/).at(-1)!;
  return /^([A-Za-z0-9]+(?:_[A-Z0-9]+)?)-\d+(?:s|m|h|d|w|mo|M)-\d{4}-\d\d(?:-\d\d)?\.csv$/.exec(base)?.[1];
}
