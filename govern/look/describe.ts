// SPDX-License-Identifier: MIT
import type { Interface, ParamType } from "ethers";
import { COLLATERAL_BOUNDS, COLLATERAL_UNITS } from "../../sdk/parameters/collateral.js";
import { MARKET_BOUNDS, MARKET_UNITS } from "../../sdk/parameters/market.js";
import { RISK_UNITS, riskBounds } from "../../sdk/parameters/risk.js";
import { VENUE_BOUNDS, VENUE_UNITS } from "../../sdk/parameters/venue.js";
import type { Bounds } from "../../sdk/parameters/bounds.js";
import type { ParameterUnit } from "../../sdk/parameters/units.js";
import type { Address } from "../../sdk/range.js";
import type { Change } from "../plan/Operation.js";
import { boundsText } from "../plan/parameters.js";
import { amountText } from "../text/amounts.js";
import { span } from "../text/span.js";
import { MANAGER } from "./logs.js";
import { perpetualOf } from "./options.js";
import { CLEARINGHOUSE, roleOf } from "./roles.js";
import { groupText, type Situation } from "./Situation.js";

/** A call in people's words: what it changes, or its arguments. */
export interface Described {
  /** The function; undefined: of none that is known. */
  readonly name: string | undefined;
  readonly changes: readonly Change[];
}

/** What a call of the clearinghouse or of the AccessManager would change of the venue as it is. */
export function describeCall(target: Address, data: string, situation: Situation): Described {
  const { deployment } = situation;
  const is = (address: Address) => address.toLowerCase() === target.toLowerCase();
  const abi = is(deployment.clearinghouse) ? CLEARINGHOUSE : is(deployment.authority) ? MANAGER : undefined;
  const call = abi === undefined ? undefined : parsed(abi, data);
  if (call === undefined) {
    const after = `${data.slice(0, 10)}, ${Math.max(0, (data.length - 10) / 2)} bytes`;
    return { name: undefined, changes: [{ scope: target, name: "call", before: "–", after, bounds: undefined }] };
  }
  return { name: call.name, changes: changesOf(call, situation) };
}

interface Call {
  readonly name: string;
  readonly inputs: readonly ParamType[];
  readonly args: readonly unknown[];
}

function parsed(abi: Interface, data: string): Call | undefined {
  try {
    const call = abi.parseTransaction({ data });
    return call === null ? undefined : { name: call.name, inputs: call.fragment.inputs, args: call.args.toArray() };
  } catch {
    return undefined; // cut off, or with arguments that are none
  }
}

function changesOf(call: Call, situation: Situation): Change[] {
  const { venue, markets, groups, options, collaterals, symbolOf } = situation;
  const { name, args } = call;
  const market = markets.find((each) => each.market === args[0]);
  const optionGroup = () => options.find(({ group }) => group === args[0]);
  const perpetual = options.find(({ group }) => perpetualOf(group) === args[0]);
  const collateral = collaterals.find(({ id }) => id === args[0]);
  const pledged = collateral?.symbol ?? `collateral ${String(args[0])}`;
  const symbol = () => symbolOf(args[0] as bigint);
  switch (name) {
    case "setVenueParams":
      return parameters("the venue", VENUE_UNITS, VENUE_BOUNDS as never, venue.params as never, args[0]);
    case "setMarketParams":
      return parameters(
        symbol(),
        MARKET_UNITS,
        MARKET_BOUNDS as never,
        (market ?? perpetual?.view)?.params as never,
        args[1],
      );
    case "createMarket": {
      const scope = `a new market of ${groupText(situation, args[0] as bigint)}`;
      const of = [
        one(scope, "source", "–", String(args[1])),
        one(scope, "mechanism", "–", args[2] === 0n ? "QUEUE" : "PRORATA"),
      ];
      return [...of, ...parameters(scope, MARKET_UNITS, MARKET_BOUNDS as never, undefined, args[3])];
    }
    case "setVaultBudget": {
      const present = (groups.find(({ group }) => group === args[0]) ?? optionGroup())?.vaultBudget;
      const before = present === undefined ? "–" : amountText(present, "1e-9 quote");
      const scope = groupText(situation, args[0] as bigint);
      return [one(scope, "budget", before, amountText(args[1] as bigint, "1e-9 quote"))];
    }
    case "setRiskParams": {
      const own = optionGroup();
      const bounds = riskBounds(BigInt(own?.view.params.gapThreshold ?? 0));
      return parameters(
        groupText(situation, args[0] as bigint),
        RISK_UNITS,
        bounds as never,
        own?.view.risk as never,
        args[1],
      );
    }
    case "setVolSource":
      return [
        one(groupText(situation, args[0] as bigint), "volSource", optionGroup()?.volSource ?? "–", String(args[1])),
      ];
    case "createOptionGroup": {
      const scope = "a new group of options";
      const gap = (args[3] as { gapThreshold: bigint }).gapThreshold;
      return [
        one(scope, "source", "–", String(args[0])),
        one(scope, "volSource", "–", String(args[1])),
        ...parameters(scope, MARKET_UNITS, MARKET_BOUNDS as never, undefined, args[3]),
        ...parameters(scope, RISK_UNITS, riskBounds(gap) as never, undefined, args[4]),
      ];
    }
    case "createCollateral": {
      const scope = "a new collateral";
      const of = [one(scope, "token", "–", String(args[0])), one(scope, "source", "–", String(args[1]))];
      return [...of, ...parameters(scope, COLLATERAL_UNITS, COLLATERAL_BOUNDS as never, undefined, args[2])];
    }
    case "setCollateralSource":
      return [one(pledged, "source", collateral?.source ?? "–", String(args[1]))];
    case "setCollateralParams":
      return parameters(pledged, COLLATERAL_UNITS, COLLATERAL_BOUNDS as never, collateral?.params as never, args[1]);
    case "setCollateralLine": {
      const before = collateral === undefined ? "–" : amountText(collateral.line, "1e-9 quote");
      return [one(pledged, "line", before, amountText(args[1] as bigint, "1e-9 quote"))];
    }
    case "setPriceSource":
      return [one(symbol(), "source", market?.source ?? perpetual?.source ?? "–", String(args[1]))];
    case "setVault":
      return [one("the venue", "vault", venue.vault, String(args[0]))];
    case "setTreasury":
      return [one("the venue", "treasury", venue.treasury, String(args[0]))];
    case "setAccessGate":
      return [one("the venue", "accessGate", venue.accessGate, String(args[0]))];
    case "settleMarket":
      return [one(symbol(), "status", market?.status === 2n ? "settled" : "open", "settled")];
    case "grantRole": {
      const [role, member, delay] = args as [bigint, string, bigint];
      const known = roleOf(situation.authority, role);
      const before = known?.members.find(({ address }) => address === member);
      const was = before === undefined ? "no member" : `member, delay ${span(before.delay)}`;
      return [one(`role ${known?.label ?? role}`, member, was, `member, delay ${span(delay)}`)];
    }
    case "revokeRole": {
      const [role, member] = args as [bigint, string];
      return [one(`role ${roleOf(situation.authority, role)?.label ?? role}`, member, "member", "no member")];
    }
    default:
      return [one(name, "arguments", "–", argumentsText(call, situation))];
  }
}

function parameters(
  scope: string,
  units: Readonly<Record<string, ParameterUnit>>,
  bounds: Bounds<Record<string, bigint>>,
  present: Readonly<Record<string, bigint>> | undefined,
  given: unknown,
): Change[] {
  const values = (given as { toObject(): Record<string, bigint> }).toObject();
  return Object.entries(units).flatMap(([name, unit]) => {
    const [before, after] = [present?.[name], values[name]!];
    if (before === after) return [];
    const was = before === undefined ? "–" : amountText(before, unit);
    return [
      { scope, name, before: was, after: amountText(after, unit), bounds: boundsText(bounds[name]!(values), unit) },
    ];
  });
}

function argumentsText({ inputs, args }: Call, situation: Situation): string {
  const texts = inputs.map(({ name }, i) => {
    const value = args[i];
    if (name === "market" && typeof value === "bigint") {
      return `market ${value === 0n ? "all" : situation.symbolOf(value)}`;
    }
    if (/duration|delay/i.test(name) && typeof value === "bigint") return `${name} ${span(value)}`;
    if (/^(roleId|admin|guardian)$/.test(name) && typeof value === "bigint") {
      return `${name === "roleId" ? "role" : name} ${roleOf(situation.authority, value)?.label ?? value}`;
    }
    return `${name} ${Array.isArray(value) ? value.map((each) => functionText(String(each))).join(", ") : String(value)}`;
  });
  return texts.join(", ") || "none";
}

/** A selector of the clearinghouse by its name. */
function functionText(value: string): string {
  return /^0x[0-9a-f]{8}$/.test(value) ? (CLEARINGHOUSE.getFunction(value)?.name ?? value) : value;
}

function one(scope: string, name: string, before: string, after: string): Change {
  return { scope, name, before, after, bounds: undefined };
}
