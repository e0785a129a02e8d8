import { storableText } from "../database/storableText.js";

/** The maximum number of files that are read: a schema can be as long as its author pays for. */
const MAX_PATHS = 1_000;
/** The maximum depth of folders. */
const MAX_DEPTH = 32;

/**
 * Lists the files that a schema describes, each as `path:type` with dots between the names of a path. Source:
 * docs/reference/services.md section 4, step 1, and the searches of `@iexec/dataprotector`.
 *
 * @param json - The registered text, which may not be a schema.
 * @returns an empty list for text that is not a schema
 */
export function schemaPaths(json: string): string[] {
  let schema: unknown;
  try {
    schema = JSON.parse(json);
  } catch {
    return [];
  }
  const paths: string[] = [];
  collect(schema, [], paths);
  return paths.toSorted();
}

function collect(schema: unknown, names: readonly string[], paths: string[]): void {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema) || names.length >= MAX_DEPTH) return;
  for (const [name, entry] of Object.entries(schema)) {
    if (paths.length >= MAX_PATHS) return;
    const path = [...names, name];
    if (typeof entry === "string") paths.push(storableText(`${path.join(".")}:${entry}`));
    else collect(entry, path, paths);
  }
}
