import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { NO_INSPECTOR } from "./launch.js";

/** The code of the enclave: the folder that holds `packages/`, and what Node needs to run it. */
export interface RuntimeCode {
  readonly source: string;
  /** Paths of modules, relative to `source`, with `/`. */
  readonly main: string;
  readonly guard: string;
  /** Flags with which Node resolves the modules of TypeScript sources. */
  readonly flags: readonly string[];
  /** The folders of code and their package files, relative to `source`. */
  readonly folders: readonly string[];
  /** The folders of the project's own packages by name, relative to `source`. */
  readonly links: ReadonlyMap<string, string>;
  /** The folders of the third-party packages that the code needs, by name. */
  readonly packages: ReadonlyMap<string, string>;
}

/** The packages of this project whose code runs in an enclave. */
const OWN = ["sdk", "enclave"];
const NEEDED = ["ethers", "jszip", "@hpke/core", "magic-bytes.js"];
/** A hook for Node: sources import `.js` where the file is still `.ts`. */
const FIND_SOURCES = `import m from "node:module";m.registerHooks({resolve(s,c,n){try{return n(s,c)}catch(e){
if(s.startsWith(".")&&s.endsWith(".js"))return n(s.slice(0,-3)+".ts",c);throw e}}});`;

/** Finds the code that is put into each enclave to run it. */
export function runtimeCode(): RuntimeCode {
  const file = fileURLToPath(import.meta.url);
  // The code is as this module: sources in the repository, compiled modules in a package.
  const [folder, extension] = [dirname(file), extname(file)];
  const source = dirname(dirname(dirname(dirname(folder))));
  const runtime = relative(source, folder);
  return {
    source,
    main: `${runtime}/inside${extension}`,
    guard: `${runtime}/guard${extension}`,
    flags: [NO_INSPECTOR, `--import=data:text/javascript,${encodeURIComponent(FIND_SOURCES)}`],
    folders: OWN.flatMap((name) => [`packages/${name}/src`, `packages/${name}/package.json`]),
    links: new Map(OWN.map((name) => [`@poco-marketplace/${name}`, `packages/${name}`])),
    packages: packagesFrom(source, NEEDED),
  };
}

/** Finds the packages that a folder's code needs, with their dependencies, by name. */
function packagesFrom(folder: string, needed: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const waiting = needed.map((name) => ({ name, from: folder }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { name, from } = next;
    const place = findPackage(name, from);
    // A package that lies within one that was found comes with it.
    if (place === undefined || [...found.values()].some((known) => place.startsWith(known))) continue;
    found.set(name, place);
    const { dependencies = {} } = JSON.parse(readFileSync(join(place, "package.json"), "utf8")) as {
      dependencies?: Record<string, string>;
    };
    waiting.push(...Object.keys(dependencies).map((dependency) => ({ name: dependency, from: place })));
  }
  return found;
}

function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, "node_modules", name);
    if (existsSync(join(place, "package.json"))) return realpathSync(place);
    if (folder === dirname(folder)) return undefined;
  }
}
