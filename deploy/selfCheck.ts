import { ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Category } from "@poco-marketplace/sdk/protocol/category.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import {
  AppRegistry__factory,
  DatasetRegistry__factory,
  IDataProtector__factory,
  type IOwnership,
  IOwnership__factory,
  IPoco__factory,
  WorkerpoolRegistry__factory,
} from "../typechain-types/index.js";
import { pendingOwnerOf } from "./administration.js";
import { readAttestation } from "./checkAttestation.js";
import { diamondOf, readCode } from "./checkCode.js";
import { compiledContract, isCodeOf, type CompiledContract, type Compiler } from "./compiledCode.js";
import { finding, type Finding } from "./finding.js";
import type { FacetName } from "./modules/Facets.js";
import { NO_PREVIOUS_REGISTRIES, type Parameters } from "./parameters.js";
import { DEFAULT_SETTINGS } from "./settings.js";
import { functionsOfHub, treeFacets } from "./treeRoutes.js";

/** What the deployment was asked to be. */
export interface Expectation {
  readonly manifest: Manifest;
  readonly parameters: Parameters;
  readonly deployer: Address;
}

/** Reads everything back that a deployment decides: every selector, every setting, every owner. */
export async function readBack(connection: NetworkConnection, expectation: Expectation): Promise<readonly Finding[]> {
  const selectors = await readSelectors(connection, expectation.manifest);
  // What is not served cannot be asked.
  if (faultsOf(selectors).length > 0) return selectors;
  return [
    ...selectors,
    ...(await settings(connection, expectation)),
    ...(await ownership(connection, expectation)),
    ...(await registries(connection, expectation)),
    ...(await readAttestation(connection, expectation)),
    ...(await dataProtector(connection, expectation)),
    ...(await readCode(connection, expectation.manifest)),
  ];
}

/** Those findings that are not as they should be. */
export function faultsOf(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ expected, found }) => expected !== found);
}

/** How functions are to be served. */
export interface Serving {
  /** The facets that are to have this tree's code: all, unless an upgrade was to bring some only. */
  readonly facets?: readonly FacetName[];
  readonly compiler?: Compiler;
}

/**
 * Every function of the interface is served by exactly one facet, which has the code of this source tree, and nothing else
 * is served.
 */
export async function readSelectors(
  connection: NetworkConnection,
  manifest: Manifest,
  { facets: ours, compiler = compiledContract }: Serving = {},
): Promise<Finding[]> {
  const { provider } = connection.ethers;
  const poco = IPoco__factory.connect(manifest.poco, provider);
  const servers = new Map<string, string[]>();
  const codes = new Map<string, string>();
  for (const { facetAddress, functionSelectors } of await poco.facets()) {
    codes.set(facetAddress, await provider.getCode(facetAddress));
    for (const selector of functionSelectors) servers.set(selector, [...(servers.get(selector) ?? []), facetAddress]);
  }
  const contracts = await contractsBySelector(manifest.native, compiler, ours);
  const codeText = (address: string, contract: CompiledContract | undefined) => {
    const code = codes.get(address) ?? "0x";
    if (code === "0x") return `${address}, which has no code`;
    const isOurs = contract === undefined || isCodeOf(contract, code);
    return isOurs ? wantedText(address, contract) : `${address}, which is not ${contract.name} of this tree`;
  };

  const findings: Finding[] = [];
  for (const { signature, selector } of functionsOfHub(manifest.native)) {
    const contract = contracts.get(selector);
    const found = (servers.get(selector) ?? []).map((address) => codeText(address, contract));
    findings.push(finding(signature, wantedText(await poco.facetAddress(selector), contract), found.join(" and ")));
    servers.delete(selector);
  }
  const facets = [diamondOf(manifest), ...Object.values(manifest.facets)];
  return [
    ...findings,
    finding("functions outside the interface", "", [...servers.keys()]),
    finding("facets", facets.toSorted(), (await poco.facetAddresses()).toSorted()),
  ];
}

function wantedText(address: string, contract: CompiledContract | undefined): string {
  return contract === undefined ? address : `${address}, ${contract.name} of this tree`;
}

/** Which contract of this source tree serves a function. */
async function contractsBySelector(
  native: boolean,
  compiler: Compiler,
  only: readonly FacetName[] | undefined,
): Promise<ReadonlyMap<string, CompiledContract>> {
  const facets = (await treeFacets(native, compiler)).filter(({ name }) => only === undefined || only.includes(name));
  const served = facets.flatMap(({ contract, functions }) =>
    functions.map(({ selector }) => [selector, contract] as const),
  );
  const diamond = await compiler("UpgradeFacet");
  const pinned = functionsOfHub(native)
    .filter(({ selector }) => diamond.interface.hasFunction(selector))
    .map(({ selector }) => [selector, diamond] as const);
  return new Map([...served, ...pinned]);
}

async function settings(connection: NetworkConnection, { manifest }: Expectation): Promise<Finding[]> {
  const poco = IPoco__factory.connect(manifest.poco, connection.ethers.provider);
  const { callbackGas, categories } = DEFAULT_SETTINGS;
  const count = await poco.countCategory();
  const findings = [
    finding("token", manifest.token ?? ZeroAddress, await poco.token()),
    finding("name", DEFAULT_SETTINGS.name, await poco.name()),
    finding("symbol", DEFAULT_SETTINGS.symbol, await poco.symbol()),
    finding("decimals", 9n, await poco.decimals()),
    finding("app registry", manifest.appRegistry, await poco.appregistry()),
    finding("dataset registry", manifest.datasetRegistry, await poco.datasetregistry()),
    finding("workerpool registry", manifest.workerpoolRegistry, await poco.workerpoolregistry()),
    finding("callback gas", callbackGas, await poco.callbackgas()),
    finding("TEE broker", manifest.attestation?.teeBroker ?? ZeroAddress, await poco.teebroker()),
    finding("domain", ["iExecODB", "5.0.0", manifest.chainId, manifest.poco], [...(await poco.domain())]),
    finding("number of categories", categories.length, count),
  ];
  for (const [id, expected] of categories.slice(0, Number(count)).entries()) {
    const { name, description, workClockTimeRef } = await poco.viewCategory(id);
    findings.push(finding(`category ${id}`, textOf(expected), textOf({ name, description, workClockTimeRef })));
  }
  return findings;
}

function ownership(connection: NetworkConnection, expectation: Expectation): Promise<Finding[]> {
  const hub = IOwnership__factory.connect(expectation.manifest.poco, connection.ethers.provider);
  return ownersOf(hub, "", expectation);
}

/** The new owner owns the hub, and each registry, as soon as it accepts it. */
async function ownersOf(owned: IOwnership, ofWhat: string, { parameters, deployer }: Expectation): Promise<Finding[]> {
  const wanted = parameters.owner === "deployer" ? deployer : parameters.owner;
  const owner = await owned.owner();
  const hasAccepted = owner === wanted;
  return [
    finding(`owner${ofWhat}`, hasAccepted ? wanted : deployer, owner),
    finding(`pending owner${ofWhat}`, hasAccepted ? ZeroAddress : wanted, await pendingOwnerOf(owned)),
  ];
}

async function registries(connection: NetworkConnection, expectation: Expectation) {
  const { manifest, parameters } = expectation;
  const { provider } = connection.ethers;
  const { app, dataset, workerpool } = parameters.baseUris;
  const previous = parameters.previousRegistries ?? NO_PREVIOUS_REGISTRIES;
  const collections = [
    ["app registry", app, previous.app, AppRegistry__factory.connect(manifest.appRegistry, provider)],
    [
      "dataset registry",
      dataset,
      previous.dataset,
      DatasetRegistry__factory.connect(manifest.datasetRegistry, provider),
    ],
    [
      "workerpool registry",
      workerpool,
      previous.workerpool,
      WorkerpoolRegistry__factory.connect(manifest.workerpoolRegistry, provider),
    ],
  ] as const;
  const findings: Finding[] = [];
  for (const [subject, baseUri, before, registry] of collections) {
    const owned = IOwnership__factory.connect(await registry.getAddress(), provider);
    findings.push(...(await ownersOf(owned, ` of the ${subject}`, expectation)));
    findings.push(finding(`base URI of the ${subject}`, baseUri, await registry.baseURI()));
    findings.push(finding(`${subject} is closed by initialize`, true, await registry.initialized()));
    findings.push(finding(`what the ${subject} continues`, before, await registry.previous()));
  }
  return findings;
}

async function dataProtector(connection: NetworkConnection, { manifest, parameters }: Expectation): Promise<Finding[]> {
  const presence = finding("data protector", parameters.dataProtector, manifest.dataProtector !== undefined);
  if (manifest.dataProtector === undefined) return [presence];
  const protector = IDataProtector__factory.connect(manifest.dataProtector, connection.ethers.provider);
  return [presence, finding("registry of the data protector", manifest.datasetRegistry, await protector.registry())];
}

function textOf({ name, description, workClockTimeRef }: Category & { readonly description: string }): string {
  return `${name}, "${description}", ${workClockTimeRef} s`;
}
