// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Turns } from "../../../chain/Turns.js";
import { parseConfig } from "../../../keeper/config/Config.js";
import { Candidates } from "../../../keeper/options/look/Candidates.js";
import { GroupWatch, type Seer } from "../../../keeper/options/look/GroupWatch.js";
import type { GroupView, Health } from "../../../keeper/options/look/lens.js";
import type { AccountId, Address, GroupId } from "../../../sdk/order.js";
import type { Venue } from "../../../sdk/state/Venue.js";

const GROUP = 1n as GroupId;
const RULES = parseConfig({}, "test");
const IDS = Array.from({ length: 12 }, (_, i) => BigInt(i + 1) as AccountId);

/** What accounts are chosen by. */
const view = (spot: bigint, more: object = {}) =>
  ({
    ...{ group: GROUP, phase: 0n, lock: 0n, round: 0n, gapped: false, expiries: [], params: [], risk: [] },
    ...{ reserve: 0n, deficit: 0n, until: 0n, nextExpiry: 0n, spotFresh: true },
    live: { spot, level: 10n ** 9n, time: 1_000n, versions: 0n },
    ...more,
  }) as unknown as GroupView;

/** The later the account, the nearer to its maintenance margin. */
const health = (account: bigint) =>
  ({
    ...{ account, group: GROUP, held: 1n, legs: 2n, atRecorded: 1n, cash: 0n, atAnchor: 0n, arraysFresh: true },
    ...{ equity: 1_300n - 20n * account, initial: 1_000n, maintenance: 750n },
  }) as unknown as Health;

const head = (number: number, branch = "") => ({ number, hash: `${number}${branch}` });

describe("accounts that do not fit into one look of a keeper of options", () => {
  it("come in the order of what is left of their room, and each once in a round", () => {
    const candidates = new Candidates(RULES);
    candidates.changed(IDS);
    const first = view(4_000n);
    candidates.saw(candidates.due(first, head(1)).map(health), first, head(1));
    const moved = view(4_044n);
    const due = candidates.due(moved, head(2));
    expect(due).to.deep.equal([...IDS].reverse());
    candidates.saw(due.slice(0, 5).map(health), moved, head(2));
    expect(candidates.isWhole).to.equal(false);
    expect(candidates.due(moved, head(3)), "those that are left").to.deep.equal(due.slice(5));
    candidates.changed([IDS[11]!]);
    expect(candidates.due(moved, head(3))[0], "and first who may hold something else").to.equal(IDS[11]);
    candidates.saw([...due.slice(5), IDS[11]!].map(health), moved, head(3));
    expect([candidates.isWhole, candidates.due(moved, head(4))]).to.deep.equal([true, []]);
  });

  it("wait for no account at risk that was looked at at this head: it is asked for again at the next one", () => {
    const candidates = new Candidates(RULES);
    candidates.changed(IDS);
    const atRisk = (account: bigint) => ({ ...health(account), equity: 700n });
    const seen = view(4_000n);
    candidates.saw(candidates.due(seen, head(1)).slice(0, 5).map(atRisk), seen, head(1));
    expect(candidates.due(seen, head(1))).to.deep.equal(IDS.slice(5));
    expect(candidates.atRisk.length, "and stay known").to.equal(5);
    candidates.saw(IDS.slice(5).map(health), seen, head(1));
    expect(candidates.due(seen, head(1))).to.deep.equal([]);
    expect(candidates.due(seen, head(2))).to.deep.equal(IDS.slice(0, 5));
    expect(candidates.due(seen, head(1, "b")), "a block in the place of that one").to.deep.equal(IDS.slice(0, 5));
  });

  it("begin anew when everybody is due again: who has waited is nearer to the front by what has moved since", () => {
    const candidates = new Candidates(RULES);
    candidates.changed(IDS);
    const at = (spot: bigint, block: number) => {
      const seen = view(spot);
      const due = candidates.due(seen, head(block));
      candidates.saw(due.slice(0, 3).map(health), seen, head(block));
      return due.slice(0, 3);
    };
    const all = view(4_000n);
    candidates.saw(candidates.due(all, head(1)).map(health), all, head(1));
    const looked = new Set<bigint>();
    for (let i = 1n; i <= 8n; ++i) for (const id of at(4_000n + 44n * i, Number(i) + 1)) looked.add(id);
    expect(
      [...looked].sort((a, b) => Number(a - b)),
      "none is left out, though a move comes in every block",
    ).to.deep.equal(IDS);
  });

  it("are asked for until the time of a look is over, and the look says that there are more", async () => {
    const watch = new GroupWatch(GROUP, { ...RULES, lookTime: 1 });
    watch.changed(IDS);
    const pages: (readonly AccountId[])[] = [];
    const reader = {
      group: async () => view(4_000n),
      healths: async (_: GroupId, ids: readonly AccountId[], isOver: () => boolean) => {
        const page = ids.slice(0, 5);
        pages.push(page);
        await new Promise((resolve) => setTimeout(resolve, 5));
        expect(isOver()).to.equal(true);
        return page.map(health);
      },
      reliefs: async () => [],
    };
    const book = new Map(IDS.map((id) => [id, { group: GROUP, legs: [{}] }]));
    const seer = { reader, takes: false, keeper: "0x" as Address, venue: { accounts: book } as unknown as Venue };
    const look = () => watch.look(seer as unknown as Seer, { number: 1, timestamp: 1_000n } as never);
    for (const [count, hasMore, all] of [
      [5, true, false],
      [5, true, false],
      [2, false, true],
    ] as const) {
      await look();
      expect([watch.asked.count, watch.hasMore, watch.asked.all]).to.deep.equal([count, hasMore, all]);
    }
    expect(new Set(pages.flat()).size).to.equal(12);
  });

  it("do not keep a keeper from resting", async () => {
    let looks = 0;
    const turns = new Turns(
      async () => {
        if (++looks < 1_000) turns.again = true;
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (looks < 1_000) turns.again = true;
      },
      (failure) => expect.fail(String(failure)),
    );
    void turns.wake();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await turns.rest();
    expect(looks).to.be.within(2, 100);
  });
});
