// SPDX-License-Identifier: MIT
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { venueKindOf, type Deployment } from "../../sdk/deployment.js";
import { lookAtGovernance } from "../look/governance.js";
import { IndexerReader } from "../look/IndexerReader.js";
import { NodesReader, type WatchedNode } from "../look/NodesReader.js";
import { OptionsReader } from "../look/OptionsReader.js";
import { lookAtRelay } from "../look/relay.js";
import { lookAtServices, type WatchedService } from "../look/services.js";
import { VenueReader } from "../look/VenueReader.js";
import type { Picture } from "../look/Picture.js";
import type { Limits } from "./limits.js";
import type { Options } from "./options.js";
import type { ReaderSpec } from "./Watcher.js";

export interface Watched {
  readonly options: Pick<
    Options,
    "rpc" | "deployment" | "relay" | "keeper" | "indexer" | "states" | "submitters" | "governors" | "timelocks"
  >;
  readonly deployment: Deployment;
  readonly limits: Limits;
  /** Of all nodes, the next when one fails; and each by itself. */
  readonly rpc: Rpc;
  readonly nodes: readonly WatchedNode[];
  /** Hears how far a first reading of the venue is. */
  readonly onPage?: (to: number, head: number) => void;
  /** Seconds of a clock that never goes back. */
  readonly clock?: () => number;
}

/** A reader for everything that is named. */
export function readersOf(watched: Watched): ReaderSpec[] {
  const { options, deployment, limits, rpc, nodes, onPage } = watched;
  const { clock = () => performance.now() / 1_000 } = watched;
  const isLinear = venueKindOf(deployment) === "linear";
  const markets = isLinear ? new VenueReader(rpc, deployment, onPage) : undefined;
  const series = isLinear ? undefined : new OptionsReader(rpc, deployment, onPage);
  const heads = new NodesReader(nodes, deployment, limits.compareEvery, clock);
  const readers: ReaderSpec[] = [
    spec("venue", limits.lookEvery, () => (markets === undefined ? series!.venue() : markets.look())),
    spec("nodes", limits.lookEvery, () => heads.look()),
  ];
  if (series !== undefined) readers.push(spec("options", limits.lookEvery, () => series.options()));
  const { relay, keeper, indexer, states, submitters, governors, timelocks } = options;
  const services = Object.entries({ relay, keeper, indexer }).flatMap(([name, url]) =>
    url === undefined ? [] : [{ name, url } as WatchedService],
  );
  if (services.length > 0) readers.push(spec("services", limits.servicesEvery, () => lookAtServices(services)));
  if (indexer !== undefined) {
    const figures = new IndexerReader(indexer, rpc, deployment, limits.indexerSample, () =>
      (markets ?? series!).accounts(),
    );
    readers.push(spec("indexer", limits.indexerEvery, () => figures.look()));
  }
  const url = options.rpc[0]!;
  const timeout = limits.commandTimeout;
  const governance = { rpc: url, deployment: options.deployment, files: states, governors, timelocks, timeout };
  if (isLinear) readers.push(spec("governance", limits.governEvery, () => lookAtGovernance(governance)));
  if (relay !== undefined) {
    const audited = { relay, rpc: url, firstBlock: deployment.firstBlock, submitters, timeout };
    readers.push(spec("relay", limits.auditEvery, () => lookAtRelay(audited)));
  }
  return readers;
}

function spec<Part extends keyof Picture>(part: Part, every: number, look: () => Promise<Picture[Part]>): ReaderSpec {
  return { part, every, look };
}
