// SPDX-License-Identifier: MIT
import { useId, useState } from "react";
import { present } from "../../../../sdk/viem/present.js";
import { callOf } from "../../chain/callOf";
import { useChainNow } from "../../chain/head";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { useAdmitted } from "../../data/access";
import { readAttestation, useAttestationGate } from "../../data/attestation";
import { address, moment } from "../../format";
import { accessText } from "../../text/access";
import { Panel } from "../../ui";
import { Act } from "../../ui/Act";

const text = accessText.attestation;

/** Where the gate takes attestations: an owner who is not admitted presents his. Nothing for anybody else. */
export function AttestationPanel({ me }: { readonly me: MyAccount }) {
  const { deployment } = useHere();
  const id = useId();
  const now = useChainNow();
  const [pasted, setPasted] = useState("");
  const isBarred = useAdmitted(me.owner).data === false;
  const gate = useAttestationGate(isBarred).data;
  if (!isBarred || !gate) return null;
  const { chainId } = deployment;
  const read =
    now === undefined ? undefined : readAttestation(pasted, { owner: me.owner, gate: gate.gate, chainId, now });
  const problem = read && "problem" in read ? read.problem : undefined;
  const signed = read && "signature" in read ? read : undefined;
  const until = moment(signed?.attestation.expiry);
  return (
    <Panel title={text.title}>
      <div className="grid gap-2 text-xs">
        <p className="text-soft" title={gate.issuer}>
          {text.why(address(gate.issuer))}
        </p>
        <label htmlFor={id} className="text-soft">
          {text.label}
        </label>
        <textarea
          id={id}
          value={pasted}
          onChange={(event) => setPasted(event.target.value)}
          rows={4}
          autoComplete="off"
          spellCheck={false}
          aria-invalid={problem ? true : undefined}
          aria-describedby={`${id}-note`}
          className="w-full min-w-0 rounded border border-edge/60 bg-raised p-2 font-mono text-ink outline-none focus:border-accent"
        />
        <p id={`${id}-note`} className={problem ? "text-bad" : "text-soft"}>
          {problem ?? text.help}
        </p>
        <div>
          <Act
            of="presentAttestation"
            label={text.do}
            subject={text.subject}
            sentence={text.sentence(until)}
            reward={null}
            lines={
              signed === undefined
                ? []
                : [
                    { label: text.until, value: until },
                    { label: text.id, value: String(signed.attestation.id) },
                  ]
            }
            closed={problem ?? (signed === undefined ? text.paste : undefined)}
            call={() => callOf(present(gate.gate, signed!.attestation, signed!.signature))}
          />
        </div>
      </div>
    </Panel>
  );
}
