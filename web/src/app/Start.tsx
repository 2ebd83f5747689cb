// SPDX-License-Identifier: MIT
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { WagmiProvider } from "wagmi";
import { newQueries } from "../chain/queries";
import { readHere, type Here } from "../chain/services";
import { HereContext } from "../chain/useHere";
import { wagmiConfig } from "../chain/wagmi";
import { StreamContext } from "../data/useServices";
import { RelayStream } from "../data/relay/stream";
import { appText as text } from "../text/app";
import { applyTheme } from "./theme";
import { Routed } from "./Routed";
import { Shell } from "./Shell";

applyTheme();

const queries = newQueries();

/** Reads where the venue is, then shows the page. */
export function Start() {
  const [here, setHere] = useState<Here>();
  const [failure, setFailure] = useState<Error>();
  useEffect(() => {
    readHere(document.baseURI).then(setHere, setFailure);
  }, []);
  if (failure !== undefined) {
    return (
      <main role="alert" className="mx-auto grid max-w-prose gap-2 p-8">
        <h1 className="text-lg font-semibold">{text.notConfigured}</h1>
        <p>{failure.message}</p>
        <p className="text-soft">{text.notConfiguredHelp}</p>
      </main>
    );
  }
  return here === undefined ? <Shell /> : <Page here={here} />;
}

function Page({ here }: { readonly here: Here }) {
  const [config] = useState(() => wagmiConfig(here));
  const [stream] = useState(() => new RelayStream(here.services.relay));
  return (
    <HereContext value={here}>
      <WagmiProvider config={config} reconnectOnMount>
        <QueryClientProvider client={queries}>
          <StreamContext value={stream}>
            <Routed />
          </StreamContext>
        </QueryClientProvider>
      </WagmiProvider>
    </HereContext>
  );
}
