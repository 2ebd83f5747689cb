// SPDX-License-Identifier: MIT
// A worker of the signature pool.
import { parentPort } from "node:worker_threads";
import { typedDigest } from "../journal/bytes.js";
import { hashOfWords } from "../order/hash.js";
import { recoverAddress } from "../order/signing.js";
import type { Answer, Batch } from "./SignaturePool.js";

parentPort!.on("message", ({ id, domain, items }: Batch) => {
  const answers = items.map(({ words, signature }): Answer => {
    const hash = hashOfWords(words);
    return { hash, signer: recoverAddress(typedDigest(domain, hash), signature) };
  });
  parentPort!.postMessage({ id, answers });
});
