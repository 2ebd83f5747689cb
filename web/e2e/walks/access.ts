// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import { JsonRpcProvider, Wallet } from "ethers";
import { builtArtifacts } from "../../../deploy/built-artifacts.js";
import { deployWith } from "../../../deploy/deployWith.js";
import { typedAttestation } from "../../../sdk/access/attestation.js";
import { accountOf, type Address } from "../../../sdk/index.js";
import { keyOf } from "../../../sim/venue/anvil.js";
import { accessText as text } from "../../src/text/access.js";
import { tradeText } from "../../src/text/trade.js";
import { ROOT, type Venue } from "../Venue.js";
import { arrive } from "./arrive.js";
import { confirm, enabled } from "./confirm.js";
import type { Stage } from "./index.js";
import { survey } from "./survey.js";

const KEY = `0x${"72".repeat(32)}` as const;
/** An unlocked account of the node, with its key. */
const ISSUER = new Wallet(keyOf(5));
const HELD = 200_000_000n;
const DAY = 86_400;
const UNIT = 1_000_000n;

/** What the issuer signs of somebody, for a day. */
async function attested(venue: Venue, gate: Address, owner: Address, by: Wallet = ISSUER) {
  const { timestamp } = (await venue.provider.getBlock("latest"))!;
  const attestation = { owner, id: 1n, expiry: BigInt(timestamp + DAY) };
  const { domain, types, message } = typedAttestation(attestation, venue.deployment.chainId, gate);
  return { ...message, signature: await by.signTypedData(domain, types as never, message) };
}

/** A gate of attestations, which the venue asks from now on; its makers are admitted. */
async function gated(venue: Venue) {
  const { local, deployment } = venue;
  const provider = new JsonRpcProvider(venue.rpc, undefined, {
    ...{ staticNetwork: true, cacheTimeout: -1, pollingInterval: 20 },
  });
  try {
    const artifact = builtArtifacts(join(ROOT, "artifacts"), "npm run build");
    const make = deployWith(artifact, await provider.getSigner(local.operator), venue.provider);
    const gate = await make("AttestationGate", deployment.authority, ISSUER.address);
    const address = (await gate.getAddress()) as Address;
    for (const maker of venue.makers) {
      const { signature, ...attestation } = await attested(venue, address, maker.address as Address);
      await venue.send(gate, "present", [attestation, signature]);
    }
    await venue.send(local.deployed.clearinghouse, "setAccessGate", [address]);
    return { gate, address };
  } finally {
    provider.destroy();
  }
}

/**
 * A venue gets an access gate. A newcomer is told why he is barred and what to do, presents an attestation on the page,
 * deposits and buys, and notices nothing more of it. It is revoked: he adds margin, closes and withdraws all the same.
 */
export async function access(stage: Stage): Promise<void> {
  const { venue } = stage;
  const { lens, token, clearinghouse } = venue.local.deployed;
  const { gate, address } = await gated(venue);
  try {
    const { owner, tab, page } = await arrive(stage, KEY, { at: "portfolio", tokens: 20_000, quoted: "BTC" });
    const sizeHeld = async () => {
      const { positions } = await lens.account(venue.deployment.clearinghouse, accountOf(owner, 0));
      return positions.length === 0 ? 0n : (positions[0]!.size as bigint);
    };
    const part = async (name: string) => page.getByRole("link", { name, exact: true }).click();
    const amount = page.getByLabel("Amount", { exact: true });
    const review = page.getByRole("button", { name: "Review", exact: true }).first();
    const move = async (quote: string, action: string) => {
      await amount.fill(quote);
      await enabled(review);
      await review.click();
      await confirm(page, action);
    };
    const fillTicket = async (side: "Buy / Long" | "Sell / Short", size: string) => {
      await page.getByRole("button", { name: side }).click();
      await page.getByLabel("Size", { exact: true }).fill(size);
    };
    const sign = async (side: "buy" | "sell") => {
      await page.getByRole("button", { name: `Review ${side}` }).click();
      await page.getByRole("button", { name: `Sign and post ${side}` }).click();
    };

    // Barred: told why and what to do, and nothing is signed that the contracts would refuse.
    await page.getByText(text.flat).first().waitFor();
    await amount.fill("15000");
    assert.equal(await review.getAttribute("aria-disabled"), "true");
    await survey(stage, page, "access");
    const pasted = page.getByLabel(text.attestation.label);
    const present = page.getByRole("button", { name: `${text.attestation.do}: ${text.attestation.subject}` });
    const attestation = await attested(venue, address, owner);
    const plain = (_: string, each: unknown) => (typeof each === "bigint" ? String(each) : each);
    const paste = (change: object) => pasted.fill(JSON.stringify({ ...attestation, gate: address, ...change }, plain));
    await pasted.fill("my attestation");
    await page.getByText(text.attestation.notJson).first().waitFor();
    await paste({ owner: venue.makers[0]!.address });
    await page.getByText(text.attestation.otherOwner).first().waitFor();
    assert.equal(await present.getAttribute("aria-disabled"), "true");
    // Another's signature looks right until it is tried: the gate's own words, before the wallet is asked.
    const { signature } = await attested(venue, address, owner, venue.makers[0]);
    await paste({ signature });
    await present.click();
    await page
      .getByRole("dialog")
      .getByText(/^The signature is not one of the issuer/)
      .waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    assert.equal(await gate.mayTrade!(owner), false);
    await paste({});
    await present.click();
    await confirm(page, text.attestation.do);
    assert.equal(await gate.mayTrade!(owner), true);

    // Admitted: nothing of a gate is to be seen, and everything works.
    await page.getByText(text.flat).first().waitFor({ state: "hidden" });
    await pasted.waitFor({ state: "hidden" });
    await move("15000", "Deposit");
    await part("Trade");
    await fillTicket("Buy / Long", "0.2");
    await sign("buy");
    await page.getByRole("tab", { name: /^Positions \(1\)/ }).waitFor();
    assert.equal(await sizeHeld(), HELD);
    assert.equal(await page.getByText("access gate").count(), 0);

    // The issuer takes it back: more is refused before it is signed; less is not.
    await venue.send(gate, "revoke", [owner, 1n], ISSUER.address as Address);
    await page.getByText(text.holding).first().waitFor();
    await fillTicket("Buy / Long", "0.1");
    await page.getByText(tradeText.closed.barred).first().waitFor();
    assert.equal(await page.getByRole("button", { name: "Review buy" }).getAttribute("aria-disabled"), "true");
    await part("Portfolio");
    await move("1000", "Deposit");
    await page.getByRole("tab", { name: "Withdraw" }).click();
    await move("500", "Withdraw");
    await part("Trade");
    await page.getByRole("row", { name: /BTC/ }).getByRole("button", { name: "Close" }).click();
    await sign("sell");
    await page.getByRole("tab", { name: /^Positions \(0\)/ }).waitFor();
    assert.equal(await sizeHeld(), 0n);
    await part("Portfolio");
    await page.getByRole("tab", { name: "Withdraw" }).click();
    const before = (await token.balanceOf(owner)) as bigint;
    await move("15000", "Withdraw");
    assert.equal(((await token.balanceOf(owner)) as bigint) - before, 15_000n * UNIT);
    assert.deepEqual(tab.errors, []);
  } finally {
    await venue.send(clearinghouse, "setAccessGate", [`0x${"0".repeat(40)}`]);
  }
}
