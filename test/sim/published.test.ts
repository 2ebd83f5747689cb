// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { FileError } from "../../sim/files/FileError.js";
import { readPositions, readRounds } from "../../sim/replay/csv.js";
import { isolated } from "../../sim/replay/published/Holding.js";
import { placeOf } from "../../sim/replay/published/placeOf.js";
import { folder } from "./files/folder.js";
import { near } from "./near.js";

const START = 1_760_130_900;

describe("Replay: tables as they were published", () => {
  const files = folder();
  after(() => files.remove());

  const refused = (act: () => unknown, what: string) => {
    expect(act)
      .to.throw(FileError)
      .with.property("message")
      .that.satisfies((message: string) => message.includes(what), `says "${what}"`);
  };

  describe("one margin for all positions", () => {
    it("is split by notional, and what a position gained since its entry is no cash", () => {
      const common = { at: "", account: "a", equity: 900 };
      const [btc, sol] = isolated([
        { ...common, asset: "BTC", size: -2, entry: 120, mark: 100 },
        { ...common, asset: "SOL", size: 10, entry: 9, mark: 10 },
      ]);
      // 200 and 100 of notional: 600 and 300 of equity, of which 40 and 10 are gains.
      expect(btc).to.include({ side: "short", size: 2, entry: 120, margin: 560 });
      expect(sol).to.include({ side: "long", size: 10, entry: 9, margin: 290 });
    });

    it("where a gain covers the losses of others, less than nothing stood behind its position", () => {
      const [row] = isolated([{ at: "", account: "a", asset: "X", size: 1, entry: 50, mark: 100, equity: 20 }]);
      expect(row!.margin).to.equal(-30);
    });
  });

  describe("the clearinghouse's export", () => {
    const position = (more: object = {}) => {
      const usual = { size: -14, notional_size: 7, funding_pnl: 0.03, entry_price: 0.4, is_cross: true, leverage: 10 };
      return { user: "0xaa", ...usual, liquidation_price: 71.4, account_value: 1076, ...more };
    };
    const market = (name: string, ...positions: object[]) => {
      return { market_name: `hyperliquid:${name}`, snapshot_id: "x", position_count: positions.length, positions };
    };
    const read = (value: unknown, indent?: number) =>
      readPositions(files.write(JSON.stringify(value, null, indent), "perp.json"));

    it("gives positions of all its markets, with their equity", () => {
      const { positions, isPublished } = read([
        market("JUP", position(), position({ user: "0xbb", size: 20, account_value: -5 })),
        market("BTC", position({ size: 0.1, notional_size: 10_000, entry_price: 90_000 })),
        market("NONE"),
      ]);
      expect(isPublished).to.equal(true);
      expect(positions.map(({ account, asset, side }) => `${account} ${asset} ${side}`)).to.deep.equal([
        "0xaa JUP short",
        "0xbb JUP long",
        "0xaa BTC long",
      ]);
      // 7 of 10,007 of notional, and 14 * (0.4 - 0.5) lost since.
      near(positions[0]!.margin, (1076 * 7) / 10_007 + 1.4, 1e-9);
    });

    it("who has closed is left out", () => {
      expect(read([market("JUP", position({ size: 0 }), position({ user: "0xbb" }))]).positions).to.have.length(1);
    });

    it("a wrong value is named by line, column and path", () => {
      const wrong = [market("JUP", position(), position({ user: "0xbb", entry_price: -1 }))];
      const text = JSON.stringify(wrong, null, 2);
      const lines = text.split("\n");
      const line = lines.findIndex((each) => each.includes("-1,"));
      const place = `perp.json:${line + 1}:${lines[line]!.indexOf("-1") + 1}`;
      refused(() => read(wrong, 2), `${place}: [0].positions[1].entry_price must be above zero, not -1`);
      const one = JSON.stringify(wrong).indexOf("-1}") < 0 ? JSON.stringify(wrong).indexOf("-1,") : 0;
      refused(() => read(wrong), `perp.json:1:${one + 1}: [0].positions[1].entry_price`);
    });

    it("what is missing, of another kind, or of another unit is refused", () => {
      const { user: _, ...nobody } = position();
      refused(() => read([market("JUP", nobody)]), "[0].positions[0] has no user");
      refused(() => read([market("JUP", position({ size: "14" }))]), '[0].positions[0].size is not a number: "14"');
      refused(() => read([market("JUP", position({ account_value: null }))]), "account_value is not a number: null");
      refused(() => read([market("JUP", position({ notional_size: 0 }))]), "notional_size must be above zero");
      refused(() => read([market("JUP", position({ notional_size: 7e6 }))]), "more than 100 times away");
      refused(() => read([market("JUP", position({ size: 1e14 }))]), "must be within");
      refused(() => read([market("JUP", position(), position())]), "second position of 0xaa in JUP");
      refused(() => read([{ market_name: "hyperliquid:JUP" }]), "perp.json:1:2: [0] has no positions");
      refused(() => read([{ market_name: "x", positions: 1 }]), "perp.json:1:33: [0].positions is not a list");
      refused(() => read({ positions: [] }), "is not a list of markets");
      refused(() => read([market("JUР", position())]), "is no name of a market"); // a Cyrillic letter
      refused(() => readPositions(files.write('[{"market_name": ]', "cut.json")), "cut.json");
    });

    it("places are found behind escaped quotes, nested lists and line breaks", () => {
      const text = '{"a\\"b": [1, {"c": "}]"},\n  [2]], "d": {"e": [10,\n 20]}}';
      expect(placeOf(text, ["d", "e", 1])).to.deep.equal({ line: 3, column: 2 });
      expect(placeOf(text, ['a"b', 2, 0])).to.deep.equal({ line: 2, column: 4 });
      expect(placeOf(text, [])).to.deep.equal({ line: 1, column: 1 });
    });
  });

  describe("who was deleveraged", () => {
    const HEADER =
      "user,coin,time,adl_price,adl_size,adl_notional,closed_pnl,position_size,entry_price,account_value_realtime," +
      "total_unrealized_pnl,total_equity,is_negative_equity,leverage_realtime,position_unrealized_pnl,pnl_percent," +
      "liquidated_user";
    const row = (more: Record<string, string | number> = {}) => {
      const usual: Record<string, string | number> = {
        user: "0xaa",
        coin: "BTC",
        time: START * 1000 + 64_831,
        adl_price: 100,
        adl_size: 2,
        position_size: -3,
        entry_price: 120,
        account_value_realtime: 500,
        total_unrealized_pnl: 60,
        total_equity: 560,
        is_negative_equity: "False",
        position_unrealized_pnl: 60,
      };
      const cells = { ...usual, ...more };
      return HEADER.split(",")
        .map((name) => cells[name] ?? "1")
        .join(",");
    };
    const read = (...rows: string[]) => readPositions(files.write([HEADER, ...rows].join("\n")));

    it("has each position as it was before its first execution", () => {
      const later = row({ time: START * 1000 + 70_000, position_size: -1, adl_size: 1, position_unrealized_pnl: 20 });
      const { positions, isPublished } = read(later, row());
      expect(isPublished).to.equal(true);
      expect(positions).to.have.length(1);
      expect(positions[0]).to.include({
        account: "0xaa",
        asset: "BTC",
        side: "short",
        size: 3,
        entry: 120,
        margin: 500,
      });
    });

    it("cells that contradict each other are named with their line and column", () => {
      refused(() => read(row(), row({ adl_size: 4 })), "rows.csv:3: adl_size 4 is more than position_size -3");
      refused(() => read(row({ position_unrealized_pnl: -60 })), "rows.csv:2: position_unrealized_pnl is -60, but");
      refused(
        () => read(row({ total_equity: 561 })),
        "rows.csv:2: total_equity is 561, but the cells beside it make 560",
      );
      refused(() => read(row({ is_negative_equity: "True" })), 'rows.csv:2: is_negative_equity is "true", but');
      refused(() => read(row({ entry_price: "" })), "rows.csv:2: entry_price is empty");
      refused(() => read(row({ position_size: "nan" })), "rows.csv:2: position_size is not a number");
    });

    it("who owes is taken: the replay counts him as below zero", () => {
      const owes = { account_value_realtime: -100, total_equity: -40, is_negative_equity: "True" };
      expect(read(row(owes)).positions[0]!.margin).to.equal(-100);
    });
  });

  describe("waves without prices", () => {
    const HEADER = "wave,t_start_ms,t_end_ms,coin,gap_usd_x_qty,qty_contracts,gap_per_contract_usd";
    const prices = [
      { time: START, asset: "BTC", mark: 100 },
      { time: START + 100, asset: "BTC", mark: 90 },
    ];
    const read = (...rows: string[]) => readRounds(files.write([HEADER, ...rows].join("\n")), prices);
    const wave = (seconds: number, coin = "BTC", gap: number | string = 0.5) =>
      `1,${(START + seconds) * 1000},${(START + seconds + 3) * 1000},${coin},5,10,${gap}`;

    it("are rounds at the mark before them; other markets and waves without a gap are left out", () => {
      const rounds = read(wave(50), wave(50, "JUP"), wave(60, "BTC", 0), wave(100));
      expect(rounds.map(({ price, qty, gap, time }) => [price, qty, gap, time - START])).to.deep.equal([
        [100, 10, 0.5, 50],
        [90, 10, 0.5, 100],
      ]);
    });

    it("may have the names of the tools that read them", () => {
      const text = `wave,t_start_ms,t_end_ms,coin,qty,mark_exec_gap\n1,${START * 1000},${START * 1000},BTC,2,1`;
      expect(readRounds(files.write(text), prices)[0]).to.include({ price: 100, qty: 2, gap: 1, side: "long" });
    });

    it("what cannot be is named with its line and column", () => {
      refused(() => read(wave(-50)), "rows.csv:2: there is no mark of BTC before t_start_ms");
      refused(() => read(wave(50, "BTC", 100)), "rows.csv:2: gap_per_contract_usd is as large as the mark before it");
      refused(() => read(wave(60), wave(50)), "rows.csv:3: the time of BTC must rise");
      refused(() => read(wave(50).replace(/^1,/, "1.5,")), "rows.csv:2: wave must be a whole number");
    });
  });
});
