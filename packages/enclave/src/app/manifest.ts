/** The file in an app's folder that names its entry point and its permissions. */
export const MANIFEST_FILE = "enclave.json";

/** The permissions that an app may ask for beyond reading its input and writing its output. */
export const PERMISSIONS = ["network"] as const;

/** One of {@link PERMISSIONS}. */
export type Permission = (typeof PERMISSIONS)[number];

/** The description of an app in its {@link MANIFEST_FILE}. */
export interface AppManifest {
  /** The path of the module to run, within the folder, with `/`. */
  readonly entrypoint: string;
  readonly permissions: readonly Permission[];
}

/** An app's manifest that cannot be used. */
export class InvalidAppManifestError extends Error {
  override readonly name = "InvalidAppManifestError";

  constructor(reason: string, options?: ErrorOptions) {
    const advice = `write {"entrypoint": "<file of the app>", "permissions": []}`;
    super(`The app's ${MANIFEST_FILE} is invalid: ${reason}; ${advice}.`, options);
  }
}

const LONGEST_MANIFEST = 1 << 16;
const RUNNABLE = /\.(?:js|mjs|cjs|ts|mts)$/;

/**
 * Reads an app's manifest, in which every field must be known and valid.
 *
 * @param paths - The files of the app.
 * @throws {@link InvalidAppManifestError}
 */
export function readAppManifest(content: Uint8Array, paths: ReadonlySet<string>): AppManifest {
  if (content.length > LONGEST_MANIFEST) {
    throw new InvalidAppManifestError(`it has ${content.length} bytes, and ${LONGEST_MANIFEST} are allowed`);
  }
  const fields = parse(content);
  const unknown = Object.keys(fields).find((key) => key !== "entrypoint" && key !== "permissions");
  if (unknown !== undefined) throw new InvalidAppManifestError(`it has the unknown field ${JSON.stringify(unknown)}`);
  return {
    entrypoint: readEntrypoint(fields["entrypoint"], paths),
    permissions: readPermissions(fields["permissions"]),
  };
}

function parse(content: Uint8Array): Record<string, unknown> {
  let fields: unknown;
  try {
    fields = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content));
  } catch (cause) {
    throw new InvalidAppManifestError("it is not JSON in UTF-8", { cause });
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw new InvalidAppManifestError("it is not a JSON object");
  }
  return fields as Record<string, unknown>;
}

function readEntrypoint(entrypoint: unknown, paths: ReadonlySet<string>): string {
  if (typeof entrypoint !== "string") throw new InvalidAppManifestError("it has no entrypoint");
  const shown = JSON.stringify(entrypoint.slice(0, 200));
  if (!paths.has(entrypoint)) {
    throw new InvalidAppManifestError(`its entrypoint ${shown} is none of the app's files, as "src/app.mjs" would be`);
  }
  if (!RUNNABLE.test(entrypoint)) {
    throw new InvalidAppManifestError(`its entrypoint ${shown} is no .js, .mjs, .cjs, .ts or .mts file`);
  }
  return entrypoint;
}

function readPermissions(permissions: unknown): Permission[] {
  if (!Array.isArray(permissions))
    throw new InvalidAppManifestError("it has no list of permissions, which may be empty");
  return permissions.map((asked: unknown, index) => {
    const known = PERMISSIONS.find((permission) => permission === asked);
    if (known === undefined) {
      const shown = JSON.stringify(asked).slice(0, 200);
      throw new InvalidAppManifestError(`there is no permission ${shown}, only ${PERMISSIONS.join(", ")}`);
    }
    if (permissions.indexOf(asked) !== index) throw new InvalidAppManifestError(`it asks twice for ${known}`);
    return known;
  });
}
