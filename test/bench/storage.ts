/**
 * What the optimizations of docs/explanation/storage.md save: builds the project once more for each patch in test/bench/plain/,
 * which puts a plain variant in the place of one of them, and prints which figures change by how much gas.
 *
 * `npm run bench:storage` measures all of them, `npm run bench:storage -- kitty policy` those. Takes minutes for each.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";

const PATCHES = "test/bench/plain";
const COPIES = "cache/plain";

type AttestationCost = { readonly name: string; readonly gas: number };

/** A copy of the project with the patch applied, built. */
function copyWith(patch: string): string {
  const copy = path.resolve(COPIES, patch);
  rmSync(copy, { recursive: true, force: true });
  const files = execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" }).split("\0").filter(Boolean);
  for (const file of files) {
    mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
    cpSync(file, path.join(copy, file), { preserveTimestamps: true });
  }
  symlinkSync(path.resolve("node_modules"), path.join(copy, "node_modules"));
  execFileSync("patch", ["-p1", "--silent", "-i", path.resolve(PATCHES, `${patch}.patch`)], { cwd: copy });
  // Fails, with what the compiler says, where a variant is out of date.
  execFileSync("npm", ["run", "--silent", "build"], { cwd: copy, stdio: ["ignore", "ignore", "inherit"] });
  return copy;
}

/** What a command of the project prints in `folder`, whatever its exit code: a check fails where figures change. */
function outputOf(folder: string, ...args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync("npm", ["run", "--silent", ...args], { cwd: folder, encoding: "utf8" });
  if (error !== undefined) throw error;
  return `${stdout}${stderr}`;
}

function attestationCosts(folder: string): AttestationCost[] {
  const output = outputOf(folder, "bench:attest", "--", "--json");
  return JSON.parse(output.slice(output.indexOf("["))) as AttestationCost[];
}

/** The figures of attestation that the patch changes, as lines. */
function attestationChanges(copy: string, accepted: readonly AttestationCost[]): string {
  const before = new Map(accepted.map(({ name, gas }) => [name, gas]));
  return attestationCosts(copy)
    .map(({ name, gas }) => ({ name, gas, change: gas - before.get(name)! }))
    .filter(({ change }) => change !== 0)
    .map(({ name, gas, change }) => `   ${name.padEnd(72)}${gas}  ${change > 0 ? "+" : ""}${change}`)
    .join("\n");
}

const all = readdirSync(PATCHES).map((file) => path.basename(file, ".patch"));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : all;
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(", ")}. Pass some of: ${all.join(", ")}.`);

const accepted = wanted.some((name) => name.startsWith("attestation-")) ? attestationCosts(".") : [];
for (const name of wanted) {
  const copy = copyWith(name);
  console.log(`${name}:`);
  console.log(name.startsWith("attestation-") ? attestationChanges(copy, accepted) : outputOf(copy, "check:gas"));
}
