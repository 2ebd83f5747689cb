// SPDX-License-Identifier: MIT
// The content security policy, in one place: the page has it as a meta tag, and whoever serves the page sends it as a
// header (docs/web.md). Nothing is loaded from another host but answers of the services that are named.

/** @param {readonly string[]} origins Where the services are, beside the page's own host. */
export function policy(origins = []) {
  return [
    "default-src 'none'",
    "script-src 'self'",
    // lightweight-charts and Radix set style attributes.
    "style-src 'self' 'unsafe-inline'",
    // Wallets announce their icon as a data URI (EIP-6963).
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...origins].join(" ")}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** What a meta tag cannot say. */
export const HEADER_ONLY = "frame-ancestors 'none'";

/** The origins of addresses, of WebSockets too: `http://host` also as `ws://host`. */
export function originsOf(urls) {
  const origins = urls.filter(Boolean).flatMap((url) => {
    const { protocol, host } = new URL(url);
    const web = protocol.replace("ws", "http");
    return [`${web}//${host}`, `${web.replace("http", "ws")}//${host}`];
  });
  return [...new Set(origins)];
}
