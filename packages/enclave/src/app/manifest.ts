/** The file of an app's folder that says what is run, and what it may do. */
export const MANIFEST_FILE = "enclave.json";

/** What an app may ask to do beyond reading its input and writing its output. */
export const PERMISSIONS = ["network"] as const;

/** One of {@link PERMISSIONS}. */
export type Permission = (typeof PERMISSIONS)[number];

/** What an app says of itself in {@link MANIFEST_FILE}. */
export type Manifest = {
  /** The module that is run: its path in the folder, with `/`. */
  readonly entrypoint: string;
  readonly permissions: readonly Permission[];
};

/** A manifest that does not say what to run. */
export class InvalidManifestError extends Error {
  override readonly name = "InvalidManifestError";

  constructor(reason: string, options?: ErrorOptions) {
    const advice = `write {"entrypoint": "<file of the app>", "permissions": []}`;
    super(`The app's ${MANIFEST_FILE} is no good: ${reason}; ${advice}.`, options);
  }
}

const LONGEST_MANIFEST = 1 << 16;
const RUNNABLE = /\.(?:js|mjs|cjs|ts|mts)$/;

/**
 * Reads a manifest, in which everything must be known and in its place.
 *
 * @param paths The files of the app.
 * @throws {@link InvalidManifestError}
 */
export function readManifest(content: Uint8Array, paths: ReadonlySet<string>): Manifest {
  if (content.length > LONGEST_MANIFEST) {
    throw new InvalidManifestError(`it has ${content.length} bytes, and ${LONGEST_MANIFEST} are allowed`);
  }
  const said = parse(content);
  const unknown = Object.keys(said).find((key) => key !== "entrypoint" && key !== "permissions");
  if (unknown !== undefined) throw new InvalidManifestError(`nobody knows its ${JSON.stringify(unknown)}`);
  return { entrypoint: readEntrypoint(said["entrypoint"], paths), permissions: readPermissions(said["permissions"]) };
}

function parse(content: Uint8Array): Record<string, unknown> {
  let said: unknown;
  try {
    said = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content));
  } catch (cause) {
    throw new InvalidManifestError("it is not JSON in UTF-8", { cause });
  }
  if (typeof said !== "object" || said === null || Array.isArray(said)) {
    throw new InvalidManifestError("it is not a JSON object");
  }
  return said as Record<string, unknown>;
}

function readEntrypoint(entrypoint: unknown, paths: ReadonlySet<string>): string {
  if (typeof entrypoint !== "string") throw new InvalidManifestError("it has no entrypoint");
  const shown = JSON.stringify(entrypoint.slice(0, 200));
  if (!paths.has(entrypoint)) {
    throw new InvalidManifestError(`its entrypoint ${shown} is none of the app's files, as "src/app.mjs" would be`);
  }
  if (!RUNNABLE.test(entrypoint)) {
    throw new InvalidManifestError(`its entrypoint ${shown} is no .js, .mjs, .cjs, .ts or .mts file`);
  }
  return entrypoint;
}

function readPermissions(permissions: unknown): Permission[] {
  if (!Array.isArray(permissions)) throw new InvalidManifestError("it has no list of permissions, which may be empty");
  return permissions.map((asked: unknown, index) => {
    const known = PERMISSIONS.find((permission) => permission === asked);
    if (known === undefined) {
      const shown = JSON.stringify(asked).slice(0, 200);
      throw new InvalidManifestError(`there is no permission ${shown}, only ${PERMISSIONS.join(", ")}`);
    }
    if (permissions.indexOf(asked) !== index) throw new InvalidManifestError(`it asks twice for ${known}`);
    return known;
  });
}
