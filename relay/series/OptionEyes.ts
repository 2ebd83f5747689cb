// SPDX-License-Identifier: MIT
import type { Header } from "../../sdk/client/chain/blocks.js";
import type { Venue } from "../../sdk/state/Venue.js";
import type { Watch } from "../run/Relay.js";
import type { LensReader } from "./LensReader.js";
import { seeOptions } from "./OptionSight.js";
import type { OptionView } from "./OptionView.js";

/** Sees a clearinghouse of options. Reports are brought by keepers alone. */
export class OptionEyes implements Watch {
  readonly brought = new Map<bigint, never>();

  constructor(
    private readonly venue: Venue,
    private readonly view: OptionView,
    private readonly reader: LensReader,
  ) {}

  async see(header: Header): Promise<void> {
    this.view.update(await seeOptions(this.reader, this.venue, header));
  }
}
