// SPDX-License-Identifier: MIT

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 1234567.8 as 1,234,568; small amounts with four significant digits, nothing as a dash. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined) return "-";
  if (value === 0) return "0";
  return Math.abs(value) >= 100 ? whole.format(value) : String(Number(value.toPrecision(4)));
}

/** 0.1234 as 12.34%. */
export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined) return "-";
  return `${Number((value * 100).toPrecision(4))}%`;
}

/** Unix seconds as the time of the day, UTC. */
export function clock(time: number): string {
  return new Date(time * 1000).toISOString().slice(11, 19);
}
