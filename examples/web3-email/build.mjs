/**
 * Makes the app of its sources and of the libraries that they use: a folder with one module and the manifest, which is
 * what is measured. `node build.mjs [FOLDER]`, by default `dist` beside this file.
 */
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/**
 * @param {string} folder is emptied first
 */
export async function buildApp(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await build({
    absWorkingDir: HERE,
    entryPoints: [join(HERE, "src/app.mjs")],
    outfile: join(folder, "app.cjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    // Nothing of the folders around, neither their names nor their settings: the measurement is the same wherever it is built.
    minify: true,
    tsconfigRaw: {},
    legalComments: "none",
  });
  await copyFile(join(HERE, "enclave.json"), join(folder, "enclave.json"));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const folder = resolve(process.argv[2] ?? join(HERE, "dist"));
  await buildApp(folder);
  console.log(folder);
}
