// SPDX-License-Identifier: MIT
import { useState } from "react";
import { useAccount, useConnect, useConnectors, useDisconnect, type Connector } from "wagmi";
import { tell } from "../chain/refusal";
import { chooseAccount, useMyAccount } from "../chain/useMyAccount";
import { address as short } from "../format";
import { appText } from "../text/app";
import { chainText as text } from "../text/chain";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { EmptyState } from "../ui/States";

/** The wallet: connect by name (EIP-6963), choose a sub-account, disconnect. */
export function Connect() {
  const [open, setOpen] = useState(false);
  const me = useMyAccount();
  const { connector } = useAccount();
  return (
    <>
      {me === undefined ? (
        <Button kind="primary" small onClick={() => setOpen(true)}>
          {text.connect}
        </Button>
      ) : (
        <Button small onClick={() => setOpen(true)} title={me.owner}>
          <span className="sr-only">{appText.account} </span>
          {connector?.icon && <WalletIcon icon={connector.icon} />}
          <span className="font-mono">{short(me.owner)}</span>
          <span className="text-soft">#{me.number}</span>
        </Button>
      )}
      <Dialog open={open} title={me ? appText.account : text.chooseWallet} onClose={() => setOpen(false)}>
        {me === undefined ? <Wallets onDone={() => setOpen(false)} /> : <Connected onDone={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function Wallets({ onDone }: { readonly onDone: () => void }) {
  const connectors = useConnectors();
  const { mutateAsync, isPending, variables, error } = useConnect();
  const connect = async (connector: Connector) => {
    try {
      await mutateAsync({ connector });
      onDone();
    } catch {
      // Told below: the query has it.
    }
  };
  if (connectors.length === 0) {
    return (
      <EmptyState>
        {text.noWallet} {text.noWalletHelp}
      </EmptyState>
    );
  }
  return (
    <div className="grid gap-2">
      {connectors.map((connector) => {
        const busy = isPending && variables?.connector === connector;
        return (
          <Button key={connector.uid} busy={busy} disabled={isPending} onClick={() => void connect(connector)} wide>
            {connector.icon && <WalletIcon icon={connector.icon} />}
            {busy ? text.connecting : nameOf(connector)}
          </Button>
        );
      })}
      {error && <Banner kind="bad">{tell(error).sentence}</Banner>}
    </div>
  );
}

/** A wallet's name is what any page's script may have announced. */
function nameOf({ name }: Connector): string {
  return name.replace(/[\p{C}]/gu, "").slice(0, 40);
}

function WalletIcon({ icon }: { readonly icon: string }) {
  return icon.startsWith("data:image/") ? <img src={icon} alt="" className="size-4 rounded-sm" /> : null;
}

function Connected({ onDone }: { readonly onDone: () => void }) {
  const me = useMyAccount()!;
  const { connector } = useAccount();
  const { mutate } = useDisconnect();
  const [copied, setCopied] = useState(false);
  return (
    <div className="grid gap-3 text-sm">
      <p className="font-mono text-xs break-all">{me.owner}</p>
      <p className="text-xs text-soft">{connector?.name.slice(0, 40)}</p>
      <label className="flex items-center justify-between gap-2 text-xs">
        {appText.subAccount}
        <select
          value={me.number}
          onChange={(event) => chooseAccount(Number(event.target.value))}
          className="min-h-8 rounded border border-edge bg-raised px-2"
        >
          {Array.from({ length: Math.max(8, me.number + 1) }, (_, number) => (
            <option key={number} value={number}>
              #{number}
            </option>
          ))}
        </select>
      </label>
      <div className="flex gap-2">
        <Button
          onClick={() => {
            void navigator.clipboard.writeText(me.owner).then(() => setCopied(true));
          }}
        >
          {copied ? text.copied : text.copyAddress}
        </Button>
        <Button
          kind="danger"
          onClick={() => {
            mutate({});
            onDone();
          }}
        >
          {text.disconnect}
        </Button>
      </div>
    </div>
  );
}
