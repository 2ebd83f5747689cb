// SPDX-License-Identifier: MIT
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { expect } from "chai";
import { FileError } from "../../../sim/files/FileError.js";
import { readMarks, type MarkOptions } from "../../../sim/files/readMarks.js";
import { near } from "../near.js";
import { folder } from "./folder.js";

const HEADER = "timestamp,asset,mark";
const KLINE_HEADER =
  "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore";
const START = 1_735_689_600; // 2025-01-01, from when on the spot files are in microseconds

describe("price files", () => {
  const files = folder();
  after(() => files.remove());
  const read = (text: string | Uint8Array, options?: MarkOptions, name?: string) => [
    ...readMarks([files.write(text, name)], options).values(),
  ];
  const rows = (...lines: string[]) => [HEADER, ...lines].join("\n");

  /** A kline of an hour, `unit` ticks a second. */
  const kline = (hour: number, close: number | string, unit: number) => {
    const [open, end] = [(START + 3_600 * hour) * unit, (START + 3_600 * (hour + 1)) * unit - 1];
    return `${open},${close},${close},${close},${close},539.23000000,${end},2240.39860900,13,401.82000000,1669.98121300,0`;
  };

  describe("recognises", () => {
    for (const [name, ticks, end] of [
      ["seconds", 1, 0],
      ["milliseconds", 1e3, 0],
      ["microseconds", 1e6, 0],
      ["nanoseconds", 1e9, 0],
      ["seconds with a fraction", 1, 0.25],
    ] as const) {
      it(`${name}, by their size`, () => {
        const [btc] = read(rows(`${START * ticks + end},BTC,100`, `${(START + 60) * ticks},BTC,101`));
        expect(btc!.times).to.deep.equal([START + end, START + 60]);
      });
    }

    it("ISO 8601 with T or a space, in UTC or with an offset", () => {
      const texts = [
        "2025-01-01T00:00:00Z",
        "2025-01-01T00:01:00",
        "2025-01-01 00:02:00",
        "2025-01-01 00:03:00.5 UTC",
        "2025-01-01T01:04:00+01:00",
        "2024-12-31T19:35:00-0430",
        "2025-01-01T00:06Z",
        "2025-01-01T00:07:00.123456Z",
      ];
      const [btc] = read(rows(...texts.map((text) => `${text},BTC,100`)));
      const expected = [0, 60, 120, 180.5, 240, 300, 360, 420.123456].map((second) => START + second);
      btc!.times.forEach((time, i) => near(time, expected[i]!, 1e-6));
      expect(btc!.times).to.have.length(expected.length);
    });

    for (const [name, unit] of [
      ["milliseconds", 1e3],
      ["microseconds", 1e6],
    ] as const) {
      it(`the exchange's klines in ${name}, without a header as of spot and with one as of futures`, () => {
        const lines = [kline(0, "4.15540000", unit), kline(1, "4.20000000", unit)];
        for (const text of [
          lines,
          [KLINE_HEADER, ...lines],
          [KLINE_HEADER.replaceAll("_", " ").toUpperCase(), ...lines],
        ]) {
          const [bnb] = read(text.join("\n"), {}, "BNBUSDT-1h-2025-01.csv");
          // The close, at the end of the interval: what was known only then is not dated back.
          expect(bnb).to.deep.equal({ asset: "BNB", times: [START + 3_600, START + 7_200], marks: [4.1554, 4.2] });
        }
      });
    }

    it("the asset of klines by their file's name or by --asset", () => {
      const text = kline(0, 100, 1e3);
      expect(read(text, {}, "BTCUSD_PERP-1m-2023-10-27.csv")[0]!.asset).to.equal("BTC");
      expect(read(text, { asset: "eth" }, "a.csv")[0]!.asset).to.equal("ETH");
      expect(read(text, { asset: "BTC" }, "BTCBUSD-1h-2023-01.csv")[0]!.asset).to.equal("BTC");
      expect(read(`timestamp,mark\n${START},5`, { asset: "SOL-PERP" })[0]!.asset).to.equal("SOL");
    });

    it("a byte order mark, any line ends, quotes, empty lines, columns in any order and others beside them", () => {
      const expected = [{ asset: "BTC", times: [START, START + 60], marks: [100, 101] }];
      const [a, b] = [`${START},BTC,100`, `${START + 60},BTC,101`];
      expect(read(`\ufeff${HEADER}\r\n${a}\r\n\r\n${b}\r\n`)).to.deep.equal(expected);
      expect(read(`${HEADER}\r${a}\r${b}`)).to.deep.equal(expected);
      expect(read(`${HEADER}\r\n${a}\n${b}\r\n`), "mixed").to.deep.equal(expected);
      expect(read(`"timestamp","asset","mark"\n"${START}","BTC","100"\n${START + 60}, BTC , 1.01e2\n`)).to.deep.equal(
        expected,
      );
      expect(read(`,Mark,Asset,Timestamp,note\n0,100,BTC,${START},"a, b"\n1,101,BTC,${START + 60},\n`)).to.deep.equal(
        expected,
      );
    });

    it("several files of one market, each in its own unit, in order of time", () => {
      const [old, later] = [kline(0, 100, 1e3), kline(1, 101, 1e6)];
      const list = [files.write(old, "BTCUSDT-1h-2024-12.csv"), files.write(later, "BTCUSDT-1h-2025-01.csv")];
      expect(readMarks(list).get("BTC")!.times).to.deep.equal([START + 3_600, START + 7_200]);
      expect(() => readMarks([list[1]!, list[0]!])).to.throw(
        FileError,
        "BTCUSDT-1h-2024-12.csv:1: the time of BTC must rise: 2025-01-01T01:00:00.000Z goes back behind that of",
      );
    });

    it("moves as markets make them: a crash within a minute, a year of silence, and what --max-move allows", () => {
      const year = START - 365 * 86_400;
      expect(read(rows(`${START},BTC,100`, `${START + 60},BTC,40`))[0]!.marks).to.deep.equal([100, 40]);
      expect(read(rows(`${year},BTC,100`, `${START},BTC,900`))[0]!.marks).to.deep.equal([100, 900]);
      expect(read(rows(`${START},BTC,100`, `${START + 60},BTC,1`), { maxMove: 101 })[0]!.marks).to.deep.equal([100, 1]);
    });

    it("one name of a market as its base, and leaves out estimates of marks", () => {
      const names = [
        "BTC",
        "btc",
        "BTCUSDT",
        "BTC-USD",
        "BTC/USDT",
        "BTC/USDT:USDT",
        "BTC-PERP",
        "BTCUSD_PERP",
        "XBTUSD",
      ];
      names.push("BTC-USDT-SWAP", "BTCUSDT.P", "BTC_USDC", "BTCFDUSD");
      names.push("BINANCE:BTCUSDT", "BINANCE:BTCUSDT.P", "BTC:USD", "BTC USD", "BTC/USD:BTC", "XXBTZUSD", "PF_XBTUSD");
      names.push("PI_XBTUSD", "XBTUSDTM", "XBTUSDM", "BTCUSDT_UMCBL", "BTC_USDC-PERPETUAL", "Bitcoin", "BITCOIN-USD");
      for (const name of names) {
        expect(read(rows(`${START},${name},100`))[0]!.asset, name).to.equal("BTC");
      }
      expect(read(rows(`${START},BNBUSD,100`, `${START},DOTUSD,5`)).map(({ asset }) => asset)).to.deep.equal([
        "BNB",
        "DOT",
      ]);
      for (const name of ["X", "BUSD", "PYUSD", "BTCUSDT_250328", "1000SHIB", "USDT", "USDM", "ATOM", "BTCEUR", "PI"]) {
        expect(read(rows(`${START},${name},100`))[0]!.asset, name).to.equal(name);
      }
      expect(read(rows(`${START},ＢＴＣ,100`))[0]!.asset, "as wide as a Chinese letter").to.equal("BTC");
      expect(read(rows(`${START},tBTCUSD,100`))[0]!.asset, "tBTC is a coin").to.equal("TBTC");
      expect(read(rows(`${START},币安人生USDT,100`))[0]!.asset).to.equal("币安人生");
      const text = `timestamp,asset,mark,kind\n${START},BTC,100,fill\n${START},BTC,99,mark estimate = ours`;
      expect(read(text)[0]!.marks).to.deep.equal([100]);
    });
  });

  describe("refuses, with file and line,", () => {
    const day = (text: string) => `${START},BTC,100\n${text}`;
    const later = START + 60;
    const cases: [what: string, text: string | Uint8Array, message: string | RegExp][] = [
      [
        "another unit of time within a file",
        rows(day(`${later}000,BTC,100`)),
        ":3: timestamp is in milliseconds, but in seconds in line 2",
      ],
      [
        "microseconds after milliseconds",
        rows(`${START}000,BTC,1`, `${later}000000,BTC,1`),
        ":3: timestamp is in microseconds, but in milliseconds in line 2",
      ],
      ["another unit for another asset", rows(day(`${START}000,SOL,100`)), ":3: timestamp is in milliseconds"],
      [
        "numbers after ISO 8601",
        rows("2025-01-01T00:00:00Z,BTC,1", `${later},BTC,1`),
        ":3: timestamp is in seconds, but in ISO 8601 in line 2",
      ],
      [
        "seconds since a start of their own",
        rows("0,BTC,100"),
        ':2: timestamp has no unit that makes a plausible year of it: "0"',
      ],
      ["days since 1970", rows("20089,BTC,100"), ":2: timestamp has no unit"],
      ["tenths of milliseconds", rows(`${START}0000,BTC,100`), ":2: timestamp has no unit"],
      ["tenths of a nanosecond", rows(`${START}0000000000,BTC,100`), ":2: timestamp has no unit"],
      [
        "a year without prices",
        rows("1999-01-01T00:00:00Z,BTC,1"),
        ":2: timestamp the year 1999: a price history lies between 2009 and 2100",
      ],
      [
        "the future",
        rows("2099-01-01T00:00:00Z,BTC,1"),
        ":2: timestamp is the year 2099, later than this machine's clock",
      ],
      ["the future in seconds", rows("4000000000,BTC,1"), ":2: timestamp is the year 2096, later than"],
      ["a negative time", rows("-5,BTC,1"), ":2: timestamp is neither Unix time nor ISO 8601"],
      [
        "a time that a spreadsheet cut",
        rows("1.73569E+12,BTC,1"),
        ':2: timestamp is neither Unix time nor ISO 8601: "1.73569E+12"; a spreadsheet',
      ],
      [
        "a day that does not exist",
        rows("2025-02-30T00:00:00Z,BTC,1"),
        ":2: timestamp is a day or an hour that does not exist",
      ],
      [
        "an hour that does not exist",
        rows("2025-02-03T24:00:00Z,BTC,1"),
        ":2: timestamp is a day or an hour that does not exist",
      ],
      ["a fraction of a minute", rows("2025-02-03T12:30.5Z,BTC,1"), ":2: timestamp is neither Unix time nor ISO 8601"],
      ...["+15:00", "+99:99", "-12:30", "+05:60", "+2400"].map((zone): [string, string, string] => [
        `an hour at ${zone}, where nobody lives`,
        rows(`2025-02-03T12:30:00${zone},BTC,1`),
        ":2: timestamp is at an offset that no place has",
      ]),
      ["a day in another order", rows("02/01/2025 00:00,BTC,1"), ":2: timestamp is neither Unix time"],
      [
        "a time that repeats",
        rows(day(`${START},BTC,101`)),
        /:3: the time of BTC must rise: 2025-01-01T00:00:00.000Z repeats that of .*:2; sort/,
      ],
      [
        "a time that goes back",
        rows(day(`${START - 1},BTC,101`)),
        /:3: the time of BTC must rise: .* goes back behind that of .*:2/,
      ],
      [
        "a mark times 100",
        rows(day(`${later},BTC,10000`)),
        /:3: mark 10000 of BTC is 100 times more than 100 in .*:2, 60 s before/,
      ],
      [
        "the mark after a mark times 100",
        rows(`${START},BTC,10000`, `${later},BTC,100`),
        ":3: mark 100 of BTC is 100 times less than 10000",
      ],
      [
        "a series divided by 1,000 midway",
        rows(day(`${later},BTC,101\n${later + 60},BTC,0.101`)),
        ":4: mark 0.101 of BTC is 1000 times less",
      ],
      ["a mark times 10", rows(day(`${later},BTC,1000`)), ":3: mark 1000 of BTC is 10 times more"],
      ["a mark times 100 after a month", rows(`${START - 30 * 86_400},BTC,1`, `${START},BTC,100`), ":3: mark 100"],
      [
        "a mark times 100 after five years",
        rows(`${START - 5 * 365 * 86_400},BTC,1`, `${START},BTC,100`),
        ":3: mark 100",
      ],
      [
        "another market's mark",
        rows(`${START},BTC,100000`, `${START},SOL,200`, `${later},BTC,200`),
        ":4: mark 200 of BTC is 500 times less",
      ],
      [
        "two names of a market",
        rows(day(`${later},BTCUSDT,100`)),
        /:3: "BTCUSDT" and "BTC" \(.*:2\) are two names of one market, BTC/,
      ],
      ["two names by case alone", rows(day(`${later},btc,100`)), ':3: "btc" and "BTC"'],
      [
        "spot and perpetual in one",
        rows(`${START},BTCUSDT,100`, `${later},BTC-PERP,100`),
        ':3: "BTC-PERP" and "BTCUSDT"',
      ],
      [
        "a multiple beside its coin",
        rows(`${START},1000SHIB,0.02`, `${later},SHIBUSDT,0.00002`),
        "two names of one market, SHIB",
      ],
      [
        "a missing column",
        "timestamp,asset\n1,BTC",
        ":1: column mark is missing; the header should be timestamp,asset,mark or open_time,open,",
      ],
      ["a doubled column", `timestamp,asset,mark,Mark\n${START},BTC,1,2`, ":1: there are two columns mark"],
      ["a header that is doubled", rows(day(HEADER)), ":3: is the header again: files were joined"],
      ["no header", `${START},BTC,100`, ":1: there is no header: begin the file with timestamp,asset,mark"],
      [
        "trades of the exchange, which repeat themselves",
        `51175358,17.80180000,5.69000000,101.29224200,${START}433583,True,True`,
        ":1: there is no header: begin the file with",
      ],
      ["trades in sums", `0,0.20000000,50.00000000,0,0,${START}010866,False,True`, ":1: there is no header"],
      [
        "trades of futures",
        `id,price,qty,quote_qty,time,is_buyer_maker\n1,100,1,100,${START}433,true`,
        ":1: column timestamp, asset, mark is missing",
      ],
      [
        "rates of funding",
        `calc_time,funding_interval_hours,last_funding_rate\n${START}001,8,0.0001`,
        ":1: column timestamp, asset, mark is missing",
      ],
      ["candles of another exchange", `${START},122.0,122.0,122.0,122.0,0.1,1`, ":1: there is no header"],
      ["a day without an hour", rows("2025-01-01,BTC,100"), "a day alone does not say when its mark was known"],
      [
        "a name with what cannot be seen",
        rows(`${START},BTC,100`, `${later},BTC\u200b,100`),
        ':3: asset "BTC\u200b" is no name of a market, as it holds or begins with U+200B',
      ],
      [
        "numbers without a header that are no klines",
        `${START},100\n${later},101`,
        ":1: there is no header: begin the file with timestamp,asset,mark",
      ],
      ["a cell too few", rows(`${START},BTC`), ":2: has 2 cells instead of 3"],
      [
        "a comma within a number",
        rows(`${START},BTC,112,000`),
        ":2: has 4 cells instead of 3: is the line cut off, or a comma within a number?",
      ],
      [
        "separators of thousands",
        rows(`${START},BTC,"112,000.5"`),
        ':2: mark is not a number: "112,000.5"; write it without separators of thousands',
      ],
      ["separators of thousands by spaces", rows(`${START},BTC,112 000`), "without separators of thousands"],
      [
        "separators of thousands by points",
        rows(`${START},BTC,"1.112.000,5"`),
        "without separators of thousands and with a decimal point",
      ],
      ["a decimal comma", rows(`${START},BTC,"112000,5"`), "write a decimal point, not a comma"],
      ["a currency", rows(`${START},BTC,$112000`), "write the number alone, without its unit"],
      [
        "NaN",
        rows(`${START},BTC,NaN`),
        ':2: mark is not a number: "NaN"; nothing was recorded there: leave the row out',
      ],
      ["infinity", rows(`${START},BTC,-Infinity`), ":2: mark is not a number"],
      ["inf", rows(`${START},BTC,inf`), ":2: mark is not a number"],
      ["null", rows(`${START},BTC,null`), "nothing was recorded there"],
      ["an empty mark", rows(`${START},BTC,`), ":2: mark is empty"],
      ["an empty asset", rows(`${START},,1`), ":2: which asset?"],
      ["hexadecimal", rows(`${START},BTC,0x10`), ":2: mark is not a number"],
      ["an exponent beyond a double", rows(`${START},BTC,1e400`), ":2: mark is not a number"],
      ["an exponent below a double", rows(`${START},BTC,1e-400`), ":2: mark must be above zero"],
      ["zero", rows(`${START},BTC,0`), ":2: mark must be above zero, not 0"],
      ["a negative mark", rows(`${START},BTC,-100`), ":2: mark must be above zero, not -100"],
      [
        "a feed's integer answer",
        rows(`${START},BTC,11200000000000`),
        ":2: mark must be at most 1000000, not 11200000000000: the contracts take no larger one",
      ],
      ["a mark below what a feed can say", rows(`${START},BTC,1e-10`), ":2: mark must be at least 1e-9"],
      ["an empty file", "", "rows.csv: is empty"],
      ["a file of a byte order mark", "\ufeff\r\n", "rows.csv: is empty"],
      ["a header alone", `${HEADER}\n`, "rows.csv: has no rows"],
      ["estimates alone", `${HEADER},kind\n${START},BTC,1,mark estimate`, "rows.csv: has no marks, only estimates"],
      ["gzip", gzipSync(rows(`${START},BTC,1`)), "rows.csv: is packed by gzip: unpack it first (gunzip)"],
      ["zip", new Uint8Array([0x50, 0x4b, 3, 4, 20, 0]), "rows.csv: is a zip archive or a spreadsheet"],
      ["UTF-16", Buffer.from(`\ufeff${HEADER}`, "utf16le"), "rows.csv: is UTF-16: save it as UTF-8"],
      ["bytes that are no text", new Uint8Array([1, 2, 0, 4]), "rows.csv: is no text"],
      ["another encoding", Buffer.from("timestamp,asset,mark\n1,\xe9,2", "latin1"), "rows.csv: is not UTF-8"],
      ["a web page", "<html>\n", "rows.csv:1: is a web page"],
      ["JSON", '[[1735689600000,"100"]]', "rows.csv:1: is JSON, not CSV"],
      [
        "semicolons",
        `${HEADER.replaceAll(",", ";")}\n${START};BTC;1`,
        ':1: cells are separated by ";": separate them by commas',
      ],
      [
        "letters of another alphabet that look like Latin ones",
        rows(day(`${later},ВТС,100`)),
        ':3: asset "ВТС" is no name of a market, as it holds or begins with U+0412',
      ],
      [
        "a multiple whose number stands behind, beside its coin",
        rows(`${START},SHIB1000USDT,0.01`, `${START},SHIBUSDT,0.00001`),
        /:3: "SHIBUSDT" and "SHIB1000USDT" \(.*:2\) are two names of one market, SHIB/,
      ],
      ["tabs", `${HEADER.replaceAll(",", "\t")}\n${START}\tBTC\t1`, ':1: cells are separated by "\\t"'],
      ["bars", `${HEADER.replaceAll(",", "|")}\n${START}|BTC|1`, ':1: cells are separated by "|"'],
      ["a quote that does not end", rows(`${START},"BTC,100`), "rows.csv:"],
      ["klines of which nobody says the asset", kline(0, 1, 1e3), ":1: of which asset are these klines? Give --asset"],
    ];
    for (const [what, text, message] of cases) {
      it(what, () => {
        expect(() => read(text)).to.throw(FileError, message);
        expect(() => read(text)).to.throw(FileError, "rows.csv");
      });
    }

    it("klines in two units, exchanged columns, two assets, and a file that is not there", () => {
      const name = "BTCUSDT-1h-2025-01.csv";
      const wrong = (text: string, message: string, options?: MarkOptions) =>
        expect(() => read(text, options, name)).to.throw(FileError, message);
      wrong(
        [kline(0, 1, 1e3), kline(1, 1, 1e6)].join("\n"),
        `${name}:2: open_time is in microseconds, but in milliseconds in line 1`,
      );
      const [time, ...cells] = kline(0, 1, 1e3).split(",");
      wrong([time, ...cells.with(5, String((START + 3_600) * 1e6))].join(","), ":1: close_time is in microseconds");
      wrong([time, ...cells.with(5, time!)].join(","), ":1: close_time must be after open_time");
      wrong([time, ...cells.with(1, "0.5")].join(","), ":1: open 1 and close 1 must lie between low 1 and high 0.5");
      wrong(kline(0, 1, 1e3), "--asset says ETH, the file's name BTCUSDT", { asset: "ETH" });
      wrong([kline(1, 1, 1e6), kline(0, 1, 1e6)].join("\n"), ":2: the time of BTC must rise");
      wrong([kline(0, 100, 1e6), kline(1, 10_000, 1e6)].join("\n"), ":2: mark 10000 of BTC is 100 times more");
      for (const asset of ["", " ", " BTC"]) {
        expect(() => read(`timestamp,mark\n${START},5`, { asset })).to.throw(FileError, "is no name of a market");
      }
      expect(() => readMarks([join(files.path, "none.csv")])).to.throw(FileError, "none.csv: cannot be read");
      expect(() => readMarks([files.path])).to.throw(FileError, "cannot be read");
    });

    describe("klines of two intervals in one market:", () => {
      const name = "BTCUSDT-1h-2025-01.csv";
      /** From one hour to another, which both count from the start. */
      const span = (from: number, until: number) => {
        const [time, ...cells] = kline(from, 100, 1e3).split(",");
        return [time, ...cells.with(5, String((START + 3_600 * until) * 1e3 - 1))].join(",");
      };
      const list = (...spans: [number, number][]) => spans.map(([from, until]) => span(from, until)).join("\n");

      it("days and then hours, in one file or in two", () => {
        const days = list([0, 24], [24, 48]);
        expect(() => read(`${days}\n${list([48, 49], [49, 50])}`, {}, name)).to.throw(
          FileError,
          /:4: a kline of 3600 s, but of 86400 s in .*:1: give klines of one interval for BTC$/,
        );
        const paths = [
          files.write(days, "BTCUSDT-1d-2025-01.csv"),
          files.write(list([48, 49], [49, 50], [50, 51]), "BTCUSDT-1h-2025-02.csv"),
        ];
        expect(() => readMarks(paths)).to.throw(
          FileError,
          /BTCUSDT-1h-2025-02\.csv:2: a kline of 3600 s, but of 86400/,
        );
      });

      it("hours and then days", () => {
        expect(() => read(list([0, 1], [1, 25]), {}, name)).to.throw(
          FileError,
          ":2: a kline of 86400 s, but of 3600 s",
        );
      });

      it("months are of one interval, and a kline that the exchange cut off belongs to the others", () => {
        const months = [31, 28, 31, 30].reduce<[number, number][]>(
          (all, days) => [...all, [all.at(-1)?.[1] ?? 0, (all.at(-1)?.[1] ?? 0) + 24 * days]],
          [],
        );
        expect(read(list(...months), {}, name)[0]!.times).to.have.length(4);
        expect(read(list([0, 1], [1, 1.4], [4, 5], [5, 6]), {}, name)[0]!.times).to.have.length(4);
      });
    });

    it("one market in files of two sources", () => {
      const list = [
        files.write(kline(0, 1, 1e3), "BTCUSDT-1h-2025-01.csv"),
        files.write(kline(1, 1, 1e3), "BTCUSD_PERP-1h-2025-01.csv"),
      ];
      expect(() => readMarks(list)).to.throw(FileError, '"BTCUSD_PERP" and "BTCUSDT"');
    });
  });
});
