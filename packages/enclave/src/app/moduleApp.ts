import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { readApp, type App } from "./appFolder.js";
import { MANIFEST_FILE, readAppManifest } from "./manifest.js";

/**
 * Reads the app at a path: a folder with a manifest, the entry point of such a folder, or a single module, which has no
 * permissions.
 *
 * @throws {@link InvalidAppError}, {@link UnreadableAppError}, {@link InvalidAppManifestError}
 */
export async function findApp(path: string): Promise<App> {
  if ((await stat(path)).isDirectory()) return readApp(path);
  const beside = await readFile(join(dirname(path), MANIFEST_FILE)).catch(() => undefined);
  if (beside !== undefined) {
    const app = await readApp(dirname(path));
    if (app.manifest.entrypoint === basename(path)) return app;
  }
  return appOfModule(basename(path), await readFile(path));
}

/** Makes an app of a single module, with a manifest. */
export function appOfModule(name: string, content: Uint8Array): App {
  const written = Buffer.from(`${JSON.stringify({ entrypoint: name, permissions: [] }, null, 2)}\n`);
  const manifest = readAppManifest(written, new Set([name, MANIFEST_FILE]));
  const files = [
    { path: MANIFEST_FILE, isExecutable: false, content: written },
    { path: name, isExecutable: false, content },
  ];
  return { files: files.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))), manifest };
}
