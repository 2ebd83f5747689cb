// SPDX-License-Identifier: MIT
import { IOptionLens__factory } from "../../../types/ethers-contracts/factories/contracts/periphery/IOptionLens__factory.js";
import type {
  ChainViewStructOutput,
  OptionGroupViewStructOutput,
  OptionHealthStructOutput,
  PortfolioViewStructOutput,
} from "../../../types/ethers-contracts/contracts/periphery/IOptionLens.js";
import { RpcRefused } from "../../../sdk/client/chain/Rpc.js";
import { seriesIndex, seriesOf, type SeriesId } from "../../../sdk/options/series.js";
import type { AccountId, Address, GroupId, MarketId } from "../../../sdk/order.js";
import type { Reader } from "../../look/prices.js";
import type { OwnAccount } from "./Scene.js";

export const OPTION_LENS = IOptionLens__factory.createInterface();

/** A group as the lens tells it. */
export type GroupView = OptionGroupViewStructOutput;
/** An account as the lens tells it. */
export type Health = Pick<
  OptionHealthStructOutput,
  | "account"
  | "group"
  | "cash"
  | "equity"
  | "atAnchor"
  | "atRecorded"
  | "initial"
  | "maintenance"
  | "legs"
  | "arraysFresh"
  | "held"
>;

/** Accounts in one answer: some 15 million gas at eight legs each without fresh arrays. Nodes answer 50 million. */
const PAGE = 50;
/** Questions at a time. */
const AT_ONCE = 4;

/** Reads an option clearinghouse at one block. */
export class OptionReader {
  constructor(
    private readonly lens: Reader,
    private readonly clearinghouse: Address,
  ) {}

  async group(id: GroupId): Promise<GroupView> {
    return (await this.lens.ask("group", [this.clearinghouse, id]))[0] as GroupView;
  }

  /** One that may hold nothing; undefined while it is in another group. */
  async own(group: GroupId, account: AccountId): Promise<OwnAccount | undefined> {
    const view = (await this.lens.ask("portfolio", [this.clearinghouse, account]))[0] as PortfolioViewStructOutput;
    if (view.group === 0n) return { account, equity: view.cash, initial: 0n, maintenance: 0n, held: 0n };
    if (view.group !== group) return undefined;
    const { equity, initial, maintenance } = view.margin;
    const held = view.positions.reduce((bits, { series }) => bits | (1n << seriesIndex(series as MarketId)), 0n);
    return { account, equity, initial, maintenance, held };
  }

  /** The marks of all listed series. */
  async marks(id: GroupId): Promise<Map<SeriesId, bigint>> {
    const view = (await this.lens.ask("chain", [this.clearinghouse, id]))[0] as ChainViewStructOutput;
    const marks = new Map<SeriesId, bigint>([[seriesOf(id, { type: "perpetual" }), view.perpetual.mark]]);
    for (const { place, future, strikes } of view.ladders) {
      const ladder = Number(place);
      marks.set(seriesOf(id, { type: "future", ladder }), future.mark);
      strikes.forEach(({ call, put }, strike) => {
        marks.set(seriesOf(id, { type: "call", ladder, strike }), call.mark);
        marks.set(seriesOf(id, { type: "put", ladder, strike }), put.mark);
      });
    }
    return marks;
  }

  async cash(account: AccountId): Promise<bigint> {
    return ((await this.lens.ask("portfolio", [this.clearinghouse, account]))[0] as PortfolioViewStructOutput).cash;
  }

  /** In the order of the ids; of the first of them when `isOver` says meanwhile that it is time to end. */
  async healths(group: GroupId, ids: readonly AccountId[], isOver = () => false): Promise<Health[]> {
    return this.paged(ids, isOver, async (page) => {
      return this.lens.askFor("healths", [this.clearinghouse, group, page], healthsIn);
    });
  }

  /** What each could be registered for in the lock that runs: nothing of those who are. Ends early likewise. */
  async reliefs(group: GroupId, ids: readonly AccountId[], isOver = () => false): Promise<bigint[]> {
    return this.paged(ids, isOver, async (page) => {
      const [views] = await this.lens.ask("reliefs", [this.clearinghouse, group, page]);
      return (views as { relief: bigint; registered: boolean }[]).map(({ relief, registered }) =>
        registered ? 0n : relief,
      );
    });
  }

  private async paged<T>(
    ids: readonly AccountId[],
    isOver: () => boolean,
    ask: (page: readonly AccountId[]) => Promise<T[]>,
  ): Promise<T[]> {
    const pages: (readonly AccountId[])[] = [];
    for (let from = 0; from < ids.length; from += PAGE) pages.push(ids.slice(from, from + PAGE));
    const answers: T[][] = [];
    for (let from = 0; from < pages.length && (from === 0 || !isOver()); from += AT_ONCE) {
      answers.push(...(await Promise.all(pages.slice(from, from + AT_ONCE).map((page) => halved(page, ask)))));
    }
    return answers.flat();
  }
}

const WORD = 64;
const WORDS = 11;

/**
 * The answer of `healths`, which has words of a fixed place: ethers takes a millisecond for an account. Throws when it
 * is none.
 */
export function healthsIn(answer: string): Health[] {
  const count = (answer.length - 2) / WORD - 2;
  const word = (index: number) => BigInt(`0x${answer.slice(2 + index * WORD, 2 + (index + 1) * WORD)}`);
  if (count < 0 || word(0) !== 32n || word(1) * BigInt(WORDS) !== BigInt(count)) throw new TypeError("no healths");
  return Array.from({ length: count / WORDS }, (_, i) => {
    const at = 2 + i * WORDS;
    const signed = (field: number) => BigInt.asIntN(256, word(at + field));
    const [account, group, legs, held] = [word(at), word(at + 1), word(at + 8), word(at + 10)];
    const [cash, equity, atAnchor, atRecorded] = [signed(2), signed(3), signed(4), signed(5)];
    const margins = { initial: signed(6), maintenance: signed(7), arraysFresh: word(at + 9) === 1n };
    return { account, group, cash, equity, atAnchor, atRecorded, ...margins, legs, held };
  });
}

/** A node that allows less gas for a call is asked for half as many. */
async function halved<T>(page: readonly AccountId[], ask: (page: readonly AccountId[]) => Promise<T[]>): Promise<T[]> {
  try {
    return await ask(page);
  } catch (failure) {
    if (!(failure instanceof RpcRefused) || page.length === 1) throw failure;
    const middle = page.length >> 1;
    return [...(await halved(page.slice(0, middle), ask)), ...(await halved(page.slice(middle), ask))];
  }
}
