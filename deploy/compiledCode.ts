import { dataLength, getBytes, hexlify, id, Interface } from "ethers";
import { artifacts } from "hardhat";
import type { Artifact } from "hardhat/types/artifacts";

import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";

/** A contract as this source tree compiles it. */
export interface CompiledContract {
  readonly name: string;
  readonly artifact: Artifact;
  readonly interface: Interface;
}

/** Where compiled contracts come from: the artifacts of this tree, or those of a test. */
export type Compiler = (name: string) => Promise<CompiledContract>;

/** A contract as the artifacts of this tree have it. */
export const compiledContract: Compiler = async (name) => compiledFrom(await artifacts.readArtifact(name));

/** A contract out of its artifact. */
export function compiledFrom(artifact: Artifact): CompiledContract {
  return { name: artifact.contractName, artifact, interface: new Interface(artifact.abi) };
}

/** Ten hexadecimal digits that tell one version of a contract from another: of the hash of what creates it. */
export function versionOf({ artifact }: CompiledContract): string {
  return id(artifact.bytecode).slice(2, 12);
}

/**
 * Whether code on chain is that of a contract of this tree: the same instructions and constants. Immutables are left out,
 * since a constructor sets them, and so is the hash of the sources at the end, which a comment changes and nothing runs.
 */
export function isCodeOf({ artifact }: CompiledContract, code: string): boolean {
  const { deployedBytecode } = artifact;
  if (dataLength(code) === 0) return false;
  return programOf(deployedBytecode, artifact) === programOf(code, artifact);
}

/** The value that a constructor gave to the immutable that is compiled in first, as a word; undefined if there is none. */
export function firstImmutableOf({ artifact }: CompiledContract, code: string): Hex | undefined {
  const [place] = placesOf(artifact);
  if (place === undefined || dataLength(code) < place.start + place.length) return undefined;
  return hexlify(getBytes(code).slice(place.start, place.start + place.length)) as Hex;
}

function programOf(code: string, artifact: Artifact): string {
  const bytes = getBytes(code);
  const program = bytes.slice(0, bytes.length - metadataLength(bytes));
  for (const { start, length } of placesOf(artifact)) program.fill(0, start, start + length);
  return hexlify(program);
}

/** The compiler ends code with a CBOR map about its sources, and that with its length in two bytes. */
function metadataLength(code: Uint8Array): number {
  const length = ((code.at(-2) ?? 0) << 8) + (code.at(-1) ?? 0) + 2;
  const start = code.length - length;
  const isMap = start >= 0 && length > 2 && (code[start]! & 0xe0) === 0xa0;
  return isMap ? length : 0;
}

function placesOf({ immutableReferences }: Artifact): readonly { readonly start: number; readonly length: number }[] {
  return Object.values(immutableReferences ?? {}).flat();
}
