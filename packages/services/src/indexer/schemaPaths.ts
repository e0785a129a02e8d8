/** More files than this are not looked for: a schema is as long as somebody pays for. */
const MAX_PATHS = 1_000;
/** How deep folders may lie. */
const MAX_DEPTH = 32;

/**
 * The files that a schema tells of, each as `path:type` with dots between the names of a path. Source:
 * docs/reference/services.md section 4, step 1, and what `@iexec/dataprotector` searches for.
 *
 * @param json - What somebody registered; nothing checks that it is a schema.
 * @returns nothing for what is no schema
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
    if (typeof entry === "string") paths.push(`${path.join(".")}:${entry}`.replaceAll("\0", "\uFFFD"));
    else collect(entry, path, paths);
  }
}
