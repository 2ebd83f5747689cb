// SPDX-License-Identifier: MIT
// Runs in the page before its scripts: announces wallets over EIP-6963, each a bridge to the test's process.

function announce(names) {
  const listeners = names.map(() => new Map());
  const heard = (index, event) => {
    if (!listeners[index].has(event)) listeners[index].set(event, new Set());
    return listeners[index].get(event);
  };
  window.__emit = (index, event, value) => {
    for (const listener of heard(index, event)) listener(value);
  };
  const icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";
  const details = names.map((name, index) =>
    Object.freeze({
      info: Object.freeze({
        uuid: `350670db-19fa-4704-a166-e52e178b59d${index}`,
        name,
        icon,
        rdns: `test.wallet${index}`,
      }),
      provider: {
        on: (event, listener) => void heard(index, event).add(listener),
        removeListener: (event, listener) => void heard(index, event).delete(listener),
        async request({ method, params = [] }) {
          const { ok, error } = await window.__wallet(index, method, params);
          if (error) throw Object.assign(new Error(error.message), { code: error.code, data: error.data });
          return ok;
        },
      },
    }),
  );
  const tell = () => {
    for (const detail of details) window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  };
  window.addEventListener("eip6963:requestProvider", tell);
  tell();
}
