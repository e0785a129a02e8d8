/**
 * The stairs: who may import whom. One goes down, never up, and never sideways between facets. Rooms are folders; what
 * a room may import besides itself and packages is written here and nowhere else. A room that is not listed is refused,
 * so that a new one is a decision. Nothing but a test imports from `test/`.
 */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

import { verdict } from "./verdict.js";

/** Of a room: which rooms it may import. A room is the longest listed folder or file that a file lies in. */
type Stairs = Readonly<Record<string, readonly string[]>>;

const WORDS = ["contracts/types", "contracts/interfaces"];

const SOLIDITY: Stairs = {
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

/**
 * Knowledge at the bottom, then the typed contract, then services that do not see each other's insides, then who acts.
 */
const KNOWLEDGE = ["src/protocol", "src/config"];
const CHAIN = [...KNOWLEDGE, "src/chain", "typechain-types"];
/** What every service stands on. */
const GROUND = [...CHAIN, "src/files", "src/database", "src/follower", "src/http", "src/login"];
const SERVICES = ["src/market", "src/protect", "src/sms", "src/store", "src/tee"];

const TYPESCRIPT: Stairs = {
  "src/protocol": [],
  "src/attestation": ["src/protocol"],
  "src/bulk": ["src/protocol"],
  "src/config": ["src/protocol"],
  "src/abi": [],
  "src/chain": [...KNOWLEDGE, "src/abi", "typechain-types"],
  "src/files": [],
  "src/database": ["src/files"],
  "src/follower": ["src/protocol"],
  "src/indexer": [...GROUND, "src/bulk"],
  "src/http": [],
  "src/login": ["src/protocol", "src/http/HttpError.ts"],
  "src/market": [...GROUND, "src/explain"],
  "src/pool": [...GROUND, "src/sms/client.ts", "src/trust"],
  "src/protect": CHAIN,
  "src/sms": [
    ...GROUND,
    "src/bulk",
    "src/attestation",
    "src/tee/evidence.ts",
    "src/tee/sealedSecret.ts",
    "src/tee/session.ts",
    "src/trust",
  ],
  "src/store": [...KNOWLEDGE, "src/files", "src/http"],
  "src/tee": [...CHAIN, "src/files", "src/attestation", "src/protect", "src/store"],
  // By what enclaves are judged, for every service that trusts them with something.
  "src/trust": [...CHAIN, "src/attestation"],
  "src/explain": [...CHAIN, "src/attestation", "src/bulk", "src/tee/brokerEvidence.ts"],
  "src/worker": [
    ...CHAIN,
    "src/files",
    "src/attestation",
    "src/bulk",
    "src/login/answerChallenge.ts",
    "src/login/challenge.ts",
    "src/pool/joinBinding.ts",
    "src/pool/wire.ts",
    "src/protect",
    "src/sms/client.ts",
    "src/sms/sessionRequest.ts",
    "src/tee",
  ],
  "src/actors": [...CHAIN, ...SERVICES],
  "src/protocol.ts": ["src/protocol"],
  "src/index.ts": ["src", "typechain-types"],
  // An upgrade may not move storage either.
  deploy: ["src", "typechain-types", "package.json", "scripts/checks/storage.ts"],
  examples: [],
  scripts: ["src", "deploy", "typechain-types"],
  "hardhat.config.ts": ["scripts", "src"],
  "coverage.config.ts": ["hardhat.config.ts", "scripts"],
};

/** Rooms whose files see other rooms, but not each other. */
const STRANGERS = new Set(["contracts/facets", "contracts/bundles"]);

const IMPORTS = /^\s*(?:import|export)\b[^;'"]*["'](\.[^"']+)["']|\bimport\(\s*["'](\.[^"']+)["']/gm;

function isWithin(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`);
}

/**
 * What an import names, as a path from the root. In TypeScript a `.js` stands for the `.ts` that it is compiled from.
 */
function resolve(from: string, specifier: string): string {
  return path.posix.join(path.posix.dirname(from), specifier).replace(/\.js$/, ".ts");
}

/** The room that `file` is in, or nothing. */
function roomOf(stairs: Stairs, file: string): string | undefined {
  return Object.keys(stairs)
    .filter((candidate) => isWithin(file, candidate))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** The imports of `text`, which is the file `file`, that the stairs refuse. */
export function climbs(file: string, text: string): string[] {
  const stairs = file.endsWith(".sol") ? SOLIDITY : TYPESCRIPT;
  const room = roomOf(stairs, file);
  if (room === undefined) return [`${file} is in a room that scripts/checks/layers.ts does not list`];

  const open = [...(STRANGERS.has(room) ? [] : [room]), ...(stairs[room] ?? [])];
  return [...text.matchAll(IMPORTS)]
    .map(([, plain, dynamic]) => resolve(file, plain ?? dynamic ?? ""))
    .filter((target) => !open.some((place) => isWithin(target, place)))
    .map((target) => `${file} may not import ${target}`);
}

/** All imports under `root` that climb. */
export function allClimbs(root: string): string[] {
  const files = globSync("{contracts/**/*.sol,{src,deploy,examples,scripts}/**/*.ts,{hardhat,coverage}.config.ts}", {
    cwd: root,
  });
  return files.toSorted().flatMap((file) => climbs(file, readFileSync(path.join(root, file), "utf8")));
}

if (import.meta.main) {
  verdict("layers", allClimbs(process.cwd()), "everyone stays on their step");
}
