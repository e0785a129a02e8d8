import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { ErrorFragment, EventFragment, FunctionFragment, Interface, type Fragment, type InterfaceAbi } from "ethers";

import { DIAMOND_FACETS, FACETS } from "../peer/peer.js";
import { openPeerPackage } from "../peer/peerPackage.js";

/** The functions, events and errors of an address. */
export interface Reach {
  /** Functions by signature, with the facts that a caller needs besides, as `view returns (uint256)`. */
  readonly functions: Readonly<Record<string, string>>;
  /** Events by signature, with the indexes of the indexed arguments, as `0 2`. */
  readonly events: Readonly<Record<string, string>>;
  /** Errors by signature, without further facts. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The interfaces of each kind of address that clients call. */
export type Reaches = Readonly<Record<string, Reach>>;

/** Our ABIs by the kind of address. */
const OURS = {
  hub: "poco",
  "hub of a chain's own coin": "pocoNative",
  "registry of apps": "appRegistry",
  "registry of datasets": "datasetRegistry",
  "registry of workerpools": "workerpoolRegistry",
  app: "app",
  dataset: "dataset",
  workerpool: "workerpool",
} as const;

type Place = keyof typeof OURS;

const NATIVE_FACETS = FACETS.map((name) => (name === "IexecEscrowTokenFacet" ? "IexecEscrowNativeFacet" : name));

/** The contracts of the peer that form each kind of address together. */
const PEERS: Readonly<Record<Place, readonly string[]>> = {
  hub: ["Diamond", "IexecInterfaceToken", ...FACETS.map((name) => `facets/${name}`)],
  "hub of a chain's own coin": ["Diamond", "IexecInterfaceNative", ...NATIVE_FACETS.map((name) => `facets/${name}`)],
  "registry of apps": ["registries/apps/AppRegistry"],
  "registry of datasets": ["registries/datasets/DatasetRegistry"],
  "registry of workerpools": ["registries/workerpools/WorkerpoolRegistry"],
  app: ["registries/apps/App"],
  dataset: ["registries/datasets/Dataset"],
  workerpool: ["registries/workerpools/Workerpool"],
};

/** The interfaces of our ABIs, those of the package. */
export function readOurs(root: string): Reaches {
  return mapPlaces((place) =>
    reachOf([
      JSON.parse(readFileSync(path.join(root, "packages/sdk/src/abi", `${OURS[place]}.json`), "utf8")) as InterfaceAbi,
    ]),
  );
}

/** The recorded interfaces of the peer's package. */
export function readRecord(file: string): Reaches {
  return JSON.parse(readFileSync(file, "utf8")) as Reaches;
}

/**
 * The interfaces of the peer's package, which is fetched if it is not present.
 *
 * @throws BenchError when it cannot be fetched
 */
export async function readPeer(folder: string): Promise<Reaches> {
  const { artifact, deployed } = await openPeerPackage(folder);
  const diamond = await Promise.all([...DIAMOND_FACETS, "LibDiamond"].map(deployed));
  const all = await Promise.all(
    Object.values(PEERS).map(async (contracts) => {
      const own = await Promise.all(contracts.map(artifact));
      return reachOf([...own, ...(contracts[0] === "Diamond" ? diamond : [])].map(({ abi }) => abi));
    }),
  );
  return Object.fromEntries(Object.keys(PEERS).map((place, i) => [place, all[i]!]));
}

/** Whether the peer's package is present. */
export function hasPeer(folder: string): boolean {
  return existsSync(path.join(folder, "package"));
}

function mapPlaces(read: (place: Place) => Reach): Reaches {
  return Object.fromEntries((Object.keys(OURS) as Place[]).map((place) => [place, read(place)]));
}

function reachOf(abis: readonly InterfaceAbi[]): Reach {
  const fragments = abis.flatMap((abi) => [...new Interface(abi).fragments]);
  return {
    functions: sorted(fragments.filter((one) => one instanceof FunctionFragment).map((one) => [one, promiseOf(one)])),
    events: sorted(fragments.filter((one) => one instanceof EventFragment).map((one) => [one, indexedOf(one)])),
    errors: sorted(fragments.filter((one) => one instanceof ErrorFragment).map((one) => [one, ""])),
  };
}

function promiseOf({ stateMutability, outputs }: FunctionFragment): string {
  const results = outputs.map((output) => output.format("sighash")).join(",");
  return `${stateMutability}${results === "" ? "" : ` returns (${results})`}`;
}

function indexedOf({ inputs }: EventFragment): string {
  return inputs.flatMap(({ indexed }, place) => (indexed === true ? [String(place)] : [])).join(" ");
}

function sorted(entries: readonly (readonly [Fragment, string])[]): Record<string, string> {
  const named = entries.map(([fragment, what]) => [fragment.format("sighash"), what] as const);
  return Object.fromEntries(named.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
