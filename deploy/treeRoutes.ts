import { FunctionFragment, type Interface } from "ethers";

import { IPoco__factory, IPocoNative__factory } from "../typechain-types/index.js";
import { compiledContract, type CompiledContract, type Compiler } from "./compiledCode.js";
import { bundlesWith, type FacetName } from "./modules/Facets.js";

/** A transfer without data has selector zero. */
export const RECEIVE = "0x00000000";

/** A function of the hub: its selector, and its signature for people. */
export interface HubFunction {
  readonly selector: string;
  readonly signature: string;
}

/** A facet as this source tree compiles it, and the functions of the hub that it serves. */
export interface TreeFacet {
  readonly name: FacetName;
  readonly contract: CompiledContract;
  readonly functions: readonly HubFunction[];
}

/** Every function that a hub of this source tree promises its clients. */
export function functionsOfHub(native: boolean): readonly HubFunction[] {
  return functionsIn((native ? IPocoNative__factory : IPoco__factory).createInterface());
}

/** Which facet of this source tree serves which functions: every one of the hub but those that the hub pins itself. */
export async function treeFacets(native: boolean, compiler: Compiler = compiledContract): Promise<TreeFacet[]> {
  const promised = new Set(functionsOfHub(native).map(({ selector }) => selector));
  const bundles = bundlesWith(native ? "NativeEscrowBundle" : "EscrowBundle");
  const facets: TreeFacet[] = [];
  for (const [name, bundle] of Object.entries(bundles) as [FacetName, string][]) {
    const contract = await compiler(bundle);
    const functions = functionsIn(contract.interface).filter(({ selector }) => promised.has(selector));
    facets.push({ name, contract, functions });
  }
  return facets;
}

function functionsIn(abi: Interface): HubFunction[] {
  const functions = abi.fragments
    .filter((fragment) => FunctionFragment.isFragment(fragment))
    .map((fragment) => ({ selector: fragment.selector, signature: fragment.format() }));
  return abi.receive ? [...functions, { selector: RECEIVE, signature: "receive()" }] : functions;
}
