import { CID } from "multiformats/cid";

import { decodeMultiaddr, InvalidMultiaddrError } from "@poco-marketplace/sdk/protect/multiaddr.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { ImageError, type ImageErrorValues } from "@poco-marketplace/enclave/image/imageError.js";
import { parseImageName, type ImageName } from "@poco-marketplace/enclave/image/imageName.js";

/** The location of a package or of a dataset. */
export type PackageLocation =
  { readonly kind: "ipfs"; readonly cid: string } | { readonly kind: "url"; readonly url: string };

/** The location of what was published: a file, or an image in a container registry. */
export type Location = PackageLocation | { readonly kind: "image"; readonly name: ImageName };

/** A multiaddr that has no known form. */
export class UnknownLocationError extends Error {
  override readonly name = "UnknownLocationError";

  /** @param nameProblem - What is wrong with the multiaddr as the name of an image, if it could be one. */
  constructor(shown: string, nameProblem?: string) {
    const asName = nameProblem === undefined ? "" : ` It is not a name of an image: ${nameProblem}.`;
    const advice = "publish /ipfs/<cid>, a URL, or the name of an image";
    super(`Nothing can be fetched from ${JSON.stringify(shown)}: ${advice}.${asName}`);
  }
}

/** The maximum length of a multiaddr, in bytes. */
const LONGEST = 2_048;
/** The beginnings of locations that are no names of images. */
const ELSEWHERE = /^(?:\/|ipfs:|https?:)/i;

/**
 * Parses the multiaddr of an app or a dataset: the binary form of `/p2p/<cid>`, or text: `/ipfs/<cid>`, `/p2p/<cid>`,
 * `ipfs://<cid>`, a URL, or the name of an image in any spelling that Docker accepts. Source: docs/reference/services.md
 * section 4, docs/reference/images.md.
 *
 * @throws {@link UnknownLocationError}
 */
export function locationOf(multiaddr: Hex): Location {
  const bytes = Buffer.from(multiaddr.slice(2), "hex");
  const shown = bytes.length > 200 || bytes.some((byte) => byte < 0x20 || byte > 0x7e) ? multiaddr : bytes.toString();
  if (bytes.length === 0 || bytes.length > LONGEST) throw new UnknownLocationError(shown.slice(0, 200));
  const binary = binaryCid(bytes);
  if (binary !== undefined) return { kind: "ipfs", cid: binary };

  const text = bytes.toString("utf8");
  const [, cid] = /^(?:\/ipfs\/|\/p2p\/|ipfs:\/\/)([A-Za-z0-9]+)$/.exec(text) ?? [];
  if (cid !== undefined && isCid(cid)) return { kind: "ipfs", cid };
  if (/^https?:\/\/[^\s/]/.test(text) && URL.canParse(text)) return { kind: "url", url: text };
  if (ELSEWHERE.test(text)) throw new UnknownLocationError(shown.slice(0, 200));
  return { kind: "image", name: imageName(text, shown) };
}

function imageName(text: string, shown: string): ImageName {
  try {
    return parseImageName(text);
  } catch (error) {
    if (!(error instanceof ImageError && error.reason === "InvalidName")) throw error;
    const { problem } = error.values as ImageErrorValues<"InvalidName">;
    throw new UnknownLocationError(shown.slice(0, 200), problem.slice(0, 200));
  }
}

function binaryCid(bytes: Uint8Array): string | undefined {
  try {
    return decodeMultiaddr(bytes);
  } catch (error) {
    if (error instanceof InvalidMultiaddrError) return undefined;
    throw error;
  }
}

function isCid(text: string): boolean {
  try {
    CID.parse(text);
    return true;
  } catch {
    return false;
  }
}
