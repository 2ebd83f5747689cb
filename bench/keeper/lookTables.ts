// SPDX-License-Identifier: MIT
import { count } from "../../tools/table.js";
import type { LookFigures, Stretch } from "./optionLooks.js";

/** The stretches of a run, a row each: times in milliseconds. */
export function stretchTable(figures: LookFigures): string[][] {
  const { rebuild, everyone, slide, gap, lock, settlement } = figures;
  const rows: [string, Stretch][] = [
    ["from nothing", rebuild],
    ["everybody, after 1.1%", everyone],
    ["a slide", slide],
    ["a jump", gap],
    ["the lock", lock],
    ["its end", settlement],
  ];
  const ms = (value: number | undefined) => (value === undefined ? "" : count(Math.round(value)));
  return [
    [
      ...[`${count(figures.accounts)} accounts`, "ms", "looks", "first look", "first sent", "last sent"],
      ...["follow", "ask", "act", "node", "processor", "asked for", "requests", "sent"],
    ],
    ...rows.map(([what, s]) => [
      ...[what, ms(s.ms), count(s.looks), ms(s.firstMs), ms(s.firstSentMs), ms(s.lastSentMs)],
      ...[ms(s.syncMs), ms(s.lookMs), ms(s.actMs), ms(s.waitedMs), ms(s.processorMs)],
      ...[count(s.accounts), count(requestsOf(s)), count(s.sent)],
    ]),
  ];
}

/** What else was measured. */
export function noteTable(figures: LookFigures): string[][] {
  const { quietMs, quietLooked, quietAsked, movingMs, movingWorstMs, movingLooked } = figures;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    ["what", ""],
    ["a look in which nothing moves, ms; accounts, requests", `${quietMs.toFixed(1)}; ${quietLooked}, ${quietAsked}`],
    ["the price moves by 0.03%, ms; accounts", `${movingMs.toFixed(1)}; ${count(movingLooked)}`],
    ["the longest of these, ms", movingWorstMs.toFixed(1)],
    ["gas of an account, arrays not fresh", count(figures.gasAnAccount)],
    ["gas of an account, arrays fresh", count(figures.gasFresh)],
    ["what the keeper holds: objects, in all", `${megabytes(figures.heap)}, ${megabytes(figures.rss)}`],
    ["set-up, s", (figures.setUpMs / 1e3).toFixed(0)],
    ["the price after the slide", `${(figures.slidTo * 100).toFixed(1)}%`],
    ["the slide", eventsOf(figures.slide)],
    ["the jump", `-${(figures.fellBy * 100).toFixed(0)}%`],
    ["the lock", eventsOf(figures.lock)],
    ["its end", eventsOf(figures.settlement)],
  ];
}

/** What the node was asked in a stretch, the longest in all first. */
export function askedTable(what: string, { asked }: Stretch): string[][] {
  const rows = Object.entries(asked).sort(([, a], [, b]) => b.ms - a.ms);
  return [
    [what, "requests", "ms each", "ms in all"],
    ...rows.map(([name, { count: times, ms }]) => [
      ...[name, count(times), (ms / times).toFixed(1), count(Math.round(ms))],
    ]),
  ];
}

function requestsOf({ asked }: Stretch): number {
  return Object.values(asked).reduce((sum, each) => sum + each.count, 0);
}

function eventsOf({ events }: Stretch): string {
  const told = Object.entries(events).map(([name, times]) => `${name} ${count(times)}`);
  return told.sort().join(", ");
}
