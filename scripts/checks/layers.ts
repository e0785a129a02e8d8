/**
 * The layers: who may import whom. Imports go down, never up, and never sideways between facets. What a folder (or a file) may
 * import besides itself and packages is written here and nowhere else. A folder that is not listed is refused, so that a new
 * one is a decision. Nothing but a test imports from `test/`.
 */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

import { importsOf } from "./imports.js";
import { verdict } from "./verdict.js";

/** Of a folder or file: which others it may import. The longest listed path that a file lies in decides about the file. */
type Layers = Readonly<Record<string, readonly string[]>>;

const WORDS = ["contracts/types", "contracts/interfaces"];

const SOLIDITY: Layers = {
  "contracts/types": [],
  "contracts/interfaces": ["contracts/types"],
  "contracts/core": WORDS,
  "contracts/diamond": [...WORDS, "contracts/core"],
  "contracts/facets": [...WORDS, "contracts/core", "contracts/diamond/IFacet.sol"],
  "contracts/deploy": [...WORDS, "contracts/core"],
  "contracts/bundles": ["contracts/deploy", "contracts/facets", "contracts/diamond/IFacet.sol"],
  "contracts/Poco.sol": [...WORDS, "contracts/core", "contracts/diamond"],
  "contracts/attestation": [
    ...WORDS,
    "contracts/core/CodeStore.sol",
    "contracts/core/DealCodec.sol",
    "contracts/core/Signatures.sol",
  ],
  "contracts/dataprotector": WORDS,
  "contracts/registries": WORDS,
  "contracts/token": WORDS,
};

const SDK = "packages/sdk/src";
const ENCLAVE = "packages/enclave/src";
const SERVICES = "packages/services/src";
const CLI = "packages/cli/src";

/** What the protocol means, and how to talk to its contracts. */
const CHAIN = [
  `${SDK}/protocol`,
  `${SDK}/manifest.ts`,
  `${SDK}/typechain.ts`,
  `${SDK}/handledLater.ts`,
  `${SDK}/chain`,
  "typechain-types",
];
/** What clients and services say to each other. */
const WIRE = [`${SDK}/wire`, `${SDK}/login`, `${SDK}/client`];
/** What every service stands on. */
const GROUND = [
  ...CHAIN,
  `${SERVICES}/log.ts`,
  `${SERVICES}/serviceOptions.ts`,
  `${ENCLAVE}/files`,
  `${SERVICES}/database`,
  `${SERVICES}/follower`,
  `${SERVICES}/http`,
  `${SERVICES}/login`,
  `${SERVICES}/deals`,
];

/** One package stands on the next, in the order of this list; within a package, a folder on those that are named. */
const TYPESCRIPT: Layers = {
  [`${SDK}/abi`]: [],
  [`${SDK}/errors`]: [],
  [`${SDK}/handledLater.ts`]: [],
  [`${SDK}/protocol`]: [],
  [`${SDK}/manifest.ts`]: [`${SDK}/protocol`],
  [`${SDK}/typechain.ts`]: ["typechain-types"],
  [`${SDK}/chain`]: CHAIN,
  [`${SDK}/login`]: [`${SDK}/protocol`],
  [`${SDK}/wire`]: [`${SDK}/protocol`],
  [`${SDK}/protect`]: [`${SDK}/protocol`],
  [`${SDK}/client`]: [...CHAIN, ...WIRE, `${SDK}/explain`, `${SDK}/protect`],
  [`${SDK}/explain`]: [...CHAIN, `${SDK}/wire`],
  [`${SDK}/index.ts`]: [SDK],

  [`${ENCLAVE}/files`]: [],
  [`${ENCLAVE}/attestation`]: [`${SDK}/errors`, `${SDK}/protocol`, `${SDK}/wire`],
  [`${ENCLAVE}/app`]: [`${SDK}/protocol`, `${ENCLAVE}/files`],
  [`${ENCLAVE}/network`]: [`${SDK}/handledLater.ts`, `${ENCLAVE}/files`],
  [`${ENCLAVE}/image`]: [`${SDK}/errors`, `${SDK}/protocol`, `${ENCLAVE}/files`, `${ENCLAVE}/network`],
  [`${ENCLAVE}/session`]: [`${SDK}/protocol`, `${SDK}/wire`],
  [`${ENCLAVE}/evidence`]: [...CHAIN, `${SDK}/wire`, `${ENCLAVE}/attestation`],
  [`${ENCLAVE}/task`]: [`${SDK}/protocol`, `${SDK}/wire`, `${ENCLAVE}/app`, `${ENCLAVE}/files`, `${SDK}/protect`],
  [`${ENCLAVE}/container`]: [`${SDK}/errors`, `${ENCLAVE}/image`, `${ENCLAVE}/network`, `${ENCLAVE}/task`],
  [`${ENCLAVE}/runtime`]: [...CHAIN, ...WIRE, ENCLAVE],
  // By what enclaves are judged, for every service that trusts them with something.
  [`${ENCLAVE}/trust`]: [`${SDK}/errors`, ...CHAIN, ...WIRE, `${ENCLAVE}/attestation`],

  [`${SERVICES}/log.ts`]: [],
  [`${SERVICES}/serviceOptions.ts`]: [
    `${SDK}/manifest.ts`,
    `${SERVICES}/database/openDatabase.ts`,
    `${SERVICES}/http/createServer.ts`,
  ],
  [`${SERVICES}/http`]: [`${SERVICES}/log.ts`],
  [`${SERVICES}/bulk`]: [`${SDK}/protocol`, `${SDK}/explain/report.ts`],
  [`${SERVICES}/database`]: [`${ENCLAVE}/files`],
  [`${SERVICES}/deals`]: CHAIN,
  [`${SERVICES}/follower`]: [`${SDK}/protocol`, `${SERVICES}/log.ts`],
  [`${SERVICES}/login`]: [`${SDK}/protocol`, `${SDK}/login`, `${SERVICES}/http/HttpError.ts`],
  [`${SERVICES}/indexer`]: [...GROUND, `${SERVICES}/bulk`],
  [`${SERVICES}/market`]: [...GROUND, `${SDK}/explain`, `${SDK}/wire`],
  [`${SERVICES}/registry`]: [
    `${ENCLAVE}/files`,
    `${ENCLAVE}/image`,
    `${SERVICES}/http`,
    `${SERVICES}/serviceOptions.ts`,
  ],
  [`${SERVICES}/store`]: [`${SDK}/protocol`, `${ENCLAVE}/files`, `${SERVICES}/http`, `${SERVICES}/serviceOptions.ts`],
  [`${SERVICES}/secrets`]: [
    `${SDK}/errors`,
    ...GROUND,
    ...WIRE,
    `${SERVICES}/bulk`,
    `${ENCLAVE}/attestation`,
    `${ENCLAVE}/evidence`,
    `${ENCLAVE}/session`,
    `${ENCLAVE}/trust`,
  ],
  [`${SERVICES}/scheduler`]: [...GROUND, ...WIRE, `${ENCLAVE}/trust`],
  [`${SERVICES}/worker`]: [...CHAIN, ...WIRE, `${SDK}/protect`, ENCLAVE, `${SERVICES}/bulk`, `${SERVICES}/log.ts`],

  [CLI]: [SDK, ENCLAVE, SERVICES, "deploy"],

  deploy: [SDK, ENCLAVE, "typechain-types", "packages/sdk/package.json"],
  examples: [],
  scripts: [SDK, ENCLAVE, "deploy", "typechain-types"],
  "hardhat.config.ts": ["deploy", "scripts"],
  "coverage.config.ts": ["hardhat.config.ts", "scripts"],
};

/** Folders whose files may import from other folders, but not from each other. */
const ISOLATED = new Set(["contracts/facets", "contracts/bundles"]);

function isWithin(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`);
}

/**
 * What an import names, as a path from the root. In TypeScript a `.js` stands for the `.ts` that it is compiled from, and
 * `@poco-marketplace/name/` for what is in `packages/name/src/`.
 */
function resolve(from: string, specifier: string): string {
  const own = specifier
    .replace(/^@poco-marketplace\/(\w+)\/?/, "packages/$1/src/")
    .replace(/\/src\/$/, "/src/index.js");
  const target = own === specifier ? path.posix.join(path.posix.dirname(from), specifier) : own;
  return target.replace(/\.js$/, ".ts");
}

/** The listed path that `file` is in, or nothing. */
function folderOf(layers: Layers, file: string): string | undefined {
  return Object.keys(layers)
    .filter((candidate) => isWithin(file, candidate))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** The imports of `text`, which is the file `file`, that the layers refuse. */
export function refusedImports(file: string, text: string): string[] {
  const layers = file.endsWith(".sol") ? SOLIDITY : TYPESCRIPT;
  const folder = folderOf(layers, file);
  if (folder === undefined) return [`${file} is in a folder that scripts/checks/layers.ts does not list`];

  const open = [...(ISOLATED.has(folder) ? [] : [folder]), ...(layers[folder] ?? [])];
  return importsOf(text)
    .filter(({ name }) => /^\.|^@poco-marketplace\//.test(name))
    .map(({ name }) => resolve(file, name))
    .filter((target) => !open.some((place) => isWithin(target, place)))
    .map((target) => `${file} may not import ${target}`);
}

/** All imports under `root` that the layers refuse. */
export function allRefusedImports(root: string): string[] {
  const files = globSync(
    "{contracts/**/*.sol,{packages/*/src,deploy,examples,scripts}/**/*.ts,{hardhat,coverage}.config.ts}",
    {
      cwd: root,
    },
  );
  // Clients in examples use the package as it is published.
  return files
    .filter((file) => !file.startsWith("examples/clients/"))
    .toSorted()
    .flatMap((file) => refusedImports(file, readFileSync(path.join(root, file), "utf8")));
}

if (import.meta.main) {
  verdict("layers", allRefusedImports(process.cwd()), "every import goes down a layer");
}
