/**
 * The deployed peer, as its authors publish it. Only facts that a chain shows are read from the package: ABIs,
 * bytecode, and link references. Its sources stay in the archive.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import type { InterfaceAbi } from "ethers";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { BenchError } from "./BenchError.js";

const PACKAGE = "@iexec/poco@6.1.0";
const ARCHIVE = "iexec-poco-6.1.0.tgz";
/** The integrity of the archive in the registry. */
const SHA512 = "BPbDtf2fgQuotr6rf74ACVdwlKqkErEZ8qLbTWM+2CIBj2EX3+6KBGWsFoudoOGjgT7vUJ3jeNX8SWvHzSHg6A==";

/** The files that are unpacked: JSON files of compiled contracts. */
const UNPACKED = ["package/artifacts", "package/deployments/arbitrumSepolia"];

/** A compiled contract of the peer. */
export interface PeerArtifact {
  readonly abi: InterfaceAbi & readonly { readonly type: string; readonly name?: string }[];
  readonly bytecode: string;
  /** The byte offsets of each library's address, by source file and library. */
  readonly linkReferences: Readonly<Record<string, Readonly<Record<string, readonly Place[]>>>>;
}

interface Place {
  readonly start: number;
  readonly length: number;
}

/** The content of the package. Names are those of contracts. */
export interface PeerPackage {
  /** A contract by its path under `artifacts/contracts/`, such as `facets/IexecPoco1Facet`. */
  readonly artifact: (place: string) => Promise<PeerArtifact>;
  /** A contract that the package only has as it was deployed to Arbitrum Sepolia. */
  readonly deployed: (name: string) => Promise<PeerArtifact>;
}

/**
 * Opens the package in `folder`; fetches it first if it is not present.
 *
 * @throws BenchError if it cannot be fetched, or differs from the expected archive.
 */
export async function openPeerPackage(folder: string): Promise<PeerPackage> {
  const root = path.join(folder, "package");
  if (!existsSync(root)) await unpack(await fetchArchive(folder), folder);
  const read = async (file: string): Promise<PeerArtifact> => {
    const json = JSON.parse(await readFile(path.join(root, file), "utf8")) as PeerArtifact;
    return { abi: json.abi, bytecode: json.bytecode, linkReferences: json.linkReferences ?? {} };
  };
  return {
    artifact: (place) => read(`artifacts/contracts/${place}.sol/${path.basename(place)}.json`),
    deployed: (name) => read(`deployments/arbitrumSepolia/${name}.json`),
  };
}

/** The creation code with the libraries' addresses. */
export function link({ bytecode, linkReferences }: PeerArtifact, libraries: Readonly<Record<string, Address>>): string {
  let code = bytecode;
  for (const [name, places] of Object.values(linkReferences).flatMap((file) => Object.entries(file))) {
    const library = libraries[name];
    if (library === undefined) throw new BenchError(`The peer's code needs library ${name}, which is not deployed.`);
    for (const { start, length } of places) {
      const from = 2 + start * 2;
      code = code.slice(0, from) + library.slice(2).toLowerCase() + code.slice(from + length * 2);
    }
  }
  return code;
}

/** @throws BenchError unless the bytes are the archive with which this repository's figures were measured. */
export function checkArchive(bytes: Uint8Array): void {
  const found = createHash("sha512").update(bytes).digest("base64");
  if (found === SHA512) return;
  throw new BenchError(
    `What came as ${PACKAGE} has the hash sha512-${found} instead of sha512-${SHA512}: ` +
      "it is not the package that is compared with. Delete cache/peer and try again from a network you trust.",
  );
}

async function fetchArchive(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, ARCHIVE);
  if (!existsSync(file)) await pack(folder);
  try {
    checkArchive(await readFile(file));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return file;
}

async function pack(folder: string): Promise<void> {
  try {
    await promisify(execFile)("npm", ["pack", PACKAGE, "--ignore-scripts", "--pack-destination", folder]);
  } catch (error) {
    throw new BenchError(
      `The peer could not be fetched: "npm pack ${PACKAGE}" failed. The benchmark compares with that package, so it ` +
        "needs npm's registry the first time; `npm run check:gas` needs neither and watches our own figures.",
      { cause: error },
    );
  }
}

/** Unpacks beside the folder and renames, so that an interrupted run leaves nothing incomplete. */
async function unpack(archive: string, folder: string): Promise<void> {
  const beside = path.join(folder, "unpacking");
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside);
  await promisify(execFile)("tar", ["-xzf", archive, "-C", beside, ...UNPACKED]);
  await rename(path.join(beside, "package"), path.join(folder, "package"));
  await rm(beside, { recursive: true });
}
