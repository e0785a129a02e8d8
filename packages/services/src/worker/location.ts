import { CID } from "multiformats/cid";

import { decodeMultiaddr, InvalidMultiaddrError } from "@poco-marketplace/sdk/protect/multiaddr.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";

/** The location of a published file. */
export type Location =
  | { readonly kind: "ipfs"; readonly cid: string }
  | { readonly kind: "url"; readonly url: string }
  /** The name of an image in a container registry. */
  | { readonly kind: "image"; readonly name: string };

/** A multiaddr that has no known form. */
export class UnknownLocationError extends Error {
  override readonly name = "UnknownLocationError";

  constructor(shown: string) {
    super(`Nothing can be fetched from ${JSON.stringify(shown)}: publish /ipfs/<cid>, a URL, or the name of an image.`);
  }
}

/** The maximum length of a multiaddr, in bytes. */
const LONGEST = 2_048;
/** `registry/name:tag`, of which only the name is required. */
const IMAGE = /^[a-z0-9][\w.\-/]*(?::\d+\/[\w.\-/]+)?(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/i;

/**
 * Parses the multiaddr of an app or a dataset: the binary form of `/p2p/<cid>`, or text: `/ipfs/<cid>`, `/p2p/<cid>`,
 * `ipfs://<cid>`, a URL, or the name of an image. Source: docs/reference/services.md section 4.
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
  if (IMAGE.test(text) && !text.startsWith("http")) return { kind: "image", name: text };
  throw new UnknownLocationError(shown.slice(0, 200));
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
