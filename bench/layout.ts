// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { artifacts } from "hardhat";
import solc from "solc";

interface Variable {
  label: string;
  slot: string;
  type: string;
}

interface Type {
  encoding: "inplace" | "mapping" | "bytes" | "dynamic_array";
  label: string;
  numberOfBytes: string;
  base?: string;
  key?: string;
  value?: string;
  members?: Variable[];
}

interface StorageLayout {
  storage: Variable[];
  types: Record<string, Type>;
}

/** Key and base slot behind the hash at which a mapping's value lies. */
export type Preimages = Map<bigint, { key: bigint; base: bigint }>;

/** How a mapping's key of a type (e.g. "AccountId") is written in the name of a slot; undefined: as a number. */
export type KeyNames = (type: string, key: bigint) => string | undefined;

interface Place {
  name: string;
  type: string;
}

/** Names the storage slots of a contract by what the compiler put there. */
export class Layout {
  private constructor(private readonly layout: StorageLayout) {}

  /** The layout of a built contract, from the compiler and the very sources that it was built from. */
  static async of(contract: string): Promise<Layout> {
    const { buildInfoId, inputSourceName: source } = await artifacts.readArtifact(contract);
    const path = buildInfoId && (await artifacts.getBuildInfoPath(buildInfoId));
    if (!path || !source) throw new Error(`the build of ${contract} left no build info: build again`);
    const { input } = JSON.parse(readFileSync(path, "utf8"));
    input.settings.outputSelection = { [source]: { [contract]: ["storageLayout"] } };
    const output = JSON.parse(solc.compile(JSON.stringify(input)));
    const layout: StorageLayout | undefined = output.contracts?.[source]?.[contract]?.storageLayout;
    if (!layout) throw new Error(`solc gives no storage layout of ${contract}: ${JSON.stringify(output.errors)}`);
    return new Layout(layout);
  }

  /** The full names of all members in a slot, e.g. `accounts[taker].cash`; empty when nobody knows it. */
  membersAt(slot: bigint, preimages: Preimages, keys: KeyNames): string[] {
    return this.placesAt(slot, preimages, keys).map(({ name }) => name);
  }

  private placesAt(slot: bigint, preimages: Preimages, keys: KeyNames): Place[] {
    for (const variable of this.layout.storage) {
      const within = slot - BigInt(variable.slot);
      if (within >= 0n && within < this.slots(variable.type)) {
        return this.inside({ name: variable.label, type: variable.type }, within);
      }
    }
    for (const [hash, { key, base }] of preimages) {
      const within = slot - hash;
      if (within < 0n || within > 64n) continue;
      const mapping = this.placesAt(base, preimages, keys).find(({ type }) => this.type(type).encoding === "mapping");
      const value = mapping && this.type(mapping.type).value!;
      if (!mapping || !value || within >= this.slots(value)) continue;
      const keyType = this.type(this.type(mapping.type).key!).label;
      const name = keys(keyType, key) ?? (key < 1n << 64n ? String(key) : `0x${key.toString(16)}`);
      return this.inside({ name: `${mapping.name}[${name}]`, type: value }, within);
    }
    return [];
  }

  /** What lies in the slot `within` of a place. */
  private inside(place: Place, within: bigint): Place[] {
    const type = this.type(place.type);
    if (type.members) {
      return type.members.flatMap((member) => {
        const rest = within - BigInt(member.slot);
        if (rest < 0n || rest >= this.slots(member.type)) return [];
        // The ledger is all there is, so its name says nothing.
        const name = place.name === "_ledger" ? member.label : `${place.name}.${member.label}`;
        return this.inside({ name, type: member.type }, rest);
      });
    }
    if (type.encoding === "inplace" && type.base) {
      const index = within / this.slots(type.base);
      return this.inside({ name: `${place.name}[${index}]`, type: type.base }, within % this.slots(type.base));
    }
    return [place];
  }

  private slots(type: string): bigint {
    return (BigInt(this.type(type).numberOfBytes) + 31n) / 32n;
  }

  private type(id: string): Type {
    return this.layout.types[id]!;
  }
}

/** One short name for a slot by its members: `markets[4].{funding, openInterest}`. */
export function slotName(slot: bigint, members: string[]): string {
  if (members.length < 2) return members[0] ?? `unknown, 0x${slot.toString(16)}`;
  const cut = members[0]!.lastIndexOf("]") + 1;
  const prefix = members[0]!.slice(0, cut);
  if (!members.every((member) => member.startsWith(prefix))) return members.join(", ");
  return `${prefix}${prefix ? "." : ""}{${members.map((member) => member.slice(cut).replace(/^\./, "")).join(", ")}}`;
}
