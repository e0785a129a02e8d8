import type { NetworkConnection } from "hardhat/types/network";

import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { IPoco__factory } from "../typechain-types/index.js";
import { isCodeOf, type CompiledContract } from "./compiledCode.js";
import type { FacetName } from "./modules/Facets.js";
import { functionsOfHub, type HubFunction, type TreeFacet } from "./treeRoutes.js";

/** What a cut does with functions, by the numbers of ERC-2535. */
export const ACTIONS = ["adds", "replaces", "removes"] as const;

/** Functions that a facet serves from the cut on, or that nobody serves any more. */
export interface Change {
  readonly action: (typeof ACTIONS)[number];
  readonly functions: readonly HubFunction[];
}

/** What becomes of one facet. */
export interface FacetPlan {
  readonly name: FacetName;
  readonly contract: CompiledContract;
  /** Who serves its functions before the cut: one address, unless cuts were made that this tree knows nothing of. */
  readonly current: readonly Address[];
  /** Where this tree's code is on the chain already; undefined where it has to be deployed. */
  readonly deployed: Address | undefined;
  /** In the order of the actions; empty if the hub has this tree's code. */
  readonly changes: readonly Change[];
}

/** What an upgrade would do to the hub as it is. */
export type UpgradePlan = readonly FacetPlan[];

/** One change of `diamondCut`. */
export interface FacetCut {
  readonly facetAddress: string;
  readonly action: number;
  readonly functionSelectors: string[];
}

/** Compares what the hub serves, and with which code, with what this source tree would have it serve. */
export async function planUpgrade(
  { ethers: { provider } }: NetworkConnection,
  { poco, native }: Pick<Manifest, "poco" | "native">,
  {
    tree,
    names,
    deployed = [],
  }: {
    readonly tree: readonly TreeFacet[];
    /** The facets that change; all others stay as they are. */
    readonly names: readonly FacetName[];
    /** Contracts on the chain that may have this tree's code, though the hub does not use them. */
    readonly deployed?: readonly Address[];
  },
): Promise<UpgradePlan> {
  const routes = new Map<string, Address>();
  for (const { facetAddress, functionSelectors } of await IPoco__factory.connect(poco, provider).facets()) {
    for (const selector of functionSelectors) routes.set(selector, facetAddress as Address);
  }
  const wanted = new Set(functionsOfHub(native).map(({ selector }) => selector));

  const plan: FacetPlan[] = [];
  for (const { name, contract, functions } of tree.filter((facet) => names.includes(facet.name))) {
    const servers = functions.map(({ selector }) => routes.get(selector)).filter((server) => server !== undefined);
    const current = [...new Set(servers)];
    const found = await findCode(provider, contract, [...current, ...deployed]);
    const orphans = [...routes].filter(([selector, server]) => current.includes(server) && !wanted.has(selector));
    const changes: Change[] = [
      { action: "adds", functions: functions.filter(({ selector }) => !routes.has(selector)) },
      {
        action: "replaces",
        functions: functions.filter(({ selector }) => routes.has(selector) && routes.get(selector) !== found),
      },
      { action: "removes", functions: orphans.map(([selector]) => ({ selector, signature: selector })) },
    ];
    const effective = changes.filter(({ functions: changed }) => changed.length > 0);
    plan.push({ name, contract, current, deployed: found, changes: effective });
  }
  return plan;
}

/** The facets that an upgrade changes. */
export function changedIn(plan: UpgradePlan): UpgradePlan {
  return plan.filter(({ changes }) => changes.length > 0);
}

/** The facets whose code is not on the chain yet. */
export function missingIn(plan: UpgradePlan): UpgradePlan {
  return changedIn(plan).filter(({ deployed, changes }) => {
    return deployed === undefined && changes.some(({ action }) => action !== "removes");
  });
}

/** The cut that brings a plan about, once all code is on the chain. */
export function cutOf(plan: UpgradePlan, addresses: Readonly<Record<string, Address>>): FacetCut[] {
  return plan.flatMap(({ name, deployed, changes }) =>
    changes.map(({ action, functions }) => ({
      facetAddress: action === "removes" ? NOBODY : (deployed ?? addresses[name]!),
      action: ACTIONS.indexOf(action),
      functionSelectors: functions.map(({ selector }) => selector),
    })),
  );
}

const NOBODY = "0x0000000000000000000000000000000000000000";

/** A plan in words, a line for each facet and for each change. */
export function describePlan(plan: UpgradePlan): string[] {
  return plan.flatMap(({ name, contract, current, deployed, changes }) => {
    const place = current.join(" and ") || "nowhere";
    if (changes.length === 0)
      return [`${name}: unchanged, the hub has the code of this tree's ${contract.name} at ${place}.`];
    const source = deployed === undefined ? "which is deployed first" : `which is at ${deployed} already`;
    return [
      `${name}: now at ${place}, from this upgrade on this tree's ${contract.name}, ${source}.`,
      ...changes.map(({ action, functions }) => {
        const list = functions.map(({ signature }) => signature.replace(/\(.+\)$/, "(…)"));
        return `  ${action} ${list.length} function${list.length === 1 ? "" : "s"}: ${list.join(", ")}`;
      }),
    ];
  });
}

async function findCode(
  provider: NetworkConnection["ethers"]["provider"],
  contract: CompiledContract,
  candidates: readonly Address[],
): Promise<Address | undefined> {
  for (const candidate of candidates) {
    if (isCodeOf(contract, await provider.getCode(candidate))) return candidate;
  }
  return undefined;
}
