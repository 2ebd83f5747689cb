// SPDX-License-Identifier: MIT

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** How numbers are written that are none here, and what to do. */
const OTHERS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^[+-]?\d{1,3}([,'’_\s]\d{3})+(\.\d*)?$/, "write it without separators of thousands"],
  [/^[+-]?\d{1,3}(\.\d{3})+,\d*$/, "write it without separators of thousands and with a decimal point"],
  [/^[+-]?\d*,\d+$/, "write a decimal point, not a comma"],
  [/^[+-]?(nan|inf|infinity|null|none|n\/a|na|-)$/i, "nothing was recorded there: leave the row out"],
  [/^[^\d\s.+-]\s*[\d.,]+$|^[\d.,]+\s*[^\d\s.,]+$/, "write the number alone, without its unit"],
];

/** A finite number in decimal or exponent form, or why the text is none. */
export function numberOf(text: string): number | string {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  if (Number.isFinite(value)) return value;
  const advice = OTHERS.find(([pattern]) => pattern.test(text))?.[1];
  return `is not a number: "${text}"${advice === undefined ? "" : `; ${advice}`}`;
}
