// SPDX-License-Identifier: MIT
// A worker of the signature pool.
import { parentPort } from "node:worker_threads";
import type { Hex } from "../../sdk/orderHash.js";
import { typedDigest } from "../journal/bytes.js";
import { hashOfWords } from "../order/hash.js";
import { recoverAddress } from "../order/signing.js";
import type { Answers, Batch } from "./SignaturePool.js";

parentPort!.on("message", ({ domain, lines }: Batch) => {
  const answers = lines.split("\n").map((line) => {
    const [words, signature] = line.split(" ") as [string, Hex];
    const hash = hashOfWords(words);
    return `${hash} ${recoverAddress(typedDigest(domain, hash), signature) ?? ""}`;
  });
  parentPort!.postMessage({ lines: answers.join("\n") } satisfies Answers);
});
