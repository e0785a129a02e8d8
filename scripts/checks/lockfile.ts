/**
 * `npm ci` refuses a lock file that leaves out an optional dependency, such as the native binary of another platform.
 * npm leaves out those that it cannot find in the registry at hand, so this looks for them. `--update` adds what is
 * missing; platform and processor are in the packages' names.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { verdict } from "./verdict.js";

type LockedPackage = {
  readonly version?: string;
  readonly dev?: boolean;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

type Lock = { readonly packages: Readonly<Record<string, LockedPackage>> };

type Missing = { readonly name: string; readonly version: string; readonly of: LockedPackage };

const SYSTEMS = new Set([
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
]);
const PROCESSORS = new Set(["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"]);

/** The optional dependencies that the lock file does not list. */
export function missingPackages({ packages }: Lock): Missing[] {
  return Object.entries(packages).flatMap(([place, of]) =>
    Object.entries(of.optionalDependencies ?? {})
      .filter(([name]) => !packages[`node_modules/${name}`] && !packages[`${place}/node_modules/${name}`])
      .map(([name, version]) => ({ name, version, of })),
  );
}

function entryFor({ name, version, of }: Missing): object {
  const words = name.split(/[/-]/);
  const libc = words.some((word) => word.startsWith("musl")) ? ["musl"] : ["glibc"];
  return {
    version,
    cpu: words.filter((word) => PROCESSORS.has(word)),
    ...(of.dev && { dev: true }),
    ...(words.some((word) => /^(?:gnu|musl)/.test(word)) && { libc }),
    license: of.license,
    optional: true,
    os: words.filter((word) => SYSTEMS.has(word)),
    ...(of.engines && { engines: of.engines }),
  };
}

/** The same lock file with nothing missing. */
export function complete(lock: Lock): Lock {
  const added = missingPackages(lock).map((one) => [`node_modules/${one.name}`, entryFor(one)] as const);
  const packages = [...Object.entries(lock.packages), ...added].toSorted(([a], [b]) => a.localeCompare(b, "en"));
  return { ...lock, packages: Object.fromEntries(packages) };
}

function main(root: string, flag: string | undefined): void {
  const file = path.join(root, "package-lock.json");
  const lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
  const missing = missingPackages(lock).map(({ name, version }) => `${name}@${version} is missing: run with --update`);
  if (flag === "--update") writeFileSync(file, `${JSON.stringify(complete(lock), null, 2)}\n`);
  verdict("lock file", flag === "--update" ? [] : missing, "every platform has its packages");
}

if (import.meta.main) main(process.cwd(), process.argv[2]);
