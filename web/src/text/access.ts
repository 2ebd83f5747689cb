// SPDX-License-Identifier: MIT
// What an owner is told that the venue's access gate does not admit.
export const accessText = {
  flat:
    "This venue has an access gate, and it does not admit your address yet. " +
    "Ask the venue's operator to be admitted: then you can deposit and trade. Withdrawals are always open.",
  holding:
    "This venue's access gate does not admit your address. You can reduce and close positions, deposit to save them, " +
    "and withdraw. New risk waits until the venue's operator has admitted you.",
  quote: "The venue's access gate does not admit your address, and a quote would take new risk.",
  attestation: {
    title: "Present an attestation",
    why: (issuer: string) =>
      `The gate admits whoever its issuer, ${issuer}, attests. Ask the issuer to sign one for your address, and paste it.`,
    label: "Attestation, as JSON",
    help: "Owner, id, expiry and signature. Nothing of it is secret.",
    until: "Admits you until",
    id: "Its number",
    do: "Present",
    subject: "attestation",
    sentence: (until: string) =>
      `You present the issuer's attestation to the gate. It admits your address until ${until}.`,
    paste: "Paste an attestation.",
    notJson: "That is no JSON object. Paste all of what the issuer gave you.",
    missing: (what: string) => `It has no valid "${what}". Ask the issuer for all of it.`,
    otherChain: "It is for another chain.",
    otherGate: "It is for another gate.",
    otherOwner: "It is for another address than the connected one.",
    expired: (when: string) => `It expired at ${when}. Ask the issuer for another one.`,
  },
} as const;
