// SPDX-License-Identifier: MIT

/** An order or a request is not accepted. `code` for programs, the message for people: what was wrong, what to do. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly code: string,
    message: string,
    /** The HTTP status that says it. */
    readonly status: 400 | 403 | 404 | 409 | 422 | 429 | 503 = 422,
  ) {
    super(message);
  }
}

export const wouldTake = () =>
  new Refusal(
    "WouldTake",
    "A post-only order may not take, and the book has orders at its price. Sign EITHER to take.",
  );

export const laneTaken = (sequence: bigint) =>
  new Refusal(
    "LaneTaken",
    `The lane has an order of sequence ${sequence}. A higher sequence replaces it; another lane stands beside it.`,
    409,
  );

export const tooSmall = () =>
  new Refusal("TooSmall", "The order is below the market's minimum notional. Sign a larger one, or close a position.");

export const voidOrder = () =>
  new Refusal("OrderVoid", "The order is filled or cancelled on the chain. Sign one with a higher sequence.", 409);

export const noMark = () =>
  new Refusal("PriceNotFresh", "The market has no fresh price now. Try again when it has one.", 503);

export const notWhole = (order: string, size: bigint) =>
  new Refusal(
    "NotWhole",
    `The book has ${size} (1e-9 base) for order ${order} of the package, and no part of a package is filled alone. ` +
      "Ask for less, or sign other limits.",
  );

export const netNotMet = (paid: bigint, most: bigint) =>
  new Refusal(
    "NetNotMet",
    `The package would pay ${paid / 10n ** 18n} (1e-9 quote) at the book's prices, and its net price allows ${most}.`,
  );

export const tooManyFills = (fills: number, most: number) =>
  new Refusal("TooManyFills", `The package would meet ${fills} orders, and one transaction has room for ${most}.`);
