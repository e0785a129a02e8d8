import {
  defineErrors,
  type AssertOf,
  type CatalogError,
  type ErrorCatalog,
  type CatalogErrorValues,
} from "@poco-marketplace/sdk/errors/defineErrors.js";

/** The name of an image in messages. */
type Wanted = { readonly image: string };

const PUSH_AGAIN = "build the image again, push it, and publish the digest that the registry then shows";

/** The reasons why an image cannot be fetched, trusted or unpacked, as sentences. */
const ERRORS_BY_NAME = {
  // Names and digests.
  InvalidName: (v: { text: string; problem: string }) =>
    `${show(v.text)} is not a name of an image: ${v.problem}. Publish one like "alice/hello:1.0" or "host:port/name:tag".`,
  InvalidDigest: (v: { text: string }) =>
    `${show(v.text)} is not a SHA-256 digest: publish the 64 hexadecimal digits after "sha256:" of the image's manifest.`,

  // The answer of a registry.
  ImageNotFound: (v: Wanted & { what: string; registry: string }) =>
    `${v.registry} does not have ${v.what} of ${v.image}: push the image to it, and publish the digest that it then shows.`,
  ImagePrivate: (v: Wanted & { registry: string; hasCredentials: boolean }) =>
    v.hasCredentials
      ? `${v.registry} does not show ${v.image} to the account in this worker's settings: give the account the right to ` +
        "pull it, or check its name."
      : `${v.registry} says that ${v.image} is private, or not there: make it public, check its name, or put an account ` +
        `that may pull it into the worker's settings for ${v.registry}.`,
  TooManyRequests: (v: { registry: string; seconds: number | undefined }) =>
    `${v.registry} takes no more requests for now${v.seconds === undefined ? "" : ` (for ${v.seconds} s)`}: try again ` +
    "later, or put a mirror or an account into the worker's settings.",
  RegistryFailed: (v: { registry: string; status: number }) =>
    `${v.registry} answers ${v.status}, a fault of its own: try again later, or put a mirror into the worker's settings.`,
  RegistryUnreachable: (v: { registry: string; reason: string }) =>
    `${v.registry} cannot be reached (${v.reason}): check its name and whether it is up, and try again.`,
  UnknownHost: (v: { registry: string }) => `Nobody knows the host ${v.registry}: check the image's name.`,
  DownloadStalled: (v: { registry: string; seconds: number }) =>
    `${v.registry} sent nothing for ${v.seconds} s: try again later, or put a mirror into the worker's settings.`,
  UnexpectedAnswer: (v: { registry: string; problem: string }) =>
    `${v.registry} does not answer as a container registry does (${v.problem}): check the image's name.`,
  PrivateRegistry: (v: { registry: string; address: string }) =>
    `${v.registry} is at ${v.address}, which is private: push the image where all workers can pull it.`,
  PlainHttp: (v: { url: string }) =>
    `${show(v.url)} is neither https nor on this machine, and nothing is fetched from there: use https.`,

  // The fetched bytes differ from the published ones.
  WrongDigest: (v: { what: string; expected: string; actual: string }) =>
    `What came as ${v.what} has digest ${v.actual}, and not ${v.expected}: whoever sent it changed it; ${PUSH_AGAIN}.`,
  WrongSize: (v: { what: string; stated: number; actual: number }) =>
    `What came as ${v.what} has ${v.actual} bytes, and not ${v.stated}: whoever sent it changed it; ${PUSH_AGAIN}.`,
  WrongDiffId: (v: { layer: number; expected: string; actual: string }) =>
    `Layer ${v.layer} unpacks to ${v.actual}, but the image's config says ${v.expected}: ${PUSH_AGAIN}.`,

  // The documents of an image.
  MalformedDocument: (v: { what: string; problem: string }) =>
    `The image's ${v.what} is malformed: ${v.problem}; ${PUSH_AGAIN}.`,
  UnsupportedManifest: (v: { what: string; mediaType: string }) =>
    `The image's ${v.what} is of type ${show(v.mediaType)}, which is none that workers run: build it as an OCI or Docker ` +
    "(schema 2) image.",
  OutdatedManifest: () =>
    "The image has a manifest of schema 1, which names no config and proves little: push it with a current tool.",
  NestedIndex: (v: { digest: string }) =>
    `The image's index names another index (${v.digest}): push one that names the manifests themselves.`,
  NoSuchPlatform: (v: { wanted: string; offered: readonly string[] }) =>
    `The image is not there for ${v.wanted}, only for ${list(v.offered)}: build it with --platform ${v.wanted}.`,
  SeveralOfPlatform: (v: { wanted: string; count: number }) =>
    `The image's index has ${v.count} manifests for ${v.wanted}: push one with exactly one, or publish a manifest's digest.`,
  WrongPlatform: (v: { wanted: string; found: string }) =>
    `The image is for ${v.found}, and this worker runs ${v.wanted}: build it with --platform ${v.wanted}.`,
  ForeignLayer: (v: { layer: number }) =>
    `Layer ${v.layer} is to be fetched from elsewhere than the registry: build the image on a base without such layers.`,
  UnsupportedLayer: (v: { layer: number; mediaType: string }) =>
    `Layer ${v.layer} is of type ${show(v.mediaType)}: only tar is unpacked, plain or compressed with gzip or zstd.`,
  LayersDoNotMatch: (v: { layers: number; diffIds: number }) =>
    `The manifest has ${v.layers} layers and the config ${v.diffIds} diff ids: ${PUSH_AGAIN}.`,
  InvalidLabel: (v: { label: string; value: string; allowed: readonly string[] }) =>
    `The image's label ${v.label} is ${show(v.value)}, and workers know ${list(v.allowed)}: correct the label.`,
  ImageTooLarge: (v: { what: string; limit: number; advice: string }) =>
    `The image has more than ${v.limit} ${v.what}, which is this worker's limit: ${v.advice}.`,

  // The contents of a layer.
  InvalidLayer: (v: { layer: number; problem: string }) =>
    `Layer ${v.layer} cannot be unpacked: ${v.problem}; ${PUSH_AGAIN}.`,
  UnsafeEntry: (v: { layer: number; path: string; problem: string }) =>
    `Layer ${v.layer} has an entry ${show(v.path)} that ${v.problem}: build the image without it.`,
  ZstdNotSupported: (v: { layer: number }) =>
    `Layer ${v.layer} is compressed with zstd, which this Node cannot read: run the worker with Node 22.15 or newer.`,
  NoSpace: (v: { folder: string }) =>
    `There is no room left on the disk that holds ${v.folder}: make some, or give the worker another folder.`,
} as const satisfies ErrorCatalog;

function show(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

function list(texts: readonly string[]): string {
  return texts.length === 0 ? "nothing" : texts.slice(0, 20).join(", ").slice(0, 400);
}

/** The name of an error. */
export type ImageErrorName = keyof typeof ERRORS_BY_NAME;

/** The values of the error with a name. */
export type ImageErrorValues<Name extends ImageErrorName> = CatalogErrorValues<typeof ERRORS_BY_NAME, Name>;

const ERRORS = defineErrors("ImageError", "reason", ERRORS_BY_NAME);

/** The reason why an image cannot be run: a name, its values, and a sentence that says what to do. */
export type ImageError<Name extends ImageErrorName = ImageErrorName> = CatalogError<
  typeof ERRORS_BY_NAME,
  "reason",
  Name
>;
export const ImageError = ERRORS.ErrorClass;

/** Throws the error with that name unless `condition` holds. */
export const assertImage: AssertOf<typeof ERRORS_BY_NAME> = ERRORS.assert;

/** Errors that may be transient: they say nothing about the image. */
const PASSING: ReadonlySet<string> = new Set<ImageErrorName>([
  "TooManyRequests",
  "RegistryFailed",
  "RegistryUnreachable",
  "DownloadStalled",
  "NoSpace",
]);

/** Whether the same image may be available later, or elsewhere. */
export function isPassing(error: unknown): boolean {
  return error instanceof ImageError && PASSING.has(error.reason);
}
