/**
 * Each package lists exactly what its sources import: at run time among its dependencies, only types among its
 * `devDependencies`; in the version that the repository has, and only packages below it.
 */
import { globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";

import { importsOf } from "./imports.js";
import { verdict } from "./verdict.js";

type Versions = Readonly<Record<string, string>>;

/** A package.json. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly peerDependencies?: Versions;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** Our packages, each of which may import those before it. */
const ORDER = ["sdk", "enclave", "services", "cli"].map((name) => `@poco-marketplace/${name}`);

/** The package that an import is of: `viem/chains` is of `viem`. */
function packageOf(name: string): string {
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}

/**
 * What a package's list and its sources say differently.
 *
 * @param sources - The text of its files, by path.
 * @param versions - Of every package that the repository names, the version.
 */
export function differences(manifest: Manifest, sources: ReadonlyMap<string, string>, versions: Versions): string[] {
  const { name, dependencies = {}, devDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
  /** By package, a file that needs it at run time, or else one that needs its types. */
  const needed = new Map<string, { readonly file: string; readonly isType: boolean }>();
  for (const [file, text] of sources) {
    for (const { name: imported, isType } of importsOf(text)) {
      const from = packageOf(imported);
      if (/^[./#]|^data:/.test(imported) || isBuiltin(imported) || from === name) continue;
      if (needed.get(from)?.isType !== false) needed.set(from, { file, isType });
    }
  }

  const missing = [...needed].flatMap(([from, { file, isType }]) => {
    if (ORDER.indexOf(from) >= ORDER.indexOf(name)) return [`${file} imports ${from}, which is not below ${name}`];
    if (from in peerDependencies || from in (isType ? devDependencies : dependencies)) return [];
    return [`${name} lacks ${from} among its ${isType ? "devDependencies" : "dependencies"}, which ${file} imports`];
  });
  const listed = Object.entries({ ...peerDependencies, ...devDependencies, ...dependencies });
  const unused = listed
    .filter(([from]) => !needed.has(from) && peerDependenciesMeta[from]?.optional !== true)
    .map(([from]) => `${name} lists ${from}, which nothing imports`);
  const misplaced = Object.keys(dependencies)
    .filter((from) => needed.get(from)?.isType === true)
    .map((from) => `${name} needs only types of ${from}: list it among its devDependencies`);
  const other = Object.entries({ ...devDependencies, ...dependencies })
    .filter(([from, version]) => version !== (versions[from] ?? version))
    .map(([from, version]) => `${name} has ${from} ${version}, the repository ${versions[from]}`);
  return [...missing, ...unused, ...misplaced, ...other];
}

/** What is wrong with the lists of all packages under `root`. */
export function allDifferences(root: string): string[] {
  const read = (file: string) => readFileSync(path.join(root, file), "utf8");
  const folders = globSync("packages/*/package.json", { cwd: root })
    .map((file) => path.dirname(file))
    .toSorted();
  const manifests = folders.map((folder) => JSON.parse(read(`${folder}/package.json`)) as Manifest);
  const own = Object.fromEntries(manifests.map(({ name, version = "" }) => [name, version]));
  const others = manifests.map(({ dependencies }) => dependencies);
  const { devDependencies } = JSON.parse(read("package.json")) as Manifest;
  const versions = Object.assign({}, ...others, devDependencies, own) as Versions;
  return folders.flatMap((folder, index) => {
    const files = globSync(`${folder}/{src,bin}/**/*.{ts,js}`, { cwd: root }).toSorted();
    return differences(manifests[index]!, new Map(files.map((file) => [file, read(file)])), versions);
  });
}

if (import.meta.main) {
  verdict("packages", allDifferences(process.cwd()), "each lists what it imports");
}
