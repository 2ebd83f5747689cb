// SPDX-License-Identifier: MIT

/** What a page is made of, whatever it is written as. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface Page {
  readonly title: string;
  readonly sections: readonly Section[];
}
