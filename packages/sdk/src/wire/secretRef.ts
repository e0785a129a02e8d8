import { toUtf8Bytes, concat, id, keccak256 } from "ethers";

import type { Address, Hex } from "../protocol/ids.js";

/**
 * The kinds of secrets: keys of datasets (web3), secrets of accounts for other services such as result keys and storage
 * tokens (web2), secrets of apps' developers, and secrets of requesters.
 */
export type SecretKind = "web3" | "web2" | "app" | "requester";

/** A reference to a secret. There is at most one with the same kind, address and name. */
export interface SecretRef {
  readonly kind: SecretKind;
  /** The dataset, the app, or the account that it belongs to. */
  readonly address: Address;
  /** The name: empty for the key of a dataset, `1` for the secret of an app. */
  readonly name: string;
}

/** The reserved names among the web2 secrets of an account. */
export const RESERVED = {
  /** A beneficiary's public key: base64 of its PEM. */
  resultKey: "iexec-result-encryption-public-key",
  /** A requester's access token for Dropbox. */
  dropboxToken: "iexec-result-dropbox-token",
  /** A worker's access token for an IPFS service. */
  ipfsToken: "iexec-result-iexec-ipfs-token",
  /** The URL of a service to which a worker uploads results. */
  proxyUrl: "iexec-result-iexec-result-proxy-url",
} as const;

/** The name of the one secret that an app's developer may push. */
export const APP_SECRET = "1";

/** The longest secret, in bytes of UTF-8; the shortest has one byte. */
export const MAX_SECRET_BYTES = 4096;

/**
 * An invalid name of a secret.
 *
 * @example
 * ```ts
 * web2Secret("0x1111111111111111111111111111111111111111", "a name with spaces"); // throws InvalidSecretNameError
 * ```
 */
export class InvalidSecretNameError extends Error {
  override readonly name = "InvalidSecretNameError";
  /** The name's first 80 characters. */
  readonly given: string;
  readonly expected = "1 to 64 letters, digits, - and _";

  constructor(name: string) {
    super(`The name of the secret is ${JSON.stringify(name.slice(0, 80))}: give 1 to 64 letters, digits, - and _.`);
    this.given = name.slice(0, 80);
  }
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const DOMAIN = id("IEXEC_SMS_DOMAIN");

/**
 * Refers to the key of a dataset.
 *
 * @example
 * ```ts
 * datasetKey("0x1111111111111111111111111111111111111111").kind; // → "web3"
 * ```
 */
export function datasetKey(dataset: Address): SecretRef {
  return { kind: "web3", address: dataset, name: "" };
}

/**
 * Refers to the secret of an app's developer.
 *
 * @example
 * ```ts
 * appSecret("0x1111111111111111111111111111111111111111").name; // → APP_SECRET
 * ```
 */
export function appSecret(app: Address): SecretRef {
  return { kind: "app", address: app, name: APP_SECRET };
}

/**
 * Refers to a secret of an account for its own use.
 *
 * @param name - 1 to 64 letters, digits, - and _; {@link RESERVED} has those with a meaning.
 * @throws {@link InvalidSecretNameError} when the name is none.
 * @example
 * ```ts
 * const secret = web2Secret("0x1111111111111111111111111111111111111111", RESERVED.resultKey);
 * secret.name; // → "iexec-result-encryption-public-key"
 * ```
 */
export function web2Secret(owner: Address, name: string): SecretRef {
  return { kind: "web2", address: owner, name: readName(name) };
}

/**
 * Refers to a secret of a requester for the apps that it runs.
 *
 * @param name - 1 to 64 letters, digits, - and _.
 * @throws {@link InvalidSecretNameError} when the name is none.
 * @example
 * ```ts
 * requesterSecret("0x1111111111111111111111111111111111111111", "api-key").kind; // → "requester"
 * ```
 */
export function requesterSecret(requester: Address, name: string): SecretRef {
  return { kind: "requester", address: requester, name: readName(name) };
}

function readName(name: string): string {
  if (!NAME.test(name)) throw new InvalidSecretNameError(name);
  return name;
}

/**
 * Describes a secret for people.
 *
 * @example
 * ```ts
 * describeSecret(requesterSecret("0x1111111111111111111111111111111111111111", "api-key"));
 * // → "requester secret api-key of 0x1111111111111111111111111111111111111111"
 * ```
 */
export function describeSecret({ kind, address, name }: SecretRef): string {
  switch (kind) {
    case "web3":
      return `key of dataset ${address}`;
    case "app":
      return `secret of app ${address}`;
    case "web2":
      return `secret ${name} of ${address}`;
    case "requester":
      return `requester secret ${name} of ${address}`;
  }
}

/**
 * Computes the bytes that the owner of a secret signs, as an Ethereum message, to push or replace it: the keccak256
 * hash of keccak256("IEXEC_SMS_DOMAIN"), the address, the keccak256 hash of the name where there is one, and that of
 * the secret. Source: docs/reference/services.md section 2.2.
 *
 * @returns 32 bytes.
 * @example
 * ```ts
 * secretChallenge(requesterSecret("0x1111111111111111111111111111111111111111", "api-key"), "hunter2");
 * // → "0x09d737fb8a93a8e1f17766aca290d175fa25da11e79c6e917a9951dfb69d83e9"
 * ```
 */
export function secretChallenge({ address, name }: SecretRef, secret: string): Hex {
  const parts = [DOMAIN, address, ...(name === "" ? [] : [id(name)]), keccak256(toUtf8Bytes(secret))];
  return keccak256(concat(parts)) as Hex;
}
