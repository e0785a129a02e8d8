import { createHash } from "node:crypto";

import type { Tee } from "../../src/attestation/header.js";
import { parseQuote } from "../../src/attestation/quote.js";
import type { SimulatedAuthority } from "../../src/attestation/simulated/authority.js";
import type { SimulatedPlatform } from "../../src/attestation/simulated/platform.js";
import { signQuote, writeQuote, type Statement } from "../../src/attestation/simulated/quoteWriter.js";
import type { Random } from "../differential/generate/random.js";
import { readTree, writeTree, type Tree } from "./derTree.js";
import { sign } from "./sealed.js";

/** Where random mutants come from. */
export type Stock = {
  readonly authority: SimulatedAuthority;
  readonly platform: SimulatedPlatform;
  readonly statements: readonly Statement[];
};

/** A quote that was changed at random, and then signed again wherever a signature covers the change. */
export type RandomMutant = { readonly kind: string; readonly quote: Uint8Array };

const INTERESTING = [0x00, 0x01, 0x02, 0x05, 0x06, 0x30, 0x7f, 0x80, 0x81, 0x82, 0xff];

const KINDS = [
  [2, "header and body", mutateSigned],
  [2, "quoting enclave", mutateEnclave],
  [8, "certificate", mutateCertificate],
  [1, "chain as PEM", mutatePem],
  [2, "all that no signature covers", mutateUnsigned],
] as const;

/** The next mutant. */
export function randomMutant(random: Random, stock: Stock): RandomMutant {
  const [, kind, mutate] = random.weighted(KINDS.map((entry) => [entry[0], entry] as const));
  return { kind, quote: mutate(random, stock) };
}

function teeOf({ version }: Statement): Tee {
  return version === 3 ? "SGX" : "TDX";
}

function mutateSigned(random: Random, { platform, statements }: Stock): Uint8Array {
  const statement = random.pick(statements);
  const { signed } = parseQuote(writeQuote(platform, statement));
  return signQuote(platform, { tee: teeOf(statement), signed: mutateBytes(random, signed) });
}

function mutateEnclave(random: Random, { platform, statements }: Stock): Uint8Array {
  const statement = random.pick(statements);
  const tee = teeOf(statement);
  const { machine } = platform;
  const enclave = machine.quotingEnclaves[tee];
  const authenticationData = random.percent(30)
    ? mutateBytes(random, enclave.authenticationData)
    : enclave.authenticationData;
  const report = Buffer.from(random.percent(80) ? setBytes(random, enclave.report) : enclave.report);
  if (random.percent(80)) {
    createHash("sha256").update(enclave.attestationKey.point).update(authenticationData).digest().copy(report, 320);
  }
  const quotingEnclaves = { ...machine.quotingEnclaves, [tee]: { ...enclave, report, authenticationData } };
  return writeQuote({ ...platform, machine: { ...machine, quotingEnclaves } }, statement);
}

function mutateCertificate(random: Random, { platform, authority, statements }: Stock): Uint8Array {
  const chain: [Uint8Array, Uint8Array, Uint8Array] = [...platform.chain];
  // The PCK certificate is where most can be wrong.
  const index = random.weighted([
    [4, 0],
    [1, 1],
    [1, 2],
  ] as const);
  const tree = readTree(chain[index]);
  const [tbs] = "children" in tree ? tree.children : [];
  const changed = random.percent(90) ? writeTree(mutateTree(random, tbs!)) : mutateBytes(random, writeTree(tbs!));
  chain[index] = sign(changed, index === 0 ? authority.intermediate.key : authority.root.key);
  if (random.percent(5)) chain[index] = mutateBytes(random, chain[index]);
  return writeQuote({ ...platform, chain }, random.pick(statements));
}

function mutatePem(random: Random, { platform, statements }: Stock): Uint8Array {
  const quote = writeQuote(platform, random.pick(statements));
  const { pemChain } = parseQuote(quote).signatureData;
  const bytes = Buffer.from(quote);
  const start = bytes.length - pemChain.length;
  for (let left = random.between(1, 3); left > 0; left--) {
    bytes[start + random.between(0, pemChain.length - 1)] = random.pick([0, 10, 13, 32, 43, 45, 47, 61, 65, 97]);
  }
  return bytes;
}

function mutateUnsigned(random: Random, { platform, statements }: Stock): Uint8Array {
  const quote = writeQuote(platform, random.pick(statements));
  const { signed, signatureData } = parseQuote(quote);
  const end = quote.length - signatureData.pemChain.length;
  const middle = mutateBytes(random, quote.subarray(signed.length, end));
  const padding = random.percent(20) ? Buffer.alloc(random.between(1, 64), random.pick([0, 0, 0, 1])) : Buffer.alloc(0);
  return Buffer.concat([signed, middle, quote.subarray(end), padding]);
}

/** Some bytes are others. */
function setBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const changed = Buffer.from(bytes);
  for (let left = random.between(1, 3); left > 0 && changed.length > 0; left--) {
    const at = random.between(0, changed.length - 1);
    changed[at] = random.percent(50) ? random.pick(INTERESTING) : changed[at]! ^ (1 << random.between(0, 7));
  }
  return changed;
}

/** Some bytes are others, or missing, or too many. */
function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.between(0, bytes.length);
  const few = random.between(1, 4);
  return random.weighted<() => Uint8Array>([
    [6, () => setBytes(random, bytes)],
    [1, () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + few)])],
    [1, () => Buffer.concat([bytes.subarray(0, at), Buffer.alloc(few, random.pick(INTERESTING)), bytes.subarray(at)])],
    [1, () => bytes.subarray(0, at)],
  ])();
}

/** The same value, of which one part somewhere within is another. */
function mutateTree(random: Random, tree: Tree): Tree {
  if ("raw" in tree) return tree;
  if ("children" in tree && tree.children.length > 0 && random.percent(85)) {
    const at = random.between(0, tree.children.length - 1);
    const children = [...tree.children];
    children[at] = mutateTree(random, children[at]!);
    return { tag: tree.tag, children };
  }
  return random.weighted<() => Tree>([
    [3, () => ({ raw: withOtherLength(random, tree) })],
    [2, () => ({ raw: Buffer.concat([Buffer.of(random.pick(INTERESTING)), writeTree(tree).subarray(1)]) })],
    [10, () => mutateContents(random, tree)],
  ])();
}

function mutateContents(random: Random, tree: Exclude<Tree, { raw: Uint8Array }>): Tree {
  if ("children" in tree) {
    const children = [...tree.children];
    const at = random.between(0, Math.max(0, children.length - 1));
    const other = children[random.between(0, Math.max(0, children.length - 1))];
    if (random.percent(40)) children.splice(at, 1);
    else if (other !== undefined) children.splice(at, random.between(0, 1), other);
    return { tag: tree.tag, children };
  }
  // Extensions hold DER in octet strings.
  if (tree.content[0] === 0x30 && tree.content.length > 2 && random.percent(80)) {
    return { tag: tree.tag, content: writeTree(mutateTree(random, readTree(tree.content))) };
  }
  return { tag: tree.tag, content: mutateBytes(random, tree.content) };
}

/** The same value with its length in another form, or with another length. */
function withOtherLength(random: Random, tree: Tree): Uint8Array {
  const bytes = writeTree(tree);
  const first = bytes[1]!;
  const size = first < 0x80 ? 1 : 1 + first - 0x80;
  const content = bytes.subarray(1 + size);
  const { length } = content;
  const forms = [
    [0x81, length & 0xff],
    [0x82, length >> 8, length & 0xff],
    [0x83, 0, length >> 8, length & 0xff],
    [0x80],
    [0xff],
    [(length + random.between(-2, 2)) & 0x7f],
  ];
  return Buffer.concat([bytes.subarray(0, 1), Buffer.from(random.pick(forms)), content]);
}
